// Two versions on the same cases: what changed, and whether it is better.
#include "readers.h"
#include "text.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/statistics/kappa.h"
#include "hipcuff/statistics/paired.h"
#include "hipcuff/statistics/raters.h"
#include "hipcuff/statistics/roc.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace hipcuff::validation {
namespace {

using statistics::Estimate;

bool isGrade(int code) {
  return code >= 0 && code < gradeClasses;
}

/// The first one's cases that the second one has too, with the second one's answers beside them.
struct Joined {
  Matched matched; ///< of the first
  std::vector<std::optional<Answer>> second;
  std::vector<int> secondClass;
  std::size_t onlyFirst = 0, onlySecond = 0;
};

bool hasResult(const Case& one) {
  return one.system.has_value() || !one.failure.empty();
}

int classOf(const Case& one) {
  const int code = one.system ? codeOf(&*one.system) : missing;
  return code == missing && !one.failure.empty() ? notGradable : code;
}

Joined joined(const Matched& first, const Matched& second) {
  Joined all;
  all.matched.unit = first.unit;
  all.matched.patientsFrom = first.patientsFrom;
  std::map<std::string, const Case*> others;
  for (const Case& one : second.cases)
    if (hasResult(one))
      others.emplace(one.id, &one);
  for (const Case& one : first.cases) {
    if (!hasResult(one))
      continue;
    const auto other = others.find(one.id);
    if (other == others.end()) {
      ++all.onlyFirst;
      continue;
    }
    all.matched.cases.push_back(one);
    all.second.push_back(other->second->system);
    all.secondClass.push_back(classOf(*other->second));
    others.erase(other);
  }
  all.onlySecond = others.size();
  return all;
}

class Comparer {
public:
  Comparer(const Joined& pairs, const ComparisonOptions& options)
      : pairs_(pairs)
      , options_(options)
      , cases_(pairs.matched)
      , context_{cases_, options.evaluation, std::string(toString(pairs.matched.unit)) + "-",
                 static_cast<int>(options.evaluation.positive)} {}

  [[nodiscard]] Section section() {
    const Unit unit = cases_.unit();
    Section section{.id = context_.prefix + "comparison",
                    .title = options_.firstName + " and " + options_.secondName + ", by " + unitWord(unit, 1),
                    .level = 2,
                    .place = "",
                    .blocks = {}};
    section.blocks.emplace_back(text(countOf(unit, cases_.size()) + " with a result of both, of " +
                                     grouped(static_cast<long>(cases_.clusters().count())) + " " +
                                     clusterWord(cases_.matched(), cases_.clusters().count()) + "; only in " +
                                     options_.firstName + ": " + grouped(static_cast<long>(pairs_.onlyFirst)) +
                                     ", only in " + options_.secondName + ": " +
                                     grouped(static_cast<long>(pairs_.onlySecond)) + "."));
    if (cases_.size() == 0)
      return section;
    section.blocks.emplace_back(crossTable());
    section.blocks.emplace_back(agreementTable());
    if (cases_.evaluable().empty()) {
      section.blocks.emplace_back(
          note("No case has a class of a reference: what changed is known, and not whether it is better."));
    } else {
      section.blocks.emplace_back(pairedTable());
      section.blocks.emplace_back(areaTable());
    }
    addChanges(section);
    addMeasures(section);
    return section;
  }

  [[nodiscard]] int first(std::size_t row) const { return cases_.system(row); }
  [[nodiscard]] int second(std::size_t row) const { return pairs_.secondClass[row]; }
  [[nodiscard]] const CaseSet& cases() const { return cases_; }
  [[nodiscard]] Estimate accuracyDifference() const { return accuracyDifference_; }

