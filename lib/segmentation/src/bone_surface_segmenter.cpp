#include "hipcuff/segmentation/bone_surface_segmenter.h"

#include "beam_grid.h"
#include "bone_evidence.h"
#include "bone_lines.h"
#include "hipcuff/segmentation/facets.h"
#include "smoothing.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hipcuff {
namespace {

using segmentation::BeamGrid;
using segmentation::BoneLine;

constexpr double switchPrice = 4.0;   // a line must earn twice this: e.g. 3 mm at log-odds 2
constexpr float leastLogOdds = -0.6F; // of a line as a whole
constexpr double crestReachMm = 0.25; // the crest lies this near the path
constexpr double riseReachMm = 1.0;   // the leading edge lies this near the crest
constexpr double alongSigmaMm = 0.4;  // smoothing of the line along itself
// The bone lies where a pulse without length would be seen: past the steepest rise of its echo, before the crest. Of
// the way between them; measured on simulated hips (see docs/methods.md), alike from 4 to 14 MHz.
constexpr double interfaceShare = 0.27;

/// Row of the extremum of a parabola through three neighbours, within +-0.5.
double peakOffset(double before, double here, double after) {
  const double bend = before - 2 * here + after;
  return std::abs(bend) < 1e-9 ? 0.0 : std::clamp(0.5 * (before - after) / bend, -0.5, 0.5);
}

/// The picture near one line, smoothed as far as placing it needs: column i holds rows from top(i) on.
class Strip {
public:
  Strip(const BeamGrid& beams, const BoneLine& line, int reach)
      : reach_(reach) {
    const auto kx = segmentation::gaussianKernel(0.2 / beams.lateralMm);
    const auto ky = segmentation::gaussianKernel(0.1 / beams.axialMm);
    const int rx = static_cast<int>(kx.size() / 2);
    const int ry = static_cast<int>(ky.size() / 2);
    const FloatImage& grey = beams.grey;
    std::vector<float> tall(static_cast<std::size_t>(2 * (reach + ry) + 1));
    for (std::size_t i = 0; i < line.rows.size(); ++i) {
      const int x = line.first + static_cast<int>(i);
      std::fill(tall.begin(), tall.end(), 0.0F);
      for (std::size_t r = 0; r < tall.size(); ++r) {
        const float* row = grey.row(std::clamp(line.rows[i] - reach - ry + static_cast<int>(r), 0, grey.height - 1));
        for (int k = -rx; k <= rx; ++k)
          tall[r] += kx[static_cast<std::size_t>(k + rx)] * row[std::clamp(x + k, 0, grey.width - 1)];
      }
      std::vector<float> column(static_cast<std::size_t>(2 * reach + 1), 0.0F);
      for (std::size_t r = 0; r < column.size(); ++r)
        for (std::size_t k = 0; k < ky.size(); ++k)
          column[r] += ky[k] * tall[r + k];
      columns_.push_back(std::move(column));
    }
  }
  /// Grey of the i-th column at `off` rows from the line's row, off within +-reach.
  [[nodiscard]] double at(std::size_t i, int off) const {
    return columns_[i][static_cast<std::size_t>(std::clamp(off + reach_, 0, 2 * reach_))];
  }
  [[nodiscard]] int reach() const noexcept { return reach_; }

private:
  int reach_;
  std::vector<std::vector<float>> columns_;
};

/// The crest nearest to the line: highest point within reach, in rows from the line's, to a fraction of a row.
double crestOff(const Strip& strip, std::size_t i, int reach) {
  int best = 0;
  for (int off = -reach; off <= reach; ++off)
    if (strip.at(i, off) > strip.at(i, best))
      best = off;
  return best + peakOffset(strip.at(i, best - 1), strip.at(i, best), strip.at(i, best + 1));
}

/// The steepest rise on the crest's superficial side.
double riseOff(const Strip& strip, std::size_t i, double crest, int reach) {
  const auto rise = [&](int off) { return strip.at(i, off + 1) - strip.at(i, off - 1); };
  const int top = static_cast<int>(std::floor(crest));
  int best = top;
  double most = -1;
  for (int off = top; off >= std::max(top - reach, 2 - strip.reach()); --off) {
    if (rise(off) <= 0 && most > 0)
      break; // over the valley: what is above belongs to another echo
    if (rise(off) > most) {
      most = rise(off);
      best = off;
    }
  }
  if (most <= 0)
    return crest;
  return std::min(crest, best + peakOffset(rise(best - 1), rise(best), rise(best + 1)));
}

CortexSegment traced(const BeamGrid& beams, const BoneLine& line) {
  const int reach = std::max(1, static_cast<int>(std::lround(crestReachMm / beams.axialMm)));
  const int rise = std::max(2, static_cast<int>(std::lround(riseReachMm / beams.axialMm)));
  const Strip strip(beams, line, reach + rise + 3);
  std::vector<double> crests;
  std::vector<double> lead; // crest - rise, smoothed apart: it varies little along a bone
  for (std::size_t i = 0; i < line.rows.size(); ++i) {
    const double crest = crestOff(strip, i, reach);
    crests.push_back(line.rows[i] + crest);
    lead.push_back((1 - interfaceShare) * (crest - riseOff(strip, i, crest, rise)));
  }
  const double sigma = alongSigmaMm / beams.lateralMm;
  crests = segmentation::smoothed(crests, sigma);
  lead = segmentation::smoothed(lead, 2 * sigma);
  CortexSegment segment;
  for (std::size_t i = 0; i < crests.size(); ++i) {
    const double column = line.first + static_cast<double>(i);
    segment.ridgeMm.push_back(beams.toMm(column, crests[i]));
    segment.interfaceMm.push_back(beams.toMm(column, crests[i] - lead[i]));
  }
  segment.confidence = 1.0 / (1.0 + std::exp(-double(line.logOdds)));
  return segment;
}

/// The map where the beams' points lie, column by column; 0 outside of the picture.
std::vector<float> alongBeams(const FloatImage& map, const BeamGrid& beams, const WorkingFrame& working,
                              double weight) {
  if (map.width != working.grey.width || map.height != working.grey.height)
    throw std::invalid_argument("a map of bone log-odds must have the working grid's size");
  std::vector<float> columns;
  columns.reserve(beams.grey.data.size());
  const float most = segmentation::logOddsCeiling;
  for (int x = 0; x < beams.grey.width; ++x)
    for (int y = 0; y < beams.grey.height; ++y) {
      const Point at = working.toGrid(beams.toMm(x, y));
      const auto i = static_cast<int>(std::floor(at.x));
      const auto j = static_cast<int>(std::floor(at.y));
      if (i < 0 || j < 0 || at.x > map.width - 1 || at.y > map.height - 1) {
        columns.push_back(0.0F);
        continue;
      }
      const int i1 = std::min(i + 1, map.width - 1);
      const int j1 = std::min(j + 1, map.height - 1);
      const auto tx = static_cast<float>(at.x - i);
      const auto ty = static_cast<float>(at.y - j);
      const float above = map.at(i, j) * (1 - tx) + map.at(i1, j) * tx;
      const float below = map.at(i, j1) * (1 - tx) + map.at(i1, j1) * tx;
      columns.push_back(static_cast<float>(weight) * std::clamp(above * (1 - ty) + below * ty, -most, most));
    }
  return columns;
}

} // namespace

