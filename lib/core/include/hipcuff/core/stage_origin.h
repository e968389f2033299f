// Who did a stage of the analysis, where that was not HipCuff itself.
#pragma once

#include <string>

namespace hipcuff {

/// Travels with the value that a stage returned: Cortex::by, Tendon::by, Measurements::discontinuitiesBy, Grade::by.
struct StageOrigin {
  std::string plugin;  ///< its name, e.g. "level_set"
  std::string version; ///< e.g. "1.0.0"
  std::string over;    ///< "name version" of the plugin that it was handed to build on; empty: the built-in stage
  std::string fault;   ///< not empty: it failed in this way, and the built-in stage made the value instead
  bool operator==(const StageOrigin&) const = default;
};

} // namespace hipcuff
