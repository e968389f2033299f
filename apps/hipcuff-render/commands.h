// What hipcuff-render draws: one file for each command, with its options and its run.
#pragma once

#include "cli/reference.h"

#include "hipcuff/rendering/private_display.h"

#include <boost/program_options.hpp>

#include <memory>
#include <string>
#include <vector>

namespace hipcuff::render {

enum ExitCode { allDone = 0, failed = 1, wrongUsage = 2, someFailed = 3, noDisplay = 4 };

/// Options and how to run what they ask for. @throws UsageError, InputError, OutputError, NoDisplayError
struct Command {
  const char* name;
  const char* summary; ///< one sentence for the manual
  const char* usage;   ///< lines for the help, with its options
  boost::program_options::options_description (*options)();
  int (*run)(const boost::program_options::variables_map& values);
};
[[nodiscard]] Command overlaysCommand();
[[nodiscard]] Command chartsCommand();

/// The program as its manual page and its completion tell it.
[[nodiscard]] cli::Program renderProgram();

/// A window on a display, made when the first picture is asked for: a run without pictures needs none.
template <typename Window>
class Drawer {
public:
  Window& window() {
    if (window_ == nullptr) {
      if (!displayAnswers())
        display_ = std::make_unique<PrivateDisplay>();
      window_ = std::make_unique<Window>();
    }
    return *window_;
  }

private:
  std::unique_ptr<PrivateDisplay> display_; // outlives the window that is on it
  std::unique_ptr<Window> window_;
};

} // namespace hipcuff::render
