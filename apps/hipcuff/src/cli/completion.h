// Completion on the Tab key for bash and zsh, from the commands themselves.
#pragma once

#include "cli/reference.h"

#include <string>

namespace hipcuff::cli {

/// For <prefix>/share/bash-completion/completions/NAME. Needs bash 4 and nothing else.
[[nodiscard]] std::string bashCompletion(const Program& program);

/// For <prefix>/share/zsh/vendor-completions/_NAME.
[[nodiscard]] std::string zshCompletion(const Program& program);

/// @param shell bash or zsh  @throws UsageError for any other
[[nodiscard]] std::string completion(const Program& program, const std::string& shell);

} // namespace hipcuff::cli
