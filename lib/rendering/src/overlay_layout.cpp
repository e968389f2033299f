#include "overlay_layout.h"

#include "hipcuff/core/version.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "label_placer.h"
#include "stroke_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace hipcuff {

int overlayZoom(int pictureWidth, int pictureHeight) noexcept {
  constexpr int wantedWidth = 700;
  constexpr int mostHeight = 1600;
  if (pictureWidth <= 0 || pictureHeight <= 0)
    return 1;
  const int zoom = (wantedWidth + pictureWidth - 1) / pictureWidth;
  return std::max(1, std::min(zoom, mostHeight / pictureHeight));
}

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

constexpr double margin = 12;
constexpr double rulerWidth = 46;
constexpr double leastWidth = 640; // room for the words around a narrow picture
constexpr double lineWidth = 1.6;
constexpr double titleSize = 14;
constexpr double badgeSize = 17;
constexpr double smallSize = 13;
constexpr double rowHeight = 22;

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

bool doubtful(const OverlayRegion& region) {
  return region.suspectedAnisotropy || !region.counted;
}

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

Colour colourOf(GradeClass grade) {
  switch (grade) {
  case GradeClass::normal:
    return bluishGreen;
  case GradeClass::tendinosis:
    return yellow;
  case GradeClass::partialThickness:
    return orange;
  case GradeClass::fullThickness:
    return vermillion;
  case GradeClass::notGradable:
    return grey;
  }
  return grey;
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

std::vector<std::string> wrapped(const std::string& words, double size, double width, const TextWidth& textWidth) {
  std::vector<std::string> rows;
  std::istringstream in(words);
  std::string word;
  while (in >> word) {
    if (rows.empty() || textWidth(rows.back() + " " + word, size) > width)
      rows.push_back(word);
    else
      rows.back() += " " + word;
  }
  return rows;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

class Layout {
public:
  Layout(const OverlayScene& scene, const TextWidth& textWidth)
      : scene_(scene)
      , textWidth_(textWidth) {}

  DisplayList run() {
    list_.zoom = overlayZoom(scene_.picture.width, scene_.picture.height);
    const double pictureWidth = static_cast<double>(scene_.picture.width) * list_.zoom;
    const double ruler = scene_.mmPerPx ? rulerWidth : margin;
    const double width = std::max(leastWidth, ruler + pictureWidth + margin);
    list_.width = static_cast<int>(std::ceil(width));
    list_.pictureLeft = static_cast<int>(std::max(ruler, std::floor((width - pictureWidth) / 2)));
    if (width > leastWidth)
      list_.pictureLeft = static_cast<int>(ruler);
    header();
    list_.pictureTop = static_cast<int>(y_);
    y_ += static_cast<double>(scene_.picture.height) * list_.zoom;
    facets();
    for (const OverlayRole role : {OverlayRole::cortex, OverlayRole::deepBorder, OverlayRole::superficialBorder})
      for (const OverlayLine& line : scene_.lines)
        if (line.role == role)
          drawLine(line.role, line.inferred, toOutput(line.px));
    for (const OverlayRegion& region : scene_.regions)
      drawRegion(region, toOutput(region.px));
    labels();
    depthRuler();
    y_ += 8;
    scaleRow();
    legend();
    y_ += 2;
    for (const std::string& row : wrapped(notice, smallSize, list_.width - 2 * margin, textWidth_))
      textRow(row, smallSize, grey, rowHeight);
    list_.height = static_cast<int>(std::ceil(y_ + 6));
    return std::move(list_);
  }

private:
  [[nodiscard]] Point toOutput(Point px) const {
    return {list_.pictureLeft + (px.x + 0.5) * list_.zoom, list_.pictureTop + (px.y + 0.5) * list_.zoom};
  }
  [[nodiscard]] Polyline toOutput(const Polyline& px) const {
    Polyline out;
    out.reserve(px.size());
    for (const Point p : px)
      out.push_back(toOutput(p));
    return thinned(out, 2.5);
  }

  void textRow(const std::string& words, double size, Colour colour, double height) {
    list_.texts.push_back({margin, y_ + height / 2, words, size, colour, false});
    y_ += height;
  }

  void header() {
    y_ = 6;
    const double width = list_.width - 2 * margin;
    for (const std::string& row : wrapped(scene_.title, titleSize, width, textWidth_))
      textRow(row, titleSize, white, rowHeight);
    for (const std::string& row : wrapped(scene_.badge, badgeSize, width - 20, textWidth_)) {
      list_.boxes.push_back({{margin, y_ + 4, margin + 10, y_ + 24}, colourOf(scene_.grade)});
      list_.texts.push_back({margin + 20, y_ + 14, row, badgeSize, white, false});
      y_ += 28;
    }
    for (const std::string& remark : scene_.remarks)
      for (const std::string& row : wrapped(remark, smallSize, width, textWidth_))
        textRow(row, smallSize, grey, 19);
    y_ += 6;
  }

  void stroke(Polyline points, Colour colour, double width) {
    if (points.size() > 1)
      list_.strokes.push_back({std::move(points), colour, width});
  }

  /// The halo lies to one side, so that the echo which the line marks is not dimmed: above the superficial border
  /// (outside of the tendon), below the cortex (in its shadow).
  void haloed(const Polyline& points, Colour colour, double width, double side) {
    stroke(shifted(points, {0, side * width * 0.9}), halo, width);
    stroke(points, colour, width);
  }

  void drawLine(OverlayRole role, bool inferred, const Polyline& line) {
    if (line.size() < 2)
      return;
    const double side = role == OverlayRole::superficialBorder ? -1 : 1;
    std::vector<Polyline> pieces{line};
    if (inferred)
      pieces = dashed(line, {4, 5});
    else if (role == OverlayRole::deepBorder)
      pieces = dashed(line, {13, 4, 3, 4});
    if (role == OverlayRole::cortex && !inferred)
      for (const Polyline& tick : ticksBelow(line, 12, 6))
        haloed(tick, colourOf(role), 1.2, 0.5);
    if (inferred) {
      // Nothing is seen along it that an unbroken halo could hide, and short dashes need one on a bright echo.
      stroke(line, halo, lineWidth + 1.4);
      for (const Polyline& piece : pieces)
        stroke(piece, colourOf(role), lineWidth);
      return;
    }
    for (const Polyline& piece : pieces)
      haloed(piece, colourOf(role), lineWidth, side);
  }

  void drawRegion(const OverlayRegion& region, Polyline outline) {
    if (outline.size() < 3)
      return;
    const Colour colour = doubtful(region) ? reddishPurple : vermillion;
    if (!doubtful(region)) {
      Colour thin = colour;
      thin.a = 0xC0;
      for (const double angle : hatchAngles(region.kind))
        for (Polyline& line : hatched(outline, angle, 9))
          stroke(std::move(line), thin, 1.0);
    }
    outline.push_back(outline.front());
    if (doubtful(region)) {
      stroke(outline, halo, lineWidth + 1.6);
      for (const Polyline& piece : dashed(outline, {6, 4}))
        stroke(piece, colour, lineWidth + 0.4);
    } else {
      stroke(outline, halo, lineWidth + 1.6);
      stroke(outline, colour, lineWidth);
    }
  }

  void facets() {
    for (const OverlayFacet& facet : scene_.facets)
      for (const Point end : {facet.beginPx, facet.endPx}) {
        const Point foot = toOutput(end);
        stroke({foot + Point{0, 3}, foot + Point{0, 25}}, halo, 4);
        stroke({foot + Point{0, 4}, foot + Point{0, 24}}, white, 1.6);
      }
  }

  /// Names of discontinuities and facets, each where it covers neither the tendon nor another name.
  void labels() {
    const double right = list_.pictureLeft + static_cast<double>(scene_.picture.width) * list_.zoom;
    const double bottom = list_.pictureTop + static_cast<double>(scene_.picture.height) * list_.zoom;
    LabelPlacer placer({list_.pictureLeft + 3.0, list_.pictureTop + 3.0, right - 3, bottom - 3});
    Polyline superficial;
    Polyline deep;
    for (const OverlayLine& line : scene_.lines) {
      const Polyline out = toOutput(line.px);
      placer.keepClear(out, 8);
      // The bone's own echo and what may be seen just below it; labels go deeper, into its shadow.
      if (line.role == OverlayRole::cortex)
        placer.keepClear(shifted(out, {0, 16}), 14);
      if (line.role == OverlayRole::superficialBorder)
        superficial.insert(superficial.end(), out.begin(), out.end());
      else if (line.role == OverlayRole::deepBorder)
        deep.insert(deep.end(), out.begin(), out.end());
    }
    Polyline tendon = superficial;
    tendon.insert(tendon.end(), deep.rbegin(), deep.rend());
    placer.keepClearInside(tendon);
    // Lines across the tendon keep labels out that would lie in it without touching a border.
    for (std::size_t i = 0; i < superficial.size() && !deep.empty(); i += 4) {
      const Point from = superficial[i];
      const Point to = *std::min_element(deep.begin(), deep.end(),
                                         [&](Point a, Point b) { return distance(a, from) < distance(b, from); });
      placer.keepClear({from, to}, 6);
    }
    for (const OverlayRegion& region : scene_.regions) {
      const Polyline out = toOutput(region.px);
      placer.keepClear(out, 6);
      placer.keepClearInside(out);
    }
    for (const OverlayFacet& facet : scene_.facets)
      for (const Point end : {facet.beginPx, facet.endPx})
        placer.keepClear({toOutput(end), toOutput(end) + Point{0, 25}}, 4);
    for (const OverlayRegion& region : scene_.regions)
      if (region.px.size() > 2)
        regionName(region, toOutput(region.px), placer);
    for (const OverlayFacet& facet : scene_.facets) {
      if (facet.name.empty())
        continue;
      const double width = textWidth_(facet.name, smallSize);
      const Point middle = (toOutput(facet.beginPx) + toOutput(facet.endPx)) * 0.5;
      if (const auto rect = placer.place(middle + Point{0, 8}, width + 4, 18))
        list_.texts.push_back({rect->x0 + 2, (rect->y0 + rect->y1) / 2, facet.name, smallSize, white, true});
    }
  }

  void regionName(const OverlayRegion& region, const Polyline& outline, LabelPlacer& placer) {
    Point lowest = outline.front();
    Point middle{};
    for (const Point p : outline) {
      middle = middle + p * (1.0 / static_cast<double>(outline.size()));
      if (p.y > lowest.y)
        lowest = p;
    }
    const std::string words = regionLabel(region);
    const double size = 15;
    const auto leaderTo = [&](const Rect& rect) -> Polyline {
      const Point to{std::clamp(middle.x, rect.x0 + 4, rect.x1 - 4), rect.y0 > lowest.y ? rect.y0 : rect.y1};
      // It starts at the outline, not in the defect.
      Point from = outline.front();
      for (const Point p : outline)
        if (distance(p, to) < distance(from, to))
          from = p;
      return {from, to};
    };
    const auto rect = placer.place({middle.x, lowest.y + 14}, textWidth_(words, size) + 6, 22, leaderTo);
    if (!rect)
      return; // the legend still names it
    const Colour colour = doubtful(region) ? reddishPurple : white;
    haloed(leaderTo(*rect), doubtful(region) ? reddishPurple : vermillion, 1.2, 0.6);
    list_.texts.push_back({rect->x0 + 3, (rect->y0 + rect->y1) / 2, words, size, colour, true});
  }

  void depthRuler() {
    if (!scene_.mmPerPx || scene_.mmPerPx->y <= 0)
      return;
    const double pxPerMm = list_.zoom / scene_.mmPerPx->y;
    const double depth = scene_.picture.height * scene_.mmPerPx->y;
    const double step = roundScaleBarMm(pxPerMm, 90);
    const double x = list_.pictureLeft - 4.0;
    for (int half = 0; half * step / 2 <= depth; ++half) {
      const double mm = half * step / 2;
      const double y = list_.pictureTop + mm * pxPerMm;
      const bool whole = half % 2 == 0;
      stroke({{x - (whole ? 8 : 4), y}, {x, y}}, grey, 1);
      if (whole) {
        const std::string words = number(mm);
        list_.texts.push_back({x - 12 - textWidth_(words, smallSize), y, words, smallSize, grey, false});
      }
    }
    // The unit stands at the first half step, where no number is.
    list_.texts.push_back(
        {x - 12 - textWidth_("mm", smallSize), list_.pictureTop + step / 2 * pxPerMm, "mm", smallSize, grey, false});
  }

  void scaleRow() {
    if (!scene_.mmPerPx || scene_.mmPerPx->x <= 0) {
      textRow("no scale: the picture is not calibrated", smallSize, white, rowHeight);
      return;
    }
    const double pxPerMm = list_.zoom / scene_.mmPerPx->x;
    const double mm = roundScaleBarMm(pxPerMm, 160);
    const double x0 = list_.pictureLeft;
    const double x1 = x0 + mm * pxPerMm;
    const double y = y_ + rowHeight / 2;
    stroke({{x0, y}, {x1, y}}, white, 2);
    for (const double x : {x0, x1})
      stroke({{x, y - 5}, {x, y + 5}}, white, 2);
    list_.texts.push_back({x1 + 10, y, number(mm) + " mm", smallSize, white, false});
    y_ += rowHeight + 2;
  }

  template <typename Sample>
  void legendEntry(const std::string& words, Sample&& sample) {
    constexpr double sampleWidth = 36;
    const double width = sampleWidth + 6 + textWidth_(words, smallSize) + 20;
    if (legendX_ + width - 20 > list_.width - margin && legendX_ > margin) {
      legendX_ = margin;
      y_ += rowHeight;
    }
    const double middle = y_ + rowHeight / 2;
    sample(Rect{legendX_, middle - 8, legendX_ + sampleWidth, middle + 8});
    list_.texts.push_back({legendX_ + sampleWidth + 6, middle, words, smallSize, white, false});
    legendX_ += width;
  }

  void legend() {
    legendX_ = margin;
    bool any = false;
    const auto has = [&](OverlayRole role, bool inferred) {
      return std::any_of(scene_.lines.begin(), scene_.lines.end(),
                         [&](const OverlayLine& l) { return l.role == role && l.inferred == inferred; });
    };
    const auto lineEntry = [&](OverlayRole role, bool inferred, const std::string& words) {
      any = true;
      legendEntry(words, [&](const Rect& at) {
        const double y = (at.y0 + at.y1) / 2;
        drawLine(role, inferred, {{at.x0, y}, {at.x1, y}});
      });
    };
    for (const OverlayRole role : {OverlayRole::superficialBorder, OverlayRole::deepBorder, OverlayRole::cortex})
      if (has(role, false))
        lineEntry(role, false, nameOf(role));
    for (const OverlayRole role : {OverlayRole::superficialBorder, OverlayRole::deepBorder})
      if (has(role, true))
        lineEntry(role, true, std::string(nameOf(role)) + ", inferred");
    for (const OverlayRegion& region : scene_.regions) {
      any = true;
      legendEntry(regionLabel(region), [&](const Rect& at) {
        drawRegion(region, {{at.x0, at.y0}, {at.x1, at.y0}, {at.x1, at.y1}, {at.x0, at.y1}});
      });
    }
    if (any)
      y_ += rowHeight;
  }

  const OverlayScene& scene_;
  const TextWidth& textWidth_;
  DisplayList list_;
  double y_ = 0;
  double legendX_ = margin;
};

} // namespace

double roundScaleBarMm(double pxPerMm, double wantedPx) {
  const double wanted = wantedPx / pxPerMm;
  const double decade = std::pow(10.0, std::floor(std::log10(wanted)));
  double best = decade;
  for (const double factor : {2.0, 5.0, 10.0})
    if (std::abs(std::log(factor * decade / wanted)) < std::abs(std::log(best / wanted)))
      best = factor * decade;
  return best;
}

DisplayList layOut(const OverlayScene& scene, const TextWidth& textWidth) {
  return Layout(scene, textWidth).run();
}

} // namespace drawing
} // namespace hipcuff
