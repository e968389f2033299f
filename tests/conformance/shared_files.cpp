#include "shared_files.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace conformance {
namespace {

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, '\t');)
    result.push_back(cell);
  return result;
}

} // namespace

std::filesystem::path picturesFolder() {
  const char* shared = std::getenv("HIPCUFF_SHARED");
  const auto folder =
      (shared ? std::filesystem::path(shared) : std::filesystem::path(HIPCUFF_SOURCE_DIR) / "../shared") /
      "real-ultrasound";
  return std::filesystem::is_directory(folder) ? folder : std::filesystem::path();
}

std::vector<std::string> filesOf(const std::string& folder) {
  std::vector<std::string> result;
  const auto root = picturesFolder();
  if (root.empty() || !std::filesystem::is_directory(root / folder))
    return result;
  for (const auto& entry : std::filesystem::directory_iterator(root / folder))
    if (entry.is_regular_file())
      result.push_back(folder + "/" + entry.path().filename().string());
  std::sort(result.begin(), result.end());
  return result;
}

std::map<std::string, std::map<std::string, std::string>> manifest() {
  std::map<std::string, std::map<std::string, std::string>> result;
  std::ifstream file(picturesFolder() / "MANIFEST.tsv");
  std::string line;
  std::getline(file, line);
  const auto names = cells(line);
  while (std::getline(file, line)) {
    const auto values = cells(line);
    for (std::size_t i = 1; i < values.size() && i < names.size(); ++i)
      result[values[0]][names[i]] = values[i];
  }
  return result;
}

std::string testName(const std::string& file) {
  std::string name = file;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)))
      c = '_';
  return name;
}

} // namespace conformance
