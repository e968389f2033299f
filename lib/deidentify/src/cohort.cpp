#include "hipcuff/deidentify/cohort.h"

#include "folders.h"
#include "journal.h"
#include "key_table.h"
#include "plan.h"
#include "quarantine_list.h"
#include "report_file.h"
#include "sheet.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/in_order.h"
#include "hipcuff/screen/screen_finder.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace hipcuff::deidentify {
namespace {

namespace fs = std::filesystem;

constexpr const char* reportName = "report.json";

std::string textOf(const dicom::Profile& profile) {
  std::string out = "basic";
  for (const auto& word : keptBy(profile))
    out += " " + word;
  if (profile.dates == dicom::Dates::shift && profile.times == dicom::TimesOfDay::empty)
    out += " without-times";
  for (const auto& term : profile.moreTerms)
    out += " +" + term;
  return out;
}

std::vector<std::string> boxTexts(const CohortProfile& profile) {
  std::set<std::string> out;
  for (const auto& one : profile.boxes)
    out.insert(asText({one.box}) + " of " + one.manufacturer + "/" + one.model + "/" + std::to_string(one.columns) +
               "x" + std::to_string(one.rows));
  return {out.begin(), out.end()};
}

/// What a worker hands on.
struct Worked {
  std::optional<MadeFile> made;
  std::optional<Unchanged> unchanged;
  std::optional<InputOutcome> outcome;
  std::vector<dicom::KeyEntry> keys; ///< of an unchanged file
};

class Cohort {
public:
  Cohort(const CohortOptions& options, fs::path quarantine, Progress& progress,
         const std::function<void(const InputOutcome&)>& outcome)
      : options_(options)
      , quarantine_(std::move(quarantine))
      , stage_(quarantine_ / "work")
      , lock_(quarantine_)
      , journal_(quarantine_ / "journal.jsonl",
                 {textOf(options.profile.tags), options.secret.uid("hipcuff deidentify: which secret"),
                  boxTexts(options.profile)})
      , progress_(progress)
      , tell_(outcome)
      , readers_(options.ocr)
      , work_(options_, screens_, readers_) {
    if (options.key)
      keys_ = std::make_unique<KeyTable>(*options.key, options.secret);
  }

  CohortReport run() {
    std::error_code ignored;
    fs::remove_all(stage_, ignored);
    for (const auto* name : {"work", "held"})
      makePrivateFolder(quarantine_ / name);
    if (options_.sheet) {
      makePrivateFolder(quarantine_ / "pictures");
    } else {
      fs::remove_all(quarantine_ / "pictures", ignored);
      fs::remove(quarantine_ / "contact-sheet.html", ignored);
    }
    const auto decisions = options_.decisions ? readDecisions(*options_.decisions) : std::map<std::string, Decision>();
    auto plan = planOf(options_, journal_, decisions, quarantine_, stage_, progress_);
    for (const auto& item : plan.items) {
      if (const auto* kept = std::get_if<Unchanged>(&item)) {
        claim(journal_.entries().at(kept->path));
        met_.insert(kept->path);
      } else if (const auto* task = std::get_if<FileTask>(&item)) {
        met_.insert(task->original.string());
      }
    }
    if (plan.ignoredDecisions > 0)
      progress_.say(std::to_string(plan.ignoredDecisions) +
                    " decisions are left aside: what they were made on is not in quarantine any more, or has changed");
    if (plan.identityReleases > 0)
      progress_.say(std::to_string(plan.identityReleases) +
                    " releases are not obeyed: the original's identity was found in those files. If it is none, "
                    "decide release-identity");
    report_.inputs = static_cast<std::int64_t>(plan.items.size());
    progress_.start("De-identifying", report_.inputs);
    std::size_t next = 0;
    inOrder(
        options_.jobs,
        [&]() -> std::optional<PlannedItem> {
          if (next == plan.items.size())
            return {};
          if (progress_.stopRequested()) {
            report_.stopped = true;
            return {};
          }
          return std::move(plan.items[next++]);
        },
        [&](PlannedItem item) { return work(std::move(item)); }, [&](Worked worked) { settle(std::move(worked)); });
    report_.stopped = report_.stopped || progress_.stopRequested();
    progress_.finish();
    if (releasesVoid_ > 0)
      progress_.say(std::to_string(releasesVoid_) +
                    " releases are void: what is made of those files now is not what was looked at, or more speaks "
                    "against it. They are in quarantine again");
    journal_.sync();
    fs::remove_all(stage_, ignored);
    finish();
    return std::move(report_);
  }

private:
  Worked work(PlannedItem item) {
    Worked out;
    if (auto* outcome = std::get_if<InputOutcome>(&item)) {
      out.outcome = std::move(*outcome);
    } else if (auto* kept = std::get_if<Unchanged>(&item)) {
      try {
        if (keys_ && kept->out)
          dicom::keysOf(kept->path, options_.profile.tags, options_.secret,
                        [&](const dicom::KeyEntry& key) { out.keys.push_back(key); });
      } catch (const InputError& error) {
        out.outcome = InputOutcome{InputOutcome::Kind::failed, error.path(), error.problem(), error.remedy()};
        return out;
      }
      out.unchanged = std::move(*kept);
    } else {
      out.made = work_.make(std::get<FileTask>(item));
    }
    return out;
  }

