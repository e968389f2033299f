// How tissue answers at one place, and the textures of the tissues. Scene mm, see scene.h.
#pragma once

#include "hipcuff/phantom/phantom.h"

namespace hipcuff::phantom {

enum class Fibres : std::uint8_t { none, tendon, fascia };

// One-way attenuation in dB/cm/MHz at 1 MHz (clinical reference, section 6).
inline constexpr double skinLoss = 0.35;
inline constexpr double fatLoss = 0.63;
inline constexpr double muscleLoss = 0.96;
inline constexpr double tendonLoss = 1.57;
inline constexpr double fluidLoss = 0.0022;

/// How tissue at one place answers.
struct Tissue {
  double powerDb = -200;    ///< backscatter against gluteus medius muscle; anisotropic tissue: at 0 degrees
  double attenuation = 0.7; ///< dB/cm/MHz, one way
  Fibres fibres = Fibres::none;
  double fibreDeg = 0;  ///< direction of the fibres against the horizontal, in the picture's plane
  double isotropic = 0; ///< share of the fibres' darkening with the angle that is lost: 0..1
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

/// How much darker healthy tendon is at this angle of its fibres off the perpendicular, dB.
[[nodiscard]] double tendonFallDb(const Echo& echo, double angleDeg);
/// Degenerated fibres lie less in order: what they have lost of their echo at 0 degrees they can't lose again with the
/// angle. @return share of the darkening that is gone, 0..1
[[nodiscard]] double lostAnisotropy(const Echo& echo, double fadeDb);

enum class Muscle { medius, maximus, vastus, minimus, tensor, other };

/// Textures of one person's tissues.
class Textures {
public:
  explicit Textures(const HipRecipe& recipe)
      : r_(recipe) {}

  [[nodiscard]] Tissue skin(Point q) const;
  [[nodiscard]] Tissue fat(Point q) const;
  /// @param angleDeg direction of the bundles against the horizontal
  [[nodiscard]] Tissue muscle(Point q, double angleDeg, Muscle which) const;
  /// @param s along the tendon @param across from its deep side, in mm of a tendon of full thickness
  /// @param headingDeg direction of its fibres @param degenerated 0..1
  [[nodiscard]] Tissue tendon(double s, double across, double headingDeg, double degenerated) const;
  /// A sheet: fascia, band, peritenon, wall. @param share 0..1 across it
  [[nodiscard]] Tissue sheet(double along, double share, double headingDeg, double db, std::uint64_t salt) const;
  [[nodiscard]] Tissue granulation(double s, double n) const;
  [[nodiscard]] static Tissue fluid(TissueKind kind);
  [[nodiscard]] Tissue calcification(const Calcification& c, double s, double n, double out) const;
  /// Extra attenuation (dB/cm/MHz) of the shadow lines. @param share depth: 0 skin .. 1 iliotibial band
  [[nodiscard]] double shadowLoss(Point q, double bandDepthMm) const;
  /// No tissue is even: dB to add at a place.
  [[nodiscard]] double uneven(Point q) const;

private:
  HipRecipe r_;
};

} // namespace hipcuff::phantom
