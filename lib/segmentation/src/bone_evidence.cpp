#include "bone_evidence.h"

#include "smoothing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace hipcuff::segmentation {
namespace {

// Scales in mm. A bone's line is 0.4 to 0.9 mm thick on 7-14 MHz pictures (measured on real annotated pictures).
constexpr double axialSigmaMm = 0.15;
constexpr double lateralSigmaMm = 0.25;
constexpr double nearFromMm = 0.8; // just past the line
constexpr double nearToMm = 2.5;
constexpr double tailToMm = 12.0;
constexpr double aboveToMm = 6.0;
constexpr double lineHalfMm = 1.5; // along the line, to each side
constexpr double besideLineMm = 0.9;
constexpr double leastCoverMm = 1.5; // of echogenic tissue over a bone; with less it is the probe's face or the skin
constexpr double crestWidthMm = 0.15;
// Of the strong tissue's grey: more brightness is no more evidence, fascia across the beam has it too.
constexpr float brightest = 1.4F;
constexpr int lineAngles = 11;
constexpr double steepestDegrees = 60.0;
constexpr int lineSamples = 4; // to each side

/// Sums down each column, for means over stretches of a beam.
class ColumnSums {
public:
  /// counts[y] of a column: usable rows above row y.
  ColumnSums(const FloatImage& values, const FloatImage& in, const FloatImage& counts)
      : sums_(values.width, values.height + 1)
      , counts_(counts) {
    for (int y = 0; y < values.height; ++y) {
      const float* v = values.row(y);
      const float* i = in.row(y);
      const float* before = sums_.row(y);
      float* after = sums_.row(y + 1);
      for (int x = 0; x < values.width; ++x)
        after[x] = before[x] + i[x] * v[x];
    }
  }
  /// Mean over rows from..to (inclusive, clipped), drawn towards `prior` as if that had been seen `priorRows` times.
  [[nodiscard]] float mean(int x, int from, int to, float prior, float priorRows) const {
    const int a = std::clamp(from, 0, sums_.height - 1);
    const int b = std::clamp(to + 1, a, sums_.height - 1);
    const float sum = sums_.at(x, b) - sums_.at(x, a) + prior * priorRows;
    const float count = counts_.at(x, b) - counts_.at(x, a) + priorRows;
    return count > 0 ? sum / count : prior;
  }
  [[nodiscard]] float count(int x, int from, int to) const {
    const int a = std::clamp(from, 0, sums_.height - 1);
    const int b = std::clamp(to + 1, a, sums_.height - 1);
    return counts_.at(x, b) - counts_.at(x, a);
  }

private:
  FloatImage sums_;
  const FloatImage& counts_;
};

struct Line {
  float on = 0;
  float below = 0;
  float above = 0;
  float angle = 0; ///< 0..1 of the steepest
};

FloatImage asFloat(const Mask& usable) {
  FloatImage out(usable.width, usable.height);
  for (std::size_t i = 0; i < usable.data.size(); ++i)
    out.data[i] = usable.data[i] != 0 ? 1.0F : 0.0F;
  return out;
}

FloatImage countsDown(const FloatImage& in) {
  FloatImage out(in.width, in.height + 1);
  for (int y = 0; y < in.height; ++y)
    for (int x = 0; x < in.width; ++x)
      out.at(x, y + 1) = out.at(x, y) + in.at(x, y);
  return out;
}

class Evidence {
public:
  explicit Evidence(const BeamPicture& picture)
      : picture_(picture)
      , in_(asFloat(picture.usable))
      , counts_(countsDown(in_))
      , smooth_(normalised(picture))
      , sums_(smooth_, in_, counts_)
      , texture_(axialChange(smooth_), in_, counts_)
      , tissueAbove_(fromAbove(smooth_, in_, static_cast<float>(picture.axialMm)))
      , strongestBelow_(fromBelow(smooth_, in_)) {
    for (int k = 0; k < lineAngles; ++k) {
      const double degrees = steepestDegrees * (2.0 * k / (lineAngles - 1) - 1.0);
      const double radians = degrees * 3.14159265358979 / 180.0;
      for (int s = -lineSamples; s <= lineSamples; ++s) {
        const double along = lineHalfMm * s / lineSamples;
        dx_.push_back(static_cast<int>(std::lround(along * std::cos(radians) / picture.lateralMm)));
        dy_.push_back(static_cast<int>(std::lround(along * std::sin(radians) / picture.axialMm)));
        offset_.push_back(static_cast<std::ptrdiff_t>(dy_.back()) * smooth_.width + dx_.back());
        reachX_ = std::max(reachX_, std::abs(dx_.back()));
        reachY_ = std::max(reachY_, std::abs(dy_.back()));
      }
    }
  }

