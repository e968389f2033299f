// Declining to answer as an outcome of its own: how often, for whom, why, and what it buys.
#include "sections.h"

#include "text.h"

#include "hipcuff/statistics/coverage.h"

#include <algorithm>
#include <map>

namespace hipcuff::validation {
namespace {

/// Confidence of the class given: as stated, else its probability.
std::optional<double> confidenceOf(const Answer& answer) {
  if (answer.confidence)
    return answer.confidence;
  if (answer.probabilities)
    return *std::max_element(answer.probabilities->begin(), answer.probabilities->end());
  return std::nullopt;
}

void addCurve(Section& section, const Context& context) {
  const CaseSet& cases = context.cases;
  std::vector<double> confidence;
  std::vector<bool> wrong;
  for (const std::size_t row : cases.graded()) {
    const auto one = confidenceOf(*cases.at(row).system);
    if (!one)
      return;
    confidence.push_back(*one);
    wrong.push_back(cases.reference(row) != cases.system(row));
  }
  if (confidence.size() < 2)
    return;
  const auto refused = static_cast<long>(cases.evaluable().size() - cases.graded().size());
  const auto curve = statistics::riskCoverage(confidence, wrong, refused);
  Table table{
      .id = context.prefix + "coverage",
      .title = "Error against coverage: keeping only the surest, by " + unitWord(cases.unit(), 1),
      .columns = {{"coverage", "Coverage reached"}, {"confidence", "Confidence from"}, {"error", "Wrong among kept"}},
      .rows = {}};
  for (const int wanted : {50, 60, 70, 80, 90, 100}) {
    const auto point = statistics::atCoverage(curve, wanted / 100.0);
    if (!point)
      continue;
    statistics::Estimate threshold;
    threshold.value = point->threshold;
    // An interval of independent items would be too narrow where patients give several.
    const double least = point->threshold;
    const Rows kept =
        filtered(cases.graded(), [&](std::size_t row) { return *confidenceOf(*cases.at(row).system) >= least; });
    table.add(
        std::to_string(wanted),
        {words(fixed(100 * point->coverage, 1) + " %"), quantity(threshold, Format::index),
         context.proportionCell(kept, [&](std::size_t row) { return cases.reference(row) != cases.system(row); })});
  }
  if (curve.aurc) {
    statistics::Estimate aurc;
    aurc.value = curve.aurc;
    table.add("aurc", {words("Area under the curve (AURC)"), words(""), quantity(aurc, Format::index)});
  }
  if (curve.excess) {
    statistics::Estimate excess;
    excess.value = curve.excess;
    table.add("excess", {words("AURC above the best order"), words(""), quantity(excess, Format::index)});
  }
  table.notes = {"Coverage is of all cases with a reference, refused ones included; wrong is any other of the four "
                 "classes. AURC: Geifman & El-Yaniv 2017, among graded."};
  Figure figure;
  figure.id = context.prefix + "coverage";
  figure.caption = "Error among the cases kept, against the share of cases kept, from the surest on; by " +
                   unitWord(cases.unit(), 1) + ". The curve ends at the coverage of " + context.options.systemName +
                   ".";
  figure.x = {.label = "Coverage", .least = 0, .most = 1};
  figure.y = {.label = "Wrong among kept", .least = 0};
  Series line{.name = context.options.systemName,
              .role = SeriesRole::system,
              .shape = SeriesShape::line,
              .x = {},
              .y = {},
              .upper = {},
              .lower = {}};
  const std::size_t step = std::max<std::size_t>(1, curve.points.size() / 400);
  double most = 0.05;
  for (std::size_t i = 0; i < curve.points.size(); ++i)
    // Shares of a handful of cases jump between 0 and 1 and say nothing.
    if (curve.points[i].kept >= 10 && (i % step == 0 || i + 1 == curve.points.size())) {
      line.x.push_back(curve.points[i].coverage);
      line.y.push_back(curve.points[i].risk.value.value_or(0));
      most = std::max(most, line.y.back());
    }
  figure.y.most = std::min(1.0, 1.15 * most);
  section.blocks.emplace_back(std::move(table));
  if (line.x.size() > 1) {
    figure.series.push_back(std::move(line));
    section.blocks.emplace_back(std::move(figure));
  }
}

} // namespace

Section abstentionSection(const Context& context) {
  const CaseSet& cases = context.cases;
  Section section{.id = context.prefix + "abstention",
                  .title = "Refusals, by " + unitWord(cases.unit(), 1),
                  .level = 3,
                  .place = "STARD item 15, indeterminate results",
                  .blocks = {}};
  const Rows& rows = cases.evaluable();
  if (rows.empty()) {
    section.blocks.emplace_back(text("Nothing to say: no case has both a result and a reference."));
    return section;
  }
  const auto answered = [&](std::size_t row) { return cases.system(row) != notGradable; };
  const auto refused = [&](std::size_t row) { return cases.system(row) == notGradable; };
  const auto wrong = [&](std::size_t row) { return cases.reference(row) != cases.system(row); };
  Table table{.id = context.prefix + "refusals",
              .title = "Who is refused: " + unitWord(cases.unit()) + " with a class of the reference",
              .columns = {{"group", "Reference"},
                          {"graded", "Graded (coverage)"},
                          {"refused", "Not gradable or failed"},
                          {"wrong", "Wrong among graded"}},
              .rows = {}};
  const auto add = [&](const std::string& key, const std::string& name, const Rows& group) {
    table.add(key, {words(name), context.proportionCell(group, answered), context.proportionCell(group, refused),
                    context.proportionCell(filtered(group, answered), wrong)});
  };
  for (int code = 0; code < gradeClasses; ++code)
    add(classKey(code), className(code), filtered(rows, [&](std::size_t row) { return cases.reference(row) == code; }));
  add("all", "All", rows);
  section.blocks.emplace_back(std::move(table));
  std::map<std::string, std::array<long, 5>> reasons;
  long failed = 0;
  for (const std::size_t row : filtered(rows, refused)) {
    const Case& one = cases.at(row);
    if (!one.failure.empty()) {
      ++failed;
      continue;
    }
    const auto k = static_cast<std::size_t>(cases.reference(row));
    if (one.system->reasons.empty())
      ++reasons["not stated"][k];
    for (const std::string& reason : one.system->reasons)
      ++reasons[reason][k];
  }
  if (!reasons.empty()) {
    std::vector<std::pair<std::string, std::array<long, 5>>> ordered(reasons.begin(), reasons.end());
    const auto sum = [](const std::array<long, 5>& counts) { return counts[0] + counts[1] + counts[2] + counts[3]; };
    std::stable_sort(ordered.begin(), ordered.end(),
                     [&](const auto& a, const auto& b) { return sum(a.second) > sum(b.second); });
    Table why{.id = context.prefix + "reasons",
              .title = "Reasons of refusal, by class of the reference (a case may have several)",
              .columns = {{"reason", "Reason"}},
              .rows = {}};
    for (int code = 0; code < gradeClasses; ++code)
      why.columns.push_back({classKey(code), className(code)});
    why.columns.push_back({"all", "All"});
    for (const auto& [reason, counts] : ordered) {
      std::string shown = reason;
      std::replace(shown.begin(), shown.end(), '_', ' ');
      Row row{keyOf(reason), {words(shown)}};
      for (int code = 0; code < gradeClasses; ++code)
        row.cells.push_back(counted(counts[static_cast<std::size_t>(code)]));
      row.cells.push_back(counted(sum(counts)));
      why.rows.push_back(std::move(row));
    }
    section.blocks.emplace_back(std::move(why));
  }
  if (failed > 0)
    section.blocks.emplace_back(text(countOf(cases.unit(), static_cast<std::size_t>(failed)) +
                                     " could not be processed at all; cases.csv says why."));
  addCurve(section, context);
  return section;
}

} // namespace hipcuff::validation
