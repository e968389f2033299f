// What passes the guards can be measured, graded and written; what can't be is refused with words that say what.
#include "hipcuff/plugin/guard.h"

#include "mutations.h"
#include "plugin_support.h"
#include "scenes.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/report/results_writer.h"

#include <cstdlib>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hipcuff {
namespace {

using test::messageOf;
using testing::HasSubstr;

const StageOrigin by{"spoilt", "1.0.0", {}, {}};

// Stages that return what they were given.
class FixedCortex final : public CortexSegmenter {
public:
  explicit FixedCortex(Cortex value)
      : value_(std::move(value)) {}
  [[nodiscard]] Cortex segment(const Frame&, const WorkingFrame&) const override { return value_; }

private:
  Cortex value_;
};
class FixedTendon final : public TendonSegmenter {
public:
  explicit FixedTendon(Tendon value)
      : value_(std::move(value)) {}
  [[nodiscard]] Tendon segment(const Frame&, const WorkingFrame&, const Cortex&, std::optional<View>) const override {
    return value_;
  }

private:
  Tendon value_;
};
class FixedDetector final : public DiscontinuityDetector {
public:
  explicit FixedDetector(std::vector<Discontinuity> value)
      : value_(std::move(value)) {}
  [[nodiscard]] std::vector<Discontinuity> detect(const Frame&, const WorkingFrame&, const Anatomy&,
                                                  const Criteria&) const override {
    return value_;
  }

private:
  std::vector<Discontinuity> value_;
};
class FixedGrader final : public Grader {
public:
  explicit FixedGrader(Grade value)
      : value_(std::move(value)) {}
  [[nodiscard]] Grade grade(const GradingInput&, const Criteria&) const override { return value_; }

private:
  Grade value_;
};

/// What the built-in stages find on a torn hip, and what is made of it once one part of it was replaced.
struct Bench {
  const test::Scene& scene = test::tornScene();
  Stages builtin = builtinStages();
  FrameResult found = analyzeFrame(scene.picture, scene.pane, 0, scene.view, {}, builtin, builtinCriteria(), false);

