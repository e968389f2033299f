#include "model/frame_store.h"

#include "fake_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <random>

namespace hipcuff::viewer {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// What the store's thread told.
class Told {
public:
  void operator()(int frame) {
    const std::lock_guard lock(mutex_);
    ++times_[frame];
    ++all_;
    wake_.notify_all();
  }
  [[nodiscard]] bool waitFor(int frame, std::chrono::milliseconds limit = 10000ms) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, limit, [&] { return times_.contains(frame); });
  }
  [[nodiscard]] int times(int frame) {
    const std::lock_guard lock(mutex_);
    return times_.contains(frame) ? times_[frame] : 0;
  }
  [[nodiscard]] int all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<int, int> times_;
  int all_ = 0;
};

struct Bench {
  explicit Bench(int count, std::size_t budget = FrameStore::defaultBudget)
      : frames(count)
      , budgetBytes(budget) {}
  FrameStore& store() {
    if (!made)
      made = std::make_unique<FrameStore>(
          std::make_unique<FakeSource>(cine), frames, [told = told](int frame) { (*told)(frame); }, budgetBytes);
    return *made;
  }
  /// The frame, however long it takes.
  FrameStore::Picture wait(int frame, int ahead = 0, int first = 0, int last = -1) {
    for (int i = 0; i < 10000; ++i) {
      if (auto picture = store().get(frame, ahead, first, last))
        return picture;
      if (store().problemOf(frame))
        return nullptr;
      std::this_thread::sleep_for(1ms);
    }
    return nullptr;
  }
  /// Until nothing more is being decoded.
  void settle() {
    for (int before = -1; before != told->all();) {
      before = told->all();
      std::this_thread::sleep_for(30ms);
    }
  }
  [[nodiscard]] std::size_t oneFrame() const { return static_cast<std::size_t>(cine->columns * cine->rows) * 3; }

  int frames;
  std::size_t budgetBytes;
  std::shared_ptr<FakeCine> cine = std::make_shared<FakeCine>();
  std::shared_ptr<Told> told = std::make_shared<Told>();
  std::unique_ptr<FrameStore> made; ///< last: its thread ends first
};

TEST(FrameStore, DecodesWhatIsAskedForAndKeepsIt) {
  Bench bench(10);
  EXPECT_EQ(bench.store().get(3), nullptr) << "never waits";
  ASSERT_TRUE(bench.told->waitFor(3));
  const auto picture = bench.store().get(3);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->data[0], 3);
  EXPECT_EQ(bench.store().get(3), picture);
  bench.settle();
  EXPECT_THAT(bench.cine->asked(), ElementsAre(3));
  EXPECT_EQ(bench.told->times(3), 1) << "told once";
  EXPECT_EQ(bench.store().bytes(), bench.oneFrame());
}

TEST(FrameStore, FramesOutsideAreTheNearestInside) {
  Bench bench(10);
  EXPECT_EQ(bench.wait(99)->data[0], 9);
  EXPECT_EQ(bench.wait(-5)->data[0], 0);
}

TEST(FrameStore, DecodesAheadInTheOrderOfNeed) {
  Bench bench(20);
  bench.cine->cost = 2ms;
  (void)bench.store().get(5, 4);
  ASSERT_TRUE(bench.told->waitFor(9));
  bench.settle();
  EXPECT_THAT(bench.cine->asked(), ElementsAre(5, 6, 7, 8, 9));
}

TEST(FrameStore, DecodesAheadRoundALoop) {
  Bench bench(20);
  bench.cine->cost = 2ms;
  (void)bench.store().get(8, 4, 4, 9);
  ASSERT_TRUE(bench.told->waitFor(6));
  bench.settle();
  EXPECT_THAT(bench.cine->asked(), ElementsAre(8, 9, 4, 5, 6));
}

