#include "hipcuff/report/plugin_words.h"

#include "text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>

namespace hipcuff::report {
namespace {

std::vector<NamedOrigin> origins(const ImageResult& image) {
  return originsOf(image.anatomy, image.measurements, image.grade);
}

std::string pluginOf(const StageOrigin& by) {
  return toUtf8(by.plugin + " " + by.version);
}

} // namespace

bool allBuiltIn(const ImageResult& image) {
  const auto all = origins(image);
  return std::all_of(all.begin(), all.end(), [](const NamedOrigin& origin) { return !origin.by.fault.empty(); });
}

std::string stagesText(const ImageResult& image) {
  std::string text;
  for (const auto& [stage, by] : origins(image))
    if (by.fault.empty())
      text += (text.empty() ? "" : ", ") + (stage == "grader" ? "grade" : stage) + " by " + pluginOf(by) +
              (by.over.empty() ? "" : " over " + toUtf8(by.over));
  return text;
}

std::string standInsText(const ImageResult& image) {
  std::string text;
  for (const auto& [stage, by] : origins(image))
    if (!by.fault.empty())
      text += (text.empty() ? "" : ", ") + stage + ": " + pluginOf(by);
  for (const std::string& message : image.messages)
    if (const std::string frames = standInFramesOf(message); !frames.empty())
      text += (text.empty() ? "" : ", ") + ("on " + frames);
  return text;
}

std::string stagesCell(const std::vector<NamedOrigin>& origins) {
  std::string text;
  for (const auto& [stage, by] : origins)
    text +=
        (text.empty() ? "" : ";") + stage + "=" + by.plugin + " " + by.version + (by.fault.empty() ? "" : " (failed)");
  return text;
}

std::string valueText(const PluginRecord::Value& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using Type = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<Type, std::monostate>)
          return "not given";
        else if constexpr (std::is_same_v<Type, bool>)
          return v ? "true" : "false";
        else if constexpr (std::is_same_v<Type, PluginRecord::File>)
          return toUtf8(v.name) + " (SHA-256 " + v.sha256.substr(0, 12) + "…)";
        else if constexpr (std::is_same_v<Type, std::string>)
          return toUtf8(v);
        else {
          std::array<char, 64> text{};
          const auto end = std::to_chars(text.data(), text.data() + text.size(), v);
          return {text.data(), end.ptr};
        }
      },
      value);
}

} // namespace hipcuff::report
