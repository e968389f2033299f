#include "hipcuff/core/origins.h"

namespace hipcuff {

std::vector<NamedOrigin> originsOf(const Anatomy& anatomy, const Measurements& measurements, const Grade& grade) {
  std::vector<NamedOrigin> origins;
  const auto add = [&origins](const char* stage, const std::optional<StageOrigin>& by) {
    if (by)
      origins.push_back({stage, *by});
  };
  add("cortex", anatomy.cortex.by);
  add("tendon", anatomy.tendon.by);
  add("discontinuities", measurements.discontinuitiesBy);
  add("grader", grade.by);
  return origins;
}

} // namespace hipcuff
