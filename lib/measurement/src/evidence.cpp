#include "evidence.h"

#include "levels.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff {

namespace {

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Running median over 2 * half + 1 columns.
std::vector<double> steady(const std::vector<double>& values, int half) {
  std::vector<double> out(values.size());
  const int n = static_cast<int>(values.size());
  for (int i = 0; i < n; ++i) {
    const auto begin = values.begin() + std::max(0, i - half);
    const auto end = values.begin() + std::min(n, i + half + 1);
    out[static_cast<std::size_t>(i)] = median({begin, end});
  }
  return out;
}

struct Outline {
  std::vector<double> low;
  std::vector<double> high;
  bool touchesDeep = false;
  bool touchesSuperficial = false;
};

/// Bridges columns without pixels and snaps to the borders that the region touches.
Outline outlineOf(const Band& band, const Region& region, const Criteria& criteria) {
  Outline o{region.lowMm, region.highMm};
  for (std::size_t i = 1; i < o.low.size(); ++i)
    if (o.low[i] > o.high[i]) {
      o.low[i] = o.low[i - 1];
      o.high[i] = o.high[i - 1];
    }
  o.low = steady(o.low, 3);
  o.high = steady(o.high, 3);
  const double deep = criteria.value("margin_deep") + criteria.value("touch_tolerance");
  const double superficial = criteria.value("margin_superficial") + criteria.value("touch_tolerance");
  const double least = criteria.value("touch_length_min");
  double deepLength = 0;
  double superficialLength = 0;
  for (std::size_t i = 0; i < o.low.size(); ++i) {
    const BandColumn& column = band[region.x0 + static_cast<int>(i)];
    if (o.low[i] <= deep) {
      deepLength += band.stepMm;
      o.low[i] = 0;
    }
    if (o.high[i] >= column.thicknessMm - superficial) {
      superficialLength += band.stepMm;
      o.high[i] = column.thicknessMm;
    }
  }
  o.touchesDeep = deepLength >= least;
  o.touchesSuperficial = superficialLength >= least;
  return o;
}

/// Darkness above the region along the beam, against the same above its neighbours: a shadow goes through all layers.
double shadowAbove(const Frame& frame, const WorkingFrame& working, const Band& band, const ContrastMap& map,
                   const Region& region) {
  const auto above = [&](int x) -> std::optional<double> {
    if (x < 0 || x >= band.width())
      return std::nullopt;
    const BandColumn& column = band[x];
    const Point p = band.toMm(x, column.thicknessMm);
    return meanAlongBeam(frame, working, p, 0.8, 4.0);
  };
  std::vector<double> here;
  for (int x = region.x0; x <= region.x1; x += 3)
    if (const auto grey = above(x))
      here.push_back(*grey);
  std::vector<double> beside;
  for (int off = 8; off <= 30; off += 4)
    for (const int x : {region.x0 - off, region.x1 + off})
      if (const auto grey = above(x))
        beside.push_back(*grey);
  if (here.size() < 2 || beside.size() < 3)
    return 0;
  const double reference = median(beside);
  if (reference - map.floor < 10)
    return 0;
  return std::clamp((reference - median(here)) / (reference - map.floor), -1.0, 1.2);
}

/// How fast darkness ends along the cortex: the steeper of both ends, contrast per mm, over the region's rows.
double edgeSteepness(const Band& band, const ContrastMap& map, const Region& region) {
  const auto meanAt = [&](int x, int row0, int row1) -> std::optional<double> {
    if (x < 0 || x >= band.width())
      return std::nullopt;
    double sum = 0;
    int n = 0;
    for (int y = row0; y <= row1; ++y)
      if (map.tendon.at(x, y)) {
        sum += map.whole.at(x, y);
        ++n;
      }
    return n > 0 ? std::optional<double>(sum / n) : std::nullopt;
  };
  double best = 0;
  const int reach = static_cast<int>(std::lround(1.0 / band.stepMm));
  for (const int side : {-1, 1}) {
    const int x = side < 0 ? region.x0 : region.x1;
    int row0 = band.height();
    int row1 = -1;
    for (int y = 0; y < band.height(); ++y)
      for (int k = 0; k < reach; ++k) {
        const int inside = x - side * k;
        if (inside >= region.x0 && inside <= region.x1 && region.pixels.at(inside, y)) {
          row0 = std::min(row0, y);
          row1 = std::max(row1, y);
        }
      }
    const auto in = meanAt(x - side * reach, row0, row1);
    const auto out = meanAt(x + side * reach, row0, row1);
    if (in && out)
      best = std::max(best, (*in - *out) / (2 * reach * band.stepMm));
  }
  return best;
}

/// How far the superficial border sinks over the region, as part of the thickness expected from either side.
double borderStep(const Band& band, const Region& region) {
  const auto thicknessFrom = [&](int first, int last) -> std::optional<double> {
    first = std::max(0, first);
    last = std::min(band.width() - 1, last);
    if (last - first < 4)
      return std::nullopt;
    std::vector<double> values;
    for (int x = first; x <= last; ++x)
      values.push_back(band[x].thicknessMm);
    return median(values);
  };
  const int near = static_cast<int>(std::lround(0.5 / band.stepMm));
  const int far = static_cast<int>(std::lround(2.0 / band.stepMm));
  const auto before = thicknessFrom(region.x0 - far, region.x0 - near);
  const auto after = thicknessFrom(region.x1 + near, region.x1 + far);
  const auto here = thicknessFrom(region.x0, region.x1);
  if (!before || !after || !here)
    return 0;
  const double expected = (*before + *after) / 2;
  return std::clamp(1 - *here / std::max(0.5, expected), 0.0, 1.0);
}

} // namespace

