#include "sqlite.h"

#include <sqlite3.h>

#include <cctype>

namespace hipcuff::batch {
namespace {

SqlFailure failureOf(int code) {
  switch (code & 0xff) {
  case SQLITE_CORRUPT:
    return SqlFailure::damaged;
  case SQLITE_NOTADB:
    return SqlFailure::notADatabase;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return SqlFailure::busy;
  case SQLITE_FULL:
  case SQLITE_IOERR:
    return SqlFailure::full;
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
    return SqlFailure::readOnly;
  default:
    return SqlFailure::other;
  }
}

[[noreturn]] void fail(sqlite3* connection, int code) {
  throw SqlError(failureOf(code), connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code));
}

/// Whether the database's pages can be read. Opening alone does not touch the file.
int tryReading(sqlite3* connection) {
  return sqlite3_exec(connection, "PRAGMA schema_version", nullptr, nullptr, nullptr);
}

/// file:...?immutable=1: read without locks and without the shared memory beside the file, which a reader of a
/// write-ahead log must be able to make.
std::string immutableUri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    constexpr const char* hex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '/' || c == '.' || c == '-' || c == '_' || (byte < 0x80 && std::isalnum(byte) != 0))
      uri += c;
    else
      uri += {'%', hex[byte >> 4], hex[byte & 15]};
  }
  return uri + "?immutable=1";
}

/// Nothing is waiting in a write-ahead log.
bool logIsEmpty(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file.string() + "-wal", error);
  return error || size == 0;
}

} // namespace

void Database::Closer::operator()(sqlite3* connection) const noexcept {
  sqlite3_close_v2(connection);
}

Database::Database(const std::filesystem::path& file, Access access) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (access) {
  case Access::readOnly:
    flags |= SQLITE_OPEN_READONLY;
    break;
  case Access::readWrite:
    flags |= SQLITE_OPEN_READWRITE;
    break;
  case Access::create:
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    break;
  }
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  connection_.reset(raw);
  if (code != SQLITE_OK)
    fail(raw, code);
  sqlite3_busy_timeout(raw, 10000);
  if (access == Access::readOnly && failureOf(tryReading(raw)) == SqlFailure::readOnly && logIsEmpty(file)) {
    // A folder that can't be written to, and a log that its writer has closed: nobody changes the file either.
    sqlite3* still = nullptr;
    const int again = sqlite3_open_v2(immutableUri(file).c_str(), &still, flags | SQLITE_OPEN_URI, nullptr);
    connection_.reset(still);
    if (again != SQLITE_OK)
      fail(still, again);
  }
}

void Database::run(std::string_view sql) {
  const int code = sqlite3_exec(handle(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK)
    fail(handle(), code);
}

std::int64_t Database::lastRowId() const noexcept {
  return sqlite3_last_insert_rowid(handle());
}

std::int64_t Database::changes() const noexcept {
  return sqlite3_changes64(handle());
}

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Statement::Statement(Database& database, std::string_view sql)
    : connection_(database.handle()) {
  sqlite3_stmt* raw = nullptr;
  check(sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()), 0, &raw, nullptr));
  statement_.reset(raw);
}

void Statement::check(int code) {
  if (code != SQLITE_OK)
    fail(connection_, code);
}

Statement& Statement::bind(int place, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), place, value));
  return *this;
}

Statement& Statement::bind(int place, double value) {
  check(sqlite3_bind_double(statement_.get(), place, value));
  return *this;
}

Statement& Statement::bind(int place, std::string_view value) {
  check(sqlite3_bind_text64(statement_.get(), place, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bindNull(int place) {
  check(sqlite3_bind_null(statement_.get(), place));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    fail(connection_, code);
  return code == SQLITE_ROW;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() {
  sqlite3_reset(statement_.get()); // repeats the error that step() has thrown already
  sqlite3_clear_bindings(statement_.get());
}

int Statement::columns() const noexcept {
  return sqlite3_column_count(statement_.get());
}

std::string Statement::columnName(int place) const {
  const char* name = sqlite3_column_name(statement_.get(), place);
  return name != nullptr ? name : "";
}

bool Statement::isNull(int place) const noexcept {
  return sqlite3_column_type(statement_.get(), place) == SQLITE_NULL;
}

bool Statement::isNumber(int place) const noexcept {
  const int type = sqlite3_column_type(statement_.get(), place);
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

bool Statement::isInteger(int place) const noexcept {
  return sqlite3_column_type(statement_.get(), place) == SQLITE_INTEGER;
}

std::int64_t Statement::integer(int place) const noexcept {
  return sqlite3_column_int64(statement_.get(), place);
}

double Statement::real(int place) const noexcept {
  return sqlite3_column_double(statement_.get(), place);
}

std::string Statement::text(int place) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), place));
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), place)));
}

std::optional<double> Statement::optionalReal(int place) const noexcept {
  return isNull(place) ? std::nullopt : std::optional(real(place));
}

bool Statement::onlyReads() const noexcept {
  return sqlite3_stmt_readonly(statement_.get()) != 0;
}

Transaction::Transaction(Database& database)
    : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (done_)
    return;
  try {
    database_.run("ROLLBACK");
  } catch (const SqlError&) { // SQLite has rolled back by itself
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  done_ = true;
}

} // namespace hipcuff::batch