  /// "better", "worse", "other", "changed" (no reference); empty where the class is the same.
  [[nodiscard]] std::string change(std::size_t row) const {
    if (first(row) == second(row))
      return {};
    const int reference = cases_.reference(row);
    if (!isGrade(reference))
      return "changed";
    return second(row) == reference ? "better" : first(row) == reference ? "worse" : "other";
  }

private:
  Table crossTable() const {
    Table table{.id = context_.prefix + "changes-cross",
                .title = "Classes of " + options_.firstName + " (rows) and " + options_.secondName + " (columns)",
                .columns = {{"first", options_.firstName}},
                .rows = {}};
    std::array<std::array<long, 5>, 5> counts{};
    for (std::size_t row = 0; row < cases_.size(); ++row)
      if (first(row) != missing && second(row) != missing)
        ++counts[static_cast<std::size_t>(first(row))][static_cast<std::size_t>(second(row))];
    for (int code = 0; code <= notGradable; ++code)
      table.columns.push_back({classKey(code), className(code)});
    for (int r = 0; r <= notGradable; ++r) {
      Row row{classKey(r), {words(className(r))}};
      for (int c = 0; c <= notGradable; ++c) {
        row.cells.push_back(counted(counts[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)]));
        row.cells.back().strong = r == c;
      }
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  Table agreementTable() const {
    Table table{.id = context_.prefix + "versions-agreement",
                .title = "Agreement of " + options_.firstName + " and " + options_.secondName,
                .columns = {{"measure", "Measure"}, {"value", "Value"}},
                .rows = {}};
    Rows all;
    for (std::size_t row = 0; row < cases_.size(); ++row)
      if (first(row) != missing && second(row) != missing)
        all.push_back(row);
    const auto same = [this](std::size_t row) { return first(row) == second(row); };
    table.add("same", {words("Same class, not gradable included"), context_.proportionCell(all, same)});
    const Rows both = filtered(all, [this](std::size_t row) { return isGrade(first(row)) && isGrade(second(row)); });
    table.add("same_graded", {words("Same class, graded by both"), context_.proportionCell(both, same)});
    statistics::RatingTable ratings;
    for (int code = 0; code < gradeClasses; ++code)
      ratings.categories.push_back(className(code));
    ratings.raters = {"A", "B"};
    for (const std::size_t row : both)
      ratings.ratings.push_back({static_cast<std::size_t>(first(row)), static_cast<std::size_t>(second(row))});
    const auto clusters = cases_.clusters().subset(both);
    if (!clusters.singletons())
      ratings.clusters = clusters;
    const auto add = [&](const char* key, const char* name, statistics::KappaWeights weights) {
      const auto pairs = statistics::pairwiseKappas(ratings, weights);
      table.add(key, {words(name), quantity(pairs.empty() ? statistics::notEstimable("no case was graded by both")
                                                          : pairs.front().kappa,
                                            Format::index, static_cast<long>(both.size()))});
    };
    add("kappa", "κ, unweighted", statistics::KappaWeights::none);
    add("kappa_quadratic", "κ, quadratic", statistics::KappaWeights::quadratic);
    return table;
  }

  void addRow(Table& table, const char* key, const std::string& name, const Rows& rows,
              const std::function<bool(std::size_t)>& a, const std::function<bool(std::size_t)>& b) {
    std::vector<statistics::PairedCounts> counts(cases_.clusters().count());
    statistics::PairedCounts sum;
    for (const std::size_t row : rows) {
      const bool one = b(row), two = a(row); // the second minus the first
      for (auto* c : {&counts[cases_.clusters().of(row)], &sum})
        ++(one && two ? c->both : one ? c->firstOnly : two ? c->secondOnly : c->neither);
    }
    const bool clustered = cases_.clustered(rows);
    const auto mcNemar = statistics::mcNemar(sum);
    const Estimate difference = clustered ? statistics::clusteredPairedDifference(counts) : mcNemar.difference;
    const long n = static_cast<long>(rows.size());
    Row row{key,
            {words(name), context_.proportionCell(rows, a), context_.proportionCell(rows, b),
             quantity(difference, Format::points, n),
             tested(clustered ? statistics::clusteredMcNemarObuchowski(counts) : mcNemar.exact, n)}};
    if (options_.evaluation.margin) {
      const auto result = clustered ? statistics::nonInferiorityClustered(counts, *options_.evaluation.margin)
                                    : statistics::nonInferiorityPaired(sum, *options_.evaluation.margin);
      // More graded cases are not better as such, so no margin of being worse applies to them.
      row.cells.push_back(words(std::string(key) == "coverage" ? "" : statistics::name(result.verdict)));
    }
    table.rows.push_back(std::move(row));
    if (std::string(key) == "accuracy_all")
      accuracyDifference_ = difference;
  }

  Table pairedTable() {
    const int least = context_.positive;
    Table table{.id = context_.prefix + "versions",
                .title = "Against the reference, on the same cases; positive: " + thresholdWords(least),
                .columns = {{"measure", "Measure"},
                            {"first", options_.firstName},
                            {"second", options_.secondName},
                            {"difference", "Difference (points)"},
                            {"p", "P"}},
                .rows = {}};
    if (options_.evaluation.margin)
      table.columns.push_back({"verdict", "Margin " + fixed(100 * *options_.evaluation.margin, 1) + " points"});
    const Rows all = filtered(cases_.evaluable(), [this](std::size_t row) { return second(row) != missing; });
    const Rows both = filtered(all, [this](std::size_t row) { return isGrade(first(row)) && isGrade(second(row)); });
    const auto is = [&](std::size_t row) { return cases_.reference(row) >= least; };
    const auto isNot = [&](std::size_t row) { return cases_.reference(row) < least; };
    addRow(
        table, "coverage", "Graded (coverage)", all, [this](std::size_t row) { return isGrade(first(row)); },
        [this](std::size_t row) { return isGrade(second(row)); });
    addRow(
        table, "accuracy_all", "Accuracy, four classes, refusals wrong", all,
        [this](std::size_t row) { return first(row) == cases_.reference(row); },
        [this](std::size_t row) { return second(row) == cases_.reference(row); });
    addRow(
        table, "accuracy", "Accuracy, four classes, graded by both", both,
        [this](std::size_t row) { return first(row) == cases_.reference(row); },
        [this](std::size_t row) { return second(row) == cases_.reference(row); });
    addRow(
        table, "sensitivity", "Sensitivity, graded by both", filtered(both, is),
        [&](std::size_t row) { return first(row) >= least; }, [&](std::size_t row) { return second(row) >= least; });
    addRow(
        table, "specificity", "Specificity, graded by both", filtered(both, isNot),
        [&](std::size_t row) { return first(row) < least; }, [&](std::size_t row) { return second(row) < least; });
    addKappa(table, both);
    table.notes = {"Difference: " + options_.secondName + " minus " + options_.firstName + "; above 0 " +
                   options_.secondName + " is better (coverage: grades more cases, which is not better as such)."};
    return table;
  }

  /// The difference of two kappas on the same cases has no simple formula: patients are resampled.
  void addKappa(Table& table, const Rows& both) const {
    const long n = static_cast<long>(both.size());
    std::vector<statistics::BootstrapResult> boot;
    if (!both.empty())
      boot = statistics::clusterBootstrap(
          cases_.clusters().subset(both), 3,
          [&](const statistics::Resample& resample, std::span<std::optional<double>> out) {
            std::vector<std::vector<double>> a(gradeClasses, std::vector<double>(gradeClasses)), b = a;
            const auto weights = resample.rowWeights();
            for (std::size_t i = 0; i < both.size(); ++i) {
              const auto r = static_cast<std::size_t>(cases_.reference(both[i]));
              a[r][static_cast<std::size_t>(first(both[i]))] += weights[i];
              b[r][static_cast<std::size_t>(second(both[i]))] += weights[i];
            }
            out[0] = statistics::kappaValue(a, statistics::KappaWeights::quadratic);
            out[1] = statistics::kappaValue(b, statistics::KappaWeights::quadratic);
            if (out[0] && out[1])
              out[2] = *out[1] - *out[0];
          },
          context_.bootstrap());
    Row row{"kappa_quadratic", {words("Quadratic weighted κ, graded by both")}};
    for (std::size_t k = 0; k < 3; ++k)
      row.cells.push_back(quantity(
          k < boot.size() ? boot[k].best() : statistics::notEstimable("no case was graded by both"), Format::index, n));
    const Estimate& difference = row.cells.back().quantity->estimate;
    row.cells.push_back(words(difference.ci             ? "see interval"
                              : difference.note.empty() ? "no interval"
                                                        : "no interval: " + difference.note));
    if (options_.evaluation.margin)
      row.cells.push_back(words(""));
    table.rows.push_back(std::move(row));
  }

  Table areaTable() const {
    Table table{.id = context_.prefix + "versions-auc",
                .title = "AUC on the same cases, graded by both",
                .columns = {{"threshold", "Positive is"},
                            {"n", "n"},
                            {"first", options_.firstName},
                            {"second", options_.secondName},
                            {"difference", "Difference"},
                            {"p", "P"}},
                .rows = {}};
    const Rows rows = filtered(cases_.scored(), [this](std::size_t row) {
      return isGrade(second(row)) && pairs_.second[row] && pairs_.second[row]->probabilities;
    });
    const auto clusters = cases_.clusters().subset(rows);
    for (int least = 1; least < gradeClasses; ++least) {
      std::vector<double> a, b;
      std::vector<bool> positive;
      for (const std::size_t row : rows) {
        a.push_back(*cases_.score(row, least));
        double sum = 0;
        for (std::size_t k = static_cast<std::size_t>(least); k < gradeClasses; ++k)
          sum += (*pairs_.second[row]->probabilities)[k];
        b.push_back(sum);
        positive.push_back(cases_.reference(row) >= least);
      }
      const auto result = statistics::pairedAuc(b, a, positive, clusters.singletons() ? nullptr : &clusters);
      const long n = static_cast<long>(rows.size());
      table.add(classKey(least), {words(thresholdName(least)), counted(n), quantity(result.second, Format::index, n),
                                  quantity(result.first, Format::index, n),
                                  quantity(result.difference, Format::index, n), tested(result.test, n)});
    }
    return table;
  }

  void addChanges(Section& section) const {
    std::map<std::string, long> kinds;
    Table table{.id = context_.prefix + "changed",
                .title = "Cases with another class, those that became worse first",
                .columns = {{"id", "Case"},
                            {"reference", "Reference"},
                            {"first", options_.firstName},
                            {"second", options_.secondName},
                            {"change", "Change"}},
                .rows = {}};
    for (std::size_t row = 0; row < cases_.size(); ++row)
      if (const std::string kind = change(row); !kind.empty())
        ++kinds[kind];
    if (kinds.empty()) {
      section.blocks.emplace_back(text("Not one case has another class."));
      return;
    }
    constexpr std::size_t most = 100; // a page is no place for thousands of rows
    for (const char* kind : {"worse", "other", "better", "changed"})
      for (std::size_t row = 0; row < cases_.size() && table.rows.size() < most; ++row)
        if (change(row) == kind) {
          const int reference = cases_.reference(row);
          table.add(cases_.at(row).id,
                    {words(cases_.at(row).id), words(reference == missing ? "" : className(reference)),
                     words(className(first(row))), words(className(second(row))), words(kind)});
        }
    std::string list;
    long all = 0;
    for (const auto& [kind, count] : kinds) {
      list += (list.empty() ? "" : ", ") + grouped(count) + " " + (kind == "other" ? "to another wrong class" : kind);
      all += count;
    }
    section.blocks.emplace_back(text("Another class: " + countOf(cases_.unit(), static_cast<std::size_t>(all)) + " (" +
                                     list + "); all of them in changes.csv."));
    if (all > static_cast<long>(most))
      table.notes.push_back("The first " + std::to_string(most) + " of " + grouped(all) + ".");
    section.blocks.emplace_back(std::move(table));
  }

  void addMeasures(Section& section) const {
    MeasureTables tables = emptyMeasureTables(context_, options_.secondName, options_.firstName);
    std::string same;
    for (const MeasureKind& kind : measureKinds()) {
      MeasurePair pair{.key = kind.key, .name = kind.name, .unit = kind.unit, .first = {}, .second = {}, .rows = {}};
      for (std::size_t row = 0; row < cases_.size(); ++row) {
        const auto& a = cases_.at(row).system;
        const auto& b = pairs_.second[row];
        if (a && b && (*a).*kind.value && (*b).*kind.value) {
          pair.first.push_back(*((*b).*kind.value));
          pair.second.push_back(*((*a).*kind.value));
          pair.rows.push_back(row);
        }
      }
      if (pair.rows.empty())
        continue;
      // Differences that are all 0 have no limits, no interval and nothing to draw.
      if (pair.first == pair.second) {
        std::string name = kind.name;
        name[0] = static_cast<char>(name[0] - 'A' + 'a');
        same += (same.empty() ? "" : ", ") + name + " in " + countOf(cases_.unit(), pair.rows.size());
      } else {
        addMeasure(tables, context_, pair, options_.secondName, options_.firstName);
      }
    }
    if (!same.empty())
      section.blocks.emplace_back(text("Measured by both and the same in every case: " + same + "."));
    if (tables.agreement.rows.empty())
      return;
    section.blocks.emplace_back(std::move(tables.agreement));
    for (Figure& figure : tables.figures)
      section.blocks.emplace_back(std::move(figure));
    section.blocks.emplace_back(std::move(tables.reliability));
  }

  const Joined& pairs_;
  const ComparisonOptions& options_;
  CaseSet cases_;
  Context context_;
  Estimate accuracyDifference_ = statistics::notEstimable("no case has a class of a reference");
};

} // namespace

Comparison compareVersions(std::span<const Matched> first, std::span<const Matched> second,
                           const ComparisonOptions& options) {
  if (first.empty() || first.size() != second.size())
    throw std::invalid_argument("compareVersions: the same units of both are needed");
  Comparison comparison;
  comparison.document.title = options.firstName + " and " + options.secondName + " on the same cases";
  comparison.changes = csvRecord({"unit", "id", "path", "reference", "first", "second", "change"});
  for (std::size_t u = 0; u < first.size(); ++u) {
    const Joined pairs = joined(first[u], second[u]);
    Comparer comparer(pairs, options);
    comparison.document.sections.push_back(comparer.section());
    for (std::size_t row = 0; row < comparer.cases().size(); ++row) {
      const std::string change = comparer.change(row);
      if (u == 0)
        comparison.worse += change == "worse" ? 1 : 0;
      if (change.empty())
        continue;
      if (u == 0)
        ++comparison.changed;
      const Case& one = comparer.cases().at(row);
      comparison.changes += csvRecord({toString(first[u].unit), cleanUtf8(one.id), cleanUtf8(one.path.generic_string()),
                                       classKey(comparer.cases().reference(row)), classKey(comparer.first(row)),
                                       classKey(comparer.second(row)), change});
    }
    if (u == 0) {
      comparison.paired = comparer.cases().size();
      comparison.difference = comparer.accuracyDifference();
    }
  }
  comparison.document.sections.push_back(lookSection(comparison.document, options.evaluation));
  comparison.document.settings = {
      {"Positive from", toString(options.evaluation.positive)},
      {"Margin of non-inferiority",
       options.evaluation.margin ? fixed(100 * *options.evaluation.margin, 1) + " points" : "none given"},
      {"Bootstrap",
       std::to_string(options.evaluation.replicates) + " replicates, seed " + std::to_string(options.evaluation.seed)}};
  return comparison;
}

} // namespace hipcuff::validation
