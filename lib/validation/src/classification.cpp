// Cross tabulation, agreement beyond chance, and what each threshold of severity gives.
#include "sections.h"

#include "text.h"

#include "hipcuff/statistics/confusion.h"
#include "hipcuff/statistics/kappa.h"

#include <algorithm>
#include <array>

namespace hipcuff::validation {
namespace {

using statistics::Estimate;
using Matrix = std::array<std::array<long, 5>, 5>;

Matrix crossTabulate(const CaseSet& cases) {
  Matrix matrix{};
  for (std::size_t row = 0; row < cases.size(); ++row)
    if (cases.reference(row) != missing && cases.system(row) != missing)
      ++matrix[static_cast<std::size_t>(cases.reference(row))][static_cast<std::size_t>(cases.system(row))];
  return matrix;
}

statistics::ConfusionMatrix confusionOf(const Matrix& matrix) {
  statistics::ConfusionMatrix confusion;
  for (std::size_t r = 0; r < gradeClasses; ++r) {
    confusion.classes.push_back(className(static_cast<int>(r)));
    confusion.counts.emplace_back(matrix[r].begin(), matrix[r].begin() + gradeClasses);
    confusion.abstained.push_back(matrix[r][notGradable]);
  }
  return confusion;
}

Table crossTable(const Context& context, const Matrix& matrix) {
  Table table{.id = context.prefix + "confusion",
              .title = "Cross tabulation of " + context.options.systemName + " (columns) against " +
                       context.options.referenceName + " (rows), " + unitWord(context.cases.unit()),
              .columns = {{"reference", "Reference"}},
              .rows = {}};
  for (int code = 0; code <= notGradable; ++code)
    table.columns.push_back({classKey(code), className(code)});
  table.columns.push_back({"total", "Total"});
  std::array<long, 6> below{};
  for (int r = 0; r <= notGradable; ++r) {
    Row row{classKey(r), {words(className(r))}};
    long total = 0;
    for (std::size_t c = 0; c <= notGradable; ++c) {
      const long count = matrix[static_cast<std::size_t>(r)][c];
      row.cells.push_back(counted(count));
      row.cells.back().strong = static_cast<int>(c) == r;
      total += count;
      below[c] += count;
    }
    below[5] += total;
    row.cells.push_back(counted(total));
    // An empty last row says nothing that the flow of cases has not said.
    if (r != notGradable || total > 0)
      table.rows.push_back(std::move(row));
  }
  Row last{"total", {words("Total")}};
  for (const long count : below)
    last.cells.push_back(counted(count));
  table.rows.push_back(std::move(last));
  return table;
}

Figure crossFigure(const Context& context, const Matrix& matrix) {
  Figure figure;
  figure.id = context.prefix + "confusion";
  figure.caption = "Cross tabulation by " + unitWord(context.cases.unit(), 1) + "; the shade is the share of the row.";
  CellTable cells;
  cells.rowTitle = "Reference";
  cells.columnTitle = context.options.systemName;
  for (std::size_t r = 0; r < gradeClasses; ++r) {
    cells.rows.push_back(className(static_cast<int>(r)));
    cells.values.emplace_back(matrix[r].begin(), matrix[r].end());
  }
  for (int c = 0; c <= notGradable; ++c)
    cells.columns.push_back(className(c));
  figure.cells = std::move(cells);
  return figure;
}

/// The statistics that are resampled, from a table of weights.
using Weighted = std::vector<std::vector<double>>;
constexpr std::size_t resampled = 8;

std::optional<double> ratio(double part, double whole) {
  return whole > 0 ? std::optional<double>(part / whole) : std::nullopt;
}

void fromWeights(const Weighted& w, std::size_t positive, std::span<std::optional<double>> out) {
  double right = 0, all = 0, tp = 0, fn = 0, fp = 0, tn = 0;
  double recalls = 0;
  int seen = 0;
  for (std::size_t r = 0; r < gradeClasses; ++r) {
    double row = 0;
    for (std::size_t c = 0; c < gradeClasses; ++c) {
      row += w[r][c];
      (r >= positive ? (c >= positive ? tp : fn) : (c >= positive ? fp : tn)) += w[r][c];
    }
    right += w[r][r];
    all += row;
    if (row > 0) {
      recalls += w[r][r] / row;
      ++seen;
    }
  }
  out[0] = statistics::kappaValue(w, statistics::KappaWeights::none);
  out[1] = statistics::kappaValue(w, statistics::KappaWeights::linear);
  out[2] = statistics::kappaValue(w, statistics::KappaWeights::quadratic);
  out[3] = ratio(right, all);
  if (seen > 0)
    out[4] = recalls / seen;
  out[5] = ratio(tp, tp + fn);
  out[6] = ratio(tn, tn + fp);
  out[7] = ratio(tp + tn, all);
}

std::vector<statistics::BootstrapResult> resample(const Context& context) {
  const Rows& rows = context.cases.graded();
  if (rows.empty())
    return {};
  std::vector<std::pair<std::uint8_t, std::uint8_t>> cells;
  cells.reserve(rows.size());
  for (const std::size_t row : rows)
    cells.emplace_back(context.cases.reference(row), context.cases.system(row));
  const auto positive = static_cast<std::size_t>(context.positive);
  const statistics::Clusters clusters = context.cases.clusters().subset(rows);
  auto boot = statistics::clusterBootstrap(
      clusters, resampled,
      [&](const statistics::Resample& resample, std::span<std::optional<double>> out) {
        Weighted w(gradeClasses, std::vector<double>(gradeClasses));
        const auto weights = resample.rowWeights();
        for (std::size_t i = 0; i < cells.size(); ++i)
          w[cells[i].first][cells[i].second] += weights[i];
        fromWeights(w, positive, out);
      },
      context.bootstrap());
  if (clusters.count() < fewestForInterval)
    for (auto& one : boot)
      for (Estimate* estimate : {&one.percentile, &one.bca})
        if (estimate->ci) {
          estimate->ci.reset();
          estimate->se.reset();
          estimate->note = tooFewWords(context.cases);
        }
  return boot;
}

/// The formula's value with the bootstrap's interval. Where that has none (one patient, three cases, perfect agreement)
/// the formula's would claim to know what resampling does not: its cases count as independent and as many.
Estimate resampledInterval(Estimate formula, const std::vector<statistics::BootstrapResult>& boot, std::size_t which) {
  const Estimate better = which < boot.size() ? boot[which].best() : Estimate{};
  formula.ci = better.ci;
  formula.se = better.ci ? better.se : std::nullopt;
  formula.method = better.ci ? better.method : std::string();
  if (formula.value && !better.note.empty())
    formula.note += (formula.note.empty() ? "" : "; ") + better.note;
  return formula;
}

Table agreementTable(const Context& context, const statistics::ConfusionMatrix& confusion,
                     const std::vector<statistics::BootstrapResult>& boot) {
  const CaseSet& cases = context.cases;
  const auto right = [&](std::size_t row) { return cases.reference(row) == cases.system(row); };
  const long n = static_cast<long>(cases.graded().size());
  Table table{.id = context.prefix + "agreement",
              .title = "Agreement of the four classes, by " + unitWord(cases.unit(), 1),
              .columns = {{"measure", "Measure"}, {"graded", "Among graded"}, {"all", "Refusal counts as wrong"}},
              .rows = {}};
  table.add("accuracy", {words("Accuracy"), context.proportionCell(cases.graded(), right),
                         context.proportionCell(cases.evaluable(), right)});
  table.add("balanced_accuracy",
            {words("Balanced accuracy"), share(resampledInterval(statistics::balancedAccuracy(confusion), boot, 4)),
             words("")});
  const auto addKappa = [&](const char* key, const char* name, statistics::KappaWeights weights, std::size_t which) {
    table.add(key, {words(name),
                    quantity(resampledInterval(statistics::kappa(confusion, weights), boot, which), Format::index, n),
                    words("")});
  };
  addKappa("kappa", "Cohen's κ, unweighted", statistics::KappaWeights::none, 0);
  addKappa("kappa_linear", "Weighted κ, linear", statistics::KappaWeights::linear, 1);
  addKappa("kappa_quadratic", "Weighted κ, quadratic", statistics::KappaWeights::quadratic, 2);
  const auto counts = statistics::kappaContext(confusion.counts);
  Estimate pabak;
  pabak.value = counts.pabak;
  if (!pabak.value)
    pabak.note = "no graded cases";
  table.add("pabak", {words("Prevalence- and bias-adjusted κ"), quantity(pabak, Format::index, n), words("")});
  Estimate f1 = statistics::macroF1(confusion);
  if (cases.clustered(cases.graded()) && f1.ci) {
    f1.ci.reset(); // the formula takes items for independent
    f1.se.reset();
    f1.method.clear();
    f1.note = "no interval: its formula takes the items of a patient for independent";
  }
  table.add("macro_f1", {words("F1, mean over classes"), quantity(f1, Format::index, n), words("")});
  table.notes = {"κ: order of the classes normal < tendinosis < partial tear < full tear; bootstrap intervals resample "
                 "patients. κ depends on how common the classes are in this sample."};
  return table;
}

Table classTable(const Context& context) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "classes",
              .title = "Each class against all others, among graded " + unitWord(cases.unit()),
              .columns = {{"class", "Class"},
                          {"reference", "Reference"},
                          {"sensitivity", "Sensitivity"},
                          {"specificity", "Specificity"},
                          {"ppv", "PPV in this sample"},
                          {"npv", "NPV in this sample"}},
              .rows = {}};
  for (int code = 0; code < gradeClasses; ++code) {
    const auto is = [&](std::size_t row) { return cases.reference(row) == code; };
    const auto called = [&](std::size_t row) { return cases.system(row) == code; };
    const auto isNot = [&](std::size_t row) { return !is(row); };
    const auto notCalled = [&](std::size_t row) { return !called(row); };
    const Rows positives = filtered(cases.graded(), is);
    table.add(classKey(code), {words(className(code)), counted(static_cast<long>(positives.size())),
                               context.proportionCell(positives, called),
                               context.proportionCell(filtered(cases.graded(), isNot), notCalled),
                               context.proportionCell(filtered(cases.graded(), called), is),
                               context.proportionCell(filtered(cases.graded(), notCalled), isNot)});
  }
  return table;
}

