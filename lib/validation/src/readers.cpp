// Readers: each against the reference, each other and themselves.
#include "readers.h"

#include "text.h"

#include "hipcuff/statistics/bland_altman.h"
#include "hipcuff/statistics/icc.h"
#include "hipcuff/statistics/raters.h"
#include "hipcuff/statistics/roc.h"

#include <algorithm>

namespace hipcuff::validation {

std::vector<Source> firstReadings(const CaseSet& cases) {
  std::vector<Source> first;
  // The later readings of the reader who is the standard are no reader against it.
  for (const Source& source : cases.matched().readers)
    if (source.name != cases.matched().standard &&
        std::none_of(first.begin(), first.end(), [&](const Source& one) { return one.name == source.name; }))
      first.push_back(source); // in order: the lowest reading of each reader
  return first;
}

std::vector<std::optional<double>> readerScores(const CaseSet& cases, const Source& source, int least) {
  std::vector<std::optional<double>> scores(cases.size());
  bool confident = true;
  for (std::size_t row = 0; row < cases.size(); ++row) {
    const Answer* answer = cases.at(row).of(source);
    const int code = codeOf(answer);
    if (code >= 0 && code < gradeClasses && !answer->confidence)
      confident = false;
  }
  for (std::size_t row = 0; row < cases.size(); ++row) {
    const Answer* answer = cases.at(row).of(source);
    const int code = codeOf(answer);
    if (code >= 0 && code < gradeClasses)
      scores[row] = !confident ? code : code >= least ? *answer->confidence : -*answer->confidence;
  }
  return scores;
}

namespace {

using statistics::Estimate;

bool isGrade(int code) {
  return code >= 0 && code < gradeClasses;
}

/// Table of ratings of some columns of classes; not gradable is a hole.
statistics::RatingTable ratingsOf(const CaseSet& cases, const std::vector<std::vector<int>>& columns) {
  statistics::RatingTable table;
  for (int code = 0; code < gradeClasses; ++code)
    table.categories.push_back(className(code));
  Rows rows;
  for (std::size_t row = 0; row < cases.size(); ++row) {
    const auto rated = std::count_if(columns.begin(), columns.end(), [&](const auto& c) { return isGrade(c[row]); });
    if (rated == 0)
      continue;
    rows.push_back(row);
    auto& ratings = table.ratings.emplace_back();
    for (const auto& column : columns)
      ratings.push_back(isGrade(column[row]) ? std::optional<std::size_t>(column[row]) : std::nullopt);
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    table.raters.push_back(std::to_string(i));
  const auto clusters = cases.clusters().subset(rows);
  if (!clusters.singletons())
    table.clusters = clusters;
  return table;
}

std::string lowerFirst(std::string name) {
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return name;
}

Estimate kappaOfPair(const CaseSet& cases, const std::vector<int>& first, const std::vector<int>& second,
                     statistics::KappaWeights weights, std::size_t* subjects = nullptr,
                     std::optional<double>* agreement = nullptr) {
  const auto pairs = statistics::pairwiseKappas(ratingsOf(cases, {first, second}), weights);
  if (pairs.empty())
    return statistics::notEstimable("no case was graded by both");
  if (subjects != nullptr)
    *subjects = pairs.front().subjects;
  if (agreement != nullptr)
    *agreement = pairs.front().agreement;
  Estimate kappa = pairs.front().kappa;
  std::size_t patients = pairs.front().subjects;
  if (cases.clusters().count() < cases.size()) {
    Rows both;
    for (std::size_t row = 0; row < cases.size(); ++row)
      if (isGrade(first[row]) && isGrade(second[row]))
        both.push_back(row);
    patients = cases.clusters().subset(both).count();
  }
  if (kappa.ci && patients < fewestForInterval) {
    kappa.ci.reset();
    kappa.se.reset();
    kappa.note = tooFewWords(cases);
  }
  return kappa;
}

std::string medianText(std::vector<double> values) {
  if (values.empty())
    return {};
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return fixed(values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2, 1);
}

Table accuracyTable(const Context& context, const std::vector<Source>& readers,
                    const std::optional<Estimate>& systemKappa) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "readers",
              .title = "Each reader (first reading) and " + context.options.systemName + " against " +
                       context.options.referenceName + "; positive: " + thresholdWords(context.positive),
              .columns = {{"reader", "Reader"},
                          {"graded", "Graded"},
                          {"accuracy", "Accuracy, four classes"},
                          {"sensitivity", "Sensitivity"},
                          {"specificity", "Specificity"},
                          {"auc", "AUC"},
                          {"kappa_quadratic", "κ, quadratic"},
                          {"seconds", "Seconds, median"}},
              .rows = {}};
  std::vector<int> reference;
  for (std::size_t row = 0; row < cases.size(); ++row)
    reference.push_back(cases.reference(row));
  const auto add = [&](const std::string& key, const std::string& name, const std::vector<int>& classes,
                       const std::vector<std::optional<double>>& scores, const std::vector<double>& seconds,
                       const std::optional<Estimate>& kappa = {}) {
    Rows answered, graded, scored;
    std::vector<double> values;
    std::vector<bool> positive;
    for (std::size_t row = 0; row < cases.size(); ++row) {
      if (!isGrade(reference[row]) || classes[row] == missing)
        continue;
      answered.push_back(row);
      if (!isGrade(classes[row]))
        continue;
      graded.push_back(row);
      if (!scores[row])
        continue;
      scored.push_back(row);
      values.push_back(*scores[row]);
      positive.push_back(reference[row] >= context.positive);
    }
    const auto clusters = cases.clusters().subset(scored);
    auto auc = scored.empty()          ? statistics::notEstimable("no scores")
               : clusters.singletons() ? statistics::auc(values, positive)
                                       : statistics::clusteredAuc(values, positive, clusters);
    const auto is = [&](std::size_t row) { return reference[row] >= context.positive; };
    const auto isNot = [&](std::size_t row) { return reference[row] < context.positive; };
    table.add(key,
              {words(name), context.proportionCell(answered, [&](std::size_t row) { return isGrade(classes[row]); }),
               context.proportionCell(graded, [&](std::size_t row) { return classes[row] == reference[row]; }),
               context.proportionCell(filtered(graded, is),
                                      [&](std::size_t row) { return classes[row] >= context.positive; }),
               context.proportionCell(filtered(graded, isNot),
                                      [&](std::size_t row) { return classes[row] < context.positive; }),
               quantity(std::move(auc), Format::index, static_cast<long>(scored.size())),
               quantity(kappa ? *kappa : kappaOfPair(cases, reference, classes, statistics::KappaWeights::quadratic),
                        Format::index, static_cast<long>(graded.size())),
               words(medianText(seconds))});
  };
  for (const Source& reader : readers) {
    std::vector<double> seconds;
    for (std::size_t row = 0; row < cases.size(); ++row)
      if (const Answer* answer = cases.at(row).of(reader); answer != nullptr && answer->seconds)
        seconds.push_back(*answer->seconds);
    add(keyOf(reader.name), sourceName(reader), cases.classesOf(reader), readerScores(cases, reader, context.positive),
        seconds);
  }
  std::vector<int> system;
  std::vector<std::optional<double>> scores;
  for (std::size_t row = 0; row < cases.size(); ++row) {
    system.push_back(cases.system(row));
    scores.push_back(cases.score(row, context.positive));
  }
  add("system", context.options.systemName, system, scores, {}, systemKappa);
  table.rows.back().cells.front().strong = true;
  table.notes = {
      "Each row has its own cases: those that the reader graded. A reader's score for the AUC is the confidence, with "
      "a minus where no " +
      std::string("positive class was given; where confidences are missing, the class itself (four levels).")};
  return table;
}

Table betweenTable(const Context& context, const std::vector<std::vector<int>>& readers,
                   const std::vector<int>& system) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "between-readers",
              .title = "Agreement between readers beyond chance, four classes",
              .columns = {{"measure", "Measure"},
                          {"readers", "Readers"},
                          {"n_readers", "n"},
                          {"with_system", "Readers and " + context.options.systemName},
                          {"n_with_system", "n"}},
              .rows = {}};
  const auto alone = ratingsOf(cases, readers);
  auto more = readers;
  more.push_back(system);
  const auto together = ratingsOf(cases, more);
  using statistics::KappaWeights;
  const auto add = [&](const char* key, const char* name, Format format, const auto& of) {
    Row row{key, {words(name)}};
    for (const statistics::RatingTable* ratings : {&alone, &together}) {
      const statistics::Agreement agreement = of(*ratings);
      const long n = static_cast<long>(agreement.subjects);
      row.cells.push_back(quantity(agreement.coefficient, format, n));
      row.cells.push_back(counted(n));
    }
    table.rows.push_back(std::move(row));
  };
  add("agreement", "Agreement of two, mean (%)", Format::share,
      [](const auto& r) { return statistics::percentAgreement(r); });
  add("fleiss", "Fleiss' κ", Format::index, [](const auto& r) { return statistics::fleissKappa(r); });
  add("fleiss_quadratic", "Fleiss' κ, quadratic", Format::index,
      [](const auto& r) { return statistics::fleissKappa(r, KappaWeights::quadratic); });
  add("conger", "Conger's κ", Format::index, [](const auto& r) { return statistics::congerKappa(r); });
  add("gwet_ac1", "Gwet's AC1", Format::index, [](const auto& r) { return statistics::gwetAc(r); });
  add("gwet_ac2", "Gwet's AC2, quadratic", Format::index,
      [](const auto& r) { return statistics::gwetAc(r, KappaWeights::quadratic); });
  add("krippendorff_nominal", "Krippendorff's α, nominal", Format::index,
      [](const auto& r) { return statistics::krippendorffAlpha(r); });
  add("krippendorff_ordinal", "Krippendorff's α, ordinal", Format::index,
      [](const auto& r) { return statistics::krippendorffAlpha(r, statistics::AlphaMetric::ordinal); });
  table.notes = {
      "Not gradable is a hole. n: all coefficients use the cases that at least two graded (missing ratings as in Gwet "
      "2014)."};
  return table;
}

