// The viewer's command line. Read before Qt: --help and --version need no screen.
#pragma once

#include "view/presentation.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::viewer {

struct Options {
  std::vector<std::string> paths;
  OpenGlWish openGl = OpenGlWish::automatic;
  std::string journal;                 ///< folder; empty: the person's data folder
  std::string settings;                ///< file; empty: the person's own
  std::string criteria;                ///< file; empty: built in
  std::vector<std::string> plugins;    ///< NAME|FILE[,KEY=VALUE...], in their order
  std::vector<std::string> pluginPath; ///< folders
  std::string pluginFault = "stop";    ///< or "builtin"
  bool read = false;                   ///< blinded reading
  std::string reader;
  int reading = 1;
  std::string out; ///< of a blinded reading
};

/// @return none where the line was answered already (--help, --version, --man, --completion)
/// @throws UsageError
[[nodiscard]] std::optional<Options> parseOptions(int argc, const char* const* argv);

} // namespace hipcuff::viewer
