// Plain SQL, for reading alone; and how rows are read altogether.
#include "query_rows.h"

#include "hipcuff/batch/catalogue.h"

#include "hipcuff/core/error.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace hipcuff::batch {
namespace {

/// SQLite calls it every few thousand steps of its machine; true ends the statement.
class StopWatch {
public:
  StopWatch(Database& database, const std::function<bool()>& stop)
      : database_(database)
      , stop_(stop) {
    if (stop_)
      sqlite3_progress_handler(database.handle(), 20000, &StopWatch::ask, this);
  }
  ~StopWatch() { sqlite3_progress_handler(database_.handle(), 0, nullptr, nullptr); }
  StopWatch(const StopWatch&) = delete;
  StopWatch& operator=(const StopWatch&) = delete;
  [[nodiscard]] bool stopped() const { return stopped_ || (stop_ && stop_()); }

private:
  static int ask(void* self) {
    auto* watch = static_cast<StopWatch*>(self);
    watch->stopped_ = watch->stop_();
    return watch->stopped_ ? 1 : 0;
  }
  Database& database_;
  const std::function<bool()>& stop_;
  bool stopped_ = false;
};

/// PRAGMAs that tell something and change nothing where they have no value.
constexpr std::array tellingPragmas = {"user_version",  "application_id", "schema_version", "page_count",
                                       "page_size",     "encoding",       "journal_mode",   "database_list",
                                       "table_list",    "function_list",  "collation_list", "compile_options",
                                       "freelist_count"};
/// Those whose value is the name of what they tell about.
constexpr std::array tellingAbout = {"table_info", "table_xinfo", "index_list",
                                     "index_info", "index_xinfo", "foreign_key_list"};

/// Asked by SQLite for each thing that a statement would do.
int authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
  const auto named = [](const auto& list, const char* name) {
    return name != nullptr &&
           std::any_of(list.begin(), list.end(), [&](const char* known) { return sqlite3_stricmp(known, name) == 0; });
  };
  switch (action) {
  case SQLITE_SELECT:
  case SQLITE_READ:
  case SQLITE_RECURSIVE:
    return SQLITE_OK;
  case SQLITE_FUNCTION:
    return second != nullptr && sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
  case SQLITE_PRAGMA:
    return (second == nullptr && named(tellingPragmas, first)) || named(tellingAbout, first) ? SQLITE_OK : SQLITE_DENY;
  default:
    return SQLITE_DENY;
  }
}

class OnlyReading {
public:
  explicit OnlyReading(sqlite3* connection)
      : connection_(connection) {
    sqlite3_set_authorizer(connection_, &authorize, nullptr);
  }
  ~OnlyReading() { sqlite3_set_authorizer(connection_, nullptr, nullptr); }
  OnlyReading(const OnlyReading&) = delete;
  OnlyReading& operator=(const OnlyReading&) = delete;

private:
  sqlite3* connection_;
};

/// One statement and nothing behind it; Statement itself would pass over what comes after the first one.
void checkSql(sqlite3* connection, const std::string& sql) {
  const char* rest = sql.c_str();
  int statements = 0;
  while (*rest != '\0') {
    sqlite3_stmt* raw = nullptr;
    const char* const begin = rest;
    const int code = sqlite3_prepare_v2(connection, begin, -1, &raw, &rest);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, &sqlite3_finalize);
    if (code == SQLITE_AUTH)
      throw UsageError("--sql only reads; this would do more: " + std::string(sqlite3_errmsg(connection)),
                       "give one SELECT");
    if (code != SQLITE_OK) {
      const int offset = sqlite3_error_offset(connection);
      const std::string where =
          offset >= 0 ? ", at character " + std::to_string(begin - sql.c_str() + offset + 1) : std::string();
      throw UsageError("--sql" + where + ": " + sqlite3_errmsg(connection),
                       "SELECT sql FROM sqlite_master shows tables and columns");
    }
    if (raw == nullptr) // blanks or a comment
      continue;
    if (++statements > 1)
      throw UsageError("--sql takes one statement, and this is several", "give one SELECT");
    if (sqlite3_stmt_readonly(raw) == 0)
      throw UsageError("--sql only reads, and this statement would write", "give one SELECT");
    if (sqlite3_column_count(raw) == 0)
      throw UsageError("--sql needs a statement that gives rows", "give one SELECT");
    if (sqlite3_bind_parameter_count(raw) > 0)
      throw UsageError("--sql has a placeholder, and there is nothing to put there", "write the value itself");
  }
  if (statements == 0)
    throw UsageError("--sql is empty", "give one SELECT");
}

} // namespace

bool readRows(Catalogue& catalogue, const std::function<bool()>& stop, const std::function<void(Database&)>& read) {
  StopWatch watch(catalogue.database(), stop);
  try {
    read(catalogue.database());
  } catch (const SqlError& error) {
    if (watch.stopped())
      return false;
    switch (error.failure()) {
    case SqlFailure::damaged:
    case SqlFailure::notADatabase:
      throw InputError(
          catalogue.file(), "the catalogue is damaged: " + error.message(),
          "run 'hipcuff batch' with --resume: it is made anew from the exams' folders, which are untouched");
    case SqlFailure::busy:
      throw InputError(catalogue.file(), "is in use by another process", "wait for it to end");
    default:
      throw InputError(catalogue.file(), "the catalogue cannot be read: " + error.message(),
                       "check the file and the room for temporary files");
    }
  }
  return !watch.stopped();
}

void emitRows(Statement& statement, const std::vector<bool>& flags, const RowSink& sink) {
  std::vector<Cell> cells(static_cast<std::size_t>(statement.columns()));
  while (!(sink.stop && sink.stop()) && statement.step()) {
    for (int i = 0; i < statement.columns(); ++i) {
      Cell& cell = cells[static_cast<std::size_t>(i)];
      if (statement.isNull(i))
        cell = std::monostate{};
      else if (static_cast<std::size_t>(i) < flags.size() && flags[static_cast<std::size_t>(i)])
        cell = statement.integer(i) != 0;
      else if (statement.isInteger(i))
        cell = statement.integer(i);
      else if (statement.isNumber(i))
        cell = statement.real(i);
      else
        cell = statement.text(i);
    }
    sink.row(cells);
  }
}

bool runSql(Catalogue& catalogue, const std::string& sql, const RowSink& sink) {
  if (sql.find('\0') != std::string::npos)
    throw UsageError("--sql holds a zero byte");
  const OnlyReading guard(catalogue.database().handle());
  checkSql(catalogue.database().handle(), sql);
  return readRows(catalogue, sink.stop, [&](Database& database) {
    Statement statement(database, sql);
    std::vector<QueryColumn> columns;
    for (int i = 0; i < statement.columns(); ++i)
      columns.push_back({statement.columnName(i)});
    sink.columns(columns);
    emitRows(statement, {}, sink);
  });
}

} // namespace hipcuff::batch
