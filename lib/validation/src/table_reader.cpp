// A table of answers: CSV or TSV from spreadsheets, statistics programs and HipCuff's viewer.
#include "row_reader.h"

#include "encoding.h"
#include "fields.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace hipcuff::validation {
namespace {

using Cells = std::vector<std::string>;

bool isBlank(const Cells& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& c) { return trimmed(c).empty(); });
}

struct Header {
  char separator = ',';
  std::size_t skip = 0; ///< bytes in front of the header
  std::size_t linesBefore = 0;
  Cells cells;
};

/// The line ends before the header: empty lines, comments ("#"), and the "sep=;" that spreadsheets write.
Header findHeader(std::string_view text, const TableMap& map, const std::filesystem::path& name) {
  Header best;
  char said = 0;
  while (best.skip < text.size()) {
    std::size_t end = text.find_first_of("\r\n", best.skip);
    end = end == std::string_view::npos ? text.size() : end;
    const std::string line = trimmed(text.substr(best.skip, end - best.skip));
    if (lowered(line).starts_with("sep=") && line.size() == 5)
      said = line[4];
    else if (text.substr(best.skip).starts_with("sep=\t"))
      said = '\t';
    else if (line.find_first_not_of(",;\"") != std::string::npos && !line.starts_with('#'))
      break;
    best.skip = end;
    if (best.skip < text.size() && text[best.skip] == '\r')
      ++best.skip;
    if (best.skip < text.size() && text[best.skip] == '\n')
      ++best.skip;
    ++best.linesBefore;
  }
  if (best.skip >= text.size())
    throw InputError(name, "is empty", "give a table with a header row");
  std::pair<std::size_t, std::size_t> most{0, 0};
  for (const char separator : {',', ';', '\t'}) {
    if (said != 0 && separator != said)
      continue;
    CsvReader csv(text.substr(best.skip), separator, CsvReader::TornEnd::take);
    const Cells cells = csv.next().value_or(Cells{});
    const std::pair<std::size_t, std::size_t> score{knownHeaders(cells, map), cells.size()};
    if (best.cells.empty() || score > most) {
      most = score;
      best.separator = separator;
      best.cells = cells;
    }
  }
  // Trailing separators of a spreadsheet are no columns.
  while (best.cells.size() > 1 && trimmed(best.cells.back()).empty())
    best.cells.pop_back();
  return best;
}

void requireUse(const std::vector<ColumnPlan>& columns, const Header& header, const std::filesystem::path& name) {
  const auto has = [&](auto&& test) {
    return std::any_of(columns.begin(), columns.end(), [&](const ColumnPlan& c) { return c.field && test(*c.field); });
  };
  const bool image = has([](Field f) { return f == Field::sopInstanceUid || f == Field::file || f == Field::imageId; });
  const bool exam = has([](Field f) { return f == Field::exam; });
  const bool patient = has([](Field f) { return f == Field::patient; });
  std::string headers;
  for (const std::string& cell : header.cells)
    headers += (headers.empty() ? "'" : ", '") + trimmed(cell) + "'";
  if (!image && !exam && !patient)
    throw InputError(name, "has no column that names an image, exam or patient; its columns are " + headers,
                     "say which one does, e.g. --map 'COLUMN=sop_instance_uid' (or file, study_instance_uid, patient)");
  const bool answers = has([](Field f) { return isAnswer(f) || f == Field::verified; });
  if (!answers && static_cast<int>(image) + static_cast<int>(exam) + static_cast<int>(patient) < 2)
    throw InputError(name, "has no column with a class or a measure; its columns are " + headers,
                     "say which one it is, e.g. --map 'COLUMN=class'");
  const bool wide =
      std::any_of(columns.begin(), columns.end(), [](const ColumnPlan& c) { return c.field && !c.reader.empty(); });
  if (wide && has([](Field f) { return f == Field::reader; }))
    throw InputError(name, "has a reader's column and one column for each reader as well",
                     "pass one kind over with --map 'COLUMN=-'");
}

