#include "tissue_classifier.h"

#include "hipcuff/segmentation/optimal_path.h"
#include "smoothing.h"
#include "tissue_net.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff::segmentation {
namespace {

constexpr double underMm = 0.45; // above the cortex's own echo, and under the thinnest end of a footprint
constexpr double overMm = 0.9;
constexpr double mostOdds = 3.0; // one place never outvotes its neighbours
constexpr double shortestFootprintMm = 4.0;
constexpr double lowestBorderMm = 0.6;
constexpr double highestBorderMm = 12.0;
constexpr double independentAlongMm = 0.5; // evidence this far apart counts as separate: about a speckle cell
constexpr double independentAcrossMm = 0.3;
constexpr double pricePerMm = 3.0; // of travel against the cortex: borders run nearly parallel to it
constexpr double leastSdMm = 0.1;  // the cortex's own place is no better known (see bone_accuracy_test)
constexpr double borderSigmaMm = 0.4;
constexpr double besideMm = 0.45; // from the border, where inside and outside are compared
constexpr double freeReachMm = 6.0;
/// Log odds in favour of tendon. Without it borders lie 0.11 mm too deep on simulated hips of the calibration split,
/// with it 0.01 mm (scripts/accuracy --score): the bright line on the tendon's skin side counts as other tissue.
constexpr double borderLean = 0.5;

/// What the spread of the paths means in millimetres of error: measured on simulated hips of the calibration split
/// (tests/accuracy/border_error.py). The right column is the error's 95 % quantile over 1.96: errors have long tails.
constexpr std::array<std::array<double, 2>, 5> uncertaintyKnots{
    {{0.17, 0.16}, {0.19, 0.25}, {0.22, 0.50}, {0.27, 0.86}, {0.38, 1.12}}};

double uncertainty(double spread) {
  if (spread <= uncertaintyKnots.front()[0])
    return uncertaintyKnots.front()[1];
  for (std::size_t i = 1; i < uncertaintyKnots.size(); ++i) {
    const auto [a, from] = uncertaintyKnots[i - 1];
    const auto [b, to] = uncertaintyKnots[i];
    if (spread <= b)
      return from + (to - from) * (spread - a) / (b - a);
  }
  return uncertaintyKnots.back()[1];
}

double logit(double p) {
  const double q = std::clamp(p, 1e-4, 1 - 1e-4);
  return std::clamp(std::log(q / (1 - q)), -mostOdds, mostOdds);
}

/// Probability that a place belongs to the tendon on its footprint, torn or not.
FloatImage insideOf(const TissueBand& band) {
  const FloatImage& tendon = band.of(TissueClass::tendon);
  const FloatImage& worn = band.of(TissueClass::degenerated);
  const FloatImage& torn = band.of(TissueClass::tear);
  FloatImage inside(tendon.width, tendon.height);
  for (std::size_t i = 0; i < inside.data.size(); ++i)
    inside.data[i] = tendon.data[i] + worn.data[i] + torn.data[i];
  return inside;
}

int rowOf(const TissueBand& band, double mm) {
  return std::clamp(static_cast<int>(std::lround(band.rowAt(mm))), 0, band.probability.front().height - 1);
}

/// Log-odds of each column being footprint, from the tissue just over the bone.
std::vector<double> columnOdds(const TissueBand& band, const FloatImage& inside) {
  std::vector<double> odds;
  const int from = rowOf(band, underMm);
  const int to = rowOf(band, overMm);
  for (int x = 0; x < inside.width; ++x) {
    double sum = 0;
    for (int y = from; y <= to; ++y)
      sum += inside.at(x, y);
    odds.push_back(logit(sum / (to - from + 1)));
  }
  return odds;
}

/// The stretch of columns with the largest sum.
std::pair<std::size_t, std::size_t> bestStretch(const std::vector<double>& odds, std::size_t from, std::size_t to,
                                                double& total) {
  std::pair<std::size_t, std::size_t> best{from, from};
  total = -1e9;
  double sum = 0;
  std::size_t begin = from;
  for (std::size_t x = from; x <= to; ++x) {
    if (sum <= 0) {
      sum = 0;
      begin = x;
    }
    sum += odds[x];
    if (sum > total) {
      total = sum;
      best = {begin, x};
    }
  }
  return best;
}

void traceBorder(const TissueBand& band, const FloatImage& inside, TissueFootprint& found) {
  const int lowest = rowOf(band, lowestBorderMm);
  const int highest = rowOf(band, highestBorderMm);
  const auto columns = static_cast<int>(found.last - found.first + 1);
  // A border at a row earns what the rows up to it say for tendon, and what those above say against it.
  FloatImage reward(columns, highest - lowest + 1);
  const double weight = band.stepMm / independentAlongMm * band.heightStepMm / independentAcrossMm;
  for (int x = 0; x < columns; ++x) {
    double sum = 0;
    double most = -1e9;
    for (int y = 0; y < reward.height; ++y) {
      sum += weight * (borderLean + logit(inside.at(x + static_cast<int>(found.first), y + lowest)));
      most = std::max(most, sum);
      reward.at(x, y) = static_cast<float>(sum);
    }
    for (int y = 0; y < reward.height; ++y)
      reward.at(x, y) -= static_cast<float>(most);
  }
  PathCosts costs;
  costs.mayBeAbsent = false;
  costs.maxStep = 3;
  costs.perRow = static_cast<float>(pricePerMm * band.heightStepMm);
  const FloatImage totals = pathTotals(reward, costs);
  const std::vector<int> path = optimalPath(reward, costs);
  const int beside = std::max(1, static_cast<int>(std::lround(besideMm / band.heightStepMm)));
  double certainty = 0;
  for (int x = 0; x < columns; ++x) {
    const int best = path[static_cast<std::size_t>(x)];
    double weights = 0;
    double first = 0;
    double second = 0;
    for (int y = 0; y < reward.height; ++y) {
      const double w = std::exp(static_cast<double>(totals.at(x, y)) - static_cast<double>(totals.at(x, best)));
      const double d = (y - best) * band.heightStepMm;
      weights += w;
      first += w * d;
      second += w * d * d;
    }
    // Rows are tendon up to and with the best one: the border is half a row above its centre.
    const double mean = std::clamp(first / weights, -0.4, 0.4);
    found.heightMm.push_back(band.heightMm(best + lowest + 0.5) + mean);
    found.sdMm.push_back(uncertainty(std::hypot(std::sqrt(second / weights), leastSdMm)));
    const int column = x + static_cast<int>(found.first);
    const int row = best + lowest;
    double in = 0;
    double out = 0;
    for (int k = 0; k < beside; ++k) {
      in += inside.at(column, std::max(0, row - k));
      out += inside.at(column, std::min(inside.height - 1, row + 1 + k));
    }
    found.support.push_back((in - out) / beside);
    double clear = 0;
    for (int y = lowest; y <= row; ++y)
      clear += inside.at(column, y);
    certainty += clear / (row - lowest + 1) * (1 - out / beside);
  }
  found.certainty = certainty / columns;
  found.heightMm = smoothed(found.heightMm, borderSigmaMm / band.stepMm);
}

double freeTendon(const TissueBand& band, std::size_t from, std::size_t to) {
  const FloatImage& p = band.of(TissueClass::freeTendon);
  double sum = 0;
  for (std::size_t x = from; x < to; ++x)
    for (int y = 0; y < p.height; ++y)
      sum += p.at(static_cast<int>(x), y);
  return sum * band.stepMm * band.heightStepMm;
}

/// Whether the seen bone falls towards the left on the whole. A network answers a picture and its mirror image a little
/// differently, an observer should not: so it is always shown the one whose bone falls to the right.
bool fallsToTheLeft(const FloatImage& slopes, const TissueLayout& layout) {
  double sum = 0;
  for (std::size_t x = layout.first; x <= layout.last; ++x)
    sum += slopes.at(static_cast<int>(x), 0);
  return sum < 0;
}

void mirror(FloatImage& image, float factor) {
  for (int y = 0; y < image.height; ++y) {
    float* row = image.row(y);
    std::reverse(row, row + image.width);
    if (factor != 1)
      std::transform(row, row + image.width, row, [&](float v) { return factor * v; });
  }
}

} // namespace