struct Threshold {
  Rows positives, negatives;       ///< graded
  Rows allPositives, allNegatives; ///< refusals included
};

Threshold split(const CaseSet& cases, int least) {
  const auto positive = [&](std::size_t row) { return cases.reference(row) >= least; };
  const auto negative = [&](std::size_t row) { return cases.reference(row) < least; };
  return {filtered(cases.graded(), positive), filtered(cases.graded(), negative), filtered(cases.evaluable(), positive),
          filtered(cases.evaluable(), negative)};
}

Table thresholdTable(const Context& context) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "thresholds",
              .title = "Accuracy at each threshold of severity, by " + unitWord(cases.unit(), 1) +
                       ": among graded, and with every refusal counted as wrong",
              .columns = {{"threshold", "Positive is"},
                          {"sensitivity", "Sensitivity"},
                          {"specificity", "Specificity"},
                          {"accuracy", "Accuracy"},
                          {"youden", "Youden's J"},
                          {"sensitivity_all", "Sensitivity, refusals wrong"},
                          {"specificity_all", "Specificity, refusals wrong"}},
              .rows = {}};
  for (int least = 1; least < gradeClasses; ++least) {
    const Threshold t = split(cases, least);
    const auto called = [&](std::size_t row) { return cases.system(row) >= least && cases.system(row) != notGradable; };
    const auto cleared = [&](std::size_t row) { return cases.system(row) < least; };
    const auto right = [&](std::size_t row) { return (cases.reference(row) >= least) == (cases.system(row) >= least); };
    const Cell sensitivity = context.proportionCell(t.positives, called);
    const Cell specificity = context.proportionCell(t.negatives, cleared);
    Estimate youden;
    if (sensitivity.quantity->estimate.value && specificity.quantity->estimate.value)
      youden.value = *sensitivity.quantity->estimate.value + *specificity.quantity->estimate.value - 1;
    else
      youden.note = "needs both positive and negative cases";
    table.add(classKey(least),
              {words(thresholdName(least)), sensitivity, specificity, context.proportionCell(cases.graded(), right),
               quantity(youden, Format::index), context.proportionCell(t.allPositives, called),
               context.proportionCell(t.allNegatives, cleared)});
    if (least == context.positive)
      table.rows.back().cells.front().strong = true;
  }
  table.notes = {"A refusal that counts as wrong is a missed positive or a false positive, the worst case of an "
                 "intention-to-diagnose analysis (Schuetz 2012). In bold: the threshold that stands for all elsewhere "
                 "in this report."};
  if (const std::string doubt = verificationDoubt(context); !doubt.empty())
    table.notes.push_back(doubt);
  return table;
}

