// Tendons drawn with a known border.
#include "border_refiner.h"
#include "drawn.h"

#include <gtest/gtest.h>

#include <ctime>
#include <thread>

namespace {

using drawn::errorOf;
using drawn::heightOf;
using drawn::scene;
using drawn::wave;
using hipcuff::Tendon;
using level_set::Settings;

/// The grey alone.
Settings greyOnly() {
  Settings s;
  s.tissueWeight = 0;
  s.edgeWeight = 1;
  s.curvatureWeight = 1;
  s.holdWeight = 0.02;
  s.iterations = 200;
  return s;
}

Tendon refined(const drawn::Scene& s, const Settings& settings) {
  return level_set::refine(s.frame, s.working, s.tendon, hipcuff::View::longAxis, settings);
}

void expectSame(const Tendon& a, const Tendon& b) {
  ASSERT_EQ(a.stations.size(), b.stations.size());
  for (std::size_t k = 0; k < a.stations.size(); ++k) {
    EXPECT_NEAR(distance(a.stations[k].superficialMm, b.stations[k].superficialMm), 0, 1e-6) << k;
    EXPECT_DOUBLE_EQ(a.stations[k].sdMm, b.stations[k].sdMm);
    EXPECT_NEAR(*a.stations[k].fibreAngleDeg, *b.stations[k].fibreAngleDeg, 1e-4);
  }
}

TEST(Refiner, FindsACurvedBorderFromADisplacedStart) {
  const auto truth = wave(5, 0.8, 14);
  for (const double off : {-0.4, 0.4}) {
    const auto s = scene(truth, [&](double x) { return truth(x) + off; });
    const auto e = errorOf(refined(s, greyOnly()), truth);
    EXPECT_LT(e.mean, 0.05) << off;
    EXPECT_LT(e.largest, 0.1) << off;
  }
}

TEST(Refiner, FindsItFromACrookedStartAndInNoise) {
  const auto truth = wave(5, 0.5, 20);
  const auto crooked = [&](double x) { return truth(x) + 0.35 * std::sin(x * 1.3); };
  const auto e = errorOf(refined(scene(truth, crooked), greyOnly()), truth);
  EXPECT_LT(e.mean, 0.1);
  drawn::Look noisy;
  noisy.noise = 0.2;
  const auto n = scene(truth, crooked, noisy);
  EXPECT_LT(errorOf(refined(n, greyOnly()), truth).mean, 0.1);
}

TEST(Refiner, ABorderThatIsRightStays) {
  const auto truth = wave(5, 0.8, 14);
  const auto e = errorOf(refined(scene(truth, truth), greyOnly()), truth);
  EXPECT_LT(e.largest, 0.05);
}

TEST(Refiner, TheTissueAloneFindsIt) {
  const auto truth = wave(5, 0.8, 14);
  drawn::Look even;
  even.tendon = even.over = 90;
  auto s = scene(
      truth, [&](double x) { return truth(x) - 0.4; }, even);
  s.tendon.tissue = drawn::tissueOf(s, truth, 0.98);
  Settings settings;
  settings.tissueLean = 0;
  const auto e = errorOf(refined(s, settings), truth);
  EXPECT_LT(e.mean, 0.1);
  EXPECT_LT(e.largest, 0.15);
}

TEST(Refiner, WithoutAnEdgeNothingMoves) {
  drawn::Look even;
  even.tendon = even.over = 90;
  auto s = scene(wave(5, 0, 10), wave(5, 0.8, 9), even);
  expectSame(refined(s, greyOnly()), s.tendon);
  s.tendon.tissue = drawn::tissueOf(s, wave(5, 0, 10), 0.5); // the classifier does not know either
  expectSame(refined(s, Settings{}), s.tendon);
}

TEST(Refiner, NoTendonOrTooLittleOfOneStaysAsItIs) {
  auto s = scene(wave(5, 0, 10), wave(5.3, 0, 10));
  s.tendon.stations.resize(3);
  expectSame(refined(s, Settings{}), s.tendon);
  s.tendon.stations.clear();
  EXPECT_FALSE(refined(s, Settings{}).found());
  s.tendon.stations.assign(20, hipcuff::TendonStation{}); // all in one place: what a faulty segmenter could say
  EXPECT_EQ(refined(s, Settings{}).stations.size(), 20U);
}

TEST(Refiner, NoFurtherThanTheLimit) {
  const auto truth = wave(5, 0, 10);
  for (const double limit : {0.2, 0.5}) {
    const auto s = scene(truth, wave(5.6, 0, 10));
    Settings settings = greyOnly();
    settings.maxMoveMm = limit;
    settings.holdWeight = 0;
    double most = 0;
    for (const auto& t : refined(s, settings).stations)
      most = std::max(most, std::abs(heightOf(t) - 5.6));
    EXPECT_LE(most, limit + 1e-9);
    EXPECT_GT(most, 0.5 * limit);
  }
}

TEST(Refiner, WhatIsInferredStaysAndTheRestMeetsIt) {
  const auto truth = wave(5, 0, 10);
  auto s = scene(truth, wave(5.4, 0, 10));
  for (std::size_t k = 30; k < 45; ++k)
    s.tendon.stations[k].superficialInferred = true;
  const Tendon r = refined(s, greyOnly());
  for (std::size_t k = 30; k < 45; ++k) {
    EXPECT_DOUBLE_EQ(heightOf(r.stations[k]), heightOf(s.tendon.stations[k]));
    EXPECT_TRUE(r.stations[k].superficialInferred);
  }
  for (std::size_t k = 1; k < r.stations.size(); ++k)
    EXPECT_LT(std::abs(heightOf(r.stations[k]) - heightOf(r.stations[k - 1])), 0.15) << "a step at " << k;
  EXPECT_NEAR(heightOf(r.stations[10]), 5, 0.1);
  EXPECT_FALSE(r.stations[10].superficialInferred);
}

TEST(Refiner, ByHandIsByHand) {
  auto s = scene(wave(5, 0, 10), wave(5.4, 0, 10));
  s.tendon.stations[20].superficialByHand = true;
  EXPECT_DOUBLE_EQ(heightOf(refined(s, greyOnly()).stations[20]), heightOf(s.tendon.stations[20]));
}

/// A tear of 4 mm through the tendon, as dark as what lies over it: nothing shows the border there.
TEST(Refiner, ATearAcrossTheBorderIsBridged) {
  const auto truth = wave(5, 0.4, 20);
  const auto torn = [&](double x) { return x > 14 && x < 18 ? 0.6 : truth(x); };
  const auto s = scene(torn, [&](double x) { return truth(x) + 0.3; });
  for (const auto& t : refined(s, greyOnly()).stations) {
    const double off = heightOf(t) - truth(t.cortexMm.x);
    EXPECT_GT(off, -0.5) << "fell into the tear at " << t.cortexMm.x;
    if (t.cortexMm.x < 12.5 || t.cortexMm.x > 19.5)
      EXPECT_NEAR(off, 0, 0.1) << t.cortexMm.x;
    else
      EXPECT_LT(off, 0.5);
  }
}

TEST(Refiner, FluidBeneathAndThePicturesEndAreRespected) {
  const auto truth = wave(5, 0, 10);
  auto s = scene(truth, wave(5.5, 0, 10));
  for (auto& t : s.tendon.stations)
    t.deepMm = t.cortexMm + t.normal * 5.1; // the edge would leave a tendon of no thickness
  for (const auto& t : refined(s, greyOnly()).stations)
    EXPECT_GE(heightOf(t), 5.4);
  s = scene(truth, wave(5.4, 0, 10));
  for (int y = 0; y < s.working.usable.height; ++y)
    for (int x = 0; x < s.working.usable.width; ++x)
      if (drawn::boneMm - y * s.working.gridMm < 5.25)
        s.working.usable.at(x, y) = 0;
  expectSame(refined(s, greyOnly()), s.tendon);
}

TEST(Refiner, UncertaintyCoversTheMoveAndAnglesFollow) {
  const auto truth = [](double x) { return 4 + 0.08 * x; };
  const auto s = scene(truth, wave(5.3, 0, 10)); // level, where the border rises to the right
  const Tendon r = refined(s, greyOnly());
  for (std::size_t k = 0; k < r.stations.size(); ++k) {
    const double moved = std::abs(heightOf(r.stations[k]) - heightOf(s.tendon.stations[k]));
    EXPECT_NEAR(r.stations[k].sdMm, std::max(0.3, moved), 1e-9);
  }
  EXPECT_LT(*r.stations[40].fibreAngleDeg, -1); // going up to the right
  EXPECT_GT(*r.stations[40].fibreAngleDeg, -4);
  EXPECT_EQ(r.confidence, s.tendon.confidence);
}

TEST(Refiner, FromTheRightItIsTheMirrorImage) {
  const auto truth = wave(5, 0.6, 14);
  auto s = scene(truth, [&](double x) { return truth(x) + 0.3; });
  const Tendon left = refined(s, greyOnly());
  std::reverse(s.tendon.stations.begin(), s.tendon.stations.end());
  s.tendon.arrivesFromLeft = false;
  Tendon right = refined(s, greyOnly());
  std::reverse(right.stations.begin(), right.stations.end());
  expectSame(left, right);
}

TEST(Refiner, SameFromManyThreads) {
  const auto truth = wave(5, 0.8, 14);
  drawn::Look noisy;
  noisy.noise = 0.2;
  const auto s = scene(truth, wave(5.2, 0.8, 14), noisy);
  const Tendon alone = refined(s, greyOnly());
  std::vector<Tendon> many(8);
  {
    std::vector<std::jthread> threads;
    for (Tendon& t : many)
      threads.emplace_back([&] { t = refined(s, greyOnly()); });
  }
  for (const Tendon& t : many)
    for (std::size_t k = 0; k < t.stations.size(); ++k)
      EXPECT_EQ(t.stations[k].superficialMm, alone.stations[k].superficialMm);
}

TEST(Refiner, TakesMilliseconds) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "with sanitizers it takes twenty times as long";
#endif
  const auto truth = wave(5, 0.8, 14);
  auto s = scene(truth, wave(5.3, 0.8, 14));
  s.tendon.tissue = drawn::tissueOf(s, truth, 0.98);
  constexpr int times = 20;
  const std::clock_t begin = std::clock();
  for (int i = 0; i < times; ++i)
    EXPECT_TRUE(refined(s, Settings{}).found());
  const double ms = 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / times;
  RecordProperty("ms", std::to_string(ms));
  EXPECT_LT(ms, 30) << "of one processor a frame; 3 to 7 on the machine it was written on";
}

} // namespace
