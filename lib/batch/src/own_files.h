// What a batch writes: no input, even where its folder lies among the inputs.
#pragma once

#include <filesystem>

namespace hipcuff::batch {

class OwnFiles {
public:
  /// @param out the batch's folder
  explicit OwnFiles(const std::filesystem::path& out);
  /// @param path absolute
  [[nodiscard]] bool has(const std::filesystem::path& path) const;
  /// Removes files of ours that were being written when a run was killed (see AtomicFile).
  void removeTorn() const;

private:
  std::filesystem::path out_;
};

} // namespace hipcuff::batch
