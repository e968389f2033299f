#include "program.h"

#include "cli/boost_options.h"

namespace hipcuff::ocr {
namespace po = boost::program_options;

po::options_description describedOptions() {
  po::options_description shown("Options");
  // clang-format off
  shown.add_options()
    ("help,h", "this text")
    ("version", "the version")
    ("languages", po::value<std::string>()->value_name("LANGS"),
     "languages as tesseract names them, joined by plus signs (default: eng)");
  // clang-format on
  return shown;
}

cli::Program ocrProgram() {
  cli::Program program;
  program.name = "hipcuff-ocr";
  program.summary = "read letters off pictures for hipcuff deidentify";
  program.description = {
      "Reads what can be read off pictures (OCR, with tesseract), so that hipcuff deidentify can tell whether a name "
      "is "
      "left in them. It runs by itself where it is installed.",
      "Pictures come over standard input and words go to standard output, both in a form that only HipCuff speaks; "
      "lib/deidentify/src/text_protocol.h in the source code says which."};
  program.options = cli::optionsFrom(describedOptions());
  program.exitCodes = {{allDone, "the input ended"}, {failed, "failed"}, {wrongUsage, "wrong usage"}};
  program.environment = {{"TESSDATA_PREFIX", "The folder with tesseract's languages, where it is not the usual one."}};
  program.examples = {{"hipcuff-ocr --version", "The version, and tesseract's."}};
  program.seeAlso = {"hipcuff", "hipcuff-deidentify", "tesseract"};
  return program;
}

} // namespace hipcuff::ocr
