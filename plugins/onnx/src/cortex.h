// The cortex from the network's map of it.
#pragma once

#include "class_maps.h"

#include "hipcuff/core/stages.h"

#include <memory>

namespace hipcuff::onnx {

/// Lines through the map of class cortex alone: along each column of the picture a place earns the log-odds that the
/// line runs within 0.5 mm of it (the map's sum there), and the best set of lines with the right to see none is taken
/// (optimalPath), at the prices of the built-in stage. The interface is the centroid of the map around the path, as
/// models are trained on a thin line along the bone's interface; the ridge is the crest of the grey within 1 mm below
/// it.
///
/// Confidence is the mean probability along the line: as well calibrated as the network is, which is to say not at all.
class NetworkCortex final : public CortexSegmenter {
public:
  explicit NetworkCortex(std::shared_ptr<const Mapper> mapper);
  [[nodiscard]] Cortex segment(const Frame& frame, const WorkingFrame& working) const override;

private:
  std::shared_ptr<const Mapper> mapper_;
};

/// The built-in stage with the network's log-odds added to its own evidence (BoneSurfaceSegmenter), times `weight`.
[[nodiscard]] std::shared_ptr<const CortexSegmenter> hybridCortex(std::shared_ptr<const Mapper> mapper, double weight);

} // namespace hipcuff::onnx
