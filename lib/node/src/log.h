// One line each, with its time. Nothing of a patient goes in: exams are named by their hash.
#pragma once

#include "hipcuff/batch/queue.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace hipcuff::node {

/// ISO 8601, UTC, to the second.
[[nodiscard]] std::string timeText(batch::Moment moment);

class Logger {
public:
  Logger(std::function<void(const std::string&)> sink, std::function<batch::Moment()> clock)
      : sink_(std::move(sink))
      , clock_(std::move(clock)) {}

  void line(const std::string& text);
  /// The same text no more often than once a minute: what goes wrong again and again fills no disk.
  void seldom(const std::string& text);

private:
  void put(const std::string& text);

  std::function<void(const std::string&)> sink_;
  std::function<batch::Moment()> clock_;
  std::mutex mutex_;
  std::map<std::string, batch::Moment> said_;
};

/// "3 objects", "1 object".
[[nodiscard]] std::string plural(std::int64_t count, const std::string& what);

} // namespace hipcuff::node
