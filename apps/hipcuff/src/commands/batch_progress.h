// How a batch tells where it is.
#pragma once

#include "hipcuff/batch/batch.h"

#include <chrono>
#include <optional>

namespace hipcuff::cli {

class Console;

/// On a terminal one line that is redrawn; otherwise a line now and then.
class BatchProgress final : public batch::BatchObserver {
public:
  explicit BatchProgress(Console& console);
  ~BatchProgress() override;
  BatchProgress(const BatchProgress&) = delete;
  BatchProgress& operator=(const BatchProgress&) = delete;

  void progress(Phase phase, const batch::BatchCounts& counts) override;
  void problem(const InputOutcome& outcome) override;
  void note(const std::string& line) override;
  [[nodiscard]] bool stopRequested() const override;

private:
  [[nodiscard]] std::string scanning(const batch::BatchCounts& counts, double seconds) const;
  [[nodiscard]] std::string analysing(const batch::BatchCounts& counts, double seconds) const;

  Console& console_;
  std::optional<Phase> phase_;
  bool stopTold_ = false;
  std::chrono::steady_clock::time_point began_; ///< of the phase
  std::chrono::steady_clock::time_point drawn_;
};

} // namespace hipcuff::cli
