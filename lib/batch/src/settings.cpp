#include "settings.h"

#include "hipcuff/core/digest.h"

#include <array>
#include <cstdio>

namespace hipcuff::batch {
namespace {

/// Every bit of the number: two criteria that differ in the last digit are two.
std::string exactly(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%a", value);
  return text.data();
}

} // namespace

std::string criteriaName(const Criteria& criteria) {
  return criteria.name + " " + criteria.version;
}

std::string settingsKey(const BatchOptions& options) {
  std::string all = "settings/1\n" + criteriaName(options.criteria) + "\n";
  for (const auto& [name, criterion] : options.criteria.items)
    all += name + "=" + exactly(criterion.value) + "\n";
  all += "frames " + std::to_string(static_cast<int>(options.frames.kind)) + " " +
         std::to_string(options.frames.count) + "\n";
  if (options.open.mmPerPx)
    all += "scale " + exactly(options.open.mmPerPx->x) + " " + exactly(options.open.mmPerPx->y) + "\n";
  if (options.open.region)
    all += std::string("region ") + toString(*options.open.region) + "\n";
  if (options.open.side)
    all += std::string("side ") + toString(*options.open.side) + "\n";
  if (options.open.view)
    all += std::string("view ") + toString(*options.open.view) + "\n";
  for (const plugin::InUse& use : options.plugins)
    all += "plugin " + use.key + "\n";
  if (options.onPluginFault == plugin::OnFault::builtin && !options.plugins.empty())
    all += "built-in stages stand in\n";
  for (const std::string& remark : options.remarks)
    all += "remark " + remark + "\n";
  all += options.pictures ? "pictures\n" : "no pictures\n";
  return sha256(all).substr(0, 16);
}

std::string pluginNames(const BatchOptions& options) {
  std::string names;
  for (const plugin::InUse& use : options.plugins)
    names += (names.empty() ? "" : ", ") + use.descriptor.name + " " + use.descriptor.version;
  return names;
}

} // namespace hipcuff::batch
