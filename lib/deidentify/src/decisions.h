// What a person decided about files in quarantine.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace hipcuff::deidentify {

struct Decision {
  std::string what;   ///< "release", "release-identity", "mask" or "hold"
  std::string sha256; ///< of what the person looked at
};

/// By the name of the file held: from a quarantine.csv whose first column was filled in ("release", "mask", or
/// nothing), or from what the contact sheet saves.
/// @throws ConfigError another word or another table
[[nodiscard]] std::map<std::string, Decision> readDecisions(const std::filesystem::path& file);

} // namespace hipcuff::deidentify
