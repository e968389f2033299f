// Reads a plugin's mark out of its file, so that none of its code runs before it is known to fit.
#pragma once

#include <filesystem>
#include <string>

namespace hipcuff::plugin {

/// The text of the section .hipcuff_abi.
/// @throws ConfigError where there is no such file, it is no 64-bit shared library of this machine, or has no such mark
[[nodiscard]] std::string readAbiText(const std::filesystem::path& module);

/// What differs between the two marks, as a sentence for `problem`, and what to do about it; empty: nothing.
struct AbiDifference {
  std::string problem;
  std::string remedy;
};
[[nodiscard]] AbiDifference compareAbi(const std::string& theirs, const std::string& ours);

} // namespace hipcuff::plugin
