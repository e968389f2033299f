#include "cli/reference.h"

#include <algorithm>
#include <map>
#include <sstream>

namespace hipcuff::cli {

std::string pageName(const std::string& program, const std::string& command) {
  std::string name = command.empty() ? program : program + "-" + command;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

Offer offerFor(const std::string& valueName) {
  static const std::map<std::string, Offer> known = {
      {"DIR", Offer::folders}, {"FOLDER", Offer::folders}, {"FILE", Offer::files},
      {"INPUT", Offer::files}, {"PATH", Offer::files},     {"REF", Offer::files},
      {"A", Offer::files},     {"B", Offer::files},        {"COMMAND", Offer::commands}};
  const std::string name = valueName.substr(0, valueName.find('['));
  if (name == "NAME|FILE")
    return Offer::plugins;
  Offer offer = Offer::nothing;
  std::istringstream parts(name);
  for (std::string part; std::getline(parts, part, '|');) {
    const auto found = known.find(part);
    // "FILE|DIR" takes both, and files come with folders.
    if (found != known.end() && offer != Offer::files)
      offer = found->second;
  }
  return offer;
}

} // namespace hipcuff::cli
