#include "hipcuff/segmentation/layer_tendon_segmenter.h"

#include "hipcuff/segmentation/tendon_line.h"
#include "tissue_classifier.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace hipcuff {
namespace {

using segmentation::TissueFootprint;
using segmentation::TissueLayout;

constexpr std::size_t mostLines = 2;
constexpr double supportInferred = 0.2; // less of a step than this across the border: it was bridged there
constexpr double fluidFromMm = 0.45;    // above the cortex's own echo
constexpr double leastFluidMm = 0.6;
constexpr double leastFluidLengthMm = 3.0;
constexpr double evidenceForTrustMm = 8.0; // log-odds times mm: 4 mm of footprint without a doubt
constexpr double evidenceWithoutDoubtMm = 20.0;

struct Candidate {
  TissueLayout layout;
  std::shared_ptr<const TissueBand> band;
  TissueFootprint footprint;
};

void read(const TissueReading& reading, const Frame& frame, const WorkingFrame& working, TissueBand& band) {
  const int width = band.probability.front().width;
  const int height = band.probability.front().height;
  reading(frame, working, band);
  const auto fits = [&](const FloatImage& plane) {
    return plane.width == width && plane.height == height &&
           plane.data.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  };
  if (band.probability.size() != tissueClassCount ||
      !std::all_of(band.probability.begin(), band.probability.end(), fits) ||
      band.baseMm.size() != static_cast<std::size_t>(width) || band.normals.size() != static_cast<std::size_t>(width))
    throw std::invalid_argument("a reading of the tissue must leave the band's size as it is");
}

/// The line of bone and the stretch of it that most clearly carry the tendon.
std::optional<Candidate> bestCandidate(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                                       std::optional<View> view, const TissueReading& reading) {
  std::optional<Candidate> best;
  for (TissueLayout& layout : segmentation::tissueLayouts(frame, cortex, mostLines)) {
    auto band = std::make_shared<TissueBand>(segmentation::classifyTissue(frame, working, layout, view));
    if (reading)
      read(reading, frame, working, *band);
    auto footprint = segmentation::footprintIn(*band, layout, view);
    if (footprint && (!best || footprint->evidence > best->footprint.evidence))
      best = Candidate{std::move(layout), std::move(band), std::move(*footprint)};
    if (best && best->footprint.evidence >= evidenceWithoutDoubtMm)
      break; // the best line carries a tendon: the next one costs as much again and would not win
  }
  return best;
}

/// Height of the fluid under the tendon at each column of the footprint; 0 where there is none.
std::vector<double> fluidUnder(const TissueBand& band, const TissueFootprint& footprint) {
  std::vector<double> heights(footprint.heightMm.size(), 0.0);
  const FloatImage& fluid = band.of(TissueClass::fluid);
  const int from = static_cast<int>(std::lround(band.rowAt(fluidFromMm)));
  for (std::size_t i = 0; i < heights.size(); ++i) {
    int y = from;
    while (y < fluid.height && fluid.at(static_cast<int>(footprint.first + i), y) > 0.5F)
      ++y;
    const double top = band.heightMm(y - 0.5);
    if (top >= leastFluidMm && top < footprint.heightMm[i])
      heights[i] = top;
  }
  const auto shortest = static_cast<std::size_t>(leastFluidLengthMm / band.stepMm);
  for (std::size_t a = 0; a < heights.size();) {
    std::size_t b = a;
    while (b < heights.size() && heights[b] > 0)
      ++b;
    if (b - a < shortest)
      std::fill(heights.begin() + static_cast<std::ptrdiff_t>(a), heights.begin() + static_cast<std::ptrdiff_t>(b),
                0.0);
    a = b + 1;
  }
  return heights;
}

std::vector<double> anglesOver(const Frame& frame, const TissueBand& band, const TissueFootprint& footprint) {
  const auto first = static_cast<std::ptrdiff_t>(footprint.first);
  const auto last = first + static_cast<std::ptrdiff_t>(footprint.heightMm.size());
  return fibreAngles(frame, {band.baseMm.begin() + first, band.baseMm.begin() + last},
                     {band.normals.begin() + first, band.normals.begin() + last}, footprint.heightMm);
}

} // namespace

LayerTendonSegmenter::LayerTendonSegmenter(TissueReading reading)
    : reading_(std::move(reading)) {}

Tendon LayerTendonSegmenter::segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                                     std::optional<View> view) const {
  Tendon tendon;
  const auto found = bestCandidate(frame, working, cortex, view, reading_);
  if (!found)
    return tendon;
  const TissueBand& band = *found->band;
  const TissueFootprint& footprint = found->footprint;
  const std::vector<double> fluid = fluidUnder(band, footprint);
  std::vector<double> angles;
  if (view.value_or(View::longAxis) == View::longAxis) // across, the fibres run through the picture: no angle
    angles = anglesOver(frame, band, footprint);
  const std::size_t columns = footprint.heightMm.size();
  for (std::size_t k = 0; k < columns; ++k) {
    const std::size_t i = footprint.arrivesFromLeft ? k : columns - 1 - k;
    TendonStation station;
    station.column = footprint.first + i;
    station.positionMm = static_cast<double>(k) * band.stepMm;
    station.cortexMm = band.baseMm[station.column];
    station.normal = band.normals[station.column];
    station.superficialMm = station.cortexMm + station.normal * footprint.heightMm[i];
    station.deepMm = station.cortexMm + station.normal * fluid[i];
    station.superficialInferred = footprint.support[i] < supportInferred;
    station.sdMm = footprint.sdMm[i];
    station.confidence = std::clamp(footprint.support[i], 0.0, 1.0) * found->layout.confidence;
    if (!angles.empty())
      station.fibreAngleDeg = angles[i];
    tendon.stations.push_back(station);
  }
  tendon.arrivesFromLeft = footprint.arrivesFromLeft;
  tendon.tissue = found->band;
  tendon.confidence = std::sqrt(found->layout.confidence * footprint.certainty) *
                      (1 - std::exp(-footprint.evidence / evidenceForTrustMm));
  if (tendon.confidence < leastTendonConfidence)
    return {};
  return tendon;
}

} // namespace hipcuff
