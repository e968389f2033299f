#include "tissue.h"

#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/tendon_line.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <utility>

namespace hipcuff::onnx {
namespace {

using Shares = std::array<float, tissueClassCount>;

constexpr float least = 1e-6F; // what a class keeps where nothing speaks for it

float& of(Shares& shares, TissueClass c) {
  return shares[static_cast<std::size_t>(c)];
}

/// Gives these classes `wanted` together, in the ratio that they had.
void share(Shares& shares, std::initializer_list<TissueClass> group, float wanted) {
  float sum = 0;
  for (const TissueClass c : group)
    sum += of(shares, c) + least;
  for (const TissueClass c : group)
    of(shares, c) = (of(shares, c) + least) / sum * wanted;
}

float logit(float p) {
  return std::log(std::max(p, least) / std::max(1 - p, least));
}

/// One probability from two.
float told(Word word, float before, float network, double weight) {
  if (word == Word::before)
    return before;
  if (word == Word::network)
    return network;
  return 1 / (1 + std::exp(-logit(before) - static_cast<float>(weight) * logit(network)));
}

void reassignPlace(const ClassMaps& maps, TissueUse use, Point mm, Shares& shares) {
  using enum TissueClass;
  const float intact = maps.at(MapClass::tendon, mm);
  const float torn = maps.at(MapClass::discontinuity, mm);
  const float rest = maps.at(MapClass::other, mm) + maps.at(MapClass::cortex, mm);
  const float insideBefore = of(shares, tendon) + of(shares, degenerated) + of(shares, tear);
  const float tornBefore = of(shares, tear) / std::max(least, insideBefore);
  // Sigmoid maps need not sum to 1; a model without tendon says torn or not of what is tendon to the band.
  const float insideNetwork = (intact + torn) / std::max(least, intact + torn + rest);
  const float tornNetwork = maps.hasTendon ? torn / std::max(least, intact + torn) : torn;
  const float inside = told(use.tendon, insideBefore, insideNetwork, use.weight);
  const float ratio = told(use.tears, tornBefore, tornNetwork, use.weight);
  share(shares, {tendon, degenerated}, inside * (1 - ratio));
  of(shares, tear) = inside * ratio;
  share(shares, {other, fluid, bone, freeTendon}, 1 - inside);
}

/// A band that knows nothing but tendon below the border and other tissue above it, a column for each station.
TissueBand bandOf(Tendon& found) {
  TissueBand band;
  band.stepMm = stationStepMm;
  double thickest = 0;
  for (const TendonStation& s : found.stations)
    thickest = std::max(thickest, distance(s.cortexMm, s.superficialMm));
  const auto columns = static_cast<int>(found.stations.size());
  const int rows = static_cast<int>(std::ceil(band.rowAt(thickest + 1.5))) + 1;
  band.probability.assign(tissueClassCount, FloatImage(columns, rows));
  for (std::size_t i = 0; i < found.stations.size(); ++i) // columns run left to right
    found.stations[i].column = found.arrivesFromLeft ? i : found.stations.size() - 1 - i;
  band.baseMm.resize(found.stations.size());
  band.normals.resize(found.stations.size());
  for (const TendonStation& s : found.stations) {
    band.baseMm[s.column] = s.cortexMm;
    band.normals[s.column] = s.normal;
    for (int y = 0; y < rows; ++y) {
      const double height = band.heightMm(y);
      const TissueClass c = height < 0                                        ? TissueClass::bone
                            : height <= distance(s.cortexMm, s.superficialMm) ? TissueClass::tendon
                                                                              : TissueClass::other;
      band.probability[static_cast<std::size_t>(c)].at(static_cast<int>(s.column), y) = 1;
    }
  }
  return band;
}

/// How far one may go from a point before leaving the picture.
double reach(const Frame& frame, Point from, Point direction) {
  double most = 1e9;
  const auto side = [&](double at, double by, double last) {
    if (by > 1e-9)
      most = std::min(most, (last - at) / by);
    else if (by < -1e-9)
      most = std::min(most, -at / by);
  };
  side(from.x, direction.x, frame.widthMm());
  side(from.y, direction.y, frame.heightMm());
  return std::max(0.0, most);
}

/// A network may call everything tendon up to the picture's edge: the border ends there, unseen.
void keepInside(const Frame& frame, Tendon& tendon) {
  for (TendonStation& s : tendon.stations) {
    const double most = reach(frame, s.cortexMm, s.normal);
    if (distance(s.cortexMm, s.superficialMm) <= most)
      continue;
    s.superficialMm = s.cortexMm + s.normal * most;
    s.superficialInferred = true;
    if (distance(s.cortexMm, s.deepMm) > most)
      s.deepMm = s.cortexMm;
  }
}

class NetworkTendon final : public TendonSegmenter {
public:
  NetworkTendon(std::shared_ptr<const Mapper> mapper, TissueUse use)
      : reading_([mapper = std::move(mapper), use](const Frame& frame, const WorkingFrame&, TissueBand& band) {
        reassign(*mapper->maps(frame), use, band);
      }) {}

  [[nodiscard]] Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                               std::optional<View> view) const override {
    Tendon tendon = reading_.segment(frame, working, cortex, view);
    keepInside(frame, tendon);
    return tendon;
  }

private:
  LayerTendonSegmenter reading_;
};

class WithTears final : public TendonSegmenter {
public:
  WithTears(std::shared_ptr<const Mapper> mapper, std::shared_ptr<const TendonSegmenter> before, TissueUse use)
      : mapper_(std::move(mapper))
      , before_(std::move(before))
      , use_(use) {}

  [[nodiscard]] Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                               std::optional<View> view) const override {
    Tendon found = before_->segment(frame, working, cortex, view);
    if (!found.found())
      return found;
    auto band = std::make_shared<TissueBand>(found.tissue ? *found.tissue : bandOf(found));
    TissueUse use = use_;
    if (!found.tissue && use.tears == Word::hybrid)
      use.tears = Word::network; // nobody else said anything
    reassign(*mapper_->maps(frame), use, *band);
    found.tissue = std::move(band);
    return found;
  }

private:
  std::shared_ptr<const Mapper> mapper_;
  std::shared_ptr<const TendonSegmenter> before_;
  TissueUse use_;
};

} // namespace

void reassign(const ClassMaps& maps, TissueUse use, TissueBand& band) {
  for (int x = 0; x < band.probability.front().width; ++x) {
    const auto column = static_cast<std::size_t>(x);
    for (int y = 0; y < band.probability.front().height; ++y) {
      const Point mm = band.baseMm[column] + band.normals[column] * band.heightMm(y);
      if (!maps.covers(mm))
        continue;
      Shares shares{};
      for (std::size_t c = 0; c < tissueClassCount; ++c)
        shares[c] = band.probability[c].at(x, y);
      reassignPlace(maps, use, mm, shares);
      float sum = 0;
      for (const float v : shares)
        sum += v;
      for (std::size_t c = 0; c < tissueClassCount; ++c)
        band.probability[c].at(x, y) = shares[c] / sum;
    }
  }
}

std::shared_ptr<const TendonSegmenter> networkTendon(std::shared_ptr<const Mapper> mapper, TissueUse use) {
  return std::make_shared<const NetworkTendon>(std::move(mapper), use);
}

std::shared_ptr<const TendonSegmenter> withTears(std::shared_ptr<const Mapper> mapper,
                                                 std::shared_ptr<const TendonSegmenter> before, TissueUse use) {
  return std::make_shared<WithTears>(std::move(mapper), std::move(before), use);
}

} // namespace hipcuff::onnx
