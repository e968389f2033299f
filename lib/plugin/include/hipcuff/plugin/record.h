// What of a plugin in use is written down with the results.
#pragma once

#include "hipcuff/core/plugin_record.h"
#include "hipcuff/plugin/plugins.h"

#include <string>
#include <vector>

namespace hipcuff::plugin {

/// Without any path: of a file parameter its last part and the SHA-256 of its content.
/// @throws InputError where such a file can't be read
[[nodiscard]] PluginRecord recordOf(const InUse& plugin);
[[nodiscard]] std::vector<PluginRecord> recordsOf(const std::vector<InUse>& plugins);

} // namespace hipcuff::plugin
