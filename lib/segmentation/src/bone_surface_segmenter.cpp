#include "hipcuff/segmentation/bone_surface_segmenter.h"

#include "beam_grid.h"
#include "bone_evidence.h"
#include "hipcuff/segmentation/facets.h"
#include "hipcuff/segmentation/optimal_path.h"
#include "smoothing.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace hipcuff {
namespace {

using segmentation::BeamGrid;

constexpr double shortestSegmentMm = 3.0;
constexpr double steepest = 2.75;     // rows per column in mm/mm: 70 degrees against the beam's perpendicular
constexpr double switchPrice = 4.0;   // a line must earn twice this: e.g. 3 mm at log-odds 2
constexpr double pricePerMm = 0.6;    // per mm of travel along the beam
constexpr double crestReachMm = 0.25; // the crest lies this near the path
constexpr double riseReachMm = 1.0;   // the leading edge lies this near the crest
constexpr double alongSigmaMm = 0.4;  // smoothing of the line along itself
constexpr double shadowFromMm = 1.5;
constexpr double shadowToMm = 7.0;
constexpr double shadowShare = 0.45; // of the way from the segment's own shadow to the tissue above it
constexpr double lengthForTrustMm = 3.0;

/// Row of the extremum of a parabola through three neighbours, within +-0.5.
double peakOffset(double before, double here, double after) {
  const double bend = before - 2 * here + after;
  return std::abs(bend) < 1e-9 ? 0.0 : std::clamp(0.5 * (before - after) / bend, -0.5, 0.5);
}

/// The crest nearest to the path: highest point within reach, to a fraction of a row.
double crestRow(const FloatImage& smooth, int column, int row, int reach) {
  int best = row;
  for (int y = std::max(1, row - reach); y <= std::min(smooth.height - 2, row + reach); ++y)
    if (smooth.at(column, y) > smooth.at(column, best))
      best = y;
  if (best < 1 || best + 1 >= smooth.height)
    return best;
  return best + peakOffset(smooth.at(column, best - 1), smooth.at(column, best), smooth.at(column, best + 1));
}

/// The steepest rise on the crest's superficial side.
double riseRow(const FloatImage& smooth, int column, double crest, int reach) {
  const auto rise = [&](int y) { return double(smooth.at(column, y + 1)) - double(smooth.at(column, y - 1)); };
  const int top = static_cast<int>(std::floor(crest));
  int best = std::max(1, top);
  double most = -1;
  for (int y = top; y >= std::max(2, top - reach) && y + 1 < smooth.height; --y) {
    if (rise(y) <= 0 && most > 0)
      break; // over the valley: what is above belongs to another echo
    if (rise(y) > most) {
      most = rise(y);
      best = y;
    }
  }
  if (most <= 0 || best < 2 || best + 2 >= smooth.height)
    return crest;
  return std::min(crest, best + peakOffset(rise(best - 1), rise(best), rise(best + 1)));
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// A fascia that leaves the bone's edge carries its line on over tissue: a segment ends where its own shadow does.
/// Returns the first and last column that stay.
std::pair<int, int> withinShadow(const FloatImage& smooth, const std::vector<int>& path, int first, int last,
                                 const BeamGrid& beams) {
  const auto rows = [&](double mm) { return static_cast<int>(std::lround(mm / beams.axialMm)); };
  const auto mean = [&](int x, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int y = std::max(0, from); y <= std::min(smooth.height - 1, to); ++y) {
      sum += smooth.at(x, y);
      ++count;
    }
    return count > 0 ? sum / count : 0.0;
  };
  std::vector<double> below;
  std::vector<double> above;
  for (int x = first; x <= last; ++x) {
    const int y = path[static_cast<std::size_t>(x)];
    below.push_back(mean(x, y + rows(shadowFromMm), y + rows(shadowToMm)));
    above.push_back(mean(x, y - rows(shadowToMm), y - rows(shadowFromMm)));
  }
  const double shadow = median(below);
  const double tissue = median(above);
  if (tissue <= shadow)
    return {first, last};
  const double limit = shadow + shadowShare * (tissue - shadow);
  below = segmentation::smoothed(below, 0.5 / beams.lateralMm);
  while (first < last && below.front() > limit) {
    below.erase(below.begin());
    ++first;
  }
  while (last > first && below.back() > limit) {
    below.pop_back();
    --last;
  }
  return {first, last};
}

CortexSegment traced(const BeamGrid& beams, const FloatImage& smooth, const FloatImage& odds,
                     const std::vector<int>& path, int first, int last) {
  const int reach = std::max(1, static_cast<int>(std::lround(crestReachMm / beams.axialMm)));
  const int rise = std::max(2, static_cast<int>(std::lround(riseReachMm / beams.axialMm)));
  std::vector<double> crests;
  std::vector<double> lead; // crest - rise, smoothed apart: it varies little along a bone
  double trust = 0;
  for (int x = first; x <= last; ++x) {
    const int row = path[static_cast<std::size_t>(x)];
    const double crest = crestRow(smooth, x, row, reach);
    crests.push_back(crest);
    lead.push_back(crest - riseRow(smooth, x, crest, rise));
    trust += 1.0 / (1.0 + std::exp(-double(odds.at(x, row))));
  }
  const double sigma = alongSigmaMm / beams.lateralMm;
  crests = segmentation::smoothed(crests, sigma);
  lead = segmentation::smoothed(lead, 2 * sigma);
  CortexSegment segment;
  for (std::size_t i = 0; i < crests.size(); ++i) {
    const double column = first + static_cast<double>(i);
    segment.ridgeMm.push_back(beams.toMm(column, crests[i]));
    segment.interfaceMm.push_back(beams.toMm(column, crests[i] - lead[i]));
  }
  const double lengthMm = length(segment.ridgeMm);
  segment.confidence = trust / (last - first + 1) * (1 - std::exp(-lengthMm / lengthForTrustMm));
  return segment;
}

} // namespace

