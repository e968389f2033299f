#include "cli/command_line.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace hipcuff::cli {

std::string commandLine(const std::string& name, const std::vector<std::string>& words) {
  std::string line = "hipcuff " + name;
  for (const std::string& word : words) {
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || c >= 0x80 ||
             std::string_view("-_./,=:+@%").find(static_cast<char>(c)) != std::string_view::npos;
    });
    std::string quoted = word;
    for (std::size_t at = quoted.find('\''); at != std::string::npos; at = quoted.find('\'', at + 4))
      quoted.replace(at, 1, "'\\''");
    line += " " + (plain ? word : "'" + quoted + "'");
  }
  return line;
}

} // namespace hipcuff::cli
