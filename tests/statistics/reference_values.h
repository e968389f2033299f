// What an R script of reference/ printed: lines of a name and numbers. A name may stand on several lines.
#pragma once

#include <cstddef>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace hipcuff::statistics {

class ReferenceValues {
public:
  /// @param name of the script, without its ending
  explicit ReferenceValues(const std::string& name) {
    const std::string path = std::string(HIPCUFF_SOURCE_DIR) + "/tests/statistics/reference/" + name + ".txt";
    std::ifstream file(path);
    if (!file) {
      throw std::runtime_error("cannot read " + path);
    }
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      std::string key;
      if (!(words >> key) || key.front() == '#') {
        continue;
      }
      std::vector<double> values;
      for (std::string word; words >> word;) {
        values.push_back(std::stod(word));
      }
      lines_[key].push_back(std::move(values));
    }
  }

  /// All lines of a name. @throws std::runtime_error where there is none
  [[nodiscard]] const std::vector<std::vector<double>>& lines(const std::string& name) const {
    const auto found = lines_.find(name);
    if (found == lines_.end()) {
      throw std::runtime_error("no reference values named " + name);
    }
    return found->second;
  }
  /// The first line of a name.
  [[nodiscard]] const std::vector<double>& operator[](const std::string& name) const { return lines(name).front(); }

  /// A line of 0 and 1.
  [[nodiscard]] std::vector<bool> flags(const std::string& name) const {
    const auto& values = (*this)[name];
    std::vector<bool> result;
    for (const double value : values) {
      result.push_back(value != 0);
    }
    return result;
  }
  /// A line of whole numbers.
  template <typename Whole>
  [[nodiscard]] std::vector<Whole> whole(const std::string& name) const {
    const auto& values = (*this)[name];
    std::vector<Whole> result;
    for (const double value : values) {
      result.push_back(static_cast<Whole>(value));
    }
    return result;
  }

private:
  std::map<std::string, std::vector<std::vector<double>>> lines_{};
};

} // namespace hipcuff::statistics
