#include "hipcuff/core/error.h"

namespace hipcuff {
namespace {

std::string oneLine(const std::filesystem::path& path, const std::string& problem, const std::string& remedy) {
  std::string line;
  if (!path.empty())
    line += path.string() + ": ";
  line += problem;
  if (!remedy.empty())
    line += " (" + remedy + ")";
  // File names may hold anything, a line break too; a message must stay one line.
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = '?';
  return line;
}

} // namespace

Error::Error(std::filesystem::path path, std::string problem, std::string remedy)
    : std::runtime_error(oneLine(path, problem, remedy))
    , path_(std::move(path))
    , problem_(std::move(problem))
    , remedy_(std::move(remedy)) {}

UsageError::UsageError(std::string problem, std::string remedy)
    : Error({}, std::move(problem), std::move(remedy)) {}

} // namespace hipcuff
