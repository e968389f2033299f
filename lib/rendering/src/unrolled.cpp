#include "hipcuff/rendering/unrolled.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace hipcuff {
namespace {

constexpr double underMm = 2;
constexpr double overMm = 4;
constexpr int mostColumns = 4000; // 200 mm: no probe is as wide

/// Cortex and normal between two stations.
struct Foot {
  Point cortex;
  Point normal;
};

Foot footBetween(const TendonStation& a, const TendonStation& b, double t) {
  return {a.cortexMm + (b.cortexMm - a.cortexMm) * t, normalized(a.normal + (b.normal - a.normal) * t)};
}

/// Before the first and after the last station the cortex goes on straight.
Foot footAt(const std::vector<TendonStation>& stations, double positionMm) {
  const auto after = std::upper_bound(stations.begin() + 1, stations.end() - 1, positionMm,
                                      [](double p, const TendonStation& s) { return p < s.positionMm; });
  const TendonStation& a = *(after - 1);
  const TendonStation& b = *after;
  const double step = b.positionMm - a.positionMm;
  const double t = step > 0 ? (positionMm - a.positionMm) / step : 0;
  if (t >= 0 && t <= 1)
    return footBetween(a, b, t);
  const TendonStation& end = t < 0 ? a : b;
  Point along{-end.normal.y, end.normal.x};
  if (dot(along, b.cortexMm - a.cortexMm) < 0)
    along = along * -1.0;
  return {end.cortexMm + along * (positionMm - end.positionMm), end.normal};
}

double heightOf(const TendonStation& station, Point mm) {
  return dot(mm - station.cortexMm, station.normal);
}

class Unroller {
public:
  Unroller(const ImageResult& image, const RgbImage& picture, double angleMaxDeg)
      : image_(image)
      , picture_(picture)
      , stations_(image.anatomy.tendon.stations)
      , angleMaxDeg_(angleMaxDeg) {}

  std::optional<UnrolledTendon> run() {
    if (stations_.size() < 2 || picture_.empty() || !(image_.scale.x > 0) || !(image_.scale.y > 0))
      return std::nullopt;
    const double first = stations_.front().positionMm;
    const double last = stations_.back().positionMm;
    if (!(last > first))
      return std::nullopt;
    double thickest = 0;
    for (const TendonStation& s : stations_)
      thickest = std::max(thickest, heightOf(s, s.superficialMm));
    constexpr double step = UnrolledTendon::mmPerPx;
    // The interface lies on a row of its own.
    out_.topHeightMm = std::ceil((thickest + overMm) / step) * step;
    out_.firstPositionMm = first;
    const int columns = std::min(mostColumns, static_cast<int>(std::floor((last - first) / step)) + 1);
    const int rows = static_cast<int>(std::lround((out_.topHeightMm + underMm) / step)) + 1;
    resample(columns, rows);
    OverlayScene& scene = out_.scene;
    if (image_.mmPerPx)
      scene.mmPerPx = Spacing{step, step};
    scene.title = "Unrolled along the cortex";
    scene.ruler = {out_.toUnrolled(0, 0).y, true};
    scene.grade = image_.grade.grade;
    lines();
    zones();
    regions();
    facets();
    return std::move(out_);
  }

private:
  void resample(int columns, int rows) {
    RgbImage& to = out_.scene.picture;
    to = RgbImage(columns, rows, 0);
    for (int x = 0; x < columns; ++x) {
      const Foot foot = footAt(stations_, out_.positionMm(x));
      for (int y = 0; y < rows; ++y) {
        const Point mm = foot.cortex + foot.normal * out_.heightMm(y);
        sample({mm.x / image_.scale.x, mm.y / image_.scale.y}, &to.at(x, y));
      }
    }
  }

