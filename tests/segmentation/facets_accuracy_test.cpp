// The trochanter's facets on simulated hips, from the program's own cortex and tendon, against the truth; and the
// bone's shape against a limb's. HIPCUFF_HIPS sets the number of pictures per group. More figures: facet_lab.
#include "facet_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <vector>

namespace hipcuff {
namespace {

int picturesPerGroup() {
  const char* n = std::getenv("HIPCUFF_HIPS");
  return n != nullptr ? std::max(1, std::atoi(n)) : 16;
}

struct Group {
  std::vector<double> likeness;
  std::vector<double> middleErrors[2]; ///< of found ends: far, arrival
  int shown[2] = {0, 0};
};

Group group(std::uint64_t first, View view, bool limb) {
  Group g;
  for (int i = 0; i < picturesPerGroup(); ++i) {
    const testing::FacetCase c = testing::drawFacetCase(first + static_cast<std::uint64_t>(i), view, limb);
    if (!c.segments.empty())
      g.likeness.push_back(testing::measuredLikeness(c));
    for (const testing::EdgeFound& e : testing::measuredEdges(c)) {
      const std::size_t k = e.isArrival ? 1 : 0;
      g.shown[k] += e.shown ? 1 : 0;
      if (e.found)
        g.middleErrors[k].push_back(e.middleErrorMm);
    }
  }
  return g;
}

double median(std::vector<double> v) {
  if (v.empty())
    return 1e9;
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

/// Floors a little below what was measured, see docs/methods.md.
TEST(FacetAccuracy, LongAxisShouldersAndShape) {
  const Group hips = group(5100000, View::longAxis, false);
  const Group limbs = group(5120000, View::longAxis, true);
  const double area = testing::areaUnderCurve(hips.likeness, limbs.likeness);
  std::cout << "distal shoulder: shown " << hips.shown[0] << ", found " << hips.middleErrors[0].size() << ", median "
            << median(hips.middleErrors[0]) << " mm; proximal: shown " << hips.shown[1] << ", found "
            << hips.middleErrors[1].size() << "; hip against limb " << area << '\n';
  EXPECT_GT(static_cast<double>(hips.middleErrors[0].size()), 0.6 * hips.shown[0]);
  EXPECT_LT(median(hips.middleErrors[0]), 1.2);
  EXPECT_GT(area, 0.8);
}

TEST(FacetAccuracy, ShortAxisApexAndShape) {
  const Group hips = group(5110000, View::shortAxis, false);
  const Group limbs = group(5130000, View::shortAxis, true);
  const double area = testing::areaUnderCurve(hips.likeness, limbs.likeness);
  std::cout << "apex to the anterior facet: shown " << hips.shown[1] << ", found " << hips.middleErrors[1].size()
            << ", median " << median(hips.middleErrors[1]) << " mm; to the posterior facet: shown " << hips.shown[0]
            << ", found " << hips.middleErrors[0].size() << ", median " << median(hips.middleErrors[0])
            << " mm; hip against limb " << area << '\n';
  for (const std::size_t k : {0U, 1U}) {
    EXPECT_GT(static_cast<double>(hips.middleErrors[k].size()), 0.7 * hips.shown[k]);
    EXPECT_LT(median(hips.middleErrors[k]), 1.1);
  }
  EXPECT_GT(area, 0.85);
}

} // namespace
} // namespace hipcuff
