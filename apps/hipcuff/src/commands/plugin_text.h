// A plugin's descriptor for people and for programs.
#pragma once

#include "hipcuff/plugin/plugins.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::cli {

/// "tendon, grader"
[[nodiscard]] std::string stagesText(const plugin::Descriptor& descriptor);
/// @param asked the name or file that it was asked by: what --plugin takes
[[nodiscard]] std::string descriptorText(const plugin::Descriptor& descriptor, const std::string& asked);
[[nodiscard]] nlohmann::ordered_json descriptorJson(const plugin::Descriptor& descriptor);

/// As plugin::choosePlugin, but whether or not its module fits.
/// @throws ConfigError where there is none, or its descriptor is wrong
[[nodiscard]] plugin::Descriptor describedPlugin(const std::string& nameOrFile,
                                                 const std::vector<std::filesystem::path>& folders);

} // namespace hipcuff::cli
