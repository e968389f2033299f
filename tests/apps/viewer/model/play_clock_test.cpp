#include "model/play_clock.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace hipcuff::viewer {
namespace {

PlayClock clockOf(std::vector<double> times) {
  PlayClock clock;
  const int frames = static_cast<int>(times.size());
  clock.setCine(frames, std::move(times));
  return clock;
}

std::vector<double> evenly(int frames, double step) {
  std::vector<double> times;
  for (int i = 0; i < frames; ++i)
    times.push_back(i * step);
  return times;
}

TEST(PlayClock, KnownTimesAreKept) {
  PlayClock clock = clockOf(evenly(10, 0.05));
  EXPECT_TRUE(clock.timesKnown());
  EXPECT_NEAR(clock.framesPerSecond(), 20, 1e-9);
  EXPECT_NEAR(clock.duration(), 0.5, 1e-9) << "the last frame is shown as long as the others";
  clock.play(100);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(clock.frameAt(100 + i * 0.05 + 0.001), i);
    EXPECT_EQ(clock.frameAt(100 + i * 0.05 + 0.049), i);
  }
}

TEST(PlayClock, EachFrameIsDueOnItsBeginningThoughTimesAreSumsOfRoundedSteps) {
  std::vector<double> times;
  double at = 0;
  for (int i = 0; i < 1000; ++i, at += 1.0 / 60)
    times.push_back(at);
  PlayClock clock = clockOf(times);
  clock.play(12345.678);
  for (int i = 0; i < 1000; ++i)
    ASSERT_EQ(clock.frameAt(12345.678 + i * (1.0 / 60)), i);
}

TEST(PlayClock, TimesNeedNotBeginAtZero) {
  PlayClock clock = clockOf({5, 5.1, 5.2});
  EXPECT_DOUBLE_EQ(clock.timeOf(0), 0);
  EXPECT_NEAR(clock.timeOf(2), 0.2, 1e-12);
  clock.play(0);
  EXPECT_EQ(clock.frameAt(0.15), 1);
}

TEST(PlayClock, IrregularTimesAreFollowed) {
  PlayClock clock = clockOf({0, 0.1, 0.5, 0.6, 2.0});
  clock.play(0);
  EXPECT_EQ(clock.frameAt(0.05), 0);
  EXPECT_EQ(clock.frameAt(0.45), 1);
  EXPECT_EQ(clock.frameAt(0.55), 2);
  EXPECT_EQ(clock.frameAt(1.99), 3);
  EXPECT_EQ(clock.frameAt(2.01), 4);
  EXPECT_NEAR(clock.framesPerSecond(), 2.5, 1e-9) << "the middle one of 0.1, 0.1, 0.4, 1.4 seconds, the upper of two";
}

TEST(PlayClock, RateIsAssumedWhereTheTimesCannotBeUsed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<double>> unusable = {
      {},           {0, 0.1},           {0, 0.1, 0.2, 0.3, 0.4, 0.5}, {0, 0.2, 0.1, 0.3},
      {1, 1, 1, 1}, {0, nan, 0.2, 0.3}, {0, 0.1, 0.2, infinite}};
  for (const auto& times : unusable) {
    PlayClock clock;
    clock.setCine(4, times);
    EXPECT_FALSE(clock.timesKnown());
    EXPECT_NEAR(clock.framesPerSecond(), assumedFramesPerSecond, 1e-9);
    EXPECT_NEAR(clock.duration(), 4 / assumedFramesPerSecond, 1e-9);
    clock.play(0);
    EXPECT_EQ(clock.frameAt(2.5 / assumedFramesPerSecond), 2);
  }
}

TEST(PlayClock, FramesOfOneTimeDoNotStopIt) {
  PlayClock clock = clockOf({0, 0, 0, 0.1, 0.1, 0.2});
  EXPECT_TRUE(clock.timesKnown());
  clock.play(0);
  EXPECT_EQ(clock.frameAt(0.05), 2);
  EXPECT_EQ(clock.frameAt(0.15), 4);
  EXPECT_EQ(clock.frameAt(0.2), 5);
  EXPECT_GT(clock.duration(), 0.2);
}

TEST(PlayClock, SpeedScalesTimeWithinItsLimits) {
  PlayClock clock = clockOf(evenly(100, 0.1));
  clock.setSpeed(0.5);
  clock.play(0);
  EXPECT_EQ(clock.frameAt(2.01), 10);
  clock.setSpeed(100);
  EXPECT_DOUBLE_EQ(clock.speed(), 8);
  clock.setSpeed(0);
  EXPECT_DOUBLE_EQ(clock.speed(), 0.05) << "a cine that plays stands never still";
}

TEST(PlayClock, TheWholeCineBeginsAgain) {
  PlayClock clock = clockOf(evenly(4, 0.25));
  EXPECT_FALSE(clock.loops());
  clock.play(0);
  EXPECT_EQ(clock.frameAt(0.99), 3);
  EXPECT_EQ(clock.frameAt(1.0), 0) << "its end is its beginning";
  EXPECT_EQ(clock.frameAt(1.3), 1);
  EXPECT_EQ(clock.frameAt(1000.3), 1);
}

TEST(PlayClock, NoFrameOutsideTheLoopIsShown) {
  PlayClock clock = clockOf(evenly(100, 1.0 / 60));
  clock.setLoop(20, 29);
  EXPECT_TRUE(clock.loops());
  clock.seek(20, 7);
  clock.play(7);
  for (int i = 0; i < 4000; ++i) {
    const int frame = clock.frameAt(7 + i / 480.0);
    ASSERT_GE(frame, 20) << i;
    ASSERT_LE(frame, 29) << i;
  }
  EXPECT_EQ(clock.frameAt(7 + 10.0 / 60), 20) << "exactly at the loop's end";
  EXPECT_EQ(clock.frameAt(7 + 25.5 / 60), 25);
}

