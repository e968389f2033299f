#include "hipcuff/segmentation/layer_tendon_segmenter.h"

#include "beam_grid.h"
#include "border_evidence.h"
#include "footprint.h"
#include "hipcuff/segmentation/optimal_path.h"
#include "smoothing.h"
#include "tendon_band.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff {
namespace {

using segmentation::Band;
using segmentation::BorderEvidence;
using segmentation::Footprint;

constexpr double stationStepMm = 0.25;
constexpr double pricePerMm = 2.5;       // of travel against the cortex: borders run nearly parallel to it
constexpr double independentMm = 1.0;    // evidence this far apart along the cortex counts as separate
constexpr double inferredLogOdds = -0.5; // less support than this over 1.5 mm: the border was bridged there
constexpr double supportSigmaMm = 0.7;
constexpr double borderSigmaMm = 0.5;
constexpr double leastSdMm = 0.1;  // the cortex's own place is no better known (see bone_accuracy_test)
constexpr double fluidGrey = 0.06; // of the picture's range: echo-free
constexpr double leastFluidMm = 0.6;
constexpr double leastFluidLengthMm = 3.0;
constexpr double bursaGrey = 0.08; // fluid above the tendon is a little filled by the bright bands around it
constexpr double leastBursaMm = 0.5;
constexpr double leastTissueMm = 1.2;  // between a bursa and the bone there is a tendon
constexpr double longestTearMm = 13.0; // of a defect that leaves the rest of the tendon standing
constexpr double leastKeptMm = 14.0;   // of a footprint whose far end has no border
constexpr double keptSupport = -0.3;
constexpr double coherentStreaks = 0.6;
constexpr double mostTrust = 0.4;

struct Border {
  std::vector<double> heightMm; ///< of each band column
  std::vector<double> sdMm;
  std::vector<double> support; ///< log-odds at the border, smoothed along it
};

Border findBorder(const Band& band) {
  const BorderEvidence evidence(band);
  const FloatImage odds = evidence.logOdds();
  const int lowest = std::max(0, evidence.rowOf(segmentation::lowestBorderMm));
  const int highest = std::min(odds.height - 1, evidence.rowOf(segmentation::highestBorderMm));
  FloatImage reward(odds.width, highest - lowest + 1);
  for (int y = 0; y < reward.height; ++y)
    for (int x = 0; x < reward.width; ++x)
      reward.at(x, y) = odds.at(x, y + lowest) * static_cast<float>(band.stepMm / independentMm);
  PathCosts costs;
  costs.mayBeAbsent = false;
  costs.maxStep = 2; // 45 degrees against the cortex
  costs.perRow = static_cast<float>(pricePerMm * band.heightMm);
  const FloatImage totals = pathTotals(reward, costs);
  const std::vector<int> path = optimalPath(reward, costs);
  Border border;
  for (int x = 0; x < reward.width; ++x) {
    const int best = path[static_cast<std::size_t>(x)];
    double weights = 0;
    double first = 0;
    double second = 0;
    for (int y = 0; y < reward.height; ++y) {
      const double w = std::exp(double(totals.at(x, y)) - totals.at(x, best));
      const double d = (y - best) * band.heightMm;
      weights += w;
      first += w * d;
      second += w * d * d;
    }
    border.heightMm.push_back(band.firstMm + (best + lowest) * band.heightMm);
    border.sdMm.push_back(std::hypot(std::sqrt(second / weights), leastSdMm));
    border.support.push_back(odds.at(x, best + lowest));
  }
  border.heightMm = segmentation::smoothed(border.heightMm, borderSigmaMm / band.stepMm);
  border.support = segmentation::smoothed(border.support, supportSigmaMm / band.stepMm);
  return border;
}

/// A path on the roof of a fluid layer is put on its floor where the layer is a bursa and not a defect in the tendon:
/// it is longer than tears are, or its floor carries on the border's course to both sides better than its roof does.
void leaveBursa(const Band& band, Border& border) {
  const FloatImage smooth = segmentation::smoothed(band.grey, 0.4 / band.stepMm, 0.1 / band.heightMm);
  const auto row = [&](double mm) { return static_cast<int>(std::lround((mm - band.firstMm) / band.heightMm)); };
  const auto columns = border.heightMm.size();
  std::vector<double> floors(columns, 0.0);
  for (std::size_t x = 0; x < columns; ++x) {
    const int column = static_cast<int>(x);
    const int lowest = row(leastTissueMm);
    int y = std::min(row(border.heightMm[x]), smooth.height - 1);
    const int begin = y;
    while (y > lowest && begin - y < row(0.7) && smooth.at(column, y) > bursaGrey)
      --y;
    const int top = y;
    while (y > lowest && smooth.at(column, y) <= bursaGrey)
      --y;
    if (y > lowest && (top - y) * band.heightMm >= leastBursaMm)
      floors[x] = band.firstMm + y * band.heightMm;
  }
  const auto mm = [&](std::size_t from, std::size_t to) { return static_cast<double>(to - from) * band.stepMm; };
  for (std::size_t a = 0; a < columns;) {
    if (floors[a] <= 0) {
      ++a;
      continue;
    }
    std::size_t b = a;
    while (b + 1 < columns && floors[b + 1] > 0)
      ++b;
    const auto beside = static_cast<std::size_t>(0.8 / band.stepMm);
    bool bursa = mm(a, b) > longestTearMm;
    if (!bursa && mm(a, b) >= leastFluidLengthMm && a >= beside && b + beside < columns) {
      const double from = border.heightMm[a - beside];
      const double to = border.heightMm[b + beside];
      double roofOff = 0;
      double floorOff = 0;
      for (std::size_t x = a; x <= b; ++x) {
        const double chord =
            from + (to - from) * static_cast<double>(x - a + beside) / static_cast<double>(b - a + 2 * beside);
        roofOff += std::abs(border.heightMm[x] - chord);
        floorOff += std::abs(floors[x] - chord);
      }
      bursa = floorOff < roofOff;
    }
    if (bursa)
      std::copy(floors.begin() + static_cast<std::ptrdiff_t>(a), floors.begin() + static_cast<std::ptrdiff_t>(b) + 1,
                border.heightMm.begin() + static_cast<std::ptrdiff_t>(a));
    a = b + 1;
  }
  border.heightMm = segmentation::smoothed(border.heightMm, borderSigmaMm / band.stepMm);
}

/// Height of an echo-free layer on the cortex at each column, 0 where there is none.
std::vector<double> fluidLayer(const Band& band, const Border& border, std::size_t first, std::size_t last) {
  std::vector<double> heights(border.heightMm.size(), 0.0);
  const FloatImage smooth = segmentation::smoothed(band.grey, 0.4 / band.stepMm, 0.1 / band.heightMm);
  const auto row = [&](double mm) { return static_cast<int>(std::lround((mm - band.firstMm) / band.heightMm)); };
  std::size_t end = first;
  for (std::size_t x = first; x <= last && x < heights.size(); ++x) {
    const int column = static_cast<int>(x);
    int y = row(0.5); // past the cortex's own echo
    const int top = row(border.heightMm[x]);
    while (y < top && smooth.at(column, y) > fluidGrey && y < row(1.0))
      ++y;
    const int from = y;
    while (y < top && smooth.at(column, y) <= fluidGrey)
      ++y;
    if ((y - from) * band.heightMm < leastFluidMm || y >= top)
      break; // only a layer that reaches the proximal edge without a break
    heights[x] = band.firstMm + y * band.heightMm;
    end = x + 1;
  }
  if (static_cast<double>(end - first) * band.stepMm < leastFluidLengthMm)
    std::fill(heights.begin(), heights.end(), 0.0);
  return heights;
}

double interpolated(const std::vector<double>& values, double at) {
  const double c = std::clamp(at, 0.0, static_cast<double>(values.size() - 1));
  const auto i = static_cast<std::size_t>(c);
  const std::size_t j = std::min(i + 1, values.size() - 1);
  const double t = c - static_cast<double>(i);
  return values[i] * (1 - t) + values[j] * t;
}

/// That the border is where the path runs. The weights were fitted with 1 in 5 heights true; the best path's heights
/// are right more often than that, by about this many log-odds (see hip_accuracy_test).
double probability(double logOdds) {
  constexpr double pathGain = 1.0;
  return 1.0 / (1.0 + std::exp(-(logOdds + pathGain)));
}

/// Angle of the fibres against the perpendicular to the beam, per band column, degrees.
std::vector<double> fibreAngles(const Frame& frame, const Footprint& footprint, const Band& band,
                                const Border& border) {
  std::vector<double> from(border.heightMm.size(), 0.6);
  std::vector<double> to;
  for (const double h : border.heightMm)
    to.push_back(std::max(0.7, h - 0.3));
  const auto streaks = segmentation::streaksBetween(band, from, to);
  std::vector<double> angles;
  const auto every = static_cast<std::size_t>(std::lround(band.stepMm / segmentation::footprintStepMm));
  for (std::size_t x = 0; x < streaks.size(); ++x) {
    const std::size_t i = std::min(x * every, footprint.base.size() - 1);
    const std::size_t a = x > 2 ? x - 3 : 0;
    const std::size_t b = std::min(x + 3, streaks.size() - 1);
    const double rise =
        b > a ? (border.heightMm[b] - border.heightMm[a]) / (static_cast<double>(b - a) * band.stepMm) : 0.0;
    const double layers = 0.5 * std::atan(rise); // half way up, fibres lie between the bone's and the border's course
    // Speckle itself is streaky across the beam, so streaks lean towards 0 degrees: they never get all the say.
    const double trust = mostTrust * std::clamp((streaks[x].coherence - coherentStreaks) / 0.3, 0.0, 1.0);
    const double angle = trust * streaks[x].angle + (1 - trust) * layers;
    const Point n = footprint.normals[i];
    const Point along = footprint.arrivesFromLeft ? Point{-n.y, n.x} : Point{n.y, -n.x};
    const Point fibre = along * std::cos(angle) + n * std::sin(angle);
    const Point beam = frame.beamAt(footprint.base[i] + n * (0.5 * border.heightMm[x]));
    angles.push_back(std::asin(std::clamp(std::abs(dot(fibre, beam)), 0.0, 1.0)) * 180.0 / std::numbers::pi);
  }
  return segmentation::smoothed(angles, 0.6 / band.stepMm);
}

} // namespace

