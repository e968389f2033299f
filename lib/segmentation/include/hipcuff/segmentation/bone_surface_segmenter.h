// The cortex on a B-mode picture.
#pragma once

#include "hipcuff/core/stages.h"

#include <functional>

namespace hipcuff {

/// Another's word on where a bone's surface lies (a trained network's, say): log-odds at each point of the working
/// grid, of its size; 0 where it has nothing to say. Called from several threads at once.
using BoneLogOdds = std::function<FloatImage(const Frame& frame, const WorkingFrame& working)>;

/// Evidence for bone at each bright crest along each beam (BoneLikelihoodImageFilter), then the best set of lines over
/// all beams by dynamic programming with the right to see none: the approach of Foroughi et al. 2007 (dynamic
/// programming on brightness and shadow) and Jia et al. 2016 (greater trochanter), with an explicit price for beginning
/// and ending, so that a picture without bone has no line. One bone a beam; any number side by side.
///
/// Every line is then judged as a whole: how plausible its crests are, how much tissue echo lies over it, how little
/// structure below it (a shadow holds noise, tissue has texture), its length, and how much of the picture lies below.
/// A line that is refused gives way to the next best one of its beams.
///
/// `ridgeMm` is the crest to a fraction of a grid step; `interfaceMm` lies a fixed share of the way from the steepest
/// rise on its superficial side to the crest, where the reflector of a pulse without length would be seen. Segments
/// shorter than 3 mm are left out.
///
/// Confidence: probability that the line is bone, by logistic regression on annotated real pictures and on pictures
/// without bone; below 0.35 nothing is reported. Facets have kind `unknown`; see nameFacets().
///
/// Linear, steered and sector probes: works along the beams of Frame::probe. @throws nothing on any picture.
class BoneSurfaceSegmenter final : public CortexSegmenter {
public:
  BoneSurfaceSegmenter() = default;
  /// Adds `also` (limited to +-4, times `weight`) to its own evidence of each crest, for the paths and for judging a
  /// whole line. Where the picture has no crest that bone could make, it counts for nothing. The confidence is then no
  /// calibrated probability any more. segment() throws what `also` throws, and std::invalid_argument where its map has
  /// another size than the working grid.
  BoneSurfaceSegmenter(BoneLogOdds also, double weight);
  /// The same search (crests, beams, rounds, tracing) by this evidence (limited to -3..4) in the place of its own. A
  /// line is judged by its mean log-odds, at least -0.6, and not by shadow and length; so its confidence is as good as
  /// they are. segment() throws as above.
  [[nodiscard]] static BoneSurfaceSegmenter goingBy(BoneLogOdds evidence);

  [[nodiscard]] Cortex segment(const Frame& frame, const WorkingFrame& working) const override;

private:
  BoneLogOdds also_{};
  double weight_ = 0;
  bool alone_ = false;
};

} // namespace hipcuff
