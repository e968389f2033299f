// The whole report: what was done, what was found, what it means and what it does not.
#include "hipcuff/validation/evaluation.h"

#include "sections.h"
#include "text.h"

#include <algorithm>
#include <map>

namespace hipcuff::validation {
namespace {

Context contextOf(const CaseSet& cases, const EvaluationOptions& options) {
  return {cases, options, std::string(toString(cases.unit())) + "-", static_cast<int>(options.positive)};
}

/// Where the primary outcome stands, by name.
std::string primaryId(const EvaluationOptions& options, const std::string& prefix) {
  const std::string threshold = toString(options.positive);
  if (options.primary == "sensitivity" || options.primary == "specificity")
    return prefix + "thresholds/" + threshold + "/" + options.primary;
  if (options.primary == "accuracy")
    return prefix + "agreement/accuracy/graded";
  if (options.primary == "auc")
    return prefix + "auc/" + threshold + "/auc";
  if (options.primary == "kappa")
    return prefix + "agreement/kappa_quadratic/graded";
  return {};
}

std::string primaryName(const EvaluationOptions& options) {
  if (options.primary == "kappa")
    return "quadratic weighted κ of the four classes";
  if (options.primary == "accuracy")
    return "accuracy of the four classes among graded";
  return (options.primary == "auc" ? "AUC" : options.primary) + " for " +
         thresholdWords(static_cast<int>(options.positive)) + " among graded";
}

std::string shown(const Quantity& q) {
  std::string all = valueText(q);
  if (!q.estimate.value)
    return "not estimable" + (q.estimate.note.empty() ? std::string() : " (" + q.estimate.note + ")");
  if (const std::string counts = countText(q); !counts.empty())
    all += " (" + counts + ")";
  if (const std::string interval = intervalText(q); !interval.empty())
    all += " " + interval;
  return all;
}

/// The verdict on the primary outcome against readers; empty without a margin or a primary outcome.
std::string primaryVerdict(const Document& document, const EvaluationOptions& options, const std::string& prefix) {
  if (!options.margin || options.primary.empty())
    return {};
  const std::string head =
      "Non-inferiority of the primary outcome to readers, by a margin of " +
      (options.primary == "auc" ? fixed(*options.margin, 3) : fixed(100 * *options.margin, 1) + " points") + ": ";
  // Accuracy here is that of four classes and readers are compared by calls at the threshold; kappas have no test.
  if (options.primary == "accuracy" || options.primary == "kappa")
    return head + "not tested (only sensitivity, specificity and AUC are).";
  std::string verdicts;
  const auto add = [&](const std::string& table, const std::string& key, const std::string& whom) {
    for (const Table* one : tablesOf(document))
      if (one->id == table)
        for (const Row& row : one->rows)
          if (row.key == key) {
            const Quantity* difference = find(document, table + "/" + key + "/difference");
            const Quantity* p = find(document, table + "/" + key + "/p_noninferior");
            verdicts += (verdicts.empty() ? "" : "; ") + row.cells.back().text + " against " + whom;
            if (difference != nullptr)
              verdicts += ", difference " + shown(*difference);
            if (p != nullptr && p->test && p->test->p)
              verdicts += ", P " + valueText(*p);
          }
  };
  add(prefix + "mrmc", options.primary, "the mean of readers");
  if (verdicts.empty())
    for (const Table* one : tablesOf(document))
      if (one->id == prefix + "mcnemar")
        for (const Row& row : one->rows)
          if (row.key.ends_with("-" + options.primary))
            add(one->id, row.key, "reader " + row.cells.front().text);
  return head + (verdicts.empty() ? "not tested (no reader it could be compared with)" : verdicts) + ".";
}

/// "the reference standard", said more closely: whose word it is.
std::string referenceWords(const Context& context) {
  const EvaluationOptions& options = context.options;
  const std::string& standard = context.cases.matched().standard;
  if (options.referenceName != EvaluationOptions().referenceName)
    return options.referenceName;
  if (standard == "majority")
    return "the majority of the readers' first readings";
  if (!standard.empty())
    return "the first reading of reader " + standard;
  if (options.simulated)
    return "HipCuff's exact truth of simulated hips";
  if (!context.cases.spokenOf() && !context.cases.matched().readers.empty())
    return "none, as all rows name a reader";
  return "rows of the files at the end of this page that name no reader";
}

std::string sameCasesWords(const Context& first, Unit other) {
  const auto one = [](Unit unit) { return unit == Unit::patient ? std::string("patient") : unitWord(unit, 1); };
  return "By " + one(other) + " the cases are the very same as by " + one(first.cases.unit()) +
         " (one of each per patient), so the results are too: they are given once, by " + one(first.cases.unit()) + ".";
}

Section summarySection(const Document& document, const std::vector<Context>& contexts, const std::vector<Unit>& same,
                       const EvaluationOptions& options) {
  Section section{.id = "summary", .title = "Summary", .level = 2, .place = "STARD item 2", .blocks = {}};
  const std::string first = contexts.front().prefix;
  std::map<std::string, std::vector<std::string>> doubts; // and the units that they are of
  for (const Context& context : contexts)
    if (const std::string doubt = verificationDoubt(context); !doubt.empty())
      doubts[doubt].push_back(unitWord(context.cases.unit(), 1));
  for (const auto& [doubt, of] : doubts) {
    std::string where;
    if (of.size() < contexts.size())
      for (const std::string& unit : of)
        where += (where.empty() ? "By " : ", ") + unit;
    section.blocks.emplace_back(warning(where + (where.empty() ? "" : ": ") + doubt));
  }
  if (options.simulated)
    section.blocks.emplace_back(note("Simulated pictures: these figures are no accuracy on patients."));
  if (const Quantity* primary = find(document, primaryId(options, first)); primary != nullptr)
    section.blocks.emplace_back(note("Primary outcome, named with --primary: " + primaryName(options) + ", by " +
                                     unitWord(contexts.front().cases.unit(), 1) + ": " + shown(*primary) + "."));
  if (std::string verdict = primaryVerdict(document, options, first); !verdict.empty())
    section.blocks.emplace_back(note(std::move(verdict)));
  for (const Unit unit : same)
    section.blocks.emplace_back(text(sameCasesWords(contexts.front(), unit)));
  Table table{.id = "summary-table",
              .title = "Main results; positive: " + thresholdWords(contexts.front().positive),
              .columns = {{"measure", "Measure"}},
              .rows = {}};
  for (const Context& context : contexts) {
    const std::string word = unitWord(context.cases.unit(), 1);
    table.columns.push_back({toString(context.cases.unit()), "By " + word});
  }
  const std::string threshold = toString(options.positive);
  const auto add = [&](const char* key, const char* name, const std::string& id, bool ofVerified = false) {
    Row row{key, {words(name)}};
    bool any = false;
    for (const Context& context : contexts) {
      Cell cell = words("");
      if (const Quantity* found = find(document, context.prefix + id); found != nullptr) {
        cell.quantity = *found;
        any = true;
        if (ofVerified && found->estimate.value && !verificationDoubt(context).empty())
          cell.quantity->estimate.note = "Of verified cases, which the class given has chosen: see the warning above";
      }
      row.cells.push_back(std::move(cell));
    }
    if (any)
      table.rows.push_back(std::move(row));
  };
  Row cases{"cases", {words("With result and reference")}};
  for (const Context& context : contexts)
    cases.cells.push_back(counted(static_cast<long>(context.cases.evaluable().size())));
  table.rows.push_back(std::move(cases));
  add("coverage", "Graded (coverage)", "refusals/all/graded");
  add("accuracy", "Accuracy, four classes, among graded", "agreement/accuracy/graded");
  add("accuracy_all", "Accuracy, refusals wrong", "agreement/accuracy/all");
  add("kappa_quadratic", "Quadratic weighted κ, among graded", "agreement/kappa_quadratic/graded");
  add("sensitivity", "Sensitivity, among graded", "thresholds/" + threshold + "/sensitivity", true);
  add("specificity", "Specificity, among graded", "thresholds/" + threshold + "/specificity", true);
  add("sensitivity_all", "Sensitivity, refusals wrong", "thresholds/" + threshold + "/sensitivity_all", true);
  add("specificity_all", "Specificity, refusals wrong", "thresholds/" + threshold + "/specificity_all", true);
  add("auc", "AUC, among graded", "auc/" + threshold + "/auc", true);
  if (!doubts.empty()) {
    add("ppv", "PPV in this sample", "predictive/" + threshold + "_sample/ppv");
    add("npv", "NPV in this sample", "predictive/" + threshold + "_sample/npv");
  }
  add("thickness", "Mean thickness: bias (mm), among graded", "bland-altman/thickness_mean/bias");
  add("dice", "Tendon outline: Dice, mean, among graded", "outlines/tendon/dice");
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section methodSection(const std::vector<Context>& contexts, const EvaluationOptions& options) {
  Section section{.id = "methods",
                  .title = "Methods",
                  .level = 2,
                  .place = "STARD items 10 to 16; STARD-AI; CLAIM: data, reference standard, evaluation",
                  .blocks = {}};
  const Context& main = contexts.front();
  std::string units;
  for (const Context& context : contexts)
    units += (units.empty() ? "" : ", ") + unitWord(context.cases.unit(), 1);
  section.blocks.emplace_back(text("Index test: " + options.systemName +
                                   ", as its results say, unchanged and without knowledge of the "
                                   "reference. Reference standard: " +
                                   referenceWords(main) + ". Unit of analysis: " + units +
                                   (contexts.size() > 1 ? " (the first one is the main one)." : ".")));
  std::vector<std::string> items = {
      "Classes: normal, tendinosis, partial-thickness tear, full-thickness tear, in this "
      "order of severity. A threshold calls "
      "its class and all worse ones positive; " +
          thresholdWords(main.positive) + " stands for all where only one is shown.",
      "Refusals: not gradable is an outcome of its own. Results are given among graded "
      "cases and, beside them, with every "
      "refusal (and every input that could not be processed) counted as wrong.",
      std::string("Intervals: 95 %. ") + (options.exact ? "Clopper-Pearson (1934)" : "Wilson (1927)") +
          " where each patient gives one item; where patients give several, the ratio "
          "estimator (Rao & Scott 1992; Obuchowski 1998) "
          "and a bootstrap of patients (" +
          grouped(static_cast<long>(options.replicates)) + " replicates, seed " + std::to_string(options.seed) +
          ", BCa where it can be had).",
      "Clusters: patients where they are known, else exams; here " + clusterWord(main.cases.matched()) + ", from: " +
          (main.cases.matched().patientsFrom.empty()
               ? std::string("nothing, so each case is taken for a patient of its own")
               : main.cases.matched().patientsFrom) +
          ".",
      "AUC: DeLong (1988), or Obuchowski (1997) for clusters. Calibration: Cox (1958); "
      "Brier (1950). Decision curve: Vickers & Elkin (2006). "
      "Error against coverage: Geifman & El-Yaniv (2017).",
      "Measures: Bland & Altman (1999; several pairs per patient: 2007), exact limits "
      "after Carkeet (2015); ICC after Shrout & Fleiss (1979) and McGraw & Wong (1996).",
      "Readers: κ after Cohen and Fleiss, AC1 and AC2 after Gwet (2008), α after "
      "Krippendorff (2011), McNemar (clustered: Obuchowski 1998), differences and non-inferiority after Tango (1998) "
      "and Nam (1997; several cases per patient: on the effective sample, so that P and "
      "interval may disagree at the border), "
      "Obuchowski-Rockette (1995) with Hillis' degrees of freedom (2007)."};
  section.blocks.emplace_back(Bullets{std::move(items)});
  section.blocks.emplace_back(text(
      "What the data cannot say and the authors have to add: the question and the hypothesis; who was eligible and "
      "how they were recruited, where and when; scanners, probes and who scanned; how, by whom and how blinded the "
      "reference was made, and how long after the scan; how the sample size was chosen (hipcuff validate plan); "
      "whether "
      "any of these cases served to develop or tune the software; registration, protocol, ethics, funding."));
  return section;
}

Section limitSection(const std::vector<Context>& contexts, const EvaluationOptions& options) {
  Section section{.id = "limits", .title = "Limits", .level = 2, .place = "STARD items 26 and 27", .blocks = {}};
  std::vector<std::string> items = {"The reference standard is taken for the truth. Where it errs, sensitivity and "
                                    "specificity are those against it, not against the disease.",
                                    "Predictive values, κ, calibration and net benefit change with how common the "
                                    "classes are. The cases of a study are seldom those of a clinic.",
                                    "Millimetres are the scanner's (1540 m/s); tendon is 7 to 16 % thicker along the "
                                    "beam. Comparison with surgery or MRI has that bias.",
                                    "A threshold that was chosen on these cases flatters itself on them."};
  const Matched& matched = contexts.front().cases.matched();
  if (options.simulated)
    items.insert(items.begin(),
                 "The pictures are simulated, by the same software. Figures on simulated pictures are no "
                 "accuracy on patients: they show that the program does what it was made to do.");
  if (!matched.standard.empty())
    items.push_back(matched.standard == "majority"
                        ? "Readers are no gold standard: agreement with their majority is not accuracy. Each of them "
                          "agrees with a majority that he is part of better than with anything else."
                        : "A reader is no gold standard: agreement with reader " + matched.standard +
                              " is not accuracy, and what both get wrong counts as right.");
  if (matched.patientsFrom.empty() || matched.patientsFrom.find("results") != std::string::npos)
    items.push_back("Nobody said which exams are of the same person: items were clustered by " +
                    (matched.patientsFrom.empty() ? std::string("nothing") : matched.patientsFrom) +
                    ". If people were scanned more than once, intervals are too narrow; give a patient column.");
  section.blocks.emplace_back(Bullets{std::move(items)});
  return section;
}

} // namespace

Section lookSection(const Document& document, const EvaluationOptions& options) {
  std::size_t tests = 0, intervals = 0;
  for (const Addressed& one : quantitiesOf(document)) {
    tests += one.quantity->test && one.quantity->test->p ? 1 : 0;
    intervals += one.quantity->estimate.ci ? 1 : 0;
  }
  Section section{.id = "looks", .title = "How many looks", .level = 3, .place = "STARD item 17", .blocks = {}};
  section.blocks.emplace_back((options.primary.empty() ? warning : text)(
      "This report holds " + grouped(static_cast<long>(tests)) + (tests == 1 ? " P value and " : " P values and ") +
      grouped(static_cast<long>(intervals)) + " intervals; none is corrected for their number. " +
      (options.primary.empty()
           ? std::string("No primary outcome was named (--primary), so all of them are exploratory: what looks "
                         "remarkable among so many needs new cases.")
           : "The primary outcome was " + primaryName(options) + "; everything else is secondary or exploratory.")));
  return section;
}

Document evaluate(std::span<const Matched> units, const EvaluationOptions& options,
                  std::vector<CaseOutlines>* outlines) {
  if (units.empty())
    throw std::invalid_argument("evaluate: no unit");
  Document document;
  document.title = options.systemName + " against " + options.referenceName;
  std::vector<CaseSet> sets;
  std::vector<Unit> same; // whose cases are those of the first unit once more
  sets.reserve(units.size());
  for (const Matched& matched : units) {
    CaseSet set(matched);
    if (!sets.empty() && holdsNothingNew(sets.front(), set))
      same.push_back(matched.unit);
    else
      sets.push_back(std::move(set));
  }
  std::vector<Context> contexts;
  for (const CaseSet& set : sets)
    contexts.push_back(contextOf(set, options));
  for (const Context& context : contexts) {
    const Unit unit = context.cases.unit();
    Section head{.id = context.prefix + "results",
                 .title = "Results by " + unitWord(unit, 1),
                 .level = 2,
                 .place = "",
                 .blocks = {}};
    head.blocks.emplace_back(text(unit == Unit::image ? "An item is one picture or cine."
                                  : unit == Unit::hip ? "An item is one hip of one exam, with all its pictures."
                                                      : "An item is one patient; the worst hip counts."));
    document.sections.push_back(std::move(head));
    document.sections.push_back(flowSection(context));
    const auto add = [&](std::optional<Section> section) {
      if (section)
        document.sections.push_back(std::move(*section));
    };
    add(verificationSection(context));
    if (!context.cases.evaluable().empty()) {
      add(classificationSection(context));
      add(scoreSection(context));
      add(abstentionSection(context));
      add(subgroupSection(context));
    }
    add(measureSection(context));
    add(segmentationSection(context, outlines));
    // The resampled interval of the same quantity: one quantity has one interval.
    const Quantity* kappa = find(document, context.prefix + "agreement/kappa_quadratic/graded");
    add(readerSection(context, kappa == nullptr ? std::nullopt : std::optional(kappa->estimate)));
    add(readersAgainstSystemSection(context));
  }
  for (const Unit unit : same)
    document.sections.push_back({.id = std::string(toString(unit)) + "-results",
                                 .title = "Results by " + unitWord(unit, 1),
                                 .level = 2,
                                 .place = "",
                                 .blocks = {text(sameCasesWords(contexts.front(), unit))}});
  document.sections.push_back(lookSection(document, options));
  document.sections.push_back(limitSection(contexts, options));
  document.sections.insert(document.sections.begin(), methodSection(contexts, options));
  document.sections.insert(document.sections.begin(), summarySection(document, contexts, same, options));
  document.settings = {
      {"Positive from", toString(options.positive)},
      {"Primary outcome", options.primary.empty() ? "none named" : options.primary},
      {"Margin of non-inferiority", options.margin ? fixed(100 * *options.margin, 1) + " points" : "none given"},
      {"Bootstrap", std::to_string(options.replicates) + " replicates, seed " + std::to_string(options.seed)}};
  return document;
}

} // namespace hipcuff::validation
