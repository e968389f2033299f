#include "tissue_findings.h"

#include "tear_regions.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hipcuff {
namespace {

constexpr double deepMarginMm = 0.3; // the cortex's echo reaches into the tendon
constexpr double superficialMarginMm = 0.2;
constexpr double leastAreaMm2 = 10;
constexpr double shareWindowMm = 1.25; // a gap shorter than that is no tear yet (tear_length_min)

} // namespace

std::optional<double> degeneratedShare(const Tendon& tendon, const std::vector<Discontinuity>& discontinuities,
                                       const Criteria& criteria) {
  if (!tendon.tissue)
    return std::nullopt;
  const TissueBand& band = *tendon.tissue;
  const double angleMax = criteria.value("fibre_angle_max");
  double worn = 0;
  double whole = 0;
  for (const TendonStation& s : tendon.stations) {
    const bool torn = std::any_of(discontinuities.begin(), discontinuities.end(), [&](const Discontinuity& d) {
      return s.positionMm >= d.beginMm && s.positionMm <= d.endMm;
    });
    if (torn || std::abs(s.fibreAngleDeg.value_or(0.0)) > angleMax)
      continue;
    const auto column = static_cast<int>(s.column);
    const auto from = static_cast<int>(std::lround(band.rowAt(distance(s.cortexMm, s.deepMm) + deepMarginMm)));
    const auto to =
        static_cast<int>(std::lround(band.rowAt(distance(s.cortexMm, s.superficialMm) - superficialMarginMm)));
    for (int y = std::max(0, from); y <= std::min(to, band.probability.front().height - 1); ++y) {
      worn += band.of(TissueClass::degenerated).at(column, y);
      whole += band.of(TissueClass::degenerated).at(column, y) + band.of(TissueClass::tendon).at(column, y);
    }
  }
  if (whole * band.stepMm * band.heightStepMm < leastAreaMm2)
    return std::nullopt;
  return worn / whole;
}

std::optional<TornTissue> tornTissue(const Tendon& tendon, const std::vector<Discontinuity>& discontinuities,
                                     const Criteria& criteria) {
  const TearMap map = tearMap(tendon);
  if (map.tear.empty())
    return std::nullopt;
  const double angleMax = criteria.value("fibre_angle_max");
  std::vector<double> shares;
  TornTissue out;
  for (int x = 0; x < map.tear.width; ++x) {
    const auto i = static_cast<std::size_t>(x);
    const TendonStation& s = tendon.stations[i];
    const bool counted = std::any_of(discontinuities.begin(), discontinuities.end(), [&](const Discontinuity& d) {
      return !d.suspectedAnisotropy && s.positionMm >= d.beginMm && s.positionMm <= d.endMm;
    });
    double torn = 0;
    if (counted || std::abs(s.fibreAngleDeg.value_or(0.0)) <= angleMax)
      for (int y = 0; y < map.tear.height; ++y)
        torn += static_cast<double>(map.tear.at(x, y)) * map.heightStepMm;
    out.areaMm2 += torn * map.stepMm;
    shares.push_back(std::min(1.0, torn / std::max(0.5, map.thicknessMm[i] - map.deepMm[i])));
  }
  const auto window = std::min(shares.size(), static_cast<std::size_t>(std::lround(shareWindowMm / map.stepMm)));
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i] - (i >= window ? shares[i - window] : 0.0);
    if (i + 1 >= window)
      out.share = std::max(out.share, sum / static_cast<double>(window));
  }
  return out;
}

Polyline around(Polyline lower, const Polyline& upper) {
  lower.insert(lower.end(), upper.rbegin(), upper.rend());
  return lower.size() < 3 ? Polyline{} : lower;
}

std::optional<FluidLayer> bursalFluid(const Tendon& tendon, const Criteria& criteria) {
  if (!tendon.tissue || tendon.stations.empty())
    return std::nullopt;
  const TissueBand& band = *tendon.tissue;
  const FloatImage& fluid = band.of(TissueClass::fluid);
  std::vector<double> layer;
  std::vector<double> middle; // height of the layer's
  for (const TendonStation& s : tendon.stations) {
    const double border = distance(s.cortexMm, s.superficialMm);
    const auto from = static_cast<int>(std::lround(band.rowAt(border)));
    const auto to = static_cast<int>(std::lround(band.rowAt(border + criteria.value("bursal_fluid_search"))));
    double sum = 0;
    double moment = 0;
    for (int y = std::max(0, from); y <= std::min(to, fluid.height - 1); ++y) {
      const double here = fluid.at(static_cast<int>(s.column), y);
      sum += here;
      moment += here * band.heightMm(y);
    }
    layer.push_back(sum * band.heightStepMm);
    middle.push_back(sum > 0 ? moment / sum : border);
  }
  // The thickest that is kept up: the largest of the running minima.
  const auto window = std::min(
      layer.size(), static_cast<std::size_t>(std::lround(criteria.value("bursal_fluid_min_length") / band.stepMm)));
  double kept = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i + window <= layer.size(); ++i) {
    const auto begin = layer.begin() + static_cast<std::ptrdiff_t>(i);
    const double least = *std::min_element(begin, begin + static_cast<std::ptrdiff_t>(window));
    if (least > kept) {
      kept = least;
      first = i;
    }
  }
  const double least = criteria.value("bursal_fluid_min");
  if (kept < least)
    return FluidLayer{};
  // The largest thickness of that layer, as far as it reaches; what lies apart from it is another one.
  std::size_t begin = first;
  while (begin > 0 && layer[begin - 1] >= least)
    --begin;
  std::size_t end = first;
  while (end < layer.size() && layer[end] >= least)
    ++end;
  FluidLayer out{kept, {}};
  Polyline lower;
  Polyline upper;
  for (std::size_t i = begin; i < end; ++i) {
    out.mm = std::max(out.mm, layer[i]);
    const TendonStation& s = tendon.stations[i];
    lower.push_back(s.cortexMm + s.normal * (middle[i] - layer[i] / 2));
    upper.push_back(s.cortexMm + s.normal * (middle[i] + layer[i] / 2));
  }
  out.outlineMm = around(std::move(lower), upper);
  return out;
}

} // namespace hipcuff
