// Two results that should be one and the same.
#pragma once

#include "hipcuff/core/result.h"

#include <gtest/gtest.h>

namespace hipcuff::review {

inline void expectSame(const ImageResult& a, const ImageResult& b) {
  ASSERT_EQ(a.anatomy.tendon.stations.size(), b.anatomy.tendon.stations.size());
  for (std::size_t i = 0; i < a.anatomy.tendon.stations.size(); ++i) {
    const TendonStation& s = a.anatomy.tendon.stations[i];
    const TendonStation& t = b.anatomy.tendon.stations[i];
    EXPECT_EQ(s.positionMm, t.positionMm) << i;
    EXPECT_EQ(s.superficialMm, t.superficialMm) << i;
    EXPECT_EQ(s.cortexMm, t.cortexMm) << i;
    EXPECT_EQ(s.deepMm, t.deepMm) << i;
    EXPECT_EQ(s.sdMm, t.sdMm) << i;
    EXPECT_EQ(s.confidence, t.confidence) << i;
    EXPECT_EQ(s.fibreAngleDeg, t.fibreAngleDeg) << i;
    EXPECT_EQ(s.superficialByHand, t.superficialByHand) << i;
  }
  EXPECT_EQ(a.anatomy.tendon.confidence, b.anatomy.tendon.confidence);
  EXPECT_EQ(a.frame, b.frame);
  EXPECT_EQ(a.mmPerPx, b.mmPerPx);
  EXPECT_EQ(a.scale, b.scale);
  EXPECT_EQ(a.grade.grade, b.grade.grade);
  EXPECT_EQ(a.grade.probabilities, b.grade.probabilities);
  EXPECT_EQ(a.grade.reasons, b.grade.reasons);
  EXPECT_EQ(a.grade.refusals, b.grade.refusals);
  ASSERT_EQ(a.measurements.thickness.profile.size(), b.measurements.thickness.profile.size());
  for (std::size_t i = 0; i < a.measurements.thickness.profile.size(); ++i)
    EXPECT_EQ(a.measurements.thickness.profile[i].valueMm, b.measurements.thickness.profile[i].valueMm);
  ASSERT_EQ(a.measurements.discontinuities.size(), b.measurements.discontinuities.size());
  for (std::size_t i = 0; i < a.measurements.discontinuities.size(); ++i) {
    EXPECT_EQ(a.measurements.discontinuities[i].polygonMm, b.measurements.discontinuities[i].polygonMm);
    EXPECT_EQ(a.measurements.discontinuities[i].depthMm, b.measurements.discontinuities[i].depthMm);
    EXPECT_EQ(a.measurements.discontinuities[i].byHand, b.measurements.discontinuities[i].byHand);
  }
  EXPECT_EQ(a.measurements.findings.tornAreaMm2, b.measurements.findings.tornAreaMm2);
  ASSERT_EQ(a.review.has_value(), b.review.has_value());
  if (a.review) {
    EXPECT_EQ(a.review->edits, b.review->edits);
    EXPECT_EQ(a.review->verdict, b.review->verdict);
    EXPECT_EQ(a.review->annotations.size(), b.review->annotations.size());
  }
}

} // namespace hipcuff::review