Evidence weigh(const Frame& frame, const WorkingFrame& working, const Band& band, const ContrastMap& map,
               const Texture& pattern, const Region& region, const Criteria& criteria) {
  Evidence e;
  const Outline outline = outlineOf(band, region, criteria);
  e.lowMm = outline.low;
  e.highMm = outline.high;
  e.lengthMm = (region.x1 - region.x0 + 1) * band.stepMm;
  e.contrast = region.contrast;
  e.core = region.core;

  std::vector<double> depth;
  std::vector<double> fraction;
  for (std::size_t i = 0; i < e.lowMm.size(); ++i) {
    const double thickness = std::max(0.1, band[region.x0 + static_cast<int>(i)].thicknessMm);
    depth.push_back(std::clamp(e.highMm[i] - e.lowMm[i], 0.0, thickness));
    fraction.push_back(depth.back() / thickness);
  }
  depth = steady(depth, 2);
  fraction = steady(fraction, 2);
  e.depthMm = *std::max_element(depth.begin(), depth.end());
  e.depthFraction = *std::max_element(fraction.begin(), fraction.end());
  const double full = criteria.value("full_depth_fraction");
  for (const double f : fraction)
    e.fullLengthMm += f >= full ? band.stepMm : 0.0;

  // Speckle averages out over cells: what is left by chance over this area.
  const double cell = criteria.value("speckle_cell_area");
  const double smoothedArea = criteria.value("smoothing_along") * criteria.value("smoothing_across");
  const double cells = std::max(1.0, region.areaMm2 / std::max(cell, smoothedArea));
  e.chance = e.contrast / (map.speckleSd / std::sqrt(cells));

  std::vector<float> raw;
  for (int y = 0; y < band.height(); ++y)
    for (int x = region.x0; x <= region.x1; ++x)
      if (region.pixels.at(x, y))
        raw.push_back(band.grey.at(x, y));
  e.bright = (map.wholeReference - quantile(raw, 0.9)) / (map.wholeReference - map.floor);
  e.shadow = shadowAbove(frame, working, band, map, region);
  e.edge = edgeSteepness(band, map, region);
  e.step = borderStep(band, region);
  double inside = 0;
  double outside = 0;
  int nInside = 0;
  int nOutside = 0;
  for (int y = 0; y < band.height(); ++y)
    for (int x = 0; x < band.width(); ++x)
      if (map.tendon.at(x, y)) {
        (region.pixels.at(x, y) ? inside : outside) += pattern.alongX.at(x, y);
        ++(region.pixels.at(x, y) ? nInside : nOutside);
      }
  e.coherence = nInside > 0 ? inside / nInside : 0;
  e.outsideCoherence = nOutside > 0 ? outside / nOutside : 0;

  std::vector<double> angles;
  int oblique = 0;
  int pixels = 0;
  for (int x = region.x0; x <= region.x1; ++x)
    for (int y = 0; y < band.height(); ++y)
      if (band[x].angleKnown && region.pixels.at(x, y)) {
        angles.push_back(band.angleAt(x, band.heightMm(y)));
        oblique += map.assessable.at(x, y) ? 0 : 1;
        ++pixels;
      }
  if (!angles.empty()) {
    e.angleDeg = median(angles);
    e.oblique = 2 * oblique > pixels;
  }

  if (e.fullLengthMm >= criteria.value("full_length_min"))
    e.kind = DiscontinuityKind::fullThickness;
  else if (outline.touchesDeep)
    e.kind = DiscontinuityKind::undersurface;
  else if (outline.touchesSuperficial)
    e.kind = DiscontinuityKind::bursal;
  else
    e.kind = DiscontinuityKind::intrasubstance;

  // Angle darkens slowly along the tendon and not down to fluid: what is oblique and lacks either sign may be angle.
  const double edgeLeast = criteria.value("edge_min");
  const bool noEnds = region.x0 == 0 && region.x1 == band.width() - 1; // the whole footprint: no edge to see
  const double drop = e.contrast * (map.wholeReference - map.floor);
  const bool fluid = drop >= criteria.value("fluid_drop_min") || e.bright >= criteria.value("anechoic_contrast");
  const bool step = e.edge >= criteria.value("edge_step_min") || e.step >= criteria.value("border_step_min");
  e.anisotropy = e.oblique && (e.contrast < criteria.value("fluid_contrast") || (!fluid && !step) ||
                               (e.edge < edgeLeast && !noEnds));
  double score = criteria.value("score_offset") +
                 criteria.value("score_contrast") * (e.contrast - criteria.value("region_contrast")) +
                 criteria.value("score_area") * std::log(std::max(0.1, region.areaMm2) / 2.0);
  if (!noEnds)
    score += criteria.value("score_edge") * (std::min(e.edge, 2 * edgeLeast) - edgeLeast);
  score += criteria.value("score_step") * std::min(e.step, 0.5);
  const double against = e.contrast * (map.reference - map.floor); // in grey levels, whatever the picture's range
  score += std::clamp(criteria.value("score_drop") * (against - criteria.value("drop_reference")), -1.5, 1.5);
  score += criteria.value("score_speckle") * (e.bright - 0.5);
  if (e.angleDeg) {
    const double from = criteria.value("fibre_angle_doubt");
    const double to = criteria.value("fibre_angle_max");
    score += criteria.value("score_angle") * std::clamp((*e.angleDeg - from) / (to - from), 0.0, 1.0);
  }
  if (e.oblique)
    score += criteria.value("score_oblique");
  e.confidence = logistic(score);
  // Where the tendon arrives, darker muscle gives way to it: a short dark end there must be fluid.
  const bool atArrival = region.x0 * band.stepMm < 0.5 && e.lengthMm < criteria.value("arrival_length_max");
  const bool muscle = atArrival && !(fluid && e.contrast >= criteria.value("fluid_contrast"));
  e.accepted = e.chance >= criteria.value("chance_min") && e.shadow < criteria.value("shadow_contrast") && !muscle &&
               e.lengthMm >= criteria.value("tear_length_min") && e.depthMm >= criteria.value("tear_depth_min");
  return e;
}

