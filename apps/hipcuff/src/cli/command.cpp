#include "cli/command.h"

namespace hipcuff::cli {

const Option* Command::find(const std::string& optionName) const noexcept {
  for (const Option& option : options)
    if (option.name == optionName)
      return &option;
  for (const Option& option : commonOptions())
    if (option.name == optionName)
      return &option;
  return nullptr;
}

const std::vector<Option>& commonOptions() {
  static const std::vector<Option> options = {
      {.name = "quiet", .letter = "q", .help = "Say nothing but errors on stderr."},
      {.name = "verbose", .letter = "v", .help = "Say more on stderr: each input as it is done, with its messages."},
      {.name = "help", .letter = "h", .help = "Show this help and stop."},
  };
  return options;
}

Option jobsOption() {
  return {.name = "jobs",
          .letter = "j",
          .kind = OptionKind::integer,
          .valueName = "N",
          .help =
              "Inputs worked on at the same time; 0 takes one for each processor. The output does not depend on it.",
          .preset = "0",
          .range = Range{0, 1024}};
}

} // namespace hipcuff::cli
