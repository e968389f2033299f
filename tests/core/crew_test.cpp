#include "hipcuff/core/crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>

namespace hipcuff {
namespace {

using namespace std::chrono_literals;

TEST(Crew, IdleOnesHelpAndEveryPieceIsDoneOnce) {
  Crew crew(4);
  std::atomic<int> next = 0;
  std::vector<std::atomic<int>> done(200);
  std::mutex mutex;
  std::set<std::thread::id> who;
  const Crew::Place place = crew.takePlace();
  crew.share([&] {
    for (int i = next++; i < 200; i = next++) {
      ++done[static_cast<std::size_t>(i)];
      std::this_thread::sleep_for(200us);
      const std::lock_guard lock(mutex);
      who.insert(std::this_thread::get_id());
    }
  });
  for (const auto& times : done)
    EXPECT_EQ(times, 1);
  EXPECT_EQ(who.size(), 4U);
}

TEST(Crew, NoMoreAtWorkThanPlaces) {
  Crew crew(3);
  std::atomic<int> working = 0;
  std::atomic<int> most = 0;
  std::atomic<int> pieces = 0;
  const auto piece = [&] {
    const int now = ++working;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    std::this_thread::sleep_for(300us);
    --working;
  };
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t)
      threads.emplace_back([&] {
        for (int item = 0; item < 5; ++item) {
          const Crew::Place place = crew.takePlace();
          std::atomic<int> left = 10;
          crew.share([&] {
            while (left-- > 0) {
              piece();
              ++pieces;
            }
          });
        }
      });
  }
  EXPECT_EQ(pieces, 6 * 5 * 10);
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 2);
}

TEST(Crew, WhatAHelperThrowsReachesTheOneWhoShares) {
  Crew crew(2);
  const Crew::Place place = crew.takePlace();
  const auto owner = std::this_thread::get_id();
  std::atomic<bool> thrown = false;
  EXPECT_THROW(crew.share([&] {
    if (std::this_thread::get_id() != owner) {
      thrown = true;
      throw std::runtime_error("helper");
    }
    while (!thrown)
      std::this_thread::sleep_for(100us);
  }),
               std::runtime_error);
  // and the crew goes on working
  std::atomic<int> calls = 0;
  crew.share([&] { ++calls; });
  EXPECT_GE(calls, 1);
}

} // namespace
} // namespace hipcuff