  [[nodiscard]] std::vector<BoneCandidate> candidates() const {
    std::vector<BoneCandidate> found;
    const int under = rows(nearFromMm);
    const int width = smooth_.width;
    std::vector<std::int32_t> is(static_cast<std::size_t>(width));
    for (int y = 1; y + 1 < smooth_.height; ++y) {
      const float* above = smooth_.row(y - 1);
      const float* here = smooth_.row(y);
      const float* below = smooth_.row(y + 1);
      const float* next = smooth_.row(std::min(y + under, smooth_.height - 1));
      const float* cover = tissueAbove_.row(std::max(0, y - rows(0.4)));
      const float* in = in_.row(y);
      constexpr float faintest = 0.08F; // of the picture's range: lower crests are noise
      constexpr auto cut = static_cast<float>(leastCoverMm);
      for (int x = 0; x < width; ++x) {
        const int crest = static_cast<int>(here[x] >= above[x]) & static_cast<int>(here[x] > below[x]);
        const int drops = static_cast<int>(here[x] - next[x] >= faintest);
        is[static_cast<std::size_t>(x)] = crest & drops & static_cast<int>(cover[x] >= cut) & static_cast<int>(in[x] > 0);
      }
      for (int x = 0; x < width; ++x)
        if (is[static_cast<std::size_t>(x)] != 0)
          found.push_back({x, y, features(x, y)});
    }
    return found;
  }

private:
  [[nodiscard]] int rows(double mm) const { return static_cast<int>(std::lround(mm / picture_.axialMm)); }

  static FloatImage normalised(const BeamPicture& picture) {
    FloatImage out = smoothed(picture.grey, lateralSigmaMm / picture.lateralMm, axialSigmaMm / picture.axialMm);
    const GreyRange range = greyRange(out, picture.usable);
    const float scale = 1.0F / (range.strong - range.floor);
    for (float& v : out.data)
      v = std::clamp((v - range.floor) * scale, 0.0F, brightest);
    return out;
  }
  [[nodiscard]] FloatImage axialChange(const FloatImage& in) const {
    FloatImage out(in.width, in.height);
    const int step = std::max(1, rows(0.2));
    for (int y = 0; y < in.height; ++y) {
      const float* a = in.row(std::max(0, y - step));
      const float* b = in.row(std::min(in.height - 1, y + step));
      float* o = out.row(y);
      for (int x = 0; x < in.width; ++x)
        o[x] = std::abs(b[x] - a[x]);
    }
    return out;
  }
  /// mm of echogenic tissue over each point: gel and water stand-off do not count, bone always has some over it.
  static FloatImage fromAbove(const FloatImage& values, const FloatImage& in, float mm) {
    constexpr float echoFree = 0.08F;
    FloatImage out(values.width, values.height);
    for (int y = 1; y < values.height; ++y) {
      const float* v = values.row(y);
      const float* i = in.row(y);
      const float* before = out.row(y - 1);
      float* o = out.row(y);
      for (int x = 0; x < values.width; ++x)
        o[x] = before[x] + (v[x] > echoFree ? mm * i[x] : 0.0F);
    }
    return out;
  }
  static FloatImage fromBelow(const FloatImage& values, const FloatImage& in) {
    FloatImage out(values.width, values.height);
    for (int y = values.height - 1; y >= 0; --y) {
      const float* v = values.row(y);
      const float* i = in.row(y);
      const float* under = out.row(std::min(y + 1, values.height - 1));
      float* o = out.row(y);
      for (int x = 0; x < values.width; ++x)
        o[x] = std::max(under[x], v[x] * i[x]);
    }
    return out;
  }

  [[nodiscard]] float at(int x, int y) const {
    return smooth_.at(std::clamp(x, 0, smooth_.width - 1), std::clamp(y, 0, smooth_.height - 1));
  }

  /// `sample(i, down)`: grey at the i-th place of the pattern, moved down by that many rows.
  template <typename Sample>
  [[nodiscard]] Line bestLine(const Sample& sample) const {
    Line best;
    best.on = -1;
    int bestAngle = 0;
    constexpr int perAngle = 2 * lineSamples + 1;
    for (int k = 0; k < lineAngles; ++k) {
      float sum = 0;
      for (int s = 0; s < perAngle; ++s)
        sum += sample(static_cast<std::size_t>(k * perAngle + s), 0);
      if (sum > best.on) {
        best.on = sum;
        bestAngle = k;
      }
    }
    const int beside = rows(besideLineMm);
    for (int s = 0; s < perAngle; ++s) {
      const auto i = static_cast<std::size_t>(bestAngle * perAngle + s);
      best.below += sample(i, beside);
      best.above += sample(i, -beside);
    }
    best.on /= perAngle;
    best.below /= perAngle;
    best.above /= perAngle;
    best.angle = std::abs(2.0F * static_cast<float>(bestAngle) / (lineAngles - 1) - 1.0F);
    return best;
  }

  [[nodiscard]] Line lineThrough(int x, int y) const {
    const int reachY = reachY_ + rows(besideLineMm);
    if (x >= reachX_ && x + reachX_ < smooth_.width && y >= reachY && y + reachY < smooth_.height) {
      const float* centre = smooth_.row(y) + x;
      const auto width = static_cast<std::ptrdiff_t>(smooth_.width);
      return bestLine([&](std::size_t i, int down) { return centre[offset_[i] + down * width]; });
    }
    return bestLine([&](std::size_t i, int down) { return at(x + dx_[i], y + dy_[i] + down); });
  }

