#include "cortex.h"

#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/facets.h"
#include "hipcuff/segmentation/optimal_path.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace hipcuff::onnx {
namespace {

// The prices are those of the built-in stage (lib/segmentation): a line must earn 8 in log-odds times mm.
constexpr double finestColumnMm =
    0.2; // of the path's grid; coarser where the working grid is (a picture of absurd scale)
constexpr double finestRowMm = 0.1;
constexpr double steepest = 2.75; // 70 degrees
constexpr double pricePerMm = 0.6;
constexpr double switchPrice = 4.0;
constexpr float mostOdds = 3.0F;
constexpr double shortestMm = 3.0;
constexpr double centroidMm = 0.5; // either side of the path
// A network that is sure of a bone and not of its place within some tenths of a millimetre gives each pixel little and
// all of them together what a sure one gives: so what counts is the map's sum around a place, in lines of this width.
constexpr double lineMm = 0.6;
constexpr double aroundMm = 0.5;
constexpr float surest = 0.99F;
constexpr double ridgeMm = 1.0; // below the interface, at most
constexpr double alongSigmaMm = 0.4;
constexpr double mostBackMm = 0.5;
constexpr double offLineMm = 4.0; // faces of a bone's line end no farther from it than 3.2 mm (built-in stage)

float logit(float p) {
  return std::log(std::max(p, 1e-6F) / std::max(1 - p, 1e-6F));
}

/// Sums of the map down one column of points `stepMm` apart.
class ColumnSums {
public:
  ColumnSums(const ClassMaps& maps, double xMm, int rows, double stepMm)
      : rows_(rows)
      , stepMm_(stepMm)
      , sums_(static_cast<std::size_t>(rows) + 1) {
    for (int y = 0; y < rows; ++y)
      sums_[static_cast<std::size_t>(y) + 1] =
          sums_[static_cast<std::size_t>(y)] + maps.at(MapClass::cortex, {xMm, y * stepMm});
  }
  /// Probability that the line runs between so much above a row and so much below it.
  [[nodiscard]] float near(int row, double aboveMm, double belowMm) const {
    const auto from = static_cast<std::size_t>(std::max(0, row - static_cast<int>(std::lround(aboveMm / stepMm_))));
    const auto to =
        static_cast<std::size_t>(std::min(rows_, row + static_cast<int>(std::lround(belowMm / stepMm_)) + 1));
    return std::min(surest, static_cast<float>((sums_[to] - sums_[from]) * stepMm_ / lineMm));
  }

private:
  int rows_;
  double stepMm_;
  std::vector<double> sums_;
};

std::vector<double> smoothed(const std::vector<double>& values, double sigma) {
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  const int n = static_cast<int>(values.size());
  std::vector<double> out;
  for (int i = 0; i < n; ++i) {
    double sum = 0;
    double weights = 0;
    // As far on one side as on the other: a slope is not bent at the ends.
    const int here = std::min({reach, i, n - 1 - i});
    for (int k = -here; k <= here; ++k) {
      const double w = std::exp(-0.5 * k * k / (sigma * sigma));
      sum += w * values[static_cast<std::size_t>(i + k)];
      weights += w;
    }
    out.push_back(sum / weights);
  }
  return out;
}

double greyAt(const WorkingFrame& working, Point mm) {
  const Point at = working.toGrid(mm);
  const double x = std::clamp(at.x, 0.0, working.grey.width - 1.0);
  const double y = std::clamp(at.y, 0.0, working.grey.height - 1.0);
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, working.grey.width - 1);
  const int y1 = std::min(y0 + 1, working.grey.height - 1);
  const double tx = x - x0;
  const double ty = y - y0;
  const auto g = [&](int i, int j) { return static_cast<double>(working.grey.at(i, j)); };
  return (g(x0, y0) * (1 - tx) + g(x1, y0) * tx) * (1 - ty) + (g(x0, y1) * (1 - tx) + g(x1, y1) * tx) * ty;
}

/// mm from a point of the interface down to the crest of the echo.
double crestBelow(const WorkingFrame& working, Point mm) {
  constexpr double step = 0.05;
  double best = 0;
  double most = -1;
  for (int k = 0; k * step <= ridgeMm; ++k) {
    double grey = 0; // over 0.4 mm of the line: one speckle is no crest
    for (const double beside : {-0.2, -0.1, 0.0, 0.1, 0.2})
      grey += greyAt(working, {mm.x + beside, mm.y + k * step});
    if (grey > most) {
      most = grey;
      best = k * step;
    }
  }
  return best;
}