  [[nodiscard]] Stages with(Cortex value) const {
    Stages s = builtin;
    s.cortex = plugin::guarded(std::make_shared<const FixedCortex>(std::move(value)), by, "spoilt.so");
    s.tendon = std::make_shared<const FixedTendon>(found.anatomy.tendon);
    return s;
  }
  [[nodiscard]] Stages with(Tendon value) const {
    Stages s = builtin;
    s.cortex = std::make_shared<const FixedCortex>(found.anatomy.cortex);
    s.tendon = plugin::guarded(std::make_shared<const FixedTendon>(std::move(value)), by, "spoilt.so");
    return s;
  }
  [[nodiscard]] Stages with(std::vector<Discontinuity> value) const {
    Stages s = with(found.anatomy.tendon);
    s.discontinuities = plugin::guarded(std::make_shared<const FixedDetector>(std::move(value)), by, "spoilt.so");
    return s;
  }
  [[nodiscard]] Stages with(Grade value) const {
    Stages s = with(found.anatomy.tendon);
    s.discontinuities = std::make_shared<const FixedDetector>(found.measurements.discontinuities);
    s.grader = plugin::guarded(std::make_shared<const FixedGrader>(std::move(value)), by, "spoilt.so");
    return s;
  }
  [[nodiscard]] FrameResult judged(const Stages& stages) const {
    const Anatomy anatomy = findAnatomy(scene.frame, scene.working, scene.view, stages);
    return judgeAnatomy(scene.frame, scene.working, anatomy, scene.pane, scene.view, {}, stages, builtinCriteria());
  }
  /// The part itself, to be spoilt.
  template <class T>
  [[nodiscard]] T part() const {
    if constexpr (std::is_same_v<T, Cortex>)
      return found.anatomy.cortex;
    else if constexpr (std::is_same_v<T, Tendon>)
      return found.anatomy.tendon;
    else if constexpr (std::is_same_v<T, Grade>)
      return found.grade;
    else
      return found.measurements.discontinuities;
  }
};

const Bench& bench() {
  static const Bench one;
  return one;
}

void expectBelievable(const FrameResult& r) {
  double before = -1e9;
  for (const ThicknessSample& s : r.measurements.thickness.profile) {
    EXPECT_TRUE(s.valueMm > 0 && s.valueMm <= 30.5) << s.valueMm;
    EXPECT_TRUE(s.lowerMm >= 0 && s.lowerMm <= s.valueMm && s.upperMm >= s.valueMm && s.upperMm < 100);
    EXPECT_TRUE(s.remainingMm >= 0 && s.remainingMm <= s.valueMm + 1e-9);
    EXPECT_GT(s.positionMm, before);
    before = s.positionMm;
  }
  const Findings& f = r.measurements.findings;
  for (const auto& share : {f.tornShare, f.degeneratedShare, f.assessableFraction, f.fibreCoherence})
    EXPECT_TRUE(!share || (*share >= -1e-6 && *share <= 1 + 1e-3)) << *share;
  for (const auto& mm : {f.bursalFluidMm, f.itbMm, f.corticalIrregularityMm, f.tornAreaMm2})
    EXPECT_TRUE(!mm || (*mm >= -1e-6 && *mm < 1e4)) << *mm;
  for (const Discontinuity& d : r.measurements.discontinuities)
    EXPECT_TRUE(d.depthMm <= 31 && d.lengthMm <= 200 && d.depthFraction <= 1);
  double sum = 0;
  for (const double p : r.grade.probabilities)
    sum += p;
  EXPECT_NEAR(sum, r.grade.grade == GradeClass::notGradable ? 0 : 1, 1e-3);
}

ImageResult imageOf(const FrameResult& r, int number) {
  const test::Scene& scene = bench().scene;
  ImageResult image;
  image.path = "spoilt-" + std::to_string(number) + ".dcm";
  image.rows = scene.picture.height;
  image.columns = scene.picture.width;
  image.frames = 1;
  image.frame = 0;
  image.mmPerPx = scene.pane.mmPerPx;
  image.regionPx = scene.pane.box;
  image.scale = scene.frame.scale;
  image.anatomy = r.anatomy;
  image.measurements = r.measurements;
  image.grade = r.grade;
  return image;
}

/// No place of a result is missing because it was no number: the writer says null for those.
void expectPlaces(const nlohmann::json& json, const std::string& key) {
  if (!json.is_structured())
    return;
  for (const auto& [name, value] : json.items()) {
    const std::string& within = json.is_array() ? key : name;
    EXPECT_FALSE(json.is_array() && within.ends_with("_px") && value.is_null()) << within;
    expectPlaces(value, within);
  }
}

template <class T>
int spoiledAndJudged(int rounds, std::uint32_t seed, report::ResultsWriter& writer) {
  test::Mutator mutator(seed);
  int passed = 0;
  for (int i = 0; i < rounds; ++i) {
    T part = bench().part<T>();
    for (int k = 0; k <= i % 3; ++k)
      mutator.spoil(part);
    FrameResult result;
    try {
      result = bench().judged(bench().with(std::move(part)));
    } catch (const StageError& error) {
      EXPECT_THAT(error.what(), HasSubstr("plugin 'spoilt' 1.0.0, "));
      continue;
    }
    ++passed;
    expectBelievable(result);
    if (passed % 10 == 1)
      writer.add(imageOf(result, static_cast<int>(seed) * 100000 + i));
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << seed << " round " << i;
      break;
    }
  }
  return passed;
}

