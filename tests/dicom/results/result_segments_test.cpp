#include "hipcuff/dicom/results/result_segments.h"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

/// A tendon from x0 to x0 + 20, 10 high, with a discontinuity of 4 x 4 in it.
ImageResult result(int pane, int x0) {
  ImageResult out;
  out.sopInstanceUid = "1.2.3.4";
  out.pane = pane;
  out.rows = 40;
  out.columns = 100;
  out.frame = 3;
  out.scale = {0.5, 0.5};
  out.mmPerPx = out.scale;
  out.regionPx = PixelBox{x0, 5, x0 + 39, 39};
  out.side.value = Side::right;
  for (int i = 0; i <= 4; ++i) {
    TendonStation s;
    s.superficialMm = {i * 2.5, 5};
    s.deepMm = s.cortexMm = {i * 2.5, 10};
    out.anatomy.tendon.stations.push_back(s);
  }
  Discontinuity d;
  d.kind = DiscontinuityKind::undersurface;
  d.polygonMm = {{2, 7}, {4, 7}, {4, 9}, {2, 9}};
  out.measurements.discontinuities.push_back(d);
  return out;
}

Segmentation segmentsOf(const ImageResult& only) {
  const std::array<const ImageResult*, 1> panes{&only};
  return dicom::segmentsOf(panes);
}

TEST(ResultSegments, tendonAndEachDiscontinuityWhereTheyLieInTheFullPicture) {
  const auto image = result(0, 30);
  const auto out = segmentsOf(image);
  ASSERT_EQ(out.segments.size(), 2U);
  const auto& tendon = out.segments[0];
  EXPECT_EQ(tendon.label, "Gluteus medius tendon");
  EXPECT_EQ(tendon.type, privateCode("A001"));
  EXPECT_EQ(tendon.side, Side::right);
  EXPECT_EQ(tendon.maker, SegmentMaker::automatic);
  ASSERT_EQ(tendon.masks.size(), 1U);
  EXPECT_EQ(tendon.masks[0].frame, 3);
  const auto& mask = tendon.masks[0].mask;
  EXPECT_EQ(mask.width, 100);
  EXPECT_EQ(mask.count(), 20U * 10U);
  EXPECT_TRUE(mask.at(30, 15));
  EXPECT_TRUE(mask.at(49, 24));
  EXPECT_FALSE(mask.at(29, 15));
  const auto& gap = out.segments[1];
  EXPECT_EQ(gap.label, "Discontinuity 1");
  EXPECT_EQ(gap.description, "undersurface");
  EXPECT_EQ(gap.masks[0].mask.count(), 16U);
  EXPECT_TRUE(gap.masks[0].mask.at(34, 19));
  EXPECT_TRUE(gap.masks[0].mask.touches(mask));
  EXPECT_EQ(out.mmPerPx, image.mmPerPx);
}

TEST(ResultSegments, panesOfOnePictureAreOneObject) {
  const auto left = result(0, 0);
  auto right = result(1, 50);
  const std::array<const ImageResult*, 2> panes{&left, &right};
  const auto out = dicom::segmentsOf(panes);
  ASSERT_EQ(out.segments.size(), 4U);
  EXPECT_EQ(out.segments[3].label, "Discontinuity 1, pane 2");
  EXPECT_NE(out.segments[1].trackingUid, out.segments[3].trackingUid);
  EXPECT_EQ(out.mmPerPx, left.mmPerPx);
  right.mmPerPx = Spacing{0.4, 0.4};
  EXPECT_FALSE(dicom::segmentsOf(panes).mmPerPx) << "no one scale holds for both";
  right.sopInstanceUid = "1.2.3.5";
  EXPECT_THROW((void)dicom::segmentsOf(panes), std::invalid_argument);
}

TEST(ResultSegments, aPersonsHandIsSaid) {
  auto image = result(0, 30);
  image.anatomy.tendon.stations[2].superficialByHand = true;
  image.review = Review{};
  image.review->by = "AB";
  auto out = segmentsOf(image);
  EXPECT_EQ(out.segments[0].maker, SegmentMaker::semiautomatic);
  EXPECT_EQ(out.segments[1].maker, SegmentMaker::semiautomatic);
  EXPECT_EQ(out.creator, "AB");
  for (auto& s : image.anatomy.tendon.stations)
    s.superficialByHand = s.cortexByHand = true;
  image.measurements.discontinuities[0].byHand = true;
  out = segmentsOf(image);
  EXPECT_EQ(out.segments[0].maker, SegmentMaker::manual);
  EXPECT_EQ(out.segments[0].algorithm, "");
  EXPECT_EQ(out.segments[1].maker, SegmentMaker::manual);
}

TEST(ResultSegments, whatDidAStageIsNamed) {
  auto image = result(0, 30);
  image.anatomy.tendon.by = StageOrigin{"level_set", "1.0.0", "", ""};
  EXPECT_EQ(segmentsOf(image).segments[0].algorithm, "level_set 1.0.0");
  image.anatomy.tendon.by->fault = "it failed";
  EXPECT_EQ(segmentsOf(image).segments[0].algorithm, "HipCuff");
}

TEST(ResultSegments, nothingSeenIsNoSegment) {
  auto image = result(0, 30);
  image.measurements.discontinuities[0].polygonMm = {{2.1, 7.1}, {2.2, 7.1}, {2.2, 7.2}};
  EXPECT_EQ(segmentsOf(image).segments.size(), 1U) << "it covers no pixel's centre";
  image.frame.reset();
  EXPECT_TRUE(segmentsOf(image).segments.empty());
  EXPECT_TRUE(dicom::segmentsOf({}).segments.empty());
}

} // namespace
} // namespace hipcuff::dicom
