// The thickness chart, off screen under a private X server.
#include "chart_layout.h"
#include "curved_tendon.h"
#include "hipcuff/rendering/private_display.h"
#include "hipcuff/rendering/profile_chart.h"
#include "read_back.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <memory>

namespace hipcuff {
namespace {

using test::toRgb;

/// Thinner, so that it is told apart.
ImageResult otherSide() {
  ImageResult image = test::curvedTendon();
  for (ThicknessSample& s : image.measurements.thickness.profile)
    s.valueMm = 3.5 + 0.05 * s.positionMm;
  return image;
}

/// With a gap from 5 to 8 mm.
ImageResult withGap() {
  ImageResult image = test::curvedTendon();
  auto& profile = image.measurements.thickness.profile;
  std::erase_if(profile, [](const ThicknessSample& s) { return s.positionMm > 4.9 && s.positionMm < 8.1; });
  Discontinuity gap;
  gap.kind = DiscontinuityKind::fullThickness;
  gap.beginMm = 5;
  gap.endMm = 8;
  image.measurements.discontinuities = {gap};
  for (ThicknessSample& s : profile)
    s.remainingMm = s.valueMm;
  return image;
}

class Charts : public testing::Test {
protected:
  static void SetUpTestSuite() {
    display_ = std::make_unique<PrivateDisplay>();
    chart_ = std::make_unique<ProfileChart>();
  }
  static void TearDownTestSuite() {
    chart_.reset();
    display_.reset();
  }
  void SetUp() override {
    chart_->setSize(900, 220);
    chart_->setStyle({});
    chart_->setCompared(nullptr);
    chart_->setMark(std::nullopt);
  }
  static RgbImage drawn() {
    chart_->render();
    return toRgb(chart_->grab());
  }
  static std::unique_ptr<PrivateDisplay> display_;
  static std::unique_ptr<ProfileChart> chart_;
};
std::unique_ptr<PrivateDisplay> Charts::display_;
std::unique_ptr<ProfileChart> Charts::chart_;

TEST_F(Charts, Dark) {
  const ImageResult other = otherSide();
  chart_->setImage(test::curvedTendon());
  chart_->setCompared(&other, "right side");
  chart_->setMark(10.5);
  test::expectLikeBaseline(drawn(), "chart_dark");
}

TEST_F(Charts, LightHighContrastWithAGap) {
  chart_->setImage(withGap());
  chart_->setStyle({false, true, 1.25});
  chart_->setMark(16.0);
  test::expectLikeBaseline(drawn(), "chart_light_high_contrast");
}

TEST_F(Charts, PositionsGoThereAndBack) {
  chart_->setImage(test::curvedTendon());
  // The mark's line is found by eye, as it were: the one column that is bright from top to bottom.
  for (const double mm : {0.5, 4.25, 9.9, 17.5}) {
    chart_->setMark(std::nullopt);
    const RgbImage without = drawn();
    chart_->setMark(mm);
    const RgbImage with = drawn();
    int column = -1;
    double most = 0;
    for (int x = 0; x < with.width; ++x) {
      double sum = 0;
      for (int y = 30; y < 180; ++y)
        sum += with.at(x, y) - without.at(x, y);
      if (sum > most) {
        most = sum;
        column = x;
      }
    }
    ASSERT_GE(column, 0);
    const auto back = chart_->positionAt({column + 0.5, 100});
    ASSERT_TRUE(back);
    EXPECT_NEAR(*back, mm, 0.03); // a pixel is 0.02 mm
  }
  EXPECT_FALSE(chart_->positionAt({5, 100}));
  EXPECT_FALSE(chart_->positionAt({899, 100}));
  EXPECT_FALSE(chart_->positionAt({400, 5}));
  EXPECT_FALSE(chart_->positionAt({400, 215}));
}

TEST_F(Charts, EmptyOnesHaveNoPositions) {
  ImageResult image = test::curvedTendon();
  image.mmPerPx.reset();
  chart_->setImage(image);
  chart_->setMark(5.0);
  const RgbImage noScale = drawn();
  EXPECT_FALSE(chart_->positionAt({400, 100}));
  image.anatomy.tendon.stations.clear();
  chart_->setImage(image);
  EXPECT_NE(drawn(), noScale); // other words
}

TEST_F(Charts, OfAllSizes) {
  chart_->setImage(test::curvedTendon());
  chart_->setMark(5.0);
  for (const auto& [w, h] : {std::pair{1, 1}, std::pair{60, 30}, std::pair{300, 120}, std::pair{1900, 500}}) {
    chart_->setSize(w, h);
    const RgbImage image = drawn();
    EXPECT_EQ(image.width, w);
    EXPECT_EQ(image.height, h);
  }
}

/// Prints; fails only where something is badly wrong.
TEST_F(Charts, FollowingThePointerIsCheap) {
  const ImageResult image = test::curvedTendon();
  const auto from = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    chart_->setMark(5 + 0.1 * i);
    chart_->render();
    (void)chart_->grab();
  }
  const auto middle = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    chart_->setImage(image);
    chart_->render();
    (void)chart_->grab();
  }
  const auto ms = [](auto a, auto b) { return std::chrono::duration<double, std::milli>(b - a).count() / 20; };
  std::cout << "mark moved " << ms(from, middle) << " ms, chart anew " << ms(middle, std::chrono::steady_clock::now())
            << " ms\n";
  EXPECT_LT(ms(from, middle), 100);
}