/// The counts that each threshold's accuracy comes from.
Table twoByTwoTable(const Context& context) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "two-by-two",
              .title = "Counts at each threshold of severity, " + unitWord(cases.unit()),
              .columns = {{"threshold", "Positive is"},
                          {"tp", "True positive"},
                          {"fp", "False positive"},
                          {"fn", "False negative"},
                          {"tn", "True negative"},
                          {"refused_positive", "Not graded, positive"},
                          {"refused_negative", "Not graded, negative"},
                          {"total", "Total"}},
              .rows = {}};
  for (int least = 1; least < gradeClasses; ++least) {
    const Threshold t = split(cases, least);
    const auto called = [&](const Rows& rows) {
      return std::count_if(rows.begin(), rows.end(), [&](std::size_t row) { return cases.system(row) >= least; });
    };
    const auto size = [](const Rows& rows) { return static_cast<long>(rows.size()); };
    const long tp = called(t.positives), fp = called(t.negatives);
    table.add(classKey(least), {words(thresholdName(least)), counted(tp), counted(fp), counted(size(t.positives) - tp),
                                counted(size(t.negatives) - fp), counted(size(t.allPositives) - size(t.positives)),
                                counted(size(t.allNegatives) - size(t.negatives)),
                                counted(size(t.allPositives) + size(t.allNegatives))});
    if (least == context.positive)
      table.rows.back().cells.front().strong = true;
  }
  return table;
}

