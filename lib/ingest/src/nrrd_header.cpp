#include "nrrd_header.h"

#include <algorithm>
#include <cctype>
#include <fstream>

namespace hipcuff::ingest {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> quoted(const std::string& text) {
  std::vector<std::string> all;
  for (auto open = text.find('"'); open != std::string::npos;) {
    const auto close = text.find('"', open + 1);
    if (close == std::string::npos)
      break;
    all.push_back(text.substr(open + 1, close - open - 1));
    open = text.find('"', close + 1);
  }
  return all;
}

} // namespace

NrrdHeader readNrrdHeader(const std::filesystem::path& path) {
  NrrdHeader header;
  std::ifstream file(path, std::ios::binary);
  std::string line;
  constexpr int mostLines = 10000;
  for (int i = 0; i < mostLines && std::getline(file, line) && !trimmed(line).empty(); ++i) {
    const auto colon = line.find(':');
    if (line.starts_with('#') || colon == std::string::npos)
      continue;
    std::string key = line.substr(0, colon);
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (key == "units" || key == "space units")
      header.units = quoted(line.substr(colon + 1));
    else if (key == "data file" || key == "datafile")
      header.dataFile = trimmed(line.substr(colon + 1));
  }
  return header;
}

std::string foreignUnit(const NrrdHeader& header) {
  // Colour channels, where there are any, are the first axis and have no unit.
  const auto first =
      std::find_if(header.units.begin(), header.units.end(), [](const std::string& unit) { return !unit.empty(); });
  for (auto unit = first; unit != header.units.end() && unit - first < 2; ++unit)
    if (!unit->empty() && *unit != "mm" && *unit != "millimeter" && *unit != "millimeters")
      return *unit;
  return {};
}

} // namespace hipcuff::ingest
