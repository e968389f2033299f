#include "memory_gate.h"

#include <algorithm>
#include <fstream>

#include <unistd.h>

namespace hipcuff::batch {
namespace {
constexpr std::int64_t programItself = 60 << 20;
}

std::int64_t residentBytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t all = 0;
  std::int64_t resident = 0;
  if (!(statm >> all >> resident))
    return 0;
  return resident * ::sysconf(_SC_PAGESIZE);
}

std::int64_t MemoryGate::estimate(const InputRecord& input) {
  // Grey pictures of 1600x1200 took 10 to 25 bytes a pixel and thread; the rest is for colour, and what malloc keeps.
  constexpr std::int64_t bytesAPixel = 64;
  constexpr std::int64_t atLeast = 24 << 20;
  const std::int64_t pixels = static_cast<std::int64_t>(input.rows) * input.columns;
  // These are decoded whole (see hipcuff/ingest/open.h).
  const bool whole = input.format == "NRRD" || input.format == "TIFF";
  return std::max(atLeast, pixels * bytesAPixel) + (whole ? pixels * 3 * input.frames : 0);
}

int MemoryGate::threadsFor(std::optional<std::int64_t> maxBytes, const InputRecord& largest, int wanted) {
  if (!maxBytes)
    return wanted;
  InputRecord frame = largest;
  frame.frames = 0; // the gate counts files that are decoded whole, once each
  return static_cast<int>(std::clamp<std::int64_t>((*maxBytes - programItself) / estimate(frame), 1, wanted));
}

bool MemoryGate::mayStart(std::int64_t bytes) const {
  if (!maxBytes_ || inHand_ == 0)
    return true;
  // What those in hand were promised may not have been used yet, or may be too little: the larger of both counts.
  return std::max(residentBytes(), programItself + promised_) + bytes <= *maxBytes_;
}

void MemoryGate::start(std::int64_t bytes) {
  promised_ += bytes;
  ++inHand_;
}

void MemoryGate::end(std::int64_t bytes) {
  promised_ -= bytes;
  --inHand_;
}

} // namespace hipcuff::batch
