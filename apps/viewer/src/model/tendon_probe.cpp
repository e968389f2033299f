#include "model/tendon_probe.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hipcuff::viewer {
namespace {

Point toMm(const ImageResult& image, Point fullPx) {
  const PixelBox box = image.regionPx.value_or(PixelBox{0, 0, 0, 0});
  return {(fullPx.x - box.x0) * image.scale.x, (fullPx.y - box.y0) * image.scale.y};
}

/// Stations are a quarter of a millimetre apart; one that far away is of another place, e.g. inside a gap.
constexpr double sameStationMm = 0.3;

ProbedTendon at(const ImageResult& image, std::size_t index, double heightMm) {
  const TendonStation& s = image.anatomy.tendon.stations[index];
  ProbedTendon out;
  out.positionMm = s.positionMm;
  out.station = index;
  out.heightMm = heightMm;
  out.cortexPx = image.toFullPixels(s.cortexMm);
  out.superficialPx = image.toFullPixels(s.superficialMm);
  out.byHand = s.superficialByHand || s.cortexByHand;
  if (image.mmPerPx) {
    double nearest = sameStationMm;
    for (const ThicknessSample& sample : image.measurements.thickness.profile)
      if (const double off = std::abs(sample.positionMm - s.positionMm); off < nearest) {
        nearest = off;
        out.thickness = sample;
      }
  }
  return out;
}

} // namespace

std::optional<ProbedTendon> probe(const ImageResult& image, Point fullPx, double marginMm) {
  const auto& stations = image.anatomy.tendon.stations;
  const Point p = toMm(image, fullPx);
  double best = std::numeric_limits<double>::infinity();
  std::size_t found = 0;
  double foundHeight = 0;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    const Point from = p - stations[i].cortexMm;
    const double height = dot(from, stations[i].normal);
    const double aside = std::abs(cross(from, stations[i].normal));
    const double thickness = distance(stations[i].cortexMm, stations[i].superficialMm);
    if (height < -marginMm || height > thickness + marginMm)
      continue;
    if (aside < best) {
      best = aside;
      found = i;
      foundHeight = height;
    }
  }
  if (best > 0.5)
    return std::nullopt;
  return at(image, found, foundHeight);
}

std::optional<ProbedTendon> probeAt(const ImageResult& image, double positionMm) {
  const auto& stations = image.anatomy.tendon.stations;
  const auto nearest = std::min_element(stations.begin(), stations.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.positionMm - positionMm) < std::abs(b.positionMm - positionMm);
  });
  if (nearest == stations.end() || std::abs(nearest->positionMm - positionMm) > 0.5)
    return std::nullopt;
  return at(image, static_cast<std::size_t>(nearest - stations.begin()), 0);
}

std::optional<std::size_t> discontinuityAt(const ImageResult& image, Point fullPx) {
  const Point p = toMm(image, fullPx);
  std::optional<std::size_t> found;
  const auto& all = image.measurements.discontinuities;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (contains(all[i].polygonMm, p) && (!found || area(all[i].polygonMm) < area(all[*found].polygonMm)))
      found = i;
  return found;
}

} // namespace hipcuff::viewer
