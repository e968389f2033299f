// From class maps to cortex, tendon and discontinuities, with networks made by hand.
#include "cortex.h"
#include "stages.h"
#include "support.h"
#include "tissue.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/phantom/cine.h"
#include "hipcuff/screen/screen_finder.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <thread>

namespace hipcuff::onnx {

testing::Hip testing::simulatedHip(std::uint64_t seed) {
  phantom::RecipeWishes wishes;
  wishes.shape = phantom::ProbeShape::linear;
  const phantom::HipRecipe recipe = phantom::drawRecipe(seed, wishes);
  const phantom::HipSimulator simulator(recipe);
  const RgbImage picture = simulator.renderRgb();
  Hip hip{{}, simulator.truth(), recipe.view};
  const Screen screen = ScreenFinder().read(phantom::simulatedCine(recipe), {picture});
  hip.frame = makeFrame(picture, screen.panes.at(0), 0);
  return hip;
}

namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// A picture with a bright line from (5, 20) to (35, 24) mm over darkness, speckle elsewhere.
double lineDepthMm(double x) {
  return 20 + 4 * (x - 5) / 30;
}
Frame linePicture(double from = 5, double to = 35) {
  GreyImage image = testing::noise(400, 400, 11);
  for (int y = 0; y < 400; ++y)
    for (int x = 0; x < 400; ++x) {
      auto& v = image.at(x, y);
      v = static_cast<std::uint8_t>(70 + v / 8);
      const double mm = x * 0.1;
      const double below = y * 0.1 - lineDepthMm(mm);
      if (mm < from || mm > to)
        continue;
      if (below > 0.3)
        v = static_cast<std::uint8_t>(v / 7);
      else if (below > -0.3)
        v = static_cast<std::uint8_t>(250 - 400 * below * below); // a crest in its middle
    }
  return testing::frameOf(std::move(image), {0.1, 0.1});
}

struct Lined {
  testing::Folder folder;
  std::shared_ptr<const Mapper> mapper =
      std::make_shared<const Mapper>(readModelFile(testing::written(folder, testing::lineModel())));
};

TEST(NetworkCortex, IsTheLineAndEndsWhereItDoes) {
  const Lined lined;
  const Frame frame = linePicture();
  const Cortex cortex = networkCortex(lined.mapper)->segment(frame, makeWorkingFrame(frame));
  ASSERT_EQ(cortex.segments.size(), 1U);
  const CortexSegment& segment = cortex.segments[0];
  EXPECT_NEAR(segment.interfaceMm.front().x, 5, 0.8);
  EXPECT_NEAR(segment.interfaceMm.back().x, 35, 0.8);
  ASSERT_EQ(segment.ridgeMm.size(), segment.interfaceMm.size());
  // Which line it is, the network says; where exactly it runs, the picture, as without a network.
  const Cortex builtin = BoneSurfaceSegmenter().segment(frame, makeWorkingFrame(frame));
  ASSERT_EQ(builtin.segments.size(), 1U);
  for (std::size_t i = 5; i + 5 < segment.interfaceMm.size(); ++i) {
    const Point p = segment.interfaceMm[i];
    EXPECT_LT(distance(p, builtin.segments[0].interfaceMm), 0.05) << "at " << p.x << " mm";
    EXPECT_LT(std::abs(p.y - lineDepthMm(p.x)), 0.3) << "at " << p.x << " mm: the bright line is 0.6 mm thick";
    EXPECT_GE(segment.ridgeMm[i].y, p.y);
    EXPECT_LT(segment.ridgeMm[i].y - p.y, 0.6);
  }
  EXPECT_GT(segment.confidence, 0.5);
  EXPECT_EQ(cortex.confidence, segment.confidence);
  ASSERT_FALSE(cortex.facets.empty());
  EXPECT_EQ(cortex.facets[0].kind, FacetKind::unknown);
}

TEST(NetworkCortex, NoLineNoCortex) {
  const Lined lined;
  for (const Frame& frame :
       {linePicture(50, 60), testing::frameOf(GreyImage(300, 200, 90), {0.1, 0.1}),
        testing::frameOf(GreyImage(1, 1, 90), {0.1, 0.1}), testing::frameOf(testing::noise(8, 300, 2), {0.1, 0.1})}) {
    const WorkingFrame working = makeWorkingFrame(frame);
    EXPECT_TRUE(networkCortex(lined.mapper)->segment(frame, working).segments.empty());
    EXPECT_TRUE(hybridCortex(lined.mapper, 1)->segment(frame, working).segments.empty());
  }
}

Stages stagesWith(const Lined& lined, const json& model, Wishes wishes = {}) {
  wishes.model = testing::written(lined.folder, model);
  return stagesOf(wishes, builtinStages());
}

TEST(Stages, TakeWhatTheModelHasClassesFor) {
  const Lined lined;
  const Stages before = builtinStages();
  const auto taken = [&](const json& model, Wishes wishes) {
    wishes.model = testing::written(lined.folder, model);
    const Stages s = stagesOf(wishes, before);
    return std::string(s.cortex == before.cortex ? "-" : "C") + (s.tendon == before.tendon ? "-" : "T") +
           (s.discontinuities == before.discontinuities ? "-" : "D");
  };
  const json all = testing::lineModel();
  EXPECT_EQ(taken(all, {}), "CTD");
  EXPECT_EQ(taken(testing::description("grey", {"cortex"}), {}), "C--");
  EXPECT_EQ(taken(testing::description("grey", {"tendon"}), {}), "-T-");
  // The tears travel in the tendon's tissue, so that its stage is wrapped too.
  EXPECT_EQ(taken(testing::description("grey", {"discontinuity"}), {}), "-TD");
  const auto wish = [](std::string cortex, std::string tendon, std::string tears) {
    Wishes w;
    w.cortex = std::move(cortex);
    w.tendon = std::move(tendon);
    w.discontinuities = std::move(tears);
    return w;
  };
  EXPECT_EQ(taken(all, wish("before", "before", "before")), "---");
  EXPECT_EQ(taken(all, wish("network", "before", "before")), "C--");
  EXPECT_EQ(taken(all, wish("before", "network", "before")), "-T-");
  EXPECT_THROW((void)taken(testing::description("grey", {"cortex"}), wish("auto", "network", "auto")), UsageError);
  try {
    (void)taken(testing::description("grey", {"tendon"}), wish("hybrid", "auto", "auto"));
    ADD_FAILURE() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("cortex=hybrid asks for class cortex, and the model 'grey' has tendon"));
  }
}