TEST(Guards, LetNothingPassThatBreaksWhatComesAfter) {
  ASSERT_FALSE(bench().found.measurements.discontinuities.empty());
  ASSERT_FALSE(bench().found.anatomy.cortex.facets.empty());
  // More for a person who changes a guard: HIPCUFF_PLUGIN_TEST_ROUNDS=20000.
  const char* wished = std::getenv("HIPCUFF_PLUGIN_TEST_ROUNDS");
  const int rounds = wished == nullptr ? 400 : std::atoi(wished);
  const test::TemporaryFolder folder;
  report::ResultsWriter writer(folder.path(), {.commandLine = "test", .criteria = builtinCriteria()});
  const int passed[] = {spoiledAndJudged<Cortex>(rounds, 1, writer), spoiledAndJudged<Tendon>(rounds, 2, writer),
                        spoiledAndJudged<std::vector<Discontinuity>>(rounds, 3, writer),
                        spoiledAndJudged<Grade>(rounds, 4, writer)};
  for (const int n : passed) {
    EXPECT_GT(n, rounds / 20); // or nothing was tried
    EXPECT_LT(n, rounds * 3 / 4);
    std::cout << n << " of " << rounds << " passed\n";
  }
  writer.finish({});
  expectPlaces(nlohmann::json::parse(test::bytesOf(folder.path() / "results.json")), "");
}

/// What is refused, and in which words. Each spoils one thing only.
template <class T>
struct Row {
  std::string words;
  std::function<void(T&)> spoil;
};

template <class T>
void expectRefused(const std::vector<Row<T>>& rows) {
  EXPECT_NO_THROW(static_cast<void>(bench().judged(bench().with(bench().part<T>()))));
  for (const auto& [words, spoil] : rows) {
    T part = bench().part<T>();
    spoil(part);
    EXPECT_THAT(messageOf<StageError>([&] { static_cast<void>(bench().judged(bench().with(std::move(part)))); }),
                HasSubstr(words));
  }
}

TEST(Guards, SayWhatIsWrongWithACortex) {
  expectRefused<Cortex>({
      {"does not run from left to right",
       [](Cortex& c) {
         std::reverse(c.segments[0].interfaceMm.begin(), c.segments[0].interfaceMm.end());
         std::reverse(c.segments[0].ridgeMm.begin(), c.segments[0].ridgeMm.end());
       }},
      {"ridge farther than 5 mm", [](Cortex& c) { c.segments[0].ridgeMm[4].y += 6; }},
      {"facet 0 is of segment 99", [](Cortex& c) { c.facets[0].segment = 99; }},
      {"facet 0 right end's distance (mm) from its segment", [](Cortex& c) { c.facets[0].endMm.y += 8; }},
      {"facet 0 is of no known kind", [](Cortex& c) { c.facets[0].kind = static_cast<FacetKind>(9); }},
      {"has a confidence, and no segment", [](Cortex& c) { c.segments.clear(), c.facets.clear(); }},
      {"confidence is 1.5", [](Cortex& c) { c.confidence = 1.5; }},
  });
}

TEST(Guards, GiveNoMillimetresOfAPictureWithoutCalibration) {
  Cortex cortex = bench().found.anatomy.cortex;
  cortex.segments[0].interfaceMm[0].x = 1e6;
  const Stages stages = bench().with(cortex);
  Frame frame = bench().scene.frame;
  const auto message = [&] {
    return test::messageOf<StageError>(
        [&] { static_cast<void>(stages.cortex->segment(frame, bench().scene.working)); });
  };
  EXPECT_THAT(message(), testing::Not(testing::HasSubstr("nominal")));
  frame.nominal = true;
  EXPECT_THAT(message(), testing::HasSubstr("(of a nominal scale: the picture has no calibration)"));
}

