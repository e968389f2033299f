#include "hipcuff/batch/batch.h"

#include "analysis_pass.h"
#include "batch_home.h"
#include "exam_record.h"
#include "folder_lock.h"
#include "own_files.h"
#include "recovery.h"
#include "scan.h"
#include "schema.h"
#include "settings.h"
#include "sqlite.h"

#include "hipcuff/batch/overview.h"
#include "hipcuff/batch/query.h"
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <sstream>
#include <string_view>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

/// Where a run keeps its catalogue and what it builds: the batch's folder, or the shard's own.
fs::path homeOf(const BatchOptions& options) {
  if (options.shard.whole())
    return options.out;
  return options.out / "shards" / (std::to_string(options.shard.index) + "-of-" + std::to_string(options.shard.count));
}

/// A disk error in the midst of it, for people.
[[noreturn]] void explain(const SqlError& error, const fs::path& catalogue) {
  switch (error.failure()) {
  case SqlFailure::damaged:
  case SqlFailure::notADatabase:
    throw OutputError(catalogue, "the catalogue is damaged: " + error.message(),
                      "run again with --resume: it is made anew from the exams' folders, which are untouched");
  case SqlFailure::busy:
    throw OutputError(catalogue, "another program holds the catalogue: " + error.message(),
                      "end that program and go on with --resume; what was finished stands");
  case SqlFailure::full:
    throw OutputError(catalogue, "the catalogue cannot be written: " + error.message(),
                      "free some space and go on with --resume; what was finished stands");
  default:
    throw OutputError(catalogue, "the catalogue cannot be written: " + error.message(),
                      "check the folder and go on with --resume; what was finished stands");
  }
}

void refuseStrangers(const BatchOptions& options, const fs::path& catalogue) {
  std::error_code ignored;
  if (fs::exists(options.out / "results.json", ignored))
    throw UsageError("--out " + options.out.string() + " holds results of 'hipcuff analyze'", "choose another folder");
  // Even where its catalogue was lost.
  const bool exams = options.shard.whole() && fs::exists(options.out / "studies", ignored) &&
                     !fs::is_empty(options.out / "studies", ignored);
  if (options.resume || (!fs::exists(catalogue, ignored) && !exams))
    return;
  throw UsageError("--out " + options.out.string() + " holds a batch already",
                   "give --resume to go on with it, or choose another folder");
}

class Run {
public:
  Run(const BatchOptions& options, BatchObserver& observer)
      : options_(options)
      , observer_(observer)
      , home_(homeOf(options))
      , settings_(settingsKey(options)) {}

  BatchReport go() {
    const auto start = std::chrono::steady_clock::now();
    const fs::path file = home_ / "catalogue.sqlite";
    refuseStrangers(options_, file);
    if (options_.useScan)
      openScan();
    requireWritableFolder(home_);
    requireWritableFolder(options_.out / "studies");
    const FolderLock lock(home_);
    requireWritableFolder(home_ / "work");
    tidyUp(home_ / "work", options_.out, observer_);
    if (options_.shard.whole())
      OwnFiles(options_.out).removeTorn();
    if (Catalogue::isDamaged(file)) {
      const fs::path aside = setAside(file);
      observer_.note("The catalogue was damaged: it is now " + aside.filename().string() +
                     " and is made anew from the exams' folders.");
    }
    try {
      Catalogue catalogue(file, Catalogue::Access::readWrite);
      {
        Store store(catalogue);
        work(catalogue, store, start);
      }
      if (options_.shard.whole() && !options_.scanOnly && report_.counts.files > 0) {
        observer_.progress(BatchObserver::Phase::writing, report_.counts);
        writeOverview(catalogue, options_.out);
      }
      catalogue.settle();
    } catch (const SqlError& error) {
      explain(error, file);
    }
    std::error_code ignored;
    fs::remove(home_ / "work", ignored); // if it is empty
    return report_;
  }

private:
  void openScan() {
    std::error_code ignored;
    constexpr const char* remedy = "run 'hipcuff batch INPUT... --out DIR --scan-only' to its end first";
    if (!fs::exists(options_.out / "catalogue.sqlite", ignored))
      throw UsageError("--use-scan finds no scan in " + options_.out.string(), remedy);
    common_.emplace(options_.out, Catalogue::Access::readOnly);
    try {
      Statement last(common_->database(), "SELECT outcome FROM runs WHERE shard IS NULL ORDER BY id DESC LIMIT 1");
      if (!last.step() || last.text(0) != "finished")
        throw UsageError("--use-scan finds a scan in " + options_.out.string() + " that has not come to its end",
                         std::string(remedy) + " (with --resume)");
    } catch (const SqlError& error) {
      explain(error, common_->file());
    }
  }

