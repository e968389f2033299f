// Texts put aside on disk until the end of the run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace hipcuff::report {

/// A private file in a folder. Its name is removed as soon as it is open, so that nothing is left behind even where
/// the process is killed. Not thread-safe.
class Spool {
public:
  struct Piece {
    std::int64_t offset = 0;
    std::size_t size = 0;
  };

  /// @throws OutputError
  explicit Spool(std::filesystem::path folder);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// @throws OutputError (disk full, ...)
  Piece append(std::string_view text);
  /// @throws OutputError
  [[nodiscard]] std::string read(const Piece& piece) const;

private:
  std::filesystem::path folder_; ///< for messages
  int descriptor_ = -1;
  std::int64_t end_ = 0;
};

} // namespace hipcuff::report
