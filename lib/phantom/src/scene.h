// The tissue under the probe: where each layer is and how it answers. Scene mm: x across from the picture's left edge,
// y depth from the skin; proximal (anterior) on the left; the probe not rocked.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <array>
#include <vector>

namespace hipcuff::phantom {

enum class Fibres : std::uint8_t { none, tendon, fascia };

/// How tissue at one place answers.
struct Tissue {
  double powerDb = -200;    ///< backscatter against gluteus medius muscle; anisotropic tissue: at 0 degrees
  double attenuation = 0.7; ///< dB/cm/MHz, one way
  Fibres fibres = Fibres::none;
  double fibreDeg = 0; ///< direction of the fibres against the horizontal, in the picture's plane
  bool bone = false;
  double coherent = 0; ///< share of the power that comes from sheets and fibres, which echo as one: 0..1
  double phase = 0;    ///< of that share, radians; alike along a fibre, unlike across
  TissueKind kind = TissueKind::none;

  [[nodiscard]] Tissue as(TissueKind what) const {
    Tissue t = *this;
    t.kind = what;
    return t;
  }
};

/// A place along the bed (the cortex, and the tendon's underside where it has left the bone): arc length s, 0 at the
/// footprint's far end, -facetLength where the tendon arrives; n is the height above the smooth bed.
struct BedPlace {
  double s = 0;
  double n = 0;
};

class Scene {
public:
  explicit Scene(const HipRecipe& recipe);

  [[nodiscard]] Tissue at(Point q) const;

  /// Smooth bed: point, heading (degrees, positive = deeper to the right) and roughness of the bone there.
  [[nodiscard]] Point bed(double s) const;
  [[nodiscard]] double bedHeadingDeg(double s) const;
  [[nodiscard]] Point bedNormal(double s) const; ///< towards the skin
  [[nodiscard]] double roughness(double s) const;
  [[nodiscard]] BedPlace locate(Point q) const;

  /// The bone's surface, left to right, every 0.05 mm of arc, with its headings.
  [[nodiscard]] const Polyline& cortex() const noexcept { return cortex_; }
  [[nodiscard]] const std::vector<double>& cortexHeadingDeg() const noexcept { return cortexHeading_; }

  [[nodiscard]] double facetLength() const noexcept { return facet_; }
  /// Superficial border of the intact tendon above the smooth bed at position p = s + facetLength().
  [[nodiscard]] double tendonTop(double p) const;
  /// Superficial border as it is: sunk in where a full-thickness gap has collapsed.
  [[nodiscard]] double surfaceTop(double p) const;
  /// Where the tear begins and ends across the tendon at p (heights above the smooth bed); {0, 0} outside it.
  [[nodiscard]] std::array<double, 2> tearAcross(double p) const;
  [[nodiscard]] double tearBegin() const noexcept { return tearBegin_; }
  [[nodiscard]] double tearEnd() const noexcept { return tearEnd_; }
  [[nodiscard]] double itbTop(double x) const;
  [[nodiscard]] double itbBottom(double x) const;
  [[nodiscard]] double bursaTop(double p) const; ///< top of the bursal fluid above the smooth bed

private:
  [[nodiscard]] Tissue layerAt(Point q) const;
  struct Course {
    double first = 0; ///< s of the first point
    std::vector<Point> at;
    std::vector<double> heading; ///< radians
  };
  [[nodiscard]] double headingOfBone(double s) const;
  [[nodiscard]] double headingOfBed(double s) const;
  template <typename Heading>
  [[nodiscard]] Course integrate(Heading heading, double from, double to) const;
  void placeLayers();
  void placeTear();
  [[nodiscard]] double gmedTop(double p) const;
  [[nodiscard]] double distalTop(double s) const;
  [[nodiscard]] Tissue tendonTissue(double s, double n, double top) const;
  [[nodiscard]] Tissue muscleTissue(Point q, double angleDeg, double levelDb, std::uint64_t salt) const;
  [[nodiscard]] Tissue fatTissue(Point q) const;
  [[nodiscard]] Tissue aboveTendon(Point q, double p, double n, double top) const;
  [[nodiscard]] Tissue belowBed(Point q, double s, double n) const;
  [[nodiscard]] static double sample(const std::vector<double>& table, double x);

  HipRecipe r_;
  double facet_;
  double muscleAngle_;
  double muscleMm_;
  double vastusMm_;
  double minimusMm_;
  double follow_; ///< how far the iliotibial band follows the tendon's course, 0..1
  Course bone_;
  Course bed_;
  Polyline cortex_;
  std::vector<double> cortexHeading_;
  std::vector<double> boneTop_; ///< tables over x, see sample()
  std::vector<double> itbBottom_;
  double tearBegin_ = 0;
  double tearEnd_ = 0;
  double gapRounding_ = 0.8;
};

} // namespace hipcuff::phantom
