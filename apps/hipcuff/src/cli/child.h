// Another program of the package, run beside this one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::cli {

/// Where a program of the package is: beside the own executable, then on PATH.
[[nodiscard]] std::optional<std::filesystem::path> findProgram(const std::string& name);

struct ChildResult {
  int exitCode = 0;        ///< 128 + signal where it was killed by one
  std::string errorText{}; ///< all it wrote to stderr (the first 64 KiB)
};

/// Runs it to its end with stdin and stdout closed to /dev/null.
/// @throws Error where it can't be started
[[nodiscard]] ChildResult runChild(const std::filesystem::path& program, const std::vector<std::string>& arguments);

} // namespace hipcuff::cli
