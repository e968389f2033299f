// Exams for the tests of hipcuff batch, and what an undisturbed run makes of them.
#pragma once

#include "batch_folders.h"
#include "program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff::test {

/// The program with these words; killed by the signal after a while. @return its exit code, or 128 + signal
int cutOff(std::vector<std::string> words, std::chrono::microseconds after, int signal);

/// Exams that all tests read and none changes; and what an undisturbed run makes of them.
class Batch : public ::testing::Test {
protected:
  static constexpr int exams = 12;

  static void SetUpTestSuite() {
    shared = std::make_unique<TemporaryFolder>();
    const Ran made = hipcuff({"phantom", "--out", *shared / "in", "--cases", std::to_string(exams), "--seed", "77",
                              "--screen", "400x300", "--frames", "3", "--quiet"});
    ASSERT_EQ(made.code, 0) << made.err;
    writeFile(*shared / "in/broken.dcm", std::string(200, 'x') + "DICM and then nothing");
    const Ran ran = batch(*shared / "whole", {"--jobs", "1"});
    ASSERT_EQ(ran.code, 3) << ran.err; // broken.dcm
    whole = std::make_unique<Tree>(treeOf(*shared / "whole"));
    ASSERT_GE(whole->size(), static_cast<std::size_t>(exams) * 5);
  }
  static void TearDownTestSuite() {
    whole.reset();
    shared.reset();
  }

  static std::vector<std::string> words(const std::string& out, std::vector<std::string> more) {
    std::vector<std::string> all{"batch", "--out", out};
    all.insert(all.end(), more.begin(), more.end());
    if (std::find(more.begin(), more.end(), "--use-scan") == more.end())
      all.push_back(*shared / "in");
    return all;
  }
  static Ran batch(const std::string& out, const std::vector<std::string>& more) {
    return hipcuff(words(out, more), fixedTime);
  }
  inline static std::unique_ptr<TemporaryFolder> shared;
  inline static std::unique_ptr<Tree> whole;
  TemporaryFolder folder;
};

} // namespace hipcuff::test
