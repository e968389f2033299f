#include "folder_lock.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace hipcuff::batch {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / ".lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0)
    throw OutputError(file, std::string("cannot be written: ") + std::strerror(errno),
                      "check the folder's permissions");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0)
    return;
  const int code = errno;
  ::close(descriptor_);
  descriptor_ = -1;
  if (code == EWOULDBLOCK)
    throw OutputError(folder, "another batch is at work in this folder", "wait for it, or stop it with Ctrl-C");
  throw OutputError(file, std::string("cannot be locked: ") + std::strerror(code), "choose a folder on another disk");
}

bool FolderLock::isHeld(const std::filesystem::path& folder) noexcept {
  const int descriptor = ::open((folder / ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return false;
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

} // namespace hipcuff::batch
