// SQLite with values instead of return codes: a connection, and statements that clean up after themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace hipcuff::batch {

/// How a statement failed; told apart so that a full disk is not taken for a damaged file.
enum class SqlFailure { damaged, notADatabase, busy, full, readOnly, other };

/// Thrown by everything here; the catalogue turns it into an error for people.
class SqlError {
public:
  SqlError(SqlFailure failure, std::string message)
      : failure_(failure)
      , message_(std::move(message)) {}
  [[nodiscard]] SqlFailure failure() const noexcept { return failure_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

private:
  SqlFailure failure_;
  std::string message_;
};

class Database;

/// A prepared statement. Values are bound by place, from 1; columns are read by place, from 0.
class Statement {
public:
  Statement(Database& database, std::string_view sql);

  Statement& bind(int place, std::int64_t value);
  Statement& bind(int place, int value) { return bind(place, static_cast<std::int64_t>(value)); }
  Statement& bind(int place, double value);
  Statement& bind(int place, std::string_view value); ///< bytes as they are
  Statement& bind(int place, const std::string& value) { return bind(place, std::string_view(value)); }
  Statement& bind(int place, const char* value) { return bind(place, std::string_view(value)); }
  Statement& bindNull(int place);
  template <typename T>
  Statement& bind(int place, const std::optional<T>& value) {
    return value ? bind(place, *value) : bindNull(place);
  }
  /// Empty text becomes null: what nobody said is null everywhere.
  Statement& bindText(int place, std::string_view value) {
    return value.empty() ? bindNull(place) : bind(place, value);
  }

  /// Goes to the next row. @return whether there is one
  bool step();
  /// For statements without rows: step() and reset().
  void run();
  /// To be run again; bindings are forgotten.
  void reset();

  [[nodiscard]] int columns() const noexcept;
  [[nodiscard]] std::string columnName(int place) const;
  [[nodiscard]] bool isNull(int place) const noexcept;
  /// Whether the column holds a number in this row.
  [[nodiscard]] bool isNumber(int place) const noexcept;
  [[nodiscard]] bool isInteger(int place) const noexcept;
  [[nodiscard]] std::int64_t integer(int place) const noexcept;
  [[nodiscard]] double real(int place) const noexcept;
  [[nodiscard]] std::string text(int place) const; ///< empty where null
  [[nodiscard]] std::optional<double> optionalReal(int place) const noexcept;
  /// False: it would change the database.
  [[nodiscard]] bool onlyReads() const noexcept;

private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  void check(int code);

  sqlite3* connection_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

/// One connection. Not thread-safe: one thread at a time.
class Database {
public:
  enum class Access { readOnly, readWrite, create };
  /// Opens the file. Waits up to 10 s where another process holds it. With readOnly it need not be in a folder that
  /// can be written to: a database with a write-ahead log that is all in the file itself is then taken as it stands.
  Database(const std::filesystem::path& file, Access access);

  void run(std::string_view sql); ///< one or several statements without rows that matter
  [[nodiscard]] std::int64_t lastRowId() const noexcept;
  [[nodiscard]] std::int64_t changes() const noexcept; ///< rows that the last statement changed
  [[nodiscard]] sqlite3* handle() const noexcept { return connection_.get(); }

private:
  struct Closer {
    void operator()(sqlite3* connection) const noexcept;
  };
  std::unique_ptr<sqlite3, Closer> connection_;
};

/// Rolls back unless commit() was called.
class Transaction {
public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

private:
  Database& database_;
  bool done_ = false;
};

} // namespace hipcuff::batch
