#include "private_files.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hipcuff::deidentify {
namespace {

namespace fs = std::filesystem;

std::string because(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

void writeAll(int descriptor, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      throw OutputError(file, because("cannot be written"), "free some space, or choose another folder");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

} // namespace

void makePrivateFolder(const fs::path& folder) {
  std::error_code error;
  if (folder.has_parent_path())
    fs::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    throw OutputError(folder, because("cannot be made"), "choose another folder");
  if (::chmod(folder.c_str(), 0700) != 0)
    throw OutputError(folder, because("cannot be closed to others"), "choose a folder of your own");
}

void writePrivately(const fs::path& file, std::string_view bytes) {
  const fs::path temporary = file.parent_path() / ("." + file.filename().string() + ".part");
  ::unlink(temporary.c_str());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0)
    throw OutputError(file, because("cannot be made"), "check the folder's permissions");
  try {
    writeAll(descriptor, bytes, file);
    if (::fsync(descriptor) != 0)
      throw OutputError(file, because("cannot be written"), "free some space, or choose another folder");
  } catch (...) {
    ::close(descriptor);
    ::unlink(temporary.c_str());
    throw;
  }
  ::close(descriptor);
  if (::rename(temporary.c_str(), file.c_str()) != 0) {
    const auto why = because("cannot be put in place");
    ::unlink(temporary.c_str());
    throw OutputError(file, why, "check that the target is not a folder");
  }
}

PrivateLog::PrivateLog(fs::path file, std::uint64_t keep)
    : file_(std::move(file))
    , descriptor_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (descriptor_ < 0)
    throw OutputError(file_, because("cannot be written"), "check the folder's permissions");
  if (::fchmod(descriptor_, 0600) != 0 || ::ftruncate(descriptor_, static_cast<off_t>(keep)) != 0) {
    const auto why = because("cannot be written");
    ::close(descriptor_);
    throw OutputError(file_, why, "choose another file");
  }
}

PrivateLog::~PrivateLog() {
  ::close(descriptor_);
}

void PrivateLog::append(std::string_view text) {
  writeAll(descriptor_, text, file_);
}

void PrivateLog::sync() {
  if (::fsync(descriptor_) != 0)
    throw OutputError(file_, because("cannot be written"), "free some space");
}

PrivateLock::PrivateLock(const fs::path& folder)
    : descriptor_(::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (descriptor_ < 0)
    throw OutputError(folder, because("cannot be locked"), "check the folder's permissions");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0)
    return;
  const bool held = errno == EWOULDBLOCK;
  const auto why = because("cannot be locked");
  ::close(descriptor_);
  if (held)
    throw OutputError(folder, "another run is at work with this folder", "wait for it, or stop it with Ctrl-C");
  throw OutputError(folder, why, "choose a folder on another disk");
}

PrivateLock::~PrivateLock() {
  ::close(descriptor_);
}

std::string contentOf(const fs::path& file) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(stream), {});
  if (!stream.good() && !stream.eof())
    throw InputError(file, because("cannot be read"), "check that you may read it");
  return bytes;
}

} // namespace hipcuff::deidentify
