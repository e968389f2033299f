// Takes results to one destination, for as long as it lives.
#pragma once

#include "log.h"

#include "hipcuff/batch/queue.h"
#include "hipcuff/node/config.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace hipcuff::node {

/// A thread of its own for each destination: one that hangs keeps nobody else waiting. What was sent is noted file by
/// file; a result whose note is lost is sent again with the same bytes, which does no harm (PS3.4 B.2.3).
class Courier {
public:
  Courier(batch::Queue& queue, Logger& log, Destination to, batch::RetryPolicy retry,
          std::function<batch::Moment()> clock);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  /// The file under way is sent to its end. Does not wait; the destructor does.
  void stop();

private:
  void work();
  /// @return whether anything was due
  bool round();
  void deliver(const std::vector<batch::Delivery>& due);
  void blame(const std::string& problem);
  [[nodiscard]] bool stopping() const;

  batch::Queue& queue_;
  Logger& log_;
  Destination to_;
  batch::RetryPolicy retry_;
  std::function<batch::Moment()> clock_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::jthread worker_; ///< last
};

} // namespace hipcuff::node
