#include "jpeg.h"
#include "sample_results.h"

#include "hipcuff/report/thumbnail.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <thread>

#include <jpeglib.h>

namespace hipcuff::report {
namespace {

RgbImage decoded(const std::string& bytes) {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&info, TRUE);
  info.out_color_space = JCS_RGB;
  jpeg_start_decompress(&info);
  RgbImage image(static_cast<int>(info.output_width), static_cast<int>(info.output_height));
  while (info.output_scanline < info.output_height) {
    auto* row = image.row(static_cast<int>(info.output_scanline));
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return image;
}

/// Bright orange pixels whose green is within these parts of their red: a blend with the dark halo keeps its hue.
int count(const RgbImage& image, double least, double most) {
  int n = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const double hue = image.at(x, y, 0) > 150 ? image.at(x, y, 1) / static_cast<double>(image.at(x, y, 0)) : 1;
      n += image.at(x, y, 2) < 60 && hue >= least && hue <= most ? 1 : 0;
    }
  return n;
}
int superficial(const RgbImage& image) { // #e69f00
  return count(image, 0.6, 0.78);
}
int gap(const RgbImage& image) { // #d55e00
  return count(image, 0.3, 0.52);
}

TEST(Thumbnail, IsTheSmallPaneWithItsOutlines) {
  const ImageResult torn = test::tornHip();
  const std::string bytes = thumbnailJpeg(torn);
  EXPECT_LT(bytes.size(), 30'000U);
  const RgbImage image = decoded(bytes);
  EXPECT_EQ(image.width, 360);
  EXPECT_EQ(image.height, 277); // 520 x 400
  EXPECT_GT(superficial(image), 80);
  EXPECT_GT(gap(image), 20);
  if (const char* folder = std::getenv("HIPCUFF_REPORT_SAMPLE"))
    std::ofstream(std::string(folder) + "/thumb.jpg", std::ios::binary) << bytes;
}

TEST(Thumbnail, ATearShowsOnlyWhereThereIsOne) {
  EXPECT_EQ(gap(decoded(thumbnailJpeg(test::normalHip()))), 0);
}

TEST(Thumbnail, AreaAverageKeepsWhatIsFiner) {
  // Every second column white: a picture that skips pixels would come out black or white.
  ImageResult stripes;
  auto picture = std::make_shared<RgbImage>(1440, 720);
  for (int y = 0; y < 720; ++y)
    for (int x = 0; x < 1440; x += 2)
      for (int c = 0; c < 3; ++c)
        picture->at(x, y, c) = 255;
  stripes.picture = picture;
  const RgbImage image = decoded(thumbnailJpeg(stripes, 360));
  ASSERT_EQ(image.width, 360);
  ASSERT_EQ(image.height, 180);
  EXPECT_NEAR(image.at(100, 100), 128, 3);
  EXPECT_NEAR(image.at(359, 179), 128, 3);
}

TEST(Thumbnail, MillimetresAreSquare) {
  ImageResult flat = test::normalHip();
  flat.mmPerPx = Spacing{0.1, 0.2};
  flat.scale = {0.1, 0.2};
  const RgbImage image = decoded(thumbnailJpeg(flat)); // 520 x 400 pixels, 52 x 80 mm
  EXPECT_EQ(image.height, 360);
  EXPECT_EQ(image.width, 234);
}

TEST(Thumbnail, SmallPicturesAreNotEnlarged) {
  ImageResult small;
  small.picture = std::make_shared<RgbImage>(40, 30, std::uint8_t{90});
  const RgbImage image = decoded(thumbnailJpeg(small));
  EXPECT_EQ(image.width, 40);
  EXPECT_EQ(image.height, 30);
}

TEST(Thumbnail, GeometryOutOfThePictureOrNotANumberDoesNoHarm) {
  ImageResult odd = test::tornHip();
  odd.anatomy.tendon.stations[3].superficialMm.x = std::numeric_limits<double>::quiet_NaN();
  odd.anatomy.tendon.stations[4].superficialMm = {1e12, -1e12};
  odd.measurements.discontinuities[0].polygonMm[1] = {-1e9, std::numeric_limits<double>::infinity()};
  EXPECT_FALSE(thumbnailJpeg(odd).empty());
}

TEST(Thumbnail, NoPictureNoThumbnail) {
  EXPECT_TRUE(thumbnailJpeg(test::undecodable()).empty());
  EXPECT_THROW((void)thumbnailJpeg(test::tornHip(), 0), std::invalid_argument);
}

TEST(Thumbnail, SameBytesFromSeveralThreads) {
  const ImageResult torn = test::tornHip();
  const std::string expected = thumbnailJpeg(torn);
  std::array<std::string, 4> made;
  {
    std::vector<std::jthread> threads;
    for (std::string& one : made)
      threads.emplace_back([&] { one = thumbnailJpeg(torn); });
  }
  for (const std::string& one : made)
    EXPECT_EQ(one, expected);
}

} // namespace
} // namespace hipcuff::report
