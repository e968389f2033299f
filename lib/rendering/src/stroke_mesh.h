// Strokes as triangles with soft edges: smooth lines at one sample a pixel, on any driver, in one draw call.
#pragma once

#include "drawing.h"

#include <array>
#include <cstdint>
#include <vector>

namespace hipcuff::drawing {

/// Triangles in output pixels (y down). Each corner has a colour; the card blends between them.
struct Mesh {
  std::vector<Point> points;
  std::vector<Colour> colours;
  std::vector<std::array<std::uint32_t, 3>> triangles;
};

/// Adds a stroke: full within its width less half a pixel a side, gone half a pixel outside of it. Corners are mitred
/// so that a see-through stroke nowhere lies over itself.
void addStroke(Mesh& mesh, const Stroke& stroke);

/// Adds a filled rectangle with hard edges.
void addBox(Mesh& mesh, const Box& box);

/// Adds what lies between two lines, with hard edges.
void addBand(Mesh& mesh, const Band& band);

} // namespace hipcuff::drawing
