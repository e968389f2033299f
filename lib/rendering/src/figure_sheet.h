// A figure as marks on a sheet of paper, in printer's points (1/72 inch), y down: what the layout decides, and what is
// painted to pixels or to SVG alike.
#pragma once

#include "drawing.h"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace hipcuff::figures {

using drawing::Colour;
using drawing::Rect;

inline constexpr Colour black{0x1A, 0x1A, 0x1A};
inline constexpr Colour paper{0xFF, 0xFF, 0xFF};

struct Line {
  Polyline points;
  Colour colour = black;
  double width = 0.6;
  std::vector<double> dash; ///< on, off, ... lengths; empty: unbroken
};

struct Area {
  Polyline outline; ///< convex; closed by itself
  Colour colour;
};

struct Disc {
  Point centre;
  double radius = 1;
  Colour colour;
};

enum class Anchor { begin, middle, end };

struct Words {
  Point at; ///< on the middle of the capitals' height
  std::string text;
  int size = 7;
  Anchor anchor = Anchor::begin;
  Colour colour = black;
  double angle = 0; ///< degrees counterclockwise
};

using Mark = std::variant<drawing::Band, Area, Line, Disc, Words>;

/// Painted in order.
struct Sheet {
  double width = 0;
  double height = 0;
  std::vector<Mark> marks;
};

/// Width of words in points.
using Measure = std::function<double(const std::string& words, int size)>;

} // namespace hipcuff::figures
