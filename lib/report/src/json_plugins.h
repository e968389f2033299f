// Plugins in results.json: what each is, and which stages of an image were theirs.
#pragma once

#include "json_reader.h"

#include "hipcuff/core/origins.h"
#include "hipcuff/core/plugin_record.h"

#include <vector>

namespace hipcuff::report {

[[nodiscard]] Json toJson(const std::vector<PluginRecord>& plugins);
/// @throws InputError
[[nodiscard]] std::vector<PluginRecord> pluginsFrom(const Node& list);

[[nodiscard]] Json toJson(const std::vector<NamedOrigin>& origins);
/// @throws InputError
[[nodiscard]] std::vector<NamedOrigin> originsFrom(const Node& list);
/// Stages that this version does not know are passed over.
void setOrigins(const Node& list, ImageResult& image);

} // namespace hipcuff::report
