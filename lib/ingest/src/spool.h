// Samples on disk, read piece by piece: a private temporary file, or a file that already is what is wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace hipcuff::ingest {

/// The temporary file has no name: it is gone when the program ends, however it ends.
class Spool {
public:
  /// @param forInput named in errors. @throws InputError where no temporary file can be made
  explicit Spool(std::filesystem::path forInput);
  /// Reads an existing file instead. @throws InputError where it can't be opened
  Spool(std::filesystem::path forInput, const std::filesystem::path& existing);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// @throws InputError (disk full)
  void append(const void* bytes, std::size_t count);
  /// Thread-safe. @throws InputError where the spool is shorter
  void read(std::uint64_t at, void* bytes, std::size_t count) const;
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
  std::filesystem::path input_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

} // namespace hipcuff::ingest