/// What the rows together say of how numbers are written.
class HabitFinder {
public:
  void look(const std::vector<ColumnPlan>& columns, const Cells& cells) {
    for (std::size_t i = 0; i < std::min(columns.size(), cells.size()); ++i) {
      const auto range = columns[i].field ? rangeOf(*columns[i].field) : std::nullopt;
      if (!range || (cells[i].find(',') == std::string::npos && cells[i].find('.') == std::string::npos))
        continue;
      const Scale scale = scaleOf(*columns[i].field, columns[i].scale);
      const NumberText number = readNumber(trimmed(cells[i]));
      const NumberRange own{scale.least, scale.most};
      const bool point = choose({number.point, {}, false, false, number.unit, false}, own, {}).value.has_value();
      const bool comma = choose({{}, number.comma, false, false, number.unit, false}, own, {}).value.has_value();
      habit_.commas = habit_.commas || (comma && !point && number.hasComma);
      habit_.points = habit_.points || (point && !comma && number.hasPoint);
    }
  }
  [[nodiscard]] const DecimalHabit& habit() const noexcept { return habit_; }

private:
  DecimalHabit habit_;
};

/// Calls `use` for each record that holds anything: its cells and its line.
template <typename Use>
bool eachRecord(std::string_view text, const Header& header, Use&& use) {
  CsvReader csv(text.substr(header.skip), header.separator, CsvReader::TornEnd::take);
  (void)csv.next();
  while (true) {
    const std::size_t line = header.linesBefore + csv.line();
    auto cells = csv.next();
    if (!cells)
      return true;
    if (csv.openQuote()) {
      use(*cells, line, true);
      return false;
    }
    if (!isBlank(*cells))
      use(*cells, line, false);
  }
}

void requireLength(Cells& cells, std::size_t columns, std::size_t line, char separator, RowReader& rows) {
  while (cells.size() > columns && trimmed(cells.back()).empty())
    cells.pop_back();
  if (cells.size() > columns)
    rows.problem(line, {},
                 "has " + std::to_string(cells.size()) + " cells, the header " + std::to_string(columns) +
                     (separator == ',' ? " (a decimal comma or a comma in a text needs quotes around its cell)" : ""));
  if (cells.size() < columns)
    rows.shortRow(line);
  cells.resize(columns);
}

} // namespace

Reference readTable(std::string_view bytes, const std::filesystem::path& name, const ReferenceOptions& options) {
  Reference out;
  const std::string text = decodedText(bytes, name, options.encoding, out.warnings);
  const Header header = findHeader(text, options.map, name);
  std::vector<std::string> headerProblems;
  const std::vector<ColumnPlan> columns = planColumns(header.cells, options.map, headerProblems, out.warnings);
  RowReader rows(columns, options.map, name);
  for (const std::string& problem : headerProblems)
    rows.problem(header.linesBefore + 1, {}, problem);
  if (headerProblems.empty())
    requireUse(columns, header, name);

  HabitFinder habit;
  (void)eachRecord(text, header, [&](const Cells& cells, std::size_t, bool) { habit.look(columns, cells); });
  rows.setHabit(habit.habit());
  (void)eachRecord(text, header, [&](Cells& cells, std::size_t line, bool open) {
    if (open) {
      rows.problem(line, {}, "begins a quoted cell that never ends");
      return;
    }
    requireLength(cells, columns.size(), line, header.separator, rows);
    rows.read(cells, line, out.entries);
  });
  rows.finish(out.warnings);
  if (out.entries.empty())
    throw InputError(name, "has a header and no rows", "give a table with answers");
  for (std::string& warning : out.warnings)
    warning = name.filename().string() + ": " + warning;
  out.files.push_back({name, "table", {}, out.entries.size()});
  return out;
}

} // namespace hipcuff::validation
