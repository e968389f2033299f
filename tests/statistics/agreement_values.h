// Reads what R printed into tests/statistics/reference: lines "name value value ...", # comments.
#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace hipcuff::statistics {

class AgreementValues {
public:
  explicit AgreementValues(const std::string& topic) {
    const std::string path = std::string(HIPCUFF_SOURCE_DIR) + "/tests/statistics/reference/" + topic + ".txt";
    std::ifstream file(path);
    if (!file)
      throw std::runtime_error(path + ": cannot be read");
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      std::string name;
      if (!(words >> name) || name.front() == '#')
        continue;
      for (std::string word; words >> word;)
        values_[name].push_back(std::stod(word));
    }
  }

  [[nodiscard]] const std::vector<double>& all(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end())
      throw std::runtime_error("no reference value " + name);
    return found->second;
  }
  [[nodiscard]] double at(const std::string& name, std::size_t index = 0) const { return all(name).at(index); }

private:
  std::map<std::string, std::vector<double>> values_;
};

} // namespace hipcuff::statistics
