// Taking hold of borders: handles, pulling, snapping, calipers.
#include "reviewed_picture.h"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace hipcuff::review {
namespace {

Point onBorder(const TendonStation& s) {
  return s.superficialMm;
}

TEST(Handles, StandAtBothEndsAndAboutEveryThreeMillimetres) {
  const Opened picture = opened("normal-left-long");
  const auto& stations = picture.result.anatomy.tendon.stations;
  const Polyline handles = handlesOf(picture.result, Border::superficial);
  ASSERT_GT(handles.size(), 4u);
  EXPECT_EQ(handles.front(), picture.result.toFullPixels(onBorder(stations.front())));
  EXPECT_EQ(handles.back(), picture.result.toFullPixels(onBorder(stations.back())));
  for (std::size_t i = 1; i < handles.size(); ++i) {
    const double mm = distance(handles[i], handles[i - 1]) * picture.result.scale.x;
    EXPECT_GT(mm, 2) << i;
    EXPECT_LT(mm, 4.5) << i;
  }
  EXPECT_TRUE(handlesOf(ImageResult{}, Border::cortex).empty());
}

TEST(Pulled, IsASmoothBumpThatEndsWhereItsWidthEnds) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  const auto before = picture.result.anatomy.tendon.stations;
  const TendonStation& held = before[30];
  const Point from = picture.result.toFullPixels(held.superficialMm);
  const Point to = picture.result.toFullPixels(held.superficialMm + held.normal * 1.0);
  const Polyline line = pulled(picture.result, Border::superficial, from, to, 3.0);
  EXPECT_EQ(line.size(), 23u); // 2.75 mm to either side
  review.apply(by(RedrawBorder{Border::superficial, line}));
  const auto& now = review.current().anatomy.tendon.stations;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double off = std::abs(before[i].positionMm - held.positionMm);
    const double expected = off < 3 ? 0.5 * (1 + std::cos(M_PI * off / 3)) : 0;
    EXPECT_NEAR(distance(now[i].cortexMm, now[i].superficialMm),
                distance(before[i].cortexMm, before[i].superficialMm) + expected, 0.02)
        << i;
    EXPECT_EQ(now[i].superficialByHand, off < 3) << i;
  }
}

TEST(Pulled, TheEndsOfTheTendonMoveToo) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  const TendonStation& end = picture.result.anatomy.tendon.stations.back();
  const Polyline line = pulled(picture.result, Border::superficial, picture.result.toFullPixels(end.superficialMm),
                               picture.result.toFullPixels(end.superficialMm + end.normal * 0.7));
  review.apply(by(RedrawBorder{Border::superficial, line}));
  const TendonStation& now = review.current().anatomy.tendon.stations.back();
  EXPECT_NEAR(distance(now.superficialMm, end.superficialMm), 0.7, 0.02);
}

TEST(Pulled, ABumpDoesNotTurnTheFibres) {
  const Opened picture = opened("undersurface-right-long");
  const auto& before = picture.result.anatomy.tendon.stations;
  ImageReview review = picture.review();
  const TendonStation& held = before[before.size() / 3];
  const Point from = picture.result.toFullPixels(held.superficialMm);
  review.apply(by(
      RedrawBorder{Border::superficial, pulled(picture.result, Border::superficial, from,
                                               picture.result.toFullPixels(held.superficialMm + held.normal * 1.0))}));
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(*review.current().anatomy.tendon.stations[i].fibreAngleDeg, *before[i].fibreAngleDeg, 6) << i;
  // And what lies under it stays what it was.
  ASSERT_EQ(review.current().measurements.discontinuities.size(), 1u);
  EXPECT_FALSE(review.current().measurements.discontinuities.front().suspectedAnisotropy);
  EXPECT_EQ(review.current().grade.grade, GradeClass::partialThickness);
}

TEST(Redraw, ABorderThatIsTiltedTurnsTheFibresHalfAsFar) {
  const Opened picture = opened("normal-left-long");
  const auto& before = picture.result.anatomy.tendon.stations;
  ImageReview review = picture.review();
  Polyline px;
  for (const TendonStation& s : before) // rises by 0.1 mm a millimetre along the tendon
    px.push_back(picture.result.toFullPixels(s.superficialMm + s.normal * (0.1 * s.positionMm)));
  review.apply(by(RedrawBorder{Border::superficial, px}));
  const double half = 0.5 * std::atan(0.1) * 180 / M_PI;
  const double sign = picture.result.anatomy.tendon.arrivesFromLeft ? -1 : 1; // rising to the right: below zero
  const auto& now = review.current().anatomy.tendon.stations;
  for (std::size_t i = 15; i + 15 < before.size(); ++i)
    EXPECT_NEAR(*now[i].fibreAngleDeg - *before[i].fibreAngleDeg, sign * half, 0.6) << i;
  // The same with the bone instead.
  review.undo();
  px.clear();
  for (const TendonStation& s : before)
    px.push_back(picture.result.toFullPixels(s.cortexMm + s.normal * (0.05 * s.positionMm)));
  review.apply(by(RedrawBorder{Border::cortex, px}));
  for (std::size_t i = 15; i + 15 < before.size(); ++i)
    EXPECT_NEAR(*review.current().anatomy.tendon.stations[i].fibreAngleDeg - *before[i].fibreAngleDeg,
                sign * 0.5 * std::atan(0.05) * 180 / M_PI, 0.6)
        << i;
}