  [[nodiscard]] BoneFeatures features(int x, int y) const {
    const float peak = smooth_.at(x, y);
    const Line line = lineThrough(x, y);
    const auto few = static_cast<float>(rows(1.0)); // strength of the priors: one mm of beam
    const float near = sums_.mean(x, y + rows(nearFromMm), y + rows(nearToMm), 0.3F, 1.0F);
    const float tail = sums_.mean(x, y + rows(nearToMm), y + rows(tailToMm), near, few);
    const float above = sums_.mean(x, y - rows(aboveToMm), y - rows(nearFromMm), 0.4F, few);
    const float textureBelow = texture_.mean(x, y + rows(1.0), y + rows(6.0), 0.05F, few);
    const float textureAbove = texture_.mean(x, y - rows(aboveToMm), y - rows(nearFromMm), 0.08F, few);
    const float deepest = strongestBelow_.at(x, std::min(smooth_.height - 1, y + rows(1.2)));
    const float room = sums_.count(x, y + 1, y + rows(tailToMm)) / static_cast<float>(std::max(1, rows(tailToMm)));
    const float covered = std::min(1.0F, tissueAbove_.at(x, std::max(0, y - rows(0.4))) / 6.0F);
    return {1.0F,
            peak,
            line.on,
            line.on - line.below,
            line.on - line.above,
            near,
            tail,
            above,
            deepest,
            textureBelow * 5,
            textureAbove * 5,
            std::log((tail + 0.05F) / (above + 0.05F)),
            covered,
            room,
            line.angle};
  }

  const BeamPicture& picture_;
  FloatImage in_;
  FloatImage counts_;
  FloatImage smooth_;
  ColumnSums sums_;
  ColumnSums texture_;
  FloatImage tissueAbove_;
  FloatImage strongestBelow_;
  std::vector<int> dx_;
  std::vector<int> dy_;
  std::vector<std::ptrdiff_t> offset_;
  int reachX_ = 0;
  int reachY_ = 0;
};

// Logistic regression on the crests of annotated real pictures; see tests/segmentation/tools for how it is fitted.
constexpr BoneFeatures weights{-3.486F, 3.222F,  3.527F,  1.861F,  1.794F, -1.433F, -1.926F, -0.532F,
                               -2.969F, -3.932F, -2.600F, -1.045F, 0.975F, -1.027F, 2.000F};

} // namespace

GreyRange greyRange(const FloatImage& grey, const Mask& usable) {
  std::array<int, 256> histogram{};
  int total = 0;
  for (std::size_t i = 0; i < grey.data.size(); ++i) {
    if (usable.data[i] == 0)
      continue;
    ++histogram[static_cast<std::size_t>(std::clamp(static_cast<int>(grey.data[i]), 0, 255))];
    ++total;
  }
  const auto percentile = [&](double share) {
    int below = 0;
    for (int v = 0; v < 256; ++v) {
      below += histogram[static_cast<std::size_t>(v)];
      if (below > share * total)
        return static_cast<float>(v);
    }
    return 255.0F;
  };
  GreyRange range{percentile(0.02), percentile(0.95)};
  // A picture may hold no echo-free place at all; its darkest muscle must not pass for a shadow.
  constexpr float highestFloor = 0.4F; // of strong tissue: noise-filled shadows reach that at high gain
  range.floor = std::min(range.floor, highestFloor * range.strong);
  constexpr float leastContrast = 25.0F; // grey levels: below, there is no picture to normalise
  range.strong = std::max(range.strong, range.floor + leastContrast);
  return range;
}

std::vector<BoneCandidate> boneCandidates(const BeamPicture& picture) {
  if (picture.grey.width < 3 || picture.grey.height < 3)
    return {};
  return Evidence(picture).candidates();
}

float boneLogOdds(const BoneFeatures& features) noexcept {
  float sum = 0;
  for (std::size_t i = 0; i < boneFeatureCount; ++i)
    sum += weights[i] * features[i];
  return std::clamp(sum, -logOddsCeiling, logOddsCeiling);
}

FloatImage boneLogOddsMap(const BeamPicture& picture) {
  FloatImage map(picture.grey.width, picture.grey.height, logOddsFloor);
  const int reach = std::max(1, static_cast<int>(std::ceil(2.5 * crestWidthMm / picture.axialMm)));
  std::vector<float> fall;
  for (int k = 0; k <= reach; ++k) {
    const double d = k * picture.axialMm / crestWidthMm;
    fall.push_back(static_cast<float>(0.5 * d * d));
  }
  for (const BoneCandidate& c : boneCandidates(picture)) {
    const float odds = boneLogOdds(c.features);
    for (int k = -reach; k <= reach; ++k) {
      const int y = c.row + k;
      if (y >= 0 && y < map.height)
        map.at(c.column, y) = std::max(map.at(c.column, y), odds - fall[static_cast<std::size_t>(std::abs(k))]);
    }
  }
  return map;
}

} // namespace hipcuff::segmentation