/// A band of one column over one place with these probabilities.
TissueBand bandWith(std::array<float, tissueClassCount> shares, Point at) {
  TissueBand band;
  band.lowestMm = 0;
  band.baseMm = {at};
  band.normals = {{0, -1}};
  for (const float share : shares)
    band.probability.emplace_back(1, 1, share);
  return band;
}

TEST(Tissue, TheNetworkSaysTheGroupAndTheBandSharesItOut) {
  ClassMaps maps;
  maps.spacingMm = 1;
  for (std::size_t c = 0; c < mapClassCount; ++c)
    maps.planes[c] = FloatImage(3, 3, std::array{0.2F, 0.1F, 0.4F, 0.3F}[c]);
  // other, tendon, degenerated, tear, fluid, bone, free tendon
  const std::array<float, tissueClassCount> shares{0.1F, 0.3F, 0.1F, 0.2F, 0.1F, 0.0F, 0.2F};
  const auto after = [&](TissueUse use, Point at = {1, 1}) {
    TissueBand band = bandWith(shares, at);
    reassign(maps, use, band);
    std::array<float, tissueClassCount> out{};
    for (std::size_t c = 0; c < tissueClassCount; ++c)
      out[c] = band.probability[c].at(0, 0);
    EXPECT_NEAR(std::accumulate(out.begin(), out.end(), 0.0F), 1, 1e-5);
    return out;
  };
  using ::testing::FloatNear;
  using ::testing::Pointwise;
  EXPECT_THAT(after({Word::network, Word::network}),
              Pointwise(FloatNear(1e-4F), {0.075F, 0.3F, 0.1F, 0.3F, 0.075F, 0.0F, 0.15F}));
  EXPECT_THAT(after({Word::network, Word::before}),
              Pointwise(FloatNear(1e-4F), {0.075F, 0.35F, 0.35F / 3, 0.7F / 3, 0.075F, 0.0F, 0.15F}));
  EXPECT_THAT(
      after({Word::before, Word::network}),
      Pointwise(FloatNear(1e-4F), {0.1F, 0.6F * 4 / 7 * 0.75F, 0.6F * 4 / 7 * 0.25F, 0.6F * 3 / 7, 0.1F, 0.0F, 0.2F}));
  // Odds of tendon 6:4 before, 7:3 to the network; of torn 1:2 and 3:4.
  const float inside = 42.0F / (42 + 12);
  const float torn = 3.0F / (3 + 8);
  EXPECT_THAT(after({Word::hybrid, Word::hybrid}),
              Pointwise(FloatNear(1e-4F), {(1 - inside) / 4, inside * (1 - torn) * 0.75F, inside * (1 - torn) * 0.25F,
                                           inside * torn, (1 - inside) / 4, 0.0F, (1 - inside) / 2}));
  EXPECT_THAT(after({Word::hybrid, Word::hybrid, 0}), Pointwise(FloatNear(1e-4F), shares));
  EXPECT_THAT(after({Word::network, Word::network}, {10, 10}), Pointwise(FloatNear(1e-6F), shares))
      << "outside of the picture";
}