Polyline truth(const std::string& exam, const char* what, const char* line) {
  const auto json = nlohmann::json::parse(std::ifstream(testdata(exam).parent_path() / "image.truth.json"));
  Polyline px;
  for (const auto& p : json["frames"][0][what][line])
    px.push_back({p[0].get<double>(), p[1].get<double>()});
  return px;
}

double meanDistance(const Polyline& line, const Polyline& from) {
  double sum = 0;
  for (const Point p : line)
    sum += distance(p, from);
  return sum / static_cast<double>(line.size());
}

/// Drawn half a millimetre off, snapping takes most of the way back; where it was right it stays.
TEST(Snapped, FindsTheTrueBorderAgain) {
  double offBefore = 0;
  double offAfter = 0;
  double stayed = 0;
  double boneAfter = 0;
  const std::vector<std::string> exams = {"normal-left-long",     "normal-right-long", "undersurface-right-long",
                                          "tendinosis-left-long", "bursal-left-long",  "normal-right-short"};
  for (const std::string& exam : exams) {
    const Opened picture = opened(exam);
    ImageReview review = picture.review();
    const double mm = picture.result.scale.y;
    const Polyline border = truth(exam, "tendon", "superficial_px");
    const auto moved = [&](const Polyline& line, double by) {
      Polyline out = resampled(line, 1 / mm);
      for (Point& p : out)
        p.y -= by / mm;
      return out;
    };
    for (const double by : {-0.5, 0.5}) {
      offBefore += meanDistance(moved(border, by), border) * mm / 2;
      offAfter += meanDistance(review.snapped(Border::superficial, moved(border, by)), border) * mm / 2;
    }
    stayed += meanDistance(review.snapped(Border::superficial, moved(border, 0)), border) * mm;
    const Polyline bone = truth(exam, "bone_surface", "points_px");
    boneAfter += meanDistance(review.snapped(Border::cortex, moved(bone, 0.5)), bone) * mm;
  }
  const auto n = static_cast<double>(exams.size());
  RecordProperty("border_off_mm", std::to_string(offAfter / n));
  EXPECT_GT(offBefore / n, 0.4);
  EXPECT_LT(offAfter / n, 0.2);
  EXPECT_LT(stayed / n, 0.15);
  EXPECT_LT(boneAfter / n, 0.25);
}

TEST(Snapped, ALineOffThePictureComesBack) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  const Polyline far = {{1e5, 1e5}, {2e5, 1e5}};
  EXPECT_EQ(review.snapped(Border::superficial, far), far);
  EXPECT_TRUE(review.snapped(Border::superficial, {}).empty());
}

TEST(ValueOf, CalipersAndAnglesAreInTheTissuesProportions) {
  const Spacing mm{0.1, 0.2}; // twice as high as wide
  EXPECT_NEAR(*valueOf(Annotation::Kind::caliper, {{0, 0}, {30, 20}}, mm), 5, 1e-12);
  EXPECT_NEAR(*valueOf(Annotation::Kind::angle, {{20, 0}, {0, 0}, {20, 10}}, mm), 45, 1e-9);
  EXPECT_NEAR(*valueOf(Annotation::Kind::angle, {{-5, 0}, {0, 0}, {5, 0}}, mm), 180, 1e-9);
  EXPECT_FALSE(valueOf(Annotation::Kind::caliper, {{0, 0}, {30, 20}}, std::nullopt));
  EXPECT_FALSE(valueOf(Annotation::Kind::angle, {{0, 0}, {0, 0}, {20, 10}}, mm)); // no angle at all
  EXPECT_FALSE(valueOf(Annotation::Kind::text, {{0, 0}}, mm));
  EXPECT_FALSE(valueOf(Annotation::Kind::caliper, {{0, 0}}, mm));
}

} // namespace
} // namespace hipcuff::review