Table pairTable(const Context& context, const std::vector<std::string>& names, const std::vector<std::string>& keys,
                const std::vector<std::vector<int>>& columns) {
  Table table{.id = context.prefix + "pairs",
              .title = "Agreement of every two, four classes",
              .columns = {{"pair", "Pair"},
                          {"n", "Graded by both"},
                          {"agreement", "Same class (%)"},
                          {"kappa", "κ, unweighted"},
                          {"linear", "κ, linear"},
                          {"quadratic", "κ, quadratic"}},
              .rows = {}};
  for (std::size_t a = 0; a < columns.size(); ++a)
    for (std::size_t b = a + 1; b < columns.size(); ++b) {
      std::size_t subjects = 0;
      std::optional<double> agreement;
      const Estimate plain =
          kappaOfPair(context.cases, columns[a], columns[b], statistics::KappaWeights::none, &subjects, &agreement);
      Rows both;
      for (std::size_t row = 0; row < context.cases.size(); ++row)
        if (isGrade(columns[a][row]) && isGrade(columns[b][row]))
          both.push_back(row);
      const long n = static_cast<long>(subjects);
      table.add(keys[a] + "-" + keys[b],
                {words(names[a] + " and " + names[b]), counted(n),
                 context.proportionCell(both, [&](std::size_t row) { return columns[a][row] == columns[b][row]; }),
                 quantity(plain, Format::index, n),
                 quantity(kappaOfPair(context.cases, columns[a], columns[b], statistics::KappaWeights::linear),
                          Format::index, n),
                 quantity(kappaOfPair(context.cases, columns[a], columns[b], statistics::KappaWeights::quadratic),
                          Format::index, n)});
    }
  return table;
}

