#include "tissue.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double degree = std::numbers::pi / 180.0;
constexpr double pi = std::numbers::pi;

} // namespace

Tissue Textures::skin(Point q) const {
  Tissue t;
  const double coarse = noise2(mix(r_.seed, 111), q.x / 1.5, q.y / 0.5);
  t.powerDb = r_.echo.skinDb + (q.y < 0.35 ? 8.0 : 0.0) + 3.0 * coarse;
  t.attenuation = skinLoss;
  t.coherent = 0.5;
  t.phase = 3 * pi * noise2(mix(r_.seed, 112), q.x / 5.0, q.y / 0.3);
  t.kind = TissueKind::skin;
  return t;
}

Tissue Textures::fat(Point q) const {
  const std::uint64_t seed = mix(r_.seed, 61);
  const double scale = r_.echo.septaScale;
  // Septa are the zero lines of a smooth field: thin sheets, bright where the beam meets them square.
  const auto septum = [&](std::uint64_t salt, double width, double height, double thick, double squareness) {
    width *= scale;
    height *= scale;
    const double n = noise2(seed + salt, q.x / width, q.y / height);
    const double nx = (noise2(seed + salt, (q.x + 0.1) / width, q.y / height) - n) / 0.1;
    const double ny = (noise2(seed + salt, q.x / width, (q.y + 0.1) / height) - n) / 0.1;
    const double steep = std::hypot(nx, ny) + 0.05;
    return (1.0 - smoothstep(0.3 * thick, thick, std::abs(n) / steep)) * std::pow(std::abs(ny) / steep, squareness);
  };
  const double whole = smoothstep(-0.5, 0.6, noise2(seed + 5, q.x / 6.0, q.y / 2.0));
  double line = 0;
  double lobules = 2.5;
  switch (r_.echo.fatStyle) {
  case FatStyle::sheets: // mostly along the skin, broken elsewhere
    line = std::max(whole * septum(0, 13.0, 2.6, 0.24, 8), 0.6 * (1 - whole) * septum(3, 6.0, 1.3, 0.18, 8));
    break;
  case FatStyle::lobules: // a net around lobules
    line = std::max(septum(0, 6.0, 3.2, 0.2, 2), 0.7 * whole * septum(3, 3.4, 1.8, 0.16, 2));
    lobules = 3.5;
    break;
  case FatStyle::coarse: // few, thick
    line = septum(0, 16.0, 5.5, 0.5, 4) * (0.5 + 0.5 * whole);
    lobules = 4.0;
    break;
  case FatStyle::plain:
    line = 0.4 * whole * septum(0, 12.0, 4.0, 0.15, 8);
    lobules = 1.5;
    break;
  }
  const double lobule = lobules * noise2(seed + 2, q.x / (4.0 * scale), q.y / (2.0 * scale));
  const double grain = 2.0 * noise2(seed + 1, q.x / 1.2, q.y / 0.5);
  Tissue t;
  t.powerDb = r_.echo.fatDb - 3.5 + lobule + grain + r_.echo.septaDb * line;
  t.attenuation = fatLoss;
  t.coherent = 0.7 * line;
  t.phase = 3 * pi * noise2(seed + 4, q.x / 5.0, q.y / 1.2);
  t.kind = TissueKind::fat;
  return t;
}

Tissue Textures::muscle(Point q, double angleDeg, Muscle which) const {
  const double c = std::cos(angleDeg * degree);
  const double sn = std::sin(angleDeg * degree);
  const auto salt = 91 + static_cast<std::uint64_t>(which);
  const std::uint64_t seed = mix(r_.seed, salt);
  double level = which == Muscle::maximus ? r_.echo.maximusDb : which == Muscle::vastus ? r_.echo.vastusDb : 0.0;
  if (which == Muscle::minimus || which == Muscle::other)
    level = -1.0;
  const double wander = 0.8 * noise2(seed + 3, q.x / 9.0, q.y / 6.0);
  const double along = q.x * c + q.y * sn;
  const double across = (-q.x * sn + q.y * c + wander) * 0.8 / r_.echo.bundleMm;
  // Bundles are dark, the perimysium between them gives thin bright streaks in the long axis and dots in the short.
  const double stretch = (r_.view == View::longAxis ? 7.0 : 1.8) * std::sqrt(r_.echo.bundleMm / 0.8);
  const double bundle = noise2(seed, along / stretch, across / 0.8);
  const double fine = noise2(seed + 1, along / (0.4 * stretch), across / 0.35);
  const double streak = smoothstep(0.2, 0.7, bundle) + 0.35 * smoothstep(0.5, 0.9, fine);
  Tissue t;
  // The mean over bundles and streaks stays at 0 dB, about, whatever the streaks' strength.
  t.powerDb = level - 0.375 * r_.echo.muscleStreakDb + r_.echo.muscleStreakDb * streak + 1.5 * fine;
  t.attenuation = muscleLoss;
  t.fibreDeg = angleDeg;
  t.coherent = 0.6 * std::min(1.0, streak);
  t.phase = 4 * pi * noise2(seed + 2, along / stretch, across / 0.2);
  t.kind = TissueKind::muscle;
  return t;
}

