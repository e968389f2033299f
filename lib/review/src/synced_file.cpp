#include "synced_file.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hipcuff::review {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what, int code) {
  throw OutputError(path, std::string(what) + ": " + std::strerror(code), "free some space or choose another folder");
}

template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR)
    result = call();
  return result;
}

/// Or else a new file may be gone after a power cut although its bytes are on disk.
void syncFolder(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return; // a folder that may not be listed; the file itself is synced
  ::fsync(descriptor);
  ::close(descriptor);
}

} // namespace

SyncedFile::SyncedFile(std::filesystem::path path, int descriptor)
    : path_(std::move(path))
    , descriptor_(descriptor) {
  readSize();
}

SyncedFile::~SyncedFile() {
  if (isOpen())
    ::close(descriptor_);
}

SyncedFile::SyncedFile(SyncedFile&& other) noexcept
    : path_(std::move(other.path_))
    , descriptor_(std::exchange(other.descriptor_, -1))
    , size_(other.size_) {}

SyncedFile& SyncedFile::operator=(SyncedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

SyncedFile SyncedFile::createPrivate(const std::filesystem::path& path) {
  const int descriptor =
      uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600); });
  if (descriptor < 0 && errno == EEXIST)
    return {};
  if (descriptor < 0)
    fail(path, "cannot be made", errno);
  syncFolder(path);
  return {path, descriptor};
}

SyncedFile SyncedFile::openOrCreate(const std::filesystem::path& path) {
  // O_NONBLOCK: a pipe of that name must not stop the program.
  const int descriptor =
      uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666); });
  if (descriptor < 0)
    fail(path, "cannot be written", errno);
  SyncedFile file(path, descriptor);
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode))
    throw OutputError(path, "is not an ordinary file", "choose another folder");
  syncFolder(path);
  return file;
}

SyncedFile SyncedFile::openOwn(const std::filesystem::path& path) {
  const int descriptor =
      uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC); });
  if (descriptor < 0)
    return {};
  SyncedFile file(path, descriptor);
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid())
    return {};
  return file;
}

SyncedFile SyncedFile::openToRead(const std::filesystem::path& path) {
  const int descriptor = uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); });
  if (descriptor < 0)
    return {};
  SyncedFile file(path, descriptor);
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode))
    return {};
  return file;
}

void SyncedFile::readSize() noexcept {
  struct stat facts {};
  if (::fstat(descriptor_, &facts) == 0 && facts.st_size >= 0)
    size_ = static_cast<std::uint64_t>(facts.st_size);
}

SyncedFile::Lock SyncedFile::lock() noexcept {
  if (uninterrupted([&] { return ::flock(descriptor_, LOCK_EX | LOCK_NB); }) != 0)
    return errno == EWOULDBLOCK ? Lock::taken : Lock::unsupported;
  readSize(); // it may have grown before it was ours
  return Lock::mine;
}

void SyncedFile::sync() {
  // Some file systems can't; that alone is no loss.
  if (uninterrupted([&] { return ::fdatasync(descriptor_); }) != 0 && errno != EINVAL && errno != EROFS)
    fail(path_, "cannot be synced to disk", errno);
}

void SyncedFile::append(std::string_view bytes) {
  try {
    std::uint64_t at = size_;
    for (std::string_view rest = bytes; !rest.empty();) {
      const ssize_t written =
          uninterrupted([&] { return ::pwrite(descriptor_, rest.data(), rest.size(), static_cast<off_t>(at)); });
      if (written <= 0)
        fail(path_, "writing failed", written == 0 ? ENOSPC : errno);
      rest.remove_prefix(static_cast<std::size_t>(written));
      at += static_cast<std::uint64_t>(written);
    }
    sync();
    if (removed())
      throw OutputError(path_, "was removed while the program was writing it", "save your work now");
    size_ = at;
  } catch (const OutputError&) {
    // Should this fail too, the next append still begins where this one did.
    [[maybe_unused]] const int ignored = ::ftruncate(descriptor_, static_cast<off_t>(size_));
    throw;
  }
}

void SyncedFile::truncate(std::uint64_t size) {
  if (uninterrupted([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) != 0)
    fail(path_, "writing failed", errno);
  size_ = size;
  try {
    sync();
  } catch (const OutputError&) {
    // It is cut all the same; only after a power cut the rest might be back.
  }
}

std::string SyncedFile::contents(std::uint64_t most) const {
  if (size_ > most)
    throw InputError(path_, "is larger than " + std::to_string(most >> 20U) + " MiB", "it is not what it should be");
  std::string bytes(static_cast<std::size_t>(size_), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = uninterrupted(
        [&] { return ::pread(descriptor_, bytes.data() + have, bytes.size() - have, static_cast<off_t>(have)); });
    if (got < 0)
      throw InputError(path_, std::string("cannot be read: ") + std::strerror(errno), "check the disk");
    if (got == 0)
      break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

bool SyncedFile::removed() const noexcept {
  struct stat facts {};
  return ::fstat(descriptor_, &facts) == 0 && facts.st_nlink == 0;
}

std::int64_t SyncedFile::lastWritten() const noexcept {
  struct stat facts {};
  return ::fstat(descriptor_, &facts) == 0 ? static_cast<std::int64_t>(facts.st_mtime) : 0;
}

} // namespace hipcuff::review
