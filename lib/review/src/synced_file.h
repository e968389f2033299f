// A file that grows line by line. What a call has written is on disk when it returns; a call that fails leaves the
// file as it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace hipcuff::review {

class SyncedFile {
public:
  /// Makes a new file that only this user can read. None (see isOpen) where there is one of that name already.
  /// @throws OutputError
  [[nodiscard]] static SyncedFile createPrivate(const std::filesystem::path& path);
  /// Opens the file, or makes it. @throws OutputError
  [[nodiscard]] static SyncedFile openOrCreate(const std::filesystem::path& path);
  /// None where it can't be opened or is not an ordinary file of this user.
  [[nodiscard]] static SyncedFile openOwn(const std::filesystem::path& path);
  /// None where it can't be opened or is not an ordinary file. Nothing is ever written.
  [[nodiscard]] static SyncedFile openToRead(const std::filesystem::path& path);

  SyncedFile() = default;
  ~SyncedFile();
  SyncedFile(SyncedFile&& other) noexcept;
  SyncedFile& operator=(SyncedFile&& other) noexcept;

  [[nodiscard]] bool isOpen() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  enum class Lock { mine, taken, unsupported };
  /// Against other programs and other SyncedFiles of this one, until this one is closed or the program dies.
  [[nodiscard]] Lock lock() noexcept;
  /// @throws OutputError
  void append(std::string_view bytes);
  /// Cuts off what lies beyond. @throws OutputError
  void truncate(std::uint64_t size);
  /// @throws InputError where it can't be read or is larger than `most` bytes
  [[nodiscard]] std::string contents(std::uint64_t most) const;
  [[nodiscard]] bool removed() const noexcept;
  /// Seconds since 1970, UTC.
  [[nodiscard]] std::int64_t lastWritten() const noexcept;

private:
  SyncedFile(std::filesystem::path path, int descriptor);
  void sync();
  void readSize() noexcept;

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

} // namespace hipcuff::review