  /// Bilinear; half a pixel beyond the outermost centres still counts as the picture.
  void sample(Point px, std::uint8_t* to) const {
    const int w = picture_.width;
    const int h = picture_.height;
    if (!(px.x >= -0.5 && px.y >= -0.5 && px.x <= w - 0.5 && px.y <= h - 0.5))
      return;
    const double x = std::clamp(px.x, 0.0, w - 1.0);
    const double y = std::clamp(px.y, 0.0, h - 1.0);
    const int x0 = std::min(static_cast<int>(x), std::max(0, w - 2));
    const int y0 = std::min(static_cast<int>(y), std::max(0, h - 2));
    const int x1 = std::min(x0 + 1, w - 1);
    const int y1 = std::min(y0 + 1, h - 1);
    const double fx = x - x0;
    const double fy = y - y0;
    for (int c = 0; c < 3; ++c) {
      const double upper = picture_.at(x0, y0, c) * (1 - fx) + picture_.at(x1, y0, c) * fx;
      const double lower = picture_.at(x0, y1, c) * (1 - fx) + picture_.at(x1, y1, c) * fx;
      to[c] = static_cast<std::uint8_t>(std::lround(upper * (1 - fy) + lower * fy));
    }
  }

  using Flag = std::function<bool(const TendonStation&)>;

  /// One line for each stretch along which its properties stay the same; neighbours share their end.
  void line(OverlayRole role, const std::function<double(const TendonStation&)>& height, const Flag& inferred,
            const Flag& byHand) {
    const auto kind = [&](std::size_t i) {
      const TendonStation& a = stations_[i];
      const TendonStation& b = stations_[i + 1];
      return std::pair{inferred(a) && inferred(b), byHand(a) && byHand(b)};
    };
    for (std::size_t i = 0; i + 1 < stations_.size();) {
      const auto now = kind(i);
      OverlayLine run{role, {at(stations_[i], height)}, now.first, now.second, false};
      for (; i + 1 < stations_.size() && kind(i) == now; ++i)
        run.px.push_back(at(stations_[i + 1], height));
      out_.scene.lines.push_back(std::move(run));
    }
  }

  Point at(const TendonStation& s, const std::function<double(const TendonStation&)>& height) const {
    return out_.toUnrolled(s.positionMm, height(s));
  }

  void lines() {
    const auto never = [](const TendonStation&) { return false; };
    line(
        OverlayRole::cortex, [](const TendonStation&) { return 0.0; }, never,
        [](const TendonStation& s) { return s.cortexByHand; });
    line(
        OverlayRole::deepBorder, [](const TendonStation& s) { return heightOf(s, s.deepMm); },
        [](const TendonStation& s) { return s.deepInferred; }, [](const TendonStation& s) { return s.deepByHand; });
    line(
        OverlayRole::superficialBorder, [](const TendonStation& s) { return heightOf(s, s.superficialMm); },
        [](const TendonStation& s) { return s.superficialInferred; },
        [](const TendonStation& s) { return s.superficialByHand; });
  }

  void zones() {
    const auto oblique = [&](const TendonStation& s) {
      return s.fibreAngleDeg && std::abs(*s.fibreAngleDeg) > angleMaxDeg_;
    };
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      if (!oblique(stations_[i]))
        continue;
      OverlayZone zone;
      Polyline back;
      double most = 0;
      for (; i < stations_.size() && oblique(stations_[i]); ++i) {
        const TendonStation& s = stations_[i];
        zone.px.push_back(out_.toUnrolled(s.positionMm, heightOf(s, s.superficialMm)));
        back.push_back(out_.toUnrolled(s.positionMm, heightOf(s, s.deepMm)));
        most = std::max(most, std::abs(*s.fibreAngleDeg));
      }
      zone.px.insert(zone.px.end(), back.rbegin(), back.rend());
      zone.angleDeg = most;
      if (back.size() > 1)
        out_.scene.zones.push_back(std::move(zone));
    }
  }

  void regions() {
    for (const Discontinuity& found : image_.measurements.discontinuities) {
      OverlayRegion region;
      region.kind = found.kind;
      region.depthFraction = found.depthFraction;
      region.suspectedAnisotropy = found.suspectedAnisotropy;
      // A picture must not show as a tear what its own grade says is none.
      region.counted = image_.grade.grade != GradeClass::normal && image_.grade.grade != GradeClass::tendinosis;
      region.drawnByHand = found.byHand;
      for (const Point mm : found.polygonMm)
        if (const auto place = placeOn(image_.anatomy.tendon, mm))
          region.px.push_back(out_.toUnrolled(place->positionMm, place->heightMm));
      if (region.px.size() > 2)
        out_.scene.regions.push_back(std::move(region));
    }
  }

