#include "interactive_layout.h"

#include "overlay_layout.h"
#include "scene_strokes.h"
#include "stroke_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace hipcuff::drawing {
namespace {

constexpr double labelReach = 220;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

class Scales {
public:
  Scales(DisplayList& list, const PictureExtent& picture, const OverlayRuler& ruler, const Viewport& viewport,
         const OverlayStyle& style, const TextWidth& textWidth)
      : list_(list)
      , picture_(picture)
      , ruler_(ruler)
      , viewport_(viewport)
      , style_(style)
      , textWidth_(textWidth)
      , opacity_(style.of(OverlayLayer::scale).opacity)
      , size_(smallSize * style.scale) {}

  /// At the lower right corner.
  void bar() {
    const double s = style_.scale;
    const double right = viewport_.windowWidth() - 14 * s;
    const double y = viewport_.windowHeight() - 16 * s;
    const bool known = picture_.mmPerPx && picture_.mmPerPx->x > 0;
    if (!known) {
      const std::string words = "no scale";
      const double width = textWidth_(words, size_);
      if (width + 20 * s < viewport_.windowWidth())
        text(right - width, y, words);
      return;
    }
    const double pxPerMm = viewport_.zoom() / picture_.mmPerPx->x;
    const double room = viewport_.windowWidth() - 28 * s;
    double wanted = std::min(120 * s, room * 0.4);
    double mm = roundScaleBarMm(pxPerMm, wanted);
    while (wanted > 4 && mm * pxPerMm + textWidth_(number(mm) + " mm", size_) + 8 * s > room)
      mm = roundScaleBarMm(pxPerMm, wanted *= 0.7);
    const std::string words = number(mm) + " mm";
    const double width = textWidth_(words, size_);
    const double x1 = right - width - 8 * s;
    const double x0 = x1 - mm * pxPerMm;
    if (x0 < 14 * s || y < 20 * s)
      return; // the window is too small for any
    for (const bool dark : {true, false}) {
      stroke({{x0, y}, {x1, y}}, dark);
      for (const double x : {x0, x1})
        stroke({{x, y - 5 * s}, {x, y + 5 * s}}, dark);
    }
    text(x1 + 8 * s, y, words);
  }

  /// Along the left edge.
  void depth() {
    if (!picture_.mmPerPx || picture_.mmPerPx->y <= 0)
      return;
    const double s = style_.scale;
    const double mmPerPx = picture_.mmPerPx->y;
    const double pxPerMm = viewport_.zoom() * viewport_.pixelAspect() / mmPerPx;
    const double step = roundScaleBarMm(pxPerMm, 90 * s);
    // Millimetres seen in the window and in the picture, counted the ruler's way.
    const double way = ruler_.upwards ? -1 : 1;
    const auto mmOf = [&](double row) { return way * (row - ruler_.zeroPx) * mmPerPx; };
    const auto yOf = [&](double mm) { return viewport_.toWindow({0, ruler_.zeroPx + way * mm / mmPerPx}).y; };
    const double topRow = std::max(0.0, viewport_.toPicture({0, 0}).y);
    const double bottomRow =
        std::min(picture_.height - 1.0, viewport_.toPicture({0, double(viewport_.windowHeight())}).y);
    const double least = std::max(0.0, std::min(mmOf(topRow), mmOf(bottomRow)));
    const double most = std::max(mmOf(topRow), mmOf(bottomRow));
    const auto first = static_cast<long>(std::ceil(least / (step / 2)));
    const double left = 1.5;
    bool unit = false;
    for (long half = first; static_cast<double>(half) * step / 2 <= most; ++half) {
      const double mm = static_cast<double>(half) * step / 2;
      const double y = yOf(mm);
      const bool whole = half % 2 == 0;
      for (const bool dark : {true, false})
        stroke({{left, y}, {left + (whole ? 9 : 5) * s, y}}, dark);
      if (!whole || y < 9 * s || y > viewport_.windowHeight() - 9 * s)
        continue;
      text(left + 12 * s, y, number(mm) + (unit ? "" : " mm"));
      unit = true;
    }
  }

private:
  void stroke(Polyline points, bool dark) {
    Colour colour = dark ? Colour{0, 0, 0, 0xC0} : white;
    colour.a = static_cast<std::uint8_t>(std::lround(colour.a * std::clamp(opacity_, 0.0, 1.0)));
    const double width = (style_.highContrast ? 2.4 : 1.6) * style_.scale;
    list_.strokes.push_back({std::move(points), colour, dark ? width + 2 : width});
  }
  void text(double x, double y, const std::string& words) {
    Colour colour = white;
    colour.a = static_cast<std::uint8_t>(std::lround(255 * std::clamp(opacity_, 0.0, 1.0)));
    list_.texts.push_back({x, y, words, size_, colour, true});
  }

