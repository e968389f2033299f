// A made-up reader study: a system and three readers on cases of patients, from a seed.
#pragma once

#include "hipcuff/validation/cases.h"

#include <cstdint>

namespace hipcuff::validation {

struct StudyRecipe {
  std::uint64_t seed = 7;
  int cases = 120;
  int patients = 80;
  int readers = 3;
  int readings = 2;
  double refusals = 0.1;     ///< share that the system does not grade
  bool probabilities = true; ///< given by the system
};

[[nodiscard]] Matched sampleStudy(const StudyRecipe& recipe = {});

/// One case with an answer of the system and of the reference; classes as 0 ... 3, 4 not gradable, -1 nothing said.
[[nodiscard]] Case plainCase(int number, int reference, int system);
/// Cases as [reference][system] counts of a four by five table; every case is a patient of its own.
[[nodiscard]] Matched fromCounts(const std::vector<std::vector<int>>& counts);

} // namespace hipcuff::validation
