#include "model/frame_store.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <exception>

namespace hipcuff::viewer {

FrameStore::FrameStore(std::unique_ptr<FrameSource> source, int frames, std::function<void(int)> ready,
                       std::size_t budgetBytes)
    : frames_(std::max(frames, 1))
    , budget_(budgetBytes)
    , source_(std::move(source))
    , ready_(std::move(ready))
    , thread_([this](const std::stop_token& stop) { work(stop); }) {}

FrameStore::~FrameStore() = default;

FrameStore::Picture FrameStore::get(int frame, int ahead, int loopFirst, int loopLast) {
  frame = std::clamp(frame, 0, frames_ - 1);
  if (loopLast < 0)
    loopLast = frames_ - 1;
  const std::lock_guard lock(mutex_);
  wanted_.assign(1, frame);
  const int step = ahead < 0 ? -1 : 1;
  int next = frame;
  for (int i = 0; i < std::abs(ahead) && i < loopLast - loopFirst; ++i) {
    next += step;
    if (next > loopLast)
      next = loopFirst;
    if (next < loopFirst)
      next = loopLast;
    wanted_.push_back(next);
  }
  trimWishes();
  wake_.notify_one();
  // What is needed soon is pushed out last, also where it was decoded long ago.
  for (auto wish = wanted_.rbegin(); wish != wanted_.rend(); ++wish)
    if (const auto there = decoded_.find(*wish); there != decoded_.end())
      order_.splice(order_.end(), order_, there->second.used);
  const auto found = decoded_.find(frame);
  return found == decoded_.end() ? nullptr : found->second.picture;
}

void FrameStore::trimWishes() {
  if (oneFrame_ > 0)
    wanted_.resize(std::min(wanted_.size(), std::max<std::size_t>(1, budget_ / oneFrame_ / 2)));
}

FrameStore::Picture FrameStore::nearestBefore(int frame, int reach, int& found) const {
  const std::lock_guard lock(mutex_);
  auto after = decoded_.upper_bound(frame);
  if (after == decoded_.begin())
    return nullptr;
  --after;
  if (frame - after->first > reach)
    return nullptr;
  found = after->first;
  return after->second.picture;
}

std::optional<std::string> FrameStore::problemOf(int frame) const {
  const std::lock_guard lock(mutex_);
  const auto found = problems_.find(frame);
  return found == problems_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t FrameStore::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::optional<int> FrameStore::nextWanted() const {
  for (const int frame : wanted_)
    if (!decoded_.contains(frame) && !problems_.contains(frame))
      return frame;
  return std::nullopt;
}

void FrameStore::makeRoom() {
  for (auto oldest = order_.begin(); bytes_ > budget_ && oldest != order_.end();) {
    const int frame = *oldest;
    // The frame on screen stays even where it alone is over the budget.
    if (!wanted_.empty() && frame == wanted_.front()) {
      ++oldest;
      continue;
    }
    bytes_ -= decoded_.at(frame).picture->data.size();
    decoded_.erase(frame);
    oldest = order_.erase(oldest);
  }
}

void FrameStore::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return nextWanted().has_value(); })) {
    if (stop.stop_requested())
      return;
    const int frame = *nextWanted();
    lock.unlock();
    Picture picture;
    std::string problem;
    try {
      picture = std::make_shared<const RgbImage>(source_->frame(frame));
    } catch (const Error& error) { // without the path: it may hold a name
      problem = error.problem();
    } catch (const std::exception& error) { // InputError; bad_alloc for an absurd frame is no reason to die either
      problem = error.what();
    }
    lock.lock();
    if (picture) {
      order_.push_back(frame);
      oneFrame_ = picture->data.size();
      bytes_ += oneFrame_;
      decoded_[frame] = {std::move(picture), std::prev(order_.end())};
      trimWishes();
      makeRoom();
    } else {
      problems_[frame] = problem;
    }
    lock.unlock();
    if (ready_ && !stop.stop_requested())
      ready_(frame);
    lock.lock();
  }
}

} // namespace hipcuff::viewer