TEST(Tissue, TheTendonIsWhereTheNetworkDrawsIt) {
  const Lined lined;
  const Frame frame = linePicture();
  const WorkingFrame working = makeWorkingFrame(frame);
  Wishes wishes;
  wishes.cortex = "network";
  wishes.tendon = "network";
  wishes.discontinuities = "network";
  const Stages stages = stagesWith(lined, testing::lineModel(), wishes);
  const Cortex cortex = stages.cortex->segment(frame, working);
  const Tendon tendon = stages.tendon->segment(frame, working, cortex, View::longAxis);
  ASSERT_TRUE(tendon.found());
  EXPECT_GT(tendon.stations.size(), 80U);
  const auto maps = lined.mapper->maps(frame);
  for (const TendonStation& s : tendon.stations)
    if (s.cortexMm.x > 7 && s.cortexMm.x < 33) {
      EXPECT_GT(maps->at(MapClass::tendon, s.superficialMm + s.normal * -0.3), 0.5F) << "at " << s.cortexMm.x << " mm";
      EXPECT_LT(maps->at(MapClass::tendon, s.superficialMm + s.normal * 0.3), 0.5F) << "at " << s.cortexMm.x << " mm";
      EXPECT_NEAR(distance(s.cortexMm, s.superficialMm), 4.8, 0.6); // 4 mm over the upper edge of what it calls bone
    }
  EXPECT_TRUE(stages.discontinuities->detect(frame, working, {cortex, tendon}, builtinCriteria()).empty());
}

/// A tendon on the line, by somebody who tells no tissue.
class Drawn final : public TendonSegmenter {
public:
  explicit Drawn(bool arrivesFromLeft)
      : left_(arrivesFromLeft) {}
  [[nodiscard]] Tendon segment(const Frame&, const WorkingFrame&, const Cortex&, std::optional<View>) const override {
    Tendon tendon;
    tendon.arrivesFromLeft = left_;
    tendon.confidence = 0.9;
    for (int i = 0; i < 80; ++i) {
      TendonStation s;
      s.positionMm = i * 0.25;
      const double x = left_ ? 10 + i * 0.25 : 30 - i * 0.25;
      s.cortexMm = {x, 20};
      s.deepMm = s.cortexMm;
      s.normal = {0, -1};
      s.superficialMm = {x, 16};
      s.sdMm = 0.2;
      s.confidence = 0.9;
      tendon.stations.push_back(s);
    }
    return tendon;
  }

private:
  bool left_;
};

// The network calls bright pixels torn: a bright patch in another's tendon becomes a discontinuity, at its place.
TEST(Tissue, TearsGoIntoAnothersTendon) {
  GreyImage image(400, 400, 20);
  for (int y = 180; y < 200; ++y) // 18 to 20 mm deep: the lower half of the tendon
    for (int x = 140; x < 200; ++x)
      image.at(x, y) = 250;
  const Frame frame = testing::frameOf(std::move(image), {0.1, 0.1});
  const WorkingFrame working = makeWorkingFrame(frame);
  const Lined lined;
  json model = testing::description("grey", {"discontinuity"});
  model["input"]["normalisation"] = {{"kind", "fixed"}, {"scale", 1}, {"mean", 128}, {"sd", 10}};
  for (const bool left : {true, false}) {
    Stages before = builtinStages();
    before.tendon = std::make_shared<Drawn>(left);
    Wishes wishes;
    wishes.model = testing::written(lined.folder, model);
    const Stages stages = stagesOf(wishes, before);
    const Anatomy anatomy{{}, stages.tendon->segment(frame, working, {}, View::longAxis)};
    ASSERT_TRUE(anatomy.tendon.tissue);
    for (const TendonStation& s : anatomy.tendon.stations)
      EXPECT_EQ(anatomy.tendon.tissue->baseMm.at(s.column), s.cortexMm);
    const auto found = stages.discontinuities->detect(frame, working, anatomy, builtinCriteria());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, DiscontinuityKind::undersurface);
    EXPECT_NEAR(found[0].lengthMm, 6, 0.6);
    EXPECT_NEAR(found[0].depthMm, 2, 0.35);
    double middle = 0;
    for (const Point p : found[0].polygonMm)
      middle += p.x / static_cast<double>(found[0].polygonMm.size());
    EXPECT_NEAR(middle, 17, 0.4);
  }
}

