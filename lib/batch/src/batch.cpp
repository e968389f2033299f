#include "hipcuff/batch/batch.h"

#include "analysis_pass.h"
#include "folder_lock.h"
#include "own_files.h"
#include "recovery.h"
#include "scan.h"
#include "settings.h"
#include "sqlite.h"

#include "hipcuff/batch/overview.h"
#include "hipcuff/batch/query.h"
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"

#include <chrono>

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
  if (options.resume || !fs::exists(catalogue, ignored))
    return;
  throw UsageError("--out " + options.out.string() + " holds a batch already",
                   "give --resume to go on with it, or choose another folder");
}

/// What runs that were killed left behind. Only ours: the lock is held.
void tidyUp(const fs::path& workFolder, const fs::path& out, BatchObserver& observer) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(workFolder, error)) {
    // Killed while an exam's folders were exchanged: the old one, with what a person saved in it, lies here.
    const fs::path reviews = entry.path() / "reviewed";
    const fs::path exam = out / examFolder(entry.path().filename().string());
    std::error_code inner;
    if (fs::exists(reviews, inner)) {
      if (fs::exists(exam / "reviewed", inner) || !fs::exists(exam, inner)) {
        observer.note(entry.path().string() + ": left alone, because it holds reviews whose exam is elsewhere");
        continue;
      }
      fs::rename(reviews, exam / "reviewed", inner);
      if (inner)
        continue;
    }
    fs::remove_all(entry.path(), inner);
  }
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
    requireWritableFolder(home_);
    requireWritableFolder(options_.out / "studies");
    const FolderLock lock(home_);
    requireWritableFolder(home_ / "work");
    tidyUp(home_ / "work", options_.out, observer_);
    if (options_.shard.whole())
      OwnFiles(options_.out).removeTorn();
    bool lost = !fs::exists(file);
    if (Catalogue::isDamaged(file)) {
      const fs::path aside = setAside(file);
      lost = true;
      observer_.note("The catalogue was damaged: it is now " + aside.filename().string() +
                     " and is made anew from the exams' folders.");
    }
    try {
      Catalogue catalogue(file, Catalogue::Access::readWrite);
      {
        Store store(catalogue);
        work(catalogue, store, lost, start);
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
  void work(Catalogue& catalogue, Store& store, bool lost, std::chrono::steady_clock::time_point start) {
    const std::int64_t run = store.beginRun(options_, settings_);
    store.commit();
    BatchCounts& counts = report_.counts;
    const auto seconds = [start] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    try {
      if (lost && options_.resume)
        if (const std::int64_t found = recoverExams(options_.out, options_.shard, run, store); found > 0)
          observer_.note("Found the results of " + std::to_string(found) + " exams in their folders.");
      if (options_.useScan) {
        Catalogue common(options_.out, Catalogue::Access::readOnly);
        store.copyScan(common, options_.shard, run);
      } else if (!scanInputs(options_, run, catalogue, store, observer_, counts)) {
        report_.stopped = true;
      }
      // A scan that was stopped has not seen all inputs of the exams: nothing is begun.
      if (!report_.stopped) {
        plan(store, run);
        if (!options_.scanOnly) {
          analyseExams(options_, settings_, run, store, home_ / "work", observer_, counts);
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

  void plan(Store& store, std::int64_t run) {
    const auto isThere = [](const std::string& path) {
      std::error_code ignored;
      return fs::exists(path, ignored);
    };
    const auto hasResults = [this](const std::string& name) {
      std::error_code ignored;
      return fs::exists(options_.out / examFolder(name) / "exam.json", ignored);
    };
    store.plan(run, settings_, options_, isThere, hasResults, report_.counts);
    store.commit();
    if (report_.counts.gone > 0)
      observer_.note(std::to_string(report_.counts.gone) +
                     " inputs of earlier runs are no longer there; the results of their exams stay.");
  }

  const BatchOptions& options_;
  BatchObserver& observer_;
  fs::path home_;
  std::string settings_;
  BatchReport report_;
};

} // namespace

bool Shard::has(const std::string& key) const noexcept {
  if (whole())
    return true;
  const std::uint64_t hash = std::stoull(sha256(key).substr(0, 12), nullptr, 16);
  return hash % static_cast<std::uint64_t>(count) == static_cast<std::uint64_t>(index - 1);
}

BatchReport runBatch(const BatchOptions& options, BatchObserver& observer) {
  if (!options.filter.empty())
    (void)compileFilter(options.filter, Entity::inputs, Known::beforeAnalysis); // now, not after an hour's walk
  return Run(options, observer).go();
}

} // namespace hipcuff::batch
