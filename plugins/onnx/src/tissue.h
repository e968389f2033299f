// Tendon and discontinuities from the network's maps of them.
#pragma once

#include "class_maps.h"

#include "hipcuff/core/stages.h"

#include <memory>

namespace hipcuff::onnx {

/// Whose word counts.
enum class Word {
  before,  ///< what the band held before
  network, ///< the network's alone
  hybrid,  ///< both: their log-odds added, the network's times a weight
};

struct TissueUse {
  Word tendon = Word::before; ///< on what is tendon, torn or not, and what is none
  Word tears = Word::before;  ///< on what of the tendon is torn
  double weight = 1;          ///< of the network in a hybrid
};

/// Changes the probabilities of a band to what the network says. It knows fewer classes than a band has, so it says two
/// things of each place: how likely it is tendon at all (its classes tendon and discontinuity), and how likely what is
/// tendon is torn (discontinuity against tendon). What the band held before says how that is shared out: sound or
/// degenerated tendon; other tissue, fluid, bone or free tendon. Places that the picture does not reach stay as they
/// are.
void reassign(const ClassMaps& maps, TissueUse use, TissueBand& band);

/// The built-in stage reading the tissue as reassign() leaves it: footprint, border and its uncertainty, underside and
/// fibre angles come about as they do without a network (LayerTendonSegmenter).
[[nodiscard]] std::shared_ptr<const TendonSegmenter> networkTendon(std::shared_ptr<const Mapper> mapper, TissueUse use);

/// Another's tendon, with the network's word on what of it is torn put into its tissue. A tendon without tissue gets a
/// band of its own, one column for each station, and the network's word alone.
[[nodiscard]] std::shared_ptr<const TendonSegmenter>
withTears(std::shared_ptr<const Mapper> mapper, std::shared_ptr<const TendonSegmenter> before, TissueUse use);

} // namespace hipcuff::onnx
