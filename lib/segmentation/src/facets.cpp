#include "hipcuff/segmentation/facets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace hipcuff {
namespace {

/// Sums over points, so that the best line through any stretch costs the same few operations.
struct Moments {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  Moments operator-(const Moments& o) const { return {n - o.n, x - o.x, y - o.y, xx - o.xx, yy - o.yy, xy - o.xy}; }
  void add(Point p) {
    n += 1;
    x += p.x;
    y += p.y;
    xx += p.x * p.x;
    yy += p.y * p.y;
    xy += p.x * p.y;
  }
  /// Sum of squared distances from the best line (orthogonal).
  [[nodiscard]] double residual() const {
    const double cxx = xx - x * x / n;
    const double cyy = yy - y * y / n;
    const double cxy = xy - x * y / n;
    return std::max(0.0, 0.5 * (cxx + cyy) - std::hypot(0.5 * (cxx - cyy), cxy));
  }
  [[nodiscard]] Point direction() const {
    const double cxx = xx - x * x / n;
    const double cyy = yy - y * y / n;
    const double cxy = xy - x * y / n;
    const double angle = 0.5 * std::atan2(2 * cxy, cxx - cyy);
    Point d{std::cos(angle), std::sin(angle)};
    return d.x < 0 ? d * -1.0 : d;
  }
};

double slopeOf(Point direction) {
  return std::atan2(direction.y, direction.x) * 180.0 / std::numbers::pi;
}

constexpr double stepMm = 0.5;

/// Ends of the faces, as indices into the points: 0, ..., n-1.
std::vector<std::size_t> bestBreaks(const std::vector<Moments>& upTo, std::size_t points) {
  const auto shortest = static_cast<std::size_t>(shortestFacetMm / stepMm);
  std::vector<double> cost(points, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> from(points, 0);
  for (std::size_t end = 1; end < points; ++end) {
    for (std::size_t begin = 0; begin < end; ++begin) {
      if (begin != 0 && (end - begin < shortest || !std::isfinite(cost[begin])))
        continue;
      const double before = begin == 0 ? 0 : cost[begin];
      const double c = before + (upTo[end + 1] - upTo[begin]).residual() * stepMm + facetSplitGainMm3;
      if (c < cost[end]) {
        cost[end] = c;
        from[end] = begin;
      }
    }
  }
  std::vector<std::size_t> breaks{points - 1};
  while (breaks.back() != 0)
    breaks.push_back(from[breaks.back()]);
  std::reverse(breaks.begin(), breaks.end());
  return breaks;
}

} // namespace

std::vector<Facet> splitFacets(const Polyline& interfaceMm, std::size_t segment) {
  const Polyline line = resampled(interfaceMm, stepMm);
  if (line.size() < 2)
    return {};
  std::vector<Moments> upTo(1);
  for (const Point p : line) {
    upTo.push_back(upTo.back());
    upTo.back().add(p);
  }
  std::vector<std::size_t> breaks = bestBreaks(upTo, line.size());
  const auto direction = [&](std::size_t k) { return (upTo[breaks[k + 1] + 1] - upTo[breaks[k]]).direction(); };
  for (std::size_t k = 0; k + 2 < breaks.size();) { // melt faces that hardly turn
    const double bend = std::abs(slopeOf(direction(k + 1)) - slopeOf(direction(k)));
    if (bend < smallestFacetBendDegrees) {
      breaks.erase(breaks.begin() + static_cast<std::ptrdiff_t>(k) + 1);
      k = 0;
    } else {
      ++k;
    }
  }
  std::vector<Facet> facets;
  for (std::size_t k = 0; k + 1 < breaks.size(); ++k) {
    Facet facet;
    facet.segment = segment;
    facet.beginMm = line[breaks[k]];
    facet.endMm = line[breaks[k + 1]];
    facet.slopeDegrees = slopeOf(direction(k));
    facets.push_back(facet);
  }
  return facets;
}

void nameFacets(Cortex& cortex, const Tendon& tendon, std::optional<View> view, std::optional<bool> anteriorOnLeft) {
  if (!tendon.found() || cortex.facets.empty())
    return;
  std::vector<double> under(cortex.facets.size(), 0.0);
  for (const TendonStation& station : tendon.stations) {
    std::size_t nearest = 0;
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < cortex.facets.size(); ++i) {
      const double d = distance(station.cortexMm, Polyline{cortex.facets[i].beginMm, cortex.facets[i].endMm});
      if (d < best) {
        best = d;
        nearest = i;
      }
    }
    under[nearest] += 1;
  }
  const auto main = static_cast<std::size_t>(std::max_element(under.begin(), under.end()) - under.begin());
  cortex.facets[main].kind = FacetKind::lateral;
  if (!view || *view != View::shortAxis || !anteriorOnLeft)
    return;
  for (std::size_t i = 0; i < cortex.facets.size(); ++i) {
    Facet& facet = cortex.facets[i];
    if (i == main || facet.segment != cortex.facets[main].segment || (i + 1 != main && i != main + 1))
      continue;
    const bool left = facet.beginMm.x < cortex.facets[main].beginMm.x;
    facet.kind = left == *anteriorOnLeft ? FacetKind::anterior : FacetKind::posterior;
  }
}

} // namespace hipcuff