double tendonFallDb(const Echo& e, double angleDeg) {
  // A Gaussian in angle that meets the muscle's level (0 dB) at equalAtDeg; a tendon no brighter than muscle keeps the
  // width of a healthy one.
  const double top = std::max(e.tendonDb, 4.0);
  const double width = e.equalAtDeg / std::sqrt(-std::log(-e.tendonFloorDb / (top - e.tendonFloorDb)));
  return (1 - std::exp(-(angleDeg / width) * (angleDeg / width))) * (e.tendonDb - e.tendonFloorDb);
}

double lostAnisotropy(const Echo& e, double fadeDb) {
  return std::clamp(fadeDb / std::max(1.0, e.tendonDb - e.tendonFloorDb), 0.0, 1.0);
}

Tissue Textures::tendon(double s, double across, double headingDeg, double degenerated) const {
  const std::uint64_t seed = mix(r_.seed, 71);
  const auto& e = r_.echo;
  const auto& d = r_.degeneration;
  const double loss = d.severity * degenerated;
  const double contrast = e.fibrillarContrastDb * (1.0 - 0.75 * loss);
  const bool longAxis = r_.view == View::longAxis;
  const double fibril = noise2(seed, s / (longAxis ? 5.0 : 2.0 * e.fibrilMm), across / e.fibrilMm);
  const double bundle = noise2(seed + 1, s / (longAxis ? 9.0 : 4.0 * e.fibrilMm), across / (2.65 * e.fibrilMm));
  Tissue t;
  t.powerDb = e.tendonDb + contrast * (0.65 * fibril + 0.35 * bundle) - d.fadeDb * degenerated;
  // Degenerated tissue is patchy.
  t.powerDb -=
      e.degeneratedPatchDb * std::min(1.0, 2 * loss) * smoothstep(0.1, 0.8, noise2(seed + 2, s / 3.5, across / 1.4));
  t.attenuation = tendonLoss;
  t.fibres = Fibres::tendon;
  t.fibreDeg = headingDeg;
  t.isotropic = lostAnisotropy(e, d.fadeDb * degenerated);
  if (longAxis) {
    t.coherent = std::clamp(0.09 * contrast * (0.7 + 0.6 * fibril), 0.0, 0.85);
    t.phase = 5 * pi * noise2(seed + 3, s / 6.0, across / (0.47 * e.fibrilMm));
  }
  return t;
}

Tissue Textures::sheet(double along, double share, double headingDeg, double db, std::uint64_t salt) const {
  Tissue t;
  // Sheets are woven unevenly: stretches of some millimetres hardly show.
  const double gap = smoothstep(0.0, 0.7, noise1(mix(r_.seed, salt + 1000), along / 7.0));
  t.powerDb = db + 2.5 * noise2(mix(r_.seed, salt), along / 5.0, share * 4.0) - r_.echo.fasciaBreakDb * gap;
  t.attenuation = tendonLoss;
  t.fibres = Fibres::fascia;
  t.fibreDeg = headingDeg;
  t.coherent = 0.65;
  t.phase = 4 * pi * noise2(mix(r_.seed, salt + 1), along / 6.0, share * 5.0);
  t.kind = TissueKind::fascia;
  return t;
}

Tissue Textures::granulation(double s, double n) const {
  Tissue t;
  const std::uint64_t seed = mix(r_.seed, 131);
  t.powerDb = r_.echo.lesionDb + 3.0 * noise2(seed, s / 1.5, n / 0.8) + 2.0 * noise2(seed + 1, s / 0.6, n / 0.4);
  t.attenuation = muscleLoss;
  t.kind = TissueKind::tear;
  return t;
}

Tissue Textures::fluid(TissueKind kind) {
  Tissue t;
  t.attenuation = fluidLoss;
  t.kind = kind;
  return t;
}

Tissue Textures::calcification(const Calcification& c, double s, double n, double out) const {
  Tissue t;
  const std::uint64_t seed = mix(r_.seed, 151);
  t.powerDb = c.echoDb + 4.0 * noise2(seed, s / 0.8, n / 0.5) - 4.0 * out * out;
  // Loss in dB/cm/MHz that costs shadowDb over its height (see Insonifier: two ways, the pulse's downshift of 0.55).
  t.attenuation = std::max(tendonLoss, c.shadowDb / (0.11 * r_.probe.frequencyMHz * std::max(0.5, c.heightMm)));
  t.coherent = 0.3;
  t.kind = TissueKind::calcification;
  return t;
}

double Textures::shadowLoss(Point q, double bandDepthMm) const {
  double loss = 0;
  constexpr double thick = 1.5; // mm of depth over which the line takes its toll
  for (const ShadowLine& line : r_.shadows) {
    const double y = line.depth * std::max(0.0, bandDepthMm - thick);
    const double x = (q.x - line.across * r_.probe.apertureMm) / (0.5 * line.widthMm);
    if (q.y < y || q.y > y + thick || std::abs(x) > 2.5)
      continue;
    loss += std::exp(-0.7 * x * x) * line.lossDb / (0.11 * r_.probe.frequencyMHz * thick);
  }
  return loss;
}

double Textures::uneven(Point q) const {
  const std::uint64_t seed = mix(r_.seed, 141);
  return r_.echo.unevenDb * (1.1 * noise2(seed, q.x / 5.0, q.y / 2.2) + 1.0 * noise2(seed + 1, q.x / 1.9, q.y / 0.8));
}

} // namespace hipcuff::phantom