// No learning in it, and yet: on simulated hips the hand-made network finds the bone.
TEST(Stages, AStandInOnSimulatedHips) {
  const Lined lined;
  int found = 0;
  for (const std::uint64_t seed : {880101, 880102, 880103, 880104}) {
    const testing::Hip hip = testing::simulatedHip(seed);
    const WorkingFrame working = makeWorkingFrame(hip.frame);
    std::vector<double> off;
    for (const CortexSegment& s : networkCortex(lined.mapper)->segment(hip.frame, working).segments)
      for (const Point p : s.interfaceMm)
        off.push_back(distance(p, hip.truth.cortex.mm));
    std::sort(off.begin(), off.end());
    std::cout << seed << ": " << off.size() << " points, off by " << (off.empty() ? -1 : off[off.size() / 2])
              << " mm\n";
    if (off.empty())
      continue;
    found += off[off.size() / 2] < 0.5 ? 1 : 0;
  }
  EXPECT_GE(found, 3);
}

TEST(Stages, CortexAndTissueHaveWeightsOfTheirOwn) {
  const Lined lined;
  const testing::Hip hip = testing::simulatedHip(880101);
  const WorkingFrame working = makeWorkingFrame(hip.frame);
  const Cortex cortex = builtinStages().cortex->segment(hip.frame, working);
  const auto differs = [&](double weight, double cortexWeight, double tissueWeight) {
    Wishes wishes;
    wishes.weight = weight;
    wishes.cortexWeight = cortexWeight;
    wishes.tissueWeight = tissueWeight;
    const Stages with = stagesWith(lined, testing::lineModel(), wishes);
    const Stages without = builtinStages();
    const auto border = [&](const Stages& s) {
      return s.tendon->segment(hip.frame, working, cortex, hip.view).superficialMm();
    };
    const Cortex found = with.cortex->segment(hip.frame, working);
    const bool same = found.segments.size() == cortex.segments.size() && found.confidence == cortex.confidence;
    double off = 0; // mm; sharing out the tissue anew rounds
    const Polyline a = border(with);
    const Polyline b = border(without);
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
      off = std::max(off, distance(a[i], b[i]));
    return std::string(same ? "-" : "C") + (a.size() == b.size() && off < 1e-3 ? "-" : "T");
  };
  EXPECT_EQ(differs(1, 0, 0), "--");
  EXPECT_EQ(differs(1, 1, 0), "C-");
  EXPECT_EQ(differs(1, 0, 1), "-T");
  EXPECT_EQ(differs(0, 1, 1), "--");
}

TEST(Stages, ThreadsDoNotChangeTheResult) {
  const Lined lined;
  Wishes wishes;
  wishes.cortex = "network";
  const Stages stages = stagesWith(lined, testing::lineModel(), wishes);
  const Frame frame = linePicture();
  const WorkingFrame working = makeWorkingFrame(frame);
  const auto run = [&](const Stages& s) {
    const Cortex cortex = s.cortex->segment(frame, working);
    return s.tendon->segment(frame, working, cortex, View::longAxis).superficialMm();
  };
  const Polyline expected = run(stages);
  std::vector<Polyline> results(6);
  const Stages fresh = stagesWith(lined, testing::lineModel(), wishes); // nothing in its cache
  {
    std::vector<std::jthread> threads;
    for (auto& result : results)
      threads.emplace_back([&] { result = run(fresh); });
  }
  for (const Polyline& result : results)
    EXPECT_EQ(result, expected);
}

} // namespace
} // namespace hipcuff::onnx
