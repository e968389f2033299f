#include "cli/object_options.h"

#include "cli/console.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <cstdint>
#include <map>

namespace hipcuff::cli {

Option dicomOption() {
  return {
      .name = "dicom",
      .kind = OptionKind::text,
      .valueName = "KINDS",
      .help =
          "Results as DICOM objects too, in the folder dicom of the output folder: sr (report with all measures), seg "
          "(outlines as masks), gsps (lines and numbers over the untouched picture), sc (the overlay picture); "
          "several with commas between them, or all."};
}

std::vector<dicom::ObjectKind> objectKinds(const std::string& text) {
  using dicom::ObjectKind;
  if (text == "all")
    return {ObjectKind::sr, ObjectKind::seg, ObjectKind::gsps, ObjectKind::sc};
  std::vector<ObjectKind> kinds;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    const auto word = text.substr(at, comma - at);
    const auto kind = dicom::objectKindFrom(word);
    if (!kind)
      throw UsageError("--dicom: '" + word + "' is no kind of object",
                       "give sr, seg, gsps, sc, several with commas, or all");
    if (std::find(kinds.begin(), kinds.end(), *kind) == kinds.end())
      kinds.push_back(*kind);
    at = comma + 1;
  }
  return kinds;
}

bool writeObjects(const std::filesystem::path& results, const pacs::ObjectsOptions& options, Console& console) {
  ConsoleProgress progress(console);
  const auto done = pacs::writeResultObjects(results, options, progress);
  std::map<dicom::ObjectKind, int> counts;
  int there = 0;
  for (const auto& object : done.objects) {
    ++counts[object.kind];
    there += object.alreadyThere ? 1 : 0;
    console.detail(object.path.string() + (object.alreadyThere ? " (there already)" : ""));
  }
  bool whole = true;
  for (const InputOutcome& outcome : done.leftOut) {
    const std::string line = outcome.path.string() + ": " + outcome.problem +
                             (outcome.remedy.empty() ? std::string() : " (" + outcome.remedy + ")");
    if (outcome.kind == InputOutcome::Kind::failed) {
      whole = false;
      console.error("hipcuff: " + line);
    } else {
      console.detail(line);
    }
  }
  std::string line;
  for (const auto& [kind, count] : counts)
    line += (line.empty() ? "" : ", ") + std::to_string(count) + " " + toString(kind);
  const auto skipped = std::count_if(done.leftOut.begin(), done.leftOut.end(), [](const InputOutcome& outcome) {
    return outcome.kind == InputOutcome::Kind::skipped;
  });
  console.say("DICOM objects: " + (line.empty() ? std::string("none") : line) +
              (there > 0 ? " (" + std::to_string(there) + " there already)" : "") +
              (skipped > 0 ? "; " + std::to_string(skipped) + " left out (--verbose says why)" : "") + ": " +
              done.folder.string());
  return whole;
}

} // namespace hipcuff::cli
