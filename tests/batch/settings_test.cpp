#include "settings.h"

#include "memory_gate.h"

#include "hipcuff/grading/criteria.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <set>

namespace hipcuff::batch {
namespace {

BatchOptions plain() {
  BatchOptions options;
  options.criteria = builtinCriteria();
  return options;
}

TEST(Settings, WhatMayChangeAResultChangesTheKeyAndNothingElseDoes) {
  const std::string key = settingsKey(plain());
  std::set<std::string> keys{key};
  const auto other = [&](auto change) {
    BatchOptions options = plain();
    change(options);
    EXPECT_TRUE(keys.insert(settingsKey(options)).second);
  };
  other([](BatchOptions& o) { o.frames.kind = FrameChoice::Kind::all; });
  other([](BatchOptions& o) { o.frames = {FrameChoice::Kind::count, 3}; });
  other([](BatchOptions& o) { o.open.mmPerPx = Spacing{0.1, 0.1}; });
  other([](BatchOptions& o) { o.open.mmPerPx = Spacing{0.1, 0.1000000001}; });
  other([](BatchOptions& o) { o.open.region = BodyRegion::lateralHip; });
  other([](BatchOptions& o) { o.open.side = Side::left; });
  other([](BatchOptions& o) { o.open.view = View::shortAxis; });
  other([](BatchOptions& o) { o.pictures = false; });
  other([](BatchOptions& o) { o.criteria.items.begin()->second.value += 1e-9; });

  const auto using_ = [](const std::string& its, plugin::OnFault onFault = plugin::OnFault::stop) {
    return [its, onFault](BatchOptions& o) {
      o.plugins.emplace_back().key = its;
      o.onPluginFault = onFault;
    };
  };
  other(using_("a"));
  other(using_("b"));
  other(using_("b", plugin::OnFault::builtin));
  other([&](BatchOptions& o) {
    using_("a")(o);
    using_("b")(o);
  });
  other([&](BatchOptions& o) {
    using_("b")(o);
    using_("a")(o);
  });
  other([](BatchOptions& o) { o.remarks = {"plugin 'a' was asked for and could not be loaded"}; });

  BatchOptions same = plain();
  same.onPluginFault = plugin::OnFault::builtin; // of nobody
  same.jobs = 7;
  same.resume = true;
  same.shard = {2, 3};
  same.out = "/elsewhere";
  same.commandLine = "other words";
  same.filter = "view = long";
  EXPECT_EQ(settingsKey(same), key);
}

TEST(Shards, ShareTheExamsOutOnceAndEvenly) {
  std::array<int, 7> exams{};
  for (int i = 0; i < 7000; ++i) {
    const std::string key = "1.2.840." + std::to_string(i);
    int owners = 0;
    for (int s = 1; s <= 7; ++s)
      if (const Shard shard{s, 7}; shard.has(key)) {
        ++owners;
        ++exams[static_cast<std::size_t>(s - 1)];
      }
    ASSERT_EQ(owners, 1);
  }
  for (const int count : exams)
    EXPECT_NEAR(count, 1000, 120); // four standard deviations of a fair share
  EXPECT_TRUE((Shard{}.has("anything")));
}

TEST(MemoryGate, OneMayAlwaysStartAndMoreOnlyWhereTheyFit) {
  InputRecord input;
  input.rows = 1000;
  input.columns = 1000;
  const std::int64_t bytes = MemoryGate::estimate(input);
  EXPECT_GE(bytes, 64000000);
  input.format = "NRRD";
  input.frames = 100;
  EXPECT_EQ(MemoryGate::estimate(input), bytes + 300000000);

  MemoryGate tight(1);
  EXPECT_TRUE(tight.mayStart(bytes));
  tight.start(bytes);
  EXPECT_FALSE(tight.mayStart(1));
  tight.end(bytes);
  EXPECT_TRUE(tight.mayStart(bytes));

  MemoryGate some(residentBytes() + (std::int64_t{1} << 30));
  some.start(bytes);
  EXPECT_TRUE(some.mayStart(bytes));
  some.start(std::int64_t{1} << 30);
  EXPECT_FALSE(some.mayStart(bytes));

  // Helpers over the frames of one cine need memory, too.
  EXPECT_EQ(MemoryGate::threadsFor(std::nullopt, input, 8), 8);
  EXPECT_EQ(MemoryGate::threadsFor(1, input, 8), 1);
  EXPECT_EQ(MemoryGate::threadsFor(std::int64_t{1} << 40, input, 8), 8);
  const int some4 = MemoryGate::threadsFor(4 * bytes + (60 << 20), input, 8);
  EXPECT_EQ(some4, 4);

  MemoryGate none(std::nullopt);
  none.start(std::int64_t{1} << 50);
  EXPECT_TRUE(none.mayStart(std::int64_t{1} << 50));
}

} // namespace
} // namespace hipcuff::batch
