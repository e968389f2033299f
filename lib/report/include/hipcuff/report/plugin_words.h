// What people are told where stages of a result were not HipCuff's own.
#pragma once

#include "hipcuff/core/origins.h"
#include "hipcuff/core/plugin_record.h"
#include "hipcuff/core/result.h"

#include <string>
#include <vector>

namespace hipcuff::report {

/// Whether HipCuff's own stages made every value of it, also those that stood in for a plugin. Only then do the figures
/// hold that the criteria state for the built-in stages (wrong_at_most, the calibration of the probabilities).
[[nodiscard]] bool allBuiltIn(const ImageResult& image);

/// "tendon by level_set 1.0.0 over smooth 0.2.0, grade by my_rules 2.1.0"; empty where allBuiltIn().
[[nodiscard]] std::string stagesText(const ImageResult& image);

/// "tendon: level_set 1.0.0" for each that failed and for which the built-in stage stood in, and of a cine "on 3 of 12
/// frames", shown or not; empty where none did.
[[nodiscard]] std::string standInsText(const ImageResult& image);

/// The same in one cell of a table: "tendon=level_set 1.0.0;grader=my_rules 2.1.0 (failed)".
[[nodiscard]] std::string stagesCell(const std::vector<NamedOrigin>& origins);

/// A parameter's value as it is typed; of a file its name and the beginning of its SHA-256.
[[nodiscard]] std::string valueText(const PluginRecord::Value& value);

/// One sentence for wherever probabilities of such a result are shown.
inline constexpr const char* notCalibrated =
    "Probabilities and confidence were calibrated with HipCuff's own stages; how well they hold with a plugin's is not "
    "known.";

} // namespace hipcuff::report
