#include "hipcuff/report/thumbnail.h"

#include "jpeg.h"

#include "hipcuff/report/review_words.h"
#include "text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace hipcuff::report {
namespace {

constexpr int jpegQuality = 72;

using Colour = std::array<float, 3>;
// As in assets/report.css.
constexpr Colour superficialColour{0xe6, 0x9f, 0x00};
constexpr Colour deepColour{0x00, 0x9e, 0x73};
constexpr Colour gapColour{0xd5, 0x5e, 0x00};
constexpr Colour haloColour{0, 0, 0};

/// Part of a source pixel that each target pixel along one axis takes.
struct Share {
  int source;
  float weight;
};

std::vector<std::vector<Share>> shares(int from, int to) {
  std::vector<std::vector<Share>> out(static_cast<std::size_t>(to));
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double begin = i * step;
    const double end = std::min<double>((i + 1) * step, from);
    for (int s = static_cast<int>(begin); s < from && s < end; ++s) {
      const double covered = std::min<double>(s + 1, end) - std::max<double>(s, begin);
      if (covered > 0)
        out[static_cast<std::size_t>(i)].push_back({s, static_cast<float>(covered / (end - begin))});
    }
  }
  return out;
}

/// 0..255 with fractions, so that overlays are blended before rounding.
using Picture = Raster<float, 3>;

Picture scaledDown(const RgbImage& image, int width, int height) {
  const auto columns = shares(image.width, width);
  const auto rows = shares(image.height, height);
  Picture narrow(width, image.height);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < width; ++x)
      for (const Share& s : columns[static_cast<std::size_t>(x)])
        for (int c = 0; c < 3; ++c)
          narrow.at(x, y, c) += s.weight * static_cast<float>(image.at(s.source, y, c));
  Picture out(width, height);
  for (int y = 0; y < height; ++y)
    for (const Share& s : rows[static_cast<std::size_t>(y)])
      for (int x = 0; x < width; ++x)
        for (int c = 0; c < 3; ++c)
          out.at(x, y, c) += s.weight * narrow.at(x, s.source, c);
  return out;
}

struct Dashes {
  double on = 0; ///< pixels; 0: unbroken
  double off = 0;
};

class Drawing {
public:
  Drawing(Picture& picture, const ImageResult& image, int paneWidth, int paneHeight)
      : picture_(picture)
      , image_(image)
      , scale_{static_cast<double>(picture.width) / paneWidth, static_cast<double>(picture.height) / paneHeight}
      , cover_(picture.width, picture.height) {
    if (image.regionPx)
      origin_ = {static_cast<double>(image.regionPx->x0), static_cast<double>(image.regionPx->y0)};
  }

  /// Frame mm -> thumbnail pixels, centres at whole numbers.
  [[nodiscard]] Polyline place(const Polyline& mm) const {
    Polyline out;
    for (const Point p : mm) {
      const Point px = image_.toFullPixels(p);
      const Point q{(px.x - origin_.x + 0.5) * scale_.x - 0.5, (px.y - origin_.y + 0.5) * scale_.y - 0.5};
      if (std::isfinite(q.x) && std::isfinite(q.y))
        out.push_back(q);
    }
    return out;
  }

  /// Over a dark halo, so that it shows on bright speckle too.
  void line(const Polyline& mm, const Colour& colour, double width, Dashes dashes = {}, bool halo = true) {
    const Polyline px = place(mm);
    if (halo)
      stroke(px, haloColour, width + 1.6, 0.5F, {});
    stroke(px, colour, width, 1.0F, dashes);
  }

  void fill(const Polyline& mm, const Colour& colour, float opacity) {
    const Polyline px = place(mm);
    if (px.size() < 3)
      return;
    for (int y = 0; y < picture_.height; ++y) {
      std::vector<double> crossings;
      for (std::size_t i = 0, j = px.size() - 1; i < px.size(); j = i++)
        if ((px[j].y <= y) != (px[i].y <= y))
          crossings.push_back(px[j].x + (y - px[j].y) * (px[i].x - px[j].x) / (px[i].y - px[j].y));
      std::sort(crossings.begin(), crossings.end());
      for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
        const int from = static_cast<int>(std::ceil(std::clamp<double>(crossings[i], 0, picture_.width)));
        const int to = static_cast<int>(std::ceil(std::clamp<double>(crossings[i + 1], 0, picture_.width)));
        for (int x = from; x < to; ++x)
          blend(x, y, colour, opacity);
      }
    }
  }

