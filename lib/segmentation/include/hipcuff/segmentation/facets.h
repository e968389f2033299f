// Straight-ish faces of a cortex line, and their names where they are justified.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"

#include <optional>

namespace hipcuff {

/// Bends that turn by less, or whose mean curvature is less (1/mm: a radius of 20 mm), part no faces.
inline constexpr double smallestFacetBendDegrees = 8.0;
inline constexpr double leastBendCurvature = 0.05;
inline constexpr double shortestFacetMm = 3.0;

/// Faces of one interface line (left to right, mm), kinds unknown: the line is fitted by evenly bowed faces with smooth
/// bends between them, as many bends as its own noise lets stand; pits, steps and spurs count as noise. A face ends
/// where the bend begins; FacetEnd::apexMm is the bend's middle, which is known about twice as well. A line without
/// bends is one face of confidence 0. FacetEnd::confidence is the probability that the face ends within 2 mm of
/// there (calibrated on simulated hips, see docs/methods.md). Fewer than two points: no faces.
[[nodiscard]] std::vector<Facet> splitFacets(const Polyline& interfaceMm, std::size_t segment);

/// A trochanter's facet in one plane, roughly.
inline constexpr double shortestTrochanterFacetMm = 10;
inline constexpr double longestTrochanterFacetMm = 35;

/// How well these faces are a trochanter's, 0..1: whether a face of plausible length ends in a bend. A bone that is
/// round or nearly straight all along gives 0.
[[nodiscard]] double trochanterLikeness(const std::vector<Facet>& facets);

/// Names what may be named, after joining faces between which the bone bends in the midst of the tendon: that inserts
/// on one facet, and what bends under it is a step or a dent. In both views the face under most of the tendon is the
/// lateral facet. Short axis: its neighbours within the same segment are anterior and posterior only if
/// `anteriorOnLeft` is known. All else stays unknown.
void nameFacets(Cortex& cortex, const Tendon& tendon, std::optional<View> view,
                std::optional<bool> anteriorOnLeft = std::nullopt);

} // namespace hipcuff
