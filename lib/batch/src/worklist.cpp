#include "hipcuff/batch/worklist.h"

#include "page.h"
#include "worklist_rows.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"
#include "hipcuff/report/page_text.h"

#include <nlohmann/json.hpp>

#include <set>
#include <vector>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// A page of 2,000 rows is 0.6 MB: read and painted well within a second from a disk of any kind.
constexpr std::size_t rowsInPage = 2000;
constexpr std::size_t rowsInPiece = 4000;
constexpr std::size_t failuresInPage = 500;
constexpr std::size_t rowsWithoutScript = 200;
constexpr int skippedReasons = 200;

struct Piece {
  std::string file; ///< relative to the page
  std::size_t rows = 0;
};

/// Gathers rows: the first ones for the page, the others into files.
class Pieces {
public:
  Pieces(fs::path out, std::string kind, std::size_t inPage)
      : out_(std::move(out))
      , kind_(std::move(kind))
      , inPage_(inPage) {}

  void add(const std::string& row) {
    std::string& target = total_ < inPage_ ? page_ : piece_;
    target += (target.empty() ? "" : ",\n") + row;
    rowsNow_ += total_ < inPage_ ? 0 : 1;
    ++total_;
    if (rowsNow_ == rowsInPiece)
      flush();
  }
  void flush() {
    if (rowsNow_ == 0)
      return;
    const std::string number = std::to_string(list_.size() + 1);
    const std::string body = "hipcuffWorklist.take(\"" + kind_ + "\"," + number + ",[\n" + piece_ + "]);\n";
    const std::string name = kind_ + "-" + number + "-" + sha256(body).substr(0, 12) + ".js";
    if (list_.empty())
      requireWritableFolder(out_ / "worklist");
    writeFileAtomically(out_ / "worklist" / name, body);
    list_.push_back({"worklist/" + name, rowsNow_});
    rowsNow_ = 0;
    piece_.clear();
  }
  [[nodiscard]] std::size_t total() const { return total_; }
  [[nodiscard]] const std::vector<Piece>& list() const { return list_; }
  /// {"total": 3, "rows": [...], "pieces": [...]}
  [[nodiscard]] std::string asJson() const {
    json pieces = json::array();
    for (const Piece& piece : list_)
      pieces.push_back({piece.file, piece.rows});
    return "{\"total\":" + std::to_string(total_) + ",\"pieces\":" + pieces.dump() + ",\"rows\":[\n" + page_ + "]}";
  }

private:
  fs::path out_;
  std::string kind_;
  std::size_t inPage_;
  std::size_t total_ = 0;
  std::string page_;
  std::string piece_;
  std::size_t rowsNow_ = 0;
  std::vector<Piece> list_;
};

/// What an earlier page left.
void removeOthers(const fs::path& folder, const std::vector<Piece>& hips, const std::vector<Piece>& failures) {
  std::set<std::string> keep;
  for (const auto* list : {&hips, &failures})
    for (const Piece& piece : *list)
      keep.insert(fs::path(piece.file).filename().string());
  std::error_code error;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool ours = (name.starts_with("data-") || name.starts_with("failed-")) && name.ends_with(".js");
    if (ours && !keep.contains(name))
      old.push_back(entry.path());
  }
  for (const fs::path& path : old)
    fs::remove(path, error); // a piece too many does no harm
  if (keep.empty())
    fs::remove(folder, error); // only where it is empty
}

struct Skipped {
  std::string json;
  std::string html;
  std::int64_t total = 0;
};

