#include "bone_evidence.h"

#include "smoothing.h"

#include <algorithm>
#include <cmath>

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
  ColumnSums(const FloatImage& values, const Mask& usable)
      : sums_(values.width, values.height + 1)
      , counts_(values.width, values.height + 1) {
    for (int y = 0; y < values.height; ++y)
      for (int x = 0; x < values.width; ++x) {
        const float in = usable.at(x, y) != 0 ? 1.0F : 0.0F;
        sums_.at(x, y + 1) = sums_.at(x, y) + in * values.at(x, y);
        counts_.at(x, y + 1) = counts_.at(x, y) + in;
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
  FloatImage counts_;
};

struct Line {
  float on = 0;
  float below = 0;
  float above = 0;
  float angle = 0; ///< 0..1 of the steepest
};

class Evidence {
public:
  explicit Evidence(const BeamPicture& picture)
      : picture_(picture)
      , smooth_(normalised(picture))
      , sums_(smooth_, picture.usable)
      , texture_(axialChange(smooth_), picture.usable)
      , tissueAbove_(fromAbove(smooth_, picture.usable, static_cast<float>(picture.axialMm)))
      , strongestBelow_(fromBelow(smoothed(smooth_, lateralSigmaMm / picture.lateralMm, 0), picture.usable)) {
    for (int k = 0; k < lineAngles; ++k) {
      const double degrees = steepestDegrees * (2.0 * k / (lineAngles - 1) - 1.0);
      const double radians = degrees * 3.14159265358979 / 180.0;
      for (int s = -lineSamples; s <= lineSamples; ++s) {
        const double along = lineHalfMm * s / lineSamples;
        dx_.push_back(static_cast<int>(std::lround(along * std::cos(radians) / picture.lateralMm)));
        dy_.push_back(static_cast<int>(std::lround(along * std::sin(radians) / picture.axialMm)));
      }
    }
  }

  [[nodiscard]] std::vector<BoneCandidate> candidates() const {
    std::vector<BoneCandidate> found;
    const int under = rows(nearFromMm);
    for (int y = 1; y + 1 < smooth_.height; ++y) {
      const float* above = smooth_.row(y - 1);
      const float* here = smooth_.row(y);
      const float* below = smooth_.row(y + 1);
      const float* next = smooth_.row(std::min(y + under, smooth_.height - 1));
      for (int x = 0; x < smooth_.width; ++x) {
        constexpr float faintest = 0.08F; // of the picture's range: lower crests are noise
        if (here[x] < above[x] || here[x] <= below[x] || here[x] - next[x] < faintest ||
            picture_.usable.at(x, y) == 0 || tissueAbove_.at(x, std::max(0, y - rows(0.4))) < leastCoverMm)
          continue;
        found.push_back({x, y, features(x, y)});
      }
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
  static FloatImage fromAbove(const FloatImage& in, const Mask& usable, float mm) {
    constexpr float echoFree = 0.08F;
    FloatImage out(in.width, in.height);
    for (int y = 1; y < in.height; ++y)
      for (int x = 0; x < in.width; ++x)
        out.at(x, y) = out.at(x, y - 1) + (usable.at(x, y) != 0 && in.at(x, y) > echoFree ? mm : 0.0F);
    return out;
  }
  static FloatImage fromBelow(FloatImage in, const Mask& usable) {
    for (int y = in.height - 1; y >= 0; --y)
      for (int x = 0; x < in.width; ++x) {
        const float here = usable.at(x, y) != 0 ? in.at(x, y) : 0.0F;
        in.at(x, y) = y + 1 < in.height ? std::max(here, in.at(x, y + 1)) : here;
      }
    return in;
  }

  [[nodiscard]] float at(int x, int y) const {
    return smooth_.at(std::clamp(x, 0, smooth_.width - 1), std::clamp(y, 0, smooth_.height - 1));
  }

  [[nodiscard]] Line bestLine(int x, int y) const {
    Line best;
    best.on = -1;
    int bestAngle = 0;
    constexpr int perAngle = 2 * lineSamples + 1;
    for (int k = 0; k < lineAngles; ++k) {
      float sum = 0;
      for (int s = 0; s < perAngle; ++s)
        sum += at(x + dx_[static_cast<std::size_t>(k * perAngle + s)],
                  y + dy_[static_cast<std::size_t>(k * perAngle + s)]);
      if (sum > best.on) {
        best.on = sum;
        bestAngle = k;
      }
    }
    const int beside = rows(besideLineMm);
    for (int s = 0; s < perAngle; ++s) {
      const auto i = static_cast<std::size_t>(bestAngle * perAngle + s);
      best.below += at(x + dx_[i], y + dy_[i] + beside);
      best.above += at(x + dx_[i], y + dy_[i] - beside);
    }
    best.on /= perAngle;
    best.below /= perAngle;
    best.above /= perAngle;
    best.angle = std::abs(2.0F * static_cast<float>(bestAngle) / (lineAngles - 1) - 1.0F);
    return best;
  }

  [[nodiscard]] BoneFeatures features(int x, int y) const {
    const float peak = smooth_.at(x, y);
    const Line line = bestLine(x, y);
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
  FloatImage smooth_;
  ColumnSums sums_;
  ColumnSums texture_;
  FloatImage tissueAbove_;
  FloatImage strongestBelow_;
  std::vector<int> dx_;
  std::vector<int> dy_;
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
