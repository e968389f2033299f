#include "log.h"

#include "hipcuff/core/one_line.h"

#include <array>
#include <ctime>

namespace hipcuff::node {

std::string timeText(batch::Moment moment) {
  const auto seconds = static_cast<std::time_t>(moment / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

void Logger::line(const std::string& text) {
  const std::lock_guard guard(mutex_);
  put(text);
}

void Logger::seldom(const std::string& text) {
  constexpr batch::Moment minute = 60000;
  constexpr std::size_t mostKept = 1000;
  const std::lock_guard guard(mutex_);
  const auto now = clock_();
  if (said_.size() > mostKept)
    said_.clear();
  const auto [at, isNew] = said_.try_emplace(text, now);
  if (!isNew && now >= at->second && now - at->second < minute) // the clock may have gone back
    return;
  at->second = now;
  put(text);
}

void Logger::put(const std::string& text) {
  constexpr std::size_t longest = 500;
  sink_(timeText(clock_()) + " " + tidy(text, longest));
}

std::string plural(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

} // namespace hipcuff::node
