// Edits as a careless hand makes them: whatever happens, the result stays a result, and undo leads back.
#include "reviewed_picture.h"
#include "same_result.h"

#include "hipcuff/core/error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hipcuff::review {
namespace {

class Hand {
public:
  Hand(unsigned seed, const ImageResult& image)
      : random_(seed)
      , image_(image) {}

  EditRecord next(const ImageResult& now) {
    switch (whole(0, 8)) {
    case 0:
    case 1:
      return by(RedrawBorder{static_cast<Border>(whole(0, 2)), scribble(now)}, frame(now));
    case 2: {
      const auto border = static_cast<Border>(whole(0, 2));
      const Point from = somewhere(now);
      return by(
          RedrawBorder{border, pulled(now, border, from, from + Point{part(-30, 30), part(-30, 30)}, part(0.2, 8))},
          frame(now));
    }
    case 3:
      return by(DrawTendon{scribble(now), scribble(now), whole(0, 1) == 1}, frame(now));
    case 4:
      return by(SetExtent{somewhere(now), somewhere(now)}, frame(now));
    case 5:
      return by(AddDiscontinuity{scribble(now)}, frame(now));
    case 6:
      return by(RejectDiscontinuity{scribble(now)}, frame(now));
    case 7:
      return by(SetView{whole(0, 1) ? View::longAxis : View::shortAxis}, frame(now));
    default:
      return by(Decide{Verdict::refused, {}, {}, "no"}, frame(now));
    }
  }

private:
  int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  double part(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  static int frame(const ImageResult& now) { return now.frame.value_or(0); }

  /// Near the tendon mostly, now and then anywhere.
  Point somewhere(const ImageResult& now) {
    const auto& stations = now.anatomy.tendon.stations;
    if (stations.empty() || whole(0, 5) == 0)
      return {part(-50, image_.columns + 50), part(-50, image_.rows + 50)};
    const TendonStation& s = stations[static_cast<std::size_t>(whole(0, static_cast<int>(stations.size()) - 1))];
    return now.toFullPixels(s.cortexMm + s.normal * part(-1, 6));
  }

  Polyline scribble(const ImageResult& now) {
    Polyline px;
    const int points = whole(2, 40);
    const Point from = somewhere(now);
    const Point to = somewhere(now);
    for (int i = 0; i < points; ++i) {
      const double t = static_cast<double>(i) / (points - 1);
      px.push_back(from + (to - from) * t + Point{part(-6, 6), part(-6, 6)});
    }
    if (whole(0, 9) == 0)
      px.insert(px.end(), px.begin(), px.end()); // twice over itself
    if (whole(0, 9) == 0)
      px.push_back(px.back()); // the pointer rested
    return px;
  }

  std::mt19937 random_;
  const ImageResult& image_;
};

void expectSound(const ImageResult& r) {
  for (const TendonStation& s : r.anatomy.tendon.stations) {
    for (const Point p : {s.cortexMm, s.deepMm, s.superficialMm})
      ASSERT_TRUE(std::isfinite(p.x) && std::isfinite(p.y));
    EXPECT_NEAR(norm(s.normal), 1, 1e-6);
    const double deep = dot(s.deepMm - s.cortexMm, s.normal);
    const double superficial = dot(s.superficialMm - s.cortexMm, s.normal);
    EXPECT_GE(deep, -1e-6);
    EXPECT_GE(superficial, deep - 1e-6);
    if (s.fibreAngleDeg) {
      EXPECT_TRUE(std::isfinite(*s.fibreAngleDeg));
    }
    EXPECT_TRUE(std::isfinite(s.sdMm));
  }
  double sum = 0;
  for (const double p : r.grade.probabilities) {
    EXPECT_TRUE(p >= 0 && p <= 1) << p;
    sum += p;
  }
  EXPECT_NEAR(sum, r.grade.grade == GradeClass::notGradable ? 0 : 1, 1e-6);
  EXPECT_EQ(r.grade.refusals.empty(), r.grade.grade != GradeClass::notGradable);
  for (const Discontinuity& d : r.measurements.discontinuities) {
    EXPECT_TRUE(d.depthFraction >= 0 && d.depthFraction <= 1);
    EXPECT_TRUE(std::isfinite(d.lengthMm) && d.lengthMm > 0);
    EXPECT_LE(d.beginMm, d.endMm);
  }
  for (const ThicknessSample& s : r.measurements.thickness.profile)
    EXPECT_TRUE(s.valueMm > 0 && s.valueMm <= 41 && s.remainingMm >= 0 && s.remainingMm <= s.valueMm + 0.05);
}

class Careless : public testing::TestWithParam<unsigned> {};

TEST_P(Careless, TheResultStaysSoundAndUndoLeadsBack) {
  const char* exams[] = {"undersurface-right-long", "full-left-long", "normal-right-short", "undersurface-left-cine"};
  const Opened picture = opened(exams[GetParam() % 4]);
  ImageReview review = picture.review();
  Hand hand(GetParam(), picture.result);
  int acted = 0;
  for (int i = 0; i < 25; ++i) {
    const EditRecord record = hand.next(review.current());
    const std::size_t before = review.edits().size();
    try {
      review.apply(record);
      ++acted;
      EXPECT_EQ(review.edits().size(), before + 1);
    } catch (const InputError& error) {
      EXPECT_EQ(review.edits().size(), before);
      EXPECT_FALSE(error.problem().empty());
    }
    expectSound(review.current());
    if (HasFailure()) {
      FAIL() << "after edit " << i << ": " << toJson(record);
    }
  }
  EXPECT_GT(acted, 3);
  // A replay gives the same.
  Opened again = picture;
  again.result.review = review.current().review;
  expectSame(again.review().current(), review.current());
  while (review.canUndo())
    review.undo();
  expectSame(review.current(), picture.result);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Careless, testing::Range(1U, 21U));

} // namespace
} // namespace hipcuff::review