std::optional<Table> withinTable(const Context& context) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "within-readers",
              .title = "Readers against themselves: first and later reading, four classes",
              .columns = {{"reader", "Reader"},
                          {"n", "Graded twice"},
                          {"agreement", "Same class (%)"},
                          {"kappa", "κ, unweighted"},
                          {"quadratic", "κ, quadratic"}},
              .rows = {}};
  const std::string& standard = cases.matched().standard;
  std::vector<Source> all = firstReadings(cases);
  if (!standard.empty())
    all.emplace_back(); // whose first reading is the reference standard
  for (const Source& first : all)
    for (const Source& later : cases.matched().readers) {
      const std::string& name = first.name.empty() ? standard : first.name;
      if (later.name != name || later == first)
        continue;
      const auto a = cases.classesOf(first), b = cases.classesOf(later);
      Rows both;
      for (std::size_t row = 0; row < cases.size(); ++row)
        if (isGrade(a[row]) && isGrade(b[row]))
          both.push_back(row);
      const long n = static_cast<long>(both.size());
      table.add(keyOf(name) + "-" + std::to_string(later.reading),
                {words(name + ", readings " + std::to_string(first.reading) + " and " + std::to_string(later.reading)),
                 counted(n), context.proportionCell(both, [&](std::size_t row) { return a[row] == b[row]; }),
                 quantity(kappaOfPair(cases, a, b, statistics::KappaWeights::none), Format::index, n),
                 quantity(kappaOfPair(cases, a, b, statistics::KappaWeights::quadratic), Format::index, n)});
    }
  return table.rows.empty() ? std::nullopt : std::optional<Table>(std::move(table));
}

