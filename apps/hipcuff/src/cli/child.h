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

struct WatchedChild {
  int exitCode = 0;
  int signal = 0;          ///< that ended it; 0: none
  bool timedOut = false;   ///< it was ended for want of time
  std::string outText{};   ///< all it wrote to stdout (the first MiB)
  std::string errorText{}; ///< and to stderr
};

/// Runs it in a process group of its own with stdin from /dev/null, for at most so many seconds.
/// @throws Error where it can't be started
[[nodiscard]] WatchedChild runWatched(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                                      double seconds);

/// "SIGSEGV", or "signal 42".
[[nodiscard]] std::string signalName(int signal);

/// The program that runs.
[[nodiscard]] std::filesystem::path ownProgram();

} // namespace hipcuff::cli
