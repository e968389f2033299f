// The system against readers on the same cases: paired tests, Obuchowski-Rockette, non-inferiority.
#include "readers.h"

#include "text.h"

#include "hipcuff/statistics/mrmc.h"
#include "hipcuff/statistics/paired.h"

#include <algorithm>

namespace hipcuff::validation {
namespace {

using statistics::Estimate;

/// Who was right of two, counted by patient.
std::vector<statistics::PairedCounts> pairedBy(const Context& context, const Rows& rows,
                                               const std::function<bool(std::size_t)>& first,
                                               const std::function<bool(std::size_t)>& second) {
  std::vector<statistics::PairedCounts> counts(context.cases.clusters().count());
  for (const std::size_t row : rows) {
    auto& one = counts[context.cases.clusters().of(row)];
    const bool a = first(row), b = second(row);
    ++(a && b ? one.both : a ? one.firstOnly : b ? one.secondOnly : one.neither);
  }
  return counts;
}

statistics::PairedCounts summed(const std::vector<statistics::PairedCounts>& clusters) {
  statistics::PairedCounts sum;
  for (const auto& one : clusters) {
    sum.both += one.both;
    sum.firstOnly += one.firstOnly;
    sum.secondOnly += one.secondOnly;
    sum.neither += one.neither;
  }
  return sum;
}

Cell verdictCell(const statistics::NonInferiority& result) {
  return words(statistics::name(result.verdict));
}

/// Adds a row: system minus reader.
void addPaired(Table& table, const Context& context, const std::string& key, const std::string& reader,
               const std::string& measure, const Rows& rows, const std::function<bool(std::size_t)>& system,
               const std::function<bool(std::size_t)>& other) {
  const auto clusters = pairedBy(context, rows, system, other);
  const auto sum = summed(clusters);
  const bool clustered = context.cases.clustered(rows);
  const auto mcNemar = statistics::mcNemar(sum);
  const Estimate difference = clustered ? statistics::clusteredPairedDifference(clusters) : mcNemar.difference;
  const statistics::Test test = clustered ? statistics::clusteredMcNemarObuchowski(clusters) : mcNemar.exact;
  const long n = sum.both + sum.firstOnly + sum.secondOnly + sum.neither;
  Row row{key,
          {words(reader), words(measure), counted(n), counted(sum.both), counted(sum.firstOnly),
           counted(sum.secondOnly), counted(sum.neither), quantity(difference, Format::points, n), tested(test, n)}};
  if (context.options.margin) {
    const auto result = clustered ? statistics::nonInferiorityClustered(clusters, *context.options.margin)
                                  : statistics::nonInferiorityPaired(sum, *context.options.margin);
    row.cells.push_back(tested(result.test, n));
    row.cells.push_back(verdictCell(result));
  }
  table.rows.push_back(std::move(row));
}

Table pairedTable(const Context& context, const std::vector<Source>& readers) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "mcnemar",
              .title = context.options.systemName +
                       " against each reader on the same cases; positive: " + thresholdWords(context.positive),
              .columns = {{"reader", "Reader"},
                          {"measure", "Measure"},
                          {"n", "n"},
                          {"both", "Both right"},
                          {"system_only", "System only"},
                          {"reader_only", "Reader only"},
                          {"neither", "Neither"},
                          {"difference", "Difference (points)"},
                          {"p", "P"}},
              .rows = {}};
  if (context.options.margin) {
    table.columns.push_back({"p_noninferior", "Non-inferior, P"});
    table.columns.push_back({"verdict", "Margin " + fixed(100 * *context.options.margin, 1) + " points"});
  }
  const int least = context.positive;
  for (const Source& reader : readers) {
    const auto classes = cases.classesOf(reader);
    const auto grade = [](int code) { return code >= 0 && code < gradeClasses; };
    const auto side = [&](int code) { return code >= least && code != notGradable; };
    const auto is = [&](std::size_t row) { return cases.reference(row) >= least; };
    const auto isNot = [&](std::size_t row) { return cases.reference(row) < least; };
    const Rows answered = filtered(cases.evaluable(), [&](std::size_t row) { return classes[row] != missing; });
    const Rows both = filtered(cases.graded(), [&](std::size_t row) { return grade(classes[row]); });
    const auto systemRight = [&](std::size_t row) { return side(cases.system(row)) == is(row); };
    const auto readerRight = [&](std::size_t row) { return side(classes[row]) == is(row); };
    const std::string key = keyOf(reader.name), name = sourceName(reader);
    addPaired(table, context, key + "-sensitivity", name, "Sensitivity", filtered(both, is), systemRight, readerRight);
    addPaired(table, context, key + "-specificity", name, "Specificity", filtered(both, isNot), systemRight,
              readerRight);
    addPaired(table, context, key + "-accuracy", name, "Accuracy", both, systemRight, readerRight);
    addPaired(
        table, context, key + "-accuracy-all", name, "Accuracy, refusals wrong", answered,
        [&](std::size_t row) { return grade(cases.system(row)) && systemRight(row); },
        [&](std::size_t row) { return grade(classes[row]) && readerRight(row); });
  }
  table.notes = {
      "Difference: system minus reader, so above 0 the system is better. Sensitivity, specificity and accuracy "
      "among cases that both graded."};
  if (context.options.margin)
    table.notes.emplace_back("Non-inferior where the whole 95 % interval (one-sided 2.5 %) lies above the margin.");
  return table;
}

