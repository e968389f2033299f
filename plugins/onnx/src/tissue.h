// Tendon and discontinuities from the network's maps of them.
#pragma once

#include "class_maps.h"

#include "hipcuff/core/stages.h"

#include <memory>

namespace hipcuff::onnx {

/// What of the tissue is taken from the network.
struct TissueUse {
  bool tendon = false; ///< what is tendon, torn or not, and what is none
  bool tears = false;  ///< what of the tendon is torn
};

/// Changes the probabilities of a band to what the network says. It knows fewer classes than a band has, so it says how
/// likely a group of classes is, and what the band held before says how that is shared out within the group:
///
///     tendon          tendon, degenerated      (and tear, where tears are not the network's)
///     discontinuity   tear
///     the rest        other, fluid, bone, free tendon
///
/// With tears alone: tendon, degenerated and tear together keep what they had, and the network's ratio of tendon to
/// discontinuity says how much of that is torn. Places that the picture does not reach stay as they are.
void reassign(const ClassMaps& maps, TissueUse use, TissueBand& band);

/// The built-in stage reading the tissue as reassign() leaves it: footprint, border and its uncertainty, underside and
/// fibre angles come about as they do without a network (LayerTendonSegmenter).
[[nodiscard]] std::shared_ptr<const TendonSegmenter> networkTendon(std::shared_ptr<const Mapper> mapper, TissueUse use);

/// Another's tendon, with the network's word on what of it is torn put into its tissue. A tendon without tissue gets a
/// band of its own, one column for each station.
[[nodiscard]] std::shared_ptr<const TendonSegmenter> withTears(std::shared_ptr<const Mapper> mapper,
                                                               std::shared_ptr<const TendonSegmenter> before);

} // namespace hipcuff::onnx
