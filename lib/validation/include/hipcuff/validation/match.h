// Brings the program's results and the reference together, case by case.
#pragma once

#include "hipcuff/validation/reference.h"
#include "hipcuff/validation/system.h"

#include <string>
#include <vector>

namespace hipcuff::validation {

/// What becomes of rows of one source that contradict each other.
enum class ConflictPolicy { neither, first, last };

struct MatchOptions {
  Unit unit = Unit::image;
  /// Whose answers are the reference standard. Empty: rows that name no reader. "majority": more than half of the
  /// readers' first readings; measures are the readers' means. Else the reader of that name (the first reading).
  std::string standard;
  ConflictPolicy conflicts = ConflictPolicy::neither;
  /// Unit::image only: take what is said of a hip for each of its images. An image need not show what its hip has.
  bool spread = false;
  /// Numbers that a reader took on another frame of a cine than the program did are compared all the same (the nearest
  /// frame's). Outlines never are.
  bool anyFrame = false;
};

/// Pairs by SOP instance UID, image id, then path or file name (where only one picture has it), then exam and side,
/// then patient and side. What finds no partner is a Leftover; a result without reference is one, and a case as well.
///
/// Hips: rows that name a hip; else the worst class among the rows of its images, with depth and length of that image
/// and thickness only where all rows agree. Patients: rows that name a patient (or an exam without side); else the
/// worst hip among those that the reference speaks of, the program's from the same hips. Not gradable is what has no
/// gradable part.
///
/// @throws UsageError where the reference can't serve this unit at all (hips and --unit image without spread), where
/// `standard` is no reader of it
[[nodiscard]] Matched match(const SystemResults& system, const Reference& reference, const MatchOptions& options = {});

/// The units that the reference speaks of by itself or by its parts: image, hip, patient, in this order. Never empty
/// unless the reference is.
[[nodiscard]] std::vector<Unit> unitsOf(const Reference& reference);

} // namespace hipcuff::validation
