// Measures against measures: Bland-Altman, intraclass correlation, measurement error.
#include "sections.h"

#include "text.h"

#include "hipcuff/statistics/bland_altman.h"
#include "hipcuff/statistics/icc.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::validation {
namespace {

using statistics::Estimate;

Format formatOf(const std::string& unit) {
  return unit.empty() ? Format::index : Format::length;
}

/// Points for drawing: all of few, every so many-th of many.
template <typename Add>
void everyFew(std::size_t count, Add add) {
  constexpr std::size_t most = 3000;
  const std::size_t step = (count + most - 1) / most;
  for (std::size_t i = 0; i < count; i += std::max<std::size_t>(1, step))
    add(i);
}

Figure differenceFigure(const Context& context, const MeasurePair& pair, const statistics::BlandAltman& result,
                        const std::string& first, const std::string& second) {
  const std::string unit = pair.unit.empty() ? "" : " (" + pair.unit + ")";
  Figure figure;
  figure.id = context.prefix + "bland-altman-" + pair.key;
  figure.caption =
      pair.name + ": difference of " + first + " and " + second + " against their mean, by " +
      unitWord(context.cases.unit(), 1) + ". Lines: bias and 95 % limits of agreement" +
      (pair.first.size() > 3000 ? "; every few of " + grouped(static_cast<long>(pair.first.size())) + " points shown."
                                : ".");
  figure.x = {.label = "Mean of both" + unit};
  figure.y = {.label = first + " − " + second + unit};
  Series points{
      .name = "", .role = SeriesRole::system, .shape = SeriesShape::points, .x = {}, .y = {}, .upper = {}, .lower = {}};
  double least = 0, most = 0;
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    least = i == 0 ? result.points[i].mean : std::min(least, result.points[i].mean);
    most = i == 0 ? result.points[i].mean : std::max(most, result.points[i].mean);
  }
  everyFew(result.points.size(), [&](std::size_t i) {
    points.x.push_back(result.points[i].mean);
    points.y.push_back(result.points[i].difference);
  });
  figure.series.push_back(std::move(points));
  const double margin = most > least ? 0.04 * (most - least) : 0.5;
  const auto line = [&](const Estimate& at, const char* name, SeriesRole role) {
    if (!at.value)
      return;
    if (at.ci)
      figure.series.insert(figure.series.begin(), Series{.name = "",
                                                         .role = SeriesRole::band,
                                                         .shape = SeriesShape::band,
                                                         .x = {least - margin, most + margin},
                                                         .y = {at.ci->lower, at.ci->lower},
                                                         .upper = {at.ci->upper, at.ci->upper},
                                                         .lower = {}});
    figure.series.push_back(Series{.name = name,
                                   .role = role,
                                   .shape = SeriesShape::line,
                                   .x = {least - margin, most + margin},
                                   .y = {*at.value, *at.value},
                                   .upper = {},
                                   .lower = {}});
  };
  line(result.bias, "Bias", SeriesRole::reference);
  line(result.upper, "95 % limits", SeriesRole::limit);
  line(result.lower, "", SeriesRole::limit);
  return figure;
}

} // namespace

std::span<const MeasureKind> measureKinds() {
  static const std::array<MeasureKind, 4> kinds{
      {{"thickness_mean", "Mean thickness", "mm", &Answer::thicknessMeanMm},
       {"thickness_max", "Largest thickness", "mm", &Answer::thicknessMaxMm},
       {"depth_fraction", "Tear depth over thickness", "", &Answer::depthFraction},
       {"tear_length", "Tear length", "mm", &Answer::tearLengthMm}}};
  return kinds;
}

MeasureTables emptyMeasureTables(const Context& context, const std::string& firstName, const std::string& secondName) {
  MeasureTables tables;
  tables.agreement = {
      .id = context.prefix + "bland-altman",
      .title = "Bland-Altman: " + firstName + " minus " + secondName + ", by " + unitWord(context.cases.unit(), 1),
      .columns = {{"measure", "Measure"},
                  {"pairs", "Pairs"},
                  {"patients", clusterWord(context.cases.matched()) == "patients" ? "Patients" : "Exams"},
                  {"bias", "Bias"},
                  {"lower", "Lower limit"},
                  {"upper", "Upper limit"},
                  {"mean_absolute", "Mean absolute difference"},
                  {"slope", "Slope on the mean"},
                  {"proportional", "Slope = 0, P"}},
      .rows = {}};
  tables.reliability = {.id = context.prefix + "reliability",
                        .title = "Reliability of measures, " + firstName + " and " + secondName + ", by " +
                                 unitWord(context.cases.unit(), 1),
                        .columns = {{"measure", "Measure"},
                                    {"n", "n"},
                                    {"icc_1_1", "ICC(1,1)"},
                                    {"icc_2_1", "ICC(2,1)"},
                                    {"icc_3_1", "ICC(3,1)"},
                                    {"icc_2_k", "ICC(2,k)"},
                                    {"sem", "SEM"},
                                    {"mdc95", "MDC95"}},
                        .rows = {}};
  return tables;
}