Tendon LayerTendonSegmenter::segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                                     std::optional<View> view) const {
  Tendon tendon;
  const View seen = view.value_or(View::longAxis);
  const auto footprint = segmentation::findFootprint(frame, working, cortex, seen);
  if (!footprint)
    return tendon;
  const Band band = segmentation::tendonBand(working, *footprint);
  Border border = findBorder(band);
  leaveBursa(band, border);
  const double perColumn = band.stepMm / segmentation::footprintStepMm;
  const auto firstColumn = static_cast<std::size_t>(static_cast<double>(footprint->first) / perColumn);
  const auto lastColumn =
      std::min(static_cast<std::size_t>(static_cast<double>(footprint->last) / perColumn), border.heightMm.size() - 1);
  const std::vector<double> fluid = fluidLayer(band, border, firstColumn, lastColumn);
  std::size_t lastPoint = footprint->last;
  if (seen == View::longAxis) // beyond the insertion there is no border any more
    while (static_cast<double>(lastPoint - footprint->first) * segmentation::footprintStepMm > leastKeptMm &&
           interpolated(border.support, static_cast<double>(lastPoint) / perColumn) < keptSupport)
      --lastPoint;
  std::vector<double> angles;
  if (seen == View::longAxis)
    angles = fibreAngles(frame, *footprint, band, border);
  double support = 0;
  const auto perStation = static_cast<std::size_t>(std::lround(stationStepMm / 0.05)); // in half base steps
  for (std::size_t k = 0;; ++k) {
    const double at = static_cast<double>(footprint->first) +
                      static_cast<double>(k * perStation) * 0.05 / segmentation::footprintStepMm;
    if (at > static_cast<double>(lastPoint))
      break;
    const auto i = static_cast<std::size_t>(at);
    const std::size_t j = std::min(i + 1, footprint->base.size() - 1);
    const double t = at - static_cast<double>(i);
    const double column = at / perColumn;
    TendonStation station;
    station.positionMm = static_cast<double>(k) * stationStepMm;
    station.cortexMm = footprint->base[i] * (1 - t) + footprint->base[j] * t;
    station.normal = normalized(footprint->normals[i] * (1 - t) + footprint->normals[j] * t);
    station.superficialMm = station.cortexMm + station.normal * interpolated(border.heightMm, column);
    const double under = fluid[std::min(static_cast<std::size_t>(std::lround(column)), fluid.size() - 1)];
    station.deepMm = station.cortexMm + station.normal * under;
    const double local = interpolated(border.support, column);
    station.superficialInferred = local < inferredLogOdds;
    station.sdMm = interpolated(border.sdMm, column);
    station.confidence = probability(local) * footprint->confidence;
    if (!angles.empty())
      station.fibreAngleDeg = interpolated(angles, column);
    support += probability(local);
    tendon.stations.push_back(station);
  }
  tendon.arrivesFromLeft = footprint->arrivesFromLeft;
  tendon.confidence =
      tendon.stations.empty() ? 0.0 : footprint->confidence * support / static_cast<double>(tendon.stations.size());
  if (tendon.confidence < leastTendonConfidence)
    return {};
  return tendon;
}

} // namespace hipcuff
