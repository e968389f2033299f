#include "worklist_rows.h"

#include "page.h"

#include "hipcuff/batch/catalogue.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/report/page_text.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <optional>
#include <string_view>

namespace hipcuff::batch {
namespace {

using nlohmann::json;

/// Their places are the class numbers in the page.
constexpr std::array classes = {GradeClass::fullThickness, GradeClass::partialThickness, GradeClass::tendinosis,
                                GradeClass::normal, GradeClass::notGradable};
constexpr std::array certainties = {Certainty::suspected, Certainty::persistent, Certainty::confirmed};

const char* symbol(GradeClass grade) {
  switch (grade) {
  case GradeClass::fullThickness:
    return "●";
  case GradeClass::partialThickness:
    return "◐";
  case GradeClass::tendinosis:
    return "◒";
  case GradeClass::normal:
    return "○";
  case GradeClass::notGradable:
    break;
  }
  return "–";
}

const char* certaintyWords(Certainty certainty) {
  switch (certainty) {
  case Certainty::suspected:
    return "one frame or plane";
  case Certainty::persistent:
    return "throughout a cine";
  case Certainty::confirmed:
    return "two planes";
  }
  return "";
}

json text(const std::string& bytes) {
  return bytes.empty() ? json(nullptr) : json(report::toUtf8(bytes));
}

/// Rounded, so that a page of many rows stays small; null where not measured.
json rounded(const Statement& row, int place, double steps) {
  const std::optional<double> value = row.optionalReal(place);
  if (!value || !std::isfinite(*value))
    return nullptr;
  return std::round(*value * steps) / steps;
}

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

struct Hip {
  std::string name, folder, subtype, date, reasons;
  std::size_t grade = classes.size() - 1;
  std::string side;
};

std::string htmlOf(const Hip& hip, const Statement& row) {
  const auto mm = [&](int place) {
    const auto value = row.optionalReal(place);
    return value ? report::fixed(*value, 1) : std::string("–");
  };
  const auto cell = [](const std::string& content) { return "<td>" + content + "</td>"; };
  const GradeClass grade = classes[hip.grade];
  const bool graded = grade != GradeClass::notGradable;
  const std::string report = (examFolder(hip.name) / "report.html").generic_string();
  const auto side = hip.side == "L"   ? std::optional(Side::left)
                    : hip.side == "R" ? std::optional(Side::right)
                                      : std::nullopt;
  return "<tr>" +
         cell(std::string("<span class=\"badge b-") + toString(grade) + "\">" + symbol(grade) + " " +
              report::words(grade) + "</span>") +
         cell(report::escapeHtml(graded ? hip.subtype : hip.reasons)) +
         cell(graded && !row.isNull(3) ? report::escapeHtml(report::chance(row.real(3))) : "–") +
         cell(report::words(side)) + cell(report::escapeHtml(hip.date)) + cell(mm(6)) + cell(mm(7)) + cell(mm(8)) +
         cell(mm(9)) + cell(row.integer(10) != 0 ? "contradict" : "") +
         cell(std::to_string(row.integer(11)) + " of " + std::to_string(row.integer(12))) +
         cell("<a href=\"" + report::escapeHtml(report) + "\">" + report::escapeHtml(hip.name) + "</a>") +
         cell(report::escapeHtml(hip.folder)) + "</tr>\n";
}

constexpr const char* hipSql = R"sql(
SELECT e.name, h.class, h.subtype, h.confidence, h.side, e.study_date,
       h.thickness_mean_mm, h.thickness_max_mm, h.tear_depth_mm, h.tear_length_mm, h.contradictory,
       (SELECT count(*) FROM images i WHERE i.exam = e.id AND i.side IS h.side AND i.gradable),
       (SELECT count(*) FROM images i WHERE i.exam = e.id AND i.side IS h.side),
       coalesce(e.folder, (SELECT path FROM inputs WHERE exam = e.id ORDER BY state = 'done' DESC, path LIMIT 1)),
       e.folder IS NULL, h.not_gradable_reasons, h.certainty, h.thumbnail, e.study_instance_uid, h.side_difference_mm,
       h.p_normal, h.p_tendinosis, h.p_partial_thickness, h.p_full_thickness
FROM exams e LEFT JOIN hips h ON h.id = ?2
WHERE e.id = ?1)sql";

// What is sorted is held in memory: numbers and keys only, some 100 bytes a hip.
constexpr const char* orderSql = R"sql(
SELECT e.id, h.id FROM exams e LEFT JOIN hips h ON h.exam = e.id
WHERE e.state = 'done'
ORDER BY coalesce(h.severity, 0) DESC, h.confidence DESC, e.key, h.side)sql";

} // namespace

