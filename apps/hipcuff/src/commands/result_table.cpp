#include "commands/result_table.h"

#include "cli/table.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace hipcuff::cli {
namespace {

constexpr std::size_t pathWidth = 36;

std::filesystem::path commonFolder(const std::vector<std::filesystem::path>& paths) {
  std::filesystem::path common = paths.empty() ? std::filesystem::path() : paths.front().parent_path();
  for (const std::filesystem::path& path : paths) {
    const std::filesystem::path folder = path.parent_path();
    const auto [end, other] = std::mismatch(common.begin(), common.end(), folder.begin(), folder.end());
    std::filesystem::path shared;
    for (auto part = common.begin(); part != end; ++part)
      shared /= *part;
    common = shared;
  }
  return common;
}

std::string percent(double fraction) {
  return std::to_string(std::lround(fraction * 100)) + " %";
}

std::string thicknessText(const Measurements& measurements) {
  const auto& summary = measurements.thickness.summary;
  return summary ? decimals(summary->meanMm, 1) + " ± " + decimals(summary->sdMm, 1) : "-";
}

std::string reasonsText(const Grade& grade) {
  std::string codes;
  for (const Refusal refusal : grade.refusals)
    codes += (codes.empty() ? "" : " ") + std::string(toString(refusal));
  return codes.empty() ? "-" : codes;
}

} // namespace

std::string worstDiscontinuity(const std::vector<Discontinuity>& discontinuities, double tearConfidence) {
  const auto rank = [tearConfidence](const Discontinuity& d) {
    return std::tuple(d.confidence >= tearConfidence, d.kind == DiscontinuityKind::fullThickness, d.depthFraction);
  };
  const auto worst = std::max_element(discontinuities.begin(), discontinuities.end(),
                                      [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (worst == discontinuities.end())
    return "-";
  std::string text = toString(worst->kind);
  if (worst->kind != DiscontinuityKind::fullThickness)
    text += " " + percent(worst->depthFraction) + ", " + decimals(worst->lengthMm, 1) + " mm";
  else
    text += (worst->gapMm ? ", gap " + decimals(*worst->gapMm, 1) : ", " + decimals(worst->lengthMm, 1)) + " mm";
  return text + (worst->confidence < tearConfidence ? " ?" : "");
}

void ResultTable::add(const ImageResult& image) {
  const Grade& grade = image.grade;
  const bool graded = grade.grade != GradeClass::notGradable;
  paths_.push_back(image.path);
  rows_.push_back({std::to_string(image.pane), image.side.known() ? toString(*image.side.value) : "-",
                   image.view.known() ? toString(*image.view.value) : "-", toString(grade.grade),
                   grade.subtype.empty() ? "-" : grade.subtype, graded ? toString(grade.certainty) : "-",
                   image.mmPerPx ? thicknessText(image.measurements) : "-",
                   image.mmPerPx ? worstDiscontinuity(image.measurements.discontinuities, tearConfidence_) : "-",
                   graded ? decimals(grade.confidence, 2) : "-", reasonsText(grade)});
}

std::string ResultTable::text() const {
  Table table({"file", "pane", "side", "view", "class", "subtype", "certainty", "mm", "worst discontinuity", "conf",
               "reasons"});
  const std::filesystem::path common = commonFolder(paths_);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::vector<std::string> row = {tail(paths_[i].lexically_relative(common).string(), pathWidth)};
    row.insert(row.end(), rows_[i].begin(), rows_[i].end());
    table.add(std::move(row));
  }
  return table.text();
}

} // namespace hipcuff::cli
