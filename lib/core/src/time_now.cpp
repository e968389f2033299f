#include "hipcuff/core/time_now.h"

#include <array>
#include <cstdlib>
#include <ctime>

namespace hipcuff {

std::string timeNow() {
  std::time_t seconds = std::time(nullptr);
  if (const char* fixedTime = std::getenv("SOURCE_DATE_EPOCH"))
    seconds = static_cast<std::time_t>(std::strtoll(fixedTime, nullptr, 10));
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

} // namespace hipcuff
