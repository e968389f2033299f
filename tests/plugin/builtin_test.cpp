// What the built-in stages return passes the guards, unchanged: else the guards' limits are too narrow for a plugin
// that builds on them.
#include "scenes.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/grading/criteria.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace hipcuff {
namespace {

TEST(Guards, LetTheBuiltInStagesPass) {
  // More for a person who changes a limit: HIPCUFF_PLUGIN_TEST_SEEDS=500.
  const char* wished = std::getenv("HIPCUFF_PLUGIN_TEST_SEEDS");
  const int seeds = wished == nullptr ? 12 : std::atoi(wished);
  const Stages stages = test::guardedBuiltin();
  const Stages plain = builtinStages();
  const std::vector<phantom::Pathology> pathologies = {
      phantom::Pathology::normal, phantom::Pathology::tendinosis,     phantom::Pathology::undersurface,
      phantom::Pathology::bursal, phantom::Pathology::intrasubstance, phantom::Pathology::fullThickness};
  int tendons = 0;
  int tears = 0;
  for (int i = 0; i < seeds; ++i) {
    phantom::RecipeWishes wishes;
    wishes.pathology = pathologies[static_cast<std::size_t>(i) % pathologies.size()];
    wishes.screen = {{480, 360}};
    wishes.view = i % 4 == 3 ? View::shortAxis : View::longAxis;
    wishes.shape = static_cast<phantom::ProbeShape>(i % 3);
    const test::Scene scene = test::makeScene(770000 + static_cast<std::uint64_t>(i), wishes);
    FrameResult result;
    EXPECT_NO_THROW(result = analyzeFrame(scene.picture, scene.pane, 0, scene.view, {}, stages, builtinCriteria()))
        << "seed " << i;
    if (i >= 12)
      continue;
    const FrameResult own = analyzeFrame(scene.picture, scene.pane, 0, scene.view, {}, plain, builtinCriteria());
    ASSERT_EQ(result.anatomy.tendon.stations.size(), own.anatomy.tendon.stations.size());
    EXPECT_EQ(result.anatomy.tendon.superficialMm(), own.anatomy.tendon.superficialMm());
    EXPECT_EQ(result.measurements.discontinuities.size(), own.measurements.discontinuities.size());
    EXPECT_EQ(result.grade.probabilities, own.grade.probabilities);
    EXPECT_EQ(result.grade.reasons, own.grade.reasons);
    tendons += own.anatomy.tendon.found() ? 1 : 0;
    tears += own.measurements.discontinuities.empty() ? 0 : 1;
  }
  EXPECT_GE(tendons, 9); // or the test looked at nothing
  EXPECT_GE(tears, 3);
}

} // namespace
} // namespace hipcuff
