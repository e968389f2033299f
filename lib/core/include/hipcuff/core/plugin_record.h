// What stands with a result of each plugin that had a part in it, so that it can be traced. Holds no path.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace hipcuff {

struct PluginRecord {
  /// A file that the user named: its last part and the SHA-256 of its content.
  struct File {
    std::string name;
    std::string sha256;
    bool operator==(const File&) const = default;
  };
  /// std::monostate: an optional file that was not given.
  using Value = std::variant<std::monostate, bool, long long, double, std::string, File>;

  std::string name;
  std::string version;
  std::string summary;
  std::string author;
  std::string license;
  std::vector<std::string> stages; ///< "cortex", "tendon", "discontinuities", "grader", "exporter"
  std::string moduleSha256;        ///< of the shared library
  std::map<std::string, Value> parameters;
  bool operator==(const PluginRecord&) const = default;
};

} // namespace hipcuff
