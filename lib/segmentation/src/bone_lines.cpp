#include "bone_lines.h"

#include "hipcuff/segmentation/optimal_path.h"
#include "smoothing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace hipcuff::segmentation {
namespace {

constexpr double steepest = 2.75;      // rows per column in mm/mm: 70 degrees against the beam's perpendicular
constexpr double pricePerMm = 0.6;     // per mm of travel along the beam
constexpr double longestBlindMm = 1.5; // of a line without a crest: farther apart, two lines are not one
constexpr float blindLogOdds = -1.5F;
constexpr double refusedReachMm = 0.6; // a refused line's crests are not looked at again
constexpr double shadowFromMm = 1.5;
constexpr double shadowToMm = 7.0;
constexpr double shadowShare = 0.45; // of the way from the line's own shadow to the tissue above it
constexpr int mostRounds = 3;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

class Search {
public:
  Search(const BeamGrid& beams, const BoneEvidence& evidence, const OtherEvidence& other)
      : beams_(beams)
      , evidence_(evidence)
      , height_(beams.grey.height)
      , odds_(boneLogOddsColumns({beams.grey, beams.usable, beams.lateralMm, beams.axialMm}, evidence, other))
      , alone_(other.alone) {
    rewards_ = odds_;
    // Neighbouring beams see the same echo: evidence counts per mm of surface, not per beam.
    for (float& v : rewards_)
      v *= static_cast<float>(beams.lateralMm);
  }

  [[nodiscard]] std::vector<BoneLine> lines(float leastLogOdds, double switchPrice) {
    PathCosts costs;
    costs.maxStep = std::clamp(static_cast<int>(std::ceil(steepest * beams_.lateralMm / beams_.axialMm)), 1, 8);
    costs.perRow = static_cast<float>(pricePerMm * beams_.axialMm);
    costs.perSwitch = static_cast<float>(switchPrice);
    std::vector<BoneLine> found;
    for (int round = 0; round < mostRounds; ++round) {
      const std::vector<int> path = optimalPath(rewards_, beams_.grey.width, height_, costs);
      bool refused = false;
      for (const auto& [from, to] : stretches(path, costs.maxStep)) {
        const auto [first, last] = withinShadow(path, from, to);
        BoneLine line = judged(path, first, last);
        const bool good = static_cast<double>(last - first) * beams_.lateralMm >= 0.5 * shortestBoneMm &&
                          lengthMm(path, first, last) >= shortestBoneMm && line.logOdds >= leastLogOdds;
        refused = refused || !good;
        good ? block(path, first, last) : forget(path, from, to);
        if (good)
          found.push_back(std::move(line));
      }
      if (!refused)
        break;
    }
    std::sort(found.begin(), found.end(), [](const BoneLine& a, const BoneLine& b) { return a.first < b.first; });
    return found;
  }

private:
  using Range = std::pair<int, int>;

  [[nodiscard]] float& reward(int x, int y) { return rewards_[index(x, y)]; }
  [[nodiscard]] std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(x) * static_cast<std::size_t>(height_) + static_cast<std::size_t>(y);
  }
  [[nodiscard]] double stepMm(const std::vector<int>& path, int x) const { // from column x - 1 to x
    const int by = path[static_cast<std::size_t>(x)] - path[static_cast<std::size_t>(x) - 1];
    return std::hypot(beams_.lateralMm, by * beams_.axialMm);
  }
  [[nodiscard]] double lengthMm(const std::vector<int>& path, int first, int last) const {
    double mm = 0;
    for (int x = first + 1; x <= last; ++x)
      mm += stepMm(path, x);
    return mm;
  }

