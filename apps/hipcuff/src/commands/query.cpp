// hipcuff query: what a batch found, by a filter or by SQL.
#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/table.h"
#include "commands/commands.h"
#include "commands/row_writer.h"

#include "hipcuff/batch/catalogue.h"
#include "hipcuff/batch/query.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <cctype>

namespace hipcuff::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& text, const char* option) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',')
      parts.emplace_back();
    else if (std::isspace(static_cast<unsigned char>(c)) == 0)
      parts.back() += c;
  }
  if (std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); }))
    throw UsageError(std::string(option) + " has an empty field", "write it like date,class");
  return parts;
}

std::vector<batch::SortKey> sortKeys(const std::string& text) {
  std::vector<batch::SortKey> keys;
  for (const std::string& part : split(text, "--sort")) {
    const std::size_t colon = part.find(':');
    const std::string way = colon == std::string::npos ? "asc" : part.substr(colon + 1);
    if (way != "asc" && way != "desc")
      throw UsageError("--sort does not know '" + way + "'", "write FIELD or FIELD:desc");
    keys.push_back({part.substr(0, colon), way == "desc"});
  }
  return keys;
}

batch::QueryRequest requestOf(const Invocation& invocation) {
  batch::QueryRequest request;
  request.of = batch::entityNamed(invocation.text("of").value_or("exams")).value_or(batch::Entity::exams);
  if (invocation.arguments().size() > 1)
    request.filter = invocation.arguments()[1];
  if (const auto sort = invocation.text("sort"))
    request.sort = sortKeys(*sort);
  if (const auto limit = invocation.integer("limit"))
    request.limit = *limit;
  const std::string format = invocation.text("format").value_or("table");
  if (const auto columns = invocation.text("columns")) {
    if (*columns != "all")
      request.columns = split(*columns, "--columns");
  } else if (format == "table") {
    request.columns = batch::usualColumns(request.of);
  }
  return request;
}

/// Bare paths, one a line or with a zero byte behind each.
class PathWriter {
public:
  PathWriter(bool zero, Console& console)
      : zero_(zero)
      , console_(console)
      , out_(console) {}
  void add(const std::string& path) {
    if (!zero_ && !told_ && path.find('\n') != std::string::npos) {
      told_ = true;
      console_.say("hipcuff query: a path holds a line break; use --print0 with xargs -0");
    }
    out_.add(path);
    out_.add(zero_ ? std::string_view("\0", 1) : std::string_view("\n"));
    ++count_;
  }
  void finish() { out_.flush(); }
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }

private:
  bool zero_;
  Console& console_;
  DataBuffer out_;
  bool told_ = false;
  std::int64_t count_ = 0;
};

void printFields(batch::Entity of, Console& console) {
  Table table({"field", "also", "values"});
  for (const batch::FieldInfo& info : batch::fieldsOf(of))
    table.add({info.name, info.synonyms, info.values});
  console.data(table.text());
}

void checkOptions(const Invocation& invocation) {
  const bool sql = invocation.has("sql");
  if (sql && invocation.arguments().size() > 1)
    throw UsageError("--sql and a filter exclude each other", "put the condition into the SELECT");
  for (const char* other : {"sort", "limit", "columns", "count"})
    if (sql && invocation.has(other))
      throw UsageError(std::string("--sql and --") + other + " exclude each other", "say it in the SELECT");
  if (invocation.has("print0") && invocation.text("format") != "paths")
    throw UsageError("--print0 belongs to --format paths");
  if (invocation.text("format") == "paths" && (invocation.has("columns") || invocation.has("count")))
    throw UsageError("--format paths takes neither --columns nor --count");
}

/// Catalogues of shards alone are told from none at all.
batch::Catalogue open(const std::string& folder) {
  std::error_code ignored;
  const fs::path file = batch::catalogueFile(folder);
  if (!fs::exists(file, ignored) && fs::is_directory(fs::path(folder) / "shards", ignored))
    throw InputError(folder, "holds only shards, not joined yet", "run 'hipcuff merge " + folder + "'");
  return {folder, batch::Catalogue::Access::readOnly};
}

ExitCode ended(bool whole) {
  return whole ? ExitCode::ok : ExitCode::interrupted;
}

ExitCode runPathsOf(batch::Catalogue& catalogue, const Invocation& invocation, Console& console) {
  PathWriter writer(invocation.has("print0"), console);
  bool whole = true;
  if (const auto sql = invocation.text("sql")) {
    std::size_t column = 0;
    whole = batch::runSql(
        catalogue, *sql,
        {.columns =
             [&](const std::vector<batch::QueryColumn>& columns) {
               const auto found =
                   std::find_if(columns.begin(), columns.end(), [](const auto& c) { return c.name == "path"; });
               if (found == columns.end() && columns.size() != 1)
                 throw UsageError("--format paths needs a column named path", "SELECT path ...");
               column = found == columns.end() ? 0 : static_cast<std::size_t>(std::distance(columns.begin(), found));
             },
         .row =
             [&](const std::vector<batch::Cell>& cells) {
               if (const auto* path = std::get_if<std::string>(&cells[column]))
                 writer.add(*path);
             },
         .stop = interrupted});
  } else {
    whole = batch::runPaths(
        catalogue, requestOf(invocation), [&](const std::string& path) { writer.add(path); }, interrupted);
  }
  writer.finish();
  return ended(whole);
}

