// What the probabilities are worth: ROC, operating points, calibration, decision curve.
#include "readers.h"

#include "text.h"

#include "hipcuff/statistics/calibration.h"
#include "hipcuff/statistics/decision_curve.h"
#include "hipcuff/statistics/roc.h"

#include <cmath>

namespace hipcuff::validation {
namespace {

using statistics::Clusters;
using statistics::Estimate;

/// Scores of one threshold over the scored cases.
struct Scored {
  std::vector<double> scores;
  std::vector<bool> positive;
  long positives = 0;
};

Scored scoredAt(const CaseSet& cases, int least) {
  Scored scored;
  for (const std::size_t row : cases.scored()) {
    scored.scores.push_back(*cases.score(row, least));
    scored.positive.push_back(cases.reference(row) >= least);
    scored.positives += scored.positive.back() ? 1 : 0;
  }
  return scored;
}

std::string aucMethodFor(const Clusters* clusters) {
  return clusters == nullptr ? "DeLong 1988" : "Obuchowski 1997, patients as clusters";
}

Figure rocFigure(const Context& context, const Scored& scored, const Cell& auc) {
  Figure figure;
  figure.id = context.prefix + "roc";
  figure.caption = "Receiver operating characteristic for " + thresholdWords(context.positive) + ", by " +
                   unitWord(context.cases.unit(), 1) + " among graded: area under the curve " +
                   valueText(*auc.quantity) + " " + intervalText(*auc.quantity) +
                   ". The dot is the class that the system gives.";
  figure.square = true;
  figure.x = {.label = "1 − specificity", .least = 0, .most = 1};
  figure.y = {.label = "Sensitivity", .least = 0, .most = 1};
  Series curve{.name = context.options.systemName,
               .role = SeriesRole::system,
               .shape = SeriesShape::line,
               .x = {},
               .y = {},
               .upper = {},
               .lower = {}};
  for (const auto& point : statistics::thinned(statistics::rocCurve(scored.scores, scored.positive), 500)) {
    curve.x.push_back(1 - point.specificity);
    curve.y.push_back(point.sensitivity);
  }
  figure.series.push_back(Series{.name = "Chance",
                                 .role = SeriesRole::chance,
                                 .shape = SeriesShape::line,
                                 .x = {0, 1},
                                 .y = {0, 1},
                                 .upper = {},
                                 .lower = {}});
  figure.series.push_back(std::move(curve));
  long tp = 0, p = 0, fp = 0, n = 0;
  for (const std::size_t row : context.cases.graded()) {
    const bool is = context.cases.reference(row) >= context.positive;
    const bool called = context.cases.system(row) >= context.positive;
    ++(is ? p : n);
    tp += is && called ? 1 : 0;
    fp += !is && called ? 1 : 0;
  }
  if (p > 0 && n > 0)
    figure.series.push_back(Series{.name = "Class given",
                                   .role = SeriesRole::system,
                                   .shape = SeriesShape::points,
                                   .x = {static_cast<double>(fp) / static_cast<double>(n)},
                                   .y = {static_cast<double>(tp) / static_cast<double>(p)},
                                   .upper = {},
                                   .lower = {}});
  // Readers as points: each calls positive what has the threshold's class or a worse one.
  for (const Source& reader : firstReadings(context.cases)) {
    const auto classes = context.cases.classesOf(reader);
    long hits = 0, positives = 0, alarms = 0, negatives = 0;
    for (const std::size_t row : context.cases.evaluable()) {
      if (classes[row] < 0 || classes[row] >= gradeClasses)
        continue;
      const bool is = context.cases.reference(row) >= context.positive;
      const bool called = classes[row] >= context.positive;
      ++(is ? positives : negatives);
      hits += is && called ? 1 : 0;
      alarms += !is && called ? 1 : 0;
    }
    if (positives > 0 && negatives > 0)
      figure.series.push_back(Series{.name = sourceName(reader),
                                     .role = SeriesRole::reader,
                                     .shape = SeriesShape::points,
                                     .x = {static_cast<double>(alarms) / static_cast<double>(negatives)},
                                     .y = {static_cast<double>(hits) / static_cast<double>(positives)},
                                     .upper = {},
                                     .lower = {}});
  }
  return figure;
}

Table operatingTable(const Context& context, const Scored& scored, const Clusters* clusters) {
  Table table{.id = context.prefix + "operating-points",
              .title = "Operating points on the probability of " + thresholdWords(context.positive),
              .columns = {{"point", "Chosen by"},
                          {"threshold", "Probability from"},
                          {"sensitivity", "Sensitivity"},
                          {"specificity", "Specificity"}},
              .rows = {}};
  const auto add = [&](const char* key, const char* name, const statistics::OperatingPoint& point) {
    Estimate threshold;
    threshold.value = point.threshold && std::isfinite(*point.threshold) ? point.threshold : std::nullopt;
    if (!threshold.value)
      threshold.note = point.threshold ? "no case is called positive" : point.note;
    table.add(key,
              {words(name), quantity(threshold, Format::index), share(point.sensitivity), share(point.specificity)});
  };
  using namespace statistics;
  add("half", "0.5, fixed", operatingPoint(scored.scores, scored.positive, 0.5, clusters));
  add("youden", "Largest Youden's J", operatingPointYouden(scored.scores, scored.positive, clusters));
  add("sensitivity_90", "Sensitivity ≥ 90 %",
      operatingPointAtSensitivity(scored.scores, scored.positive, 0.9, clusters));
  add("sensitivity_95", "Sensitivity ≥ 95 %",
      operatingPointAtSensitivity(scored.scores, scored.positive, 0.95, clusters));
  add("specificity_90", "Specificity ≥ 90 %",
      operatingPointAtSpecificity(scored.scores, scored.positive, 0.9, clusters));
  add("specificity_95", "Specificity ≥ 95 %",
      operatingPointAtSpecificity(scored.scores, scored.positive, 0.95, clusters));
  table.notes = {
      "All but the first threshold were chosen on these same cases, which flatters them: they need new cases "
      "before they can be relied on."};
  return table;
}

Figure calibrationFigure(const Context& context, const std::vector<statistics::ReliabilityBin>& bins) {
  Figure figure;
  figure.id = context.prefix + "calibration";
  figure.caption = "Calibration of the probability of " + thresholdWords(context.positive) + ", by " +
                   unitWord(context.cases.unit(), 1) + ": bins of about equal numbers, 95 % intervals.";
  figure.square = true;
  figure.x = {.label = "Probability given", .least = 0, .most = 1};
  figure.y = {.label = "Share observed", .least = 0, .most = 1};
  figure.series.push_back(Series{.name = "Perfect",
                                 .role = SeriesRole::chance,
                                 .shape = SeriesShape::line,
                                 .x = {0, 1},
                                 .y = {0, 1},
                                 .upper = {},
                                 .lower = {}});
  Series points{.name = context.options.systemName,
                .role = SeriesRole::system,
                .shape = SeriesShape::linePoints,
                .x = {},
                .y = {},
                .upper = {},
                .lower = {}};
  bool intervals = true;
  for (const auto& bin : bins)
    intervals = intervals && bin.observed.ci.has_value();
  for (const auto& bin : bins) {
    points.x.push_back(bin.meanProbability);
    points.y.push_back(*bin.observed.value);
    if (intervals) {
      points.lower.push_back(bin.observed.ci->lower);
      points.upper.push_back(bin.observed.ci->upper);
    }
  }
  if (!intervals)
    figure.caption = "Calibration of the probability of " + thresholdWords(context.positive) +
                     ": bins of about equal numbers; too few patients in a bin for intervals.";
  figure.series.push_back(std::move(points));
  return figure;
}

Table calibrationTable(const Context& context, const Clusters* clusters) {
  Table table{.id = context.prefix + "calibration-measures",
              .title = "Calibration of probabilities, among graded " + unitWord(context.cases.unit()),
              .columns = {{"threshold", "Probability of"},
                          {"brier", "Brier score"},
                          {"scaled", "Scaled Brier"},
                          {"ece", "ECE"},
                          {"slope", "Slope"},
                          {"intercept", "Intercept"},
                          {"in_the_large", "In the large"},
                          {"spiegelhalter", "Spiegelhalter, P"}},
              .rows = {}};
  for (int least = 1; least < gradeClasses; ++least) {
    const Scored scored = scoredAt(context.cases, least);
    const auto brier = statistics::brier(scored.scores, scored.positive, 0, clusters);
    const auto line = statistics::calibrationLine(scored.scores, scored.positive, clusters);
    const auto bins =
        statistics::reliabilityBins(scored.scores, scored.positive, 10, statistics::Binning::equalCount, clusters);
    Estimate scaled;
    scaled.value = brier.scaled;
    if (!scaled.value)
      scaled.note = "one class only";
    const long n = static_cast<long>(scored.scores.size());
    table.add(classKey(least),
              {words(thresholdName(least)), quantity(brier.score, Format::index, n), quantity(scaled, Format::index),
               quantity(statistics::expectedCalibrationError(bins), Format::index), quantity(line.slope, Format::plain),
               quantity(line.intercept, Format::plain), quantity(line.inTheLarge, Format::plain),
               tested(line.spiegelhalter)});
  }
  std::vector<std::vector<double>> probabilities;
  std::vector<int> classes;
  for (const std::size_t row : context.cases.scored()) {
    const auto& p = *context.cases.at(row).system->probabilities;
    probabilities.emplace_back(p.begin(), p.end());
    classes.push_back(context.cases.reference(row));
  }
  Cell all;
  try {
    all = quantity(statistics::brierOfClasses(probabilities, classes, clusters), Format::index,
                   static_cast<long>(classes.size()));
  } catch (const std::invalid_argument&) {
    all = quantity(statistics::notEstimable("probabilities of a case do not sum to 1"), Format::index);
  }
  table.add("all_classes", {words("All four classes (0 to 2)"), all, words(""), words(""), words(""), words(""),
                            words(""), words("")});
  table.notes = {
      "Perfect: slope 1, intercept 0, in the large 0. ECE: ten bins of about equal numbers; it is above 0 even for "
      "perfect probabilities and has no interval."};
  return table;
}

/// Adds the figure. @return its table, for further down
std::optional<Table> addDecision(Section& section, const Context& context, const Scored& scored,
                                 const Clusters* clusters) {
  const auto curve =
      statistics::decisionCurve(scored.scores, scored.positive, statistics::decisionThresholds(), clusters);
  if (curve.empty())
    return std::nullopt;
  Figure figure;
  figure.id = context.prefix + "decision";
  figure.caption = "Decision curve for " + thresholdWords(context.positive) + ", by " +
                   unitWord(context.cases.unit(), 1) +
                   " among graded (what to do with the others is not in it): net benefit of acting from a given "
                   "probability on, with its 95 % band, against acting on "
                   "everybody and on nobody (Vickers & Elkin 2006). It holds for the prevalence of this sample.";
  figure.x = {.label = "Threshold probability", .least = 0, .most = 1};
  figure.y = {.label = "Net benefit"};
  const double rate = static_cast<double>(scored.positives) / static_cast<double>(scored.scores.size());
  figure.y.least = -0.1 * std::max(rate, 0.1);
  figure.y.most = std::max(0.05, 1.1 * rate);
  const auto series = [](std::string name, SeriesRole role, SeriesShape shape) {
    return Series{.name = std::move(name), .role = role, .shape = shape, .x = {}, .y = {}, .upper = {}, .lower = {}};
  };
  Series net = series(context.options.systemName, SeriesRole::system, SeriesShape::line);
  Series all = series("All", SeriesRole::reference, SeriesShape::line);
  Series band = series("", SeriesRole::band, SeriesShape::band);
  for (const auto& point : curve) {
    net.x.push_back(point.threshold);
    net.y.push_back(std::max(*figure.y.least, point.netBenefit.value.value_or(0)));
    if (point.netBenefit.ci) {
      band.x.push_back(point.threshold);
      band.y.push_back(std::max(*figure.y.least, point.netBenefit.ci->lower));
      band.upper.push_back(std::max(*figure.y.least, point.netBenefit.ci->upper));
    }
    if (point.treatAll >= *figure.y.least) {
      all.x.push_back(point.threshold);
      all.y.push_back(point.treatAll);
    }
  }
  for (const double top : band.upper)
    figure.y.most = std::max(*figure.y.most, 1.05 * top);
  if (band.x.size() > 1)
    figure.series.push_back(std::move(band));
  if (all.x.size() > 1)
    figure.series.push_back(std::move(all));
  Series none = series("None", SeriesRole::chance, SeriesShape::line);
  none.x = {0, 1};
  none.y = {0, 0};
  figure.series.push_back(std::move(none));
  figure.series.push_back(std::move(net));
  Table table{
      .id = context.prefix + "net-benefit",
      .title = "Net benefit at some threshold probabilities, " + thresholdWords(context.positive),
      .columns = {{"threshold", "Threshold"}, {"net_benefit", context.options.systemName}, {"all", "Act on all"}},
      .rows = {}};
  for (const auto& point : curve)
    for (const int percent : {5, 10, 20, 30, 50})
      if (std::abs(point.threshold - percent / 100.0) < 1e-9) {
        Estimate everybody;
        everybody.value = point.treatAll;
        table.add(std::to_string(percent),
                  {words(std::to_string(percent) + " %"), quantity(point.netBenefit, Format::index),
                   quantity(everybody, Format::index)});
      }
  section.blocks.emplace_back(std::move(figure));
  return table;
}

} // namespace

Section scoreSection(const Context& context) {
  const CaseSet& cases = context.cases;
  Section section{.id = context.prefix + "probabilities",
                  .title = "Probabilities, by " + unitWord(cases.unit(), 1),
                  .level = 3,
                  .place = "STARD item 24; CLAIM: model performance, calibration",
                  .blocks = {}};
  const Rows& rows = cases.scored();
  if (rows.empty()) {
    section.blocks.emplace_back(
        text("AUC, operating points, calibration and decision curve are not estimable: no graded " +
             unitWord(cases.unit(), 1) + " with a reference carries probabilities."));
    return section;
  }
  if (rows.size() < cases.graded().size())
    section.blocks.emplace_back(note(countOf(cases.unit(), cases.graded().size() - rows.size()) +
                                     " graded without probabilities: left out of this part."));
  const Clusters own = cases.clusters().subset(rows);
  const Clusters* clusters = own.singletons() ? nullptr : &own;
  Table areas{
      .id = context.prefix + "auc",
      .title = "Area under the ROC curve, among graded " + unitWord(cases.unit()),
      .columns = {{"threshold", "Positive is"}, {"positives", "Positives"}, {"negatives", "Negatives"}, {"auc", "AUC"}},
      .rows = {}};
  Cell main;
  for (int least = 1; least < gradeClasses; ++least) {
    const Scored scored = scoredAt(cases, least);
    const long n = static_cast<long>(scored.scores.size());
    Cell cell = quantity(clusters == nullptr ? statistics::auc(scored.scores, scored.positive)
                                             : statistics::clusteredAuc(scored.scores, scored.positive, *clusters),
                         Format::index, n);
    if (least == context.positive)
      main = cell;
    areas.add(classKey(least),
              {words(thresholdName(least)), counted(scored.positives), counted(n - scored.positives), cell});
  }
  areas.notes = {"Score: the probability of the threshold's class or a worse one. A refusal has no score; " +
                 aucMethodFor(clusters) + "."};
  if (const std::string doubt = verificationDoubt(context); !doubt.empty())
    areas.notes.push_back(doubt);
  section.blocks.emplace_back(std::move(areas));
  const Scored scored = scoredAt(cases, context.positive);
  const bool both = scored.positives > 0 && scored.positives < static_cast<long>(scored.scores.size());
  const auto bins =
      statistics::reliabilityBins(scored.scores, scored.positive, 10, statistics::Binning::equalCount, clusters);
  // Figures beside each other, then the tables.
  if (both)
    section.blocks.emplace_back(rocFigure(context, scored, main));
  if (bins.size() > 1)
    section.blocks.emplace_back(calibrationFigure(context, bins));
  std::optional<Table> benefit;
  if (both)
    benefit = addDecision(section, context, scored, clusters);
  if (both)
    section.blocks.emplace_back(operatingTable(context, scored, clusters));
  section.blocks.emplace_back(calibrationTable(context, clusters));
  if (benefit)
    section.blocks.emplace_back(std::move(*benefit));
  return section;
}

} // namespace hipcuff::validation
