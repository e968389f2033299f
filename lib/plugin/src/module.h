// One plugin's shared library in this process.
#pragma once

#include "hipcuff/plugin/descriptor.h"
#include "hipcuff/plugin/module.h"

namespace hipcuff::plugin {

/// Loads the library (for good) and has it make what its descriptor promises.
/// @throws ConfigError naming the plugin: it does not fit, can't be loaded, its make fails, or it offers less or more
///         than its descriptor lists
[[nodiscard]] Provided makeProvided(const Descriptor& descriptor, const Setup& setup);

} // namespace hipcuff::plugin
