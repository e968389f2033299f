// A command line as a shell would take it again: for reports, so that a run can be repeated.
#pragma once

#include <string>
#include <vector>

namespace hipcuff::cli {

/// "hipcuff NAME WORDS...", words quoted where a shell needs it.
[[nodiscard]] std::string commandLine(const std::string& name, const std::vector<std::string>& words);

} // namespace hipcuff::cli