TEST(Guards, SayWhatIsWrongWithATendon) {
  const auto each = [](const std::function<void(TendonStation&)>& change) {
    return [change](Tendon& t) { std::for_each(t.stations.begin(), t.stations.end(), change); };
  };
  const auto band = [](const std::function<void(TissueBand&)>& change) {
    return [change](Tendon& t) {
      auto own = std::make_shared<TissueBand>(*t.tissue);
      change(*own);
      t.tissue = own;
    };
  };
  expectRefused<Tendon>({
      {"lies 0.5 mm from the one before, not 0.25",
       [](Tendon& t) {
         for (std::size_t i = 1; i < t.stations.size(); ++i) // every second one
           t.stations.erase(t.stations.begin() + static_cast<std::ptrdiff_t>(i));
       }},
      {"station 7 thickness is 31",
       [](Tendon& t) {
         t.stations[7].superficialMm = t.stations[7].cortexMm + t.stations[7].normal * 31;
         t.stations[7].superficialMm.y = std::max(t.stations[7].superficialMm.y, 0.0); // or it leaves the picture
         t.stations[7].cortexMm = t.stations[7].superficialMm - t.stations[7].normal * 31;
         t.stations[7].deepMm = t.stations[7].cortexMm;
       }},
      {"superficialMm's distance (mm) from the normal", [](Tendon& t) { t.stations[7].superficialMm.x += 0.5; }},
      {"thickness is -",
       [](Tendon& t) { t.stations[7].superficialMm = t.stations[7].cortexMm - t.stations[7].normal; }},
      {"deepMm's height", [](Tendon& t) { t.stations[7].deepMm = t.stations[7].superficialMm + t.stations[7].normal; }},
      {"is no unit vector", each([](TendonStation& s) { s.normal = s.normal * 1.1; })},
      {"points away from the skin", each([](TendonStation& s) {
         s.normal = s.normal * -1.0;
         s.superficialMm = s.deepMm = s.cortexMm;
       })},
      {"perpendicular to the bone", each([](TendonStation& s) { // 30 degrees oblique: 15 % too thick
         const double mm = distance(s.cortexMm, s.superficialMm);
         s.normal = {0.866 * s.normal.x - 0.5 * s.normal.y, 0.5 * s.normal.x + 0.866 * s.normal.y};
         s.superficialMm = s.cortexMm + s.normal * mm;
         s.deepMm = s.cortexMm;
       })},
      {"has positions over", each([](TendonStation& s) { // its bone is half as long as its positions
         const Point to{-0.5 * s.cortexMm.x, 0};
         s.cortexMm = s.cortexMm + to, s.superficialMm = s.superficialMm + to, s.deepMm = s.deepMm + to;
       })},
      {"from the given cortex", each([](TendonStation& s) { // measured from 2 mm over the bone
         s.cortexMm.y -= 2, s.superficialMm.y -= 2, s.deepMm.y -= 2;
       })},
      {"stations run to the", [](Tendon& t) { t.arrivesFromLeft = !t.arrivesFromLeft; }},
      {"says that a person drew it", [](Tendon& t) { t.stations[0].superficialByHand = true; }},
      {"has a confidence, and no station", [](Tendon& t) { t.stations.clear(); }},
      {"has a single station", [](Tendon& t) { t.stations.resize(1); }},
      {"of the tissue map, which has", [](Tendon& t) { t.stations[3].column = 100000; }},
      {"farther than 0.5 mm from its column", each([](TendonStation& s) { s.column = 0; })},
      {"probabilities that sum to",
       band([](TissueBand& b) { b.probability[1].data[5] = 0.9F - b.probability[1].data[5]; })},
      {"number of rows is 1", band([](TissueBand& b) {
         for (FloatImage& image : b.probability)
           image = FloatImage(image.width, 1);
       })},
      {"one probability for each tissue class", band([](TissueBand& b) { b.probability.pop_back(); })},
      {"stepMm is 2", band([](TissueBand& b) { b.stepMm = 2; })},
      {"one normal for each column", band([](TissueBand& b) { b.normals.pop_back(); })},
  });
}