void addMeasure(MeasureTables& tables, const Context& context, const MeasurePair& pair, const std::string& firstName,
                const std::string& secondName) {
  const std::string shown = pair.name + (pair.unit.empty() ? "" : " (" + pair.unit + ")");
  const Format format = formatOf(pair.unit);
  const long n = static_cast<long>(pair.rows.size());
  const statistics::Clusters own = context.cases.clusters().subset(pair.rows);
  const bool clustered = !own.singletons();
  const auto result = clustered ? statistics::blandAltmanPairsPerSubject(pair.first, pair.second, own)
                                : statistics::blandAltman(pair.first, pair.second);
  Estimate absolute;
  double sum = 0;
  for (std::size_t i = 0; i < pair.first.size(); ++i)
    sum += std::abs(pair.first[i] - pair.second[i]);
  if (n > 0)
    absolute.value = sum / static_cast<double>(n);
  else
    absolute.note = "no pairs";
  tables.agreement.add(pair.key, {words(shown), counted(n), counted(static_cast<long>(own.count())),
                                  quantity(result.bias, format, n), quantity(result.lower, format, n),
                                  quantity(result.upper, format, n), quantity(absolute, format, n),
                                  quantity(result.slope, Format::plain, n), tested(result.proportional, n)});
  statistics::MeasurementTable table{.subjects = {}, .raters = {firstName, secondName}, .values = {}};
  for (std::size_t i = 0; i < pair.first.size(); ++i) {
    table.subjects.push_back(context.cases.at(pair.rows[i]).id);
    table.values.push_back({pair.first[i], pair.second[i]});
  }
  const auto icc = reliability(context, table, pair.rows);
  const auto cell = [&](statistics::IccForm form) { return quantity(icc.form(form), Format::index, n); };
  tables.reliability.add(pair.key,
                         {words(shown), counted(n), cell(statistics::IccForm::oneWaySingle),
                          cell(statistics::IccForm::agreementSingle), cell(statistics::IccForm::consistencySingle),
                          cell(statistics::IccForm::agreementMean), quantity(icc.sem, format, n),
                          quantity(icc.mdc95, format, n)});
  if (pair.figure && n >= 3 && result.lower.value)
    tables.figures.push_back(differenceFigure(context, pair, result, firstName, secondName));
}

std::optional<Section> measureSection(const Context& context) {
  const CaseSet& cases = context.cases;
  MeasureTables tables = emptyMeasureTables(context, context.options.systemName, "reference");
  std::vector<std::string> absent, ofRefused;
  for (const MeasureKind& kind : measureKinds()) {
    MeasurePair pair{.key = kind.key, .name = kind.name, .unit = kind.unit, .first = {}, .second = {}, .rows = {}};
    long onlyReference = 0;
    for (std::size_t row = 0; row < cases.size(); ++row) {
      const Case& one = cases.at(row);
      const Answer* reference = one.reference();
      if (reference == nullptr || !(reference->*kind.value))
        continue;
      if (!one.system || !((*one.system).*kind.value)) {
        ++onlyReference;
        continue;
      }
      pair.first.push_back(*((*one.system).*kind.value));
      pair.second.push_back(*(reference->*kind.value));
      pair.rows.push_back(row);
    }
    std::string name = kind.name;
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
    if (onlyReference > 0) {
      absent.push_back(name + " in " + countOf(cases.unit(), static_cast<std::size_t>(onlyReference)));
    }
    if (pair.rows.empty())
      continue;
    if (const auto refused = std::count_if(pair.rows.begin(), pair.rows.end(),
                                           [&](std::size_t row) { return cases.system(row) == notGradable; });
        refused > 0)
      ofRefused.push_back(name + " " + grouped(refused) + " of " + grouped(static_cast<long>(pair.rows.size())));
    // Graded cases are the main row; all that were measured are a row of their own where that is something else.
    MeasurePair graded{.key = kind.key, .name = kind.name, .unit = kind.unit, .first = {}, .second = {}, .rows = {}};
    for (std::size_t i = 0; i < pair.rows.size(); ++i)
      if (cases.system(pair.rows[i]) != notGradable) {
        graded.first.push_back(pair.first[i]);
        graded.second.push_back(pair.second[i]);
        graded.rows.push_back(pair.rows[i]);
      }
    if (!graded.rows.empty())
      addMeasure(tables, context, graded, context.options.systemName, "reference");
    if (graded.rows.size() < pair.rows.size()) {
      pair.key += "_all";
      pair.name += ", all measured";
      pair.figure = false;
      addMeasure(tables, context, pair, context.options.systemName, "reference");
    }
  }
  if (tables.agreement.rows.empty() && absent.empty())
    return std::nullopt;
  tables.agreement.notes = {"Limits hold 95 % of the differences. Depth and length are compared only where both saw a "
                            "tear: missed ones and false ones are in the classification."};
  tables.reliability.notes = {
      "SEM and MDC95 in the unit of the measure; MDC95 is 1.96 √2 SEM. Which ICC: (2,1) where both "
      "stand for others like them, (3,1) for consistency of just these two, (2,k) for their mean."};
  Section section{.id = context.prefix + "measures",
                  .title = "Measures, by " + unitWord(cases.unit(), 1),
                  .level = 3,
                  .place = "CLAIM: model performance; Bland & Altman 1999, Koo & Li 2016",
                  .blocks = {}};
  if (!absent.empty()) {
    std::string list;
    for (const std::string& one : absent)
      list += (list.empty() ? "" : ", ") + one;
    section.blocks.emplace_back(
        text("Measured by the reference and not by " + context.options.systemName + ": " + list + "."));
  }
  if (tables.agreement.rows.empty())
    return section;
  if (!ofRefused.empty()) {
    std::string list;
    for (const std::string& one : ofRefused)
      list += (list.empty() ? "" : ", ") + one;
    tables.agreement.notes.push_back(
        "Rows are of " + unitWord(cases.unit()) + " that " + context.options.systemName +
        " graded. \"All measured\" adds those that it measured but did not grade: " + list + ".");
  }
  section.blocks.emplace_back(std::move(tables.agreement));
  for (Figure& figure : tables.figures)
    section.blocks.emplace_back(std::move(figure));
  section.blocks.emplace_back(std::move(tables.reliability));
  return section;
}

} // namespace hipcuff::validation
