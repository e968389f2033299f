// What a batch writes: no input, even where its folder lies among the inputs.
#pragma once

#include <filesystem>

namespace hipcuff::batch {

class OwnFiles {
public:
  /// @param out the batch's folder
  explicit OwnFiles(const std::filesystem::path& out);
  /// Whatever links lead there. @param path absolute
  [[nodiscard]] bool has(const std::filesystem::path& path);
  /// Removes files of ours that were being written when a run was killed (see AtomicFile).
  void removeTorn() const;

private:
  std::filesystem::path out_; ///< without links
  /// The folder that was asked for last, and where it really is: files come folder by folder.
  std::filesystem::path asked_;
  std::filesystem::path real_;
};

} // namespace hipcuff::batch
