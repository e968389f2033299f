#include "hipcuff/core/time_now.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace hipcuff {
namespace {

TEST(TimeNow, CanBeFixedSoThatOutputIsReproducible) {
  ::setenv("SOURCE_DATE_EPOCH", "1760000000", 1);
  EXPECT_EQ(timeNow(), "2025-10-09T08:53:20Z"); // date -u -d @1760000000
  ::unsetenv("SOURCE_DATE_EPOCH");
  EXPECT_EQ(timeNow().size(), 20U);
  EXPECT_GT(timeNow(), "2025-10-09T08:53:20Z");
}

} // namespace
} // namespace hipcuff