Skipped skippedInputs(Database& database) {
  Skipped out;
  json list = json::array();
  std::int64_t reasons = 0;
  Statement row(database, "SELECT coalesce(problem, 'no reason known'), coalesce(remedy, ''), count(*), min(path) FROM "
                          "inputs WHERE state = 'skipped' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2");
  while (row.step()) {
    out.total += row.integer(2);
    if (++reasons <= skippedReasons)
      list.push_back(
          {report::toUtf8(row.text(0)), report::toUtf8(row.text(1)), row.integer(2), report::toUtf8(row.text(3))});
  }
  out.json = "{\"total\":" + std::to_string(out.total) + ",\"reasons\":" + std::to_string(reasons) +
             ",\"rows\":" + forScript(list.dump()) + "}";
  return out;
}

/// "finished 2026-11-22 06:12 UTC"; what the page is about, in one line.
std::string state(Database& database) {
  Statement run(database, "SELECT outcome, coalesce(ended, started) FROM runs ORDER BY id DESC LIMIT 1");
  if (!run.step())
    return {};
  const std::string outcome = run.text(0);
  const std::string word = outcome == "running" ? "Still running, or killed; begun " : "Last run " + outcome + " ";
  return report::escapeHtml(word + readableTime(run.text(1))) + ".";
}

std::string headline(Database& database, std::size_t hips) {
  std::string out = counted(number(database, "SELECT count(*) FROM exams WHERE state = 'done'"), "exam", "exams") +
                    ", " + counted(static_cast<std::int64_t>(hips), "hip", "hips") + ". ";
  const std::int64_t waiting = number(database, "SELECT count(*) FROM exams WHERE state = 'waiting'");
  if (waiting > 0)
    out += "<strong>" + counted(waiting, "exam is", "exams are") + " still to be analysed.</strong> ";
  const std::int64_t failed = number(database, "SELECT count(*) FROM exams WHERE state = 'failed'");
  if (failed > 0)
    out += counted(failed, "exam", "exams") + " gave no result: see Failed. ";
  const std::int64_t left = number(database, "SELECT count(*) FROM exams WHERE state = 'left_out'");
  if (left > 0)
    out += counted(left, "exam", "exams") + " left out by filter or shard. ";
  if (const std::string plugins = pluginsUsed(database); !plugins.empty())
    out += "<strong>By plugins:</strong> " + plugins;
  return out + state(database);
}

void write(Catalogue& catalogue, const fs::path& outDir) {
  Database& database = catalogue.database();
  const SteadyView view(database);
  Pieces hips(outDir, "data", rowsInPage);
  std::string plainRows;
  eachHip(database, rowsWithoutScript, [&](const WorklistRow& row) {
    hips.add(row.json);
    plainRows += row.html;
  });
  hips.flush();
  Pieces failures(outDir, "failed", failuresInPage);
  eachFailure(database, [&](const std::string& row) { failures.add(row); });
  failures.flush();
  const Skipped skipped = skippedInputs(database);

  const std::string script = worklistScript;
  const std::string style = worklistStyle;
  AtomicFile file(outDir / "worklist.html");
  fillTemplate(file, worklistTemplate,
               {{"policy", "default-src 'none'; base-uri 'none'; form-action 'none'; img-src 'self' file:; style-src " +
                               policyHash(style) + "; script-src " + policyHash(script) + " 'self' file:"},
                {"style", style},
                {"script", script},
                {"notice", report::escapeHtml(notice)},
                {"version", report::escapeHtml(version)},
                {"headline", headline(database, hips.total())},
                {"shown", grouped(static_cast<std::int64_t>(std::min(hips.total(), rowsWithoutScript)))},
                {"total", grouped(static_cast<std::int64_t>(hips.total()))},
                {"rows", plainRows},
                {"data", "{" + worklistWords() + ",\n\"data\":" + hips.asJson() + ",\n\"failed\":" + failures.asJson() +
                             ",\n\"skipped\":" + skipped.json + "}"}});
  file.commit();
  removeOthers(outDir / "worklist", hips.list(), failures.list());
}

} // namespace

void writeWorklist(Catalogue& catalogue, const fs::path& outDir) {
  reading(catalogue.file(), [&] { write(catalogue, outDir); });
}

} // namespace hipcuff::batch