BoneSurfaceSegmenter::BoneSurfaceSegmenter(BoneLogOdds also, double weight)
    : also_(std::move(also))
    , weight_(weight) {}

BoneSurfaceSegmenter BoneSurfaceSegmenter::goingBy(BoneLogOdds evidence) {
  BoneSurfaceSegmenter segmenter(std::move(evidence), 1);
  segmenter.alone_ = true;
  return segmenter;
}

Cortex BoneSurfaceSegmenter::segment(const Frame& frame, const WorkingFrame& working) const {
  Cortex cortex;
  if (working.grey.width < 8 || working.grey.height < 8)
    return cortex;
  const BeamGrid beams = segmentation::makeBeamGrid(frame, working);
  const segmentation::BoneEvidence evidence({beams.grey, beams.usable, beams.lateralMm, beams.axialMm});
  const segmentation::OtherEvidence other{
      also_ ? alongBeams(also_(frame, working), beams, working, weight_) : std::vector<float>{}, alone_};
  for (const BoneLine& line : segmentation::boneLines(beams, evidence, leastLogOdds, switchPrice, other))
    cortex.segments.push_back(traced(beams, line));
  for (std::size_t i = 0; i < cortex.segments.size(); ++i) {
    const std::vector<Facet> facets = splitFacets(cortex.segments[i].interfaceMm, i);
    cortex.facets.insert(cortex.facets.end(), facets.begin(), facets.end());
    cortex.confidence = std::max(cortex.confidence, cortex.segments[i].confidence);
  }
  cortex.trochanterLikeness = trochanterLikeness(cortex.facets);
  return cortex;
}

} // namespace hipcuff
