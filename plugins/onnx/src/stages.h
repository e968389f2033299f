// From what the user wishes to the stages that do it.
#pragma once

#include "hipcuff/core/stages.h"

#include <filesystem>
#include <string>

namespace hipcuff::onnx {

struct Wishes {
  std::filesystem::path model;          ///< *.model.json
  std::string cortex = "auto";          ///< auto, network, hybrid or before
  std::string tendon = "auto";          ///< the same
  std::string discontinuities = "auto"; ///< the same
  double weight = 0.25;                 ///< of the network's log-odds in hybrids
  double cortexWeight = 1;              ///< the same of the cortex alone, times `weight`
  double tissueWeight = 1;              ///< of tendon and discontinuities, times `weight`
};

/// Cortex, tendon and discontinuities; those that the network does not do are the ones before it, unchanged. "auto"
/// is a hybrid for whatever the model has classes for.
/// @throws ConfigError where the model is wrong (readModelFile, Network); UsageError where a stage is asked of it for
///         which it has no class
[[nodiscard]] Stages stagesOf(const Wishes& wishes, const Stages& before);

} // namespace hipcuff::onnx