TEST(PlayClock, LoopOfOneFrameStands) {
  PlayClock clock = clockOf(evenly(10, 0.1));
  clock.setLoop(4, 4);
  clock.play(0);
  for (const double at : {0.0, 0.05, 0.1, 0.15, 3.1415})
    EXPECT_EQ(clock.frameAt(at), 4);
}

TEST(PlayClock, LoopIsKeptInsideTheCine) {
  PlayClock clock = clockOf(evenly(10, 0.1));
  clock.setLoop(-5, 400);
  EXPECT_EQ(clock.loopFirst(), 0);
  EXPECT_EQ(clock.loopLast(), 9);
  clock.setLoop(7, 3);
  EXPECT_EQ(clock.loopFirst(), 7);
  EXPECT_EQ(clock.loopLast(), 7);
  clock.setLoop(std::nullopt, std::nullopt);
  EXPECT_FALSE(clock.loops());
}

TEST(PlayClock, SeekInsideALoopGoesOnFromThere) {
  PlayClock clock = clockOf(evenly(100, 0.1));
  clock.setLoop(20, 29);
  clock.play(0);
  clock.seek(27, 5);
  EXPECT_EQ(clock.frameAt(5), 27);
  EXPECT_EQ(clock.frameAt(5.15), 28);
  EXPECT_EQ(clock.frameAt(5.35), 20);
}

TEST(PlayClock, SeekBehindALoopPlaysOnToTheEndOnce) {
  PlayClock clock = clockOf(evenly(100, 0.1));
  clock.setLoop(20, 29);
  clock.play(0);
  clock.seek(97, 5);
  EXPECT_EQ(clock.frameAt(5), 97) << "the frame that was asked for";
  EXPECT_EQ(clock.frameAt(5.25), 99);
  EXPECT_EQ(clock.frameAt(5.35), 20);
  EXPECT_EQ(clock.frameAt(6.35), 20);
}

TEST(PlayClock, SeekBeforeALoopPlaysIntoIt) {
  PlayClock clock = clockOf(evenly(100, 0.1));
  clock.setLoop(20, 29);
  clock.play(0);
  clock.seek(18, 5);
  EXPECT_EQ(clock.frameAt(5), 18);
  EXPECT_EQ(clock.frameAt(5.25), 20);
  EXPECT_EQ(clock.frameAt(6.25), 20) << "and round";
}

TEST(PlayClock, PlayFromOutsideTheLoopBeginsAtItsBeginning) {
  PlayClock clock = clockOf(evenly(100, 0.1));
  clock.setLoop(20, 29);
  for (const int outside : {3, 34, 99}) {
    clock.seek(outside, 0);
    clock.play(1);
    EXPECT_EQ(clock.frameAt(1), 20) << outside;
    clock.pause(1);
  }
}

TEST(PlayClock, PauseIsOnAFramesBeginning) {
  PlayClock clock = clockOf(evenly(10, 0.1));
  clock.play(0);
  clock.pause(0.37);
  EXPECT_FALSE(clock.playing());
  EXPECT_DOUBLE_EQ(clock.positionAt(99), clock.timeOf(3));
  EXPECT_EQ(clock.frameAt(99), 3) << "time does not run";
  clock.play(50);
  EXPECT_EQ(clock.frameAt(50.05), 3);
  EXPECT_EQ(clock.frameAt(50.11), 4);
}

TEST(PlayClock, PlayingTwiceDoesNotBeginAnew) {
  PlayClock clock = clockOf(evenly(10, 0.1));
  clock.play(0);
  clock.play(0.35);
  EXPECT_EQ(clock.frameAt(0.45), 4);
}

TEST(PlayClock, StillPicturesAndNothingAtAll) {
  PlayClock clock;
  EXPECT_EQ(clock.frameAt(3), 0) << "no cine yet";
  EXPECT_DOUBLE_EQ(clock.timeOf(3), 0);
  clock.setCine(0, {});
  EXPECT_EQ(clock.frames(), 1);
  clock.setCine(1, {0});
  EXPECT_FALSE(clock.timesKnown());
  clock.play(0);
  EXPECT_EQ(clock.frameAt(77), 0);
  clock.setLoop(0, 5);
  EXPECT_EQ(clock.frameAt(77), 0);
  EXPECT_FALSE(clock.loops());
  clock.pause(78);
  EXPECT_EQ(clock.frameAt(78), 0);
}

TEST(PlayClock, LinkedPanesMeetAtOneTime) {
  PlayClock slow = clockOf(evenly(10, 0.1));
  PlayClock quick = clockOf(evenly(50, 0.02));
  slow.seek(5, 0);
  quick.seekTime(slow.timeOf(5), 0);
  EXPECT_EQ(quick.frameAt(0), 25);
  quick.seekTime(99, 0);
  EXPECT_EQ(quick.frameAt(0), 49) << "beyond its end: its last frame";
  quick.seekTime(-1, 0);
  EXPECT_EQ(quick.frameAt(0), 0);
}

TEST(PlayClock, AnotherCineBeginsPausedAtItsFirstFrame) {
  PlayClock clock = clockOf(evenly(10, 0.1));
  clock.setLoop(2, 4);
  clock.play(0);
  clock.setCine(5, evenly(5, 0.2));
  EXPECT_FALSE(clock.playing());
  EXPECT_FALSE(clock.loops());
  EXPECT_EQ(clock.frameAt(3), 0);
}

} // namespace
} // namespace hipcuff::viewer