private:
  void blend(int x, int y, const Colour& colour, float opacity) {
    for (int c = 0; c < 3; ++c) {
      float& v = picture_.at(x, y, c);
      v += opacity * (colour[static_cast<std::size_t>(c)] - v);
    }
  }

  /// Coverage is gathered first: where segments meet, or a line crosses itself, it is painted once.
  void stroke(const Polyline& px, const Colour& colour, double width, float opacity, Dashes dashes) {
    std::fill(cover_.data.begin(), cover_.data.end(), 0.0F);
    double along = 0;
    for (std::size_t i = 1; i < px.size(); ++i) {
      segment(px[i - 1], px[i], width / 2, along, dashes);
      along += std::hypot(px[i].x - px[i - 1].x, px[i].y - px[i - 1].y);
    }
    for (int y = 0; y < picture_.height; ++y)
      for (int x = 0; x < picture_.width; ++x)
        if (const float cover = cover_.at(x, y); cover > 0)
          blend(x, y, colour, opacity * cover);
  }

  void segment(Point a, Point b, double half, double along, Dashes dashes) {
    const Point d = b - a;
    const double length2 = d.x * d.x + d.y * d.y;
    const double length = std::sqrt(length2);
    const auto low = [&](double p, double q, int most) {
      return static_cast<int>(std::clamp<double>(std::floor(std::min(p, q) - half - 1), 0, most));
    };
    const auto high = [&](double p, double q, int most) {
      return static_cast<int>(std::clamp<double>(std::ceil(std::max(p, q) + half + 1), -1, most - 1));
    };
    for (int y = low(a.y, b.y, picture_.height); y <= high(a.y, b.y, picture_.height); ++y)
      for (int x = low(a.x, b.x, picture_.width); x <= high(a.x, b.x, picture_.width); ++x) {
        double t = length2 > 0 ? ((x - a.x) * d.x + (y - a.y) * d.y) / length2 : 0;
        t = std::clamp(t, 0.0, 1.0);
        double cover = half + 0.5 - std::hypot(x - a.x - t * d.x, y - a.y - t * d.y);
        if (dashes.on > 0) {
          const double phase = std::fmod(along + t * length, dashes.on + dashes.off);
          cover = std::min(cover, std::max(dashes.on - phase, phase - dashes.on - dashes.off + 1) + 0.5);
        }
        float& v = cover_.at(x, y);
        v = std::max(v, static_cast<float>(std::clamp(cover, 0.0, 1.0)));
      }
  }

  Picture& picture_;
  const ImageResult& image_;
  Point origin_{0, 0};
  Point scale_;
  FloatImage cover_;
};

/// Stretches where `flag` holds are dashed.
void drawBorder(Drawing& drawing, const std::vector<TendonStation>& stations, bool TendonStation::*flag,
                Point TendonStation::*border, const Colour& colour, bool deep) {
  for (std::size_t i = 0; i + 1 < stations.size();) {
    const auto inferred = [&](std::size_t k) { return stations[k].*flag || stations[k + 1].*flag; };
    const bool dashed = inferred(i);
    Polyline piece{stations[i].*border};
    for (; i + 1 < stations.size() && inferred(i) == dashed; ++i)
      piece.push_back(stations[i + 1].*border);
    if (deep) // it lies on the cortex, which must show between its dots
      drawing.line(piece, colour, 1.6, dashed ? Dashes{4, 4} : Dashes{1.5, 3}, false);
    else
      drawing.line(piece, colour, 1.6, dashed ? Dashes{5, 4} : Dashes{});
  }
}

} // namespace

std::string thumbnailJpeg(const ImageResult& image, int longerSide) {
  if (longerSide < 16 || longerSide > 4096)
    throw std::invalid_argument("thumbnailJpeg: longer side out of range");
  if (!image.picture || image.picture->empty())
    return {};
  const RgbImage& pane = *image.picture;
  Point stretch{1, 1};
  if (image.mmPerPx && image.mmPerPx->x > 0 && image.mmPerPx->y > 0) {
    const double unit = std::min(image.mmPerPx->x, image.mmPerPx->y);
    stretch = {image.mmPerPx->x / unit, image.mmPerPx->y / unit};
  }
  // Whichever axis is stretched is not enlarged: the other one is scaled down instead.
  const double factor =
      std::min({longerSide / std::max(pane.width * stretch.x, pane.height * stretch.y), 1 / stretch.x, 1 / stretch.y});
  const auto size = [&](int pixels, double by) {
    return std::clamp(static_cast<int>(std::lround(pixels * by * factor)), 1, pixels);
  };
  Picture picture = scaledDown(pane, size(pane.width, stretch.x), size(pane.height, stretch.y));

  Drawing drawing(picture, image, pane.width, pane.height);
  for (const Discontinuity& d : image.measurements.discontinuities) {
    if (d.polygonMm.size() < 3)
      continue;
    Polyline closed = d.polygonMm;
    closed.push_back(closed.front());
    const bool doubtful = d.suspectedAnisotropy || !countsAsTear(classOf(image));
    if (!doubtful)
      drawing.fill(d.polygonMm, gapColour, 0.2F);
    drawing.line(closed, gapColour, 1.6, doubtful ? Dashes{2, 3} : Dashes{});
  }
  const auto& stations = image.anatomy.tendon.stations;
  drawBorder(drawing, stations, &TendonStation::deepInferred, &TendonStation::deepMm, deepColour, true);
  drawBorder(drawing, stations, &TendonStation::superficialInferred, &TendonStation::superficialMm, superficialColour,
             false);

  RgbImage rounded(picture.width, picture.height);
  std::transform(picture.data.begin(), picture.data.end(), rounded.data.begin(),
                 [](float v) { return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0F, 255.0F))); });
  return encodeJpeg(rounded, jpegQuality);
}

} // namespace hipcuff::report
