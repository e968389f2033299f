#include "spool.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

namespace hipcuff::report {
namespace {

[[noreturn]] void fail(const std::filesystem::path& folder, const char* what) {
  const int code = errno;
  throw OutputError(folder, std::string(what) + ": " + std::strerror(code), "free some space or choose another folder");
}

} // namespace

Spool::Spool(std::filesystem::path folder)
    : folder_(std::move(folder)) {
  std::string name = (folder_ / ".hipcuff-spool-XXXXXX").string();
  descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor_ < 0)
    fail(folder_, "no temporary file can be made in it");
  ::unlink(name.c_str());
}

Spool::~Spool() {
  ::close(descriptor_);
}

Spool::Piece Spool::append(std::string_view text) {
  const Piece piece{end_, text.size()};
  while (!text.empty()) {
    const ssize_t written = ::pwrite(descriptor_, text.data(), text.size(), end_);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      end_ = piece.offset; // the next piece takes this place
      fail(folder_, "writing to its temporary file failed");
    }
    end_ += written;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return piece;
}

std::string Spool::read(const Piece& piece) const {
  std::string text(piece.size, '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got =
        ::pread(descriptor_, text.data() + done, text.size() - done, piece.offset + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      fail(folder_, "its temporary file can't be read back");
    done += static_cast<std::size_t>(got);
  }
  return text;
}

} // namespace hipcuff::report
