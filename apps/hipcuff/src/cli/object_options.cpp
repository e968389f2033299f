#include "cli/object_options.h"

#include "cli/console.h"

#include "hipcuff/batch/catalogue.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/progress.h"

#include <algorithm>
#include <cstdint>
#include <map>

namespace hipcuff::cli {

Option dicomOption() {
  return {.name = "dicom",
          .kind = OptionKind::text,
          .valueName = "KINDS",
          .help = "Results as DICOM objects too, in a folder dicom beside each results.json: sr (report with all "
                  "measures), seg "
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

std::vector<std::filesystem::path> resultFolders(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path studies = folder / batch::examFolder("exam-").parent_path().parent_path();
  if (fs::exists(folder / "results.json", ignored) || !fs::is_directory(studies, ignored))
    return {folder};
  std::vector<fs::path> out;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(studies, failed), end; !failed && it != end; it.increment(failed)) {
    if (it.depth() == 0)
      continue;
    it.disable_recursion_pending();
    if (fs::exists(it->path() / "results.json", ignored))
      out.push_back(it->path());
  }
  if (failed)
    throw InputError(studies, "cannot be read: " + failed.message(), "");
  std::sort(out.begin(), out.end());
  return out;
}

namespace {

/// One folder of many: nothing to show, but Ctrl-C counts.
class WithinBatch final : public Progress {
public:
  void start(const std::string&, std::int64_t) override {}
  void advance(std::int64_t) override {}
  void finish() override {}
  void say(const std::string&) override {}
  [[nodiscard]] bool stopRequested() const override { return interrupted(); }
};

} // namespace

bool writeObjects(const std::vector<std::filesystem::path>& results, const pacs::ObjectsOptions& options,
                  Console& console) {
  ConsoleProgress progress(console);
  WithinBatch silent;
  if (results.size() > 1)
    progress.start("Writing DICOM objects", static_cast<std::int64_t>(results.size()));
  Progress& within = results.size() > 1 ? static_cast<Progress&>(silent) : progress;
  std::map<dicom::ObjectKind, int> counts;
  int there = 0;
  int failed = 0;
  int skipped = 0;
  std::size_t removed = 0;
  bool stopped = false;
  for (const auto& folder : results) {
    stopped = stopped || interrupted();
    if (stopped)
      break;
    const auto done = pacs::writeResultObjects(folder, options, within);
    for (const auto& object : done.objects) {
      ++counts[object.kind];
      there += object.alreadyThere ? 1 : 0;
      console.detail(object.path.string() + (object.alreadyThere ? " (there already)" : ""));
    }
    stopped = done.stopped;
    removed += done.removed.size();
    for (const auto& path : done.removed)
      console.detail(path.string() + " (of an earlier result, removed)");
    for (const InputOutcome& outcome : done.leftOut) {
      const std::string line = outcome.path.string() + ": " + outcome.problem +
                               (outcome.remedy.empty() ? std::string() : " (" + outcome.remedy + ")");
      if (outcome.kind == InputOutcome::Kind::failed) {
        ++failed;
        console.error("hipcuff: " + line);
      } else {
        ++skipped;
        console.detail(line);
      }
    }
    if (results.size() > 1)
      progress.advance(1);
  }
  if (results.size() > 1)
    progress.finish();
  std::string line;
  for (const auto& [kind, count] : counts)
    line += (line.empty() ? "" : ", ") + std::to_string(count) + " " + toString(kind);
  console.say("DICOM objects: " + (line.empty() ? std::string("none") : line) +
              (there > 0 ? " (" + std::to_string(there) + " there already)" : "") +
              (removed > 0 ? "; " + std::to_string(removed) + " of an earlier result removed" : "") +
              (skipped > 0 ? "; " + std::to_string(skipped) + " left out (--verbose says why)" : "") + ".");
  if (stopped)
    console.say("Stopped; the same command goes on.");
  return failed == 0 && !stopped;
}

} // namespace hipcuff::cli
