// Straight-ish faces of a cortex line, and their names where they are justified.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"

#include <optional>

namespace hipcuff {

/// A face must be worth it: adding one has to lower the summed squared distance of the line from its faces,
/// integrated along the line, by this much (mm^3). 18 degrees between two faces of 10 mm save about 4, the curvature
/// of a healthy facet (0.3 mm over 20 mm) about 0.2.
inline constexpr double facetSplitGainMm3 = 1.0;
inline constexpr double shortestFacetMm = 3.0;
/// Neighbouring faces that turn by less are one face.
inline constexpr double smallestFacetBendDegrees = 8.0;

/// Least-squares faces of one interface line (left to right, mm), kinds unknown. Fewer than two points: none.
[[nodiscard]] std::vector<Facet> splitFacets(const Polyline& interfaceMm, std::size_t segment);

/// Names what may be named. In both views the face under most of the tendon is the lateral facet. Short axis: its
/// neighbours within the same segment are anterior and
/// posterior only if `anteriorOnLeft` is known. All else stays unknown.
void nameFacets(Cortex& cortex, const Tendon& tendon, std::optional<View> view,
                std::optional<bool> anteriorOnLeft = std::nullopt);

} // namespace hipcuff