TEST(FrameStore, DecodesBackwardsRoundALoop) {
  Bench bench(20);
  bench.cine->cost = 2ms;
  (void)bench.store().get(5, -3, 4, 9);
  ASSERT_TRUE(bench.told->waitFor(8));
  bench.settle();
  EXPECT_THAT(bench.cine->asked(), ElementsAre(5, 4, 9, 8));
}

TEST(FrameStore, ALoopShorterThanWhatIsAheadIsDecodedOnce) {
  Bench bench(20);
  (void)bench.store().get(4, 12, 4, 6);
  ASSERT_TRUE(bench.told->waitFor(6));
  bench.settle();
  EXPECT_THAT(bench.cine->asked(), ElementsAre(4, 5, 6));
}

TEST(FrameStore, WhatIsAskedForLastComesFirst) {
  Bench bench(100);
  bench.cine->cost = 20ms;
  (void)bench.store().get(0, 12);
  ASSERT_TRUE(bench.told->waitFor(0));
  (void)bench.store().get(50, 2);
  ASSERT_TRUE(bench.told->waitFor(50));
  const auto asked = bench.cine->asked();
  const auto jump = std::find(asked.begin(), asked.end(), 50) - asked.begin();
  EXPECT_LE(jump, 3) << "the rest of the old wish is not finished first";
  bench.settle();
  EXPECT_EQ(bench.told->times(12), 0);
}

TEST(FrameStore, BudgetHoldsOverAThousandLargeFrames) {
  constexpr std::size_t budget = 40U << 20;
  Bench bench(1000, budget);
  bench.cine->columns = 1024;
  bench.cine->rows = 768;
  std::mt19937 random(7);
  std::size_t most = 0;
  const auto look = [&] { most = std::max(most, bench.store().bytes()); };
  for (int i = 0; i < 120; ++i) { // scrubbing: few of them are waited for
    const int frame = static_cast<int>(random() % 1000);
    if (i % 10 == 0) {
      const auto picture = bench.wait(frame, 4);
      ASSERT_TRUE(picture);
      ASSERT_EQ(picture->data[0], frame % 251);
    } else {
      (void)bench.store().get(frame, 4);
    }
    look();
  }
  for (int frame = 0; frame < 1000; ++frame) { // playing
    ASSERT_TRUE(bench.wait(frame, 12));
    look();
  }
  EXPECT_LE(most, budget);
  EXPECT_GT(most, budget / 2) << "and it is used";
  EXPECT_EQ(bench.cine->together, 1) << "a source is one thread's";
}

TEST(FrameStore, PlayingDecodesEachFrameOnce) {
  Bench bench(300, 40 * 64 * 48 * 3);
  for (int frame = 0; frame < 300; ++frame)
    ASSERT_TRUE(bench.wait(frame, 12));
  bench.settle();
  auto asked = bench.cine->asked();
  // Beyond the end the first frames are got ready: the cine begins again.
  EXPECT_LE(asked.size(), 312U);
}

TEST(FrameStore, PlayingOnOverOldFramesDoesNotPushThemOutBeforeTheyAreShown) {
  constexpr int held = 40;
  Bench bench(300, held * 64 * 48 * 3);
  (void)bench.wait(0, 12);
  ASSERT_TRUE(bench.told->waitFor(12)); // 0 .. 12 are there, the oldest of all from now on
  for (int frame = 100; frame < 100 + held - 13; ++frame)
    ASSERT_TRUE(bench.wait(frame));
  bench.settle();
  const std::size_t before = bench.cine->asked().size();
  for (int frame = 0; frame < 13; ++frame) { // back to the beginning, and playing
    ASSERT_TRUE(bench.wait(frame, 12));
    ASSERT_TRUE(bench.told->waitFor(frame + 12));
  }
  bench.settle();
  EXPECT_EQ(bench.cine->asked().size() - before, 12U) << "only 13 .. 24 are new";
}

