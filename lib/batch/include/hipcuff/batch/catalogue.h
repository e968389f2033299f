// The catalogue of a batch: DIR/catalogue.sqlite. Every input and exam with its state, and what was found.
//
// It is an index: what was found stands in the exams' folders too (results.json and exam.json), so that a lost or
// damaged catalogue costs a walk over the folders and no analysis.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace hipcuff::batch {

class Database;

/// DIR/catalogue.sqlite, or, where `folderOrFile` is a file or is called .sqlite, that.
[[nodiscard]] std::filesystem::path catalogueFile(const std::filesystem::path& folderOrFile);

/// studies/HH/NAME, relative to the batch's folder.
[[nodiscard]] std::filesystem::path examFolder(const std::string& name);

class Catalogue {
public:
  enum class Access { readOnly, readWrite };

  /// Opens or, with readWrite, makes it. Write-ahead log where the file system can (on network shares it can't; then a
  /// rollback journal).
  /// @throws InputError not there, not a catalogue, of a newer version, damaged (isDamaged() tells that one), or in
  /// use;
  ///         OutputError can't be made
  Catalogue(const std::filesystem::path& folderOrFile, Access access);
  ~Catalogue();
  Catalogue(Catalogue&&) noexcept;
  Catalogue& operator=(Catalogue&&) noexcept;

  [[nodiscard]] Database& database() noexcept; ///< for this room
  /// Folds the write-ahead log in, so that one file holds all and can be read from read-only and network disks. Nothing
  /// happens where somebody else is reading.
  void settle() noexcept;
  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

  /// A catalogue that is there and that SQLite can't read; false where it is sound, missing, or no catalogue at all.
  [[nodiscard]] static bool isDamaged(const std::filesystem::path& folderOrFile);

private:
  std::filesystem::path file_;
  std::unique_ptr<Database> database_;
};

} // namespace hipcuff::batch
