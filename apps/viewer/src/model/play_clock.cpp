#include "model/play_clock.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::viewer {
namespace {

/// Times are sums of rounded steps: a hair before a frame's beginning is that frame.
constexpr double hair = 1e-7;

} // namespace

void PlayClock::setCine(int frames, std::vector<double> frameTimes) {
  frames_ = std::max(frames, 1);
  known_ = static_cast<int>(frameTimes.size()) == frames_ && std::is_sorted(frameTimes.begin(), frameTimes.end()) &&
           frames_ > 1 && frameTimes.back() > frameTimes.front() &&
           std::all_of(frameTimes.begin(), frameTimes.end(), [](double t) { return std::isfinite(t); });
  if (known_) {
    times_ = std::move(frameTimes);
    const double first = times_.front();
    for (double& t : times_)
      t -= first;
  } else {
    times_.resize(static_cast<std::size_t>(frames_));
    for (int i = 0; i < frames_; ++i)
      times_[static_cast<std::size_t>(i)] = i / assumedFramesPerSecond;
  }
  first_ = 0;
  last_ = frames_ - 1;
  playing_ = false;
  startedFrom_ = 0;
}

double PlayClock::timeOf(int frame) const noexcept {
  return times_.empty() ? 0 : times_[static_cast<std::size_t>(std::clamp(frame, 0, frames_ - 1))];
}

double PlayClock::framesPerSecond() const noexcept {
  if (frames_ < 2)
    return assumedFramesPerSecond;
  std::vector<double> steps;
  for (std::size_t i = 1; i < times_.size(); ++i)
    steps.push_back(times_[i] - times_[i - 1]);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle > 0 ? 1 / *middle : assumedFramesPerSecond;
}

double PlayClock::endOf(int frame) const noexcept {
  // The last frame is shown as long as frames usually are: files say when it begins, not when it ends.
  return frame + 1 < frames_ ? timeOf(frame + 1) : timeOf(frame) + 1 / framesPerSecond();
}

double PlayClock::duration() const noexcept {
  return endOf(frames_ - 1);
}

void PlayClock::setSpeed(double factor) {
  speed_ = std::clamp(factor, 0.05, 8.0);
}

void PlayClock::setLoop(std::optional<int> first, std::optional<int> last) {
  first_ = std::clamp(first.value_or(0), 0, frames_ - 1);
  last_ = std::clamp(last.value_or(frames_ - 1), first_, frames_ - 1);
}

void PlayClock::play(double now) {
  if (playing_)
    return;
  if (startedFrom_ < timeOf(first_) || startedFrom_ >= endOf(last_) - hair)
    startedFrom_ = timeOf(first_);
  startedAt_ = now;
  playing_ = true;
}

void PlayClock::pause(double now) {
  // On a frame's beginning: stepping from here goes one frame, not a part of one.
  startedFrom_ = timeOf(frameAt(now));
  playing_ = false;
}

void PlayClock::seek(int frame, double now) {
  startedFrom_ = timeOf(frame);
  startedAt_ = now;
}

void PlayClock::seekTime(double position, double now) {
  startedFrom_ = std::clamp(position, 0.0, duration());
  startedAt_ = now;
}

double PlayClock::positionAt(double now) const noexcept {
  if (!playing_)
    return startedFrom_;
  const double position = startedFrom_ + (now - startedAt_) * speed_;
  // A jump behind the loop's end plays on to the cine's end once rather than snapping back.
  const double loopEnd = endOf(last_);
  const double end = startedFrom_ < loopEnd - hair ? loopEnd : duration();
  if (position < end - hair)
    return std::max(position, 0.0);
  const double span = loopEnd - timeOf(first_);
  const double into = span > 0 ? std::fmod(std::max(position - end, 0.0), span) : 0;
  return timeOf(first_) + (into < span - hair ? into : 0);
}

int PlayClock::frameOf(double position) const noexcept {
  const auto next = std::upper_bound(times_.begin(), times_.end(), position + hair);
  return static_cast<int>(std::max<std::ptrdiff_t>(0, next - times_.begin() - 1));
}

int PlayClock::frameAt(double now) const noexcept {
  return times_.empty() ? 0 : frameOf(positionAt(now));
}

} // namespace hipcuff::viewer
