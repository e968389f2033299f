// What a person said of a picture, beside what the program said.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

/// Accepted: the program's grade (of the geometry as corrected) stands. Changed: the person's grade stands, with a
/// reason. Refused: the person finds the picture not fit to be graded.
enum class Verdict { accepted, changed, refused };
[[nodiscard]] const char* toString(Verdict) noexcept; ///< "accepted", "changed", "refused"

/// A measurement or remark that a person put on a picture.
struct Annotation {
  enum class Kind { caliper, angle, text };
  int id = 0; ///< of this picture; never used twice
  int frame = 0;
  Kind kind = Kind::caliper;
  Polyline px; ///< full-image pixels. caliper: two ends; angle: end, apex, end; text: its place
  std::string text;
  /// caliper: mm; angle: degrees in the tissue's true proportions. None where the picture has no millimetres (an angle
  /// too: its pixels may not be square), and for texts.
  std::optional<double> value;
};
[[nodiscard]] const char* toString(Annotation::Kind) noexcept; ///< "caliper", "angle", "text"

/// What a person did with one picture.
struct Review {
  std::string by;                 ///< the reader's name or initials, as they gave it
  std::string at;                 ///< ISO 8601, UTC: of the decision, else of the last edit
  std::optional<Verdict> verdict; ///< none: corrected, not yet decided
  /// The person's class: the program's where accepted, notGradable where refused. Meaningless without a verdict.
  GradeClass grade = GradeClass::notGradable;
  std::string subtype; ///< as the person gave it; empty where none
  std::string reason;  ///< the person's words; empty where none
  /// Every correction in order, each one JSON object (see hipcuff/review/edits.h).
  std::vector<std::string> edits;
  std::vector<Annotation> annotations;
  // What the program said before any correction.
  Grade program;
  std::optional<ThicknessSummary> programThickness;
  int programDiscontinuities = 0;
};

} // namespace hipcuff
