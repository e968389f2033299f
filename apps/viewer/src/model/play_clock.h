// Which frame of a cine is due at what time. Plain, no Qt.
#pragma once

#include <optional>
#include <vector>

namespace hipcuff::viewer {

/// Cines whose file gives no frame times are played at this rate, and the timeline says that it is assumed.
inline constexpr double assumedFramesPerSecond = 30;

/// Time runs while it plays; the caller hands in its own clock (seconds, any origin, monotonic), so tests can too.
class PlayClock {
public:
  /// @param frameTimes seconds from the first frame, ascending; otherwise, or of another length than `frames`: unknown
  void setCine(int frames, std::vector<double> frameTimes);
  [[nodiscard]] int frames() const noexcept { return frames_; }
  [[nodiscard]] bool timesKnown() const noexcept { return known_; }
  /// Seconds from the first frame at which a frame is shown.
  [[nodiscard]] double timeOf(int frame) const noexcept;
  /// From the first frame to the end of the last one.
  [[nodiscard]] double duration() const noexcept;
  /// Median rate of the cine.
  [[nodiscard]] double framesPerSecond() const noexcept;

  void setSpeed(double factor); ///< 1: as recorded; clamped to 0.05 .. 8
  [[nodiscard]] double speed() const noexcept { return speed_; }
  /// First and last frame that are played over and over; none: the whole cine.
  void setLoop(std::optional<int> first, std::optional<int> last);
  [[nodiscard]] int loopFirst() const noexcept { return first_; }
  [[nodiscard]] int loopLast() const noexcept { return last_; }
  [[nodiscard]] bool loops() const noexcept { return first_ > 0 || last_ < frames_ - 1; }

  void play(double now); ///< from outside the loop: from the loop's beginning
  void pause(double now);
  [[nodiscard]] bool playing() const noexcept { return playing_; }
  /// Jumps to a frame, playing or not.
  void seek(int frame, double now);
  /// The frame due now; what it was when paused.
  [[nodiscard]] int frameAt(double now) const noexcept;
  /// Place in the cine, seconds from its first frame.
  [[nodiscard]] double positionAt(double now) const noexcept;
  /// Jumps to a place in the cine (linked panes are kept at the same one).
  void seekTime(double position, double now);

private:
  [[nodiscard]] double endOf(int frame) const noexcept;
  [[nodiscard]] int frameOf(double position) const noexcept;

  int frames_ = 0;
  std::vector<double> times_;
  bool known_ = false;
  double speed_ = 1;
  int first_ = 0;
  int last_ = 0;
  bool playing_ = false;
  double startedAt_ = 0;   ///< caller's clock
  double startedFrom_ = 0; ///< place in the cine
};

} // namespace hipcuff::viewer
