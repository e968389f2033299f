#include "spool.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace hipcuff::ingest {

Spool::Spool(std::filesystem::path forInput)
    : input_(std::move(forInput)) {
  std::error_code ignored;
  std::filesystem::path folder = std::filesystem::temp_directory_path(ignored);
  if (folder.empty())
    folder = "/tmp";
  std::string name = (folder / "hipcuff-XXXXXX").string();
  descriptor_ = ::mkstemp(name.data());
  if (descriptor_ < 0)
    throw InputError(input_, std::string("needs a temporary file, which cannot be made: ") + std::strerror(errno),
                     "set TMPDIR to a writable folder");
  ::unlink(name.c_str());
}

Spool::Spool(std::filesystem::path forInput, const std::filesystem::path& existing)
    : input_(std::move(forInput))
    , descriptor_(::open(existing.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0)
    throw InputError(input_, "its data file cannot be read: " + std::string(std::strerror(errno)),
                     "keep the header and its data file together");
  const ::off_t end = ::lseek(descriptor_, 0, SEEK_END);
  size_ = end > 0 ? static_cast<std::uint64_t>(end) : 0;
}

Spool::~Spool() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

void Spool::append(const void* bytes, std::size_t count) {
  const auto* from = static_cast<const char*>(bytes);
  while (count > 0) {
    const ::ssize_t written = ::pwrite(descriptor_, from, count, static_cast<::off_t>(size_));
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      throw InputError(input_, std::string("cannot be unpacked to a temporary file: ") + std::strerror(errno),
                       "free some space or set TMPDIR to another folder");
    from += written;
    count -= static_cast<std::size_t>(written);
    size_ += static_cast<std::uint64_t>(written);
  }
}

void Spool::read(std::uint64_t at, void* bytes, std::size_t count) const {
  auto* to = static_cast<char*>(bytes);
  while (count > 0) {
    const ::ssize_t got = ::pread(descriptor_, to, count, static_cast<::off_t>(at));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      throw InputError(input_, "ends before this frame", "export the file again");
    to += got;
    at += static_cast<std::uint64_t>(got);
    count -= static_cast<std::size_t>(got);
  }
}

} // namespace hipcuff::ingest
