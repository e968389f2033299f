// Outlines against outlines: overlap and distances of borders.
#include "sections.h"

#include "text.h"

#include "hipcuff/core/error.h"
#include "hipcuff/statistics/bootstrap.h"
#include "hipcuff/validation/masks.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

namespace hipcuff::validation {
namespace {

using statistics::Estimate;

struct Compared {
  std::size_t row = 0;
  std::vector<StructureOverlap> overlaps;
  std::string problem;
};

std::vector<Compared> compareAll(const Context& context) {
  std::vector<Compared> all;
  for (std::size_t row = 0; row < context.cases.size(); ++row)
    if (context.cases.at(row).masks)
      all.push_back({row, {}, {}});
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < all.size(); i = next++)
      try {
        all[i].overlaps = compareMasks(*context.cases.at(all[i].row).masks);
      } catch (const Error& error) {
        all[i].problem = error.what();
      }
  };
  {
    std::vector<std::jthread> helpers;
    for (unsigned t = 1; t < context.options.threads; ++t)
      helpers.emplace_back(work);
    work();
  }
  return all;
}

double quantile(const std::vector<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

/// Mean with the interval of resampled patients.
Estimate meanOf(const Context& context, const std::vector<double>& values, const Rows& rows) {
  if (values.empty())
    return statistics::notEstimable("no such pair");
  const auto result = statistics::clusterBootstrap(
      context.cases.clusters().subset(rows),
      [&](const statistics::Resample& resample) -> std::optional<double> {
        double sum = 0, n = 0;
        const auto weights = resample.rowWeights();
        for (std::size_t i = 0; i < values.size(); ++i) {
          sum += weights[i] * values[i];
          n += weights[i];
        }
        return n > 0 ? std::optional<double>(sum / n) : std::nullopt;
      },
      context.bootstrap());
  return result.best();
}

const char* nameOf(Structure structure) {
  switch (structure) {
  case Structure::tendon:
    return "Tendon";
  case Structure::intactTendon:
    return "Intact tendon";
  case Structure::discontinuity:
    return "Discontinuity";
  }
  return "";
}

void addBox(Figure& figure, const char* name, std::vector<double> values) {
  if (values.size() < 5)
    return;
  std::sort(values.begin(), values.end());
  Box box{.category = name,
          .quarter = quantile(values, 0.25),
          .median = quantile(values, 0.5),
          .threeQuarters = quantile(values, 0.75),
          .outliers = {}};
  const double reach = 1.5 * (box.threeQuarters - box.quarter);
  box.low = box.quarter;
  box.high = box.threeQuarters;
  for (const double value : values)
    if (value < box.quarter - reach || value > box.threeQuarters + reach) {
      if (box.outliers.size() < 500)
        box.outliers.push_back(value);
    } else {
      box.low = std::min(box.low, value);
      box.high = std::max(box.high, value);
    }
  figure.boxes.push_back(std::move(box));
}

} // namespace

