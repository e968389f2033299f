#include "decisions.h"

#include "private_files.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"

#include <algorithm>

namespace hipcuff::deidentify {

std::map<std::string, Decision> readDecisions(const std::filesystem::path& file) {
  auto bytes = contentOf(file);
  if (bytes.starts_with("\xEF\xBB\xBF")) // spreadsheets put it there
    bytes.erase(0, 3);
  // Some spreadsheets write semicolons.
  const char separator = bytes.substr(0, bytes.find('\n')).find(',') == std::string::npos ? ';' : ',';
  CsvReader csv(bytes, separator, CsvReader::TornEnd::take);
  const auto head = csv.next();
  const auto column = [&](const char* name) -> std::size_t {
    const auto at = head ? std::find(head->begin(), head->end(), name) : std::vector<std::string>::const_iterator();
    if (!head || at == head->end())
      throw ConfigError(file, std::string("has no column '") + name + "'", "fill in the quarantine.csv of the run");
    return static_cast<std::size_t>(at - head->begin());
  };
  const auto decision = column("decision"), held = column("held"), sha = column("sha256");
  std::map<std::string, Decision> out;
  while (const auto record = csv.next()) {
    if (record->size() <= std::max({decision, held, sha}))
      continue;
    const auto& word = (*record)[decision];
    if (word.empty())
      continue;
    if (word != "release" && word != "release-identity" && word != "mask" && word != "hold")
      throw ConfigError(file, "line " + std::to_string(csv.line() - 1) + ": '" + word + "' is no decision",
                        "decisions are release, release-identity, mask, hold, or nothing");
    if ((*record)[held].empty())
      throw ConfigError(file,
                        "line " + std::to_string(csv.line() - 1) + ": nothing could be made of this file, so that " +
                            "nothing can be decided on it",
                        "leave its decision empty");
    out[(*record)[held]] = {word, (*record)[sha]};
  }
  return out;
}

} // namespace hipcuff::deidentify
