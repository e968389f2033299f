#include "cli/hipcuff_program.h"

#include <utility>

namespace hipcuff::cli {

const char* const purpose =
    "HipCuff reads B-mode ultrasound of the lateral hip, finds the gluteus medius tendon at the greater trochanter, "
    "measures its thickness and its discontinuities, grades tears, and shows the result.";

Program hipcuffProgram(std::vector<Command> commands) {
  Program program;
  program.name = "hipcuff";
  program.summary = "gluteal tendon tears on ultrasound: locate, measure, grade";
  program.description = {purpose,
                         "Data go to standard output, all talk to standard error. Errors are one line: what is "
                         "concerned, what is wrong, what to do. The result of the same input and criteria does not "
                         "depend on --jobs."};
  program.commands = std::move(commands);
  program.options = commonOptions();
  program.alone = {{.name = "version", .help = "Show the version and stop."}};
  program.exitCodes = {
      {0, "all done; inputs that are not for HipCuff (not ultrasound, a copy of one already read) were skipped with a "
          "line"},
      {1, "failed: nothing could be processed, or the results could not be written"},
      {2, "wrong usage"},
      {3, "some inputs could not be processed and the others were"},
      {4, "'validate compare --fail-if-worse': the new version is worse than allowed"},
      {130, "stopped by Ctrl-C; what was finished is written"}};
  program.environment = {{"HIPCUFF_PLUGIN_PATH", "Folders in which plugins are looked for, parted by colons."},
                         {"SOURCE_DATE_EPOCH",
                          "Seconds since 1970 that are written as the time of the analysis, so that two runs give "
                          "the same bytes."}};
  program.examples = {{"hipcuff info exam/", "What is in a folder, and what is wrong with it."},
                      {"hipcuff analyze exam/ --out results", "Measure and grade it; then open results/report.html."},
                      {"hipcuff help analyze", "All about one command."}};
  program.seeAlso = {"hipcuff-render", "hipcuff-viewer"};
  program.pagePerCommand = true;
  return program;
}

} // namespace hipcuff::cli
