#include "hipcuff/dicom/network/inbox.h"

#include "receive.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/dicom/guard/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace hipcuff::dicom {
namespace {

void syncFolder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool good = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0)
    ::close(fd);
  if (!good)
    throw OutputError(folder, std::string("can't be synced: ") + std::strerror(error), "check the disk");
}

bool sameBytes(const std::filesystem::path& a, const std::filesystem::path& b) {
  const auto one = ByteSource::open(a);
  const auto two = ByteSource::open(b);
  if (one->size() != two->size())
    return false;
  std::vector<std::uint8_t> left(1 << 16);
  std::vector<std::uint8_t> right(1 << 16);
  for (std::uint64_t at = 0; at < one->size(); at += left.size()) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left.size(), one->size() - at));
    one->read(at, {left.data(), count});
    two->read(at, {right.data(), count});
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count), right.begin()))
      return false;
  }
  return true;
}

} // namespace

bool isUid(const std::string& text) noexcept {
  if (text.empty() || text.size() > 64 || text.front() == '.' || text.back() == '.')
    return false;
  char before = '0';
  for (const char c : text) {
    if ((c < '0' || c > '9') && (c != '.' || before == '.'))
      return false;
    before = c;
  }
  return true;
}

Inbox::Impl::Impl(std::filesystem::path where, InboxLimits most, InboxLayout how)
    : folder(std::move(where))
    , limits(most)
    , layout(how) {
  requireWritableFolder(folder);
  const auto lockFile = folder / ".lock";
  lock = ::open(lockFile.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (lock >= 0)
      ::close(lock);
    throw OutputError(folder, "another program receives into this folder", "end it, or name another folder");
  }
  try {
    std::error_code error;
    std::filesystem::remove_all(incoming(), error);
    std::filesystem::create_directories(incoming());
    if (layout == InboxLayout::byDigest)
      makeDigestFolders();
    syncFolder(folder);
  } catch (const std::filesystem::filesystem_error& e) {
    ::close(lock);
    throw OutputError(folder, e.code().message(), "check permissions and disk");
  } catch (...) {
    ::close(lock);
    throw;
  }
}

Inbox::Impl::~Impl() {
  ::close(lock);
}

std::filesystem::path Inbox::Impl::temporaryPath() {
  const std::lock_guard guard(mutex);
  return incoming() / std::to_string(next++);
}

/// All at once: a new one would cost the object that is the first in it another sync. Those that were there may hold
/// an object whose renaming was not synced when an earlier process ended.
void Inbox::Impl::makeDigestFolders() const {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char high : digits)
    for (const char low : digits)
      if (const auto home = folder / std::string{high, low};
          !std::filesystem::create_directory(home) && !std::filesystem::is_empty(home))
        syncFolder(home);
}

void Inbox::Impl::makeFolder(const std::filesystem::path& home) {
  if (home == folder)
    return;
  std::error_code error;
  if (std::filesystem::is_directory(home, error))
    return;
  makeFolder(home.parent_path());
  if (std::filesystem::create_directory(home, error))
    syncFolder(home.parent_path());
}

bool Inbox::Impl::place(const std::filesystem::path& temporary, const std::filesystem::path& target) {
  // One at a time from the look to the renaming: two peers may send the same UID at once.
  const std::lock_guard guard(mutex);
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(target, error)))
    return false;
  makeFolder(target.parent_path());
  std::filesystem::rename(temporary, target, error);
  if (error)
    throw OutputError(target, error.message(), "check permissions and disk");
  return true;
}

bool Inbox::Impl::settle(const std::filesystem::path& temporary, const std::filesystem::path& target) {
  for (;;) {
    const bool isNew = place(temporary, target);
    if (!isNew) {
      // Compared without the lock: that may take long, and nobody changes what stands in its place. But it may be
      // removed meanwhile, when it is no longer needed.
      std::error_code error;
      const auto there = [&] { return std::filesystem::exists(std::filesystem::symlink_status(target, error)); };
      bool same = false;
      try {
        same = sameBytes(temporary, target);
      } catch (const InputError&) {
        if (there())
          throw;
        continue;
      }
      if (!there())
        continue;
      if (!same)
        throw Conflict(target, "another object is stored under this UID", "");
    }
    // One that was there, too: whoever put it there may not have come so far yet, or may have failed.
    syncFolder(target.parent_path());
    return isNew;
  }
}

Inbox::Inbox(std::filesystem::path folder, InboxLimits limits, InboxLayout layout)
    : impl_(std::make_unique<Impl>(std::move(folder), limits, layout)) {}
Inbox::~Inbox() = default;

const std::filesystem::path& Inbox::folder() const noexcept {
  return impl_->folder;
}

const InboxLimits& Inbox::limits() const noexcept {
  return impl_->limits;
}

std::filesystem::path Inbox::pathOf(const std::string& instanceUid) const {
  if (!isUid(instanceUid))
    throw InputError({}, "a SOP Instance UID that is none", "");
  return impl_->folder / sha256(instanceUid).substr(0, 2) / (instanceUid + ".dcm");
}

std::filesystem::path Inbox::pathOf(const std::string& studyUid, const std::string& seriesUid,
                                    const std::string& instanceUid) const {
  if (impl_->layout == InboxLayout::byDigest)
    return pathOf(instanceUid);
  if (!isUid(instanceUid))
    throw InputError({}, "a SOP Instance UID that is none", "");
  const auto part = [](const std::string& uid) { return isUid(uid) ? uid : std::string("none"); };
  return impl_->folder / part(studyUid) / part(seriesUid) / (instanceUid + ".dcm");
}

} // namespace hipcuff::dicom
