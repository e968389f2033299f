#include "hipcuff/core/origins.h"

#include <string_view>

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

namespace {
constexpr std::string_view standInBegin = "built-in stages stood in for a plugin on ";
constexpr std::string_view standInEnd = "; first: ";
} // namespace

std::string standInFramesSentence(std::size_t stoodIn, std::size_t frames, const std::string& firstFault) {
  return std::string(standInBegin) + std::to_string(stoodIn) + " of " + std::to_string(frames) + " frames" +
         std::string(standInEnd) + firstFault;
}

std::string standInFramesOf(const std::string& message) {
  const std::size_t end = message.find(standInEnd);
  if (!message.starts_with(standInBegin) || end == std::string::npos)
    return {};
  return message.substr(standInBegin.size(), end - standInBegin.size());
}

} // namespace hipcuff
