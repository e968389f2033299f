// How far a stump has gone back, on pictures whose every place is known.
#include "../../lib/measurement/src/gap_course.h"

#include <gtest/gtest.h>

namespace hipcuff {
namespace {

constexpr float gapGrey = 20;
constexpr float tendonGrey = 110;
constexpr double edgeMm = 40; // frame x of the footprint's edge; the tendon arrives from the left

/// A level footprint from x = 40 mm to the right, 4 mm thick, empty; grey(x, y) in frame mm.
template <typename Grey>
GapCourse followed(const Grey& grey) {
  WorkingFrame working;
  working.grey = FloatImage(600, 400);
  working.usable = Mask(600, 400, 255);
  for (int y = 0; y < working.grey.height; ++y)
    for (int x = 0; x < working.grey.width; ++x)
      working.grey.at(x, y) = grey(x * working.gridMm, y * working.gridMm);
  Tendon tendon;
  for (int i = 0; i <= 40; ++i) {
    TendonStation s;
    s.positionMm = 0.25 * i;
    s.cortexMm = {edgeMm + s.positionMm, 30};
    s.normal = {0, -1};
    s.superficialMm = {s.cortexMm.x, 26};
    s.deepMm = s.cortexMm;
    tendon.stations.push_back(s);
  }
  return followGap(working, tendon, gapGrey, tendonGrey);
}

bool inTendon(double y) {
  return y > 26 && y < 30;
}

TEST(GapCourse, EndsAtTheStump) {
  const GapCourse course =
      followed([](double x, double y) { return inTendon(y) && x > edgeMm - 12 ? gapGrey : tendonGrey; });
  EXPECT_TRUE(course.stumpSeen);
  EXPECT_NEAR(course.lengthMm, 12, 0.3);
  ASSERT_FALSE(course.deepMm.empty());
  EXPECT_NEAR(course.deepMm.back().x, edgeMm - course.lengthMm, 1e-9);
  EXPECT_NEAR(course.superficialMm.back().y, 26, 1e-9);
}

TEST(GapCourse, HasNoLengthWhereTheStumpStandsAtTheEdge) {
  const GapCourse course =
      followed([](double x, double y) { return inTendon(y) && x > edgeMm ? gapGrey : tendonGrey; });
  EXPECT_TRUE(course.stumpSeen);
  EXPECT_NEAR(course.lengthMm, 0, 0.3);
}

TEST(GapCourse, PassesDebris) {
  const GapCourse course = followed([](double x, double y) {
    const bool debris = x > edgeMm - 6.5 && x < edgeMm - 5.7;
    return inTendon(y) && x > edgeMm - 15 && !debris ? gapGrey : tendonGrey;
  });
  EXPECT_NEAR(course.lengthMm, 15, 0.3);
}

TEST(GapCourse, IsNotToldWithoutAStumpInThePicture) {
  const GapCourse course = followed([](double, double y) { return inTendon(y) ? gapGrey : tendonGrey; });
  EXPECT_FALSE(course.stumpSeen);
  EXPECT_DOUBLE_EQ(course.lengthMm, 0);
}

TEST(GapCourse, IsNotToldWhereFillingAndTendonLookAlike) {
  WorkingFrame working;
  working.grey = FloatImage(100, 100, 100.0F);
  working.usable = Mask(100, 100, 255);
  Tendon tendon;
  tendon.stations.resize(2);
  tendon.stations[0].cortexMm = {5, 8};
  tendon.stations[0].superficialMm = {5, 5};
  tendon.stations[1].cortexMm = {9, 8};
  tendon.stations[1].superficialMm = {9, 5};
  EXPECT_FALSE(followGap(working, tendon, 80, 100).stumpSeen);
}

} // namespace
} // namespace hipcuff