std::optional<Table> measureTable(const Context& context, std::string& leftOut) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "reader-measures",
              .title = "Measures by readers: reliability between and within",
              .columns = {{"measure", "Measure"},
                          {"columns", "Between"},
                          {"n", "n"},
                          {"icc_1_1", "ICC(1,1)"},
                          {"icc_2_1", "ICC(2,1)"},
                          {"icc_3_1", "ICC(3,1)"},
                          {"icc_2_k", "ICC(2,k)"},
                          {"sem", "SEM"},
                          {"mdc95", "MDC95"}},
              .rows = {}};
  const auto add = [&](const MeasureKind& kind, const std::string& key, const std::string& name,
                       const std::vector<Source>& columns) {
    statistics::MeasurementTable measures;
    Rows rows;
    for (const Source& source : columns)
      measures.raters.push_back(sourceName(source));
    for (std::size_t row = 0; row < cases.size(); ++row) {
      std::vector<std::optional<double>> values;
      bool all = true;
      for (const Source& source : columns) {
        const Answer* answer = cases.at(row).of(source);
        values.push_back(answer == nullptr ? std::nullopt : answer->*kind.value);
        all = all && values.back();
      }
      if (!all)
        continue;
      rows.push_back(row);
      measures.subjects.push_back(cases.at(row).id);
      measures.values.push_back(std::move(values));
    }
    if (rows.empty())
      return;
    // A handful says nothing of reliability, and those that all measured are seldom like the others.
    if (constexpr std::size_t fewest = 10; rows.size() < fewest) {
      leftOut += (leftOut.empty() ? "" : "; ") + lowerFirst(kind.name) + ", " + name + " (" +
                 std::to_string(rows.size()) + ")";
      return;
    }
    const auto result = reliability(context, measures, rows);
    const long n = static_cast<long>(result.subjects);
    const auto cell = [&](statistics::IccForm form) { return quantity(result.form(form), Format::index, n); };
    const Format format = std::string(kind.unit).empty() ? Format::index : Format::length;
    using statistics::IccForm;
    table.add(
        std::string(kind.key) + "-" + key,
        {words(kind.name + (std::string(kind.unit).empty() ? std::string() : " (" + std::string(kind.unit) + ")")),
         words(name), counted(n), cell(IccForm::oneWaySingle), cell(IccForm::agreementSingle),
         cell(IccForm::consistencySingle), cell(IccForm::agreementMean), quantity(result.sem, format, n),
         quantity(result.mdc95, format, n)});
  };
  const auto first = firstReadings(cases);
  for (const MeasureKind& kind : measureKinds()) {
    if (first.size() > 1)
      add(kind, "readers", "readers, first reading", first);
    for (const Source& reader : first)
      for (const Source& later : cases.matched().readers)
        if (later.name == reader.name && later.reading != reader.reading)
          add(kind, keyOf(reader.name) + "-" + std::to_string(later.reading),
              reader.name + ", readings " + std::to_string(reader.reading) + " and " + std::to_string(later.reading),
              {reader, later});
  }
  table.notes = {"Only cases that all of a row measured. SEM and MDC95 in the unit of the measure."};
  return table.rows.empty() ? std::nullopt : std::optional<Table>(std::move(table));
}

} // namespace

std::optional<Section> readerSection(const Context& context, const std::optional<Estimate>& systemKappa) {
  const CaseSet& cases = context.cases;
  const std::vector<Source> readers = firstReadings(cases);
  if (cases.matched().readers.empty())
    return std::nullopt;
  Section section{.id = context.prefix + "reader",
                  .title = "Readers, by " + unitWord(cases.unit(), 1),
                  .level = 3,
                  .place = "STARD items 17 and 24; CLAIM: evaluation against readers; GRRAS",
                  .blocks = {}};
  bool anyReference = false;
  for (std::size_t row = 0; row < cases.size(); ++row)
    anyReference = anyReference || isGrade(cases.reference(row));
  if (anyReference && !readers.empty())
    section.blocks.emplace_back(accuracyTable(context, readers, systemKappa));
  std::vector<std::string> names, keys;
  std::vector<std::vector<int>> columns;
  for (const Source& reader : readers) {
    names.push_back(sourceName(reader));
    keys.push_back(keyOf(reader.name));
    columns.push_back(cases.classesOf(reader));
  }
  std::vector<int> system;
  for (std::size_t row = 0; row < cases.size(); ++row)
    system.push_back(cases.system(row));
  if (readers.size() > 1)
    section.blocks.emplace_back(betweenTable(context, columns, system));
  names.push_back(context.options.systemName);
  keys.emplace_back("system");
  columns.push_back(system);
  if (!readers.empty())
    section.blocks.emplace_back(pairTable(context, names, keys, columns));
  if (auto table = withinTable(context))
    section.blocks.emplace_back(std::move(*table));
  std::string leftOut;
  if (auto table = measureTable(context, leftOut))
    section.blocks.emplace_back(std::move(*table));
  if (!leftOut.empty())
    section.blocks.emplace_back(
        note("Reliability is not given where fewer than 10 " + unitWord(cases.unit()) +
             " were measured by all: " + leftOut + "." +
             (cases.unit() == Unit::image
                  ? std::string()
                  : " A " + unitWord(cases.unit(), 1) + " with several measured images has no measure of its own.")));
  return section;
}

} // namespace hipcuff::validation
