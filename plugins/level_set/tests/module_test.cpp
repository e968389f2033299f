// The plugin as a program loads it.
#include "drawn.h"

#include "hipcuff/core/error.h"
#include "hipcuff/plugin/plugins.h"

#include <gtest/gtest.h>

namespace {

using namespace hipcuff;

/// Returns one drawn tendon.
class Drawn final : public TendonSegmenter {
public:
  explicit Drawn(Tendon tendon)
      : tendon_(std::move(tendon)) {}
  [[nodiscard]] Tendon segment(const Frame&, const WorkingFrame&, const Cortex&, std::optional<View>) const override {
    return tendon_;
  }

private:
  Tendon tendon_;
};

plugin::Loaded load(const std::string& spec, Stages builtin) {
  return plugin::loadPlugins({plugin::parseRequest(spec)}, {LEVEL_SET_FOLDER}, builtin, plugin::OnFault::stop);
}

Stages with(const Tendon& tendon) {
  Stages stages;
  stages.tendon = std::make_shared<Drawn>(tendon);
  return stages;
}

TEST(Module, RefinesWhatTheStageBeforeItFound) {
  const auto truth = drawn::wave(5, 0.8, 14);
  const auto s = drawn::scene(truth, [&](double x) { return truth(x) + 0.4; });
  const auto loaded =
      load("level_set,tissue_weight=0,edge_weight=1,curvature_weight=1,hold_weight=0,iterations=200", with(s.tendon));
  const Tendon found = loaded.stages.tendon->segment(s.frame, s.working, {}, View::longAxis);
  EXPECT_LT(drawn::errorOf(found, truth).mean, 0.05);
  const auto by = loaded.stages.tendon->origin();
  ASSERT_TRUE(by.has_value());
  EXPECT_EQ(by->plugin, "level_set");
}

TEST(Module, TheUsersLimitHolds) {
  const auto truth = drawn::wave(5, 0, 14);
  const auto s = drawn::scene(truth, drawn::wave(5.6, 0, 14));
  const auto loaded = load("level_set,tissue_weight=0,edge_weight=1,max_move_mm=0.2", with(s.tendon));
  for (const auto& t : loaded.stages.tendon->segment(s.frame, s.working, {}, View::longAxis).stations)
    EXPECT_GE(drawn::heightOf(t), 5.4 - 1e-9);
}

TEST(Module, NoTendonIsNoTendon) {
  const auto s = drawn::scene(drawn::wave(5, 0, 14), drawn::wave(5, 0, 14));
  const auto loaded = load("level_set", with({}));
  EXPECT_FALSE(loaded.stages.tendon->segment(s.frame, s.working, {}, std::nullopt).found());
}

TEST(Module, WrongValuesAndNothingToRefineAreRefused) {
  EXPECT_THROW((void)load("level_set,max_move_mm=30", with({})), UsageError);
  EXPECT_THROW((void)load("level_set,max_mvoe_mm=1", with({})), UsageError);
  EXPECT_THROW((void)load("level_set", Stages{}), ConfigError);
}

} // namespace