TEST(Guards, SayWhatIsWrongWithATendonInTheShortAxis) {
  const Stages stages = bench().with(bench().found.anatomy.tendon);
  EXPECT_THAT(messageOf<StageError>([&] {
                static_cast<void>(stages.tendon->segment(bench().scene.frame, bench().scene.working,
                                                         bench().found.anatomy.cortex, View::shortAxis));
              }),
              HasSubstr("has a fibre angle in the short axis"));
}

TEST(Guards, SayWhatIsWrongWithADiscontinuity) {
  using All = std::vector<Discontinuity>;
  ASSERT_NE(bench().found.measurements.discontinuities[0].kind, DiscontinuityKind::fullThickness);
  expectRefused<All>({
      {"beginMm", [](All& all) { all[0].beginMm += 500, all[0].endMm += 500; }},
      {"ends before it begins", [](All& all) { std::swap(all[0].beginMm, all[0].endMm); }},
      {"lengthMm, against", [](All& all) { all[0].lengthMm *= 3; }},
      {"depthMm, against", [](All& all) { all[0].depthMm = 25; }},
      {"depthFraction, against", [](All& all) { all[0].depthFraction = all[0].depthFraction > 0.5 ? 0.05 : 0.98; }},
      {"not of full thickness", [](All& all) { all[0].gapMm = 3; }},
      {"is of no known kind", [](All& all) { all[0].kind = static_cast<DiscontinuityKind>(-1); }},
      {"without an area", [](All& all) { all[0].polygonMm = Polyline(5, all[0].polygonMm[0]); }},
      {"from the tendon",
       [](All& all) {
         for (Point& p : all[0].polygonMm)
           p.y -= 8;
       }},
      {"outline's first position",
       [](All& all) { // a tear of two stations, outlined where it is not
         const double end = all[0].endMm;
         all[0].beginMm = end + 4, all[0].endMm = end + 6, all[0].lengthMm = 2;
       }},
      {"says that it was seen in other frames", [](All& all) { all[0].framesSeen = 12; }},
      {"says that a person outlined it", [](All& all) { all[0].byHand = true; }},
  });
}

TEST(Guards, SayWhatIsWrongWithAGrade) {
  expectRefused<Grade>({
      {"is not its likeliest class",
       [](Grade& g) { g.grade = g.grade == GradeClass::normal ? GradeClass::tendinosis : GradeClass::normal; }},
      {"confidence, against its class's probability,", [](Grade& g) { g.confidence = 1; }},
      {"confidence, against its class's probability,", [](Grade& g) { g.confidence = 0; }},
      {"is surer than one frame can be", [](Grade& g) { g.certainty = Certainty::confirmed; }},
      {"is one, and has refusals", [](Grade& g) { g.refusals = {Refusal::tooDark}; }},
      {"is refused without a reason", [](Grade& g) { g.grade = GradeClass::notGradable; }},
      {"sum of probabilities of a refused picture",
       [](Grade& g) { g.grade = GradeClass::notGradable, g.refusals = {Refusal::tooDark}; }},
      {"has a refusal twice",
       [](Grade& g) {
         g = {};
         g.refusals = {Refusal::tooDark, Refusal::tooDark};
       }},
      {"evidence tornShare", [](Grade& g) { g.evidence->tornShare = -3; }},
  });
}

TEST(Guards, KeepTheirOwnCopyOfTheTissueMap) {
  Tendon tendon = bench().found.anatomy.tendon;
  const auto shared = std::make_shared<TissueBand>(*tendon.tissue);
  tendon.tissue = shared;
  const Stages stages = bench().with(tendon);
  const Tendon got = stages.tendon->segment(bench().scene.frame, bench().scene.working, bench().found.anatomy.cortex,
                                            bench().scene.view);
  shared->probability.clear(); // as a plugin that reuses its buffers does
  EXPECT_EQ(got.tissue->probability.size(), tissueClassCount);
}

} // namespace
} // namespace hipcuff
