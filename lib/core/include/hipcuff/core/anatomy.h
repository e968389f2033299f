// Where things are: cortex, facets, the tendon's two borders. All coordinates are frame mm (see frame.h).
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"
#include "hipcuff/core/stage_origin.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

/// One unbroken stretch of seen bone surface, left to right.
struct CortexSegment {
  Polyline interfaceMm;  ///< the bone's interface: the leading (superficial) edge of its echo
  Polyline ridgeMm;      ///< along the crest of its bright line; one point for each interface point
  double confidence = 0; ///< 0..1
};

enum class FacetKind { lateral, superoposterior, anterior, posterior, unknown };
[[nodiscard]] const char* toString(FacetKind) noexcept; ///< "lateral", ...

/// What ends a face: a bend of the bone, or no more than the end of the seen line.
struct FacetEnd {
  bool bend = false;      ///< all below is 0 where it is none
  Point apexMm;           ///< where half of the bend's turn is done: the shoulder, or the apex between two faces
  double turnDegrees = 0; ///< how far the bone turns over the bend, as far as it is seen
  double lengthMm = 0;    ///< of the bend along the bone, as far as it is seen
  double sdMm = 0;        ///< standard uncertainty of the face's end along the bone
  double confidence = 0;  ///< 0..1
};

/// A straight-ish face of the trochanter's cortex, between two bends or ends.
struct Facet {
  FacetKind kind = FacetKind::unknown;
  std::size_t segment = 0; ///< index into Cortex::segments
  Point beginMm;           ///< left end, on the interface: where the bend begins, seen from the face
  Point endMm;             ///< right end
  double slopeDegrees = 0; ///< against the horizontal, positive = going deeper to the right
  FacetEnd begin = {};     ///< of the left end
  FacetEnd end = {};
  double confidence = 0; ///< 0..1, of its surer bend; 0 where the bone's shape shows no bend at either end
};

struct Cortex {
  std::vector<CortexSegment> segments;
  std::vector<Facet> facets;
  double confidence = 0; ///< of the best stretch; 0 where no cortex was found
  /// How well the bone's shape is a trochanter's, 0..1; 0 also where the line is round or straight all along, as a
  /// limb's bone is.
  double trochanterLikeness = 0;
  std::optional<StageOrigin> by{}; ///< none: the built-in stage
};

/// What tissue can be at a place of the band over the cortex, as the tissue classifier tells it.
enum class TissueClass : std::uint8_t { other, tendon, degenerated, tear, fluid, bone, freeTendon };
inline constexpr std::size_t tissueClassCount = 7;
[[nodiscard]] const char* toString(TissueClass) noexcept; ///< "other", "tendon", ..., "free_tendon"

/// Probabilities of the tissue classes in a band laid out flat along the cortex. Column i runs from baseMm[i] along
/// normals[i] towards the skin, row r lies lowestMm + r * heightStepMm over the cortex's interface.
struct TissueBand {
  double stepMm = 0.25;                ///< between columns, along the cortex
  double heightStepMm = 0.15;          ///< between rows
  double lowestMm = -1.2;              ///< height of row 0: inside the bone
  Polyline baseMm;                     ///< left to right; beyond the seen bone carried on straight
  std::vector<Point> normals;          ///< unit
  std::vector<FloatImage> probability; ///< one for each TissueClass, in its order; they sum to 1
  [[nodiscard]] const FloatImage& of(TissueClass c) const noexcept { return probability[static_cast<std::size_t>(c)]; }
  [[nodiscard]] double heightMm(double row) const noexcept { return lowestMm + row * heightStepMm; }
  [[nodiscard]] double rowAt(double heightMm) const noexcept { return (heightMm - lowestMm) / heightStepMm; }
};

/// The tendon at one position along the cortex. Positions run from the footprint's edge where the tendon arrives.
struct TendonStation {
  double positionMm = 0;            ///< along the cortex, from the facet's edge where the tendon arrives
  Point cortexMm;                   ///< on the bone's interface
  Point normal;                     ///< unit vector from the cortex towards the skin
  Point superficialMm;              ///< where the normal meets the tendon's superficial border
  Point deepMm;                     ///< the tendon's underside: equals cortexMm unless fluid lies between
  bool superficialInferred = false; ///< hidden by a defect or shadow and bridged
  bool deepInferred = false;
  /// Fibres against the perpendicular to the beam; 0: beam perpendicular; positive where they go down to the right.
  std::optional<double> fibreAngleDeg;
  double sdMm = 0;           ///< standard uncertainty of the distance cortex -> superficial border
  double confidence = 0;     ///< 0..1
  std::size_t column = 0;    ///< of Tendon::tissue, where there is one
  bool cortexByHand = false; ///< a person drew it (hipcuff/review)
  bool deepByHand = false;
  bool superficialByHand = false;
};

struct Tendon {
  std::vector<TendonStation> stations; ///< in order of positionMm; empty: no tendon found
  bool arrivesFromLeft = true;         ///< on the screen: muscle to the left of the footprint
  double confidence = 0;               ///< 0..1
  /// What the tissue is around the tendon; none where the segmenter does not tell (a plugin may not).
  std::shared_ptr<const TissueBand> tissue;
  std::optional<StageOrigin> by{}; ///< none: the built-in stage
  [[nodiscard]] bool found() const noexcept { return !stations.empty(); }
  [[nodiscard]] Polyline superficialMm() const;
  [[nodiscard]] Polyline deepMm() const;
};

struct Anatomy {
  Cortex cortex;
  Tendon tendon;
};

} // namespace hipcuff
