// Rows from one catalogue's table into the same table of another, whatever its columns are; ids are given anew.
#pragma once

#include "sqlite.h"

#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace hipcuff::batch {

/// One row on its way, by column names. The id stays behind.
class Columns {
public:
  explicit Columns(std::vector<std::string> names);
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  void read(const Statement& row);
  /// Binds from `first` on.
  void bindTo(Statement& statement, int first) const;

  [[nodiscard]] std::string text(const std::string& column) const;
  [[nodiscard]] std::int64_t integer(const std::string& column) const; ///< 0 where null
  void setInteger(const std::string& column, std::int64_t value);      ///< 0 becomes null but for `scan`
  void setNull(const std::string& column);

  /// Of the row to be replaced; 0: none.
  void setId(std::int64_t id) noexcept { id_ = id; }
  [[nodiscard]] std::int64_t id() const noexcept { return id_; }

private:
  using Value = std::variant<std::monostate, std::int64_t, double, std::string>;
  [[nodiscard]] std::size_t placeOf(const std::string& column) const;
  std::vector<std::string> names_;
  std::vector<Value> values_;
  std::int64_t id_ = 0;
};

class TableCopy {
public:
  enum class Place { none, added, replaced };
  /// @param where condition on the source's rows, with at most one ?
  TableCopy(Database& from, Database& to, const std::string& table, const std::string& where);

  using Change = std::function<Place(Columns&)>;
  /// All rows of the condition, in the order of their ids.
  void copyEach(const Change& change);
  void copyEach(std::int64_t value, const Change& change);
  /// The one row with this id, into the row `known`, or a new one where that is 0. @return its id there
  std::int64_t copy(std::int64_t id, const std::function<void(Columns&)>& change, std::int64_t known);

private:
  void put(Place place);
  Database& to_;
  Columns row_;
  Statement select_, insert_, update_;
};

/// Runs of one catalogue as runs of another. A run that is there already (an earlier merge) is brought up to date.
class RunMap {
public:
  RunMap(Database& from, Database& to);
  [[nodiscard]] std::int64_t map(std::int64_t run) const; ///< 0 stays 0

private:
  std::map<std::int64_t, std::int64_t> ids_;
};

} // namespace hipcuff::batch