/// Hits among the rows of each patient.
std::vector<statistics::ClusterCount> countsBy(const CaseSet& cases, const Rows& rows,
                                               const std::function<bool(std::size_t)>& hit) {
  std::vector<statistics::ClusterCount> counts(cases.clusters().count());
  for (const std::size_t row : rows) {
    statistics::ClusterCount& one = counts[cases.clusters().of(row)];
    ++one.total;
    one.hits += hit(row) ? 1 : 0;
  }
  return counts;
}

Table predictiveTable(const Context& context) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "predictive",
              .title = "Predictive values and likelihood ratios, among graded " + unitWord(cases.unit()),
              .columns = {{"threshold", "Positive is"},
                          {"prevalence", "Prevalence"},
                          {"ppv", "PPV"},
                          {"npv", "NPV"},
                          {"lr_positive", "LR+"},
                          {"lr_negative", "LR−"}},
              .rows = {}};
  for (int least = 1; least < gradeClasses; ++least) {
    const Threshold t = split(cases, least);
    const auto called = [&](std::size_t row) { return cases.system(row) >= least; };
    const auto cleared = [&](std::size_t row) { return cases.system(row) < least; };
    const auto is = [&](std::size_t row) { return cases.reference(row) >= least; };
    const auto isNot = [&](std::size_t row) { return cases.reference(row) < least; };
    const bool clustered = cases.clustered(cases.graded());
    const auto count = [](const Rows& rows, const auto& hit) {
      return static_cast<long>(std::count_if(rows.begin(), rows.end(), hit));
    };
    const auto at = [&](double prevalence) {
      return clustered ? statistics::predictiveValues(countsBy(cases, t.positives, called),
                                                      countsBy(cases, t.negatives, cleared), prevalence)
                       : statistics::predictiveValues(count(t.positives, called), static_cast<long>(t.positives.size()),
                                                      count(t.negatives, cleared),
                                                      static_cast<long>(t.negatives.size()), prevalence);
    };
    const long n = static_cast<long>(cases.graded().size());
    const double rate = n == 0 ? 0 : static_cast<double>(t.positives.size()) / static_cast<double>(n);
    const auto ratios = at(rate);
    table.add(std::string(classKey(least)) + "_sample",
              {words(thresholdName(least)), words("this sample, " + fixed(100 * rate, 1) + " %"),
               context.proportionCell(filtered(cases.graded(), called), is),
               context.proportionCell(filtered(cases.graded(), cleared), isNot),
               quantity(ratios.positiveLikelihoodRatio, Format::ratio),
               quantity(ratios.negativeLikelihoodRatio, Format::ratio)});
    if (least != context.positive)
      continue;
    for (const double prevalence : context.options.prevalences) {
      const auto values = at(prevalence);
      std::string key = fixed(100 * prevalence, 3);
      key.erase(key.find_last_not_of('0') + 1);
      if (key.ends_with('.'))
        key.pop_back();
      const std::string shown = key + " % (given)";
      std::replace(key.begin(), key.end(), '.', '_');
      table.add(std::string(classKey(least)) + "_" + key, {words(thresholdName(least)), words(shown), share(values.ppv),
                                                           share(values.npv), words(""), words("")});
    }
  }
  table.notes = {"Predictive values hold for the prevalence stated and nowhere else."};
  return table;
}

