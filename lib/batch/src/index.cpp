#include "hipcuff/batch/index.h"

#include "sqlite.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"
#include "hipcuff/report/csv_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A value of the catalogue as JSON: text, number or null.
Json cellAsJson(const Statement& row, int place) {
  if (row.isNull(place))
    return nullptr;
  if (!row.isNumber(place))
    return row.text(place);
  if (const double real = row.real(place); real != static_cast<double>(row.integer(place)))
    return real;
  return row.integer(place);
}

/// Numbers as they are, texts so that no spreadsheet runs them.
std::string cellAsCsv(const Statement& row, int place) {
  if (row.isNull(place))
    return {};
  return row.isNumber(place) ? cellAsJson(row, place).dump() : report::csvText(row.text(place));
}

std::string joined(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells)
    line += (line.empty() && &cell == &cells.front() ? "" : ",") + cell;
  return line + "\r\n";
}

/// A query's rows with its column names over them.
void writeTable(Database& database, const char* sql, const fs::path& target) {
  AtomicFile file(target);
  Statement rows(database, sql);
  std::vector<std::string> cells;
  for (int i = 0; i < rows.columns(); ++i)
    cells.push_back(rows.columnName(i));
  file.write(joined(cells));
  while (rows.step()) {
    for (int i = 0; i < rows.columns(); ++i)
      cells[static_cast<std::size_t>(i)] = cellAsCsv(rows, i);
    file.write(joined(cells));
  }
  file.commit();
}

void writeExams(Database& database, const fs::path& target) {
  AtomicFile file(target);
  Statement exams(database, "SELECT id, key, name, study_instance_uid, folder, study_date, state, inputs, images, "
                            "gradable_images, class, confidence, version, settings, error FROM exams ORDER BY key");
  Statement hips(database, "SELECT side, class, subtype, certainty, confidence, thickness_mean_mm, thickness_max_mm, "
                           "tear_depth_mm, tear_length_mm, not_gradable_reasons FROM hips WHERE exam = ? ORDER BY "
                           "side IS NULL, side");
  const auto put = [](Json& object, const Statement& row, int from) {
    for (int i = from; i < row.columns(); ++i)
      object[row.columnName(i)] = cellAsJson(row, i);
  };
  file.write("{\n\"schema\": \"hipcuff.batch/1\",\n\"software\": {\"name\": \"HipCuff\", \"version\": \"" +
             std::string(version) + "\"},\n\"notice\": " + Json(notice).dump() + ",\n\"exams\": [");
  bool first = true;
  while (exams.step()) {
    Json exam;
    exam["results"] =
        exams.text(6) == "done" ? Json((examFolder(exams.text(2)) / "results.json").generic_string()) : Json(nullptr);
    put(exam, exams, 1);
    exam["hips"] = Json::array();
    hips.bind(1, exams.integer(0));
    while (hips.step()) {
      Json hip;
      put(hip, hips, 0);
      exam["hips"].push_back(std::move(hip));
    }
    hips.reset();
    file.write((first ? "\n" : ",\n") + exam.dump(-1, ' ', false, Json::error_handler_t::replace));
    first = false;
  }
  file.write("\n]\n}\n");
  file.commit();
}

/// The rows of one exam, with the way to the mask from the batch's folder. @return the header, for the first exam
void appendRows(const fs::path& out, const std::string& name, AtomicFile& file, std::string& header) {
  const fs::path folder = examFolder(name);
  std::ifstream stream(out / folder / "results.csv", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  CsvReader reader(bytes, ',', CsvReader::TornEnd::take);
  const auto head = reader.next();
  if (!head)
    return;
  const std::string headLine = joined(*head);
  if (header.empty()) {
    header = headLine;
    file.write(header);
  }
  if (headLine != header) // of another version: its columns are others, and its own results.csv is there
    return;
  const auto mask = static_cast<std::size_t>(std::find(head->begin(), head->end(), "label_png") - head->begin());
  while (auto record = reader.next()) {
    if (mask < record->size() && !(*record)[mask].empty())
      (*record)[mask] = (folder / (*record)[mask]).generic_string();
    std::string line;
    for (std::size_t i = 0; i < record->size(); ++i)
      line += (i == 0 ? "" : ",") + csvCell((*record)[i]);
    file.write(line + "\r\n");
  }
}

} // namespace

// In the order of an index, so that nothing is sorted in memory however many exams there are: the plus signs and CROSS
// JOIN keep SQLite from other ways.
void writeIndex(Catalogue& catalogue, const fs::path& out) {
  try {
    Database& database = catalogue.database();
    writeExams(database, out / "index.json");
    {
      AtomicFile file(out / "results.csv");
      std::string header;
      Statement exams(database, "SELECT name FROM exams WHERE +state = 'done' ORDER BY key");
      while (exams.step())
        appendRows(out, exams.text(0), file, header);
      file.commit();
    }
    writeTable(
        database,
        "SELECT e.name AS exam, e.study_instance_uid, e.folder, e.study_date, h.side, h.class, h.subtype, "
        "h.certainty, h.confidence, h.p_normal, h.p_tendinosis, h.p_partial_thickness, h.p_full_thickness, "
        "h.thickness_mean_mm, h.thickness_max_mm, h.side_difference_mm, h.tear_depth_mm, h.tear_length_mm, "
        "h.contradictory AS planes_contradict, h.not_gradable_reasons, h.images FROM exams e CROSS JOIN hips h ON "
        "h.exam = e.id ORDER BY e.key, h.side IS NULL, h.side",
        out / "hips.csv");
    writeTable(
        database,
        "SELECT i.path, i.state, i.problem, i.remedy, e.name AS exam, e.study_instance_uid FROM inputs i LEFT "
        "JOIN exams e ON e.id = i.exam WHERE +i.state IN ('failed', 'skipped') OR (+i.state = 'gone' AND i.problem IS "
        "NOT NULL) ORDER BY i.path",
        out / "problems.csv");
  } catch (const SqlError& error) {
    throw InputError(catalogue.file(), "the catalogue cannot be read: " + error.message(),
                     "run 'hipcuff batch' with --resume");
  }
}

} // namespace hipcuff::batch
