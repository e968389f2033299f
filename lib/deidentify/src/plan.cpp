#include "plan.h"

#include "sheet.h"

#include "hipcuff/core/version.h"
#include "hipcuff/dicom/reading.h"
#include "hipcuff/ingest/walk.h"

#include <algorithm>
#include <set>

#include <sys/stat.h>

namespace hipcuff::deidentify {
namespace {

namespace fs = std::filesystem;

class Planner {
public:
  Planner(const CohortOptions& options, const Journal& journal, const std::map<std::string, Decision>& decisions,
          const fs::path& quarantine, const fs::path& stage)
      : options_(options)
      , journal_(journal)
      , decisions_(decisions)
      , quarantine_(quarantine)
      , stage_(stage)
      , reader_(options.ocr.program.empty()     ? "none"
                : options.ocr.languages.empty() ? "eng"
                                                : options.ocr.languages) {}

  Plan run(Progress& progress) {
    progress.start("Looking through the inputs", 0);
    InputWalker walker(options_.inputs);
    while (auto item = walker.next()) {
      if (progress.stopRequested())
        break;
      progress.advance();
      if (auto* outcome = std::get_if<InputOutcome>(&*item))
        items_.emplace_back(std::move(*outcome));
      else
        take(std::get<FoundInput>(*item));
    }
    progress.finish();
    settleCopies();
    return {std::move(items_), static_cast<std::int64_t>(decisions_.size()) - obeyed_, identityReleases_};
  }

private:
  void take(const FoundInput& found) {
    // A link inside the inputs may lead there.
    if (const auto* whose = liesWithin(found.path, options_.out)  ? "the folder to hand over"
                            : liesWithin(found.path, quarantine_) ? "the quarantine folder"
                                                                  : nullptr) {
      items_.emplace_back(InputOutcome{InputOutcome::Kind::skipped, found.path, std::string("lies in ") + whose, {}});
      return;
    }
    if (!looksLikeDicom(found.path)) {
      const std::string problem = "is a picture or clip, not DICOM: it has no tags to clean";
      items_.emplace_back(found.named ? InputOutcome{InputOutcome::Kind::failed, found.path, problem, "leave it out"}
                                      : InputOutcome{InputOutcome::Kind::skipped, found.path, problem, {}});
      return;
    }
    FileTask task;
    task.original = found.path;
    task.staged = stage_ / (std::to_string(items_.size()) + ".dcm");
    struct ::stat status {};
    if (::stat(found.path.c_str(), &status) == 0) {
      task.size = static_cast<std::uint64_t>(status.st_size);
      task.modified = static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
    }
    const auto there = journal_.entries().find(task.original.string());
    const Entry* entry = there == journal_.entries().end() ? nullptr : &there->second;
    const bool sameInput = entry && entry->size == task.size && entry->modified == task.modified;
    if (sameInput) {
      task.decision = entry->decision;
      task.maskTissue = entry->maskTissue;
      task.looked = entry->looked;
      task.lookedFor = entry->lookedFor;
    }
    // Obeyed is what was decided on this very file, and nothing that took its place since.
    if (const auto decided = entry ? decisions_.find(entry->place) : decisions_.end();
        decided != decisions_.end() && sameInput && entry->sha256 == decided->second.sha256 &&
        obey(*entry, decided->second.what, task))
      ++obeyed_;
    if (!sameInput || !stillRight(*entry, task)) {
      items_.emplace_back(std::move(task));
      return;
    }
    if (entry->state == State::copy)
      copies_.emplace_back(items_.size(), std::move(task));
    else
      first_.insert(entry->uid);
    items_.emplace_back(Unchanged{entry->path, entry->state == State::out});
  }

  /// @return false: not what can be decided on this one
  bool obey(const Entry& entry, const std::string& what, FileTask& task) {
    if (what == "hold") {
      if (entry.state != State::held && !entry.decided())
        return false;
      task.decision.clear();
      task.maskTissue = false;
      return true;
    }
    if (entry.state != State::held)
      return false;
    if (what == "release" && std::any_of(entry.reasons.begin(), entry.reasons.end(), isIdentity)) {
      ++identityReleases_;
      return true;
    }
    task.decision = what;
    if (what == "mask") {
      task.maskTissue = true;
    } else {
      task.looked = entry.sha256;
      task.lookedFor = codesOf(entry.reasons);
    }
    return true;
  }

  [[nodiscard]] bool hasPicture(const Entry& entry) const {
    std::error_code error;
    return entry.hasBefore && fs::exists(quarantine_ / pictureOf(entry, "before.jpg"), error);
  }

  [[nodiscard]] bool stillRight(const Entry& entry, const FileTask& task) const {
    return entry.version == version && entry.reader == reader_ && entry.decision == task.decision &&
           entry.boxes == asText(boxesFor(options_.profile, entry)) &&
           (!options_.sheet || !entry.picture || hasPicture(entry) || entry.state == State::copy ||
            entry.state == State::refused) &&
           (entry.state == State::copy || isInPlace(entry, options_.out, quarantine_));
  }

  /// A copy needs nothing only where what it is a copy of is there and stays.
  void settleCopies() {
    for (auto& [at, task] : copies_)
      if (!first_.contains(journal_.entries().at(task.original.string()).uid))
        items_[at] = std::move(task);
  }

  const CohortOptions& options_;
  const Journal& journal_;
  const std::map<std::string, Decision>& decisions_;
  const fs::path& quarantine_;
  const fs::path& stage_;
  const std::string reader_;
  std::vector<PlannedItem> items_;
  std::vector<std::pair<std::size_t, FileTask>> copies_;
  std::int64_t obeyed_ = 0, identityReleases_ = 0;
  std::set<std::string> first_; ///< UIDs of files that stay as they are
};

} // namespace

Plan planOf(const CohortOptions& options, const Journal& journal, const std::map<std::string, Decision>& decisions,
            const fs::path& quarantine, const fs::path& stage, Progress& progress) {
  return Planner(options, journal, decisions, quarantine, stage).run(progress);
}

bool isInPlace(const Entry& entry, const fs::path& out, const fs::path& quarantine) {
  if (entry.state == State::refused)
    return true;
  std::error_code error;
  const auto size = fs::file_size((entry.state == State::out ? out : quarantine) / entry.place, error);
  return !error && size == entry.bytes;
}

} // namespace hipcuff::deidentify
