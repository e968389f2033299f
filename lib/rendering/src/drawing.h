// A list of strokes, hatches and texts in output pixels (y down): what the layout decides and any canvas can paint.
#pragma once

#include "hipcuff/core/geometry.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hipcuff::drawing {

struct Colour {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;
};

// Okabe & Ito's palette (jfly.uni-koeln.de/color), made to be told apart with any common colour vision.
inline constexpr Colour orange{0xE6, 0x9F, 0x00};
inline constexpr Colour skyBlue{0x56, 0xB4, 0xE9};
inline constexpr Colour bluishGreen{0x00, 0x9E, 0x73};
inline constexpr Colour yellow{0xF0, 0xE4, 0x42};
inline constexpr Colour vermillion{0xD5, 0x5E, 0x00};
inline constexpr Colour reddishPurple{0xCC, 0x79, 0xA7};
inline constexpr Colour white{0xF2, 0xF2, 0xF2};
inline constexpr Colour grey{0xA8, 0xA8, 0xA8};
inline constexpr Colour background{0x16, 0x18, 0x1B};
inline constexpr Colour halo{0x00, 0x00, 0x00, 0xB0};

struct Stroke {
  Polyline points;
  Colour colour;
  double width = 1.5;
};

struct Rect {
  double x0 = 0;
  double y0 = 0;
  double x1 = 0;
  double y1 = 0;
  [[nodiscard]] bool overlaps(const Rect& o) const noexcept { return x0 < o.x1 && o.x0 < x1 && y0 < o.y1 && o.y0 < y1; }
};

struct Box {
  Rect rect;
  Colour colour;
};

/// What lies between two lines that run from left to right side by side, point by point.
struct Band {
  Polyline upper;
  Polyline lower;
  Colour colour;
};

struct Text {
  double x = 0; ///< left end
  double y = 0; ///< vertical middle
  std::string words;
  double size = 14; ///< pixels
  Colour colour = white;
  bool haloed = false;
  Colour halo = {0, 0, 0, 255}; ///< of the letters' edge, where haloed
};

/// Painted in this order: boxes, bands, picture, strokes, texts.
struct DisplayList {
  int width = 0;
  int height = 0;
  int pictureLeft = 0;
  int pictureTop = 0;
  int zoom = 1;
  std::vector<Box> boxes;
  std::vector<Band> bands; ///< charts only: report pictures have none
  std::vector<Stroke> strokes;
  std::vector<Text> texts;
};

/// Width of a text in output pixels at a size.
using TextWidth = std::function<double(const std::string& words, double size)>;

} // namespace hipcuff::drawing
