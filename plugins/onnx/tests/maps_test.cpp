// Frames to class maps: millimetres, normalisation, one pass for all who ask.
#include "class_maps.h"
#include "support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>

namespace hipcuff::onnx {
namespace {

using nlohmann::json;

double logit(double p) {
  return std::log(p / (1 - p));
}

// The network hands on what it sees, so its map must be the picture again, at the same millimetres, whatever the
// scales.
TEST(Maps, AreTrueInMillimetres) {
  const testing::Folder folder;
  for (const Spacing scale : {Spacing{0.05, 0.09}, Spacing{0.137, 0.083}, Spacing{0.31, 0.27}})
    for (const double spacing : {0.1, 0.2, 0.35}) {
      json model = testing::description("grey", {"cortex"});
      model["input"]["spacing_mm"] = spacing;
      const Mapper mapper(readModelFile(testing::written(folder, model)));
      GreyImage image(301, 203);
      const auto grey = [](Point mm) { return 20 + 3.0 * mm.x + 5.0 * mm.y; };
      double largest = 0;
      for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
          const double g = grey({x * scale.x, y * scale.y});
          largest = std::max(largest, g);
          image.at(x, y) = static_cast<std::uint8_t>(std::lround(std::min(255.0, g)));
        }
      const Frame frame = testing::frameOf(image, scale);
      const auto maps = mapper.maps(frame);
      for (double y = 1; y < frame.heightMm() - 1; y += 1.7)
        for (double x = 1; x < frame.widthMm() - 1; x += 2.3)
          if (grey({x, y}) < 250) {
            EXPECT_NEAR(255 * logit(maps->at(MapClass::cortex, {x, y})), grey({x, y}), 0.8)
                << "at " << x << ", " << y << " mm; scale " << scale.x << ", spacing " << spacing;
          }
      EXPECT_TRUE(maps->covers({0, 0}));
      EXPECT_TRUE(maps->covers({frame.widthMm() - spacing, frame.heightMm() - spacing}));
      EXPECT_FALSE(maps->covers({frame.widthMm() + 2 * spacing, 1}));
      EXPECT_FALSE(maps->covers({1, -2 * spacing - scale.y}));
    }
}

TEST(Maps, EachPictureByItsOwnMeanAndDeviation) {
  const testing::Folder folder;
  json model = testing::description("grey", {"cortex"});
  model["input"]["normalisation"] = {{"kind", "per_frame"}, {"scale", 1 / 255.0}, {"least_sd", 0.02}};
  const ModelFile m = readModelFile(testing::written(folder, model));
  GreyImage image = testing::noise(200, 200, 3);
  Frame frame = testing::frameOf(image, {0.2, 0.2});
  for (int y = 0; y < 200; ++y)
    for (int x = 100; x < 200; ++x)
      frame.usable.at(x, y) = 0;
  const auto statistics = [&] {
    const NetworkPicture p = pictureOf(frame, m);
    double sum = 0;
    double squares = 0;
    for (int y = 0; y < 200; ++y)
      for (int x = 0; x < 100; ++x) {
        sum += static_cast<double>(p.values.at(x, y));
        squares += static_cast<double>(p.values.at(x, y)) * static_cast<double>(p.values.at(x, y));
      }
    EXPECT_EQ(p.values.at(150, 100), 0) << "what is not tissue is 0";
    return std::pair{sum / 20000, std::sqrt(squares / 20000)};
  };
  EXPECT_NEAR(statistics().first, 0, 1e-4);
  EXPECT_NEAR(statistics().second, 1, 1e-4);
  for (auto& v : frame.pixels.data)
    v = static_cast<std::uint8_t>(v / 2 + 30); // another gain: the same values
  EXPECT_NEAR(statistics().first, 0, 1e-4);
  EXPECT_NEAR(statistics().second, 1, 1e-4);
  frame.pixels = GreyImage(200, 200, 80); // flat: nothing, not noise blown up
  EXPECT_NEAR(statistics().second, 0, 1e-4);
}

TEST(Maps, MapsOfOneClassAddUpAndOtherIsTheRest) {
  const testing::Folder folder;
  const Frame frame = testing::frameOf(testing::noise(90, 70, 5), {0.2, 0.2});
  const Mapper three(
      readModelFile(testing::written(folder, testing::description("blur", {"other", "cortex", "tendon"}))));
  const Mapper two(
      readModelFile(testing::written(folder, testing::description("blur", {"cortex", "cortex", "tendon"}))));
  const auto a = three.maps(frame);
  const auto b = two.maps(frame);
  for (std::size_t i = 0; i < a->planes[0].data.size(); ++i) {
    ASSERT_NEAR(b->of(MapClass::cortex).data[i], a->of(MapClass::other).data[i] + a->of(MapClass::cortex).data[i],
                1e-5);
    ASSERT_NEAR(b->of(MapClass::other).data[i], 0, 1e-5);
    ASSERT_EQ(a->of(MapClass::discontinuity).data[i], 0);
  }
}

TEST(Maps, AnAbsurdScaleDoesNotEatTheMemory) {
  const testing::Folder folder;
  const ModelFile m = readModelFile(testing::written(folder, testing::description("grey", {"cortex"})));
  const NetworkPicture p = pictureOf(testing::frameOf(testing::noise(300, 200, 1), {50, 50}), m);
  EXPECT_LE(p.values.width, mostPixels);
  EXPECT_NEAR(p.values.width * p.spacingMm, 300 * 50, p.spacingMm);
  const NetworkPicture q = pictureOf(testing::frameOf(testing::noise(3, 2, 1), {0.001, 0.001}), m);
  EXPECT_EQ(q.values.width, 1);
}

TEST(Maps, ThreeStagesCostOnePass) {
  const testing::Folder folder;
  const Mapper mapper(readModelFile(testing::written(folder, testing::description("grey", {"cortex"}))));
  const Frame frame = testing::frameOf(testing::noise(100, 100, 5), {0.2, 0.2});
  const auto first = mapper.maps(frame);
  EXPECT_EQ(mapper.maps(Frame(frame)), first) << "a copy is the same frame";
  EXPECT_EQ(mapper.passes(), 1U);
  Frame other = frame;
  other.scale = {0.21, 0.2};
  EXPECT_NE(mapper.maps(other), first);
  other = frame;
  other.usable.at(3, 3) = 0;
  EXPECT_NE(mapper.maps(other), first);
  other = frame;
  other.pixels.at(50, 50) ^= 1;
  EXPECT_NE(mapper.maps(other), first);
  EXPECT_EQ(mapper.passes(), 4U);
}

TEST(Cache, ForgetsTheLongestUnusedAndKeepsNoFailure) {
  Cache<int> cache(3);
  int made = 0;
  const auto get = [&](const std::string& key) {
    return *cache.get(key, [&] { return std::make_shared<const int>(++made); });
  };
  EXPECT_EQ(get("a"), 1);
  EXPECT_EQ(get("b"), 2);
  EXPECT_EQ(get("c"), 3);
  EXPECT_EQ(get("a"), 1);
  EXPECT_EQ(get("d"), 4); // b goes
  EXPECT_EQ(get("a"), 1);
  EXPECT_EQ(get("b"), 5);
  EXPECT_EQ(cache.size(), 3U);
  const auto fail = [&]() -> std::shared_ptr<const int> { throw std::runtime_error("no"); };
  EXPECT_THROW((void)cache.get("e", fail), std::runtime_error);
  EXPECT_EQ(get("e"), 6);
}

TEST(Cache, WhoAsksMeanwhileWaits) {
  Cache<int> cache(4);
  std::atomic<int> made{0};
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          const int n = (i + t) / 8; // neighbours ask for the same
          const auto value = cache.get(std::to_string(n), [&] {
            ++made;
            std::this_thread::sleep_for(std::chrono::microseconds(200));
            return std::make_shared<const int>(n);
          });
          wrong += *value == n ? 0 : 1;
        }
      });
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_LT(made, 8 * 26) << "each was made by one thread, not by all";
}

} // namespace
} // namespace hipcuff::onnx
