// The way back: full-image pixels to frame mm.
#include "json_reader.h"

#include <algorithm>
#include <array>

namespace hipcuff::report {
namespace {

// What the writer rounds to.
constexpr double halfPx = 0.005;
constexpr double halfMm = 0.0005;

/// Converts geometry of one image.
class Ground {
public:
  explicit Ground(const ImageResult& image)
      : scale_(image.scale)
      , bounds_(boundsOf(image)) {
    if (image.regionPx)
      corner_ = {static_cast<double>(image.regionPx->x0), static_cast<double>(image.regionPx->y0)};
  }

  [[nodiscard]] Point mm(const Node& px) const { return toMm(pointIn(bounds_, px)); }
  [[nodiscard]] Polyline line(const Node& px) const {
    Polyline out = lineIn(bounds_, px);
    std::transform(out.begin(), out.end(), out.begin(), [&](Point p) { return toMm(p); });
    return out;
  }
  /// A place that is written twice, in pixels and in millimetres, each rounded: a point that rounds to both. Where
  /// they contradict each other, the pixels hold.
  [[nodiscard]] Point mm(const Node& px, const Node& inMm) const {
    const Point p = pointIn(bounds_, px);
    if (!inMm.there())
      return toMm(p);
    if (inMm.size() != 2)
      inMm.fail("is not a pair of numbers");
    return {between(p.x - corner_.x, inMm.item(0).numberOrNan(), scale_.x),
            between(p.y - corner_.y, inMm.item(1).numberOrNan(), scale_.y)};
  }
  [[nodiscard]] Polyline line(const Node& px, const Node& inMm) const {
    if (!inMm.there())
      return line(px);
    if (inMm.size() != px.size())
      inMm.fail("is not as long as its line in pixels");
    Polyline out;
    for (std::size_t i = 0; i < px.size(); ++i)
      out.push_back(mm(px.item(i), inMm.item(i)));
    return out;
  }

private:
  [[nodiscard]] Point toMm(Point px) const { return {(px.x - corner_.x) * scale_.x, (px.y - corner_.y) * scale_.y}; }
  static double between(double px, double mm, double scale) {
    const double lower = std::max((px - halfPx) * scale, mm - halfMm);
    const double upper = std::min((px + halfPx) * scale, mm + halfMm);
    return lower <= upper ? (lower + upper) / 2 : px * scale;
  }

