// How an option, a command and its usage are written, wherever they are written: terminal, Markdown, manual page.
#pragma once

#include "cli/command.h"

#include <string>

namespace hipcuff::cli {

/// The help sentence with what the parser also knows: choices, range, preset.
[[nodiscard]] std::string explained(const Option& option);
/// "-o, --out DIR"
[[nodiscard]] std::string spelled(const Option& option);
/// "hipcuff analyze INPUT... --out DIR [options]"
[[nodiscard]] std::string usage(const std::string& program, const Command& command);
/// What may stand there as it is: its choices, else the plain words of the value's name ("N|all|auto": all, auto).
[[nodiscard]] std::vector<std::string> fixedWords(const Option& option);
/// One word of a shell, whatever is in it: in single quotes.
[[nodiscard]] std::string shellWord(const std::string& text);
/// The first sentence, without its full stop.
[[nodiscard]] std::string firstSentence(const std::string& text);

} // namespace hipcuff::cli