  void work(Catalogue& catalogue, Store& store, std::chrono::steady_clock::time_point start) {
    const bool recover = options_.resume && (store.isNew() || store.isRecovering());
    const std::int64_t run = store.beginRun(options_, settings_);
    store.setRecovering(recover); // in one transaction: a run that is killed meanwhile leaves the rest to the next
    store.commit();
    BatchCounts& counts = report_.counts;
    const auto seconds = [start] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    try {
      if (recover)
        if (const std::int64_t found = recoverExams(options_.out, options_.shard, run, store); found > 0)
          observer_.note("Found the results of " + std::to_string(found) + " exams in their folders.");
      if (!options_.remarks.empty())
        refuseToLoseAPlugin(catalogue);
      if (options_.useScan) {
        store.copyScan(*common_, options_.shard, run);
      } else if (!scanInputs(options_, settings_, run, catalogue, store, observer_, counts)) {
        report_.stopped = true;
      }
      // A scan that was stopped has not seen all inputs of the exams: nothing is begun.
      if (!report_.stopped) {
        plan(store, run);
        if (!options_.scanOnly) {
          analyseWaiting(store, run);
          report_.stopped = observer_.stopRequested() && counts.examsDone < counts.exams;
        }
      }
      store.endRun(run, report_.stopped ? "stopped" : "finished", seconds(), counts);
    } catch (...) {
      try {
        store.endRun(run, "failed", seconds(), counts);
      } catch (const SqlError&) { // the disk is full, say: the first error is the one to be told
      }
      throw;
    }
  }

  /// A plugin of exams that are done is not there today, and --plugin-fault builtin lets the run go on without it: all
  /// of them would be done again, and what the plugin made would be gone for what may be a forgotten disk.
  void refuseToLoseAPlugin(Catalogue& catalogue) const {
    Statement rows(catalogue.database(),
                   "SELECT m.value, count(*) FROM exams e JOIN meta m ON m.key = '" + pluginsKey +
                       "' || e.settings WHERE e.state = 'done' GROUP BY m.value ORDER BY m.value");
    while (rows.step()) {
      const std::string missing = missingOf(rows.text(0));
      if (!missing.empty())
        throw ConfigError(options_.out,
                          "exams here were done with plugin '" + missing + "' (" + std::to_string(rows.integer(1)) +
                              "), which is not there now: to go on would do them again without it",
                          "bring it back ('hipcuff plugins' lists what is found), give another --out, or leave its "
                          "--plugin away where they are to be done without it");
    }
  }

  /// The first of "name version, name version" that is not loaded; empty: all are.
  [[nodiscard]] std::string missingOf(const std::string& plugins) const {
    std::istringstream in(plugins);
    for (std::string one; std::getline(in >> std::ws, one, ',');) {
      const std::string name = one.substr(0, one.find(' '));
      if (std::none_of(options_.plugins.begin(), options_.plugins.end(),
                       [&](const plugin::InUse& use) { return use.descriptor.name == name; }))
        return one;
    }
    return {};
  }

  void analyseWaiting(Store& store, std::int64_t run) {
    ExamFeed feed;
    feed.next = [&store, last = std::int64_t{0}]() mutable {
      auto exam = store.nextExam(last);
      if (exam)
        last = exam->id;
      return exam;
    };
    feed.put = [&store, run](const ExamRecord& record) { store.putResult(record, run); };
    feed.settle = [&store] { store.commit(); };
    feed.largest = store.largestToDo();
    analyseExams(options_, settings_, feed, home_ / "work", observer_, report_.counts);
  }

  void plan(Store& store, std::int64_t run) {
    const auto isThere = [](const std::string& path) {
      std::error_code ignored;
      return fs::exists(path, ignored);
    };
    const auto hasResults = [this](const std::string& name) {
      std::error_code ignored;
      return fs::exists(options_.out / examFolder(name) / "exam.json", ignored);
    };
    const auto onCopy = [this](const std::string& path, const std::string& first) {
      ++report_.counts.skipped;
      observer_.problem({InputOutcome::Kind::skipped, path, "same SOP instance as " + first, {}});
    };
    store.plan(run, settings_, options_, isThere, hasResults, onCopy, report_.counts);
    store.commit();
    if (report_.counts.gone > 0)
      observer_.note(std::to_string(report_.counts.gone) +
                     " inputs of earlier runs are no longer there; the results of their exams stay.");
  }

  const BatchOptions& options_;
  BatchObserver& observer_;
  fs::path home_;
  std::string settings_;
  std::optional<Catalogue> common_; ///< that of all shards, with their scan
  BatchReport report_;
};

} // namespace

bool Shard::has(const std::string& key) const noexcept {
  return whole() || hasName(examName(key));
}

bool Shard::hasName(const std::string& name) const noexcept {
  constexpr std::string_view prefix = "exam-";
  constexpr std::size_t digits = 12;
  std::uint64_t hash = 0;
  const char* const end = name.data() + name.size();
  if (name.size() != prefix.size() + digits || !name.starts_with(prefix) ||
      std::from_chars(name.data() + prefix.size(), end, hash, 16).ptr != end)
    return false;
  return hash % static_cast<std::uint64_t>(count) == static_cast<std::uint64_t>(index - 1);
}

BatchReport runBatch(const BatchOptions& options, BatchObserver& observer) {
  if (!options.filter.empty())
    (void)compileFilter(options.filter, Entity::inputs, Known::beforeAnalysis); // now, not after an hour's walk
  return Run(options, observer).go();
}

} // namespace hipcuff::batch
