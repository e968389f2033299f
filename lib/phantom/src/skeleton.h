// The bone under the probe and the bed along it: the smooth course that tendon and muscle follow. Scene mm, see
// scene.h.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <vector>

namespace hipcuff::phantom {

/// A place along the bed (the cortex, and the tendon's underside where it has left the bone): arc length s, 0 at the
/// footprint's far end, -facetLength where the tendon arrives; n is the height above the smooth bed.
struct BedPlace {
  double s = 0;
  double n = 0;
};

class Skeleton {
public:
  static constexpr double never = 1e300;    ///< no bone there
  static constexpr double tableStep = 0.05; ///< mm between entries of tables over x
  static constexpr double tableFirst = -15; ///< x of their first entry

  explicit Skeleton(const HipRecipe& recipe);

  [[nodiscard]] double facetLength() const noexcept { return facet_; }
  /// Smooth bed: point, heading (degrees, positive = deeper to the right), normal towards the skin.
  [[nodiscard]] Point bed(double s) const;
  [[nodiscard]] double bedHeadingDeg(double s) const;
  [[nodiscard]] Point bedNormal(double s) const;
  [[nodiscard]] double bedFirst() const noexcept { return bed_.first; }
  [[nodiscard]] double bedLast() const noexcept;
  [[nodiscard]] BedPlace locate(Point q) const;

  /// Height of the bone's surface over the smooth bed: fine and coarse irregularity, steps, pits, spurs.
  [[nodiscard]] double relief(double s) const;
  /// The same without the fine irregularity.
  [[nodiscard]] double shape(double s) const;

  /// The bone's surface, left to right, every 0.05 mm of arc, with its headings (fine irregularity left out) and how
  /// much weaker than the rest it echoes (dB, <= 0). Empty where there is no bone.
  [[nodiscard]] const Polyline& cortex() const noexcept { return cortex_; }
  [[nodiscard]] const std::vector<double>& cortexHeadingDeg() const noexcept { return cortexHeading_; }
  [[nodiscard]] const std::vector<double>& cortexGainDb() const noexcept { return cortexGain_; }
  [[nodiscard]] bool isBone(Point q) const;

  [[nodiscard]] std::size_t tableSize() const noexcept { return boneTop_.size(); }
  [[nodiscard]] static double sample(const std::vector<double>& table, double x);

private:
  struct Course {
    double first = 0; ///< s of the first point
    std::vector<Point> at;
    std::vector<double> heading; ///< radians
  };
  [[nodiscard]] double headingOfBone(double s) const;
  [[nodiscard]] double headingOfBed(double s) const;
  [[nodiscard]] double fullRelief(double s) const;
  template <typename Heading>
  [[nodiscard]] static Course integrate(Heading heading, double from, double to);

  HipRecipe r_;
  double facet_;
  Course bone_;
  Course bed_;
  std::vector<double> relief_; ///< along the bed
  Polyline cortex_;
  std::vector<double> cortexHeading_;
  std::vector<double> cortexGain_;
  std::vector<double> boneTop_; ///< over x
};

} // namespace hipcuff::phantom
