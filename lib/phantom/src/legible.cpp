// The sonographer's part of a drawn recipe: the picture is set until tissue shows as what it is.
#include "draw_hip.h"

#include "scanner_processing.h"
#include "tissue.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::phantom {
namespace {

constexpr double fluidDb = -24; ///< what noise and haze leave of fluid
// Tendinosis takes 3.5 to 8.5 dB; a gap's filling is darker than that, or nothing but its edges would tell them apart.
constexpr double granulationStepDb = 8; ///< granulation against worn tendon around it ...
constexpr double healthyStepDb = 10;    ///< ... and against healthy tendon
constexpr double stepGrey = 20; ///< a gap against the tendon around it; noise is 10 to 20 before the eye averages
constexpr double mostGainDb = 12;
constexpr double isoechoicShare = 0.1; ///< of granulation: as bright as it was drawn

/// Levels of the tendon at the angle at which the beam meets its fibres.
struct Levels {
  double healthyDb;
  double wornDb;
};

Levels tendonLevels(const HipRecipe& r) {
  const auto& e = r.echo;
  const double inPlane = r.view == View::longAxis ? r.geometry.facetAngleDeg : 0.0;
  const double fall = tendonFallDb(e, std::hypot(inPlane, r.probe.tiltDeg));
  const double fade = r.degeneration.severity > 0 ? r.degeneration.fadeDb : 0.0;
  return {e.tendonDb - fall, e.tendonDb - fade - fall * (1 - lostAnisotropy(e, fade))};
}

double greyAt(const HipRecipe& r, double db) {
  const auto& p = r.processing;
  return greyMap(p, muscleLevel + (p.gainDb + db) / p.dynamicRangeDb);
}

} // namespace

void makeLegible(HipRecipe& r) {
  if (r.geometry.bodyPart != BodyPart::lateralHip || r.notGradable == NotGradable::tooDark ||
      r.notGradable == NotGradable::saturated)
    return;
  const Levels tendon = tendonLevels(r);
  const bool torn = isTear(r.pathology);
  const double u = static_cast<double>(mix(r.seed, 77) % 1000) / 1000;
  if (torn && !r.tear.fluid && u >= isoechoicShare)
    r.echo.lesionDb =
        std::clamp(r.echo.lesionDb, fluidDb,
                   std::max(fluidDb, std::min(tendon.wornDb - granulationStepDb, tendon.healthyDb - healthyStepDb)));
  const double darkest = torn ? (r.tear.fluid ? fluidDb : r.echo.lesionDb) : fluidDb;
  auto& p = r.processing;
  const double white = p.greyBlack + 0.8 * (p.greyWhite - p.greyBlack);
  const double begin = p.gainDb;
  while (p.gainDb < begin + mostGainDb && greyAt(r, tendon.wornDb) - greyAt(r, darkest) < stepGrey &&
         greyAt(r, tendon.healthyDb) < white)
    p.gainDb += 0.5;
}

} // namespace hipcuff::phantom
