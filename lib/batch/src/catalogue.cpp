#include "hipcuff/batch/catalogue.h"

#include "schema.h"
#include "sqlite.h"

#include "hipcuff/core/error.h"

#include <array>
#include <fstream>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

std::int64_t pragma(Database& database, const char* name) {
  Statement statement(database, std::string("PRAGMA ") + name);
  return statement.step() ? statement.integer(0) : 0;
}

/// The first page is whole and says SQLite; what lies behind may still be damaged.
bool looksLikeSqlite(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 16> head{};
  stream.read(head.data(), head.size());
  return stream.gcount() == static_cast<std::streamsize>(head.size()) &&
         std::string_view(head.data(), head.size()) == std::string_view("SQLite format 3\0", 16);
}

/// quick_check reads every page: seconds for a million exams, once an opening for writing.
bool sound(Database& database) {
  Statement check(database, "PRAGMA quick_check(1)");
  return check.step() && check.text(0) == "ok";
}

[[noreturn]] void explain(const SqlError& error, const fs::path& file, bool writing) {
  switch (error.failure()) {
  case SqlFailure::damaged:
  case SqlFailure::notADatabase:
    throw InputError(file, "the catalogue is damaged: " + error.message(),
                     "run 'hipcuff batch' with --resume: it is made anew from the exams' folders, which are untouched");
  case SqlFailure::busy:
    throw InputError(file, "is in use by another process", "wait for it to end");
  default:
    break;
  }
  if (writing)
    throw OutputError(file, "the catalogue cannot be written: " + error.message(),
                      "free some space, and check the folder's permissions");
  throw InputError(file, "the catalogue cannot be read: " + error.message(), "check the file's permissions");
}

/// Begun and never finished: the disk was full, or the process was killed right then.
bool isBlank(Database& database) {
  Statement tables(database, "SELECT 1 FROM sqlite_master LIMIT 1");
  return pragma(database, "application_id") == 0 && !tables.step();
}

void makeTables(Database& database) {
  Transaction transaction(database);
  database.run(schemaSql);
  database.run(schemaSql2);
  database.run("PRAGMA application_id = " + std::to_string(applicationId));
  database.run("PRAGMA user_version = " + std::to_string(schemaVersion));
  transaction.commit();
}

/// A catalogue of an earlier version gets what is new; what it holds stays.
void bringUp(Database& database) {
  if (pragma(database, "user_version") >= schemaVersion)
    return;
  Transaction transaction(database);
  if (pragma(database, "user_version") < schemaVersion) { // not done by somebody else meanwhile
    database.run(schemaSql2);
    database.run("PRAGMA user_version = " + std::to_string(schemaVersion));
  }
  transaction.commit();
}

} // namespace

fs::path catalogueFile(const fs::path& folderOrFile) {
  std::error_code ignored;
  return folderOrFile.extension() == ".sqlite" || fs::is_regular_file(folderOrFile, ignored)
             ? folderOrFile
             : folderOrFile / "catalogue.sqlite";
}

fs::path examFolder(const std::string& name) {
  constexpr std::size_t prefix = 5; // "exam-"
  return fs::path("studies") / (name.size() > prefix + 2 ? name.substr(prefix, 2) : "00") / name;
}

Catalogue::Catalogue(const fs::path& folderOrFile, Access access)
    : file_(catalogueFile(folderOrFile)) {
  const bool writing = access == Access::readWrite;
  std::error_code ignored;
  bool there = fs::exists(file_, ignored) && fs::file_size(file_, ignored) > 0;
  if (!there && !writing)
    throw InputError(file_, "does not exist", "give the folder that 'hipcuff batch' wrote");
  if (there && !looksLikeSqlite(file_))
    throw InputError(file_, "is not a catalogue, or its beginning is damaged",
                     "run 'hipcuff batch' with --resume: it is made anew from the exams' folders, which are untouched");
  try {
    database_ = std::make_unique<Database>(file_, writing ? Database::Access::create : Database::Access::readOnly);
    Database& database = *database_;
    if (there && writing && isBlank(database))
      there = false;
    if (there) {
      if (pragma(database, "application_id") != applicationId)
        throw InputError(file_, "is an SQLite file, but not a catalogue of HipCuff",
                         "give the folder that 'hipcuff batch' wrote");
      const std::int64_t version = pragma(database, "user_version");
      if (version > schemaVersion)
        throw InputError(file_,
                         "is a catalogue of version " + std::to_string(version) + ", and this program knows up to " +
                             std::to_string(schemaVersion),
                         "use the newer HipCuff that wrote it; nothing was changed");
    }
    if (writing) {
      // Answers "wal", or what the file system allows.
      Statement mode(database, "PRAGMA journal_mode = WAL");
      mode.step();
    }
    if (writing)
      database.run("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
    if (!there)
      makeTables(database);
    else if (writing && !sound(database))
      throw SqlError(SqlFailure::damaged, "its pages do not fit together");
    if (writing)
      bringUp(database);
  } catch (const SqlError& error) {
    explain(error, file_, writing);
  }
}

Catalogue::~Catalogue() = default;
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;

Database& Catalogue::database() noexcept {
  return *database_;
}

void Catalogue::settle() noexcept {
  try {
    Statement mode(*database_, "PRAGMA journal_mode = DELETE");
    mode.step();
  } catch (const SqlError&) { // in use: the next writer does it
  }
}

bool Catalogue::isDamaged(const fs::path& folderOrFile) {
  const fs::path file = catalogueFile(folderOrFile);
  std::error_code ignored;
  if (!fs::exists(file, ignored) || fs::file_size(file, ignored) == 0)
    return false;
  if (!looksLikeSqlite(file))
    return true;
  try {
    Database database(file, Database::Access::readWrite);
    if (pragma(database, "application_id") != applicationId)
      return false;
    if (pragma(database, "user_version") > schemaVersion)
      return false;
    return !sound(database);
  } catch (const SqlError& error) {
    return error.failure() == SqlFailure::damaged || error.failure() == SqlFailure::notADatabase;
  }
}

} // namespace hipcuff::batch
