#include "summary_numbers.h"

#include "page.h"

#include "hipcuff/core/grade.h"
#include "hipcuff/report/page_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hipcuff::batch {
namespace {

constexpr std::size_t troublesListed = 100;

std::string column(const Statement& row, int place) {
  return report::toUtf8(row.text(place));
}
std::optional<std::int64_t> optionalInteger(const Statement& row, int place) {
  return row.isNull(place) ? std::nullopt : std::optional(row.integer(place));
}

std::map<std::string, std::int64_t> states(Database& database, const char* table,
                                           std::initializer_list<const char*> known) {
  std::map<std::string, std::int64_t> out;
  for (const char* state : known)
    out[state] = 0;
  Statement row(database, std::string("SELECT state, count(*) FROM ") + table + " GROUP BY state");
  while (row.step())
    out[column(row, 0)] += row.integer(1);
  return out;
}

std::vector<Tally> byClass(Database& database, const char* table) {
  std::vector<Tally> out;
  for (const GradeClass grade : {GradeClass::fullThickness, GradeClass::partialThickness, GradeClass::tendinosis,
                                 GradeClass::normal, GradeClass::notGradable})
    out.push_back({toString(grade), 0});
  Statement row(database, std::string("SELECT class, count(*) FROM ") + table + " GROUP BY class");
  while (row.step())
    for (Tally& tally : out)
      if (tally.name == row.text(0))
        tally.count = row.integer(1);
  return out;
}

/// Codes stand in one text, separated by semicolons.
std::vector<Tally> refusals(Database& database, const char* table) {
  Statement row(database, std::string(R"sql(
WITH RECURSIVE split(code, rest) AS (
  SELECT NULL, not_gradable_reasons || ';' FROM )sql") +
                              table + R"sql( WHERE not_gradable_reasons IS NOT NULL
  UNION ALL
  SELECT substr(rest, 1, instr(rest, ';') - 1), substr(rest, instr(rest, ';') + 1) FROM split WHERE rest <> '')
SELECT code, count(*) FROM split WHERE code <> '' GROUP BY code ORDER BY 2 DESC, 1)sql");
  std::vector<Tally> out;
  while (row.step())
    out.push_back({column(row, 0), row.integer(1)});
  return out;
}

std::string withoutNumbers(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0)
      out += c;
    else if (out.empty() || out.back() != '#')
      out += '#';
  }
  return out;
}

std::vector<Trouble> troubles(Database& database, const char* state, std::int64_t& more) {
  Statement row(database, "SELECT coalesce(problem, 'no reason known'), coalesce(remedy, ''), count(*), min(path) FROM "
                          "inputs WHERE state = ? GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2");
  row.bind(1, state);
  std::map<std::pair<std::string, std::string>, Trouble> kinds;
  while (row.step()) {
    Trouble found{column(row, 0), column(row, 1), row.integer(2), column(row, 3)};
    const auto key = std::pair(withoutNumbers(found.problem), withoutNumbers(found.remedy));
    const auto [kind, isNew] = kinds.emplace(key, found);
    if (isNew)
      continue;
    Trouble& known = kind->second;
    known.count += found.count;
    known.problem = known.problem == found.problem ? found.problem : key.first;
    known.remedy = known.remedy == found.remedy ? found.remedy : key.second;
  }
  std::vector<Trouble> out;
  for (auto& [key, trouble] : kinds)
    out.push_back(std::move(trouble));
  std::stable_sort(out.begin(), out.end(), [](const Trouble& a, const Trouble& b) { return a.count > b.count; });
  more = static_cast<std::int64_t>(out.size()) - static_cast<std::int64_t>(troublesListed);
  more = std::max<std::int64_t>(more, 0);
  if (out.size() > troublesListed)
    out.resize(troublesListed);
  return out;
}

/// @param perUnit bins in one unit: a division by it is exact where bin borders are
Histogram histogram(Database& database, const std::string& value, int perUnit, int lastBin) {
  Histogram out;
  out.binWidth = 1.0 / perUnit;
  out.lastBin = lastBin;
  const std::string from = " FROM hips WHERE class <> 'not_gradable' AND " + value + " IS NOT NULL";
  Statement row(database, "SELECT max(0, min(" + std::to_string(lastBin) + ", CAST(" + value + " * " +
                              std::to_string(perUnit) + " AS INTEGER))) AS bin, count(*)" + from +
                              " GROUP BY bin ORDER BY bin");
  while (row.step()) {
    const int bin = static_cast<int>(row.integer(0));
    if (out.counts.empty())
      out.firstBin = bin;
    out.counts.resize(static_cast<std::size_t>(bin - out.firstBin) + 1, 0);
    out.counts.back() = row.integer(1);
  }
  Statement whole(database, "SELECT count(*), avg(" + value + "), min(" + value + "), max(" + value + ")" + from);
  if (whole.step()) {
    out.total = whole.integer(0);
    out.mean = whole.optionalReal(1);
    out.least = whole.optionalReal(2);
    out.most = whole.optionalReal(3);
  }
  return out;
}

