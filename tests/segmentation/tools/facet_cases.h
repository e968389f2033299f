// What the facets are judged by: lines of bone and stations of tendon as the program finds them on simulated pictures,
// with the truth beside them. Kept as text, so that a change of the facets is measured without drawing hips again.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::testing {

/// One end of the true lateral facet.
struct TrueEdge {
  Point at;               ///< where the bend begins, seen from the facet
  Point middle;           ///< half of the bend's length further
  double turnDeg = 0;     ///< how far the bone turns over the bend
  double lengthMm = 0;    ///< of the bend
  bool isArrival = false; ///< proximal (long axis), anterior (short axis)
};

struct FacetCase {
  std::uint64_t seed = 0;
  View view = View::longAxis;
  bool limb = false;                              ///< a limb's bone instead of the trochanter
  std::vector<CortexSegment> segments;            ///< ridges left out
  Tendon tendon;                                  ///< stations with their place on the cortex only
  std::optional<std::array<TrueEdge, 2>> lateral; ///< left, right; none where it is not wholly in the picture
};

[[nodiscard]] FacetCase drawFacetCase(std::uint64_t seed, View view, bool limb);
void write(std::ostream& out, const FacetCase& c);
[[nodiscard]] std::optional<FacetCase> readFacetCase(std::istream& in);

/// One end of the true lateral facet and what was found of it.
struct EdgeFound {
  bool isArrival = false;
  bool shown = false; ///< the found line of bone runs along it, and for 2 mm beyond
  bool found = false; ///< the lateral facet was found to end in a bend on this side; the rest is 0 otherwise
  double edgeErrorMm = 0;
  double middleErrorMm = 0; ///< of the bend's middle
  double sdMm = 0;
  double confidence = 0;
};

/// Splits and names the faces anew. Empty where the true facet is not wholly in the picture.
[[nodiscard]] std::vector<EdgeFound> measuredEdges(const FacetCase& c);
/// trochanterLikeness of all the case's faces.
[[nodiscard]] double measuredLikeness(const FacetCase& c);

/// Share of pairs in which the hip has the greater value; half for a tie.
[[nodiscard]] double areaUnderCurve(const std::vector<double>& hips, const std::vector<double>& limbs);

} // namespace hipcuff::testing