class Tracer {
public:
  Tracer(const ClassMaps& maps, const WorkingFrame& working)
      : maps_(maps)
      , working_(working)
      , columnMm_(std::max(finestColumnMm, 2 * working.gridMm))
      , rowMm_(std::max(finestRowMm, working.gridMm))
      , columns_(std::max(1, static_cast<int>((working.grey.width - 1) * working.gridMm / columnMm_) + 1))
      , rows_(std::max(1, static_cast<int>((working.grey.height - 1) * working.gridMm / rowMm_) + 1)) {}

  [[nodiscard]] std::vector<CortexSegment> segments() const {
    std::vector<float> rewards;
    rewards.reserve(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
    std::vector<float> near;
    near.reserve(rewards.capacity());
    for (int x = 0; x < columns_; ++x) {
      const ColumnSums sums(maps_, x * columnMm_, rows_, rowMm_);
      for (int y = 0; y < rows_; ++y) {
        near.push_back(sums.near(y, aroundMm, aroundMm));
        rewards.push_back(static_cast<float>(columnMm_) * std::clamp(logit(near.back()), -mostOdds, mostOdds));
      }
    }
    PathCosts costs;
    costs.maxStep = static_cast<int>(std::ceil(steepest * columnMm_ / rowMm_));
    costs.perRow = static_cast<float>(pricePerMm * rowMm_);
    costs.perSwitch = static_cast<float>(switchPrice);
    const std::vector<int> path = optimalPath(rewards, columns_, rows_, costs);
    std::vector<CortexSegment> found;
    for (int x = 0; x < columns_;) {
      int end = x;
      while (end < columns_ && path[static_cast<std::size_t>(end)] >= 0 &&
             (end == x ||
              std::abs(path[static_cast<std::size_t>(end)] - path[static_cast<std::size_t>(end) - 1]) <= costs.maxStep))
        ++end;
      if (end > x + 1)
        if (CortexSegment segment = traced(path, near, x, end); length(segment.interfaceMm) >= shortestMm)
          found.push_back(std::move(segment));
      x = std::max(end, x + 1);
    }
    return found;
  }

private:
  [[nodiscard]] float share(int x, int y) const { return maps_.at(MapClass::cortex, {x * columnMm_, y * rowMm_}); }

  /// Row of the map's middle near a row, to a fraction; moves there first, as the path may run anywhere within reach.
  [[nodiscard]] double centroid(int x, double row) const {
    const int reach = static_cast<int>(std::lround(centroidMm / rowMm_));
    for (int round = 0; round < 3; ++round) {
      const int y = static_cast<int>(std::lround(row));
      double mass = 0;
      double moment = 0;
      for (int k = std::max(0, y - reach); k <= std::min(rows_ - 1, y + reach); ++k) {
        mass += share(x, k);
        moment += share(x, k) * static_cast<float>(k);
      }
      if (mass > 0)
        row = moment / mass;
    }
    return row;
  }

  [[nodiscard]] CortexSegment traced(const std::vector<int>& path, const std::vector<float>& near, int first,
                                     int end) const {
    std::vector<double> depth;
    double trust = 0;
    for (int x = first; x < end; ++x) {
      const int y = path[static_cast<std::size_t>(x)];
      depth.push_back(centroid(x, y) * rowMm_);
      trust += near[static_cast<std::size_t>(x) * static_cast<std::size_t>(rows_) + static_cast<std::size_t>(y)];
    }
    depth = smoothed(depth, alongSigmaMm / columnMm_);
    std::vector<double> crest;
    for (std::size_t i = 0; i < depth.size(); ++i)
      crest.push_back(crestBelow(working_, {(first + static_cast<double>(i)) * columnMm_, depth[i]}));
    crest = smoothed(crest, 2 * alongSigmaMm / columnMm_); // it varies little along a bone
    CortexSegment segment;
    const double bottom = (working_.grey.height - 1) * working_.gridMm;
    for (std::size_t i = 0; i < depth.size(); ++i) {
      const double x = (first + static_cast<double>(i)) * columnMm_;
      segment.interfaceMm.push_back({x, std::clamp(depth[i], 0.0, bottom)});
      segment.ridgeMm.push_back({x, std::clamp(depth[i] + crest[i], 0.0, bottom)});
    }
    segment.confidence = std::clamp(trust / (end - first), 0.0, 1.0);
    return segment;
  }

  const ClassMaps& maps_;
  const WorkingFrame& working_;
  double columnMm_;
  double rowMm_;
  int columns_;
  int rows_;
};

/// What the map says of each place of the working grid, as log-odds over `neutral`. The network draws the interface,
/// and the crest that the built-in stage follows lies a little deeper.
FloatImage oddsOf(const ClassMaps& maps, const WorkingFrame& working) {
  constexpr double aboveMm = 0.8;
  constexpr double belowMm = 0.3;
  // Where the network says this, the built-in evidence decides alone. Of 0.03 (how rare bone is), 0.1 and 0.3 the one
  // that adds no false lines on simulated hips.
  constexpr float neutral = 0.3F;
  FloatImage odds(working.grey.width, working.grey.height);
  for (int x = 0; x < odds.width; ++x) {
    const ColumnSums sums(maps, x * working.gridMm, odds.height, working.gridMm);
    for (int y = 0; y < odds.height; ++y)
      odds.at(x, y) = logit(sums.near(y, aboveMm, belowMm)) - logit(neutral);
  }
  return odds;
}

/// Where a line is so wild that the smooth course through it leaves it far, its faces mean nothing.
void dropUnfitting(Cortex& cortex) {
  const auto unfitting = [&](const Facet& f) {
    const Polyline& line = cortex.segments[f.segment].interfaceMm;
    return distance(f.beginMm, line) > offLineMm || distance(f.endMm, line) > offLineMm;
  };
  if (std::erase_if(cortex.facets, unfitting) > 0)
    cortex.trochanterLikeness = trochanterLikeness(cortex.facets);
}

/// Lines run from left to right. One that was led back under a sector's steep beams is cut there.
std::vector<CortexSegment> leftToRight(const std::vector<CortexSegment>& segments) {
  std::vector<CortexSegment> out;
  for (const CortexSegment& s : segments) {
    CortexSegment piece;
    piece.confidence = s.confidence;
    double farthest = s.interfaceMm.front().x;
    const auto close = [&] {
      if (length(piece.interfaceMm) >= shortestMm)
        out.push_back(piece);
      piece.interfaceMm.clear();
      piece.ridgeMm.clear();
    };
    for (std::size_t i = 0; i < s.interfaceMm.size(); ++i) {
      const Point p = s.interfaceMm[i];
      if (p.x < farthest - mostBackMm) {
        close();
        farthest = p.x;
      }
      farthest = std::max(farthest, p.x);
      piece.interfaceMm.push_back(p);
      piece.ridgeMm.push_back(s.ridgeMm[i]);
    }
    close();
  }
  std::erase_if(out, [](const CortexSegment& s) { return s.interfaceMm.back().x <= s.interfaceMm.front().x; });
  return out;
}

void findFacets(Cortex& cortex) {
  cortex.facets.clear();
  cortex.confidence = 0;
  for (std::size_t i = 0; i < cortex.segments.size(); ++i) {
    const std::vector<Facet> facets = splitFacets(cortex.segments[i].interfaceMm, i);
    cortex.facets.insert(cortex.facets.end(), facets.begin(), facets.end());
    cortex.confidence = std::max(cortex.confidence, cortex.segments[i].confidence);
  }
  cortex.trochanterLikeness = trochanterLikeness(cortex.facets);
}

class HybridCortex final : public CortexSegmenter {
public:
  HybridCortex(std::shared_ptr<const Mapper> mapper, double weight)
      : both_([mapper = std::move(mapper)](
                  const Frame& frame, const WorkingFrame& working) { return oddsOf(*mapper->maps(frame), working); },
              weight) {}
  [[nodiscard]] Cortex segment(const Frame& frame, const WorkingFrame& working) const override {
    Cortex cortex = both_.segment(frame, working);
    std::vector<CortexSegment> pieces = leftToRight(cortex.segments);
    const auto alike = [](const CortexSegment& a, const CortexSegment& b) { return a.interfaceMm == b.interfaceMm; };
    if (!std::equal(pieces.begin(), pieces.end(), cortex.segments.begin(), cortex.segments.end(), alike)) {
      cortex.segments = std::move(pieces);
      findFacets(cortex);
    }
    dropUnfitting(cortex);
    return cortex;
  }

private:
  BoneSurfaceSegmenter both_;
};

} // namespace

NetworkCortex::NetworkCortex(std::shared_ptr<const Mapper> mapper)
    : mapper_(std::move(mapper)) {}

Cortex NetworkCortex::segment(const Frame& frame, const WorkingFrame& working) const {
  Cortex cortex;
  const auto maps = mapper_->maps(frame);
  cortex.segments = Tracer(*maps, working).segments();
  findFacets(cortex);
  dropUnfitting(cortex);
  return cortex;
}

std::shared_ptr<const CortexSegmenter> hybridCortex(std::shared_ptr<const Mapper> mapper, double weight) {
  return std::make_shared<const HybridCortex>(std::move(mapper), weight);
}

} // namespace hipcuff::onnx
