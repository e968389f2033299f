// Where the cases went, and who was verified.
#include "sections.h"

#include "text.h"

#include "hipcuff/statistics/verification.h"

#include <algorithm>
#include <map>
#include <set>

namespace hipcuff::validation {
namespace {

struct Tally {
  std::size_t all = 0, failed = 0, withResult = 0, withoutResult = 0, withoutReference = 0, referenceNotGradable = 0;
  std::size_t graded = 0, refused = 0;
  std::array<long, 5> byReference{}; ///< of the graded
  std::array<long, 5> refusedByReference{};
};

Tally tally(const CaseSet& cases) {
  Tally t;
  t.all = cases.size();
  for (std::size_t row = 0; row < cases.size(); ++row) {
    const int reference = cases.reference(row);
    const int system = cases.system(row);
    if (system == missing) {
      ++t.withoutResult;
      continue;
    }
    const bool failed = !cases.at(row).failure.empty();
    if (reference == missing) {
      ++t.withoutReference;
    } else if (reference == notGradable) {
      ++t.referenceNotGradable;
    } else if (system == notGradable) {
      ++(failed ? t.failed : t.refused);
      ++t.refusedByReference[static_cast<std::size_t>(reference)];
    } else {
      ++t.graded;
      ++t.byReference[static_cast<std::size_t>(reference)];
    }
  }
  return t;
}

Flow flowOf(const Context& context, const Tally& t) {
  const Unit unit = context.cases.unit();
  const auto of = [&](std::size_t count) { return countOf(unit, count); };
  const std::size_t evaluable = context.cases.evaluable().size();
  Flow flow{.id = context.prefix + "flow",
            .title = "Flow of " + unitWord(unit) + " through the study",
            .steps = {},
            .ends = {}};
  std::vector<std::string> patients;
  if (unit != Unit::patient) {
    std::set<std::string> known;
    std::size_t unknown = 0;
    for (const Case& one : context.cases.matched().cases)
      one.patient.empty() ? static_cast<void>(++unknown) : static_cast<void>(known.insert(one.patient));
    patients.push_back("of " + grouped(static_cast<long>(known.size())) + " " +
                       clusterWord(context.cases.matched(), known.size()));
    if (unknown > 0)
      patients.push_back(grouped(static_cast<long>(unknown)) + " of unknown " +
                         clusterWord(context.cases.matched(), 1));
  }
  Flow::Step first{{of(t.all) + " in results or reference", patients}, {}};
  if (t.withoutResult + t.withoutReference + t.referenceNotGradable > 0) {
    Flow::Box left{"Not compared: " + of(t.withoutResult + t.withoutReference + t.referenceNotGradable)};
    if (t.withoutReference > 0)
      left.lines.push_back(grouped(static_cast<long>(t.withoutReference)) + " without a reference");
    if (t.withoutResult > 0)
      left.lines.push_back(grouped(static_cast<long>(t.withoutResult)) + " without a result of " +
                           context.options.systemName);
    if (t.referenceNotGradable > 0)
      left.lines.push_back(grouped(static_cast<long>(t.referenceNotGradable)) + " not gradable by the reference");
    first.left = std::move(left);
  }
  flow.steps.push_back(std::move(first));
  Flow::Step second{{of(evaluable) + " with a reference class", {}}, {}};
  if (t.refused + t.failed > 0) {
    Flow::Box left{"Without a grade: " + of(t.refused + t.failed)};
    if (t.refused > 0)
      left.lines.push_back(grouped(static_cast<long>(t.refused)) + " not gradable by " + context.options.systemName);
    if (t.failed > 0)
      left.lines.push_back(grouped(static_cast<long>(t.failed)) + " could not be processed");
    left.lines.push_back("By the reference: " + classCounts(t.refusedByReference));
    second.left = std::move(left);
  }
  flow.steps.push_back(std::move(second));
  flow.steps.push_back({{of(t.graded) + " graded", {}}, {}});
  for (int code = 0; t.graded > 0 && code < gradeClasses; ++code) {
    const auto k = static_cast<std::size_t>(code);
    flow.ends.push_back({className(code), {"n = " + grouped(t.byReference[k])}});
  }
  return flow;
}

Table caseTable(const Context& context) {
  const CaseSet& cases = context.cases;
  Table table{.id = context.prefix + "cases",
              .title = "Cases compared, by class of the reference",
              .columns = {{"class", "Reference"},
                          {"count", unitWord(cases.unit()) == "hips" ? "Hips"
                                    : cases.unit() == Unit::image    ? "Images"
                                                                     : "Patients"},
                          {"patients", clusterWord(cases.matched()) == "patients" ? "Patients" : "Exams"},
                          {"left", "Left"},
                          {"right", "Right"},
                          {"long_axis", "Long axis"},
                          {"short_axis", "Short axis"},
                          {"refused", "Without a grade"}},
              .rows = {}};
  const auto add = [&](const std::string& key, const std::string& name, const Rows& rows) {
    std::set<std::size_t> patients;
    long left = 0, right = 0, lengthwise = 0, across = 0;
    for (const std::size_t row : rows) {
      patients.insert(cases.clusters().of(row));
      const Case& one = cases.at(row);
      left += one.side == Side::left ? 1 : 0;
      right += one.side == Side::right ? 1 : 0;
      lengthwise += one.view == View::longAxis ? 1 : 0;
      across += one.view == View::shortAxis ? 1 : 0;
    }
    table.add(key, {words(name), counted(static_cast<long>(rows.size())), counted(static_cast<long>(patients.size())),
                    counted(left), counted(right), counted(lengthwise), counted(across),
                    context.proportionCell(rows, [&](std::size_t row) { return cases.system(row) == notGradable; })});
  };
  for (int code = 0; code < gradeClasses; ++code)
    add(classKey(code), className(code),
        filtered(cases.evaluable(), [&](std::size_t row) { return cases.reference(row) == code; }));
  add("total", "Total", cases.evaluable());
  // Only images have a view, and patients have no side: columns of nothing but zeros go.
  const auto drop = [&](const std::string& key) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].key == key) {
        table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(i));
        for (Row& row : table.rows)
          row.cells.erase(row.cells.begin() + static_cast<std::ptrdiff_t>(i));
        return;
      }
  };
  const auto anywhere = [&](const auto& has) {
    return std::any_of(cases.evaluable().begin(), cases.evaluable().end(), has);
  };
  if (!anywhere([&](std::size_t row) { return cases.at(row).side.has_value(); })) {
    drop("left");
    drop("right");
  }
  if (!anywhere([&](std::size_t row) { return cases.at(row).view.has_value(); })) {
    drop("long_axis");
    drop("short_axis");
  }
  if (cases.unit() == Unit::patient)
    drop("patients");
  return table;
}

} // namespace

