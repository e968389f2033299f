// Where things are: cortex, facets, the tendon's two borders. All coordinates are frame mm (see frame.h).
#pragma once

#include "hipcuff/core/geometry.h"

#include <cstddef>
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

/// A straight-ish face of the trochanter's cortex, between two bends or ends.
struct Facet {
  FacetKind kind = FacetKind::unknown;
  std::size_t segment = 0; ///< index into Cortex::segments
  Point beginMm;           ///< left end, on the interface
  Point endMm;             ///< right end
  double slopeDegrees = 0; ///< against the horizontal, positive = going deeper to the right
};

struct Cortex {
  std::vector<CortexSegment> segments;
  std::vector<Facet> facets;
  double confidence = 0; ///< of the best stretch; 0 where no cortex was found
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
  std::optional<double> fibreAngleDeg; ///< fibres against the perpendicular to the beam; 0 = beam perpendicular
  double sdMm = 0;                     ///< standard uncertainty of the distance cortex -> superficial border
  double confidence = 0;               ///< 0..1
};

struct Tendon {
  std::vector<TendonStation> stations; ///< in order of positionMm; empty: no tendon found
  bool arrivesFromLeft = true;         ///< on the screen: muscle to the left of the footprint
  double confidence = 0;               ///< 0..1
  [[nodiscard]] bool found() const noexcept { return !stations.empty(); }
  [[nodiscard]] Polyline superficialMm() const;
  [[nodiscard]] Polyline deepMm() const;
};

struct Anatomy {
  Cortex cortex;
  Tendon tendon;
};

} // namespace hipcuff