void addAgainstMean(Section& section, const Context& context, const std::vector<Source>& readers) {
  const CaseSet& cases = context.cases;
  std::vector<std::vector<std::optional<double>>> scores;
  std::vector<std::vector<int>> classes;
  for (const Source& reader : readers) {
    scores.push_back(readerScores(cases, reader, context.positive));
    classes.push_back(cases.classesOf(reader));
  }
  const Rows rows = filtered(cases.scored(), [&](std::size_t row) {
    return std::all_of(scores.begin(), scores.end(), [row](const auto& s) { return s[row].has_value(); });
  });
  Table table{.id = context.prefix + "mrmc",
              .title = context.options.systemName +
                       " against the mean of readers, for readers and cases like these; positive: " +
                       thresholdWords(context.positive),
              .columns = {{"measure", "Measure"},
                          {"system", context.options.systemName},
                          {"readers", "Mean of readers"},
                          {"difference", "Difference"},
                          {"p", "P"}},
              .rows = {}};
  if (context.options.margin) {
    table.columns.push_back({"p_noninferior", "Non-inferior, P"});
    table.columns.push_back({"verdict", "Margin " + fixed(*context.options.margin, 3)});
  }
  statistics::ReaderStudy study;
  study.treatments = {"reading"};
  for (const Source& reader : readers)
    study.readers.push_back(reader.name);
  study.readers.push_back(context.options.systemName);
  study.scores.resize(1, std::vector<std::vector<double>>(study.readers.size()));
  for (const std::size_t row : rows) {
    for (std::size_t r = 0; r < scores.size(); ++r)
      study.scores[0][r].push_back(*scores[r][row]);
    study.scores[0].back().push_back(*cases.score(row, context.positive));
    study.positive.push_back(cases.reference(row) >= context.positive);
  }
  if (cases.clustered(rows))
    study.clusters = cases.clusters().subset(rows);
  const std::size_t single = readers.size();
  const auto add = [&](const char* key, const char* name, Format format,
                       const std::optional<statistics::FigureTable>& figures, const std::string& why) {
    const long n = static_cast<long>(rows.size());
    statistics::SingleAgainstReaders result;
    if (figures)
      result = statistics::singleAgainstReaders(*figures, single);
    else {
      result.single = result.readers = result.difference = statistics::notEstimable(why);
      result.test.note = why;
    }
    // Without an error there is no variance to see, and what rests on it would claim too much.
    const auto atBorder = [](const Estimate& e) { return e.value && (*e.value <= 0 || *e.value >= 1); };
    const bool border = atBorder(result.single) || atBorder(result.readers);
    if (border) {
      const std::string reason = (atBorder(result.single) ? context.options.systemName + " is" : "the readers are") +
                                 std::string(" at the end of the scale here, where a variance can't be seen");
      result.difference.ci.reset();
      result.difference.se.reset();
      result.difference.note = "no interval: " + reason;
      result.test = {};
      result.test.note = reason;
    }
    Row row{key,
            {words(name), quantity(result.single, format, n), quantity(result.readers, format, n),
             quantity(result.difference, format == Format::share ? Format::points : format, n),
             tested(result.test, n)}};
    if (context.options.margin) {
      statistics::NonInferiority verdict;
      if (border)
        verdict.test.note = result.test.note;
      else if (figures)
        verdict = statistics::nonInferiorityMrmc(result, *context.options.margin);
      else
        verdict.test.note = why;
      row.cells.push_back(tested(verdict.test, n));
      row.cells.push_back(verdictCell(verdict));
    }
    table.rows.push_back(std::move(row));
  };
  std::string why;
  add("auc", "AUC", Format::index, statistics::figuresByDeLong(study, &why), why);
  // Leaving out each case in turn costs the square of their number.
  constexpr std::size_t mostForJackknife = 5000;
  if (rows.size() <= mostForJackknife) {
    statistics::ReaderStudy calls = study;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t r = 0; r < classes.size(); ++r)
        calls.scores[0][r][i] = classes[r][rows[i]];
      calls.scores[0].back()[i] = cases.system(rows[i]);
    }
    why.clear();
    const auto sensitivity = statistics::figuresByJackknife(calls, statistics::sensitivityAt(context.positive), &why);
    add("sensitivity", "Sensitivity", Format::share, sensitivity, why);
    why.clear();
    const auto specificity = statistics::figuresByJackknife(calls, statistics::specificityAt(context.positive), &why);
    add("specificity", "Specificity", Format::share, specificity, why);
  }
  const long positives = std::count(study.positive.begin(), study.positive.end(), true);
  table.notes = {"Obuchowski-Rockette with Hillis' degrees of freedom, one reading per reader (Hillis 2014): on the " +
                 countOf(cases.unit(), rows.size()) + " that all readers and the system graded, of " +
                 grouped(static_cast<long>(cases.evaluable().size())) + " with a reference; " + grouped(positives) +
                 " of them positive, " + grouped(static_cast<long>(rows.size()) - positives) +
                 " negative. Readers are taken for a random sample of readers."};
  section.blocks.emplace_back(std::move(table));
}

} // namespace

std::optional<Section> readersAgainstSystemSection(const Context& context) {
  const std::vector<Source> readers = firstReadings(context.cases);
  if (readers.empty() || context.cases.evaluable().empty())
    return std::nullopt;
  Section section{.id = context.prefix + "reader-system",
                  .title = context.options.systemName + " against readers, by " + unitWord(context.cases.unit(), 1),
                  .level = 3,
                  .place = "STARD item 24; CLAIM: evaluation against readers",
                  .blocks = {}};
  section.blocks.emplace_back(pairedTable(context, readers));
  if (readers.size() > 1)
    addAgainstMean(section, context, readers);
  else
    section.blocks.emplace_back(text("One reader only: nothing can be said of readers in general."));
  if (!context.options.margin)
    section.blocks.emplace_back(
        text("No margin of non-inferiority was given (--margin), so none was tested. That a difference is not "
             "significant does not show that there is none."));
  return section;
}

} // namespace hipcuff::validation