Section flowSection(const Context& context) {
  const CaseSet& cases = context.cases;
  const Tally t = tally(cases);
  Section section{.id = context.prefix + "cases-flow",
                  .title = "Flow of " + unitWord(cases.unit()),
                  .level = 3,
                  .place = "STARD items 19 to 22; CLAIM: data in the results",
                  .blocks = {}};
  section.blocks.emplace_back(flowOf(context, t));
  if (!cases.evaluable().empty())
    section.blocks.emplace_back(caseTable(context));
  const std::size_t patients = cases.clusters().subset(cases.evaluable()).count();
  if (cases.evaluable().empty())
    section.blocks.emplace_back(
        warning(std::string("Not one case has both a result and a class of the reference, so nothing can be ") +
                "estimated." + std::string(cases.spokenOf() ? " leftovers.csv says what found no partner." : "")));
  else if (patients < 30)
    section.blocks.emplace_back(
        warning("Only " + std::to_string(patients) + " " + clusterWord(cases.matched(), patients) +
                " with a result and a reference: intervals are wide, and those that rest on large samples (bootstrap, "
                "DeLong, limits of agreement) are too narrow with fewer than about 30."));
  std::map<Leftover::Kind, std::size_t> kinds;
  for (const Leftover& leftover : cases.matched().leftovers)
    ++kinds[leftover.kind];
  if (!kinds.empty()) {
    std::string list;
    for (const auto& [kind, count] : kinds) {
      std::string name = toString(kind);
      std::replace(name.begin(), name.end(), '_', ' ');
      list += (list.empty() ? "" : ", ") + grouped(static_cast<long>(count)) + " " + name;
    }
    section.blocks.emplace_back(text("Not matched or left out (listed one by one in leftovers.csv): " + list + "."));
  }
  if (!cases.matched().warnings.empty())
    section.blocks.emplace_back(Bullets{cases.matched().warnings});
  return section;
}

Verification verificationOf(const Context& context) {
  const CaseSet& cases = context.cases;
  Verification result;
  auto& strata = result.strata;
  for (std::size_t k = 0; k < strata.size(); ++k) {
    strata[k].name = className(static_cast<int>(k));
    strata[k].testPositive = static_cast<int>(k) >= context.positive;
  }
  for (std::size_t row = 0; row < cases.size(); ++row) {
    const int system = cases.system(row);
    if (system < 0 || system >= gradeClasses || cases.reference(row) == notGradable)
      continue;
    auto& stratum = strata[static_cast<std::size_t>(system)];
    if (cases.reference(row) == missing) {
      // Readers who are the standard and were not of one mind, or could not grade it, did look at it.
      if (cases.matched().standard == "majority" && !cases.at(row).answers.empty())
        continue;
      ++stratum.unverified;
      ++result.unverified;
    } else {
      ++(cases.reference(row) >= context.positive ? stratum.verifiedPositive : stratum.verifiedNegative);
    }
  }
  result.check = statistics::checkVerification(strata);
  return result;
}

