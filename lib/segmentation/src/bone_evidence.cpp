#include "bone_evidence.h"

#include "smoothing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

namespace hipcuff::segmentation {
namespace {

// Scales in mm. A bone's line is 0.4 to 0.9 mm thick on 7-14 MHz pictures (measured on real annotated pictures).
constexpr double axialSigmaMm = 0.15;
constexpr double lateralSigmaMm = 0.25;
constexpr double nearFromMm = 0.8; // just past the line
constexpr double nearToMm = 2.5;
constexpr double tailToMm = 12.0;
constexpr double aboveToMm = 6.0;
constexpr double roomMm = 8.0;     // of picture below a line: with less, nothing can be said of its shadow
constexpr double lineHalfMm = 1.5; // along the line, to each side
constexpr double besideLineMm = 0.9;
constexpr double leastCoverMm = 2.5; // of echogenic tissue over a bone; with less it is the probe's face or the skin
constexpr double crestWidthMm = 0.15;
// Of the strong tissue's grey: more brightness is no more evidence, fascia across the beam has it too.
constexpr float brightest = 1.4F;
constexpr int lineAngles = 11;
constexpr double steepestDegrees = 60.0;
constexpr int lineSamples = 4; // to each side

FloatImage asFloat(const Mask& usable) {
  FloatImage out(usable.width, usable.height);
  for (std::size_t i = 0; i < usable.data.size(); ++i)
    out.data[i] = usable.data[i] != 0 ? 1.0F : 0.0F;
  return out;
}

FloatImage normalised(const BeamPicture& picture) {
  FloatImage out = smoothed(picture.grey, lateralSigmaMm / picture.lateralMm, axialSigmaMm / picture.axialMm);
  const GreyRange range = greyRange(out, picture.usable);
  const float scale = 1.0F / (range.strong - range.floor);
  for (float& v : out.data)
    v = std::clamp((v - range.floor) * scale, 0.0F, brightest);
  return out;
}

// Logistic regression on the crests of annotated real pictures; see tests/segmentation/tools for how it is fitted.
constexpr BoneFeatures weights{-3.486F, 3.222F,  3.527F,  1.861F,  1.794F, -1.433F, -1.926F, -0.532F,
                               -2.969F, -3.932F, -2.600F, -1.045F, 0.975F, -1.027F, 2.000F};

// Logistic regression on whole lines.
constexpr LineFeatures lineWeights{-5.836F, 0.863F, 3.238F, -8.983F, 1.344F, 1.462F};

} // namespace

struct BoneEvidence::Line {
  float on = 0;
  float below = 0;
  float above = 0;
  float angle = 0; ///< 0..1 of the steepest
};

BoneEvidence::BoneEvidence(const BeamPicture& picture)
    : picture_(picture)
    , in_(asFloat(picture.usable))
    , smooth_(normalised(picture)) {
  addUp();
  prepareLines();
}

int BoneEvidence::rows(double mm) const {
  return static_cast<int>(std::lround(mm / picture_.axialMm));
}

void BoneEvidence::addUp() {
  const int width = smooth_.width;
  const int height = smooth_.height;
  for (FloatImage* sums : {&counts_, &sums_, &texture_})
    *sums = FloatImage(width, height + 1);
  for (FloatImage* values : {&tissueAbove_, &strongestBelow_})
    *values = FloatImage(width, height);
  const int step = std::max(1, rows(0.2));
  const auto mm = static_cast<float>(picture_.axialMm);
  constexpr float echoFree = 0.08F; // gel and water stand-off are no tissue; bone always has some over it
  for (int y = 0; y < height; ++y) {
    const float* in = in_.row(y);
    const float* v = smooth_.row(y);
    const float* before = smooth_.row(std::max(0, y - step));
    const float* after = smooth_.row(std::min(height - 1, y + step));
    const auto next = [&](FloatImage& sums, const auto& value) {
      const float* from = sums.row(y);
      float* to = sums.row(y + 1);
      for (int x = 0; x < width; ++x)
        to[x] = from[x] + in[x] * value(x);
    };
    next(counts_, [](int) { return 1.0F; });
    next(sums_, [&](int x) { return v[x]; });
    next(texture_, [&](int x) { return std::abs(after[x] - before[x]); });
    if (y == 0)
      continue;
    const float* over = tissueAbove_.row(y - 1);
    float* tissue = tissueAbove_.row(y);
    for (int x = 0; x < width; ++x)
      tissue[x] = over[x] + (v[x] > echoFree ? mm * in[x] : 0.0F);
  }
  for (int y = height - 1; y >= 0; --y) {
    const float* in = in_.row(y);
    const float* v = smooth_.row(y);
    const float* under = strongestBelow_.row(std::min(y + 1, height - 1));
    float* out = strongestBelow_.row(y);
    for (int x = 0; x < width; ++x)
      out[x] = std::max(under[x], v[x] * in[x]);
  }
}

void BoneEvidence::prepareLines() {
  for (int k = 0; k < lineAngles; ++k) {
    const double degrees = steepestDegrees * (2.0 * k / (lineAngles - 1) - 1.0);
    const double radians = degrees * std::numbers::pi / 180.0;
    for (int s = -lineSamples; s <= lineSamples; ++s) {
      const double along = lineHalfMm * s / lineSamples;
      dx_.push_back(static_cast<int>(std::lround(along * std::cos(radians) / picture_.lateralMm)));
      dy_.push_back(static_cast<int>(std::lround(along * std::sin(radians) / picture_.axialMm)));
      offset_.push_back(static_cast<std::ptrdiff_t>(dy_.back()) * smooth_.width + dx_.back());
      reachX_ = std::max(reachX_, std::abs(dx_.back()));
      reachY_ = std::max(reachY_, std::abs(dy_.back()));
    }
  }
}

/// Mean over rows from..to (inclusive, clipped), drawn towards `prior` as if that had been seen `priorRows` times.
float BoneEvidence::mean(const FloatImage& sums, int x, int from, int to, float prior, float priorRows) const {
  const int a = std::clamp(from, 0, sums.height - 1);
  const int b = std::clamp(to + 1, a, sums.height - 1);
  const float sum = sums.at(x, b) - sums.at(x, a) + prior * priorRows;
  const float n = counts_.at(x, b) - counts_.at(x, a) + priorRows;
  return n > 0 ? sum / n : prior;
}

float BoneEvidence::count(int x, int from, int to) const {
  const int a = std::clamp(from, 0, counts_.height - 1);
  const int b = std::clamp(to + 1, a, counts_.height - 1);
  return counts_.at(x, b) - counts_.at(x, a);
}

float BoneEvidence::at(int x, int y) const {
  return smooth_.at(std::clamp(x, 0, smooth_.width - 1), std::clamp(y, 0, smooth_.height - 1));
}

float BoneEvidence::greyBelow(int column, int row, double fromMm, double toMm) const {
  return mean(sums_, column, row + rows(fromMm), row + rows(toMm), 0, 0);
}

/// `sample(i, down)`: grey at the i-th place of the pattern, moved down by that many rows.
template <typename Sample>
BoneEvidence::Line BoneEvidence::bestLine(const Sample& sample) const {
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

BoneEvidence::Line BoneEvidence::lineThrough(int x, int y) const {
  const int reachY = reachY_ + rows(besideLineMm);
  if (x >= reachX_ && x + reachX_ < smooth_.width && y >= reachY && y + reachY < smooth_.height) {
    const float* centre = smooth_.row(y) + x;
    const auto width = static_cast<std::ptrdiff_t>(smooth_.width);
    return bestLine([&](std::size_t i, int down) { return centre[offset_[i] + down * width]; });
  }
  return bestLine([&](std::size_t i, int down) { return at(x + dx_[i], y + dy_[i] + down); });
}

bool BoneEvidence::features(int x, int y, bool plausibleOnly, BoneFeatures& out) const {
  const float peak = smooth_.at(x, y);
  const auto few = static_cast<float>(rows(1.0)); // strength of the priors: one mm of beam
  const float near = mean(sums_, x, y + rows(nearFromMm), y + rows(nearToMm), 0.3F, 1.0F);
  const float tail = mean(sums_, x, y + rows(nearToMm), y + rows(tailToMm), near, few);
  const float above = mean(sums_, x, y - rows(aboveToMm), y - rows(nearFromMm), 0.4F, few);
  const float textureBelow = mean(texture_, x, y + rows(1.0), y + rows(6.0), 0.05F, few);
  const float textureAbove = mean(texture_, x, y - rows(aboveToMm), y - rows(nearFromMm), 0.08F, few);
  const float deepest = strongestBelow_.at(x, std::min(smooth_.height - 1, y + rows(1.2)));
  const float room = count(x, y + 1, y + rows(tailToMm)) / static_cast<float>(std::max(1, rows(tailToMm)));
  const float covered = std::min(1.0F, tissueAbove_.at(x, std::max(0, y - rows(0.4))) / 6.0F);
  out = {1.0F,
         peak,
         peak,
         0,
         0,
         near,
         tail,
         above,
         deepest,
         textureBelow * 5,
         textureAbove * 5,
         std::log((tail + 0.05F) / (above + 0.05F)),
         covered,
         room,
         0};
  if (plausibleOnly) {
    // A line through this crest is hardly brighter than the crest, and stands out by no more than its brightness.
    BoneFeatures hoped = out;
    hoped[2] = peak + 0.1F;
    hoped[3] = std::max(0.0F, peak - 0.5F * near);
    hoped[4] = 0.8F * peak;
    hoped[14] = 0.5F;
    if (boneLogOdds(hoped) < -1.5F)
      return false;
  }
  const Line line = lineThrough(x, y);
  out[2] = line.on;
  out[3] = line.on - line.below;
  out[4] = line.on - line.above;
  out[14] = line.angle;
  return true;
}

std::vector<BoneCandidate> BoneEvidence::candidates(bool plausibleOnly) const {
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
    for (int x = 0; x < width; ++x) {
      BoneCandidate candidate{x, y, {}};
      if (is[static_cast<std::size_t>(x)] != 0 && features(x, y, plausibleOnly, candidate.features))
        found.push_back(candidate);
    }
  }
  return found;
}

LineFeatures BoneEvidence::line(const std::vector<int>& path, int first, int last, float meanLogOdds) const {
  const auto few = static_cast<float>(rows(0.5));
  const int columns = last - first + 1;
  float above = 0;
  float textureBelow = 0;
  float room = 0;
  for (int x = first; x <= last; ++x) {
    const int y = path[static_cast<std::size_t>(x)];
    above += mean(sums_, x, y - rows(aboveToMm), y - rows(nearFromMm), 0.4F, few);
    textureBelow += mean(texture_, x, y + rows(1.0), y + rows(6.0), 0.05F, few);
    room += count(x, y + 1, y + rows(roomMm)) / static_cast<float>(std::max(1, rows(roomMm)));
  }
  const auto n = static_cast<float>(columns);
  const auto length = static_cast<float>(columns * picture_.lateralMm);
  return {1.0F, meanLogOdds, above / n, textureBelow / n * 5, std::log(std::max(0.5F, length)), room / n};
}

GreyRange greyRange(const FloatImage& grey, const Mask& usable) {
  std::array<int, 256> histogram{};
  int total = 0;
  const int step = grey.height >= 200 ? 2 : 1; // every other row of a large picture says as much
  for (int y = 0; y < grey.height; y += step) {
    const float* value = grey.row(y);
    const std::uint8_t* use = usable.row(y);
    for (int x = 0; x < grey.width; ++x) {
      if (use[x] == 0)
        continue;
      ++histogram[static_cast<std::size_t>(std::clamp(static_cast<int>(value[x]), 0, 255))];
      ++total;
    }
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
  return BoneEvidence(picture).candidates(false);
}

float boneLogOdds(const BoneFeatures& features) noexcept {
  float sum = 0;
  for (std::size_t i = 0; i < boneFeatureCount; ++i)
    sum += weights[i] * features[i];
  return std::clamp(sum, -logOddsCeiling, logOddsCeiling);
}

float lineLogOdds(const LineFeatures& features) noexcept {
  float sum = 0;
  for (std::size_t i = 0; i < lineFeatureCount; ++i)
    sum += lineWeights[i] * features[i];
  return sum;
}

std::vector<float> boneLogOddsColumns(const BeamPicture& picture, const BoneEvidence& evidence,
                                      const OtherEvidence& other) {
  const int height = picture.grey.height;
  std::vector<float> map(picture.grey.data.size(), logOddsFloor);
  const int reach = std::max(1, static_cast<int>(std::ceil(2.5 * crestWidthMm / picture.axialMm)));
  std::vector<float> fall;
  for (int k = 0; k <= reach; ++k) {
    const double d = k * picture.axialMm / crestWidthMm;
    fall.push_back(static_cast<float>(0.5 * d * d));
  }
  for (const BoneCandidate& c : evidence.candidates(true)) {
    const std::size_t top = static_cast<std::size_t>(c.column) * static_cast<std::size_t>(height);
    float odds = other.alone ? 0.0F : boneLogOdds(c.features);
    if (other.logOdds.size() == map.size())
      odds = std::clamp(odds + other.logOdds[top + static_cast<std::size_t>(c.row)], logOddsFloor, logOddsCeiling);
    float* column = map.data() + top;
    for (int y = std::max(0, c.row - reach); y <= std::min(height - 1, c.row + reach); ++y)
      column[y] = std::max(column[y], odds - fall[static_cast<std::size_t>(std::abs(y - c.row))]);
  }
  return map;
}

FloatImage boneLogOddsMap(const BeamPicture& picture) {
  FloatImage map(picture.grey.width, picture.grey.height, logOddsFloor);
  if (map.width < 3 || map.height < 3)
    return map;
  const std::vector<float> columns = boneLogOddsColumns(picture, BoneEvidence(picture));
  for (int y = 0; y < map.height; ++y)
    for (int x = 0; x < map.width; ++x)
      map.at(x, y) =
          columns[static_cast<std::size_t>(x) * static_cast<std::size_t>(map.height) + static_cast<std::size_t>(y)];
  return map;
}

} // namespace hipcuff::segmentation
