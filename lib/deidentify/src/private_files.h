// Files that nobody but their owner may read, from their first moment on.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace hipcuff::deidentify {

/// Makes the folder, or takes one that is there; mode 700. @throws OutputError
void makePrivateFolder(const std::filesystem::path& folder);
/// The whole file or none, mode 600. @throws OutputError
void writePrivately(const std::filesystem::path& file, std::string_view bytes);

/// Text that grows at its end; each piece with one write(). Mode 600. Closed with the object.
class PrivateLog {
public:
  /// @param keep so many bytes of what is there stay, the rest is cut off
  PrivateLog(std::filesystem::path file, std::uint64_t keep);
  ~PrivateLog();
  PrivateLog(const PrivateLog&) = delete;
  PrivateLog& operator=(const PrivateLog&) = delete;
  /// @throws OutputError
  void append(std::string_view text);
  void sync();

private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

/// Held as long as it lives; the system lets it go where the process is killed.
class PrivateLock {
public:
  /// @throws OutputError another process holds it
  explicit PrivateLock(const std::filesystem::path& folder);
  ~PrivateLock();
  PrivateLock(const PrivateLock&) = delete;
  PrivateLock& operator=(const PrivateLock&) = delete;

private:
  int descriptor_ = -1;
};

/// The whole content. @throws InputError
[[nodiscard]] std::string contentOf(const std::filesystem::path& file);

} // namespace hipcuff::deidentify