TEST(FrameStore, TheFrameOnScreenIsNeverPushedOut) {
  Bench bench(100, 3 * 64 * 48 * 3);
  const auto shown = bench.wait(50);
  ASSERT_TRUE(shown);
  for (int i = 0; i < 3; ++i) {
    (void)bench.store().get(50, 12);
    bench.settle();
    EXPECT_EQ(bench.store().get(50, 12), shown) << i;
    EXPECT_LE(bench.store().bytes(), bench.budgetBytes);
  }
}

TEST(FrameStore, AFrameLargerThanTheBudgetIsShownAllTheSame) {
  Bench bench(5, 100);
  for (int frame = 0; frame < 5; ++frame) {
    ASSERT_TRUE(bench.wait(frame, 3));
    bench.settle();
    EXPECT_EQ(bench.store().get(frame, 3)->data[0], frame);
    EXPECT_EQ(bench.store().bytes(), bench.oneFrame()) << "that one alone";
  }
  EXPECT_LE(bench.cine->asked().size(), 10U) << "what can't be kept is not decoded again and again";
}

TEST(FrameStore, BrokenFramesAreToldAndStopNobody) {
  Bench bench(10);
  bench.cine->broken = {3, 4};
  (void)bench.store().get(2, 5);
  ASSERT_TRUE(bench.told->waitFor(7));
  EXPECT_TRUE(bench.store().get(2));
  EXPECT_FALSE(bench.store().get(3));
  ASSERT_TRUE(bench.store().problemOf(3));
  EXPECT_THAT(*bench.store().problemOf(3), testing::HasSubstr("frame 3 is broken"));
  EXPECT_TRUE(bench.store().get(5));
  EXPECT_TRUE(bench.store().get(7));
  EXPECT_FALSE(bench.store().problemOf(5));
  EXPECT_EQ(bench.told->times(3), 1);
  const auto asked = bench.cine->asked();
  EXPECT_EQ(std::count(asked.begin(), asked.end(), 3), 1) << "not tried again with each wish";
}

TEST(FrameStore, NearestBeforeLooksNoFurtherThanItsReach) {
  Bench bench(100);
  ASSERT_TRUE(bench.wait(10));
  int found = -1;
  EXPECT_TRUE(bench.store().nearestBefore(13, 8, found));
  EXPECT_EQ(found, 10);
  EXPECT_TRUE(bench.store().nearestBefore(10, 0, found));
  EXPECT_FALSE(bench.store().nearestBefore(19, 8, found));
  EXPECT_FALSE(bench.store().nearestBefore(9, 8, found)) << "none before";
}

TEST(FrameStore, GoesWhileItDecodes) {
  for (int i = 0; i < 30; ++i) {
    Bench bench(1000);
    bench.cine->cost = std::chrono::microseconds(100 * (i % 7));
    (void)bench.store().get(i, 12);
    std::this_thread::sleep_for(std::chrono::microseconds(150 * i));
    bench.made.reset();
    const int told = bench.told->all();
    std::this_thread::sleep_for(1ms);
    EXPECT_EQ(bench.told->all(), told) << "nothing is told after its end";
  }
}

TEST(FrameStore, ASlowSourceNeverHoldsTheWindowUp) {
  Bench bench(100);
  bench.cine->cost = 300ms;
  std::chrono::steady_clock::duration longest{};
  const auto end = std::chrono::steady_clock::now() + 700ms;
  for (int frame = 0; std::chrono::steady_clock::now() < end; frame = (frame + 1) % 100) {
    const auto begin = std::chrono::steady_clock::now();
    (void)bench.store().get(frame, 12);
    int found = 0;
    (void)bench.store().nearestBefore(frame, 8, found);
    longest = std::max(longest, std::chrono::steady_clock::now() - begin);
    std::this_thread::sleep_for(2ms);
  }
  EXPECT_LT(longest, 150ms) << "less than one frame's decoding";
  EXPECT_GE(bench.told->all(), 1) << "and it gets on";
}

} // namespace
} // namespace hipcuff::viewer
