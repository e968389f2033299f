// Dates as people write them, and queries that would ask for everything.
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/network/studies.h"

#include <gtest/gtest.h>

namespace {

using namespace hipcuff::dicom;

TEST(Studies, DatesBecomeDicomsOwn) {
  const std::string today = "20240301";
  EXPECT_EQ(dateRange("2024-01-31", today), "20240131");
  EXPECT_EQ(dateRange("20240131", today), "20240131");
  EXPECT_EQ(dateRange("today", today), "20240301");
  EXPECT_EQ(dateRange("yesterday", today), "20240229") << "a leap year";
  EXPECT_EQ(dateRange("2024-01-01..2024-03-31", today), "20240101-20240331");
  EXPECT_EQ(dateRange("20240101-20240331", today), "20240101-20240331");
  EXPECT_EQ(dateRange("20240101-", today), "20240101-");
  EXPECT_EQ(dateRange("..2024-03-31", today), "-20240331");
  EXPECT_EQ(dateRange("2024-01-01..today", today), "20240101-20240301");
  EXPECT_EQ(dateRange("yesterday..", today), "20240229-");
  for (const auto* wrong : {"", "2024", "2023-02-29", "2024-13-01", "31.1.2024", "..", "-", "2024-01-01..x", "tomorrow",
                            "2024-03-02..2024-03-01", "2024-01-01\\2024-01-02", "*"})
    EXPECT_THROW((void)dateRange(wrong, today), hipcuff::UsageError) << wrong;
  EXPECT_EQ(dateRange(todaysDate(), today).size(), 8U);
}

TEST(Studies, WildcardsAloneAskForEverything) {
  EXPECT_TRUE(StudyQuery{}.asksForEverything());
  StudyQuery query;
  query.patientId = "*";
  query.modality = "US";
  query.more["PatientName"] = "**";
  EXPECT_TRUE(query.asksForEverything());
  query.more["PatientName"] = "DOE*";
  EXPECT_FALSE(query.asksForEverything());
  query = {};
  query.date = "20240101-";
  EXPECT_FALSE(query.asksForEverything());
}

} // namespace
