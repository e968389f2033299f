#include "options.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"

#include <boost/program_options.hpp>

#include <iostream>

namespace hipcuff::viewer {
namespace po = boost::program_options;

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
    ("read", "blinded reading for research: no answer of the program, random order, a CSV of what you say")
    ("reader", po::value(&out.reader)->value_name("NAME"), "your name or initials")
    ("reading", po::value(&out.reading)->value_name("N"), "first reading 1, second 2, ... (default: 1)")
    ("out", po::value(&out.out)->value_name("DIR"), "where --read writes its CSV")
    ("journal", po::value(&out.journal)->value_name("DIR"),
     "where unsaved edits are kept safe (default: the user's data folder)")
    ("settings", po::value(&out.settings)->value_name("FILE"), "where the window's settings are kept");
  // clang-format on
  po::options_description all;
  all.add(shown).add_options()("path", po::value(&out.paths));
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
              << shown << "\n"
              << notice << "\n";
    return std::nullopt;
  }
  if (given.count("version") != 0) {
    std::cout << "hipcuff-viewer " << version << "\n";
    return std::nullopt;
  }
  if (openGl == "hardware")
    out.openGl = OpenGlWish::hardware;
  else if (openGl == "software")
    out.openGl = OpenGlWish::software;
  else if (openGl != "auto")
    throw UsageError("--opengl does not know '" + openGl + "'", "it takes auto, hardware or software");
  out.read = given.count("read") != 0;
  if (out.read && (out.reader.empty() || out.out.empty() || out.paths.empty()))
    throw UsageError("--read needs --reader NAME, --out DIR and what is to be read",
                     "hipcuff-viewer --read --reader AB --reading 1 --out readings FOLDER");
  if (out.reading < 1)
    throw UsageError("--reading is out of range: " + std::to_string(out.reading), "it counts from 1");
  return out;
}

} // namespace hipcuff::viewer
