#include "cli/boost_options.h"

#include <cctype>
#include <regex>

namespace hipcuff::cli {

namespace po = boost::program_options;

std::vector<Option> optionsFrom(const po::options_description& described) {
  std::vector<Option> options;
  for (const auto& one : described.options()) {
    Option option;
    option.name = one->long_name();
    const std::string shorter = one->canonical_display_name(po::command_line_style::allow_dash_for_short);
    if (shorter.size() == 2 && shorter.front() == '-')
      option.letter = shorter.substr(1);
    option.help = one->description();
    if (!option.help.empty() && !option.help.ends_with("."))
      option.help += ".";
    // A sentence begins with a capital; the name of a file stays as it is.
    if (std::regex_search(option.help, std::regex("^[a-z]+ ")))
      option.help.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(option.help.front())));
    option.repeated = one->semantic()->is_composing() && option.help.find("several times") == std::string::npos;
    if (one->semantic()->max_tokens() > 0) {
      option.kind = OptionKind::text;
      // Boost writes "NAME (=preset)", and "[=NAME(=preset)]" for values that may be missing.
      static const std::regex form(R"(([^ (]+)(?: \(=(.*)\))?)");
      std::smatch parts;
      const std::string parameter = one->format_parameter();
      if (std::regex_match(parameter, parts, form)) {
        option.valueName = parts[1];
        option.preset = parts[2];
      } else {
        option.valueName = parameter;
      }
    }
    options.push_back(std::move(option));
  }
  return options;
}

} // namespace hipcuff::cli