  DisplayList& list_;
  const PictureExtent& picture_;
  const OverlayRuler& ruler_;
  const Viewport& viewport_;
  const OverlayStyle& style_;
  const TextWidth& textWidth_;
  double opacity_;
  double size_;
};

} // namespace

DisplayList layOutInteractive(const OverlayScene& scene, const PictureExtent& picture, const Viewport& viewport,
                              const OverlayStyle& style, const TextWidth& textWidth) {
  DisplayList list;
  list.width = viewport.windowWidth();
  list.height = viewport.windowHeight();
  StrokeSetting setting;
  setting.toOutput = [&](Point px) { return viewport.toWindow(px); };
  setting.style = style;
  setting.window = {0, 0, double(list.width), double(list.height)};
  setting.anchor = viewport.toWindow({0, 0});
  setting.smoothJoints = true;
  SceneStrokes strokes(list, setting, textWidth);
  strokes.draw(scene);
  // Words keep off the ruler and the bar, and stay on the picture.
  const Point a = viewport.toWindow({-0.5, -0.5});
  const Point b = viewport.toWindow({picture.width - 0.5, picture.height - 0.5});
  const double s = style.scale;
  const bool scales = style.of(OverlayLayer::scale).shown;
  const Rect area{std::max(scales ? 40 * s : 3, std::min(a.x, b.x) + 3), std::max(3.0, a.y + 3),
                  std::min(list.width - 3.0, std::max(a.x, b.x) - 3),
                  std::min(list.height - (scales ? 30 * s : 3), b.y - 3)};
  strokes.label(scene, area, labelReach * s);
  if (scales && picture.width > 0) {
    Scales scale(list, picture, scene.ruler, viewport, style, textWidth);
    scale.bar();
    scale.depth();
  }
  return list;
}

DisplayList layOutTools(const std::vector<ToolMark>& marks, const Viewport& viewport, const OverlayStyle& style,
                        const TextWidth& textWidth) {
  DisplayList list;
  list.width = viewport.windowWidth();
  list.height = viewport.windowHeight();
  const double s = style.scale;
  const double width = 1.8 * s * (style.highContrast ? 1.5 : 1);
  const Colour dark{0, 0, 0, 0xD0};
  const auto both = [&](const Polyline& line, Colour colour) {
    list.strokes.push_back({line, dark, width + 2 * s});
    list.strokes.push_back({line, colour, width});
  };
  const auto ring = [&](Point at, double radius, Colour colour, bool filled) {
    Polyline circle;
    for (int i = 0; i <= 24; ++i) {
      const double angle = 2 * std::numbers::pi * i / 24;
      circle.push_back(at + Point{std::cos(angle), std::sin(angle)} * radius);
    }
    circle.back() = circle.front();
    if (filled) {
      Polyline inner;
      for (const Point p : circle)
        inner.push_back(at + (p - at) * 0.5);
      list.strokes.push_back({inner, colour, radius});
    }
    both(circle, colour);
  };
  for (const ToolMark& mark : marks) {
    Polyline out;
    for (const Point p : mark.px)
      out.push_back(viewport.toWindow(p));
    if (out.empty())
      continue;
    const Point p = out.front();
    switch (mark.kind) {
    case ToolMark::Kind::handle:
      ring(p, 4.5 * s, white, false);
      break;
    case ToolMark::Kind::activeHandle:
      ring(p, 5.5 * s, yellow, true);
      break;
    case ToolMark::Kind::closedLine:
      out.push_back(p);
      [[fallthrough]];
    case ToolMark::Kind::line:
      if (out.size() > 1)
        both(simplified(out, 0.1), white);
      break;
    case ToolMark::Kind::cross: {
      const double reach = 9 * s;
      const double gap = 3 * s; // what is under the pointer stays seen
      for (const Point to : {Point{1, 0}, Point{-1, 0}, Point{0, 1}, Point{0, -1}})
        both({p + to * gap, p + to * reach}, white);
      break;
    }
    case ToolMark::Kind::text: {
      // Beside its place; on the other side where the window ends.
      const double size = 15 * s;
      const double wide = textWidth(mark.text, size);
      const double x = p.x + 12 * s + wide < list.width ? p.x + 12 * s : p.x - 12 * s - wide;
      const double lowest = std::max(12 * s, list.height - 12 * s);
      list.texts.push_back({std::clamp(x, 2.0, std::max(2.0, list.width - wide - 2)),
                            std::clamp(p.y - 14 * s, 12 * s, lowest), mark.text, size, white, true});
      break;
    }
    }
  }
  return list;
}

} // namespace hipcuff::drawing