Discontinuity toDiscontinuity(const Band& band, const Region& region, const Evidence& e, const Criteria& criteria) {
  Discontinuity d;
  d.kind = e.kind;
  d.depthMm = e.depthMm;
  d.depthFraction = std::clamp(e.depthFraction, 0.0, 1.0);
  d.lengthMm = e.lengthMm;
  d.beginMm = band[region.x0].positionMm;
  d.endMm = band[region.x1].positionMm;
  const double tendonLength = band.columns.back().positionMm - band.columns.front().positionMm;
  d.complete = d.lengthMm >= criteria.value("complete_extent_fraction") * tendonLength;
  if (d.kind == DiscontinuityKind::fullThickness) {
    d.depthFraction = 1;
    d.gapMm = d.lengthMm;
    d.bareFacet = true;
    const double stump = criteria.value("stump_length_min");
    if (d.beginMm - band.columns.front().positionMm >= stump && band.columns.back().positionMm - d.endMm >= stump)
      d.retractionMm = d.gapMm;
  }
  const int every = 3;
  const int n = static_cast<int>(e.lowMm.size());
  for (int i = 0; i < n; i = (i + every < n || i == n - 1) ? i + every : n - 1)
    d.polygonMm.push_back(band.toMm(region.x0 + i, e.lowMm[static_cast<std::size_t>(i)]));
  const std::size_t lower = d.polygonMm.size();
  for (std::size_t k = 0; k < lower; ++k) {
    const std::size_t back = lower - 1 - k;
    const int i = back + 1 == lower ? n - 1 : static_cast<int>(back) * every;
    d.polygonMm.push_back(band.toMm(region.x0 + i, e.highMm[static_cast<std::size_t>(i)]));
  }
  d.fibreAngleDeg = e.angleDeg;
  d.suspectedAnisotropy = e.anisotropy;
  d.confidence = e.confidence;
  return d;
}

} // namespace hipcuff
