// Decoded frames of the cines on screen: a worker decodes ahead, a byte budget bounds the memory. Plain, no Qt.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/image.h"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hipcuff::viewer {

/// One cine's frames. get() never waits; what is missing is decoded by the store's own thread, the frame asked for
/// last first, then those that playing will need next. All functions from one thread (the window's).
class FrameStore {
public:
  static constexpr std::size_t defaultBudget = 160U << 20;
  using Picture = std::shared_ptr<const RgbImage>;

  /// @param source a source of its own (Cine::source->clone())
  /// @param ready called on the store's thread whenever a frame is there or could not be decoded
  FrameStore(std::unique_ptr<FrameSource> source, int frames, std::function<void(int frame)> ready,
             std::size_t budgetBytes = defaultBudget);
  ~FrameStore();
  FrameStore(const FrameStore&) = delete;
  FrameStore& operator=(const FrameStore&) = delete;

  /// The frame if it is decoded, else null; then it is decoded next. `ahead`: how many frames after it to have ready,
  /// within [loopFirst, loopLast], beginning again at its start; negative: before it (playing backwards, stepping
  /// back).
  [[nodiscard]] Picture get(int frame, int ahead = 0, int loopFirst = 0, int loopLast = -1);
  /// The decoded frame that is nearest before `frame` (or `frame` itself); null where there is none within `reach`.
  [[nodiscard]] Picture nearestBefore(int frame, int reach, int& found) const;
  /// Why a frame can't be decoded; nothing while it can or is not known yet.
  [[nodiscard]] std::optional<std::string> problemOf(int frame) const;
  [[nodiscard]] std::size_t bytes() const;

private:
  void work(const std::stop_token& stop);
  [[nodiscard]] std::optional<int> nextWanted() const; ///< with the lock held
  void makeRoom();                                     ///< with the lock held
  /// With the lock held: more ahead than the budget holds would push out what is needed sooner.
  void trimWishes();

  struct Entry {
    Picture picture;
    std::list<int>::iterator used;
  };

  const int frames_;
  const std::size_t budget_;
  std::unique_ptr<FrameSource> source_;
  std::function<void(int)> ready_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::map<int, Entry> decoded_;
  std::list<int> order_; ///< least recently used first
  std::map<int, std::string> problems_;
  std::vector<int> wanted_; ///< in the order in which they are needed
  std::size_t bytes_ = 0;
  std::size_t oneFrame_ = 0; ///< bytes of one; 0: none was decoded yet
  std::jthread thread_;      ///< last: stops before the rest goes
};

} // namespace hipcuff::viewer
