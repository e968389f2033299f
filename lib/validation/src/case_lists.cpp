// cases.csv and leftovers.csv.
#include "case_set.h"
#include "text.h"

#include "hipcuff/core/csv.h"

#include <charconv>

namespace hipcuff::validation {
namespace {

std::string exact(const std::optional<double>& value) {
  if (!value)
    return {};
  char buffer[64];
  const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, *value);
  return code == std::errc{} ? std::string(buffer, end) : std::string();
}

std::string harmless(const std::string& text) {
  const std::string clean = cleanUtf8(text);
  if (!clean.empty() && std::string_view("=+-@\t\r\n").find(clean.front()) != std::string_view::npos)
    return "'" + clean;
  return clean;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words)
    all += (all.empty() ? "" : ";") + word;
  return all;
}

void addAnswer(std::vector<std::string>& cells, const Answer* answer) {
  static const Answer nothing;
  const Answer& a = answer == nullptr ? nothing : *answer;
  cells.insert(cells.end(), {a.grade ? toString(*a.grade) : "", exact(a.thicknessMeanMm), exact(a.thicknessMaxMm),
                             exact(a.depthFraction), exact(a.tearLengthMm)});
}

} // namespace

std::string casesCsv(std::span<const Matched> units) {
  std::vector<Source> readers;
  for (const Matched& matched : units)
    for (const Source& source : matched.readers)
      if (std::find(readers.begin(), readers.end(), source) == readers.end())
        readers.push_back(source);
  std::vector<std::string> header = {"unit", "id",   "patient", "study_instance_uid", "sop_instance_uid",
                                     "path", "side", "view"};
  const auto answerColumns = [&](const std::string& who) {
    for (const char* what : {"class", "thickness_mean_mm", "thickness_max_mm", "depth_fraction", "tear_length_mm"})
      header.push_back(who + "_" + what);
  };
  answerColumns("system");
  header.insert(header.end(), {"system_p_normal", "system_p_tendinosis", "system_p_partial_thickness",
                               "system_p_full_thickness", "system_reasons"});
  answerColumns("reference");
  for (const Source& reader : readers)
    header.push_back(keyOf(sourceName(reader)) + "_class");
  header.insert(header.end(), {"outcome", "severity_error", "verified", "failure"});
  std::string all = csvRecord(header);
  for (const Matched& matched : units)
    for (const Case& one : matched.cases) {
      std::vector<std::string> cells = {toString(matched.unit),
                                        harmless(one.id),
                                        harmless(one.patient),
                                        one.studyInstanceUid,
                                        one.sopInstanceUid,
                                        harmless(one.path.generic_string()),
                                        one.side ? toString(*one.side) : "",
                                        one.view ? toString(*one.view) : ""};
      const Answer* system = one.system ? &*one.system : nullptr;
      addAnswer(cells, system);
      for (std::size_t k = 0; k < 4; ++k)
        cells.push_back(system != nullptr && system->probabilities ? exact((*system->probabilities)[k]) : "");
      cells.push_back(system == nullptr ? "" : harmless(joined(system->reasons)));
      addAnswer(cells, one.reference());
      for (const Source& reader : readers) {
        const Answer* answer = one.of(reader);
        cells.push_back(answer != nullptr && answer->grade ? toString(*answer->grade) : "");
      }
      const int s =
          system == nullptr || !one.failure.empty() ? (one.failure.empty() ? missing : notGradable) : codeOf(system);
      const int r = codeOf(one.reference());
      const bool comparable = r >= 0 && r < gradeClasses && s >= 0;
      cells.emplace_back(r == missing       ? "no_reference"
                         : s == missing     ? "no_result"
                         : r == notGradable ? "reference_not_gradable"
                         : s == notGradable ? "refused"
                         : r == s           ? "right"
                                            : "wrong");
      cells.push_back(comparable && s < gradeClasses ? std::to_string(s - r) : "");
      cells.emplace_back(one.verified ? (*one.verified ? "yes" : "no") : "");
      cells.push_back(harmless(one.failure));
      all += csvRecord(cells);
    }
  return all;
}

std::string leftoversCsv(std::span<const Matched> units) {
  std::string all = csvRecord({"unit", "kind", "what", "why"});
  for (const Matched& matched : units)
    for (const Leftover& leftover : matched.leftovers)
      all +=
          csvRecord({toString(matched.unit), toString(leftover.kind), harmless(leftover.what), harmless(leftover.why)});
  return all;
}

} // namespace hipcuff::validation
