#include "overlay_layout.h"

#include "hipcuff/core/version.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "scene_strokes.h"

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

namespace drawing {
namespace {

constexpr double margin = 12;
constexpr double rulerWidth = 46;
constexpr double leastWidth = 640; // room for the words around a narrow picture
constexpr double titleSize = 14;
constexpr double badgeSize = 17;
constexpr double rowHeight = 22;

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
      , textWidth_(textWidth)
      , setting_{[this](Point px) { return toOutput(px); }}
      , strokes_(list_, setting_, textWidth) {}
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;

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
    const double right = list_.pictureLeft + pictureWidth;
    strokes_.draw(scene_);
    strokes_.label(scene_, {list_.pictureLeft + 3.0, list_.pictureTop + 3.0, right - 3, y_ - 3});
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

  void depthRuler() {
    if (!scene_.mmPerPx || scene_.mmPerPx->y <= 0)
      return;
    const double pxPerMm = list_.zoom / scene_.mmPerPx->y;
    const double step = roundScaleBarMm(pxPerMm, 90);
    const double x = list_.pictureLeft - 4.0;
    const OverlayRuler& ruler = scene_.ruler;
    const double way = ruler.upwards ? -1 : 1;
    const double zero = list_.pictureTop + ruler.zeroPx * list_.zoom;
    const double rows = ruler.upwards ? ruler.zeroPx : scene_.picture.height - ruler.zeroPx;
    for (int half = 0; half * step / 2 <= rows * scene_.mmPerPx->y; ++half) {
      const double mm = half * step / 2;
      const double y = zero + way * mm * pxPerMm;
      const bool whole = half % 2 == 0;
      stroke({{x - (whole ? 8 : 4), y}, {x, y}}, grey, 1);
      if (whole) {
        const std::string words = number(mm);
        list_.texts.push_back({x - 12 - textWidth_(words, smallSize), y, words, smallSize, grey, false, {}});
      }
    }
    // The unit stands at the first half step, where no number is.
    list_.texts.push_back(
        {x - 12 - textWidth_("mm", smallSize), zero + way * step / 2 * pxPerMm, "mm", smallSize, grey, false});
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
                         [&](const OverlayLine& l) { return l.role == role && l.inferred == inferred && !l.former; });
    };
    const auto lineEntry = [&](OverlayRole role, bool inferred, const std::string& words) {
      any = true;
      legendEntry(words, [&](const Rect& at) {
        const double y = (at.y0 + at.y1) / 2;
        strokes_.line(role, inferred, {{at.x0, y}, {at.x1, y}});
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
        strokes_.region(region, {{at.x0, at.y0}, {at.x1, at.y0}, {at.x1, at.y1}, {at.x0, at.y1}});
      });
    }
    if (!scene_.zones.empty()) {
      any = true;
      legendEntry("not assessable: beam's angle", [&](const Rect& at) {
        strokes_.zone({{at.x0, at.y0}, {at.x1, at.y0}, {at.x1, at.y1}, {at.x0, at.y1}});
      });
    }
    if (any)
      y_ += rowHeight;
  }

  const OverlayScene& scene_;
  const TextWidth& textWidth_;
  DisplayList list_;
  StrokeSetting setting_;
  SceneStrokes strokes_;
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
