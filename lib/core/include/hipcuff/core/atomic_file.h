// Files appear whole or not at all: written beside the target, synced, then renamed.
#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

namespace hipcuff {

class AtomicFile {
public:
  /// Opens a hidden file beside `target`. @throws OutputError where the folder is missing or not writable
  explicit AtomicFile(std::filesystem::path target);
  /// Without commit() the temporary file is removed and the target is left as it was.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// @throws OutputError (disk full, I/O error)
  void write(std::string_view bytes);
  [[nodiscard]] std::ostream& stream() noexcept { return stream_; }
  /// Flushes, syncs and renames. @throws OutputError; the target is then as it was
  void commit();
  /// Where the bytes are until commit(), for libraries that want a path.
  [[nodiscard]] const std::filesystem::path& temporaryPath() const noexcept { return temporary_; }

private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  std::ofstream stream_;
  bool committed_ = false;
};

/// The whole text or bytes at once. @throws OutputError
void writeFileAtomically(const std::filesystem::path& target, std::string_view bytes);

/// Makes the folder (and parents) and proves that a file can be made in it. @throws OutputError
void requireWritableFolder(const std::filesystem::path& folder);

} // namespace hipcuff
