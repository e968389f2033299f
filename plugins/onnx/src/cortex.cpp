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
constexpr double columnMm = 0.2;
constexpr double rowMm = 0.1;
constexpr double steepest = 2.75; // 70 degrees
constexpr double pricePerMm = 0.6;
constexpr double switchPrice = 4.0;
constexpr float mostOdds = 3.0F;
constexpr double shortestMm = 3.0;
constexpr double centroidMm = 0.5; // either side of the path
constexpr double ridgeMm = 1.0;    // below the interface, at most
constexpr double alongSigmaMm = 0.4;

float logit(float p) {
  return std::log(std::max(p, 1e-6F) / std::max(1 - p, 1e-6F));
}

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
      , columns_(std::max(1, static_cast<int>((working.grey.width - 1) * working.gridMm / columnMm) + 1))
      , rows_(std::max(1, static_cast<int>((working.grey.height - 1) * working.gridMm / rowMm) + 1)) {}

  [[nodiscard]] std::vector<CortexSegment> segments() const {
    std::vector<float> rewards;
    rewards.reserve(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
    for (int x = 0; x < columns_; ++x)
      for (int y = 0; y < rows_; ++y)
        rewards.push_back(static_cast<float>(columnMm) * std::clamp(logit(share(x, y)), -mostOdds, mostOdds));
    PathCosts costs;
    costs.maxStep = static_cast<int>(std::ceil(steepest * columnMm / rowMm));
    costs.perRow = static_cast<float>(pricePerMm * rowMm);
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
        if (CortexSegment segment = traced(path, x, end); length(segment.interfaceMm) >= shortestMm)
          found.push_back(std::move(segment));
      x = std::max(end, x + 1);
    }
    return found;
  }

private:
  [[nodiscard]] float share(int x, int y) const { return maps_.at(MapClass::cortex, {x * columnMm, y * rowMm}); }

  [[nodiscard]] CortexSegment traced(const std::vector<int>& path, int first, int end) const {
    const int reach = static_cast<int>(std::lround(centroidMm / rowMm));
    std::vector<double> depth;
    double trust = 0;
    for (int x = first; x < end; ++x) {
      const int y = path[static_cast<std::size_t>(x)];
      double mass = 0;
      double moment = 0;
      for (int k = std::max(0, y - reach); k <= std::min(rows_ - 1, y + reach); ++k) {
        const double p = share(x, k);
        mass += p;
        moment += p * (k - y);
      }
      depth.push_back((y + (mass > 0 ? moment / mass : 0.0)) * rowMm);
      trust += share(x, y);
    }
    depth = smoothed(depth, alongSigmaMm / columnMm);
    std::vector<double> crest;
    for (std::size_t i = 0; i < depth.size(); ++i)
      crest.push_back(crestBelow(working_, {(first + static_cast<double>(i)) * columnMm, depth[i]}));
    crest = smoothed(crest, 2 * alongSigmaMm / columnMm); // it varies little along a bone
    CortexSegment segment;
    const double bottom = (working_.grey.height - 1) * working_.gridMm;
    for (std::size_t i = 0; i < depth.size(); ++i) {
      const double x = (first + static_cast<double>(i)) * columnMm;
      segment.interfaceMm.push_back({x, std::clamp(depth[i], 0.0, bottom)});
      segment.ridgeMm.push_back({x, std::clamp(depth[i] + crest[i], 0.0, bottom)});
    }
    segment.confidence = std::clamp(trust / (end - first), 0.0, 1.0);
    return segment;
  }

  const ClassMaps& maps_;
  const WorkingFrame& working_;
  int columns_;
  int rows_;
};

/// The map's log-odds on the working grid, at each place the largest from there to a little above it: the network draws
/// the interface, and the crest that the built-in stage follows lies up to this much deeper.
FloatImage oddsBelow(const ClassMaps& maps, const WorkingFrame& working) {
  constexpr double crestMm = 0.5;
  const int reach = static_cast<int>(std::lround(crestMm / working.gridMm));
  FloatImage odds(working.grey.width, working.grey.height);
  std::vector<float> column(static_cast<std::size_t>(odds.height));
  for (int x = 0; x < odds.width; ++x) {
    for (int y = 0; y < odds.height; ++y)
      column[static_cast<std::size_t>(y)] =
          maps.at(MapClass::cortex, working.toMm({static_cast<double>(x), static_cast<double>(y)}));
    for (int y = 0; y < odds.height; ++y)
      odds.at(x, y) = logit(*std::max_element(column.begin() + std::max(0, y - reach), column.begin() + y + 1));
  }
  return odds;
}

} // namespace

NetworkCortex::NetworkCortex(std::shared_ptr<const Mapper> mapper)
    : mapper_(std::move(mapper)) {}

Cortex NetworkCortex::segment(const Frame& frame, const WorkingFrame& working) const {
  Cortex cortex;
  const auto maps = mapper_->maps(frame);
  cortex.segments = Tracer(*maps, working).segments();
  for (std::size_t i = 0; i < cortex.segments.size(); ++i) {
    const std::vector<Facet> facets = splitFacets(cortex.segments[i].interfaceMm, i);
    cortex.facets.insert(cortex.facets.end(), facets.begin(), facets.end());
    cortex.confidence = std::max(cortex.confidence, cortex.segments[i].confidence);
  }
  cortex.trochanterLikeness = trochanterLikeness(cortex.facets);
  return cortex;
}

std::shared_ptr<const CortexSegmenter> hybridCortex(std::shared_ptr<const Mapper> mapper, double weight) {
  return std::make_shared<BoneSurfaceSegmenter>(
      [mapper = std::move(mapper)](const Frame& frame, const WorkingFrame& working) {
        return oddsBelow(*mapper->maps(frame), working);
      },
      weight);
}

} // namespace hipcuff::onnx
