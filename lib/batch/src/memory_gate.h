// How many inputs may be worked on at the same time, where memory is short.
#pragma once

#include "exam_record.h"

#include <cstdint>
#include <optional>

namespace hipcuff::batch {

/// Bytes that the process has in memory now (Linux: /proc/self/statm); 0 where that can't be said.
[[nodiscard]] std::int64_t residentBytes();

/// Lets inputs start as long as what they are expected to need fits. One input always may. Not thread-safe.
class MemoryGate {
public:
  explicit MemoryGate(std::optional<std::int64_t> maxBytes)
      : maxBytes_(maxBytes) {}
  [[nodiscard]] static std::int64_t estimate(const InputRecord& input);
  /// How many threads fit where each is at a picture like this one, helpers over the frames of a cine included.
  /// @return 1 to `wanted`
  [[nodiscard]] static int threadsFor(std::optional<std::int64_t> maxBytes, const InputRecord& largest, int wanted);
  [[nodiscard]] bool mayStart(std::int64_t bytes) const;
  void start(std::int64_t bytes);
  void end(std::int64_t bytes);

private:
  std::optional<std::int64_t> maxBytes_;
  std::int64_t promised_ = 0;
  int inHand_ = 0;
};

} // namespace hipcuff::batch
