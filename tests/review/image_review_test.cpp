// Corrections on pictures of testdata: what they change, and that they change nothing else.
#include "reviewed_picture.h"
#include "same_result.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace hipcuff::review {
namespace {

using testing::Contains;
using testing::HasSubstr;

double thickness(const TendonStation& s) {
  return distance(s.cortexMm, s.superficialMm);
}

TEST(ImageReview, NothingIsReadBeforeAnEdit) {
  const Opened picture = opened("normal-left-long");
  const ImageReview review = picture.review();
  EXPECT_EQ(*picture.decoded, 0);
  EXPECT_FALSE(review.current().review);
  EXPECT_FALSE(review.canUndo());
}

TEST(ImageReview, ABorderMovedOutMakesTheTendonThickerThereAndNowhereElse) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  const auto before = picture.result.anatomy.tendon.stations;
  ASSERT_GT(before.size(), 45u);
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 1.0, 20, 40)}));
  const ImageResult& now = review.current();
  ASSERT_EQ(now.anatomy.tendon.stations.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const TendonStation& s = now.anatomy.tendon.stations[i];
    const bool inside = i >= 20 && i <= 40;
    EXPECT_EQ(s.superficialByHand, inside) << i;
    EXPECT_EQ(s.cortexMm, before[i].cortexMm) << i;
    if (inside) {
      EXPECT_NEAR(thickness(s), thickness(before[i]) + 1, 0.02) << i; // 0.01 px, and the line's straight pieces
      EXPECT_NEAR(s.sdMm, 0.068 * thickness(s), 1e-9) << i;
    } else {
      EXPECT_EQ(s.superficialMm, before[i].superficialMm) << i;
      EXPECT_EQ(s.sdMm, before[i].sdMm) << i;
    }
  }
  // The measures follow.
  double most = 0;
  for (const ThicknessSample& sample : now.measurements.thickness.profile)
    most = std::max(most, sample.valueMm);
  EXPECT_NEAR(now.measurements.thickness.summary->maxMm, most, 1e-12);
  EXPECT_GT(now.measurements.thickness.summary->meanMm,
            picture.result.measurements.thickness.summary->meanMm + 0.5 * 21 / static_cast<double>(before.size()));
  ASSERT_TRUE(now.review);
  EXPECT_EQ(now.review->by, "MK");
  EXPECT_EQ(now.review->edits.size(), 1u);
  EXPECT_FALSE(now.review->verdict);
  EXPECT_EQ(now.review->program.grade, picture.result.grade.grade);
  EXPECT_THAT(now.grade.reasons, Contains(HasSubstr("corrected by a reader")));
}

TEST(ImageReview, UndoAndRedoComeBackExactly) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.7, 10, 30)}));
  const ImageResult once = review.current();
  review.apply(by(RedrawBorder{Border::superficial, shifted(once, Border::superficial, -0.5, 25, 40)}));
  const ImageResult twice = review.current();
  review.undo();
  expectSame(review.current(), once);
  review.undo();
  expectSame(review.current(), picture.result);
  EXPECT_FALSE(review.canUndo());
  review.redo();
  expectSame(review.current(), once);
  ASSERT_TRUE(review.nextRedo());
  review.redo();
  expectSame(review.current(), twice);
  EXPECT_FALSE(review.canRedo());
}

TEST(ImageReview, AReplayFromTheResultsReviewIsTheSame) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.7, 10, 30)}));
  review.apply(by(RedrawBorder{Border::cortex, shifted(picture.result, Border::cortex, 0.3, 15, 35)}));
  Opened again = picture;
  again.result.review = review.current().review;
  const ImageReview replayed = again.review();
  expectSame(replayed.current(), review.current());
  EXPECT_EQ(replayed.edits().size(), 2u);
  EXPECT_FALSE(replayed.program().review);
}

} // namespace
} // namespace hipcuff::review
