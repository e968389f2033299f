// Cortex and tendon on simulated hips, measured: seeds for tuning, other seeds for testing, and other seeds of a
// population moved away from the one that was tuned on (see shifted()). HIPCUFF_HIPS sets the number per group,
// HIPCUFF_OVERLAYS=FOLDER draws the worst (true borders green, found cyan and orange).
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "hips.h"
#include "pictures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

namespace hipcuff {
namespace {

struct Result {
  double cortexMm = 0;     ///< mean distance of the found interface from the true one
  double cortexBias = 0;   ///< along the normal, positive = too near the skin
  double cortexRecall = 0; ///< of the true facet within 0.5 mm
  double borderMm = 0;     ///< mean distance of the found superficial border from the true one
  double thicknessMae = 0;
  double thicknessBias = 0;
  double coverage = 0; ///< of the true footprint outside gaps
  double excessMm = 0; ///< found beyond the true footprint
  double angleMae = 0;
  double sdRatio = 0; ///< rms of error / sd
  double confidence = 0;
  bool found = false;
  bool rightSide = true;
  bool failed = true;
};

Result measured(const testing::SimulatedHip& hip) {
  Result r;
  const WorkingFrame working = makeWorkingFrame(hip.frame);
  const Cortex cortex = BoneSurfaceSegmenter().segment(hip.frame, working);
  const Tendon tendon = LayerTendonSegmenter().segment(hip.frame, working, cortex, hip.view);
  int n = 0;
  for (const CortexSegment& segment : cortex.segments)
    for (const Point p : resampled(segment.interfaceMm, 0.25)) {
      r.cortexMm += distance(p, hip.truth.cortex.mm);
      ++n;
    }
  r.cortexMm /= std::max(1, n);
  int hits = 0;
  int hitCount = 0;
  for (const phantom::TruthStation& t : hip.truth.stations)
    for (const CortexSegment& segment : cortex.segments)
      if (distance(t.cortexMm, segment.interfaceMm) < 0.5) {
        ++hits;
        if (const auto h = rayHit(t.cortexMm + t.normal * -1.0, t.normal, segment.interfaceMm)) {
          r.cortexBias += *h - 1.0;
          ++hitCount;
        }
        break;
      }
  r.cortexRecall = hip.truth.stations.empty() ? 0 : double(hits) / double(hip.truth.stations.size());
  r.cortexBias /= std::max(1, hitCount);
  r.found = tendon.found();
  r.confidence = tendon.confidence;
  if (!r.found)
    return r;
  r.rightSide = hip.view == View::shortAxis || tendon.arrivesFromLeft == hip.truth.arrivesFromLeft;
  int matched = 0;
  int angles = 0;
  double squares = 0;
  for (const TendonStation& s : tendon.stations) {
    const phantom::TruthStation* nearest = nullptr;
    double best = 0.8;
    for (const phantom::TruthStation& t : hip.truth.stations)
      if (distance(t.cortexMm, s.cortexMm) < best) {
        best = distance(t.cortexMm, s.cortexMm);
        nearest = &t;
      }
    if (nearest == nullptr) {
      r.excessMm += 0.25;
      continue;
    }
    if (nearest->inGap)
      continue;
    const double error = distance(s.superficialMm, s.cortexMm) - nearest->thicknessMm;
    r.thicknessMae += std::abs(error);
    r.thicknessBias += error;
    squares += error * error / (s.sdMm * s.sdMm);
    r.borderMm += distance(s.superficialMm, hip.truth.superficial.mm);
    if (s.fibreAngleDeg) {
      r.angleMae += std::abs(std::abs(*s.fibreAngleDeg) - std::abs(nearest->fibreAngleDeg));
      ++angles;
    }
    ++matched;
  }
  r.thicknessMae /= std::max(1, matched);
  r.thicknessBias /= std::max(1, matched);
  r.borderMm /= std::max(1, matched);
  r.angleMae /= std::max(1, angles);
  r.sdRatio = std::sqrt(squares / std::max(1, matched));
  int covered = 0;
  int total = 0;
  for (const phantom::TruthStation& t : hip.truth.stations) {
    if (t.inGap)
      continue;
    ++total;
    covered += std::any_of(tendon.stations.begin(), tendon.stations.end(),
                           [&](const TendonStation& s) { return distance(t.cortexMm, s.cortexMm) < 0.8; })
                   ? 1
                   : 0;
  }
  r.coverage = total > 0 ? double(covered) / total : 1.0;
  const bool nothingToMeasure = total == 0;
  r.failed = !r.rightSide || (!nothingToMeasure && (r.coverage < 0.5 || r.thicknessMae > 1.5));
  return r;
}

struct Summary {
  int hips = 0;
  double cortexMm = 0, cortexBias = 0, cortexRecall = 0, borderMm = 0, thicknessMae = 0, thicknessBias = 0;
  double coverage = 0, excessMm = 0, angleMae = 0, sdRatio = 0, failureRate = 0, wrongSide = 0, missed = 0;
};

Summary summarised(const std::string& name, const std::vector<Result>& results) {
  Summary s;
  s.hips = int(results.size());
  const double share = 1.0 / std::max<std::size_t>(1, results.size());
  double found = 0;
  for (const Result& r : results) {
    s.cortexMm += r.cortexMm * share;
    s.cortexBias += r.cortexBias * share;
    s.cortexRecall += r.cortexRecall * share;
    s.failureRate += (r.failed ? 1 : 0) * share;
    s.wrongSide += (r.rightSide ? 0 : 1) * share;
    s.missed += (r.found ? 0 : 1) * share;
    if (!r.found || !r.rightSide)
      continue;
    found += 1;
    s.borderMm += r.borderMm;
    s.thicknessMae += r.thicknessMae;
    s.thicknessBias += r.thicknessBias;
    s.coverage += r.coverage;
    s.excessMm += r.excessMm;
    s.angleMae += r.angleMae;
    s.sdRatio += r.sdRatio;
  }
  for (double* v : {&s.borderMm, &s.thicknessMae, &s.thicknessBias, &s.coverage, &s.excessMm, &s.angleMae, &s.sdRatio})
    *v /= std::max(1.0, found);
  std::cout << std::fixed << std::setprecision(3) << name << ": hips " << s.hips << "  cortex mm " << s.cortexMm
            << " bias " << s.cortexBias << " recall@0.5 " << s.cortexRecall << "  border mm " << s.borderMm
            << "  thickness MAE " << s.thicknessMae << " bias " << s.thicknessBias << "  coverage " << s.coverage
            << " excess mm " << s.excessMm << "  angle " << s.angleMae << "  error/sd " << s.sdRatio << "  failures "
            << s.failureRate << " (missed " << s.missed << ", wrong side " << s.wrongSide << ")\n";
  return s;
}

int hipsPerGroup() {
  const char* n = std::getenv("HIPCUFF_HIPS");
  return n != nullptr ? std::max(1, std::atoi(n)) : 48;
}

Summary group(const std::string& name, std::uint64_t firstSeed, View view) {
  std::vector<Result> results;
  const char* folder = std::getenv("HIPCUFF_OVERLAYS");
  const bool verbose = std::getenv("HIPCUFF_VERBOSE") != nullptr;
  for (int i = 0; i < hipsPerGroup(); ++i) {
    const std::uint64_t seed = firstSeed + static_cast<std::uint64_t>(i);
    phantom::RecipeWishes wishes;
    wishes.view = view;
    wishes.confounder = phantom::Confounder::none;
    testing::SimulatedHip hip = testing::simulatedHip(seed, wishes);
    const Result r = measured(hip);
    results.push_back(r);
    if (verbose)
      std::cout << seed << ' ' << phantom::toString(hip.truth.pathology) << (r.failed ? " FAILED" : "") << " conf "
                << r.confidence << " cortex " << r.cortexMm << ' ' << r.cortexRecall << " MAE " << r.thicknessMae
                << " bias " << r.thicknessBias << " cov " << r.coverage << " excess " << r.excessMm << " angle "
                << r.angleMae << (r.rightSide ? "" : " WRONG SIDE") << '\n';
    if (folder != nullptr && (r.failed || r.thicknessMae > 0.8)) {
      const WorkingFrame working = makeWorkingFrame(hip.frame);
      const Cortex cortex = BoneSurfaceSegmenter().segment(hip.frame, working);
      const Tendon tendon = LayerTendonSegmenter().segment(hip.frame, working, cortex, hip.view);
      const auto drawMm = [&](const Polyline& mm, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
        Polyline px;
        for (const Point p : mm)
          px.push_back(hip.frame.toFullPixels(p));
        testing::draw(hip.picture, px, red, green, blue);
      };
      for (const CortexSegment& segment : cortex.segments)
        drawMm(segment.interfaceMm, 0, 255, 255);
      drawMm(hip.truth.superficial.mm, 0, 255, 0);
      drawMm(tendon.superficialMm(), 255, 160, 0);
      testing::writePicture(std::filesystem::path(folder) / (name + "_" + std::to_string(seed) + ".png"), hip.picture);
    }
  }
  return summarised(name, results);
}

/// Floors a little below what was measured with 48 hips a group, among them a 4 MHz fan, spurs and a calcification
/// whose shadow breaks the bone's line: with half as many, three odd hips decided. The goals are tests/accuracy's.
void expectGood(const Summary& s) {
  EXPECT_LT(s.cortexMm, 0.50);
  EXPECT_GT(s.cortexRecall, 0.88);
  EXPECT_LT(s.thicknessMae, 0.32);
  EXPECT_LT(std::abs(s.thicknessBias), 0.10);
  EXPECT_GT(s.coverage, 0.90);
  EXPECT_LT(s.failureRate - s.missed, 0.10);
  EXPECT_LT(s.missed, 0.10);
  EXPECT_LT(s.wrongSide, 0.04);
}

// The classifier has seen no seed below 1000000.
TEST(HipAccuracy, LongAxis) {
  expectGood(group("long", 100001, View::longAxis));
}

TEST(HipAccuracy, ShortAxis) {
  expectGood(group("short", 100001, View::shortAxis));
}

} // namespace
} // namespace hipcuff
