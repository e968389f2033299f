// Every threshold by name, with its unit and source, from one file. Printed with every result.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace hipcuff {

struct Criterion {
  double value = 0;
  std::string unit;   ///< "mm", "degrees", "1" ...
  std::string source; ///< where the number comes from
};

class Criteria {
public:
  std::string name;
  std::string version;
  std::map<std::string, Criterion> items;

  /// @throws ConfigError naming the criterion where it is missing
  [[nodiscard]] double value(const std::string& key) const;
};

} // namespace hipcuff
