// What analyze and info share: the options that say something of the inputs, and the inputs themselves, opened in
// order.
#pragma once

#include "cli/command.h"

#include "hipcuff/core/cine.h"
#include "hipcuff/core/result.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/ingest/walk.h"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hipcuff::cli {

class Console;
class Invocation;

/// --mm-per-px, --region, --side and --view.
[[nodiscard]] std::vector<Option> inputOptions();
/// @throws UsageError
[[nodiscard]] OpenOptions openOptions(const Invocation& invocation);

/// An input that could be opened, or why it could not.
using OpenedInput = std::variant<Cine, InputOutcome>;

struct InputQueueOptions {
  OpenOptions open{};
  /// Folder of this run's results: what an earlier run wrote there is not taken for an input.
  std::filesystem::path ownOutput{};
  /// A second copy of a SOP instance is skipped; otherwise its problems say so.
  bool skipCopies = true;
};

/// Not thread-safe.
class InputQueue {
public:
  InputQueue(const std::vector<std::string>& paths, InputQueueOptions options);

  /// The number of inputs where it is known without walking too far ahead.
  [[nodiscard]] std::optional<std::int64_t> total() const;
  /// Opens the next one. @throws UsageError where an option cannot be
  [[nodiscard]] std::optional<OpenedInput> next();

private:
  [[nodiscard]] bool wroteItOurselves(const std::filesystem::path& path) const;
  [[nodiscard]] std::optional<InputWalker::Item> nextFound();

  InputWalker walker_;
  InputQueueOptions options_;
  std::deque<InputWalker::Item> ahead_;
  bool walked_ = false;
  std::int64_t count_ = 0;
  SeenInstances seen_;
};

/// "PATH: PROBLEM (REMEDY)" on one line.
[[nodiscard]] std::string lineOf(const InputOutcome& outcome);

/// Counts what became of the inputs, tells it, and turns it into the exit code.
class Tally {
public:
  void processed() { ++processed_; }
  /// A result object of this kind ("sr") was shown.
  void object(const std::string& kind) { ++objects_[kind]; }
  /// Failures are told at once; skipped ones with --verbose and, for copies and the like that a person named, always.
  void outcome(const InputOutcome& outcome, Console& console);
  /// "Read 12 inputs, 3 skipped (2 x ...), 1 failed." @param verb e.g. "Analysed"
  void summarise(const std::string& verb, Console& console) const;
  /// 0; 3 where some failed; 1 where none was processed and no object shown.
  [[nodiscard]] ExitCode exitCode() const;
  [[nodiscard]] std::int64_t processedCount() const noexcept { return processed_; }
  [[nodiscard]] std::int64_t failedCount() const noexcept { return failed_; }
  /// One line for a run in which nothing was processed and nothing failed: the first input and why it was left out.
  [[nodiscard]] std::string nothingUsable() const;

private:
  std::int64_t processed_ = 0;
  std::int64_t failed_ = 0;
  std::map<std::string, std::int64_t> objects_; ///< how many of each kind
  std::int64_t skipped_ = 0;
  std::map<std::string, std::int64_t> reasons_; ///< why skipped
  std::string firstSkipped_;                    ///< its line
};

} // namespace hipcuff::cli
