#include "hipcuff/batch/query.h"

#include "filter_fields.h"
#include "query_rows.h"
#include "sql_values.h"
#include "sqlite.h"

#include "hipcuff/batch/catalogue.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

namespace hipcuff::batch {
namespace {

/// What makes the order of rows the same every time, whatever the order in which they came into the catalogue.
const char* orderOf(Entity entity) {
  switch (entity) {
  case Entity::exams:
    break;
  case Entity::hips:
    return "exams.key, hips.side IS NULL, hips.side, hips.severity DESC, hips.images";
  case Entity::images:
    return "exams.key, images.path, images.pane, images.image";
  case Entity::inputs:
    return "inputs.path";
  }
  return "exams.key";
}

const Field& fieldFor(Entity of, const std::string& name, const char* option) {
  const Scope& scope = scopesOf(of).front();
  if (const Field* field = findField(scope, plainWord(name)))
    return *field;
  for (const Entity other : {Entity::hips, Entity::images, Entity::inputs, Entity::exams})
    if (other != of && findField(scopesOf(other).front(), plainWord(name)) != nullptr)
      throw UsageError(std::string(option) + ": " + toString(of) + " have no field '" + name + "'",
                       std::string(toString(other)) + " have: --of " + toString(other));
  std::vector<std::string> names;
  for (const FieldInfo& info : fieldsOf(of))
    names.push_back(info.name);
  const auto near = closest(plainWord(name), names);
  throw UsageError(std::string(option) + ": " + toString(of) + " have no field '" + name + "'",
                   near ? "did you mean '" + *near + "'?" : "'hipcuff query --fields' lists them all");
}

/// The condition, the order and the limit of a request.
struct Tail {
  std::string sql;
  std::vector<SqlValue> values;
};

Tail tailOf(const QueryRequest& request) {
  Filter filter = compileFilter(request.filter, request.of);
  Tail tail{" FROM " + std::string(tablesOf(request.of)) + " WHERE " + filter.where + " ORDER BY ",
            std::move(filter.values)};
  for (const SortKey& key : request.sort) {
    const Field& field = fieldFor(request.of, key.field, "--sort");
    // What is outside of the order of classes goes to the end, with what is unknown.
    const std::string value =
        field.kind == FieldKind::ordered ? "NULLIF(" + std::string(field.rank) + ", 0)" : std::string(field.column);
    tail.sql += value + (key.descending ? " DESC NULLS LAST, " : " NULLS LAST, ");
  }
  tail.sql += orderOf(request.of);
  if (request.limit) {
    tail.sql += " LIMIT ?";
    tail.values.emplace_back(*request.limit);
  }
  return tail;
}

std::vector<std::string> allColumns(Entity of) {
  std::vector<std::string> names;
  if (of != Entity::exams)
    names = {"exam", "study_instance_uid", "study_date"};
  for (const Field& field : fieldTable(of).fields)
    names.emplace_back(field.name);
  return names;
}

} // namespace

std::vector<std::string> usualColumns(Entity entity) {
  switch (entity) {
  case Entity::exams:
    break;
  case Entity::hips:
    return {"exam",       "study_date",        "side",          "class", "subtype", "certainty",
            "confidence", "thickness_mean_mm", "tear_depth_mm", "images"};
  case Entity::images:
    return {"exam", "side", "view", "class", "confidence", "thickness_mean_mm", "worst_kind", "not_gradable_reasons",
            "path"};
  case Entity::inputs:
    return {"exam", "state", "format", "side", "view", "frames", "path", "problem"};
  }
  return {"exam", "study_date", "state", "class", "confidence", "images", "gradable_images", "error"};
}

bool runQuery(Catalogue& catalogue, const QueryRequest& request, const RowSink& sink) {
  const Tail tail = tailOf(request);
  std::vector<QueryColumn> columns;
  std::vector<bool> flags;
  std::string select;
  for (const std::string& name : request.columns.empty() ? allColumns(request.of) : request.columns) {
    const Field& field = fieldFor(request.of, name, "--columns");
    const bool qualified = name.find('.') != std::string::npos;
    columns.push_back({qualified ? plainWord(name) : field.name, field.kind == FieldKind::date});
    flags.push_back(field.kind == FieldKind::flag);
    select += (select.empty() ? "SELECT " : ", ") + std::string(field.column);
  }
  return readRows(catalogue, sink.stop, [&](Database& database) {
    Statement statement(database, select + tail.sql);
    bindValues(statement, 1, tail.values);
    sink.columns(columns);
    emitRows(statement, flags, sink);
  });
}

std::int64_t countMatches(Catalogue& catalogue, Entity of, std::string_view text) {
  const Filter filter = compileFilter(text, of);
  std::int64_t count = 0;
  readRows(catalogue, {}, [&](Database& database) {
    Statement statement(database, "SELECT count(*) FROM " + std::string(tablesOf(of)) + " WHERE " + filter.where);
    bindValues(statement, 1, filter.values);
    count = statement.step() ? statement.integer(0) : 0;
  });
  return count;
}

bool runPaths(Catalogue& catalogue, const QueryRequest& request, const std::function<void(const std::string&)>& path,
              const std::function<bool()>& stop) {
  const Tail tail = tailOf(request);
  return readRows(catalogue, stop, [&](Database& database) {
    std::string last;
    const auto give = [&](const std::string& next) {
      if (next != last && !next.empty())
        path(next);
      last = next;
    };
    if (request.of == Entity::images || request.of == Entity::inputs) {
      Statement statement(database, "SELECT " + std::string(toString(request.of)) + ".path" + tail.sql);
      bindValues(statement, 1, tail.values);
      while (!(stop && stop()) && statement.step())
        give(statement.text(0));
      return;
    }
    const bool exams = request.of == Entity::exams;
    Statement matches(database, std::string("SELECT exams.id") + (exams ? "" : ", hips.side") + tail.sql);
    bindValues(matches, 1, tail.values);
    Statement paths(database, exams ? "SELECT path FROM inputs WHERE exam = ? AND state NOT IN ('skipped', 'gone') "
                                      "ORDER BY path"
                                    : "SELECT DISTINCT path FROM images WHERE exam = ? AND side IS ? ORDER BY path");
    while (!(stop && stop()) && matches.step()) {
      paths.bind(1, matches.integer(0));
      if (!exams)
        paths.bindText(2, matches.text(1));
      while (paths.step())
        give(paths.text(0));
      paths.reset();
    }
  });
}

} // namespace hipcuff::batch
