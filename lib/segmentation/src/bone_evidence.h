// What speaks for bone at each bright crest along each beam, as a few numbers in mm and in the picture's own contrast.
#pragma once

#include "hipcuff/core/image.h"

#include <array>
#include <vector>

namespace hipcuff::segmentation {

inline constexpr std::size_t boneFeatureCount = 15;
using BoneFeatures = std::array<float, boneFeatureCount>;

struct BoneCandidate {
  int column = 0;
  int row = 0;
  BoneFeatures features{};
};

struct BeamPicture {
  const FloatImage& grey; ///< beams as columns
  const Mask& usable;
  double lateralMm;
  double axialMm;
};

/// Grey levels of this picture: echo-free and strong tissue. Grey is measured between them, so gain does not matter.
struct GreyRange {
  float floor = 0;
  float strong = 255;
};
[[nodiscard]] GreyRange greyRange(const FloatImage& grey, const Mask& usable);

/// The crests of all beams, with their features. An empty or flat picture has none.
[[nodiscard]] std::vector<BoneCandidate> boneCandidates(const BeamPicture& picture);

/// Log-odds that the crest is a bone's surface.
[[nodiscard]] float boneLogOdds(const BoneFeatures& features) noexcept;

/// Log-odds at each point: at a crest its own, falling off within `crestWidthMm`, a floor elsewhere.
[[nodiscard]] FloatImage boneLogOddsMap(const BeamPicture& picture);

inline constexpr float logOddsFloor = -3.0F; ///< away from all crests: a path may bridge, but not live there
inline constexpr float logOddsCeiling = 4.0F;

} // namespace hipcuff::segmentation
