// Results become objects in the exams' folders, and objects deliveries.
#pragma once

#include "log.h"

#include "hipcuff/batch/queue.h"
#include "hipcuff/node/config.h"

#include <atomic>
#include <functional>

namespace hipcuff::node {

class Results {
public:
  Results(batch::Queue& queue, Logger& log, const NodeConfig& config, std::function<batch::Moment()> clock)
      : queue_(queue)
      , log_(log)
      , config_(config)
      , clock_(std::move(clock)) {}

  /// For every exam that has a result without objects. On the thread that analyses: nobody renews an exam's folder
  /// meanwhile. Never throws: what could not be done is done at the next call.
  void make();
  /// Exams so far.
  [[nodiscard]] std::int64_t made() const noexcept { return made_; }

private:
  void makeOf(const batch::Unexported& exam);

  batch::Queue& queue_;
  Logger& log_;
  const NodeConfig& config_;
  std::function<batch::Moment()> clock_;
  std::atomic<std::int64_t> made_{0};
  std::chrono::steady_clock::time_point notBefore_{};
};

} // namespace hipcuff::node
