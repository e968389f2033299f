#include "hipcuff/validation/report_folder.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/folder_swap.h"
#include "hipcuff/report/figure_json.h"
#include "hipcuff/validation/document_writers.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace hipcuff::validation {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 8> ours = {"report.html",  "report.json", "tables",        "figures",
                                             "figures.json", "cases.csv",   "leftovers.csv", "changes.csv"};

bool isReport(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string head(200, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find("\"hipcuff.validation/1\"") != std::string::npos;
}

} // namespace

void requireReportFolder(const fs::path& folder) {
  constexpr const char* remedy = "give a new or empty folder for --out";
  std::error_code error;
  if (!fs::exists(folder, error))
    return;
  if (!fs::is_directory(folder, error))
    throw OutputError(folder, "is a file", remedy);
  if (fs::equivalent(folder, fs::current_path(error), error))
    throw OutputError(folder, "is the folder you are in, which can't be replaced", remedy);
  bool any = false;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    any = true;
    const std::string name = entry.path().filename().string();
    if (std::find(ours.begin(), ours.end(), name) == ours.end())
      throw OutputError(folder, "holds '" + name + "', which no validation wrote, and would be replaced", remedy);
  }
  if (error)
    throw OutputError(folder, "can't be read: " + error.message(), remedy);
  if (any && !isReport(folder / "report.json"))
    throw OutputError(folder, "holds something else than an earlier validation", remedy);
}

void writeReportFolder(const fs::path& folder, const Document& document,
                       const std::vector<std::pair<std::string, std::string>>& files, const FigureDrawer& draw) {
  requireReportFolder(folder);
  FolderSwap swap(fs::absolute(folder).lexically_normal());
  const fs::path& fresh = swap.path();
  const fs::path figures = fresh / "figures";
  requireWritableFolder(fresh / "tables");
  requireWritableFolder(figures);
  const std::vector<Figure> charts = figuresOf(document);
  writeFileAtomically(fresh / "figures.json", report::figuresToJson(charts));
  if (draw && !charts.empty())
    draw(fresh / "figures.json", figures);
  for (const Table* table : tablesOf(document)) {
    writeFileAtomically(fresh / "tables" / (table->id + ".csv"), toCsv(*table));
    writeFileAtomically(fresh / "tables" / (table->id + ".tex"), toLatex(*table));
  }
  for (const auto& [name, content] : files)
    writeFileAtomically(fresh / name, content);
  writeFileAtomically(fresh / "report.html", toHtml(document, figures));
  writeFileAtomically(fresh / "report.json", toJson(document));
  swap.commit();
}

} // namespace hipcuff::validation
