// Figures over simulated hips that were not used for choosing criteria (those were chosen on seeds 0 to 5059). Half
// of them are normal. Floors lie a little below what was measured; they say nothing about patients.
#include "evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace hipcuff;
using namespace hipcuff::test;

namespace {

constexpr std::uint64_t firstHeldOut = 6000;
constexpr int cases = 60;

Figures figuresOf(const EvaluationOptions& options) {
  Figures figures;
  for (int i = 0; i < cases; ++i)
    figures.add(evaluateCase(firstHeldOut + static_cast<std::uint64_t>(i), options));
  std::printf("%s", figures.table().c_str());
  return figures;
}

double share(int part, int whole) {
  return whole > 0 ? static_cast<double>(part) / whole : 0;
}

double meanAbsolute(const std::vector<double>& errors) {
  double sum = 0;
  for (const double e : errors)
    sum += std::abs(e);
  return errors.empty() ? 1e9 : sum / static_cast<double>(errors.size());
}

TEST(SimulatedHips, WithTheTruthsAnatomy) {
  const Figures f = figuresOf({});
  EXPECT_GE(share(f.noTearsKept, f.noTears), 0.90);
  EXPECT_GE(share(f.normalKept, f.normal), 0.88);
  EXPECT_GE(share(f.tearsCalled, f.tears), 0.60);
  EXPECT_GE(share(f.kindsRight, f.kinds), 0.65);
  EXPECT_LE(meanAbsolute(f.depthError), 0.10);
  EXPECT_LE(meanAbsolute(f.lengthError), 1.5);
  EXPECT_LE(meanAbsolute(f.thicknessError), 0.1);
}

TEST(SimulatedHips, WithTheSegmentersAnatomy) {
  EvaluationOptions options;
  options.chain = true;
  const Figures f = figuresOf(options);
  EXPECT_GE(share(f.noTearsKept, f.noTears), 0.88);
  EXPECT_GE(share(f.normalKept, f.normal), 0.85);
  EXPECT_GE(share(f.tearsCalled, f.tears), 0.60);
  EXPECT_LE(meanAbsolute(f.depthError), 0.18);
  EXPECT_LE(meanAbsolute(f.thicknessError), 0.7);
}

} // namespace