/// Only where patients give several items: two ways to the same interval.
std::optional<Table> intervalTable(const Context& context, const std::vector<statistics::BootstrapResult>& boot) {
  const CaseSet& cases = context.cases;
  if (!cases.clustered(cases.graded()) || boot.size() < resampled)
    return std::nullopt;
  const int least = context.positive;
  const Threshold t = split(cases, least);
  const auto called = [&](std::size_t row) { return cases.system(row) >= least; };
  const auto cleared = [&](std::size_t row) { return cases.system(row) < least; };
  const auto right = [&](std::size_t row) { return cases.reference(row) == cases.system(row); };
  Table table{.id = context.prefix + "intervals",
              .title = "Patients with several " + unitWord(cases.unit()) + ": intervals by two methods",
              .columns = {{"measure", "Measure"}, {"ratio", "Ratio estimator"}, {"bootstrap", "Bootstrap of patients"}},
              .rows = {}};
  table.add("accuracy",
            {words("Accuracy, four classes"), context.proportionCell(cases.graded(), right), share(boot[3].best())});
  table.add("sensitivity", {words("Sensitivity, " + thresholdWords(least)), context.proportionCell(t.positives, called),
                            share(boot[5].best())});
  table.add("specificity", {words("Specificity, " + thresholdWords(least)),
                            context.proportionCell(t.negatives, cleared), share(boot[6].best())});
  return table;
}

} // namespace

Section classificationSection(const Context& context) {
  const Matrix matrix = crossTabulate(context.cases);
  const statistics::ConfusionMatrix confusion = confusionOf(matrix);
  const auto boot = resample(context);
  Section section{.id = context.prefix + "classification",
                  .title = "Classification, by " + unitWord(context.cases.unit(), 1),
                  .level = 3,
                  .place = "STARD items 23 and 24; CLAIM: model performance",
                  .blocks = {}};
  section.blocks.emplace_back(crossTable(context, matrix));
  if (!context.cases.evaluable().empty())
    section.blocks.emplace_back(crossFigure(context, matrix));
  section.blocks.emplace_back(agreementTable(context, confusion, boot));
  section.blocks.emplace_back(thresholdTable(context));
  section.blocks.emplace_back(twoByTwoTable(context));
  section.blocks.emplace_back(predictiveTable(context));
  section.blocks.emplace_back(classTable(context));
  if (auto table = intervalTable(context, boot))
    section.blocks.emplace_back(std::move(*table));
  return section;
}

} // namespace hipcuff::validation