  /// The path's unbroken stretches; one that leads from one echo to another over nothing is two.
  [[nodiscard]] std::vector<Range> stretches(const std::vector<int>& path, int maxStep) const {
    std::vector<Range> all;
    const int width = static_cast<int>(path.size());
    int first = -1;
    int seen = -1; // last column with a crest
    double blind = 0;
    const auto close = [&] {
      if (first >= 0 && seen > first)
        all.emplace_back(first, seen);
      first = -1;
    };
    for (int x = 0; x < width; ++x) {
      const int y = path[static_cast<std::size_t>(x)];
      const bool joined = first >= 0 && y >= 0 && std::abs(y - path[static_cast<std::size_t>(x) - 1]) <= maxStep;
      if (first >= 0 && !joined)
        close();
      if (y < 0)
        continue;
      const bool crest = odds_[index(x, y)] > blindLogOdds;
      if (first >= 0) {
        blind += stepMm(path, x);
        if (blind > longestBlindMm)
          close();
      }
      if (crest) {
        if (first < 0)
          first = x;
        seen = x;
        blind = 0;
      }
    }
    close();
    return all;
  }

  /// A fascia that leaves the bone's edge carries its line on over tissue: a line ends where its own shadow does.
  [[nodiscard]] Range withinShadow(const std::vector<int>& path, int first, int last) const {
    std::vector<double> below;
    std::vector<double> above;
    for (int x = first; x <= last; ++x) {
      const int y = path[static_cast<std::size_t>(x)];
      below.push_back(evidence_.greyBelow(x, y, shadowFromMm, shadowToMm));
      above.push_back(evidence_.greyBelow(x, y, -shadowToMm, -shadowFromMm));
    }
    const double shadow = median(below);
    const double tissue = median(above);
    if (tissue <= shadow || alone_)
      return {first, last};
    const double limit = shadow + shadowShare * (tissue - shadow);
    below = smoothed(below, 0.5 / beams_.lateralMm);
    auto begin = below.begin();
    auto end = below.end() - 1;
    for (; begin<end&& * begin> limit; ++begin)
      ++first;
    for (; end > begin && *end > limit; --end)
      --last;
    return {first, last};
  }

  [[nodiscard]] BoneLine judged(const std::vector<int>& path, int first, int last) const {
    BoneLine line;
    line.first = first;
    line.rows.assign(path.begin() + first, path.begin() + last + 1);
    double odds = 0;
    double trust = 0;
    for (int x = first; x <= last; ++x) {
      const float o = odds_[index(x, path[static_cast<std::size_t>(x)])];
      odds += o;
      trust += 1.0 / (1.0 + std::exp(-double(o)));
    }
    const int columns = last - first + 1;
    line.meanCrestOdds = static_cast<float>(trust / columns);
    line.features = evidence_.line(path, first, last, static_cast<float>(odds / columns));
    line.logOdds = alone_ ? static_cast<float>(odds / columns) : lineLogOdds(line.features);
    return line;
  }

  void block(const std::vector<int>&, int first, int last) {
    for (int x = first; x <= last; ++x)
      std::fill_n(rewards_.begin() + static_cast<std::ptrdiff_t>(index(x, 0)), height_, blocked());
  }
  void forget(const std::vector<int>& path, int first, int last) {
    const int reach = static_cast<int>(std::lround(refusedReachMm / beams_.axialMm));
    for (int x = first; x <= last; ++x) {
      const int y = path[static_cast<std::size_t>(x)];
      for (int k = std::max(0, y - reach); k <= std::min(height_ - 1, y + reach); ++k)
        reward(x, k) = blocked();
    }
  }
  [[nodiscard]] float blocked() const { return logOddsFloor * static_cast<float>(beams_.lateralMm); }

  const BeamGrid& beams_;
  const BoneEvidence& evidence_;
  int height_;
  std::vector<float> odds_;
  std::vector<float> rewards_;
  bool alone_;
};

} // namespace

std::vector<BoneLine> boneLines(const BeamGrid& beams, const BoneEvidence& evidence, float leastLogOdds,
                                double switchPrice, const OtherEvidence& other) {
  return Search(beams, evidence, other).lines(leastLogOdds, switchPrice);
}

} // namespace hipcuff::segmentation