TEST(ChartWords, SayWhyThereIsNothing) {
  ImageResult image = test::curvedTendon();
  EXPECT_EQ(drawing::emptyWords(&image), "");
  EXPECT_NE(drawing::emptyWords(nullptr), "");
  image.measurements.thickness.profile.clear();
  EXPECT_NE(drawing::emptyWords(&image).find("No thickness"), std::string::npos);
  image.mmPerPx.reset();
  EXPECT_NE(drawing::emptyWords(&image).find("no scale"), std::string::npos);
  image.anatomy.tendon.stations.clear();
  EXPECT_NE(drawing::emptyWords(&image).find("No tendon"), std::string::npos);
}

TEST(ChartWords, SayTheValueItsIntervalAndWhatIsIntact) {
  EXPECT_EQ(drawing::wordsAt(test::curvedTendon(), 2), "at 2.0 mm: 5.0 mm thick (4.6 to 5.4)");
  EXPECT_EQ(drawing::wordsAt(test::curvedTendon(), 10), "at 10.0 mm: 5.0 mm thick (4.6 to 5.4), 3.0 mm intact");
  EXPECT_EQ(drawing::wordsAt(withGap(), 6.5), "at 6.5 mm: full-thickness gap");
  EXPECT_EQ(drawing::wordsAt(withGap(), 25), "at 25.0 mm: no thickness");
}

TEST(ChartRuns, BreakAtAGapAndOnlyThere) {
  EXPECT_EQ(drawing::runsOf(test::curvedTendon().measurements.thickness.profile).size(), 1U);
  const auto runs = drawing::runsOf(withGap().measurements.thickness.profile);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_LT(runs[0].samples.back().positionMm, 5);
  EXPECT_GT(runs[1].samples.front().positionMm, 8);
  const auto torn = drawing::tornRunsOf(drawing::runsOf(test::curvedTendon().measurements.thickness.profile));
  ASSERT_EQ(torn.size(), 1U);
  EXPECT_EQ(torn[0].samples.front().positionMm, 8.75); // one whole sample on either side
  EXPECT_EQ(torn[0].samples.back().positionMm, 12.25);
}

TEST(ChartRanges, HoldTheIntervalAndTheComparedProfile) {
  const ImageResult image = test::curvedTendon();
  ImageResult other = otherSide();
  other.measurements.thickness.profile.back().valueMm = 9.2;
  const auto alone = drawing::rangeOf(image, nullptr);
  EXPECT_EQ(alone.x0, 0);
  EXPECT_EQ(alone.x1, 18);
  EXPECT_GE(alone.y1, 5.4);
  EXPECT_GE(drawing::rangeOf(image, &other).y1, 9.2);
}

} // namespace
} // namespace hipcuff
