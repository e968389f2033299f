#include "synthetic_hip.h"

#include "hipcuff/grading/criteria.h"
#include "hipcuff/measurement/picture_quality.h"
#include "hipcuff/measurement/tracking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace hipcuff;
using namespace hipcuff::test;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

std::vector<Refusal> checked(const SyntheticPicture& p) {
  return checkPicture(p.frame, p.working, p.anatomy, p.pane, builtinCriteria());
}

TEST(PictureQuality, AGoodPictureIsNotRefused) {
  EXPECT_THAT(checked(render({})), IsEmpty());
}

TEST(PictureQuality, NothingFoundOrTooUnsure) {
  auto picture = render({});
  picture.anatomy.tendon.confidence = 0.1;
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::noTendon));
  picture.anatomy.tendon = {};
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::noTendon));
  picture.anatomy = {};
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::noCortex));
}

TEST(PictureQuality, OnABoneThatIsNoTrochanterTheTendonMustBeSurer) {
  auto picture = render({});
  picture.anatomy.tendon.confidence = 0.6;
  picture.anatomy.cortex.trochanterLikeness = 0.9;
  EXPECT_THAT(checked(picture), IsEmpty());
  picture.anatomy.cortex.trochanterLikeness = 0.1;
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::noTendon));
  picture.anatomy.tendon.confidence = 0.9;
  EXPECT_THAT(checked(picture), IsEmpty());
}

TEST(PictureQuality, TooDark) {
  SyntheticHip hip;
  hip.whiteDb = 62;
  EXPECT_THAT(checked(render(hip)), Contains(Refusal::tooDark));
}

TEST(PictureQuality, Saturated) {
  SyntheticHip hip;
  hip.whiteDb = -8;
  EXPECT_THAT(checked(render(hip)), ElementsAre(Refusal::saturated));
}

TEST(PictureQuality, ColourOverTheTendonOnly) {
  auto picture = render({});
  picture.pane.colourBox = PixelBox{150, 160, 250, 240};
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::colourBox));
  picture.pane.colourBox = PixelBox{10, 10, 80, 60};
  EXPECT_THAT(checked(picture), IsEmpty());
}

TEST(PictureQuality, TextOverTheTendonOnly) {
  auto picture = render({});
  for (int y = 170; y < 230; ++y)
    for (int x = 150; x < 210; ++x)
      picture.working.usable.at(x, y) = 0;
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::textOverTendon));
}

TEST(PictureQuality, WhatHidesTheTendonIsSaidWhereNoneWasFound) {
  auto picture = render({});
  picture.anatomy.tendon = {};
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::noTendon));
  picture.pane.colourBox = PixelBox{150, 160, 250, 240};
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::noTendon, Refusal::colourBox));
  picture.pane.colourBox = PixelBox{10, 10, 80, 60};
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::noTendon)) << "away from the bone it hides nothing";
  for (int y = 170; y < 230; ++y)
    for (int x = 130; x < 230; ++x)
      picture.working.usable.at(x, y) = 0;
  EXPECT_THAT(checked(picture), ElementsAre(Refusal::noTendon, Refusal::textOverTendon));
}

TEST(PictureQuality, BeamTooOblique) {
  SyntheticHip hip;
  hip.angleDegrees = 15;
  EXPECT_THAT(checked(render(hip)), ElementsAre(Refusal::beamTooOblique));
}

TEST(Tracking, OverlapIsOfPositionAndKind) {
  Discontinuity a;
  a.kind = DiscontinuityKind::undersurface;
  a.beginMm = 4;
  a.endMm = 8;
  Discontinuity b = a;
  EXPECT_DOUBLE_EQ(overlap(a, b), 1);
  b.beginMm = 6;
  b.endMm = 16;
  EXPECT_DOUBLE_EQ(overlap(a, b), 0.5);
  b.kind = DiscontinuityKind::fullThickness;
  EXPECT_DOUBLE_EQ(overlap(a, b), 0.25);
  EXPECT_DOUBLE_EQ(overlap(b, a), 0.25);
  b.kind = DiscontinuityKind::bursal;
  EXPECT_DOUBLE_EQ(overlap(a, b), 0);
  b.kind = DiscontinuityKind::undersurface;
  b.beginMm = 9;
  EXPECT_DOUBLE_EQ(overlap(a, b), 0);
}

} // namespace