TissueBand classifyTissue(const Frame& frame, const WorkingFrame& working, const TissueLayout& layout,
                          std::optional<View> view) {
  TissueBand band;
  band.stepMm = tissueStepMm;
  band.heightStepMm = tissueHeightMm;
  band.lowestMm = tissueLowestMm;
  band.baseMm = layout.base;
  band.normals = layout.normals;
  std::vector<FloatImage> channels = tissueChannels(frame, working, layout, view);
  const bool turned = fallsToTheLeft(channels[3], layout);
  if (turned)
    for (FloatImage& channel : channels)
      mirror(channel, &channel == &channels[3] ? -1.0F : 1.0F);
  band.probability = TissueNet::builtin().run(channels);
  if (turned)
    for (FloatImage& plane : band.probability)
      mirror(plane, 1.0F);
  return band;
}

std::optional<TissueFootprint> footprintIn(const TissueBand& band, const TissueLayout& layout,
                                           std::optional<View> view) {
  const FloatImage inside = insideOf(band);
  const std::vector<double> odds = smoothed(columnOdds(band, inside), 0.5 / band.stepMm);
  TissueFootprint found;
  double total = 0;
  std::tie(found.first, found.last) = bestStretch(odds, layout.first, layout.last, total);
  if (static_cast<double>(found.last - found.first) * band.stepMm < shortestFootprintMm)
    return std::nullopt;
  found.evidence = total * band.stepMm;
  traceBorder(band, inside, found);
  if (view.value_or(View::longAxis) == View::longAxis) {
    const auto reach = static_cast<std::size_t>(freeReachMm / band.stepMm);
    const double left = freeTendon(band, found.first > reach ? found.first - reach : 0, found.first);
    const double right = freeTendon(band, found.last + 1, std::min(found.last + 1 + reach, band.baseMm.size()));
    // Where neither side shows it: the tendon is thicker where it arrives.
    const std::size_t quarter = found.heightMm.size() / 4 + 1;
    double lean = 0;
    for (std::size_t i = 0; i < quarter; ++i)
      lean += (found.heightMm[i] - found.heightMm[found.heightMm.size() - 1 - i]) / static_cast<double>(quarter);
    found.arrivesFromLeft = left - right + lean >= 0;
  }
  return found;
}

} // namespace hipcuff::segmentation
