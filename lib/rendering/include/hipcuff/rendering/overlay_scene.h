// What an overlay picture shows, as plain values: no VTK here, so that the command, the tests and a viewer can share
// it.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/image.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/review.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

/// What a line marks. Each role has its own colour (Okabe-Ito) and its own line style, so that it can be told apart in
/// colour, by colour-blind readers and in greyscale print.
enum class OverlayRole {
  cortex,            ///< bone's interface: solid, with ticks on the bone's side
  superficialBorder, ///< tendon's superficial border: solid
  deepBorder,        ///< tendon's underside: dash and dot, so that a cortex under it stays visible
};

/// A line along picture pixels. Pixel centres are at whole numbers, origin at `OverlayScene::picture`'s upper left
/// pixel.
struct OverlayLine {
  OverlayRole role = OverlayRole::cortex;
  Polyline px;
  bool inferred = false;    ///< bridged where a defect or shadow hides the border: drawn as short dots
  bool drawnByHand = false; ///< as a person corrected it: with small squares along it
  bool former = false;      ///< the program's line that a person replaced: thin and grey
};

/// A discontinuity: outlined, hatched in a direction of its own for each kind, and labelled.
struct OverlayRegion {
  DiscontinuityKind kind = DiscontinuityKind::intrasubstance;
  Polyline px; ///< closed outline, picture pixels
  std::optional<double> depthFraction;
  bool suspectedAnisotropy = false; ///< dashed outline, no hatch, labelled with a question mark
  bool counted = true;              ///< false: the grade did not take it for a tear; drawn dashed too, and labelled so
  bool drawnByHand = false;         ///< a person outlined it
};

struct OverlayFacet {
  Point beginPx;
  Point endPx;
  std::string name;       ///< "lateral", ...; empty: ticks without a name
  bool beginShown = true; ///< false: not an end of the facet, only of what is seen of it; no tick
  bool endShown = true;
};

/// A stretch of tendon whose darkness can't be read because of the beam's angle: dotted texture, no outline.
struct OverlayZone {
  Polyline px;                    ///< closed outline, picture pixels
  std::optional<double> angleDeg; ///< the largest there
};

/// Where the ruler at the edge stands at 0.
struct OverlayRuler {
  double zeroPx = 0;    ///< picture row: 0 for a pane's crop, the pane's first row for the whole picture
  bool upwards = false; ///< millimetres over that row (over the cortex of an unrolled tendon), not under it
};

struct OverlayScene {
  RgbImage picture;               ///< raw pixels of the region, never the screen's margins
  std::optional<Spacing> mmPerPx; ///< none: no scale bar, "no scale" instead
  std::vector<OverlayLine> lines;
  std::vector<OverlayRegion> regions;
  std::vector<OverlayFacet> facets;
  std::vector<OverlayZone> zones;      ///< drawn under everything else
  std::vector<Annotation> annotations; ///< their points in picture pixels
  OverlayRuler ruler;
  std::string title; ///< side, view, frame; never who
  std::string badge; ///< the grade in words
  GradeClass grade = GradeClass::notGradable;
  std::vector<std::string> remarks; ///< sentences under the badge, e.g. why the image is not graded
};

/// "undersurface 62 %", "full thickness", "undersurface 62 % (anisotropy?)".
[[nodiscard]] std::string regionLabel(const OverlayRegion& region);

} // namespace hipcuff
