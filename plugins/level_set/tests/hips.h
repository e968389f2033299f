// Simulated hips through the built-in stages, for the tests and the laboratory.
#pragma once

#include "hipcuff/phantom/cine.h"
#include "hipcuff/phantom/phantom.h"
#include "hipcuff/screen/screen_finder.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"

#include <limits>
#include <optional>
#include <vector>

namespace hips {

struct Hip {
  hipcuff::Frame frame;
  hipcuff::WorkingFrame working;
  hipcuff::View view = hipcuff::View::longAxis;
  hipcuff::Tendon tendon;                          ///< the built-in's
  std::vector<std::optional<double>> trueHeightMm; ///< for each station; none in a gap and beside the true footprint
};

/// Where the truth's border meets a station's normal.
inline std::optional<double> trueHeight(const hipcuff::phantom::Truth& truth, const hipcuff::TendonStation& station) {
  constexpr double sameStationMm = 1.0;
  double nearest = std::numeric_limits<double>::infinity();
  bool inGap = false;
  for (const auto& t : truth.stations)
    if (const double d = distance(t.cortexMm, station.cortexMm); d < nearest) {
      nearest = d;
      inGap = t.inGap;
    }
  if (!(nearest < sameStationMm) || inGap)
    return std::nullopt;
  return rayHit(station.cortexMm, station.normal, truth.superficial.mm);
}

/// None where no pane, no tendon or no part of the true one was found.
inline std::optional<Hip> simulated(const hipcuff::phantom::HipRecipe& recipe) {
  using namespace hipcuff;
  const phantom::HipSimulator simulator(recipe);
  const RgbImage picture = simulator.renderRgb();
  const phantom::Truth truth = simulator.truth();
  const Screen screen = ScreenFinder().read(phantom::simulatedCine(recipe), {picture});
  if (screen.panes.empty())
    return std::nullopt;
  Hip hip;
  hip.view = recipe.view;
  hip.frame = makeFrame(picture, screen.panes.front(), 0);
  hip.working = makeWorkingFrame(hip.frame);
  const Cortex cortex = BoneSurfaceSegmenter().segment(hip.frame, hip.working);
  hip.tendon = LayerTendonSegmenter().segment(hip.frame, hip.working, cortex, hip.view);
  std::size_t known = 0;
  for (const TendonStation& s : hip.tendon.stations) {
    hip.trueHeightMm.push_back(trueHeight(truth, s));
    known += hip.trueHeightMm.back() ? 1 : 0;
  }
  if (known < 8)
    return std::nullopt;
  return hip;
}

inline double heightOf(const hipcuff::TendonStation& s) {
  return dot(s.superficialMm - s.cortexMm, s.normal);
}

/// Mean absolute error of the border where there is a true one, mm.
inline double errorOf(const hipcuff::Tendon& tendon, const Hip& hip) {
  double sum = 0;
  double count = 0;
  for (std::size_t k = 0; k < tendon.stations.size(); ++k)
    if (hip.trueHeightMm[k]) {
      sum += std::abs(heightOf(tendon.stations[k]) - *hip.trueHeightMm[k]);
      count += 1;
    }
  return sum / count;
}

} // namespace hips
