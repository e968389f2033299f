// What a person outlines is torn, what a person rejects is not.
#include "reviewed_picture.h"
#include "same_result.h"

#include "hipcuff/grading/tears.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace hipcuff::review {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// An outline over stations from..to, between two parts of the thickness.
Polyline outline(const ImageResult& image, std::size_t from, std::size_t to, double low, double high) {
  const auto& stations = image.anatomy.tendon.stations;
  Polyline px;
  const auto at = [&](std::size_t i, double part) {
    const TendonStation& s = stations.at(i);
    return image.toFullPixels(s.cortexMm + (s.superficialMm - s.cortexMm) * part);
  };
  for (std::size_t i = from; i <= to; ++i)
    px.push_back(at(i, low));
  for (std::size_t i = to + 1; i-- > from;)
    px.push_back(at(i, high));
  return px;
}

double tearProbability(const ImageResult& image) {
  return image.grade.probabilities[2] + image.grade.probabilities[3];
}

/// Testdata exams with a tear that the program finds.
class TornExam : public testing::TestWithParam<const char*> {};

TEST_P(TornExam, WithTheTearRejectedThereIsNoneAndUndoBringsItBack) {
  const Opened picture = opened(GetParam());
  ASSERT_TRUE(isTear(picture.result.grade.grade));
  const auto& found = picture.result.measurements.discontinuities;
  ASSERT_FALSE(found.empty());
  ImageReview review = picture.review();
  for (const Discontinuity& d : found)
    review.apply(by(RejectDiscontinuity{outlinePx(picture.result, d)}, *picture.result.frame));
  const ImageResult& now = review.current();
  EXPECT_TRUE(now.measurements.discontinuities.empty());
  EXPECT_FALSE(isTear(now.grade.grade)) << toString(now.grade.grade) << " " << tearProbability(now);
  EXPECT_LT(tearProbability(now), 0.5);
  EXPECT_LT(*now.measurements.findings.tornAreaMm2, 0.5 * *picture.result.measurements.findings.tornAreaMm2);
  while (review.canUndo())
    review.undo();
  expectSame(review.current(), picture.result);
}

