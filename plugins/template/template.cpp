// template: smooths the tendon's superficial border along the bone.
#include "hipcuff/plugin/module.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace {

using namespace hipcuff;

/// Each height over the bone becomes the mean of its neighbours', weighted by how near along the bone they are.
std::vector<double> smoothed(const std::vector<TendonStation>& stations, double sigmaMm) {
  std::vector<double> heights;
  for (const TendonStation& s : stations)
    heights.push_back(dot(s.superficialMm - s.cortexMm, s.normal));
  std::vector<double> out;
  for (const TendonStation& here : stations) {
    double sum = 0;
    double weights = 0;
    for (std::size_t i = 0; i < stations.size(); ++i) {
      const double apart = (stations[i].positionMm - here.positionMm) / sigmaMm;
      const double weight = std::exp(-apart * apart / 2);
      sum += weight * heights[i];
      weights += weight;
    }
    out.push_back(sum / weights);
  }
  return out;
}

class Segmenter final : public TendonSegmenter {
public:
  Segmenter(std::shared_ptr<const TendonSegmenter> before, double smoothingMm)
      : before_(std::move(before))
      , smoothingMm_(smoothingMm) {}

  // Several threads call this at once with different pictures: keep nothing between the calls.
  [[nodiscard]] Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                               std::optional<View> view) const override {
    Tendon tendon = before_->segment(frame, working, cortex, view);

    // Your own code: working.grey is the picture on a grid of working.gridMm millimetres, and what is returned is in
    // frame mm (x right, y down, from the centre of the upper left pixel).
    const std::vector<double> heights = smoothed(tendon.stations, smoothingMm_);
    for (std::size_t i = 0; i < heights.size(); ++i) {
      TendonStation& s = tendon.stations[i];
      const double deep = dot(s.deepMm - s.cortexMm, s.normal);
      s.superficialMm = s.cortexMm + s.normal * std::max(heights[i], deep); // never under its own underside
    }

    return tendon;
  }

private:
  std::shared_ptr<const TendonSegmenter> before_;
  double smoothingMm_;
};

plugin::Provided make(const plugin::Setup& setup) {
  plugin::Provided provided;
  provided.tendon = std::make_shared<Segmenter>(setup.before.tendon, setup.values.number("smoothing_mm"));
  return provided;
}

} // namespace

HIPCUFF_PLUGIN(make)
