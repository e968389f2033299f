// What a stage may return, so that what comes after it neither falls over nor reports a millimetre that is none. The
// limits are wider than anything the built-in stages return (tests/plugin shows that over simulated hips) and narrower
// than what the rooms behind would make nonsense of. Each throws Breach.
#pragma once

#include "guard_base.h"

#include "hipcuff/core/stages.h"

#include <cmath>
#include <optional>
#include <vector>

namespace hipcuff::plugin {

/// How far a point may lie outside of the picture: an interface drawn along its edge does.
inline constexpr double marginMm = 1.0;

void checkCortex(const Cortex& cortex, const Frame& frame, const WorkingFrame& working);
void checkTendon(const Tendon& tendon, const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                 std::optional<View> view);
void checkTissue(const TissueBand& band, const Frame& frame);
void checkDiscontinuities(const std::vector<Discontinuity>& all, const Frame& frame, const Anatomy& anatomy);
/// Of a picture that nothing spoke against grading before.
void checkGrade(const Grade& grade);

// --- what they share ------------------------------------------------------------------------------------------------

/// What a breach is about: "station 3", "segment 1's ridge". Made into text only where it is needed.
struct Where {
  const char* what = "";
  long long index = -1;
  const char* part = "";
  [[nodiscard]] std::string text() const {
    return std::string(what) + (index < 0 ? "" : " " + std::to_string(index)) + part;
  }
};

[[noreturn]] inline void breach(const Where& where, const std::string& what) {
  throw Breach{where.text() + " " + what};
}

inline void require(bool holds, const Where& where, const char* what) {
  if (!holds)
    breach(where, what);
}

/// @param low, high both included; not-a-number is outside of everything
inline void requireWithin(double value, double low, double high, const Where& where, const char* name) {
  if (!(value >= low && value <= high))
    breach(where, std::string(name) + " is " + number(value) + ", not from " + number(low) + " to " + number(high));
}

inline void requireShare(double value, const Where& where, const char* name) {
  requireWithin(value, 0, 1, where, name);
}

inline void requireCount(std::size_t count, std::size_t most, const Where& where, const char* name) {
  if (count > most)
    breach(where, "has " + std::to_string(count) + " " + name + "; a picture of this size holds at most " +
                      std::to_string(most));
}

/// The picture that points have to lie in.
class Extent {
public:
  explicit Extent(const Frame& frame)
      : width_(std::max(0.0, frame.widthMm()))
      , height_(std::max(0.0, frame.heightMm())) {}
  [[nodiscard]] double diagonalMm() const { return std::hypot(width_, height_) + 2 * marginMm; }
  void require(Point p, const Where& where) const {
    if (!(p.x >= -marginMm && p.y >= -marginMm && p.x <= width_ + marginMm && p.y <= height_ + marginMm))
      breach(where, "lies outside of the picture, at (" + number(p.x) + ", " + number(p.y) + ") mm of " +
                        number(width_) + " x " + number(height_));
  }
  /// Points of a line that follows something in the picture: some for each pixel of its sides.
  [[nodiscard]] std::size_t mostPoints() const {
    constexpr double perMm = 100;
    return 1000 + static_cast<std::size_t>(perMm * std::min(diagonalMm(), 1000.0));
  }

private:
  double width_;
  double height_;
};

inline void requireUnit(Point p, const Where& where, const char* name) {
  constexpr double slack = 1e-3; // of single precision, many times
  if (!(std::abs(norm(p) - 1) <= slack))
    breach(where, std::string(name) + " is no unit vector, its length is " + number(norm(p)));
}

} // namespace hipcuff::plugin
