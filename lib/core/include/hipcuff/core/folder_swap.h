// A folder that takes the place of another one as a whole.
#pragma once

#include <filesystem>

namespace hipcuff {

class FolderSwap {
public:
  /// Makes the new folder: a hidden one beside the target, or one in `workFolder` (on the same file system).
  /// @throws OutputError
  explicit FolderSwap(std::filesystem::path target, const std::filesystem::path& workFolder = {});
  /// Without commit() the new folder goes and the target stays as it was.
  ~FolderSwap();
  FolderSwap(const FolderSwap&) = delete;
  FolderSwap& operator=(const FolderSwap&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return fresh_; }
  /// The old folder is gone afterwards, but for an entry called `keep`, which goes over into the new one where that has
  /// none. @throws OutputError; the target is then as it was
  void commit(const std::filesystem::path& keep = {});

private:
  std::filesystem::path target_;
  std::filesystem::path fresh_;
};

} // namespace hipcuff
