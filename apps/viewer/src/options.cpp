#include "options.h"

#include "cli/boost_options.h"
#include "cli/completion.h"
#include "cli/man_page.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"

#include <boost/program_options.hpp>

#include <iostream>

namespace hipcuff::viewer {
namespace po = boost::program_options;

namespace {

cli::Program viewerProgram(const po::options_description& shown) {
  cli::Program program;
  program.name = "hipcuff-viewer";
  program.summary = "look at hip ultrasound exams, correct, decide and save";
  program.description = {
      "Shows exams of the lateral hip with their analysis: cortex, tendon borders and discontinuities over the raw "
      "picture, the thickness along the tendon, the grade with its reasons. Borders can be corrected, grades accepted "
      "or changed, and the review is saved beside the program's results. The key ? shows all keys.",
      "With --read it shows pictures for a blinded reading instead, and writes what is said into a table."};
  program.arguments = {{.name = "PATH",
                        .help = "Files, folders, DICOMDIRs or the results of hipcuff analyze.",
                        .repeated = true,
                        .required = false}};
  program.options = cli::optionsFrom(shown);
  program.exitCodes = {{0, "done"}, {1, "failed"}, {2, "wrong usage"}};
  program.environment = {
      {"DISPLAY", "The X display to open the window on."},
      {"HIPCUFF_PLUGIN_PATH", "Folders in which plugins are looked for, parted by colons."},
      {"HIPCUFF_XVFB", "The Xvfb program that draws where the screen has no OpenGL, if it is not on the PATH."}};
  program.examples = {{"hipcuff-viewer exam/", "Open a folder."},
                      {"hipcuff-viewer --read --reader AB --reading 1 --out readings sim", "Read blindly."}};
  program.seeAlso = {"hipcuff", "hipcuff-render"};
  return program;
}

} // namespace

std::optional<Options> parseOptions(int argc, const char* const* argv) {
  Options out;
  std::string openGl = "auto";
  po::options_description shown("Options");
  // clang-format off
  shown.add_options()
    ("help,h", "this text")
    ("version", "the version")
    ("opengl", po::value(&openGl)->value_name("auto|hardware|software"),
     "who draws: the graphics processor, or the processor where it is faster or there is no other (default: auto)")
    ("criteria", po::value(&out.criteria)->value_name("FILE"), "thresholds other than the built-in ones")
    ("plugin", po::value(&out.plugins)->composing()->value_name("NAME|FILE[,KEY=VALUE...]"),
     "analyse with this plugin (see 'hipcuff plugins'); may be given several times, each builds on the one before")
    ("plugin-path", po::value(&out.pluginPath)->composing()->value_name("DIR"), "look for plugins in this folder first")
    ("plugin-fault", po::value(&out.pluginFault)->value_name("stop|builtin"),
     "where a plugin fails: the picture is not analysed, or the built-in stage stands in and says so (default: stop)")
    ("read", "blinded reading for research: no answer of the program, random order, a CSV of what you say")
    ("reader", po::value(&out.reader)->value_name("NAME"), "your name or initials")
    ("reading", po::value(&out.reading)->value_name("N"), "first reading 1, second 2, ... (default: 1)")
    ("out", po::value(&out.out)->value_name("DIR"), "where --read writes its CSV")
    ("journal", po::value(&out.journal)->value_name("DIR"),
     "where unsaved edits are kept safe (default: the user's data folder)")
    ("settings", po::value(&out.settings)->value_name("FILE"), "where the window's settings are kept");
  // clang-format on
  std::string completionShell;
  po::options_description all;
  all.add(shown).add_options()("path", po::value(&out.paths))("man", "")("completion", po::value(&completionShell));
  po::positional_options_description places;
  places.add("path", -1);
  po::variables_map given;
  try {
    po::store(po::command_line_parser(argc, argv).options(all).positional(places).run(), given);
    po::notify(given);
  } catch (const po::error& error) {
    throw UsageError(error.what(), "hipcuff-viewer --help lists the options");
  }
  if (given.count("help") != 0) {
    std::cout << "Usage: hipcuff-viewer [options] [FILE|FOLDER|DICOMDIR|RESULTS]...\n\n"
                 "Shows exams of the lateral hip with their analysis, to correct, decide and save.\n\n"
              << shown << "\n--man prints the manual page, --completion bash|zsh the completion.\n\n"
              << notice << "\n";
    return std::nullopt;
  }
  if (given.count("version") != 0) {
    std::cout << "hipcuff-viewer " << version << "\n";
    return std::nullopt;
  }
  if (given.count("man") != 0) {
    std::cout << cli::manPages(viewerProgram(shown)).front().text;
    return std::nullopt;
  }
  if (given.count("completion") != 0) {
    std::cout << cli::completion(viewerProgram(shown), completionShell);
    return std::nullopt;
  }
  if (openGl == "hardware")
    out.openGl = OpenGlWish::hardware;
  else if (openGl == "software")
    out.openGl = OpenGlWish::software;
  else if (openGl != "auto")
    throw UsageError("--opengl does not know '" + openGl + "'", "it takes auto, hardware or software");
  if (out.pluginFault != "stop" && out.pluginFault != "builtin")
    throw UsageError("--plugin-fault does not know '" + out.pluginFault + "'", "it takes stop or builtin");
  out.read = given.count("read") != 0;
  if (out.read && (out.reader.empty() || out.out.empty() || out.paths.empty()))
    throw UsageError("--read needs --reader NAME, --out DIR and what is to be read",
                     "hipcuff-viewer --read --reader AB --reading 1 --out readings FOLDER");
  if (out.reading < 1)
    throw UsageError("--reading is out of range: " + std::to_string(out.reading), "it counts from 1");
  return out;
}

} // namespace hipcuff::viewer
