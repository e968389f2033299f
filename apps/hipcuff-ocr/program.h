// hipcuff-ocr as its manual page, its help and its completion tell it.
#pragma once

#include "cli/reference.h"

#include <boost/program_options.hpp>

namespace hipcuff::ocr {

enum ExitCode { allDone = 0, failed = 1, wrongUsage = 2 };

[[nodiscard]] boost::program_options::options_description describedOptions();
[[nodiscard]] cli::Program ocrProgram();

} // namespace hipcuff::ocr
