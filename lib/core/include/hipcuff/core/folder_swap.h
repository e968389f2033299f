// A folder that takes the place of another one as a whole.
#pragma once

#include <filesystem>
#include <initializer_list>

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
  /// The old folder is gone afterwards, but for the entries in `keep`, which go over into the new one where that has
  /// none of the name. @throws OutputError; the target is then as it was
  void commit(std::initializer_list<std::filesystem::path> keep = {});

private:
  std::filesystem::path target_;
  std::filesystem::path fresh_;
};

} // namespace hipcuff
