// Borders as a person takes hold of them.
#include "hipcuff/review/image_review.h"

#include "geometry_edits.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::review {
namespace {

Point onBorder(const TendonStation& s, Border border) {
  return border == Border::cortex ? s.cortexMm : border == Border::deep ? s.deepMm : s.superficialMm;
}

Point toMm(const ImageResult& image, Point px) {
  const PixelBox box = image.regionPx.value_or(PixelBox{0, 0, 0, 0});
  return {(px.x - box.x0) * image.scale.x, (px.y - box.y0) * image.scale.y};
}

/// Stations with a handle: both ends, and between them about every so many millimetres.
std::vector<std::size_t> handleStations(const std::vector<TendonStation>& stations, double everyMm) {
  std::vector<std::size_t> out;
  if (stations.size() < 2)
    return out;
  const double whole = std::abs(stations.back().positionMm - stations.front().positionMm);
  const auto pieces = static_cast<std::size_t>(std::clamp(std::round(whole / std::max(everyMm, 0.1)), 1.0, 500.0));
  for (std::size_t i = 0; i <= pieces; ++i)
    out.push_back(i * (stations.size() - 1) / pieces);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

} // namespace

Polyline handlesOf(const ImageResult& image, Border border, double everyMm) {
  Polyline out;
  const auto& stations = image.anatomy.tendon.stations;
  for (const std::size_t i : handleStations(stations, everyMm))
    out.push_back(image.toFullPixels(onBorder(stations[i], border)));
  return out;
}

Polyline pulled(const ImageResult& image, Border border, Point from, Point to, double widthMm) {
  const auto& stations = image.anatomy.tendon.stations;
  Polyline out;
  if (stations.size() < 2 || !(widthMm > 0))
    return out;
  const Point held = toMm(image, from);
  const TendonStation* handle = &stations.front();
  for (const TendonStation& s : stations)
    if (distance(onBorder(s, border), held) < distance(onBorder(*handle, border), held))
      handle = &s;
  const double by = dot(toMm(image, to) - onBorder(*handle, border), handle->normal);
  for (const TendonStation& s : stations) {
    const double off = std::abs(s.positionMm - handle->positionMm);
    if (off >= widthMm)
      continue;
    const double share = 0.5 * (1 + std::cos(std::numbers::pi * off / widthMm));
    // No border crosses the bone, and no bone the tendon's border.
    const double height = border == Border::cortex ? std::min(by * share, heightOf(s, Border::superficial))
                                                   : std::max(0.0, heightOf(s, border) + by * share);
    out.push_back(image.toFullPixels(s.cortexMm + s.normal * height));
  }
  return out;
}

std::optional<double> valueOf(Annotation::Kind kind, const Polyline& px, const std::optional<Spacing>& mmPerPx) {
  if (!mmPerPx || kind == Annotation::Kind::text)
    return std::nullopt;
  Polyline mm;
  for (const Point p : px)
    mm.push_back({p.x * mmPerPx->x, p.y * mmPerPx->y});
  if (kind == Annotation::Kind::caliper)
    return mm.size() == 2 ? std::optional(distance(mm[0], mm[1])) : std::nullopt;
  if (mm.size() != 3)
    return std::nullopt;
  const Point a = mm[0] - mm[1];
  const Point b = mm[2] - mm[1];
  if (!(norm(a) > 0 && norm(b) > 0))
    return std::nullopt;
  return std::atan2(std::abs(cross(a, b)), dot(a, b)) * 180 / std::numbers::pi;
}

} // namespace hipcuff::review
