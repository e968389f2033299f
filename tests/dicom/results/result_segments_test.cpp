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

SourceImage source() {
  SourceImage out;
  out.sopInstanceUid = "1.2.3.4";
  out.columns = 100;
  out.rows = 40;
  out.label = "series 2, image 5";
  return out;
}

template <std::size_t N>
Segmentation segmentsOf(const std::array<const ImageResult*, N>& panes) {
  return dicom::segmentsOf(source(), panes, "9.8.7");
}

Segmentation segmentsOf(const ImageResult& only) {
  return segmentsOf(std::array<const ImageResult*, 1>{&only});
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
  const auto out = segmentsOf(panes);
  ASSERT_EQ(out.segments.size(), 4U);
  EXPECT_EQ(out.segments[3].trackingId, "series 2, image 5, picture 2, discontinuity 1");
  EXPECT_EQ(out.segments[3].label, "Discontinuity 1, pane 2");
  EXPECT_NE(out.segments[1].trackingUid, out.segments[3].trackingUid);
  EXPECT_EQ(out.mmPerPx, left.mmPerPx);
  right.mmPerPx = Spacing{0.4, 0.4};
  EXPECT_FALSE(segmentsOf(panes).mmPerPx) << "no one scale holds for both";
  right.sopInstanceUid = "1.2.3.5";
  EXPECT_THROW((void)segmentsOf(panes), std::invalid_argument);
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
  EXPECT_EQ(segmentsOf(image).segments[0].algorithm, "level_set");
  EXPECT_EQ(segmentsOf(image).segments[0].algorithmVersion, "1.0.0");
  image.anatomy.tendon.by->fault = "it failed";
  EXPECT_EQ(segmentsOf(image).segments[0].algorithm, "HipCuff");
  EXPECT_EQ(segmentsOf(image).segments[0].algorithmVersion, "9.8.7") << "that measured, not that writes";
}

TEST(ResultSegments, nothingSeenIsNoSegment) {
  auto image = result(0, 30);
  image.measurements.discontinuities[0].polygonMm = {{2.1, 7.1}, {2.2, 7.1}, {2.2, 7.2}};
  EXPECT_EQ(segmentsOf(image).segments.size(), 1U) << "it covers no pixel's centre";
  image.frame.reset();
  EXPECT_TRUE(segmentsOf(image).segments.empty());
  EXPECT_TRUE(segmentsOf(std::array<const ImageResult*, 0>{}).segments.empty());
}

TEST(ResultSegments, fluidOnTheTendonIsASegmentOfItsOwn) {
  auto image = result(0, 30);
  image.measurements.findings.bursalFluidOutlineMm = {{2, 5}, {6, 5}, {6, 3}, {2, 3}};
  const auto out = segmentsOf(image);
  ASSERT_EQ(out.segments.size(), 3U);
  const auto& fluid = out.segments[2];
  EXPECT_EQ(fluid.label, "Bursal fluid");
  EXPECT_EQ(fluid.type, privateCode("A003"));
  EXPECT_EQ(fluid.category.meaning, "Body Substance");
  EXPECT_EQ(fluid.trackingUid, trackingUid("1.2.3.4", 0, "bursal-fluid"));
  EXPECT_EQ(fluid.masks[0].mask.count(), 8U * 4U);
  EXPECT_TRUE(fluid.masks[0].mask.at(30 + 4, 5 + 6));
  EXPECT_FALSE(fluid.masks[0].mask.touches(out.segments[0].masks[0].mask));
}

TEST(ResultSegments, anImageOfAnotherSizeIsRefusedBeforeAnythingIsFilled) {
  auto image = result(0, 30);
  image.columns = 60000;
  image.rows = 60000;
  EXPECT_THROW((void)segmentsOf(image), std::invalid_argument);
}

TEST(ResultSegments, aDiscontinuityThatIsRedrawnALittleStaysTheSameAndNoneTakesTheNameOfAnother) {
  auto image = result(0, 30);
  auto& all = image.measurements.discontinuities;
  Discontinuity far = all[0];
  for (Point& p : far.polygonMm)
    p.x += 8;
  all.push_back(far);
  const auto before = discontinuityKeys(image);
  EXPECT_NE(before[0], before[1]);
  all[1].polygonMm[0].x += 0.4;
  all[1].polygonMm[0].y -= 0.3;
  EXPECT_EQ(discontinuityKeys(image), before);
  std::swap(all[0], all[1]);
  EXPECT_EQ(discontinuityKeys(image), (std::vector{before[1], before[0]})) << "not by their numbers";
  all.erase(all.begin() + 1);
  EXPECT_EQ(discontinuityKeys(image), std::vector{before[1]}) << "not the one that is gone";
  all.push_back(all[0]);
  const auto two = discontinuityKeys(image);
  EXPECT_NE(two[0], two[1]) << "two in one place";
}

} // namespace
} // namespace hipcuff::dicom
