// Frames from nowhere, with what can go wrong: slow ones, broken ones, and a count of what was decoded.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/error.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace hipcuff::viewer {

struct FakeCine {
  int columns = 64;
  int rows = 48;
  std::chrono::microseconds cost{0};
  std::set<int> broken;
  std::mutex mutex;
  std::vector<int> decoded; ///< in the order in which they were asked for
  std::atomic<int> inside = 0;
  std::atomic<int> together = 0; ///< most callers at once: sources are not thread-safe

  [[nodiscard]] std::vector<int> asked() {
    const std::lock_guard lock(mutex);
    return decoded;
  }
};

class FakeSource final : public FrameSource {
public:
  explicit FakeSource(std::shared_ptr<FakeCine> cine)
      : cine_(std::move(cine)) {}
  RgbImage frame(int index) override {
    const int inside = ++cine_->inside;
    if (inside > cine_->together)
      cine_->together = inside;
    {
      const std::lock_guard lock(cine_->mutex);
      cine_->decoded.push_back(index);
    }
    if (cine_->cost.count() > 0)
      std::this_thread::sleep_for(cine_->cost);
    --cine_->inside;
    if (cine_->broken.contains(index))
      throw InputError("fake", "frame " + std::to_string(index) + " is broken", "record it again");
    RgbImage out(cine_->columns, cine_->rows);
    out.data[0] = static_cast<std::uint8_t>(index % 251);
    return out;
  }
  std::unique_ptr<FrameSource> clone() const override { return std::make_unique<FakeSource>(cine_); }

private:
  std::shared_ptr<FakeCine> cine_;
};

} // namespace hipcuff::viewer
