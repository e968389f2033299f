// The gluteus medius tendon on its bed: borders, degenerated parts, and the tear. Positions p run along the bed from
// the footprint's edge where the tendon arrives; heights n are above the smooth bed; mm.
#pragma once

#include "skeleton.h"

#include <array>
#include <vector>

namespace hipcuff::phantom {

class TendonShape {
public:
  TendonShape(const HipRecipe& recipe, const Skeleton& skeleton);

  /// Superficial border of the intact tendon.
  [[nodiscard]] double tendonTop(double p) const;
  /// Superficial border as it is: sunk in where a full-thickness gap has collapsed.
  [[nodiscard]] double surfaceTop(double p) const;
  /// Underside of the tendon: the bone, or the fluid on it.
  [[nodiscard]] double underside(double p) const;
  /// Height of the bone's surface; 0 proximal of the footprint, where the tendon has no bone below it.
  [[nodiscard]] double bone(double p) const;

  [[nodiscard]] bool torn() const noexcept { return torn_; }
  [[nodiscard]] double tearBegin() const noexcept { return tearBegin_; }
  [[nodiscard]] double tearEnd() const noexcept { return tearEnd_; }
  /// Where the tear begins and ends across the tendon at p; {0, 0} outside it.
  [[nodiscard]] std::array<double, 2> tearAcross(double p) const;
  /// Full thickness: where the stump and the remnant end, at a share 0 bone .. 1 skin side of the height.
  [[nodiscard]] double stumpAt(double share) const;
  [[nodiscard]] double remnantAt(double share) const;
  /// Distance to the tear's border in mm, about; negative inside the tear. Large where there is none.
  [[nodiscard]] double tearDistance(double p, double n) const;
  /// Closed outline as (p, n).
  [[nodiscard]] Polyline tearOutline() const;

  /// How much of Degeneration holds at a place, 0..1 (severity not counted).
  [[nodiscard]] double degenerated(double p, double n) const;
  /// Calcification at a place: its index and how far out it lies (0 middle .. 1 rim), or -1.
  [[nodiscard]] std::pair<int, double> calcification(double p, double n) const;
  [[nodiscard]] std::array<double, 2> calcificationCentre(std::size_t index) const; ///< p, n

private:
  [[nodiscard]] double healthyTop(double p) const;
  [[nodiscard]] double profile(double u) const;
  void placeTear();

  HipRecipe r_;
  const Skeleton& bone_;
  double facet_;
  double first_;            ///< p of the tables' first entry
  std::vector<double> top_; ///< tendonTop every 0.05 mm
  bool torn_ = false;
  bool full_ = false;
  double tearBegin_ = 0;
  double tearEnd_ = 0;
  double profileMost_ = 1;
  double highest_ = 0; ///< of the tendon in the tear
};

} // namespace hipcuff::phantom