Cortex BoneSurfaceSegmenter::segment(const Frame& frame, const WorkingFrame& working) const {
  Cortex cortex;
  if (working.grey.width < 8 || working.grey.height < 8)
    return cortex;
  const BeamGrid beams = segmentation::makeBeamGrid(frame, working);
  const FloatImage odds =
      segmentation::boneLogOddsMap({beams.grey, beams.usable, beams.lateralMm, beams.axialMm});
  // Neighbouring beams see the same echo: evidence counts per mm of surface, not per beam.
  FloatImage reward = odds;
  for (float& v : reward.data)
    v *= static_cast<float>(beams.lateralMm);
  PathCosts costs;
  costs.maxStep = std::clamp(static_cast<int>(std::ceil(steepest * beams.lateralMm / beams.axialMm)), 1, 8);
  costs.perRow = static_cast<float>(pricePerMm * beams.axialMm);
  costs.perSwitch = static_cast<float>(switchPrice);
  const std::vector<int> path = optimalPath(reward, costs);
  const FloatImage smooth = segmentation::smoothed(beams.grey, 0.2 / beams.lateralMm, 0.1 / beams.axialMm);
  for (int x = 0; x < static_cast<int>(path.size());) {
    if (path[static_cast<std::size_t>(x)] < 0) {
      ++x;
      continue;
    }
    int last = x;
    const auto continues = [&](int next) {
      if (next >= static_cast<int>(path.size()) || path[static_cast<std::size_t>(next)] < 0)
        return false;
      const int jump = path[static_cast<std::size_t>(next)] - path[static_cast<std::size_t>(next - 1)];
      return std::abs(jump) <= costs.maxStep;
    };
    while (continues(last + 1))
      ++last;
    const auto [from, to] = withinShadow(smooth, path, x, last, beams);
    if (to > from) {
      CortexSegment found = traced(beams, smooth, odds, path, from, to);
      if (length(found.ridgeMm) >= shortestSegmentMm)
        cortex.segments.push_back(std::move(found));
    }
    x = last + 1;
  }
  for (std::size_t i = 0; i < cortex.segments.size(); ++i) {
    const std::vector<Facet> facets = splitFacets(cortex.segments[i].interfaceMm, i);
    cortex.facets.insert(cortex.facets.end(), facets.begin(), facets.end());
    cortex.confidence = std::max(cortex.confidence, cortex.segments[i].confidence);
  }
  return cortex;
}

} // namespace hipcuff
