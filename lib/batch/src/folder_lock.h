// One batch at a time in a folder.
#pragma once

#include <filesystem>

namespace hipcuff::batch {

/// Held as long as it lives, and let go by the system where the process is killed.
class FolderLock {
public:
  /// @throws OutputError where another process holds it, or the folder can't be written
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  /// Whether another process holds it. Changes nothing.
  [[nodiscard]] static bool isHeld(const std::filesystem::path& folder) noexcept;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

private:
  int descriptor_ = -1;
};

} // namespace hipcuff::batch
