// What speaks for bone at each bright crest along each beam, as a few numbers in mm and in the picture's own contrast.
#pragma once

#include "hipcuff/core/image.h"

#include <array>
#include <cstddef>
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

inline constexpr std::size_t lineFeatureCount = 6;
using LineFeatures = std::array<float, lineFeatureCount>;

/// What of a picture speaks for bone: at each crest, and along a whole line.
class BoneEvidence {
public:
  explicit BoneEvidence(const BeamPicture& picture); ///< keeps a reference; at least 3 x 3 points

  /// The crests of all beams, with their features. With `plausibleOnly`, crests that no line through them could make
  /// bone are left out.
  [[nodiscard]] std::vector<BoneCandidate> candidates(bool plausibleOnly) const;
  /// A line at `path[first..last]` (row of each column) judged as a whole: its shadow, what lies beside it, its length.
  [[nodiscard]] LineFeatures line(const std::vector<int>& path, int first, int last, float meanLogOdds) const;
  /// Mean of the normalised grey (0 echo-free, 1 strong tissue) from `fromMm` to `toMm` below a row of a column.
  [[nodiscard]] float greyBelow(int column, int row, double fromMm, double toMm) const;

private:
  struct Line;
  [[nodiscard]] int rows(double mm) const;
  [[nodiscard]] float at(int x, int y) const;
  [[nodiscard]] float mean(const FloatImage& sums, int x, int from, int to, float prior, float priorRows) const;
  [[nodiscard]] float count(int x, int from, int to) const;
  template <typename Sample>
  [[nodiscard]] Line bestLine(const Sample& sample) const;
  [[nodiscard]] Line lineThrough(int x, int y) const;
  [[nodiscard]] bool features(int x, int y, bool plausibleOnly, BoneFeatures& out) const;
  void prepareLines();
  void addUp();

  BeamPicture picture_;
  FloatImage in_;      ///< 1 usable, 0 not
  FloatImage counts_;  ///< usable rows above each row
  FloatImage smooth_;  ///< normalised grey
  FloatImage sums_;    ///< of smooth_ above each row
  FloatImage texture_; ///< of its change along the beam
  FloatImage tissueAbove_;
  FloatImage strongestBelow_;
  std::vector<int> dx_;
  std::vector<int> dy_;
  std::vector<std::ptrdiff_t> offset_;
  int reachX_ = 0;
  int reachY_ = 0;
};

/// The crests of all beams, with their features. An empty or flat picture has none.
[[nodiscard]] std::vector<BoneCandidate> boneCandidates(const BeamPicture& picture);

/// Log-odds that the crest is a bone's surface.
[[nodiscard]] float boneLogOdds(const BoneFeatures& features) noexcept;
/// Log-odds that a whole line is bone.
[[nodiscard]] float lineLogOdds(const LineFeatures& features) noexcept;

/// Log-odds at each point: at a crest its own, falling off within `crestWidthMm`, a floor elsewhere.
[[nodiscard]] FloatImage boneLogOddsMap(const BeamPicture& picture);
/// Another's word on the crests.
struct OtherEvidence {
  std::vector<float> logOdds{}; ///< at each point of the beam grid, column by column; empty: none
  bool alone = false;           ///< in the place of the crests' own, and for judging a line; else added to it
};

/// The same, stored column by column.
[[nodiscard]] std::vector<float> boneLogOddsColumns(const BeamPicture& picture, const BoneEvidence& evidence,
                                                    const OtherEvidence& other = {});

inline constexpr float logOddsFloor = -3.0F; ///< away from all crests: a path may bridge, but not live there
inline constexpr float logOddsCeiling = 4.0F;

} // namespace hipcuff::segmentation
