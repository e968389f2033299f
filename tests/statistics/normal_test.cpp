#include "hipcuff/statistics/normal.h"

#include <gtest/gtest.h>

namespace hipcuff::statistics {
namespace {

// R 4.2.2: qnorm(0.975), pnorm(1), qnorm(0.1) with options(digits = 15)
TEST(Normal, AgreesWithR) {
  EXPECT_NEAR(normalQuantileTwoSided(0.95), 1.95996398454005, 1e-13);
  EXPECT_NEAR(normalCdf(1), 0.841344746068543, 1e-14);
  EXPECT_NEAR(normalQuantile(0.1), -1.2815515655446, 1e-12);
}

} // namespace
} // namespace hipcuff::statistics
