#include "findings.h"

#include "band.h"
#include "band_filters.h"
#include "grey_pattern.h"
#include "levels.h"
#include "tissue_findings.h"
#include "torn_spans.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

namespace hipcuff {

namespace {

using Values = std::vector<float>;

constexpr double coOccurrenceDistanceMm = 0.3;

struct Surroundings {
  const Band& band;
  const Criteria& criteria;
  double floor = 0;
  double tendon = 0; ///< mean grey of intact tendon
};

/// Tendon outside of discontinuities.
struct Intact {
  double sum = 0; ///< of raw grey
  int pixels = 0;
  double calmSum = 0; ///< the same of the calm part alone: angle within the limit, or unknown
  int calmPixels = 0;
  Mask calm; ///< the calm part in columns that no discontinuity touches
};

bool isTorn(const BandColumn& column, const std::vector<Discontinuity>& discontinuities) {
  return std::any_of(discontinuities.begin(), discontinuities.end(), [&](const Discontinuity& d) {
    return column.positionMm >= d.beginMm && column.positionMm <= d.endMm;
  });
}

Intact intactTendon(const Band& band, const Mask& mask, const std::vector<Discontinuity>& discontinuities,
                    double maxAngle) {
  Intact out;
  out.calm = Mask(mask.width, mask.height);
  Spans spans;
  for (int x = 0; x < band.width(); ++x) {
    const BandColumn& column = band[x];
    const bool torn = isTorn(column, discontinuities);
    spans.clear();
    if (torn)
      for (const Discontinuity& d : discontinuities)
        addSpans(spans, d.polygonMm, column.cortexMm, column.normal);
    const int last = band.rowAt(column.thicknessMm);
    for (int y = band.rowAt(0); y <= last; ++y) {
      if (!mask.at(x, y))
        continue;
      const double height = band.heightMm(y);
      const bool calm = !column.angleKnown || band.angleAt(x, height) <= maxAngle;
      if (!torn && calm)
        out.calm.at(x, y) = 255;
      if (torn && covers(spans, height))
        continue;
      const double grey = band.grey.at(x, y);
      out.sum += grey;
      ++out.pixels;
      out.calmSum += calm ? grey : 0;
      out.calmPixels += calm ? 1 : 0;
    }
  }
  return out;
}

/// Layer of fluid in one column.
struct DarkSpan {
  double mm = -1; ///< 0 where there is none, negative where it can't be seen
  double fromMm = 0;
};

/// Layer of fluid on the tendon, column by column: where the grey stays below `limit` from at most `startMm` above the
/// border.
std::vector<DarkSpan> darkLayer(const Band& band, const FloatImage& smooth, double limit, double startMm,
                                double mostMm) {
  std::vector<DarkSpan> layer(static_cast<std::size_t>(band.width()));
  for (int x = 0; x < band.width(); ++x) {
    const double border = band[x].thicknessMm;
    const int first = band.rowAt(border);
    const int latest = band.rowAt(border + startMm);
    const int last = band.rowAt(border + mostMm);
    int begin = -1;
    int end = -1;
    bool seen = true;
    for (int y = first; y <= last; ++y) {
      if (!band.usable.at(x, y)) {
        seen = false;
        break;
      }
      if (smooth.at(x, y) < limit) {
        if (begin < 0 && y > latest)
          break;
        begin = begin < 0 ? y : begin;
        end = y;
      } else if (begin >= 0) {
        break;
      }
    }
    if (!seen)
      continue;
    // A layer without an upper end is not a layer: something dark without a wall.
    const bool walled = begin >= 0 && end < last;
    layer[static_cast<std::size_t>(x)] =
        walled ? DarkSpan{(end - begin + 1) * band.stepMm, band.heightMm(begin) - band.stepMm / 2} : DarkSpan{0, 0};
  }
  return layer;
}

/// Outline of the layer in columns `from` to `to` and beyond, as far as it is seen; where a fifth of a window misses it
/// or less, it is bridged, as in the thickness.
Polyline layerOutline(const Band& band, const std::vector<DarkSpan>& layer, int from, int to, int window) {
  const auto reach = [&](int x, int step) {
    int last = x;
    for (int k = x; k >= 0 && k < band.width() && std::abs(k - last) <= window / 5; k += step)
      if (layer[static_cast<std::size_t>(k)].mm > 0)
        last = k;
    return last;
  };
  Polyline lower;
  Polyline upper;
  for (int x = reach(from, -1); x <= reach(to, 1); ++x)
    if (const DarkSpan& span = layer[static_cast<std::size_t>(x)]; span.mm > 0) {
      lower.push_back(band.toMm(x, span.fromMm));
      upper.push_back(band.toMm(x, span.fromMm + span.mm));
    }
  return around(std::move(lower), upper);
}

/// By darkness.
std::optional<FluidLayer> darkFluid(const Surroundings& s) {
  const Band& band = s.band;
  const double limit = s.floor + (1 - s.criteria.value("bursal_fluid_contrast")) * (s.tendon - s.floor);
  const FloatImage smooth = boxMean(band.grey, band.usable, 5, 1, 1, 255.0F);
  const auto layer = darkLayer(band, smooth, limit, 0.4, s.criteria.value("bursal_fluid_search"));
  const auto seen = std::count_if(layer.begin(), layer.end(), [](const DarkSpan& v) { return v.mm >= 0; });
  if (2 * seen < band.width())
    return std::nullopt;
  // Thickest layer that is kept up over the least length: the largest minimum of a sliding window (a fifth may fail).
  const int window =
      std::max(3, static_cast<int>(std::lround(s.criteria.value("bursal_fluid_min_length") / band.stepMm)));
  double best = 0;
  int bestFirst = 0;
  int fluid = 0; // columns of the window with a layer
  const auto rank = std::lround(0.2 * (window - 1));
  Values part;
  for (int x = 0; x < band.width(); ++x) {
    fluid += layer[static_cast<std::size_t>(x)].mm > 0 ? 1 : 0;
    const int first = x - window + 1;
    if (first < 0)
      continue;
    if (first % 2 == 0 && window - fluid <= rank) {
      part.clear();
      std::transform(layer.begin() + first, layer.begin() + x + 1, std::back_inserter(part),
                     [](const DarkSpan& v) { return static_cast<float>(v.mm); });
      if (const auto kept = static_cast<double>(quantile(part, 0.8)); kept > best) {
        best = kept;
        bestFirst = first;
      }
    }
    fluid -= layer[static_cast<std::size_t>(first)].mm > 0 ? 1 : 0;
  }
  if (best < s.criteria.value("bursal_fluid_min"))
    return FluidLayer{};
  return FluidLayer{best, layerOutline(band, layer, bestFirst, bestFirst + window - 1, window)};
}

/// Iliotibial band: the brightest line within reach above the tendon, half-contrast width.
std::optional<double> iliotibialBand(const Surroundings& s) {
  const Band& band = s.band;
  const double reach = s.criteria.value("itb_search");
  constexpr int half = 7; // columns
  const auto mean = [&](int x, int y) {
    double sum = 0;
    int used = 0;
    for (int k = std::max(0, x - half); k <= std::min(band.width() - 1, x + half); ++k)
      if (band.usable.at(k, y)) {
        sum += band.grey.at(k, y);
        ++used;
      }
    return static_cast<float>(used > 0 ? sum / used : 0.0);
  };
  Values widths;
  int looked = 0;
  for (int x = 5; x + 5 < band.width(); x += 5) {
    const int first = band.rowAt(band[x].thicknessMm);
    const int last = band.rowAt(band[x].thicknessMm + reach);
    if (last - first < 5 || !band.usable.at(x, last))
      continue;
    ++looked;
    Values profile;
    for (int y = first; y <= last; ++y)
      profile.push_back(mean(x, y));
    const auto peak = static_cast<int>(std::max_element(profile.begin(), profile.end()) - profile.begin());
    Values sorted = profile;
    const double base = quantile(sorted, 0.25);
    const double top = profile[static_cast<std::size_t>(peak)];
    if (top - base < s.criteria.value("itb_min_contrast") * std::max(1.0, s.tendon - s.floor))
      continue;
    const double middle = (top + base) / 2;
    int low = peak;
    int high = peak;
    const int size = static_cast<int>(profile.size());
    while (low > 0 && profile[static_cast<std::size_t>(low - 1)] >= middle)
      --low;
    while (high + 1 < size && profile[static_cast<std::size_t>(high + 1)] >= middle)
      ++high;
    // A line that is bright up to either end of the search is not a line of its own.
    if (high + 1 == size)
      continue;
    widths.push_back(static_cast<float>((high - low + 1) * band.stepMm));
  }
  if (looked == 0 || 2 * static_cast<int>(widths.size()) < looked)
    return std::nullopt;
  return quantile(widths, 0.5);
}

/// Bright focus inside the tendon with a shadow behind it that reaches the cortex.
std::vector<Calcification> calcifications(const Frame& frame, const WorkingFrame& working, const Surroundings& s,
                                          const Mask& tendon) {
  const Band& band = s.band;
  const double limit = s.tendon + s.criteria.value("calcification_brightness") * (255.0 - s.tendon);
  bool any = false; // no mean of dark places is bright
  for (std::size_t i = 0; i < tendon.data.size() && !any; ++i)
    any = tendon.data[i] != 0 && band.grey.data[i] > limit;
  if (!any)
    return {};
  const FloatImage smooth = boxMean(band.grey, tendon, 2, 1, 1, 0.0F);
  Mask bright(tendon.width, tendon.height);
  for (int y = 0; y < bright.height; ++y)
    for (int x = 0; x < bright.width; ++x)
      if (tendon.at(x, y) && smooth.at(x, y) > limit && band.heightMm(y) > 0.8)
        bright.at(x, y) = 255;
  std::vector<Calcification> out;
  for (const Component& item : components(bright).items) {
    const double size = std::max(item.box.width(), item.box.height()) * band.stepMm;
    const double across = item.box.width() * band.stepMm;
    if (size < s.criteria.value("calcification_min_size") || across > 15.0)
      continue;
    const int x = (item.box.x0 + item.box.x1) / 2;
    const double height = band.heightMm((item.box.y0 + item.box.y1) / 2);
    const Point at = band.toMm(x, height);
    const double half = item.box.height() * band.stepMm / 2;
    // Behind it the beam finds less than beside it, down to and including the cortex's echo.
    const auto behind = meanAlongBeam(frame, working, at, -(height + 0.6), -(half + 0.4));
    std::vector<double> beside;
    for (const int side : {-1, 1}) {
      const int bx = x + side * (item.box.width() / 2 + 15);
      if (bx < 0 || bx >= band.width())
        continue;
      if (const auto grey = meanAlongBeam(frame, working, band.toMm(bx, height), -(height + 0.6), -(half + 0.4)))
        beside.push_back(*grey);
    }
    if (!behind || beside.empty())
      continue;
    const double reference = *std::min_element(beside.begin(), beside.end());
    const double lost = (reference - *behind) / std::max(1.0, reference - s.floor);
    if (lost >= s.criteria.value("calcification_shadow"))
      out.push_back({size, at});
  }
  return out;
}

/// Mean grey where the muscle is expected: 5 to 12 mm beyond the footprint's edge on the tendon's arriving side.
std::optional<double> muscleGrey(const WorkingFrame& working, const Tendon& tendon, double floor) {
  const TendonStation& first = tendon.stations.front();
  const Point middle = (first.cortexMm + first.superficialMm) * 0.5;
  const double away = tendon.arrivesFromLeft ? -1 : 1;
  double sum = 0;
  int used = 0;
  int asked = 0;
  for (double dx = 5; dx <= 12; dx += 0.2)
    for (double dy = -2; dy <= 2; dy += 0.2) {
      ++asked;
      const Point g = working.toGrid({middle.x + away * dx, middle.y + dy});
      const long x = std::lround(g.x);
      const long y = std::lround(g.y);
      if (x < 0 || y < 0 || x >= working.grey.width || y >= working.grey.height ||
          !working.usable.at(static_cast<int>(x), static_cast<int>(y)))
        continue;
      sum += working.grey.at(static_cast<int>(x), static_cast<int>(y));
      ++used;
    }
  if (5 * used < 4 * asked || sum / used < floor + 5)
    return std::nullopt;
  return sum / used;
}

} // namespace

std::optional<double> assessableFraction(const Tendon& tendon, double maxAngleDeg) {
  int known = 0;
  int within = 0;
  for (const TendonStation& station : tendon.stations)
    if (station.fibreAngleDeg) {
      ++known;
      within += std::abs(*station.fibreAngleDeg) <= maxAngleDeg ? 1 : 0;
    }
  if (known == 0)
    return std::nullopt;
  return static_cast<double>(within) / known;
}

std::optional<double> irregularityMm(const Polyline& line, double windowMm) {
  if (line.size() < 2 || length(line) < 2 * windowMm)
    return std::nullopt;
  constexpr double step = 0.25;
  const Polyline points = resampled(line, step);
  const int half = std::max(2, static_cast<int>(std::lround(windowMm / 2 / step)));
  const int n = static_cast<int>(points.size());
  double squares = 0;
  int used = 0;
  for (int i = half; i + half < n; ++i) {
    // Parabola through the window in its own axes (chord and normal), by moments of a symmetric window.
    const Point chord =
        normalized(points[static_cast<std::size_t>(i + half)] - points[static_cast<std::size_t>(i - half)]);
    const Point middle = points[static_cast<std::size_t>(i)];
    double n0 = 0;
    double s2 = 0;
    double s4 = 0;
    double y0 = 0;
    double y2 = 0;
    for (int k = -half; k <= half; ++k) {
      const double off = cross(chord, points[static_cast<std::size_t>(i + k)] - middle);
      const double kk = static_cast<double>(k) * k;
      n0 += 1;
      s2 += kk;
      s4 += kk * kk;
      y0 += off;
      y2 += off * kk;
    }
    const double smooth = (s4 * y0 - s2 * y2) / (n0 * s4 - s2 * s2); // the parabola at the middle
    squares += smooth * smooth;                                      // the point itself lies at 0
    ++used;
  }
  return used > 0 ? std::optional<double>(std::sqrt(squares / used)) : std::nullopt;
}

Findings findFindings(const Frame& frame, const WorkingFrame& working, const Anatomy& anatomy,
                      const std::vector<Discontinuity>& discontinuities, const Criteria& criteria) {
  Findings out;
  const Tendon& tendon = anatomy.tendon;
  const double maxAngle = criteria.value("fibre_angle_max");
  out.assessableFraction = assessableFraction(tendon, maxAngle);

  // Only the cortex under the tendon (and 2 mm either side) says something about the insertion.
  if (tendon.stations.size() >= 2) {
    const double a = tendon.stations.front().cortexMm.x;
    const double b = tendon.stations.back().cortexMm.x;
    std::vector<double> squares;
    for (const CortexSegment& segment : anatomy.cortex.segments) {
      Polyline under;
      for (const Point& p : segment.interfaceMm)
        if (p.x >= std::min(a, b) - 2 && p.x <= std::max(a, b) + 2)
          under.push_back(p);
      if (const auto rms = irregularityMm(under, criteria.value("cortical_irregularity_window")))
        squares.push_back(*rms * *rms);
    }
    if (!squares.empty())
      out.corticalIrregularityMm =
          std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0) / static_cast<double>(squares.size()));
  }

  const Band band = unroll(frame, working, tendon);
  if (band.empty())
    return out;
  const Mask mask = tendonMask(band, criteria.value("margin_deep"), criteria.value("margin_superficial"));
  const double floor = floorLevel(frame, working, band);
  const double echoAngle = criteria.value("echogenicity_angle_max");
  const Intact intact = intactTendon(band, mask, discontinuities, echoAngle);
  if (intact.pixels < 50)
    return out;
  const Surroundings surroundings{band, criteria, floor, intact.sum / intact.pixels};
  // A segmenter that tells no tissue leaves darkness to go by.
  if (auto layer = tendon.tissue ? bursalFluid(tendon, criteria) : darkFluid(surroundings)) {
    out.bursalFluidMm = layer->mm;
    out.bursalFluidOutlineMm = std::move(layer->outlineMm);
  }
  out.itbMm = iliotibialBand(surroundings);
  out.calcifications = calcifications(frame, working, surroundings, mask);
  out.muscleEchogenicity = muscleGrey(working, tendon, floor);

  if (intact.calmPixels >= 200) {
    // Tissue just above: the next millimetres beyond any fluid; the median leaves the bright iliotibial band aside.
    const double begin = 0.3 + out.bursalFluidMm.value_or(0.0);
    Values above;
    for (int x = 0; x < band.width(); ++x) {
      const int last = band.rowAt(band[x].thicknessMm + begin + 4.0);
      for (int y = band.rowAt(band[x].thicknessMm + begin); y <= last; ++y)
        if (band.usable.at(x, y))
          above.push_back(band.grey.at(x, y));
    }
    if (above.size() >= 200)
      out.echogenicity = intact.calmSum / intact.calmPixels - quantile(above, 0.5);

    // Pattern of the intact, assessable tendon: +1 where it runs along the cortex, 0 where it has no direction.
    const Texture pattern = texture(band.grey, mask, 1.5, 6, 6);
    double sum = 0;
    int n = 0;
    for (std::size_t i = 0; i < pattern.alongX.data.size(); ++i)
      if (intact.calm.data[i]) {
        sum += pattern.alongX.data[i];
        ++n;
      }
    if (n >= 200)
      out.fibreCoherence = std::clamp(sum / n, 0.0, 1.0);
    out.peakSpatialFrequencyPerMm = peakSpatialFrequencyPerMm(band.grey, intact.calm, band.stepMm);
    const auto apart = static_cast<int>(std::lround(coOccurrenceDistanceMm / band.stepMm));
    const GreyLevels levels(band.grey, intact.calm);
    out.coOccurrenceAlong = levels.coOccurrence(apart, 0);
    out.coOccurrenceAcross = levels.coOccurrence(0, apart);
  }
  return out;
}

} // namespace hipcuff