INSTANTIATE_TEST_SUITE_P(Testdata, TornExam,
                         testing::Values("undersurface-right-long", "full-left-long", "undersurface-left-short",
                                         "bursal-left-long", "undersurface-left-cine", "full-right-short"),
                         [](const auto& exam) {
                           std::string name = exam.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Outline, AnUndersurfaceTearOnANormalTendonIsAPartialOne) {
  const Opened picture = opened("normal-left-long");
  ASSERT_EQ(picture.result.grade.grade, GradeClass::normal);
  ImageReview review = picture.review();
  const Polyline px = outline(picture.result, 20, 40, 0, 0.4);
  review.apply(by(AddDiscontinuity{px}));
  const ImageResult& now = review.current();
  ASSERT_EQ(now.measurements.discontinuities.size(), 1u);
  const Discontinuity& d = now.measurements.discontinuities.front();
  EXPECT_EQ(d.kind, DiscontinuityKind::undersurface);
  EXPECT_TRUE(d.byHand);
  EXPECT_NEAR(d.depthFraction, 0.4, 0.02);
  EXPECT_NEAR(d.lengthMm, 21 * 0.25, 0.3);
  EXPECT_NEAR(d.beginMm, 5, 0.3);
  EXPECT_FALSE(d.suspectedAnisotropy);
  ASSERT_EQ(d.polygonMm.size(), px.size()); // as it was drawn
  for (std::size_t i = 0; i < px.size(); ++i) {
    EXPECT_NEAR(now.toFullPixels(d.polygonMm[i]).x, px[i].x, 0.006);
    EXPECT_NEAR(now.toFullPixels(d.polygonMm[i]).y, px[i].y, 0.006);
  }
  EXPECT_EQ(now.grade.grade, GradeClass::partialThickness);
  EXPECT_EQ(now.grade.subtype, "undersurface");
  EXPECT_EQ(now.grade.probabilities[0], 0);
  EXPECT_EQ(now.grade.probabilities[1], 0);
  EXPECT_NEAR(std::accumulate(now.grade.probabilities.begin(), now.grade.probabilities.end(), 0.0), 1, 1e-9);
  EXPECT_THAT(now.grade.reasons.front(), HasSubstr("A reader outlined an undersurface tear through 40 %"));
  EXPECT_GT(*now.measurements.findings.tornShare, 0.35);
  // A partial tear takes nothing off the thickness, but it does off what is left.
  EXPECT_EQ(now.measurements.thickness.profile.size(), picture.result.measurements.thickness.profile.size());
  const ThicknessSample& middle = now.measurements.thickness.profile[30];
  EXPECT_NEAR(middle.remainingMm, 0.6 * middle.valueMm, 0.1);
}

TEST(Outline, TheKindFollowsWhereItLies) {
  const Opened picture = opened("normal-left-long");
  const auto kindOf = [&](double low, double high) {
    ImageReview review = picture.review();
    review.apply(by(AddDiscontinuity{outline(picture.result, 20, 40, low, high)}));
    return review.current().measurements.discontinuities.at(0).kind;
  };
  EXPECT_EQ(kindOf(0.5, 1.0), DiscontinuityKind::bursal);
  EXPECT_EQ(kindOf(0.6, 1.4), DiscontinuityKind::bursal); // drawn over the border
  EXPECT_EQ(kindOf(0.35, 0.65), DiscontinuityKind::intrasubstance);
  EXPECT_EQ(kindOf(-0.2, 1.2), DiscontinuityKind::fullThickness);
}

TEST(Outline, AFullThicknessOneIsFullForSureAndLeavesNoThickness) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  review.apply(by(AddDiscontinuity{outline(picture.result, 20, 40, -0.1, 1.1)}));
  const ImageResult& now = review.current();
  EXPECT_EQ(now.grade.grade, GradeClass::fullThickness);
  EXPECT_EQ(now.grade.probabilities[3], 1);
  const Discontinuity& d = now.measurements.discontinuities.at(0);
  EXPECT_NEAR(d.gapMm.value_or(0), 5.25, 0.3);
  EXPECT_NEAR(d.retractionMm.value_or(0), 5.25, 0.3); // both stumps are in the picture
  for (const ThicknessSample& sample : now.measurements.thickness.profile)
    EXPECT_TRUE(sample.positionMm < d.beginMm || sample.positionMm > d.endMm);
}

TEST(Outline, AStumpBeyondTheFootprintIsWhereThePersonEndedTheOutline) {
  const Opened picture = opened("normal-left-long");
  const auto& stations = picture.result.anatomy.tendon.stations;
  const Point outwards = normalized(stations[0].cortexMm - stations[12].cortexMm);
  Polyline px = outline(picture.result, 0, 20, -0.1, 1.1);
  const double height = distance(stations[0].cortexMm, stations[0].superficialMm);
  px.insert(px.begin(), picture.result.toFullPixels(stations[0].cortexMm + outwards * 6));
  px.push_back(picture.result.toFullPixels(stations[0].cortexMm + outwards * 6 + stations[0].normal * height));
  ImageReview review = picture.review();
  review.apply(by(AddDiscontinuity{px}));
  const Discontinuity& d = review.current().measurements.discontinuities.at(0);
  EXPECT_EQ(d.kind, DiscontinuityKind::fullThickness);
  EXPECT_NEAR(d.beginMm, -6, 0.3);
  EXPECT_NEAR(d.gapMm.value_or(0), 11, 0.5);
  EXPECT_NEAR(d.retractionMm.value_or(0), 11, 0.5);
}

TEST(Outline, DrawnOverTheProgramsItTakesItsPlace) {
  const Opened picture = opened("undersurface-right-long");
  const auto& found = picture.result.measurements.discontinuities;
  ASSERT_EQ(found.size(), 1u);
  ImageReview review = picture.review();
  Polyline px = outlinePx(picture.result, found.front());
  const double middle = std::accumulate(px.begin(), px.end(), 0.0, [](double sum, Point p) { return sum + p.x; }) /
                        static_cast<double>(px.size());
  for (Point& p : px)
    p.x = middle + (p.x - middle) * 0.8;
  review.apply(by(AddDiscontinuity{px}));
  ASSERT_EQ(review.current().measurements.discontinuities.size(), 1u);
  EXPECT_TRUE(review.current().measurements.discontinuities.front().byHand);
  EXPECT_NEAR(review.current().measurements.discontinuities.front().lengthMm, 0.8 * found.front().lengthMm, 0.6);
}

