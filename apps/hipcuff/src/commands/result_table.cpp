#include "commands/result_table.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::cli {
namespace {

constexpr std::size_t pathWidth = 36;

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

std::string worstDiscontinuity(const std::vector<Discontinuity>& discontinuities) {
  const auto lighter = [](const Discontinuity& a, const Discontinuity& b) {
    const bool aFull = a.kind == DiscontinuityKind::fullThickness;
    const bool bFull = b.kind == DiscontinuityKind::fullThickness;
    return aFull != bFull ? bFull : a.depthFraction < b.depthFraction;
  };
  const auto worst = std::max_element(discontinuities.begin(), discontinuities.end(), lighter);
  if (worst == discontinuities.end())
    return "-";
  std::string text = toString(worst->kind);
  if (worst->kind == DiscontinuityKind::fullThickness)
    text += worst->gapMm ? " gap " + decimals(*worst->gapMm, 1) + " mm" : "";
  else
    text += " " + percent(worst->depthFraction);
  return text + " x " + decimals(worst->lengthMm, 1) + " mm" + (worst->suspectedAnisotropy ? " (angle?)" : "");
}

Table resultTable() {
  return Table({"file", "pane", "side", "view", "class", "subtype", "certainty", "mm", "worst discontinuity",
                "confidence", "reasons"});
}

void addRow(Table& table, const ImageResult& image) {
  const Grade& grade = image.grade;
  const bool graded = grade.grade != GradeClass::notGradable;
  table.add({tail(image.path.string(), pathWidth), std::to_string(image.pane),
             image.side.known() ? toString(*image.side.value) : "-",
             image.view.known() ? toString(*image.view.value) : "-", toString(grade.grade),
             grade.subtype.empty() ? "-" : grade.subtype, graded ? toString(grade.certainty) : "-",
             image.mmPerPx ? thicknessText(image.measurements) : "-",
             image.mmPerPx ? worstDiscontinuity(image.measurements.discontinuities) : "-",
             graded ? decimals(grade.confidence, 2) : "-", reasonsText(grade)});
}

} // namespace hipcuff::cli