std::vector<RunNumbers> runs(Database& database) {
  Statement row(database, "SELECT id, started, ended, outcome, version, criteria, command_line, shard, jobs, seconds, "
                          "exams_done, images_done, bytes_read, (SELECT sum(seconds) FROM exams WHERE run = runs.id) "
                          "FROM runs ORDER BY id DESC");
  std::vector<RunNumbers> out;
  while (row.step()) {
    RunNumbers run;
    run.id = row.integer(0);
    run.started = column(row, 1);
    run.ended = column(row, 2);
    run.outcome = column(row, 3);
    run.version = column(row, 4);
    run.criteria = column(row, 5);
    run.commandLine = column(row, 6);
    run.shard = column(row, 7);
    run.jobs = row.integer(8);
    run.seconds = row.optionalReal(9);
    run.exams = optionalInteger(row, 10);
    run.images = optionalInteger(row, 11);
    run.bytes = optionalInteger(row, 12);
    run.workerSeconds = row.optionalReal(13);
    out.push_back(std::move(run));
  }
  return out;
}

} // namespace

std::optional<double> RunNumbers::perSecond(std::optional<std::int64_t> what) const {
  if (!what || !seconds || *seconds <= 0)
    return std::nullopt;
  return static_cast<double>(*what) / *seconds;
}

std::optional<double> RunNumbers::busy() const {
  if (!workerSeconds || !seconds || *seconds <= 0 || jobs <= 0)
    return std::nullopt;
  return *workerSeconds / (static_cast<double>(jobs) * *seconds);
}

std::int64_t SummaryNumbers::sum(const std::vector<Tally>& tallies) {
  std::int64_t total = 0;
  for (const Tally& tally : tallies)
    total += tally.count;
  return total;
}

SummaryNumbers summaryNumbers(Database& database) {
  SummaryNumbers n;
  n.exams = states(database, "exams", {"done", "failed", "left_out", "waiting"});
  n.inputs = states(database, "inputs", {"done", "failed", "gone", "skipped", "waiting"});
  n.bytes = number(database, "SELECT coalesce(sum(size), 0) FROM inputs WHERE state = 'done'");
  n.frames = number(database, "SELECT coalesce(sum(frames), 0) FROM inputs WHERE state = 'done'");
  n.hipsByClass = byClass(database, "hips");
  n.imagesByClass = byClass(database, "images");
  n.hipRefusals = refusals(database, "hips");
  n.imageRefusals = refusals(database, "images");
  n.failures = troubles(database, "failed", n.moreFailures);
  n.skipped = troubles(database, "skipped", n.moreSkipped);
  n.thickness = histogram(database, "thickness_mean_mm", 2, 30);
  n.confidence = histogram(database, "confidence", 20, 19);
  n.plugins = pluginsUsed(database);
  n.contradictoryHips = number(database, "SELECT count(*) FROM hips WHERE contradictory");
  Statement view(database,
                 "SELECT coalesce(view, ''), coalesce(side, ''), count(*), sum(gradable) FROM images GROUP BY "
                 "1, 2 ORDER BY 1 = '', 1, 2 = '', 2");
  while (view.step())
    n.viewsAndSides.push_back({column(view, 0), column(view, 1), view.integer(2), view.integer(3)});
  Statement origin(database,
                   "SELECT coalesce(calibration_origin, ''), count(*) FROM images GROUP BY 1 ORDER BY 2 DESC, 1");
  while (origin.step())
    n.calibrationOrigins.push_back({column(origin, 0), origin.integer(1)});
  Statement slow(database,
                 "SELECT path, coalesce(format, ''), milliseconds, frames, size FROM inputs WHERE milliseconds "
                 "IS NOT NULL ORDER BY milliseconds DESC, path LIMIT 20");
  while (slow.step())
    n.slowest.push_back(
        {column(slow, 0), column(slow, 1), slow.real(2), optionalInteger(slow, 3), optionalInteger(slow, 4)});
  n.runs = runs(database);
  return n;
}

} // namespace hipcuff::batch
