// Random-access bytes of a file, a private temporary file, or memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace hipcuff::dicom {

/// Thread-safe for reading (pread); holds no buffer.
class ByteSource {
  struct Key {
    explicit Key() = default;
  };

public:
  ByteSource(Key, std::filesystem::path path, int descriptor, std::uint64_t size) noexcept;
  /// @throws InputError missing, not a regular file, unreadable
  [[nodiscard]] static std::shared_ptr<const ByteSource> open(const std::filesystem::path& file);
  /// Inflates the raw deflate stream from `offset` on into a temporary file that has no name and vanishes with this
  /// object. Memory stays flat. @throws InputError damaged stream, over the limit, no room for temporary files
  [[nodiscard]] static std::shared_ptr<const ByteSource> inflated(const ByteSource& compressed, std::uint64_t offset,
                                                                  std::uint64_t limit);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// As many bytes as there are, at most into.size(). @throws InputError where the file can't be read any more
  [[nodiscard]] std::size_t readSome(std::uint64_t offset, std::span<std::uint8_t> into) const;
  /// Exactly into.size() bytes. @throws InputError where the file ends before
  void read(std::uint64_t offset, std::span<std::uint8_t> into) const;

private:
  std::filesystem::path path_;
  int descriptor_;
  std::uint64_t size_;
};

} // namespace hipcuff::dicom
