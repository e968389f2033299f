// The working grid's fast passes against the same sums written out point by point.
#include "hipcuff/segmentation/working_grid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace hipcuff {
namespace {

Frame frameOf(int width, int height, Spacing scale, unsigned seed) {
  Frame frame;
  frame.pixels = GreyImage(width, height);
  frame.usable = Mask(width, height, 255);
  frame.box = {0, 0, width - 1, height - 1};
  frame.scale = scale;
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> grey(0, 255);
  for (auto& value : frame.pixels.data)
    value = static_cast<std::uint8_t>(grey(random));
  return frame;
}

/// A sector's corners, a hole, single pixels, the last column.
void maskOut(Mask& usable) {
  std::mt19937 random(5);
  for (int y = 0; y < usable.height; ++y)
    for (int x = 0; x < usable.width; ++x)
      if (x < 30 - y || x >= usable.width - 40 + y || (x > 50 && x < 60 && y > 20 && y < 40) || random() % 997 == 0)
        usable.at(x, y) = 0;
  for (int y = 50; y < usable.height; ++y)
    usable.at(usable.width - 1, y) = 0;
}

double catmullRom(double t) {
  t = std::abs(t);
  return t < 1 ? 1 + t * t * (1.5 * t - 2.5) : t < 2 ? 2 + t * (-4 + t * (2.5 - 0.5 * t)) : 0;
}

double weightOf(int pixel, double centre, double pixelsPerPoint) {
  const double off = std::abs(pixel - centre);
  return pixelsPerPoint > 1 ? std::max(0.0, 1 - off / pixelsPerPoint) : catmullRom(off);
}

int firstOf(double centre, double reach) {
  return std::max(0, static_cast<int>(std::floor(centre - reach)) + 1);
}

int lastOf(double centre, double reach, int pixels) {
  return std::min(pixels - 1, static_cast<int>(std::ceil(centre + reach)) - 1);
}

TEST(WorkingGrid, EqualsTheSumsWrittenOut) {
  for (const Spacing scale : {Spacing{0.06, 0.07}, Spacing{0.14, 0.12}, Spacing{0.1, 0.1}, Spacing{0.023, 0.2}}) {
    Frame frame = frameOf(211, 93, scale, 3);
    maskOut(frame.usable);
    const WorkingFrame working = makeWorkingFrame(frame);
    const double perX = working.gridMm / scale.x;
    const double perY = working.gridMm / scale.y;
    const double reachX = perX > 1 ? perX : 2;
    const double reachY = perY > 1 ? perY : 2;
    int masked = 0;
    for (int gy = 0; gy < working.grey.height; ++gy)
      for (int gx = 0; gx < working.grey.width; ++gx) {
        double sum = 0;
        double total = 0;
        bool usable = true;
        for (int y = firstOf(gy * perY, reachY); y <= lastOf(gy * perY, reachY, frame.pixels.height); ++y)
          for (int x = firstOf(gx * perX, reachX); x <= lastOf(gx * perX, reachX, frame.pixels.width); ++x) {
            const double w = weightOf(x, gx * perX, perX) * weightOf(y, gy * perY, perY);
            sum += w * frame.pixels.at(x, y);
            total += w;
            usable = usable && frame.usable.at(x, y) == 255;
          }
        ASSERT_NEAR(working.grey.at(gx, gy), std::clamp(sum / total, 0.0, 255.0), 0.01) << gx << ' ' << gy;
        ASSERT_EQ(working.usable.at(gx, gy) == 255, usable) << gx << ' ' << gy << " scale " << scale.x;
        masked += usable ? 0 : 1;
      }
    EXPECT_GT(masked, 20);
  }
}

TEST(WorkingGrid, AllTissueStaysAllTissue) {
  const WorkingFrame working = makeWorkingFrame(frameOf(120, 80, {0.05, 0.05}, 1));
  EXPECT_TRUE(std::all_of(working.usable.data.begin(), working.usable.data.end(), [](auto v) { return v == 255; }));
}

TEST(WorkingGrid, SmallPicturesHaveAGridToo) {
  for (const int size : {1, 2, 3, 7}) {
    const WorkingFrame working = makeWorkingFrame(frameOf(size, size, {0.1, 0.1}, 1));
    EXPECT_EQ(working.grey.width, size);
    EXPECT_EQ(working.grey.height, size);
  }
}

} // namespace
} // namespace hipcuff
