#include "table_copy.h"

#include <algorithm>

namespace hipcuff::batch {
namespace {

std::vector<std::string> columnsOf(Database& database, const std::string& table) {
  std::vector<std::string> names;
  Statement info(database, "PRAGMA table_info(" + table + ")");
  while (info.step())
    if (info.text(1) != "id")
      names.push_back(info.text(1));
  return names;
}

/// A catalogue of an earlier version may have fewer columns.
std::vector<std::string> commonColumns(Database& from, Database& to, const std::string& table) {
  std::vector<std::string> names = columnsOf(from, table);
  const std::vector<std::string> theirs = columnsOf(to, table);
  std::erase_if(names,
                [&](const std::string& name) { return std::find(theirs.begin(), theirs.end(), name) == theirs.end(); });
  return names;
}

std::string joined(const std::vector<std::string>& names, const std::string& suffix = {}) {
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ", ") + name + suffix;
  return list;
}

std::string insertSql(const std::string& table, const std::vector<std::string>& names) {
  std::string marks;
  for (std::size_t i = 0; i < names.size(); ++i)
    marks += i == 0 ? "?" : ", ?";
  return "INSERT INTO " + table + "(" + joined(names) + ") VALUES(" + marks + ")";
}

} // namespace

Columns::Columns(std::vector<std::string> names)
    : names_(std::move(names))
    , values_(names_.size()) {}

void Columns::read(const Statement& row) {
  id_ = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const int place = static_cast<int>(i);
    if (row.isNull(place))
      values_[i] = std::monostate{};
    else if (row.isInteger(place))
      values_[i] = row.integer(place);
    else if (row.isNumber(place))
      values_[i] = row.real(place);
    else
      values_[i] = row.text(place);
  }
}

void Columns::bindTo(Statement& statement, int first) const {
  for (const Value& value : values_) {
    if (const auto* whole = std::get_if<std::int64_t>(&value))
      statement.bind(first, *whole);
    else if (const auto* real = std::get_if<double>(&value))
      statement.bind(first, *real);
    else if (const auto* text = std::get_if<std::string>(&value))
      statement.bind(first, *text);
    else
      statement.bindNull(first);
    ++first;
  }
}

std::size_t Columns::placeOf(const std::string& column) const {
  const auto found = std::find(names_.begin(), names_.end(), column);
  if (found == names_.end())
    throw SqlError(SqlFailure::damaged, "a table has no column " + column);
  return static_cast<std::size_t>(std::distance(names_.begin(), found));
}

std::string Columns::text(const std::string& column) const {
  const auto* text = std::get_if<std::string>(&values_[placeOf(column)]);
  return text == nullptr ? std::string() : *text;
}

std::int64_t Columns::integer(const std::string& column) const {
  const auto* whole = std::get_if<std::int64_t>(&values_[placeOf(column)]);
  return whole == nullptr ? 0 : *whole;
}

void Columns::setInteger(const std::string& column, std::int64_t value) {
  if (value == 0 && column != "scan")
    setNull(column);
  else
    values_[placeOf(column)] = value;
}

void Columns::setNull(const std::string& column) {
  values_[placeOf(column)] = std::monostate{};
}

TableCopy::TableCopy(Database& from, Database& to, const std::string& table, const std::string& where)
    : to_(to)
    , row_(commonColumns(from, to, table))
    , select_(from, "SELECT " + joined(row_.names()) + " FROM " + table + " WHERE " + where + " ORDER BY id")
    , insert_(to, insertSql(table, row_.names()))
    , update_(to, "UPDATE " + table + " SET " + joined(row_.names(), " = ?") + " WHERE id = ?") {}

void TableCopy::put(Place place) {
  if (place == Place::none)
    return;
  Statement& statement = place == Place::added ? insert_ : update_;
  row_.bindTo(statement, 1);
  if (place == Place::replaced)
    statement.bind(static_cast<int>(row_.names().size()) + 1, row_.id());
  statement.run();
}

void TableCopy::copyEach(const Change& change) {
  while (select_.step()) {
    row_.read(select_);
    put(change(row_));
  }
  select_.reset();
}

void TableCopy::copyEach(std::int64_t value, const Change& change) {
  select_.bind(1, value);
  copyEach(change);
}

std::int64_t TableCopy::copy(std::int64_t id, const std::function<void(Columns&)>& change, std::int64_t known) {
  copyEach(id, [&](Columns& row) {
    change(row);
    row.setId(known);
    return known == 0 ? Place::added : Place::replaced;
  });
  return known == 0 ? to_.lastRowId() : known;
}

RunMap::RunMap(Database& from, Database& to) {
  TableCopy copy(from, to, "runs", "id = ?");
  Statement same(to, "SELECT id FROM runs WHERE started = ? AND command_line = ? AND settings = ? AND shard IS ? AND "
                     "version = ? ORDER BY id LIMIT 1 OFFSET ?");
  std::map<std::string, int> seen; // of runs that nothing tells apart, the second is the second
  Statement runs(from, "SELECT id, started, command_line, settings, shard, version FROM runs ORDER BY id");
  while (runs.step()) {
    const std::int64_t id = runs.integer(0);
    std::string who;
    for (int i = 1; i <= 5; ++i) {
      who += runs.text(i) + '\n';
      same.bindText(i, runs.text(i));
    }
    same.bind(6, seen[who]++);
    const std::int64_t known = same.step() ? same.integer(0) : 0;
    same.reset();
    ids_[id] = copy.copy(
        id, [](Columns&) {}, known);
  }
}

std::int64_t RunMap::map(std::int64_t run) const {
  const auto found = ids_.find(run);
  return found == ids_.end() ? 0 : found->second;
}

} // namespace hipcuff::batch
