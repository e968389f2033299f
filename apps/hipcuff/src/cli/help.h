// All help text, from the commands themselves: for the terminal and as Markdown for docs/commands.md.
#pragma once

#include "cli/command.h"

#include <string>
#include <vector>

namespace hipcuff::cli {

/// Words wrapped to `width` columns, every line begun by `indent` spaces. Line breaks in the text are kept.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

[[nodiscard]] std::string overview(const std::vector<Command>& commands, std::size_t width);
[[nodiscard]] std::string commandHelp(const Command& command, std::size_t width);
/// The whole command reference. Depends on nothing but the commands, so that a test can compare it with the file.
[[nodiscard]] std::string markdownReference(const std::vector<Command>& commands);

/// Columns to lay help out for: the terminal's between 60 and 100, and 80 where there is none.
[[nodiscard]] std::size_t helpWidth();

} // namespace hipcuff::cli
