// The grade of one image or hip: class, probabilities, certainty and the reasons in words.
#pragma once

#include <array>
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
};
[[nodiscard]] const char* toString(Refusal) noexcept; ///< "no_calibration", ...
/// One sentence for people: what it means and what to do.
[[nodiscard]] const char* explain(Refusal) noexcept;

struct Grade {
  GradeClass grade = GradeClass::notGradable;
  std::string subtype; ///< e.g. "undersurface", "retracted"; empty where none
  Certainty certainty = Certainty::suspected;
  std::array<double, 4> probabilities{}; ///< normal, tendinosis, partial, full; all 0 where not gradable
  double confidence = 0;                 ///< 0..1
  std::vector<std::string> reasons;      ///< sentences, the weightiest first
  std::vector<Refusal> refusals;         ///< non-empty exactly where grade is notGradable
};

/// Order of severity for work lists: full > partial > tendinosis > normal > not gradable.
[[nodiscard]] int severity(GradeClass) noexcept;

} // namespace hipcuff