  void settle(Worked worked) {
    progress_.advance();
    if (worked.outcome) {
      const auto& outcome = *worked.outcome;
      if (outcome.kind == InputOutcome::Kind::failed) {
        ++report_.failed;
      } else {
        ++report_.leftOut;
        ++report_.leftOutReasons[outcome.problem];
      }
      if (tell_)
        tell_(outcome);
      return;
    }
    if (worked.unchanged) {
      if (keys_)
        keys_->add(worked.keys);
      ++report_.unchanged;
      report_.copies += journal_.entries().at(worked.unchanged->path).state == State::copy ? 1 : 0;
      return;
    }
    place(std::move(*worked.made));
  }

  /// Which file a UID went to. @return false: another one has it
  bool claim(const Entry& entry) {
    return entry.uid.empty() || entry.state == State::copy || claimed_.try_emplace(entry.uid, entry.path).second ||
           claimed_.at(entry.uid) == entry.path;
  }

  void place(MadeFile made) {
    auto& entry = made.entry;
    releasesVoid_ += made.releaseVoid ? 1 : 0;
    if (!claim(entry)) {
      const auto& first = journal_.entries().at(claimed_.at(entry.uid));
      if (first.sha256 == entry.sha256 || sameOriginal(first, entry)) {
        entry.state = State::copy;
        entry.reasons.clear();
      } else {
        entry.state = State::held;
        entry.reasons.push_back({"same_uid", "another input with other content carries the same SOP Instance UID"});
      }
    }
    takeBack(entry);
    if (entry.state == State::out) {
      entry.place = placeOf(made).string();
      if (keys_)
        keys_->add(made.keys);
      moveInto(made.staged, options_.out / entry.place);
      ++report_.written;
    } else if (entry.state == State::held) {
      entry.place = "held/" + options_.secret.uid(entry.path + "\n" + entry.uid) + ".dcm";
      moveInto(made.staged, quarantine_ / entry.place);
      fs::permissions(quarantine_ / entry.place, fs::perms::owner_read | fs::perms::owner_write);
    }
    if (entry.state == State::copy) {
      ++report_.copies;
      entry.hasBefore = entry.hasAfter = false;
    }
    if (entry.hasBefore) {
      writePicture(pictureOf(entry, "before.jpg"), made.before);
      writePicture(pictureOf(entry, "marks.svg"), marksOf(entry));
    }
    if (entry.hasAfter)
      writePicture(pictureOf(entry, "after.jpg"), made.after);
    std::error_code ignored;
    if (!made.staged.empty())
      fs::remove(made.staged, ignored);
    if (entry.quarantined() && tell_)
      tell_({InputOutcome::Kind::failed, entry.path, "quarantined: " + entry.reasons.front().said, {}});
    journal_.add(std::move(entry));
  }

  void writePicture(const fs::path& name, const std::string& jpeg) const {
    makePrivateFolder((quarantine_ / name).parent_path());
    writePrivately(quarantine_ / name, jpeg);
  }

  [[nodiscard]] static bool sameOriginal(const Entry& a, const Entry& b) {
    try {
      return a.size == b.size && sha256OfFile(a.path) == sha256OfFile(b.path);
    } catch (const InputError&) {
      return false; // gone since
    }
  }

  /// What an earlier run made of this input must not stay where it would be handed over.
  void takeBack(const Entry& now) {
    const auto there = journal_.entries().find(now.path);
    if (there == journal_.entries().end())
      return;
    const auto& before = there->second;
    std::error_code ignored;
    if (const auto owner = claimed_.find(before.uid); owner != claimed_.end() && owner->second != before.path)
      return; // somebody else's by now
    if (before.state == State::out) {
      fs::remove(options_.out / before.place, ignored);
      // Folders fail to be removed while they hold anything.
      for (auto folder = fs::path(before.place).parent_path(); !folder.empty(); folder = folder.parent_path())
        if (!fs::remove(options_.out / folder, ignored))
          break;
    } else if (before.state == State::held) {
      fs::remove(quarantine_ / before.place, ignored);
    }
    for (const char* which : {"before.jpg", "after.jpg", "marks.svg"})
      fs::remove(quarantine_ / pictureOf(before, which), ignored);
  }

