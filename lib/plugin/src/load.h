// One plugin into its places.
#pragma once

#include "hipcuff/plugin/plugins.h"

namespace hipcuff::plugin {

/// Each stage that it makes takes, guarded, the place of the one in `stages`.
/// @throws ConfigError where the plugin is refused
[[nodiscard]] InUse loadInto(Stages& stages, Descriptor descriptor, Values values);

} // namespace hipcuff::plugin
