#include "scene_strokes.h"

#include "stroke_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace hipcuff {

std::string regionLabel(const OverlayRegion& region) {
  std::string words = toString(region.kind);
  std::replace(words.begin(), words.end(), '_', ' ');
  if (region.depthFraction && region.kind != DiscontinuityKind::fullThickness)
    words += " " + std::to_string(std::lround(*region.depthFraction * 100)) + " %";
  if (region.suspectedAnisotropy)
    words += " (anisotropy?)";
  else if (!region.counted)
    words += " (not counted as a tear)";
  return words;
}

namespace drawing {
namespace {

constexpr double lineWidth = 1.6;
constexpr double regionNameSize = 15;

Colour colourOf(OverlayRole role) {
  switch (role) {
  case OverlayRole::cortex:
    return orange;
  case OverlayRole::superficialBorder:
    return yellow;
  case OverlayRole::deepBorder:
    return skyBlue;
  }
  return white;
}

OverlayLayer layerOf(OverlayRole role) {
  return role == OverlayRole::cortex ? OverlayLayer::cortex : OverlayLayer::borders;
}

bool doubtful(const OverlayRegion& region) {
  return region.suspectedAnisotropy || !region.counted;
}

/// Hatch angles of a kind; full thickness is crossed.
std::vector<double> hatchAngles(DiscontinuityKind kind) {
  switch (kind) {
  case DiscontinuityKind::undersurface:
    return {45};
  case DiscontinuityKind::bursal:
    return {135};
  case DiscontinuityKind::intrasubstance:
    return {0};
  case DiscontinuityKind::fullThickness:
    return {45, 135};
  }
  return {};
}

std::string formatted(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

Rect boundsOf(const Polyline& line) {
  Rect box{1e18, 1e18, -1e18, -1e18};
  for (const Point p : line)
    box = {std::min(box.x0, p.x), std::min(box.y0, p.y), std::max(box.x1, p.x), std::max(box.y1, p.y)};
  return box;
}

Point nearestOf(const Polyline& line, Point to) {
  return *std::min_element(line.begin(), line.end(),
                           [&](Point a, Point b) { return distance(a, to) < distance(b, to); });
}

Point meanOf(const Polyline& line) {
  Point sum{};
  for (const Point p : line)
    sum = sum + p * (1.0 / static_cast<double>(line.size()));
  return sum;
}

} // namespace

const char* nameOf(OverlayRole role) {
  switch (role) {
  case OverlayRole::cortex:
    return "cortex";
  case OverlayRole::superficialBorder:
    return "tendon, superficial border";
  case OverlayRole::deepBorder:
    return "tendon, deep border";
  }
  return "";
}

SceneStrokes::SceneStrokes(DisplayList& list, const StrokeSetting& setting, const TextWidth& textWidth)
    : list_(list)
    , setting_(setting)
    , textWidth_(textWidth)
    , scale_(setting.style.scale)
    , line_(lineWidth * setting.style.scale * (setting.style.highContrast ? 1.6 : 1)) {}

Polyline SceneStrokes::toOutput(const Polyline& px) const {
  Polyline out;
  out.reserve(px.size());
  for (const Point p : px)
    out.push_back(setting_.toOutput(p));
  // Every joint costs triangles; a tenth of a pixel is not seen.
  return setting_.smoothJoints ? simplified(out, 0.1) : thinned(out, 2.5);
}

bool SceneStrokes::seen(const Polyline& out) const {
  constexpr double widest = 12; // of any stroke, so that none is missed at the edge
  const Rect box = boundsOf(out);
  return setting_.window.overlaps({box.x0 - widest, box.y0 - widest, box.x1 + widest, box.y1 + widest});
}

Polyline SceneStrokes::seenPoints(const Polyline& out) const {
  Polyline inside;
  const Rect& w = setting_.window;
  std::copy_if(out.begin(), out.end(), std::back_inserter(inside),
               [&](Point p) { return p.x >= w.x0 && p.x <= w.x1 && p.y >= w.y0 && p.y <= w.y1; });
  return inside;
}

void SceneStrokes::stroke(Polyline points, Colour colour, double width) {
  if (points.size() < 2 || !seen(points))
    return;
  colour.a = static_cast<std::uint8_t>(std::lround(colour.a * std::clamp(opacity_, 0.0, 1.0)));
  list_.strokes.push_back({std::move(points), colour, width});
}

/// The halo lies to one side, so that the echo which the line marks is not dimmed: above the superficial border
/// (outside of the tendon), below the cortex (in its shadow). High contrast: black on both sides.
void SceneStrokes::haloed(const Polyline& points, Colour colour, double width, double side) {
  if (setting_.style.highContrast)
    stroke(points, Colour{0, 0, 0, 255}, width + 2.4 * scale_);
  else
    stroke(shifted(points, {0, side * width * 0.9}), halo, width);
  stroke(points, colour, width);
}

void SceneStrokes::text(const Rect& rect, const std::string& words, double size, Colour colour) {
  colour.a = static_cast<std::uint8_t>(std::lround(colour.a * std::clamp(opacity_, 0.0, 1.0)));
  list_.texts.push_back({rect.x0, (rect.y0 + rect.y1) / 2, words, size, colour, true});
}

void SceneStrokes::line(OverlayRole role, bool inferred, const Polyline& line) {
  if (line.size() < 2)
    return;
  const double side = role == OverlayRole::superficialBorder ? -1 : 1;
  const double s = scale_;
  std::vector<Polyline> pieces{line};
  if (inferred)
    pieces = dashed(line, {4 * s, 5 * s});
  else if (role == OverlayRole::deepBorder)
    pieces = dashed(line, {13 * s, 4 * s, 3 * s, 4 * s});
  if (role == OverlayRole::cortex && !inferred)
    for (const Polyline& tick : ticksBelow(line, 12 * s, 6 * s))
      haloed(tick, colourOf(role), line_ * 0.75, 0.5);
  if (inferred) {
    // Nothing is seen along it that an unbroken halo could hide, and short dashes need one on a bright echo.
    stroke(line, setting_.style.highContrast ? Colour{0, 0, 0, 255} : halo, line_ + 1.4 * s);
    for (const Polyline& piece : pieces)
      stroke(piece, colourOf(role), line_);
    return;
  }
  for (const Polyline& piece : pieces)
    haloed(piece, colourOf(role), line_, side);
}

void SceneStrokes::former(const Polyline& out) {
  Colour pale = grey;
  pale.a = 0xE0;
  stroke(out, pale, scale_);
}

void SceneStrokes::squares(const Polyline& out, Colour colour) {
  const double every = 30 * scale_;
  const double size = 4.5 * scale_;
  Polyline places = resampled(out, every);
  if (places.size() > 2 && distance(places.back(), places[places.size() - 2]) < every / 2)
    places.erase(places.end() - 2);
  for (const Point p : places) {
    const Polyline bar{{p.x - size / 2, p.y}, {p.x + size / 2, p.y}};
    const double edge = size / 2 + 1.2 * scale_;
    stroke({{p.x - edge, p.y}, {p.x + edge, p.y}}, Colour{0, 0, 0, 0xD0}, 2 * edge);
    stroke(bar, colour, size);
  }
}

void SceneStrokes::region(const OverlayRegion& region, Polyline outline) {
  if (outline.size() < 3)
    return;
  const Colour colour = doubtful(region) ? reddishPurple : vermillion;
  const double s = scale_;
  const Colour edge = setting_.style.highContrast ? Colour{0, 0, 0, 255} : halo;
  if (!doubtful(region)) {
    Colour thin = colour;
    thin.a = 0xC0;
    for (const double angle : hatchAngles(region.kind))
      for (Polyline& line : hatched(outline, angle, 9 * s, setting_.anchor))
        stroke(std::move(line), thin, s);
  }
  outline.push_back(outline.front());
  stroke(outline, edge, line_ + 1.6 * s);
  if (doubtful(region)) {
    for (const Polyline& piece : dashed(outline, {6 * s, 4 * s}))
      stroke(piece, colour, line_ + 0.4 * s);
  } else {
    stroke(outline, colour, line_);
  }
  if (region.drawnByHand)
    squares(outline, colour);
}

void SceneStrokes::zone(const Polyline& outline, const std::vector<Polyline>& spared) {
  if (outline.size() < 3 || !seen(outline))
    return;
  const double step = 9 * scale_;
  const double size = 2 * scale_ * (setting_.style.highContrast ? 1.4 : 1);
  const Rect box = boundsOf(outline);
  const Rect& w = setting_.window;
  const auto from = [&](double a, double b, double origin) {
    return static_cast<long>(std::ceil((std::max(a, b) - origin) / step));
  };
  const Point origin = setting_.anchor;
  for (long row = from(box.y0, w.y0, origin.y); row * step + origin.y <= std::min(box.y1, w.y1); ++row)
    for (long column = from(box.x0, w.x0, origin.x); column * step + origin.x <= std::min(box.x1, w.x1); ++column) {
      // Every other row half a step aside, so that no lines are seen that could be fibres.
      const Point p{(static_cast<double>(column) + (row % 2 != 0 ? 0.5 : 0.0)) * step + origin.x,
                    static_cast<double>(row) * step + origin.y};
      if (!contains(outline, p) ||
          std::any_of(spared.begin(), spared.end(), [&](const Polyline& region) { return contains(region, p); }))
        continue;
      stroke({p - Point{size / 2 + 0.7, 0}, p + Point{size / 2 + 0.7, 0}}, Colour{0, 0, 0, 0x70}, size + 1.4);
      stroke({p - Point{size / 2, 0}, p + Point{size / 2, 0}}, Colour{0xF2, 0xF2, 0xF2, 0xB0}, size);
    }
}

void SceneStrokes::facets(const OverlayScene& scene) {
  const double s = scale_;
  for (const OverlayFacet& facet : scene.facets)
    for (const bool begin : {true, false}) {
      if (!(begin ? facet.beginShown : facet.endShown))
        continue;
      const Point foot = setting_.toOutput(begin ? facet.beginPx : facet.endPx);
      stroke({foot + Point{0, 3 * s}, foot + Point{0, 25 * s}}, halo, 4 * s);
      stroke({foot + Point{0, 4 * s}, foot + Point{0, 24 * s}}, white, line_);
    }
}

void SceneStrokes::annotation(const Annotation& annotation) {
  const double s = scale_;
  Polyline out;
  for (const Point p : annotation.px)
    out.push_back(setting_.toOutput(p));
  const auto white1 = [&](const Polyline& line) {
    stroke(line, halo, line_ + 1.8 * s);
    stroke(line, white, line_ * 0.9);
  };
  if (annotation.kind == Annotation::Kind::text && !out.empty()) {
    const Point p = out.front();
    white1({p - Point{3 * s, 0}, p + Point{3 * s, 0}});
    white1({p - Point{0, 3 * s}, p + Point{0, 3 * s}});
  }
  if (annotation.kind == Annotation::Kind::caliper && out.size() >= 2) {
    const Point along = normalized(out[1] - out[0]);
    const Point across = Point{-along.y, along.x} * (6 * s);
    white1({out[0], out[1]});
    for (const std::size_t i : {0U, 1U})
      white1({out[i] - across, out[i] + across});
  }
  if (annotation.kind == Annotation::Kind::angle && out.size() >= 3) {
    white1({out[0], out[1], out[2]});
    const double radius = std::min({26 * s, 0.6 * distance(out[0], out[1]), 0.6 * distance(out[2], out[1])});
    const double a0 = std::atan2(out[0].y - out[1].y, out[0].x - out[1].x);
    double turn = std::atan2(out[2].y - out[1].y, out[2].x - out[1].x) - a0;
    turn = std::remainder(turn, 2 * std::numbers::pi);
    Polyline arc;
    for (int i = 0; i <= 24; ++i)
      arc.push_back(out[1] + Point{std::cos(a0 + turn * i / 24), std::sin(a0 + turn * i / 24)} * radius);
    white1(arc);
  }
}

void SceneStrokes::draw(const OverlayScene& scene) {
  const auto layer = [&](OverlayLayer which, auto&& paint) {
    if (!shown(which))
      return;
    opacity_ = setting_.style.of(which).opacity;
    paint();
    opacity_ = 1;
  };
  layer(OverlayLayer::unassessable, [&] {
    std::vector<Polyline> outlined;
    for (const OverlayRegion& r : scene.regions)
      if (!doubtful(r) && shown(OverlayLayer::discontinuities))
        outlined.push_back(toOutput(r.px));
    for (const OverlayZone& z : scene.zones)
      zone(toOutput(z.px), outlined);
  });
  layer(OverlayLayer::facets, [&] { facets(scene); });
  for (const bool old : {true, false})
    for (const OverlayRole role : {OverlayRole::cortex, OverlayRole::deepBorder, OverlayRole::superficialBorder})
      layer(layerOf(role), [&] {
        for (const OverlayLine& l : scene.lines) {
          if (l.role != role || l.former != old)
            continue;
          const Polyline out = toOutput(l.px);
          if (l.former) {
            former(out);
            continue;
          }
          line(role, l.inferred, out);
          if (l.drawnByHand)
            squares(out, colourOf(role));
        }
      });
  layer(OverlayLayer::discontinuities, [&] {
    for (const OverlayRegion& r : scene.regions)
      region(r, toOutput(r.px));
  });
  layer(OverlayLayer::annotations, [&] {
    for (const Annotation& a : scene.annotations)
      annotation(a);
  });
}

void SceneStrokes::keepClear(const OverlayScene& scene, LabelPlacer& placer) const {
  Polyline superficial;
  Polyline deep;
  for (const OverlayLine& l : scene.lines) {
    if (l.former)
      continue;
    const Polyline out = toOutput(l.px);
    placer.keepClear(out, 8);
    // The bone's own echo and what may be seen just below it; labels go deeper, into its shadow.
    if (l.role == OverlayRole::cortex)
      placer.keepClear(shifted(out, {0, 16}), 14);
    if (l.role == OverlayRole::superficialBorder)
      superficial.insert(superficial.end(), out.begin(), out.end());
    else if (l.role == OverlayRole::deepBorder)
      deep.insert(deep.end(), out.begin(), out.end());
  }
  Polyline tendon = superficial;
  tendon.insert(tendon.end(), deep.rbegin(), deep.rend());
  placer.keepClearInside(tendon);
  // Lines across the tendon keep labels out that would lie in it without touching a border.
  for (std::size_t i = 0; i < superficial.size() && !deep.empty(); i += 4)
    placer.keepClear({superficial[i], nearestOf(deep, superficial[i])}, 6);
  for (const OverlayRegion& r : scene.regions) {
    const Polyline out = toOutput(r.px);
    placer.keepClear(out, 6);
    placer.keepClearInside(out);
  }
  for (const OverlayFacet& facet : scene.facets)
    for (const Point end : {facet.beginPx, facet.endPx})
      placer.keepClear({setting_.toOutput(end), setting_.toOutput(end) + Point{0, 25 * scale_}}, 4);
  for (const Annotation& a : scene.annotations) {
    Polyline out;
    for (const Point p : a.px)
      out.push_back(setting_.toOutput(p));
    placer.keepClear(out, 5);
  }
}

void SceneStrokes::label(const OverlayScene& scene, const Rect& area, double reach) {
  LabelPlacer placer(area, reach);
  keepClear(scene, placer);
  // A person's own words come first: they lie where the person put them.
  if (shown(OverlayLayer::annotations)) {
    opacity_ = setting_.style.of(OverlayLayer::annotations).opacity;
    for (const Annotation& a : scene.annotations)
      annotationWords(a, placer, area);
    opacity_ = 1;
  }
  if (!shown(OverlayLayer::labels))
    return;
  const double labels = setting_.style.of(OverlayLayer::labels).opacity;
  opacity_ = labels;
  if (shown(OverlayLayer::discontinuities))
    for (const OverlayRegion& r : scene.regions)
      if (r.px.size() > 2)
        regionName(r, toOutput(r.px), placer);
  if (shown(OverlayLayer::facets))
    for (const OverlayFacet& facet : scene.facets) {
      if (facet.name.empty())
        continue;
      const Polyline ends{setting_.toOutput(facet.beginPx), setting_.toOutput(facet.endPx)};
      const Polyline inside = seenPoints(resampled(ends, std::max(1.0, length(ends) / 32)));
      if (inside.empty())
        continue;
      const double size = smallSize * scale_;
      const double width = textWidth_(facet.name, size);
      const Point middle = inside.size() > 32 ? (ends[0] + ends[1]) * 0.5 : meanOf(inside);
      if (const auto rect = placer.place(middle + Point{0, 8}, width + 4, 18 * scale_))
        text({rect->x0 + 2, rect->y0, rect->x1, rect->y1}, facet.name, size, white);
    }
  if (shown(OverlayLayer::unassessable))
    for (const OverlayZone& z : scene.zones)
      zoneName(z, placer);
  opacity_ = 1;
}

std::string SceneStrokes::wordsOf(const Annotation& annotation) {
  std::string words;
  if (annotation.kind == Annotation::Kind::caliper)
    words = annotation.value ? formatted("%.1f mm", *annotation.value) : "no scale";
  if (annotation.kind == Annotation::Kind::angle)
    words = annotation.value ? formatted("%.0f\xC2\xB0", *annotation.value) : "no scale";
  if (!annotation.text.empty())
    words = words.empty() ? annotation.text : annotation.text + " " + words;
  return words;
}

/// Always shown: a value that a person measured must not vanish for want of room.
void SceneStrokes::annotationWords(const Annotation& annotation, LabelPlacer& placer, const Rect& area) {
  const std::string words = wordsOf(annotation);
  if (words.empty() || annotation.px.empty())
    return;
  Polyline out;
  for (const Point p : annotation.px)
    out.push_back(setting_.toOutput(p));
  if (seenPoints(resampled(out, 20)).empty())
    return;
  const double size = 14 * scale_;
  const double width = textWidth_(words, size) + 4;
  const double height = 20 * scale_;
  Rect rect{out[0].x + 8 * scale_, out[0].y - height / 2, out[0].x + 8 * scale_ + width, out[0].y + height / 2};
  if (annotation.kind != Annotation::Kind::text) {
    const Point at = annotation.kind == Annotation::Kind::angle && out.size() > 1 ? out[1] : meanOf(out);
    if (const auto free = placer.place(at, width, height))
      rect = *free;
    else
      rect = {at.x + 8, at.y - height / 2, at.x + 8 + width, at.y + height / 2};
  }
  const double dx = std::max(area.x0 - rect.x0, std::min(0.0, area.x1 - rect.x1));
  const double dy = std::max(area.y0 - rect.y0, std::min(0.0, area.y1 - rect.y1));
  rect = {rect.x0 + dx, rect.y0 + dy, rect.x1 + dx, rect.y1 + dy};
  placer.keepClear(rect);
  text({rect.x0 + 2, rect.y0, rect.x1, rect.y1}, words, size, white);
}

void SceneStrokes::regionName(const OverlayRegion& region, const Polyline& whole, LabelPlacer& placer) {
  const Polyline outline = seenPoints(whole);
  if (outline.empty())
    return;
  const Point middle = meanOf(outline);
  const Rect bounds = boundsOf(outline);
  const double lowest = bounds.y1;
  const std::string words = regionLabel(region);
  const double size = regionNameSize * scale_;
  const auto leaderTo = [&](const Rect& rect) -> Polyline {
    const Point to{std::clamp(middle.x, rect.x0 + 4, rect.x1 - 4), rect.y0 > lowest ? rect.y0 : rect.y1};
    return {nearestOf(outline, to), to}; // it starts at the outline, not in the defect
  };
  const double width = textWidth_(words, size) + 6;
  auto rect = placer.place({middle.x, lowest + 14}, width, 22 * scale_, leaderTo);
  if (!rect) // far zoomed in, its lower end may lie at the window's
    rect = placer.place({middle.x, bounds.y0 - 14}, width, 22 * scale_, leaderTo);
  if (!rect)
    return; // the legend, or the viewer's panel, still names it
  const Colour colour = doubtful(region) ? reddishPurple : white;
  haloed(leaderTo(*rect), doubtful(region) ? reddishPurple : vermillion, line_ * 0.75, 0.6);
  text({rect->x0 + 3, rect->y0, rect->x1, rect->y1}, words, size, colour);
}

void SceneStrokes::zoneName(const OverlayZone& zone, LabelPlacer& placer) {
  const Polyline outline = seenPoints(toOutput(zone.px));
  if (outline.empty())
    return;
  const std::string words = zone.angleDeg ? formatted("angle %.0f\xC2\xB0", std::abs(*zone.angleDeg)) : "angle";
  const double size = (smallSize - 1) * scale_;
  const Point middle = meanOf(outline);
  const double lowest = boundsOf(outline).y1;
  const auto leaderTo = [&](const Rect& rect) -> Polyline {
    const Point to{std::clamp(middle.x, rect.x0 + 4, rect.x1 - 4), rect.y0 > lowest ? rect.y0 : rect.y1};
    return {nearestOf(outline, to), to};
  };
  const auto rect = placer.place({middle.x, lowest + 14}, textWidth_(words, size) + 4, 17 * scale_, leaderTo);
  if (!rect)
    return;
  Colour pale = white;
  pale.a = 0xA0;
  stroke(leaderTo(*rect), pale, scale_);
  text({rect->x0 + 2, rect->y0, rect->x1, rect->y1}, words, size, white);
}

} // namespace drawing
} // namespace hipcuff