TEST(Outline, OnesOwnCanBeRejectedAgain) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  const Polyline px = outline(picture.result, 20, 40, 0, 0.4);
  review.apply(by(AddDiscontinuity{px}));
  review.apply(by(RejectDiscontinuity{px}));
  EXPECT_TRUE(review.current().measurements.discontinuities.empty());
  EXPECT_EQ(review.current().grade.grade, GradeClass::normal);
}

TEST(Outline, WhatWasRejectedStaysSoWhenABorderIsMoved) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  review.apply(by(RejectDiscontinuity{outlinePx(picture.result, picture.result.measurements.discontinuities.front())}));
  const auto last = picture.result.anatomy.tendon.stations.size() - 1;
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.3, 0, last)}));
  EXPECT_TRUE(review.current().measurements.discontinuities.empty());
  EXPECT_FALSE(isTear(review.current().grade.grade));
}

/// A stage of somebody else, around the built-in one.
class TheirDetector final : public DiscontinuityDetector {
public:
  explicit TheirDetector(bool fails)
      : fails_(fails) {}
  [[nodiscard]] std::optional<StageOrigin> origin() const override { return StageOrigin{"theirs", "1.2.3", {}, {}}; }
  [[nodiscard]] std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working,
                                                  const Anatomy& anatomy, const Criteria& criteria) const override {
    if (fails_)
      throw StageError({}, "it fell over", {});
    return builtinStages().discontinuities->detect(frame, working, anatomy, criteria);
  }

private:
  bool fails_;
};

class TheirGrader final : public Grader {
public:
  [[nodiscard]] std::optional<StageOrigin> origin() const override { return StageOrigin{"theirs", "1.2.3", {}, {}}; }
  [[nodiscard]] Grade grade(const GradingInput& input, const Criteria& criteria) const override {
    return builtinStages().grader->grade(input, criteria);
  }
};

TEST(Outline, AReviewOfAPluginsWorkStillSaysWhoseItIs) {
  const Opened picture = opened("normal-left-long");
  Stages stages = builtinStages();
  stages.discontinuities = std::make_shared<TheirDetector>(false);
  stages.grader = std::make_shared<TheirGrader>();
  ImageReview review(picture.result, picture.pictures, stages, builtinCriteria());
  review.apply(by(AddDiscontinuity{outline(picture.result, 20, 40, 0.2, 0.6)}));
  const ImageResult& now = review.current();
  ASSERT_TRUE(now.measurements.discontinuitiesBy);
  EXPECT_EQ(now.measurements.discontinuitiesBy->plugin, "theirs");
  ASSERT_TRUE(now.grade.by);
  EXPECT_EQ(now.grade.by->plugin, "theirs");
}

TEST(Outline, StayWhereThePluginFailsAndTheBuiltInStageStandsIn) {
  const Opened picture = opened("normal-left-long");
  Stages stages = builtinStages();
  stages.discontinuities = std::make_shared<TheirDetector>(true);
  stages.fallback = std::make_shared<Stages>(builtinStages());
  ImageReview review(picture.result, picture.pictures, stages, builtinCriteria());
  review.apply(by(AddDiscontinuity{outline(picture.result, 20, 40, 0.2, 0.6)}));
  const Measurements& now = review.current().measurements;
  ASSERT_TRUE(now.discontinuitiesBy);
  EXPECT_THAT(now.discontinuitiesBy->fault, HasSubstr("it fell over"));
  EXPECT_TRUE(std::any_of(now.discontinuities.begin(), now.discontinuities.end(),
                          [](const Discontinuity& d) { return d.byHand; }));
}

} // namespace
} // namespace hipcuff::review
