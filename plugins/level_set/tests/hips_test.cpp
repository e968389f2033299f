// Simulated hips: the built-in border is not made worse, and one that lies beside it comes back.
#include "border_refiner.h"
#include "hips.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

constexpr std::uint64_t firstSeed = 6'100'000;
constexpr int count = 8;

struct Totals {
  double before = 0;
  double after = 0;
  int hips = 0;
};

/// Over a few hips, with the border (and the tissue) changed by `change` first.
template <class Change>
Totals over(Change change) {
  Totals t;
  for (int i = 0; i < count; ++i) {
    const auto hip = hips::simulated(hipcuff::phantom::drawRecipe(firstSeed + static_cast<std::uint64_t>(i), {}));
    if (!hip)
      continue;
    hipcuff::Tendon start = hip->tendon;
    change(start);
    t.before += hips::errorOf(start, *hip);
    t.after += hips::errorOf(level_set::refine(hip->frame, hip->working, start, hip->view, {}), *hip);
    ++t.hips;
  }
  t.before /= t.hips;
  t.after /= t.hips;
  return t;
}

TEST(Hips, BuiltInBorderIsNotMadeWorse) {
  const Totals t = over([](hipcuff::Tendon&) {});
  ASSERT_GE(t.hips, 5);
  EXPECT_LT(t.after, t.before + 0.02);
}

TEST(Hips, ADisplacedBorderComesBack) {
  const Totals t = over([](hipcuff::Tendon& tendon) {
    for (auto& s : tendon.stations)
      s.superficialMm = s.superficialMm + s.normal * 0.5;
  });
  EXPECT_LT(t.after, 0.6 * t.before);
}

TEST(Hips, ASegmenterThatTellsNoTissueIsHelpedByTheClassifier) {
  const Totals t = over([](hipcuff::Tendon& tendon) {
    tendon.tissue = nullptr;
    for (auto& s : tendon.stations)
      s.superficialMm = s.superficialMm + s.normal * (0.5 * std::sin(s.positionMm));
  });
  EXPECT_LT(t.after, 0.75 * t.before);
}

} // namespace
