// The tissue under the probe: where each layer is and how it answers. Scene mm: x across from the picture's left edge,
// y depth from the skin; proximal (anterior) on the left; the probe not rocked.
#pragma once

#include "skeleton.h"
#include "tendon_shape.h"
#include "tissue.h"

#include <array>
#include <vector>

namespace hipcuff::phantom {

class Scene {
public:
  explicit Scene(const HipRecipe& recipe);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  [[nodiscard]] Tissue at(Point q) const;

  [[nodiscard]] const Skeleton& skeleton() const noexcept { return skeleton_; }
  [[nodiscard]] const TendonShape& tendon() const noexcept { return tendon_; }
  /// Whether a gluteus medius tendon on its footprint is in the scene.
  [[nodiscard]] bool hasTendon() const noexcept { return r_.geometry.bodyPart == BodyPart::lateralHip; }

  [[nodiscard]] Point bed(double s) const { return skeleton_.bed(s); }
  [[nodiscard]] double bedHeadingDeg(double s) const { return skeleton_.bedHeadingDeg(s); }
  [[nodiscard]] Point bedNormal(double s) const { return skeleton_.bedNormal(s); }
  [[nodiscard]] BedPlace locate(Point q) const { return skeleton_.locate(q); }
  [[nodiscard]] const Polyline& cortex() const noexcept { return skeleton_.cortex(); }
  [[nodiscard]] const std::vector<double>& cortexHeadingDeg() const noexcept { return skeleton_.cortexHeadingDeg(); }
  /// How much weaker than the rest the cortex echoes at each of its points, dB, <= 0.
  [[nodiscard]] const std::vector<double>& cortexGainDb() const noexcept { return skeleton_.cortexGainDb(); }
  [[nodiscard]] double facetLength() const noexcept { return skeleton_.facetLength(); }
  /// Direction of the tendon's fibres at position p and share 0 bone .. 1 skin side of the thickness.
  [[nodiscard]] double fibreHeadingDeg(double p, double share) const;

  [[nodiscard]] double itbTop(double x) const;
  [[nodiscard]] double itbBottom(double x) const;
  [[nodiscard]] double bursaTop(double p) const; ///< top of the bursal fluid above the smooth bed

private:
  [[nodiscard]] Tissue layerAt(Point q) const;
  [[nodiscard]] Tissue limbAt(Point q) const;
  [[nodiscard]] Tissue tendonAt(double s, double n, double top) const;
  [[nodiscard]] Tissue tearAt(Point q, double s, double n, double inside) const;
  [[nodiscard]] Tissue aboveTendon(Point q, double p, double n, double top) const;
  [[nodiscard]] Tissue belowBed(Point q, double s, double n) const;
  [[nodiscard]] double gmedTop(double p) const;
  [[nodiscard]] double distalTop(double s) const; ///< muscle or tendon that lies on the bone beyond the footprint
  void placeLayers();

  HipRecipe r_;
  Skeleton skeleton_;
  TendonShape tendon_;
  Textures textures_;
  double facet_;
  std::vector<double> itbBottom_; ///< table over x, see Skeleton::sample
};

} // namespace hipcuff::phantom
