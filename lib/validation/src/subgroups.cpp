// The same accuracy in parts of the cases.
#include "sections.h"

#include "hipcuff/statistics/roc.h"

namespace hipcuff::validation {

std::optional<Section> subgroupSection(const Context& context) {
  const CaseSet& cases = context.cases;
  if (cases.unit() == Unit::patient || cases.graded().empty())
    return std::nullopt;
  Table table{.id = context.prefix + "subgroups",
              .title = thresholdName(context.positive) + " in subgroups, among graded " + unitWord(cases.unit()),
              .columns = {{"group", "Subgroup"},
                          {"n", "n"},
                          {"graded", "Graded (coverage)"},
                          {"accuracy", "Accuracy, four classes"},
                          {"sensitivity", "Sensitivity"},
                          {"specificity", "Specificity"},
                          {"auc", "AUC"}},
              .rows = {}};
  const auto add = [&](const char* key, const char* name, const auto& in) {
    const Rows all = filtered(cases.evaluable(), in);
    if (all.empty())
      return;
    const Rows graded = filtered(cases.graded(), in);
    const Rows scored = filtered(cases.scored(), in);
    const auto is = [&](std::size_t row) { return cases.reference(row) >= context.positive; };
    const auto isNot = [&](std::size_t row) { return cases.reference(row) < context.positive; };
    std::vector<double> scores;
    std::vector<bool> positive;
    for (const std::size_t row : scored) {
      scores.push_back(*cases.score(row, context.positive));
      positive.push_back(is(row));
    }
    const auto clusters = cases.clusters().subset(scored);
    auto auc = scored.empty()          ? statistics::notEstimable("no probabilities")
               : clusters.singletons() ? statistics::auc(scores, positive)
                                       : statistics::clusteredAuc(scores, positive, clusters);
    table.add(key, {words(name), counted(static_cast<long>(all.size())),
                    context.proportionCell(all, [&](std::size_t row) { return cases.system(row) != notGradable; }),
                    context.proportionCell(graded,
                                           [&](std::size_t row) { return cases.reference(row) == cases.system(row); }),
                    context.proportionCell(filtered(graded, is),
                                           [&](std::size_t row) { return cases.system(row) >= context.positive; }),
                    context.proportionCell(filtered(graded, isNot),
                                           [&](std::size_t row) { return cases.system(row) < context.positive; }),
                    quantity(std::move(auc), Format::index, static_cast<long>(scored.size()))});
  };
  add("left", "Left", [&](std::size_t row) { return cases.at(row).side == Side::left; });
  add("right", "Right", [&](std::size_t row) { return cases.at(row).side == Side::right; });
  add("side_unknown", "Side unknown", [&](std::size_t row) { return !cases.at(row).side; });
  if (cases.unit() == Unit::image) {
    add("long_axis", "Long axis", [&](std::size_t row) { return cases.at(row).view == View::longAxis; });
    add("short_axis", "Short axis", [&](std::size_t row) { return cases.at(row).view == View::shortAxis; });
    add("view_unknown", "View unknown", [&](std::size_t row) { return !cases.at(row).view; });
  }
  if (table.rows.size() < 2)
    return std::nullopt;
  table.notes = {
      "No subgroup was tested against another. Small ones have wide intervals, and of many some differ by chance."};
  Section section{.id = context.prefix + "subgroup",
                  .title = "Subgroups, by " + unitWord(cases.unit(), 1),
                  .level = 3,
                  .place = "STARD items 17 and 23; CLAIM: performance in subgroups",
                  .blocks = {}};
  section.blocks.emplace_back(std::move(table));
  return section;
}

} // namespace hipcuff::validation
