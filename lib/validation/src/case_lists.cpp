// cases.csv and leftovers.csv.
#include "case_set.h"
#include "text.h"

#include "hipcuff/core/csv.h"

#include <charconv>
#include <unordered_map>

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

constexpr std::array structures{Structure::tendon, Structure::intactTendon, Structure::discontinuity};

void addOutlines(std::vector<std::string>& cells, const CaseOutlines* outlines) {
  constexpr std::array<const char*, 4> presences{"both", "system_only", "reference_only", "neither"};
  for (const Structure structure : structures) {
    const StructureOverlap* overlap = nullptr;
    if (outlines != nullptr)
      for (const StructureOverlap& one : outlines->overlaps)
        if (one.structure == structure)
          overlap = &one;
    if (overlap == nullptr) {
      cells.insert(cells.end(), 4, "");
      continue;
    }
    cells.emplace_back(presences[static_cast<std::size_t>(overlap->presence)]);
    cells.push_back(exact(overlap->dice));
    const auto& distance = overlap->distance;
    cells.push_back(distance ? exact(distance->meanMm) : "");
    cells.push_back(distance ? exact(distance->hausdorff95Mm) : "");
  }
  cells.push_back(outlines == nullptr ? "" : harmless(outlines->problem));
}

} // namespace

std::string casesCsv(std::span<const Matched> units, std::span<const CaseOutlines> outlines) {
  std::unordered_map<std::string_view, const CaseOutlines*> outlined;
  for (const CaseOutlines& one : outlines)
    outlined.emplace(one.id, &one);
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
                               "system_p_full_thickness", "system_confidence", "system_reasons"});
  answerColumns("reference");
  for (const Source& reader : readers) {
    const std::string who = keyOf(sourceName(reader));
    answerColumns(who);
    header.push_back(who + "_confidence");
    header.push_back(who + "_seconds");
  }
  if (!outlines.empty()) {
    for (const Structure structure : structures)
      for (const char* what : {"presence_%", "dice_%", "assd_%_mm", "hd95_%_mm"})
        header.push_back(std::string(what).replace(std::string_view(what).find('%'), 1, toString(structure)));
    header.emplace_back("outline_problem");
  }
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
      cells.push_back(system == nullptr ? "" : exact(system->confidence));
      cells.push_back(system == nullptr ? "" : harmless(joined(system->reasons)));
      addAnswer(cells, one.reference());
      for (const Source& reader : readers) {
        const Answer* answer = one.of(reader);
        addAnswer(cells, answer);
        cells.push_back(answer != nullptr ? exact(answer->confidence) : "");
        cells.push_back(answer != nullptr ? exact(answer->seconds) : "");
      }
      if (!outlines.empty()) {
        const auto found = matched.unit == Unit::image ? outlined.find(one.id) : outlined.end();
        addOutlines(cells, found == outlined.end() ? nullptr : found->second);
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