  /// Made of nothing but new names. UIDs that a profile keeps are mapped here all the same: they may hold anything.
  [[nodiscard]] fs::path placeOf(const MadeFile& made) const {
    const bool kept = options_.profile.tags.retainUids;
    const auto name = [&](const std::string& uid) {
      return uid.empty() ? std::string("none") : kept ? options_.secret.uid(uid) : uid;
    };
    return fs::path(made.pseudonym) / name(made.studyUid) / name(made.seriesUid) / (name(made.entry.uid) + ".dcm");
  }

  /// Of an original that was not met now, and whose object is another original's by now (a folder was moved), or of
  /// which nothing was ever made.
  [[nodiscard]] bool isPast(const Entry& entry) const {
    if (met_.contains(entry.path))
      return false;
    std::error_code ignored;
    const auto owner = claimed_.find(entry.uid);
    return entry.uid.empty() ? !fs::exists(entry.path, ignored)
                             : owner != claimed_.end() && owner->second != entry.path;
  }

  void finish() {
    std::vector<const Entry*> out, quarantined, decided;
    std::set<std::string> known = {reportName};
    std::map<std::string, std::set<std::string>> people; // by pseudonym
    std::error_code gone;
    double sum = 0;
    std::int64_t measured = 0;
    for (const auto& [path, entry] : journal_.entries()) {
      if (entry.state == State::copy || !isInPlace(entry, options_.out, quarantine_) || isPast(entry))
        continue;
      if (entry.quarantined()) {
        quarantined.push_back(&entry);
        for (const auto& reason : entry.reasons)
          ++report_.reasons[reason.code];
        continue;
      }
      if (!known.insert(entry.place).second)
        continue;
      out.push_back(&entry);
      report_.withdrawn += !met_.contains(path) && !fs::exists(path, gone) ? 1 : 0;
      if (!entry.person.empty())
        people[entry.patient].insert(entry.person);
      if (entry.decided())
        decided.push_back(&entry);
      if (entry.shareOfBmode) {
        sum += *entry.shareOfBmode;
        ++measured;
        report_.largestShareOfBmode = std::max(report_.largestShareOfBmode, *entry.shareOfBmode);
      }
    }
    report_.inOut = static_cast<std::int64_t>(out.size());
    report_.quarantined = static_cast<std::int64_t>(quarantined.size());
    report_.meanShareOfBmode = measured > 0 ? sum / static_cast<double>(measured) : 0;
    for (const auto& [patient, persons] : people)
      if (persons.size() > 1)
        report_.severalPeople.push_back(patient);
    report_.quarantine = quarantine_;
    std::error_code error;
    for (fs::recursive_directory_iterator it(options_.out, error), end; !error && it != end; it.increment(error))
      if (!it->is_directory() || it->is_symlink())
        if (!known.contains(fs::relative(it->path(), options_.out).string()))
          report_.strangers.push_back(it->path());
    std::sort(report_.strangers.begin(), report_.strangers.end());
    writeQuarantineList(quarantine_ / "quarantine.csv", quarantined, decided);
    if (options_.sheet)
      writeSheet(quarantine_ / "contact-sheet.html", options_, out, quarantined);
    writeFileAtomically(options_.out / reportName, reportJson(options_, out, report_));
  }

  const CohortOptions& options_;
  const fs::path quarantine_;
  const fs::path stage_;
  PrivateLock lock_;
  Journal journal_;
  Progress& progress_;
  const std::function<void(const InputOutcome&)>& tell_;
  ScreenFinder screens_;
  Readers readers_;
  FileWork work_;
  std::unique_ptr<KeyTable> keys_;
  std::unordered_map<std::string, std::string> claimed_; ///< new UID -> original's path
  std::set<std::string> met_;                            ///< originals that this run looked at
  std::int64_t releasesVoid_ = 0;
  CohortReport report_;
};

} // namespace

CohortReport runCohort(const CohortOptions& options, Progress& progress,
                       const std::function<void(const InputOutcome&)>& outcome) {
  auto quarantine = checkedFolders(options);
  prepareFolders(options, quarantine);
  // The journal goes by paths: they must be the same from wherever the program is called.
  auto settled = options;
  for (auto& input : settled.inputs)
    input = fs::absolute(input).lexically_normal();
  return Cohort(settled, std::move(quarantine), progress, outcome).run();
}

} // namespace hipcuff::deidentify