  void facets() {
    const double width = out_.scene.picture.width;
    for (const Facet& facet : image_.anatomy.cortex.facets) {
      const auto begin = placeOn(image_.anatomy.tendon, facet.beginMm);
      const auto end = placeOn(image_.anatomy.tendon, facet.endMm);
      if (!begin || !end)
        continue;
      OverlayFacet mark;
      mark.beginPx = out_.toUnrolled(begin->positionMm, 0);
      mark.endPx = out_.toUnrolled(end->positionMm, 0);
      if (mark.beginPx.x > mark.endPx.x)
        std::swap(mark.beginPx, mark.endPx);
      if (mark.endPx.x < 0 || mark.beginPx.x > width - 1)
        continue;
      // An end beyond the tendon is not marked; the name stands over what is seen of the facet.
      mark.beginShown = mark.beginPx.x >= -0.5;
      mark.endShown = mark.endPx.x <= width - 0.5;
      mark.beginPx.x = std::max(mark.beginPx.x, 0.0);
      mark.endPx.x = std::min(mark.endPx.x, width - 1);
      if (facet.kind != FacetKind::unknown)
        mark.name = std::string(toString(facet.kind)) + " facet";
      out_.scene.facets.push_back(std::move(mark));
    }
  }

  const ImageResult& image_;
  const RgbImage& picture_;
  const std::vector<TendonStation>& stations_;
  double angleMaxDeg_;
  UnrolledTendon out_;
};

} // namespace

std::optional<TendonPlace> placeOn(const Tendon& tendon, Point mm) {
  const auto& stations = tendon.stations;
  if (stations.size() < 2)
    return std::nullopt;
  // Which side of a station's normal the point lies on, in mm along the cortex.
  const Point heading = normalized(stations.back().cortexMm - stations.front().cortexMm);
  const auto side = [&](const TendonStation& s) {
    const Point off = mm - s.cortexMm;
    const Point along{-s.normal.y, s.normal.x};
    return dot(off, along) * (dot(along, heading) < 0 ? -1 : 1);
  };
  std::optional<TendonPlace> best;
  double before = side(stations.front());
  for (std::size_t i = 0; i + 1 < stations.size(); ++i) {
    const double after = side(stations[i + 1]);
    if (before >= 0 && after <= 0 && before - after > 0) {
      const double t = before / (before - after);
      const TendonStation& a = stations[i];
      const TendonStation& b = stations[i + 1];
      const Foot foot = footBetween(a, b, t);
      const double height = dot(mm - foot.cortex, foot.normal);
      // Normals of a hollow cortex may meet: the nearer foot is meant.
      if (!best || std::abs(height) < std::abs(best->heightMm))
        best = TendonPlace{a.positionMm + (b.positionMm - a.positionMm) * t, height};
    }
    before = after;
  }
  if (best)
    return best;
  const TendonStation& first = stations.front();
  const TendonStation& last = stations.back();
  if (side(first) <= 0)
    return TendonPlace{first.positionMm + side(first), heightOf(first, mm)};
  if (side(last) >= 0)
    return TendonPlace{last.positionMm + side(last), heightOf(last, mm)};
  return std::nullopt;
}

std::optional<Point> pointAt(const Tendon& tendon, const TendonPlace& place) {
  if (tendon.stations.size() < 2)
    return std::nullopt;
  const Foot foot = footAt(tendon.stations, place.positionMm);
  return foot.cortex + foot.normal * place.heightMm;
}

Point UnrolledTendon::toUnrolled(double positionMm, double heightMm) const noexcept {
  return {(positionMm - firstPositionMm) / mmPerPx, (topHeightMm - heightMm) / mmPerPx};
}

double UnrolledTendon::positionMm(double column) const noexcept {
  return firstPositionMm + column * mmPerPx;
}

double UnrolledTendon::heightMm(double row) const noexcept {
  return topHeightMm - row * mmPerPx;
}

std::optional<UnrolledTendon> unrolled(const ImageResult& image, const RgbImage& picture, double angleMaxDeg) {
  return Unroller(image, picture, angleMaxDeg).run();
}

} // namespace hipcuff
