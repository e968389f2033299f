// A batch: inputs -> exams -> results in folders and a catalogue; can be stopped, killed and taken up again.
#pragma once

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/plugin/plugins.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::batch {

/// The `index`-th of `count` parts, counted from 1. An exam belongs to one of them by a hash of its key, whatever else
/// there is, so that parts can be worked on by machines that know nothing of each other.
struct Shard {
  int index = 1;
  int count = 1;
  [[nodiscard]] bool whole() const noexcept { return count == 1; }
  [[nodiscard]] bool has(const std::string& key) const noexcept;
  /// The same by the exam's name. False for what is no such name.
  [[nodiscard]] bool hasName(const std::string& name) const noexcept;
};

struct BatchOptions {
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path out;
  Criteria criteria;
  FrameChoice frames;
  OpenOptions open;
  Stages stages; ///< those of `plugins` in their places
  std::vector<plugin::InUse> plugins{};
  plugin::OnFault onPluginFault = plugin::OnFault::stop;
  std::vector<std::string> remarks{}; ///< that every result gets, e.g. of a plugin that could not be loaded
  int jobs = 1;
  bool resume = false;
  Shard shard;
  /// Walk and read headers only; `useScan` of the shards then takes the inputs from there.
  bool scanOnly = false;
  bool useScan = false;
  bool retryFailed = false;             ///< inputs whose analysis failed before, too
  bool pictures = true;                 ///< see report::RunInfo
  std::string filter;                   ///< of inputs; see query.h; empty: all
  std::optional<std::int64_t> maxBytes; ///< memory to stay under, as far as the inputs let it; none: no limit
  std::string commandLine;              ///< as typed, for the catalogue
  std::string resultCommandLine;        ///< for results.json: without what can't change a result
};

/// What has been done so far; counts are of this run, but for `alreadyDone`.
struct BatchCounts {
  std::int64_t files = 0;       ///< met by the walk
  std::int64_t exams = 0;       ///< to do in this run
  std::int64_t alreadyDone = 0; ///< exams of earlier runs that stand
  std::int64_t examsDone = 0;
  std::int64_t inputsToDo = 0; ///< in the exams to do
  std::int64_t inputsDone = 0;
  std::int64_t workToDo = 0; ///< frames to be analysed and inputs to be opened: what the time left is told from
  std::int64_t workDone = 0;
  std::int64_t graded = 0;  ///< images
  std::int64_t refused = 0; ///< images that are not gradable
  std::int64_t failed = 0;  ///< inputs
  std::int64_t skipped = 0; ///< inputs
  std::int64_t gone = 0;    ///< inputs of earlier runs that are no longer there
};

/// Told of what happens, one call at a time, on the thread that called runBatch().
class BatchObserver {
public:
  virtual ~BatchObserver() = default;
  enum class Phase { scanning, analysing, writing };
  virtual void progress(Phase phase, const BatchCounts& counts) = 0;
  virtual void problem(const InputOutcome& outcome) = 0; ///< failed inputs; skipped ones too
  virtual void note(const std::string& line) = 0;        ///< a sentence for the person
  [[nodiscard]] virtual bool stopRequested() const = 0;
};

struct BatchReport {
  BatchCounts counts;
  bool stopped = false;
};

/// Works the batch off.
///
/// An exam is done again where one of its inputs has changed (size or time of change, and then its SHA-256), where one
/// has been added, or where version, criteria, settings or plugins differ (plugin::InUse::key). Inputs that are gone
/// leave their exams' results. Exams' folders are put in place whole; `reviewed/` in them, what a person saved with the
/// viewer, is carried over.
///
/// The first stop request ends the taking of new exams; those begun are finished.
/// @throws UsageError `out` holds a batch and `resume` is not set; it holds results of something else
/// @throws OutputError disk full, not writable, or another batch at work in the folder. What was finished stands
/// @throws InputError the catalogue is of a newer version
[[nodiscard]] BatchReport runBatch(const BatchOptions& options, BatchObserver& observer);

} // namespace hipcuff::batch
