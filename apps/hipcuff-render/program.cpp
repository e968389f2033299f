#include "commands.h"

#include "cli/boost_options.h"

namespace hipcuff::render {
namespace {

cli::Command described(const Command& command) {
  cli::Command out;
  out.name = command.name;
  out.summary = command.summary;
  out.options = cli::optionsFrom(command.options());
  return out;
}

} // namespace

cli::Program renderProgram() {
  cli::Program program;
  program.name = "hipcuff-render";
  program.summary = "draw HipCuff's results as pictures and charts";
  program.description = {
      "Draws what hipcuff analyze, batch and validate found. hipcuff analyze runs it by itself, unless --no-overlays "
      "is "
      "given. The paths written go to standard output, one a line.",
      "Drawing needs an X display. Without one (no DISPLAY, or nothing answers there) a private Xvfb is started and "
      "ended again. Charts as SVG need none."};
  program.commands = {described(overlaysCommand()), described(chartsCommand())};
  program.options = {{.name = "help", .letter = "h", .help = "Show a help text and stop."}};
  program.alone = {{.name = "version", .help = "Show the version and stop."}};
  program.exitCodes = {{allDone, "all done"},
                       {failed, "failed"},
                       {wrongUsage, "wrong usage"},
                       {someFailed, "some pictures or charts could not be drawn and the others were"},
                       {noDisplay, "no display and no Xvfb: nothing was drawn"}};
  program.environment = {{"DISPLAY", "The X display to draw on."},
                         {"HIPCUFF_XVFB", "The Xvfb program, where it is not on the PATH."}};
  program.examples = {{"hipcuff-render overlays --results results/results.json", "Overlays beside the results."},
                      {"hipcuff-render charts --figures report/figures.json --format svg --width 85",
                       "Charts for a journal's column."}};
  program.seeAlso = {"hipcuff", "hipcuff-analyze", "hipcuff-validate", "hipcuff-viewer"};
  return program;
}

} // namespace hipcuff::render
