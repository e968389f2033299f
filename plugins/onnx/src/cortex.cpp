#include "cortex.h"

#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/facets.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace hipcuff::onnx {
namespace {

constexpr double shortestMm = 3.0;
constexpr double mostBackMm = 0.5;
constexpr double offLineMm = 4.0; // faces of a bone's line end no farther from it than 3.2 mm (built-in stage)
constexpr double aboveMm = 0.6;   // the crest of a bone's echo lies up to this below its interface, which models draw

float logit(float p) {
  return std::log(std::max(p, 1e-4F) / std::max(1 - p, 1e-4F));
}

/// The network's log-odds of the cortex on the working grid: at each place the largest from `aboveMm` over it on down
/// to it, as the search follows the crest.
FloatImage oddsOf(const ClassMaps& maps, const WorkingFrame& working) {
  const FloatImage& shares = maps.of(MapClass::cortex);
  const double step = maps.spacingMm;
  const int reach = static_cast<int>(std::lround(aboveMm / step));
  FloatImage own(shares.width, shares.height);
  std::transform(shares.data.begin(), shares.data.end(), own.data.begin(), logit);
  FloatImage odds = own;
  for (int y = 0; y < own.height; ++y)
    for (int k = 1; k <= std::min(reach, y); ++k)
      for (int x = 0; x < own.width; ++x)
        odds.at(x, y) = std::max(odds.at(x, y), own.at(x, y - k));
  FloatImage out(working.grey.width, working.grey.height);
  for (int y = 0; y < out.height; ++y) {
    const double row = std::clamp((y * working.gridMm - maps.originMm.y) / step, 0.0, odds.height - 1.0);
    const int y0 = static_cast<int>(row);
    const int y1 = std::min(y0 + 1, odds.height - 1);
    const auto ty = static_cast<float>(row - y0);
    for (int x = 0; x < out.width; ++x) {
      const double column = std::clamp((x * working.gridMm - maps.originMm.x) / step, 0.0, odds.width - 1.0);
      const int x0 = static_cast<int>(column);
      const int x1 = std::min(x0 + 1, odds.width - 1);
      const auto tx = static_cast<float>(column - x0);
      out.at(x, y) = (odds.at(x0, y0) * (1 - tx) + odds.at(x1, y0) * tx) * (1 - ty) +
                     (odds.at(x0, y1) * (1 - tx) + odds.at(x1, y1) * tx) * ty;
    }
  }
  return out;
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

/// HipCuff's search with the network's evidence in it, and what comes out of it made fit for a plugin.
class SearchedCortex final : public CortexSegmenter {
public:
  explicit SearchedCortex(BoneSurfaceSegmenter search)
      : search_(std::move(search)) {}
  [[nodiscard]] Cortex segment(const Frame& frame, const WorkingFrame& working) const override {
    Cortex cortex = search_.segment(frame, working);
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
  BoneSurfaceSegmenter search_;
};

BoneLogOdds evidenceOf(std::shared_ptr<const Mapper> mapper) {
  return [mapper = std::move(mapper)](const Frame& frame, const WorkingFrame& working) {
    return oddsOf(*mapper->maps(frame), working);
  };
}

} // namespace

std::shared_ptr<const CortexSegmenter> networkCortex(std::shared_ptr<const Mapper> mapper) {
  return std::make_shared<const SearchedCortex>(BoneSurfaceSegmenter::goingBy(evidenceOf(std::move(mapper))));
}

std::shared_ptr<const CortexSegmenter> hybridCortex(std::shared_ptr<const Mapper> mapper, double weight) {
  return std::make_shared<const SearchedCortex>(BoneSurfaceSegmenter(evidenceOf(std::move(mapper)), weight));
}

} // namespace hipcuff::onnx