  Spacing scale_;
  PixelBox bounds_;
  Point corner_;
};

FacetEnd facetEndFrom(const Node& json, const Ground& ground) {
  FacetEnd end;
  if (!json.there())
    return end;
  end.bend = true;
  end.apexMm = ground.mm(json["apex_px"], json["apex_mm"]);
  end.turnDegrees = json["turn_deg"].number().value_or(0);
  end.lengthMm = json["length_mm"].number().value_or(0);
  end.sdMm = json["sd_mm"].number().value_or(0);
  end.confidence = json["confidence"].share();
  return end;
}

Cortex cortexFrom(const Node& bone, const Ground& ground) {
  Cortex out;
  bone["segments"].each([&](const Node& json) {
    CortexSegment s;
    s.interfaceMm = ground.line(json["points_px"], json["points_mm"]);
    s.ridgeMm = json["ridge_px"].there() ? ground.line(json["ridge_px"]) : s.interfaceMm;
    if (s.ridgeMm.size() != s.interfaceMm.size())
      json["ridge_px"].fail("is not as long as 'points_px'");
    s.confidence = json["confidence"].share();
    out.segments.push_back(std::move(s));
  });
  bone["facets"].each([&](const Node& json) {
    if (!json["begin_px"].there() || !json["end_px"].there())
      return;
    if (out.segments.empty())
      json.fail("names a facet where there is no bone");
    Facet f;
    f.kind = json["kind"].word<FacetKind>().value_or(FacetKind::unknown);
    f.segment =
        static_cast<std::size_t>(json["segment"].whole(0, static_cast<int>(out.segments.size()) - 1).value_or(0));
    f.beginMm = ground.mm(json["begin_px"], json["begin_mm"]);
    f.endMm = ground.mm(json["end_px"], json["end_mm"]);
    f.slopeDegrees = json["slope_deg"].number().value_or(0);
    f.begin = facetEndFrom(json["begin_bend"], ground);
    f.end = facetEndFrom(json["end_bend"], ground);
    f.confidence = json["confidence"].share();
    out.facets.push_back(f);
  });
  out.confidence = bone["confidence"].share();
  out.trochanterLikeness = bone["trochanter_likeness"].share();
  return out;
}

/// One of the lists that run along the tendon; empty where it is not there.
Node along(const Node& tendon, const char* key, std::size_t stations) {
  const Node list = tendon[key];
  if (list.there() && list.size() != stations)
    list.fail("is not as long as 'superficial_px'");
  return list;
}

using Flag = std::pair<const char*, bool TendonStation::*>;

template <std::size_t N>
void markStretches(const Node& stretches, const std::array<Flag, N>& flags, std::vector<TendonStation>& stations) {
  stretches.each([&](const Node& stretch) {
    const int last = static_cast<int>(stations.size()) - 1;
    const auto begin = stretch["begin_index"].whole(0, last);
    const auto end = stretch["end_index"].whole(begin.value_or(0), last);
    const std::string border = stretch["border"].text();
    const auto flag = std::find_if(flags.begin(), flags.end(), [&](const Flag& f) { return border == f.first; });
    if (flag == flags.end())
      stretch["border"].fail("is no known word");
    if (begin && end)
      for (int i = *begin; i <= *end; ++i)
        stations[static_cast<std::size_t>(i)].*(flag->second) = true;
  });
}

/// Unit vectors from the cortex to the superficial border; where that lies on the cortex, across the cortex.
void setNormals(std::vector<TendonStation>& stations, const Spacing& scale) {
  const double tooNear = 5 * std::max(scale.x, scale.y); // rounded to 0.01 px, it still points there within 0.1 degrees
  for (std::size_t i = 0; i < stations.size(); ++i) {
    TendonStation& s = stations[i];
    const Point up = s.superficialMm - s.cortexMm;
    const Point on = stations[std::min(i + 1, stations.size() - 1)].cortexMm - stations[i == 0 ? 0 : i - 1].cortexMm;
    if (norm(up) >= tooNear || norm(on) <= 0) {
      s.normal = norm(up) > 0 ? normalized(up) : Point{0, -1};
      continue;
    }
    s.normal = normalized({on.y, -on.x});
    if (s.normal.y > 0)
      s.normal = s.normal * -1;
  }
}

Tendon tendonFrom(const Node& json, const ImageResult& image, const Ground& ground) {
  Tendon out;
  const std::size_t n = json["superficial_px"].size();
  const Node deepPx = along(json, "deep_px", n);
  const Node cortexPx = along(json, "cortex_px", n);
  if (n == 0 || (!deepPx.there() && !cortexPx.there()))
    return out;
  const Polyline superficial = ground.line(json["superficial_px"]);
  const Polyline deep = ground.line(deepPx.there() ? deepPx : cortexPx);
  const Polyline cortex = ground.line(cortexPx.there() ? cortexPx : deepPx);
  const Node positions = along(json, "position_mm", n);
  const Node angles = along(json, "fibre_angle_deg", n);
  const Node sds = along(json, "sd_mm", n);
  const Node confidences = along(json, "station_confidence", n);
  out.stations.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    TendonStation& s = out.stations[i];
    s.cortexMm = cortex[i];
    s.deepMm = deep[i];
    s.superficialMm = superficial[i];
    const double before = i == 0 ? 0 : out.stations[i - 1].positionMm + distance(cortex[i - 1], cortex[i]);
    s.positionMm = positions.there() ? positions.item(i).number().value_or(before) : before;
    if (i > 0 && s.positionMm < out.stations[i - 1].positionMm)
      positions.fail("runs backwards");
    s.fibreAngleDeg = angles.there() ? angles.item(i).number() : std::nullopt;
    s.sdMm = sds.there() ? sds.item(i).number().value_or(0) : 0;
    s.confidence = confidences.there() ? confidences.item(i).share() : 0;
  }
  setNormals(out.stations, image.scale);
  markStretches(
      json["border_inferred"],
      std::array{Flag{"superficial", &TendonStation::superficialInferred}, Flag{"deep", &TendonStation::deepInferred}},
      out.stations);
  markStretches(json["by_hand"],
                std::array{Flag{"superficial", &TendonStation::superficialByHand},
                           Flag{"deep", &TendonStation::deepByHand}, Flag{"cortex", &TendonStation::cortexByHand}},
                out.stations);
  out.confidence = json["confidence"].share();
  out.arrivesFromLeft = !json["arrives_from"].isFirstOf("right", "left");
  return out;
}

} // namespace

PixelBox pictureOf(const ImageResult& image) {
  constexpr int anything = 1'000'000;
  return image.rows > 0 && image.columns > 0 ? PixelBox{0, 0, image.columns - 1, image.rows - 1}
                                             : PixelBox{-anything, -anything, anything, anything};
}

PixelBox boundsOf(const ImageResult& image) {
  return image.regionPx.value_or(pictureOf(image));
}

Point pointIn(const PixelBox& box, const Node& point) {
  if (point.size() != 2)
    point.fail("is not a pair of numbers");
  const auto x = point.item(0).number();
  const auto y = point.item(1).number();
  if (!x || !y)
    point.fail("is not a pair of numbers");
  // A border may leave its pane a little.
  const auto far = [](double v, int first, int size) { return !(v > first - size && v < first + 2 * size); };
  if (far(*x, box.x0, box.width()) || far(*y, box.y0, box.height()))
    point.fail("holds a point far outside the picture");
  return {*x, *y};
}

Polyline lineIn(const PixelBox& box, const Node& line) {
  Polyline out;
  line.each([&](const Node& point) { out.push_back(pointIn(box, point)); });
  return out;
}

void readGeometry(const Node& json, ImageResult& image) {
  const Ground ground(image);
  image.anatomy.cortex = cortexFrom(json["bone_surface"], ground);
  image.anatomy.tendon = tendonFrom(json["tendon"], image, ground);
  const Node outlines = json["discontinuities"];
  for (std::size_t i = 0; i < outlines.size(); ++i)
    image.measurements.discontinuities[i].polygonMm = ground.line(outlines.item(i)["polygon_px"]);
  image.measurements.findings.bursalFluidOutlineMm = ground.line(json["findings"]["bursal_fluid_px"]);
  const Node calcium = json["findings"]["calcifications"];
  for (std::size_t i = 0; i < calcium.size(); ++i)
    if (calcium.item(i)["at_px"].there())
      image.measurements.findings.calcifications[i].atMm =
          ground.mm(calcium.item(i)["at_px"], calcium.item(i)["at_mm"]);
}

} // namespace hipcuff::report