std::string verificationDoubt(const Context& context) {
  using statistics::VerificationPattern;
  const auto pattern = verificationOf(context).check.pattern;
  const std::string& system = context.options.systemName;
  if (pattern == VerificationPattern::positivesOnly)
    return "Only cases that " + system +
           " called positive were verified: sensitivity, specificity and AUC are not to be "
           "had from them, and the values shown are no estimates of them. The PPV stands.";
  if (pattern == VerificationPattern::negativesOnly)
    return "Only cases that " + system +
           " called negative were verified: sensitivity, specificity and AUC are not to be "
           "had from them, and the values shown are no estimates of them. The NPV stands.";
  if (pattern == VerificationPattern::partial)
    return "Who has a reference depends on the class that " + system +
           " gave: sensitivity, specificity and AUC are of "
           "verified cases only and biased. Corrected values stand under Verification bias.";
  return {};
}

std::optional<Section> verificationSection(const Context& context) {
  const CaseSet& cases = context.cases;
  const Verification verification = verificationOf(context);
  const auto& [strata, check, unverified] = verification;
  // Where nobody is the standard there is nothing to be verified by; the flow says so.
  if (unverified == 0 || check.pattern == statistics::VerificationPattern::none)
    return std::nullopt;
  Section section{.id = context.prefix + "verification",
                  .title = "Verification bias, by " + unitWord(cases.unit(), 1),
                  .level = 3,
                  .place = "STARD items 16 and 19",
                  .blocks = {}};
  Table table{.id = context.prefix + "verified",
              .title = "Who has a reference, by the class that " + context.options.systemName + " gave",
              .columns = {{"class", "System"}, {"graded", "Graded"}, {"verified", "With a reference"}},
              .rows = {}};
  for (std::size_t k = 0; k < strata.size(); ++k)
    table.add(classKey(static_cast<int>(k)), {words(strata[k].name), counted(strata[k].total()),
                                              share(statistics::wilson(strata[k].verified(), strata[k].total()),
                                                    strata[k].verified(), strata[k].total())});
  table.add("independence", {words("Same share in all"), words(""), tested(check.independence)});
  using statistics::VerificationPattern;
  const bool biased = check.pattern == VerificationPattern::partial ||
                      check.pattern == VerificationPattern::positivesOnly ||
                      check.pattern == VerificationPattern::negativesOnly;
  if (!check.message.empty())
    section.blocks.emplace_back(biased ? warning(check.message) : note(check.message));
  section.blocks.emplace_back(std::move(table));
  if (check.pattern == VerificationPattern::partial || check.pattern == VerificationPattern::random) {
    const auto corrected = statistics::beggGreenes(strata);
    const auto bounds = statistics::verificationBounds(strata);
    const auto bound = [](const std::optional<statistics::Interval>& interval) {
      return words(interval ? fixed(100 * interval->lower, 1) + " to " + fixed(100 * interval->upper, 1) + " %"
                            : "n.e.");
    };
    Table values{.id = context.prefix + "begg-greenes",
                 .title = thresholdName(context.positive) + ": corrected for verification (Begg & Greenes 1983)",
                 .columns = {{"measure", "Measure"},
                             {"naive", "Verified only"},
                             {"corrected", "Corrected"},
                             {"bounds", "Whatever the unverified are"}},
                 .rows = {}};
    // The same estimate as in the table of thresholds.
    const int least = context.positive;
    const Cell naiveSensitivity =
        context.proportionCell(filtered(cases.graded(), [&](std::size_t row) { return cases.reference(row) >= least; }),
                               [&](std::size_t row) { return cases.system(row) >= least; });
    const Cell naiveSpecificity =
        context.proportionCell(filtered(cases.graded(), [&](std::size_t row) { return cases.reference(row) < least; }),
                               [&](std::size_t row) { return cases.system(row) < least; });
    const bool clustered = cases.clustered(cases.graded());
    const auto marked = [&](statistics::Estimate estimate) {
      if (clustered && estimate.ci)
        estimate.note += (estimate.note.empty() ? "" : "; ") + std::string("the interval takes the ") +
                         unitWord(cases.unit()) + " of a patient for independent, and is too narrow if they are alike";
      return share(std::move(estimate));
    };
    values.add("sensitivity",
               {words("Sensitivity"), naiveSensitivity, marked(corrected.sensitivity), bound(bounds.sensitivity)});
    values.add("specificity",
               {words("Specificity"), naiveSpecificity, marked(corrected.specificity), bound(bounds.specificity)});
    values.add("prevalence", {words("Prevalence"), words(""), marked(corrected.prevalence), words("")});
    if (!corrected.note.empty() && !corrected.sensitivity.value)
      values.notes.push_back("Not corrected: " + corrected.note + ".");
    values.notes.emplace_back("Correct only if, within each class of the system, it was chance who got a reference.");
    section.blocks.emplace_back(std::move(values));
  } else if (biased) {
    section.blocks.emplace_back(text("Sensitivity and specificity elsewhere in this report hold for the verified cases "
                                     "only. No correction is possible from these data; predictive values of the "
                                     "verified stratum stand."));
  }
  return section;
}

} // namespace hipcuff::validation
