// The grade of one image or hip: class, probabilities, certainty and the reasons in words.
#pragma once

#include "hipcuff/core/stage_origin.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

enum class GradeClass { normal, tendinosis, partialThickness, fullThickness, notGradable };
enum class Certainty { suspected, persistent, confirmed }; ///< one frame; persists in a cine; seen in two planes

[[nodiscard]] const char* toString(GradeClass) noexcept; ///< "normal", "tendinosis", "partial_thickness", ...
[[nodiscard]] const char* toString(Certainty) noexcept;

/// Why an image is not gradable. Stable codes: scripts depend on them.
enum class Refusal {
  noCalibration,
  regionUnconfirmed,
  notAHip, ///< the file says that it is another part of the body
  noBMode, ///< no B-mode area on the screen
  noCortex,
  noTendon,
  tooDark,
  saturated,
  colourBox, ///< colour over the tendon
  beamTooOblique,
  textOverTendon,
  viewUnknown,
  undecodable, ///< no frame could be decoded
  unsure,      ///< graded, but with too little confidence to stand by it
};
[[nodiscard]] const char* toString(Refusal) noexcept; ///< "no_calibration", ...
/// One sentence for people: what it means and what to do.
[[nodiscard]] const char* explain(Refusal) noexcept;

/// What a grade rests on, as numbers: what the probabilities are fitted to (scripts/calibrate).
struct GradeEvidence {
  double fullConfidence = 0;     ///< of the surest full-thickness gap that counts; 0: none
  double partialConfidence = 0;  ///< of the surest partial tear that counts; 0: none
  double depthFraction = 0;      ///< of the surest of both, 0..1
  double lengthMm = 0;           ///< of the same one
  std::optional<double> texture; ///< above 0: darker and less fibrillar than healthy; none where it can't be read
  double borders = 0;            ///< confidence of the tendon's borders, 0..1
  double tornShare = 0;          ///< Findings::tornShare; 0 where it was not read
  double tornAreaMm2 = 0;        ///< Findings::tornAreaMm2
};

/// The tear that the class rests on, sorted into bins. Depth bins and high or low grade are shoulder analogues.
struct TearSubtype {
  enum class Depth { underQuarter, quarterToHalf, overHalf, full };
  Depth depth = Depth::underQuarter;
  bool highGrade = false;           ///< half of the thickness or more
  bool complete = false;            ///< extent: the whole footprint, not a part of it
  std::optional<bool> retractedFar; ///< at or beyond the retraction flag; none where the stumps are not both seen
};
[[nodiscard]] const char* toString(TearSubtype::Depth) noexcept; ///< "under_25", "25_to_50", "over_50", "full"

struct Grade {
  GradeClass grade = GradeClass::notGradable;
  std::string subtype; ///< e.g. "undersurface", "retracted"; empty where none
  Certainty certainty = Certainty::suspected;
  std::array<double, 4> probabilities{}; ///< normal, tendinosis, partial, full; all 0 where not gradable
  double confidence = 0;                 ///< 0..1
  std::vector<std::string> reasons;      ///< sentences, the weightiest first
  std::vector<Refusal> refusals;         ///< non-empty exactly where grade is notGradable
  std::optional<TearSubtype> tear;       ///< where the class is a tear
  std::optional<GradeEvidence> evidence; ///< of the frame shown; kept where the grade was refused as unsure
  std::optional<StageOrigin> by{};       ///< none: the built-in stage
};

/// Order of severity for work lists: full > partial > tendinosis > normal > not gradable.
[[nodiscard]] int severity(GradeClass) noexcept;

} // namespace hipcuff
