// What is measured along the tendon. Lengths in mm; a value that was not measured is nullopt, never 0.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/geometry.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

/// Thickness at one position: cortex interface to superficial border, along the cortex normal.
/// A partial tear does not reduce it; positions inside a full-thickness gap are not in the profile.
struct ThicknessSample {
  double positionMm = 0;
  double valueMm = 0;
  double lowerMm = 0; ///< 95 % interval
  double upperMm = 0;
  double remainingMm = 0; ///< intact tissue only
};

/// 95 % interval.
struct Interval {
  double lower = 0;
  double upper = 0;
};

struct ThicknessSummary {
  double meanMm = 0;
  double maxMm = 0;
  double minMm = 0;
  double sdMm = 0;
  std::optional<Interval> mean95{}; ///< none where not known, e.g. in results of an earlier version
  std::optional<Interval> max95{};  ///< that of the thickest position
};

/// Thickness at a stated distance from the footprint's edge where the tendon arrives.
struct SiteThickness {
  double distanceMm = 0;
  std::optional<ThicknessSample> sample;
  std::string missing; ///< why there is no sample; empty where there is one
};

struct FacetThickness {
  FacetKind facet = FacetKind::unknown;
  ThicknessSummary summary;
};

struct Thickness {
  std::vector<ThicknessSample> profile;
  std::optional<ThicknessSummary> summary; ///< over the profile; none where it is empty
  std::vector<FacetThickness> facets;
  std::vector<SiteThickness> sites; ///< at the distances thickness_site_... of the criteria
};

enum class DiscontinuityKind { undersurface, bursal, intrasubstance, fullThickness };
[[nodiscard]] const char* toString(DiscontinuityKind) noexcept; ///< "undersurface", ..., "full_thickness"

struct Discontinuity {
  DiscontinuityKind kind = DiscontinuityKind::intrasubstance;
  bool complete = false;    ///< extent: complete (whole footprint) rather than focal
  double depthMm = 0;       ///< largest, along the normal
  double depthFraction = 0; ///< largest depth over local thickness, 0..1
  double lengthMm = 0;      ///< along the cortex
  double beginMm = 0;       ///< position where it begins (same axis as ThicknessSample::positionMm)
  double endMm = 0;
  std::optional<double> gapMm;        ///< full thickness only: between the stumps
  std::optional<double> retractionMm; ///< only when both stumps are seen
  std::optional<bool> bareFacet;
  Polyline polygonMm; ///< closed outline, frame mm
  std::optional<double> fibreAngleDeg;
  bool suspectedAnisotropy = false; ///< darkness alone at an angle where healthy fibres go dark too
  std::optional<bool> fluid;        ///< as dark as fluid in the same picture; none where that was not judged
  std::optional<bool> borderStep;   ///< the superficial border sinks over it; none where that was not judged
  int framesSeen = 1;
  double confidence = 0;
  bool byHand = false; ///< a person outlined it (hipcuff/review)
};

struct Calcification {
  double sizeMm = 0;
  Point atMm; ///< frame mm
};

/// Grey-level co-occurrence of two pixels a fixed distance apart (Haralick 1973), 16 levels over the tissue's own
/// range.
struct CoOccurrence {
  double contrast = 0;    ///< mean squared difference of the levels
  double correlation = 0; ///< -1..1
  double energy = 0;      ///< sum of squared frequencies, 1/256..1
  double homogeneity = 0; ///< mean of 1 / (1 + |difference|), 0..1
};

struct Findings {
  std::optional<double> bursalFluidMm; ///< thickness of the largest an-/hypoechoic layer on the tendon
  Polyline bursalFluidOutlineMm;       ///< that layer's closed outline, frame mm; empty where there is none
  std::optional<double> itbMm;         ///< iliotibial band
  std::vector<Calcification> calcifications;
  std::optional<double> corticalIrregularityMm; ///< RMS distance of the cortex from its smooth course
  std::optional<double>
      echogenicity; ///< tendon's mean grey over that of the tissue just above it, in dB-like grey steps
  std::optional<double> fibreCoherence;            ///< 0..1, structure-tensor coherence along the tendon
  std::optional<double> peakSpatialFrequencyPerMm; ///< of the intact tendon's pattern, cycles per mm
  std::optional<CoOccurrence> coOccurrenceAlong;   ///< of the same pixels, along the cortex
  std::optional<CoOccurrence> coOccurrenceAcross;  ///< and across
  /// Part of the intact tendon that the tissue classifier takes for degenerated, 0..1; read only where the beam is
  /// nearly perpendicular to the fibres.
  std::optional<double> degeneratedShare;
  /// Largest part of the tendon's thickness that the tissue classifier takes for torn (its probabilities added up over
  /// the height), mean over 1.25 mm along the cortex, 0..1; and the area that it takes for torn altogether. Without
  /// outlines: what is half suspected everywhere adds up too.
  std::optional<double> tornShare;
  std::optional<double> tornAreaMm2;
  std::optional<double> muscleEchogenicity;
  std::optional<double> assessableFraction; ///< part of the tendon's length whose fibre angle allows reading darkness
};

struct Measurements {
  Thickness thickness;
  std::vector<Discontinuity> discontinuities;
  Findings findings;
  std::optional<StageOrigin> discontinuitiesBy{}; ///< none: the built-in stage
};

} // namespace hipcuff
