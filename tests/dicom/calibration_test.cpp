// Millimetres: from where, and why not.
#include "dicom_builder.h"

#include "hipcuff/dicom/reading.h"

#include <gtest/gtest.h>
#include <limits>

namespace {

using namespace testdicom;
using hipcuff::RegionKind;

hipcuff::Cine opened(Image image) {
  const Folder folder;
  if (image.pixels.empty())
    image.pixels = ramp(static_cast<std::size_t>(image.rows) * image.columns);
  return hipcuff::openDicom(folder.write(image));
}

hipcuff::Cine withRegions(std::vector<Region> regions, const char* pixelSpacing = nullptr) {
  Image image;
  image.rows = 40;
  image.columns = 60;
  image.regions = std::move(regions);
  if (pixelSpacing)
    image.in0028 = [pixelSpacing](Elements& e) { e.text(0x00280030, "DS", pixelSpacing); };
  return opened(image);
}

Region tissue() {
  Region r;
  r.x1 = 59;
  r.y1 = 39;
  return r;
}

TEST(Calibration, CentimetresBecomeMillimetres) {
  auto r = tissue();
  r.deltaX = 0.012;
  r.deltaY = 0.009;
  r.withReference = true;
  r.referenceX = 30;
  r.referenceY = -5;
  r.x0 = 2;
  r.y0 = 3;
  const auto cine = withRegions({r});
  ASSERT_EQ(cine.regions.size(), 1U);
  const auto& region = cine.regions[0];
  EXPECT_EQ(region.kind, RegionKind::bMode);
  ASSERT_TRUE(region.mmPerPx);
  EXPECT_NEAR(region.mmPerPx->x, 0.12, 1e-12);
  EXPECT_NEAR(region.mmPerPx->y, 0.09, 1e-12);
  EXPECT_EQ(region.origin, hipcuff::CalibrationOrigin::ultrasoundRegion);
  EXPECT_EQ(region.referencePx, (hipcuff::Point{32, -2})) << "relative to the region, and a sector's apex lies above";
  EXPECT_TRUE(region.problem.empty());
}

TEST(Calibration, SeveralRegionsKeepTheirOwnScales) {
  auto left = tissue();
  left.x1 = 29;
  auto right = tissue();
  right.x0 = 30;
  right.deltaX = right.deltaY = 0.02;
  auto ecg = tissue();
  ecg.format = 4;
  ecg.type = 10;
  ecg.unitsX = 4;
  ecg.unitsY = 0;
  const auto cine = withRegions({left, right, ecg});
  ASSERT_EQ(cine.regions.size(), 3U);
  EXPECT_NEAR(cine.regions[0].mmPerPx->x, 0.1, 1e-12);
  EXPECT_NEAR(cine.regions[1].mmPerPx->x, 0.2, 1e-12);
  EXPECT_EQ(cine.regions[2].kind, RegionKind::waveform);
  EXPECT_FALSE(cine.regions[2].mmPerPx);
}

TEST(Calibration, KindsOfRegions) {
  const std::tuple<unsigned, unsigned, RegionKind> cases[] = {
      {1, 1, RegionKind::bMode},           {1, 2, RegionKind::colourDoppler}, {2, 1, RegionKind::mMode},
      {3, 3, RegionKind::spectralDoppler}, {4, 10, RegionKind::waveform},     {5, 0, RegionKind::graphics},
      {0, 13, RegionKind::graphics},       {0, 14, RegionKind::graphics},     {0, 0, RegionKind::other}};
  for (const auto& [format, type, kind] : cases) {
    auto r = tissue();
    r.format = format;
    r.type = type;
    const auto cine = withRegions({r});
    EXPECT_EQ(cine.regions.at(0).kind, kind) << format << ' ' << type;
    if (kind != RegionKind::bMode && kind != RegionKind::colourDoppler) {
      EXPECT_FALSE(cine.regions[0].mmPerPx) << "no space on both axes";
    }
  }
}

struct Refused {
  const char* name;
  double deltaX, deltaY;
  unsigned units = 3;
};

class RefusedScale : public testing::TestWithParam<Refused> {};

TEST_P(RefusedScale, GivesNoMillimetresAndAReason) {
  auto r = tissue();
  r.deltaX = GetParam().deltaX;
  r.deltaY = GetParam().deltaY;
  r.unitsX = r.unitsY = GetParam().units;
  const auto cine = withRegions({r}, "0.1\\0.1");
  EXPECT_FALSE(cine.regions.at(0).mmPerPx);
  EXPECT_NE(cine.regions[0].problem.find("no millimetres"), std::string::npos) << cine.regions[0].problem;
  EXPECT_FALSE(cine.imageMmPerPx) << "Pixel Spacing must not stand in for a refused region";
  EXPECT_FALSE(cine.problems.empty());
}

INSTANTIATE_TEST_SUITE_P(All, RefusedScale,
                         testing::Values(Refused{"Zero", 0, 0}, Refused{"ZeroY", 0.01, 0},
                                         Refused{"Negative", -0.01, -0.01}, Refused{"NegativeY", 0.01, -0.01},
                                         Refused{"NaN", std::numeric_limits<double>::quiet_NaN(), 0.01},
                                         Refused{"Infinite", std::numeric_limits<double>::infinity(), 0.01},
                                         Refused{"TooSmall", 0.0001, 0.0001}, Refused{"TooLarge", 1.0, 1.0},
                                         Refused{"Stretched", 0.01, 0.04}, Refused{"Seconds", 0.01, 0.01, 4},
                                         Refused{"NoUnits", 0.01, 0.01, 0}),
                         [](const auto& given) { return std::string(given.param.name); });

TEST(Calibration, PixelSpacingWhereThereIsNoRegion) {
  const auto cine = withRegions({}, "0.2\\0.1");
  ASSERT_TRUE(cine.imageMmPerPx);
  EXPECT_EQ(*cine.imageMmPerPx, (hipcuff::Spacing{0.1, 0.2})) << "first value: between rows";
  EXPECT_EQ(cine.imageMmOrigin, hipcuff::CalibrationOrigin::pixelSpacing);
}

TEST(Calibration, ImagerPixelSpacingComesLast) {
  Image image;
  image.in0018 = [](Elements& e) { e.text(0x00181164, "DS", "0.3\\0.3"); };
  EXPECT_NEAR(opened(image).imageMmPerPx.value().x, 0.3, 1e-12);
  image.in0028 = [](Elements& e) { e.text(0x00280030, "DS", "0.1\\0.1"); };
  EXPECT_NEAR(opened(image).imageMmPerPx.value().x, 0.1, 1e-12);
}

TEST(Calibration, UnbelievablePixelSpacing) {
  for (const char* value : {"0\\0", "-0.1\\-0.1", "1\\1", "50\\50", "0.1", "0.1\\abc", "nan\\nan", "0.1\\0.5"}) {
    const auto cine = withRegions({}, value);
    EXPECT_FALSE(cine.imageMmPerPx) << value;
    EXPECT_FALSE(cine.problems.empty()) << value;
  }
}

TEST(Calibration, PixelSpacingAndRegionMustAgree) {
  const auto agree = withRegions({tissue()}, "0.102\\0.1");
  EXPECT_TRUE(agree.regions.at(0).mmPerPx);
  EXPECT_TRUE(agree.imageMmPerPx);
  const auto differ = withRegions({tissue()}, "0.11\\0.11");
  EXPECT_FALSE(differ.regions.at(0).mmPerPx);
  EXPECT_FALSE(differ.imageMmPerPx);
  EXPECT_NE(differ.regions[0].problem.find("contradict"), std::string::npos);
}

TEST(Calibration, OverlappingRegionsMustAgree) {
  auto other = tissue();
  other.deltaX = other.deltaY = 0.02;
  const auto cine = withRegions({tissue(), other});
  EXPECT_FALSE(cine.regions[0].mmPerPx);
  EXPECT_FALSE(cine.regions[1].mmPerPx);
}

TEST(Calibration, FarCornerAsWidthIsClipped) {
  auto r = tissue();
  r.x1 = 60;
  r.y1 = 40;
  const auto cine = withRegions({r});
  EXPECT_EQ(cine.regions.at(0).box, (hipcuff::PixelBox{0, 0, 59, 39}));
  EXPECT_TRUE(cine.regions[0].mmPerPx);
  EXPECT_NE(cine.regions[0].problem.find("clipped"), std::string::npos);
}

TEST(Calibration, APictureScaledAfterTheScannerHasNoMillimetres) {
  auto r = tissue();
  r.x1 = 119;
  r.y1 = 79;
  const auto cine = withRegions({r});
  EXPECT_FALSE(cine.regions.at(0).mmPerPx);
  EXPECT_EQ(cine.regions[0].box, (hipcuff::PixelBox{0, 0, 59, 39}));
}

TEST(Calibration, RegionsOutsideOrUpsideDown) {
  auto outside = tissue();
  outside.x0 = 100;
  outside.x1 = 200;
  auto upside = tissue();
  upside.y0 = 30;
  upside.y1 = 10;
  auto huge = tissue();
  huge.x0 = 0xFFFFFFFF;
  huge.x1 = 0xFFFFFFFF;
  const auto cine = withRegions({outside, upside, huge});
  for (const auto& region : cine.regions) {
    EXPECT_TRUE(region.box.empty());
    EXPECT_FALSE(region.mmPerPx);
    EXPECT_FALSE(region.problem.empty());
  }
}

} // namespace