void eachHip(Database& database, std::size_t htmlRows, const std::function<void(WorklistRow)>& use) {
  Statement order(database, orderSql);
  Statement row(database, hipSql);
  for (std::size_t number = 0; order.step(); ++number) {
    row.reset();
    row.bind(1, order.integer(0));
    order.isNull(1) ? row.bindNull(2) : row.bind(2, order.integer(1));
    if (!row.step())
      continue;
    Hip hip;
    hip.name = row.text(0);
    hip.subtype = row.text(2);
    hip.side = row.text(4);
    hip.date = report::isoDate(row.text(5));
    hip.folder = row.integer(14) != 0 ? folderOf(row.text(13)) : row.text(13);
    hip.reasons = row.text(15);
    const std::string grade = row.text(1);
    for (std::size_t i = 0; i < classes.size(); ++i)
      if (grade == toString(classes[i]))
        hip.grade = i;
    if (row.isNull(1))
      hip.reasons = "no_hip"; // an exam is never dropped
    const int side = hip.side == "L" ? 1 : hip.side == "R" ? 2 : 0;
    int certainty = 0;
    for (std::size_t i = 0; i < certainties.size(); ++i)
      if (row.text(16) == toString(certainties[i]))
        certainty = static_cast<int>(i) + 1;
    const json array = {text(hip.name),
                        hip.grade,
                        text(hip.subtype),
                        rounded(row, 3, 1000),
                        side,
                        text(hip.date),
                        rounded(row, 6, 100),
                        rounded(row, 7, 100),
                        rounded(row, 8, 100),
                        rounded(row, 9, 100),
                        row.integer(10) != 0 ? 1 : 0,
                        row.integer(11),
                        row.integer(12),
                        text(hip.folder),
                        text(hip.reasons),
                        certainty,
                        text(row.text(17)),
                        text(row.text(18)),
                        rounded(row, 19, 100),
                        rounded(row, 20, 1000),
                        rounded(row, 21, 1000),
                        rounded(row, 22, 1000),
                        rounded(row, 23, 1000)};
    use({forScript(array.dump()), number < htmlRows ? htmlOf(hip, row) : std::string()});
  }
}

void eachFailure(Database& database, const std::function<void(std::string json)>& use) {
  Statement row(database, R"sql(
SELECT i.path, i.problem, i.remedy, CASE WHEN e.state = 'done' THEN e.name END
FROM inputs i LEFT JOIN exams e ON e.id = i.exam WHERE i.state = 'failed'
UNION ALL
SELECT coalesce(e.folder, e.key), e.error, NULL, NULL FROM exams e
WHERE e.state = 'failed' AND NOT EXISTS (SELECT 1 FROM inputs i WHERE i.exam = e.id AND i.state = 'failed')
ORDER BY 1)sql");
  while (row.step())
    use(forScript(json{text(row.text(0)), text(row.text(1)), text(row.text(2)), text(row.text(3))}.dump()));
}

std::string worklistWords() {
  json out;
  for (const GradeClass grade : classes)
    out["classes"].push_back({{"code", toString(grade)}, {"words", report::words(grade)}, {"symbol", symbol(grade)}});
  for (int i = 0; i <= static_cast<int>(Refusal::unsure); ++i) {
    const auto refusal = static_cast<Refusal>(i);
    out["refusals"][toString(refusal)] = explain(refusal);
  }
  out["refusals"]["no_hip"] = "The exam has no hip; its report tells about its images.";
  out["certainties"].push_back("");
  for (const Certainty certainty : certainties)
    out["certainties"].push_back(std::string(toString(certainty)) + ": " + certaintyWords(certainty));
  const std::string text = forScript(out.dump());
  return text.substr(1, text.size() - 2);
}

} // namespace hipcuff::batch
