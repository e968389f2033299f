// The cortex from the network's map of it.
#pragma once

#include "class_maps.h"

#include "hipcuff/core/stages.h"

#include <memory>

namespace hipcuff::onnx {

/// The built-in search (BoneSurfaceSegmenter: crests along the beams, best set of lines, further rounds, tracing on the
/// picture) going by the network's log-odds alone. Confidence is that of the mean log-odds along the line: as well
/// calibrated as the network is, which is to say not at all.
[[nodiscard]] std::shared_ptr<const CortexSegmenter> networkCortex(std::shared_ptr<const Mapper> mapper);

/// The built-in stage with the network's log-odds added to its own evidence (BoneSurfaceSegmenter), times `weight`.
[[nodiscard]] std::shared_ptr<const CortexSegmenter> hybridCortex(std::shared_ptr<const Mapper> mapper, double weight);

} // namespace hipcuff::onnx