ExitCode run(const Invocation& invocation, Console& console) {
  checkOptions(invocation);
  const batch::QueryRequest request = requestOf(invocation);
  if (invocation.has("fields")) {
    printFields(request.of, console);
    return ExitCode::ok;
  }
  if (invocation.arguments().empty())
    throw UsageError("'hipcuff query' needs DIR", "see 'hipcuff help query'");
  for (const std::string& remark : batch::compileFilter(request.filter, request.of).remarks)
    console.say("hipcuff query: " + remark);
  batch::Catalogue catalogue = open(invocation.arguments().front());
  if (invocation.has("count")) {
    console.data(std::to_string(batch::countMatches(catalogue, request.of, request.filter)) + "\n");
    return ExitCode::ok;
  }
  const std::string format = invocation.text("format").value_or("table");
  if (format == "paths")
    return runPathsOf(catalogue, invocation, console);
  const auto writer = makeRowWriter(format, console);
  std::int64_t rows = 0;
  const batch::RowSink sink{.columns = [&](const auto& columns) { writer->columns(columns); },
                            .row =
                                [&](const auto& cells) {
                                  writer->row(cells);
                                  ++rows;
                                },
                            .stop = interrupted};
  const auto sql = invocation.text("sql");
  const bool whole = sql ? batch::runSql(catalogue, *sql, sink) : batch::runQuery(catalogue, request, sink);
  writer->finish();
  std::string unit = sql ? "rows" : toString(request.of);
  if (rows == 1)
    unit.pop_back();
  console.say(std::to_string(rows) + " " + unit);
  return ended(whole);
}

} // namespace

Command queryCommand() {
  Command command;
  command.name = "query";
  command.summary = "Ask a batch's catalogue: by a filter, or in SQL";
  command.description = {
      "FILTER compares fields with values: = != < <= > >=, ~ for wildcards (* and ?; without one: contains), is, in; "
      "joined by not, and, or and parentheses. Case never matters. For example: class >= partial and side = L and "
      "(thickness > 6 mm or confidence < 0.6); reason = no_calibration; date >= 2025-01-01; path ~ *hip*; planes "
      "contradict; subtype is unknown; state in (failed, waiting). --fields lists the fields.",
      "Classes have their order: normal < tendinosis < partial < full. What is not gradable is outside of it. A test "
      "of "
      "a value that is not known is false, and 'not' gives all that its test leaves out.",
      "Of exams, a filter that speaks of hips or images holds where one and the same hip or image satisfies all of it.",
      "A batch may be at work in the folder meanwhile. Nothing is ever changed. docs/batch.md has more."};
  command.arguments = {{.name = "DIR", .help = "Folder that 'hipcuff batch' wrote, or a catalogue.", .required = false},
                       {.name = "FILTER", .help = "What to find; all where it is left out.", .required = false}};
  command.options = {
      {.name = "of",
       .kind = OptionKind::text,
       .valueName = "WHAT",
       .help = "What is asked for.",
       .preset = "exams",
       .choices = {"exams", "hips", "images", "inputs"}},
      {.name = "sort",
       .kind = OptionKind::text,
       .valueName = "FIELD[:desc]",
       .help = "Order of the rows; several fields with commas. What is unknown comes last. Without: by exam and path."},
      {.name = "limit",
       .kind = OptionKind::integer,
       .valueName = "N",
       .help = "No more rows than these.",
       .range = Range{0, 1e15}},
      {.name = "columns",
       .kind = OptionKind::text,
       .valueName = "A,B",
       .help = "Fields to show, or 'all'. Without: a choice for tables, all for other formats."},
      {.name = "format",
       .letter = "f",
       .kind = OptionKind::text,
       .valueName = "FORMAT",
       .help = "table for people; csv; json (one array) or ndjson (one object a line); paths: only the input files "
               "behind what is found.",
       .preset = "table",
       .choices = {"table", "csv", "json", "ndjson", "paths"}},
      {.name = "print0", .letter = "0", .help = "Paths end with a zero byte rather than a line break (xargs -0)."},
      {.name = "count", .help = "Print only how many there are."},
      {.name = "sql",
       .kind = OptionKind::text,
       .valueName = "SELECT",
       .help = "One SELECT instead of a filter. Anything that would change something is refused."},
      {.name = "fields", .help = "List the fields of what --of says, and stop."},
  };
  command.exitCodes = {{ExitCode::ok, "answered, also where nothing was found"},
                       {ExitCode::failed, "the catalogue cannot be read"},
                       {ExitCode::usage, "wrong usage, or a mistake in the filter or the SQL"},
                       {ExitCode::interrupted, "stopped by Ctrl-C"}};
  command.examples = {
      {"hipcuff query out/ 'class >= partial' --sort class:desc,confidence:desc", "Tears, the worst first."},
      {"hipcuff query out/ 'class = full' --of hips -f csv > full.csv", "All that is known of those hips."},
      {"hipcuff query out/ 'planes contradict' -f paths -0 | xargs -0 hipcuff-viewer", "Open their files."},
      {"hipcuff query out/ --sql 'SELECT class, count(*) FROM exams GROUP BY class'", "Plain SQL."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
