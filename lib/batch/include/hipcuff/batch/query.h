// Questions to a catalogue in a small language of its own, and in SQL for those who want it.
//
//   class >= partial and side = L and (thickness > 6 mm or confidence < 0.6)
//   reason = no_calibration            date >= 2025-01-01            path ~ *hip*
//   planes contradict                  subtype is unknown            state in (failed, waiting)
//
// A test compares a field with a value: = != < <= > >=, ~ (wildcards * and ?; without one: contains), is, in. Tests are
// joined by not, and, or and parentheses. Case never matters. Classes and certainties have their order; not_gradable is
// outside of it: false in every order comparison, equal only to itself. A test of a value that nobody knows is false,
// and `not` gives all that its test leaves out: `side != R` and `not side = R` hold where the side is unknown too.
//
// A filter becomes SQL in which every value is bound. docs/batch.md describes the language for users.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hipcuff::batch {

class Catalogue;

/// What is asked for. Hips and images bring the fields of their exam along, and so do inputs.
enum class Entity { exams, hips, images, inputs };
[[nodiscard]] const char* toString(Entity) noexcept;
[[nodiscard]] std::optional<Entity> entityNamed(std::string_view name) noexcept;

/// Which fields a filter may use.
enum class Known {
  all,
  beforeAnalysis ///< what headers and paths say: for `hipcuff batch --filter`
};

using SqlValue = std::variant<std::int64_t, double, std::string>;

/// A filter as SQL.
struct Filter {
  Entity of = Entity::exams;
  std::string where;                ///< condition over tablesOf(of), a ? for each value; "1" where the text is empty
  std::vector<SqlValue> values;     ///< in the order of the ?
  std::vector<std::string> remarks; ///< for the person: tests that can never hold
};

/// The tables that a filter's names stand for, to be put behind FROM.
[[nodiscard]] const char* tablesOf(Entity) noexcept;

/// Over exams, a filter that uses fields of hips (images, inputs) holds for an exam with at least one hip (image,
/// input) for which all of it holds; `class` and `confidence` are then that hip's (image's). An exam without any is
/// asked with all of these fields unknown.
/// @throws UsageError "the filter, at character 9: ..." (characters counted from 1), with "did you mean" for fields and
///         words
[[nodiscard]] Filter compileFilter(std::string_view text, Entity of, Known known = Known::all);

/// A field for help and documentation.
struct FieldInfo {
  std::string name;     ///< as it heads a column
  std::string synonyms; ///< separated by spaces
  std::string values;   ///< "mm", "0 to 1", "L, R"
};
/// The entity's own fields first, then those of its exam.
[[nodiscard]] std::vector<FieldInfo> fieldsOf(Entity);

/// Nothing, yes or no, a number or text (bytes of paths as the file system has them).
using Cell = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct QueryColumn {
  std::string name;
  bool isDate = false; ///< DICOM DA: 20250131
};

struct SortKey {
  std::string field;
  bool descending = false;
};

struct QueryRequest {
  Entity of = Entity::exams;
  std::string filter{};
  std::vector<std::string> columns{}; ///< fields; empty: all of the entity, with the exam's name
  std::vector<SortKey> sort{};        ///< unknown values last either way; then by exam's key, side, path and pane
  std::optional<std::int64_t> limit{};
};

/// Takes the rows one by one; nothing of a result is kept.
struct RowSink {
  std::function<void(const std::vector<QueryColumn>&)> columns; ///< once, before the first row
  std::function<void(const std::vector<Cell>&)> row;
  std::function<bool()> stop; ///< asked often, also while SQLite sorts; may be empty. True ends the query
};

/// @return false where it was stopped
/// @throws UsageError filter, field; InputError the catalogue can't be read
bool runQuery(Catalogue&, const QueryRequest&, const RowSink&);
/// How many there are.
[[nodiscard]] std::int64_t countMatches(Catalogue&, Entity, std::string_view filter);
/// The columns to show people where they name none.
[[nodiscard]] std::vector<std::string> usualColumns(Entity);

/// The inputs behind what matches, each once, in the order of exams' keys and paths: those of the exam, or those whose
/// pictures the hip (the image) rests on. Sorting and limit are of the entity. @return false where it was stopped
bool runPaths(Catalogue&, const QueryRequest&, const std::function<void(const std::string&)>& path,
              const std::function<bool()>& stop);

/// One SELECT in SQL. Writing, ATTACH and PRAGMAs that change something are refused, whatever the text.
/// @throws UsageError what is wrong with it
bool runSql(Catalogue&, const std::string& sql, const RowSink&);

} // namespace hipcuff::batch
