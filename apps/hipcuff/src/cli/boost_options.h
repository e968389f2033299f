// The options of a program that parses with Boost.Program_options, as the values that manual and completion take.
#pragma once

#include "cli/command.h"

#include <boost/program_options.hpp>

#include <vector>

namespace hipcuff::cli {

[[nodiscard]] std::vector<Option> optionsFrom(const boost::program_options::options_description& described);

} // namespace hipcuff::cli
