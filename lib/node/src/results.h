// Results become objects in the exams' folders, and objects deliveries.
#pragma once

#include "log.h"

#include "hipcuff/batch/queue.h"
#include "hipcuff/node/config.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace hipcuff::node {

class Results {
public:
  Results(batch::Queue& queue, Logger& log, const NodeConfig& config, std::function<batch::Moment()> clock)
      : queue_(queue)
      , log_(log)
      , config_(config)
      , clock_(std::move(clock)) {}

  /// For every exam that has a result without objects. On the thread that analyses: nobody renews an exam's folder
  /// meanwhile. Never throws: what could not be done is done at a later call. An exam whose folder can't be written
  /// keeps no other waiting.
  void make();
  /// Exams so far.
  [[nodiscard]] std::int64_t made() const noexcept { return made_; }
  /// What can't be made now, and why; empty: nothing. From any thread.
  [[nodiscard]] std::string trouble() const;

private:
  /// An exam that could not be written, to be tried again later.
  struct Stuck {
    std::string name;
    std::string problem;
    int tries = 0;
    std::chrono::steady_clock::time_point notBefore{};
  };
  void makeOf(const batch::Unexported& exam);
  void putOff(const batch::Unexported& exam, const std::string& problem);
  void tell(const std::string& trouble);
  [[nodiscard]] std::string stuckText() const;

  batch::Queue& queue_;
  Logger& log_;
  const NodeConfig& config_;
  std::function<batch::Moment()> clock_;
  std::atomic<std::int64_t> made_{0};
  std::chrono::steady_clock::time_point notBefore_{}; ///< this and stuck_: the thread that calls make()
  std::map<std::int64_t, Stuck> stuck_;
  mutable std::mutex mutex_;
  std::string trouble_;
};

} // namespace hipcuff::node
