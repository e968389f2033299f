// What the process answers to the shell. Scripts depend on the numbers.
#pragma once

namespace hipcuff::cli {

enum class ExitCode : int {
  ok = 0,           ///< all done
  failed = 1,       ///< nothing could be done, or the results could not be written
  usage = 2,        ///< wrong command line
  partly = 3,       ///< some inputs could not be processed and the others were
  worse = 4,        ///< validate compare --fail-if-worse: the new version is
  interrupted = 130 ///< stopped by Ctrl-C; what was finished is written
};

} // namespace hipcuff::cli