std::optional<Section> segmentationSection(const Context& context, std::vector<CaseOutlines>* outlines) {
  if (context.cases.unit() != Unit::image || !context.options.masks)
    return std::nullopt;
  const std::vector<Compared> all = compareAll(context);
  if (all.empty())
    return std::nullopt;
  if (outlines != nullptr)
    for (const Compared& one : all)
      outlines->push_back({context.cases.at(one.row).id, one.overlaps, one.problem});
  Section section{.id = context.prefix + "segmentation",
                  .title = "Outlines, by image",
                  .level = 3,
                  .place = "CLAIM: model performance; metrics after Maier-Hein 2024",
                  .blocks = {}};
  Table table{.id = context.prefix + "outlines",
              .title = "Overlap and distance of outlines",
              .columns = {{"structure", "Structure"},
                          {"both", "Both"},
                          {"system_only", "System only"},
                          {"reference_only", "Reference only"},
                          {"neither", "Neither"},
                          {"dice", "Dice, mean"},
                          {"dice_median", "Dice, median (quartiles)"},
                          {"assd", "Mean surface distance (mm)"},
                          {"hd95", "95 % Hausdorff distance (mm)"}},
              .rows = {}};
  Figure diceBoxes;
  diceBoxes.id = context.prefix + "dice";
  diceBoxes.caption =
      "Dice coefficient by image, among graded: median, quartiles, and whiskers to the last value within 1.5 times "
      "the quartiles' distance.";
  diceBoxes.y = {.label = "Dice coefficient", .least = 0, .most = 1};
  const auto refused = [&](const Compared& one) { return context.cases.system(one.row) == notGradable; };
  // Graded images are the main rows; all that were outlined are rows of their own where that is something else.
  const auto addRow = [&](Structure structure, bool gradedOnly) {
    std::array<long, 4> presence{};
    std::vector<double> dice, mean, hausdorff;
    Rows diceRows, distanceRows;
    bool anyRefused = false;
    for (const Compared& one : all)
      for (const StructureOverlap& overlap : one.overlaps) {
        if (overlap.structure != structure)
          continue;
        anyRefused = anyRefused || refused(one);
        if (gradedOnly && refused(one))
          continue;
        ++presence[static_cast<std::size_t>(overlap.presence)];
        if (overlap.dice) {
          dice.push_back(*overlap.dice);
          diceRows.push_back(one.row);
        }
        if (overlap.distance) {
          mean.push_back(overlap.distance->meanMm);
          hausdorff.push_back(overlap.distance->hausdorff95Mm);
          distanceRows.push_back(one.row);
        }
      }
    if (presence == std::array<long, 4>{} || (!gradedOnly && !anyRefused))
      return;
    const auto count = [&](Presence p) { return counted(presence[static_cast<std::size_t>(p)]); };
    std::vector<double> sorted = dice;
    std::sort(sorted.begin(), sorted.end());
    const std::string median = sorted.empty()
                                   ? "n.e."
                                   : fixed(quantile(sorted, 0.5), 3) + " (" + fixed(quantile(sorted, 0.25), 3) +
                                         " to " + fixed(quantile(sorted, 0.75), 3) + ")";
    table.add(std::string(toString(structure)) + (gradedOnly ? "" : "_all"),
              {words(std::string(nameOf(structure)) + (gradedOnly ? "" : ", all outlined")), count(Presence::both),
               count(Presence::systemOnly), count(Presence::referenceOnly), count(Presence::neither),
               quantity(meanOf(context, dice, diceRows), Format::index, static_cast<long>(dice.size())), words(median),
               quantity(meanOf(context, mean, distanceRows), Format::length, static_cast<long>(mean.size())),
               quantity(meanOf(context, hausdorff, distanceRows), Format::length, static_cast<long>(mean.size()))});
    if (gradedOnly)
      addBox(diceBoxes, nameOf(structure), dice);
  };
  for (const Structure structure : {Structure::tendon, Structure::intactTendon, Structure::discontinuity}) {
    addRow(structure, true);
    addRow(structure, false);
  }
  table.notes = {
      "Dice is over images where one of both has the structure (0 where only one has it); distances where both "
      "have it and the scale is known: mean over the border pixels of both, and the larger one of both "
      "directed 95th percentiles. Intervals resample patients."};
  const auto notGraded =
      std::count_if(all.begin(), all.end(), [&](const Compared& one) { return !one.overlaps.empty() && refused(one); });
  if (notGraded > 0)
    table.notes.push_back("Rows are of images that " + context.options.systemName +
                          " graded; \"all outlined\" are those and " + grouped(notGraded) + " of the " +
                          grouped(static_cast<long>(all.size())) +
                          " images compared that were outlined but not graded.");
  section.blocks.emplace_back(std::move(table));
  if (!diceBoxes.boxes.empty())
    section.blocks.emplace_back(std::move(diceBoxes));
  std::vector<std::string> problems;
  for (const Compared& one : all)
    if (!one.problem.empty())
      problems.push_back(one.problem);
  if (!problems.empty()) {
    section.blocks.emplace_back(warning(grouped(static_cast<long>(problems.size())) +
                                        " pairs of masks could not be compared" +
                                        (problems.size() > 10 ? ", the first ten:" : ":")));
    if (problems.size() > 10)
      problems.resize(10);
    section.blocks.emplace_back(Bullets{std::move(problems)});
  }
  return section;
}

} // namespace hipcuff::validation
