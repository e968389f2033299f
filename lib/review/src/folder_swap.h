// A folder that takes the place of another one as a whole.
#pragma once

#include <filesystem>

namespace hipcuff::review {

class FolderSwap {
public:
  /// Makes a hidden folder beside the target. @throws OutputError
  explicit FolderSwap(std::filesystem::path target);
  /// Without commit() the new folder goes and the target stays as it was.
  ~FolderSwap();
  FolderSwap(const FolderSwap&) = delete;
  FolderSwap& operator=(const FolderSwap&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return fresh_; }
  /// The old folder is gone afterwards. @throws OutputError; the target is then as it was
  void commit();

private:
  std::filesystem::path target_;
  std::filesystem::path fresh_;
};

} // namespace hipcuff::review
