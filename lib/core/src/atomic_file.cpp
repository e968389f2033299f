#include "hipcuff/core/atomic_file.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstring>
#include <random>

#include <fcntl.h>
#include <unistd.h>

namespace hipcuff {
namespace {

std::string because(const char* what) {
  const int code = errno;
  return code != 0 ? std::string(what) + ": " + std::strerror(code) : std::string(what);
}

std::filesystem::path besides(const std::filesystem::path& target) {
  // Unique enough that two runs into one folder don't write into each other's temporary file.
  std::random_device device;
  return target.parent_path() / ("." + target.filename().string() + "." + std::to_string(::getpid()) + "-" +
                                 std::to_string(device()) + ".tmp");
}

void syncToDisk(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    throw OutputError(path, because("cannot be opened to sync it"), "check the disk");
  errno = 0;
  const bool failed = ::fsync(descriptor) != 0;
  // Some file systems don't support fsync on every kind of file; that alone is no loss.
  const bool lost = failed && errno != EINVAL && errno != EROFS;
  const std::string why = because("cannot be synced to disk");
  ::close(descriptor);
  if (lost)
    throw OutputError(path, why, "free some space or choose another folder");
}

} // namespace

AtomicFile::AtomicFile(std::filesystem::path target)
    : target_(std::move(target))
    , temporary_(besides(target_)) {
  errno = 0;
  stream_.open(temporary_, std::ios::binary | std::ios::trunc);
  if (!stream_)
    throw OutputError(target_, because("cannot be written"), "check that the folder exists and is writable");
}

AtomicFile::~AtomicFile() {
  if (committed_)
    return;
  stream_.close();
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void AtomicFile::write(std::string_view bytes) {
  errno = 0;
  stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream_)
    throw OutputError(target_, because("writing failed"), "free some space or choose another folder");
}

void AtomicFile::commit() {
  errno = 0;
  stream_.flush();
  if (stream_)
    stream_.close();
  if (!stream_)
    throw OutputError(target_, because("writing failed"), "free some space or choose another folder");
  syncToDisk(temporary_);
  std::error_code error;
  std::filesystem::rename(temporary_, target_, error);
  if (error)
    throw OutputError(target_, "cannot be put in place: " + error.message(), "check that the target is not a folder");
  committed_ = true;
}

void writeFileAtomically(const std::filesystem::path& target, std::string_view bytes) {
  AtomicFile file(target);
  file.write(bytes);
  file.commit();
}

void requireWritableFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw OutputError(folder, "cannot be made: " + error.message(), "choose another folder with --out");
  // A file without a name: whoever is killed here leaves nothing behind.
  if (const int nameless = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600); nameless >= 0) {
    ::close(nameless);
    return;
  }
  // Not every file system has these.
  const std::filesystem::path probe = besides(folder / "probe");
  errno = 0;
  std::ofstream file(probe);
  const bool ok = file.good();
  const std::string why = because("is not writable");
  file.close();
  std::filesystem::remove(probe, error);
  if (!ok)
    throw OutputError(folder, why, "choose another folder with --out");
}

} // namespace hipcuff
