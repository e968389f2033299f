#include "hipcuff/dicom/results/identity.h"

#include <gtest/gtest.h>

#include <regex>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

Provenance made(const std::string& created = "2026-01-31T09:30:05Z") {
  Provenance out;
  out.version = "1.2.3";
  out.settings = "criteria";
  out.created = created;
  return out;
}

TEST(ObjectIdentity, sameContentAtTheSameTimeIsTheSameObject) {
  const auto first = identify(ObjectKind::sr, "1.2", "content", made());
  const auto second = identify(ObjectKind::sr, "1.2", "content", made());
  EXPECT_EQ(first.sopInstanceUid, second.sopInstanceUid);
  EXPECT_EQ(first.date, "20260131");
  EXPECT_EQ(first.time, "093005");
  EXPECT_TRUE(std::regex_match(first.sopInstanceUid, std::regex("2\\.25\\.[1-9][0-9]{1,38}"))) << first.sopInstanceUid;
}

TEST(ObjectIdentity, whateverChangesTheBytesChangesTheUid) {
  const auto first = identify(ObjectKind::sr, "1.2", "content", made());
  auto settings = made();
  settings.settings = "other criteria";
  auto version = made();
  version.version = "1.2.4";
  for (const auto& other :
       {identify(ObjectKind::sr, "1.2", "edited", made()),
        identify(ObjectKind::sr, "1.2", "content", made("2026-01-31T09:30:06Z")),
        identify(ObjectKind::seg, "1.2", "content", made()), identify(ObjectKind::sr, "1.3", "content", made()),
        identify(ObjectKind::sr, "1.2", "content", settings), identify(ObjectKind::sr, "1.2", "content", version)})
    EXPECT_NE(first.sopInstanceUid, other.sopInstanceUid);
}

TEST(ObjectIdentity, oneSeriesForAKindOfAStudy) {
  const auto first = identify(ObjectKind::gsps, "1.2", "one picture", made());
  const auto second = identify(ObjectKind::gsps, "1.2", "another", made("2027-01-01T00:00:00Z"));
  EXPECT_EQ(first.seriesInstanceUid, second.seriesInstanceUid);
  EXPECT_NE(first.seriesInstanceUid, identify(ObjectKind::seg, "1.2", "one picture", made()).seriesInstanceUid);
}

TEST(ObjectIdentity, whatASeriesMustHaveAlikeIsPartOfIt) {
  const auto one = identify(ObjectKind::gsps, "1.2", "content", made(), "as the patient was named");
  const auto two = identify(ObjectKind::gsps, "1.2", "content", made(), "as the patient is named now");
  EXPECT_NE(one.seriesInstanceUid, two.seriesInstanceUid);
  auto measured = made();
  measured.measuredBy = "0.9";
  EXPECT_NE(identify(ObjectKind::gsps, "1.2", "content", measured).seriesInstanceUid,
            identify(ObjectKind::gsps, "1.2", "content", made()).seriesInstanceUid);
  EXPECT_EQ(measuringVersion(measured), "0.9");
  EXPECT_EQ(measuringVersion(made()), made().version);
}

TEST(ObjectIdentity, anotherInstanceNumberIsOtherBytesAndAnotherUid) {
  auto second = made();
  second.instanceNumber = 2;
  const auto then = identify(ObjectKind::seg, "1.2", "content", second);
  const auto first = identify(ObjectKind::seg, "1.2", "content", made());
  EXPECT_EQ(then.contentKey, first.contentKey) << "it is found again whatever its number";
  EXPECT_NE(then.sopInstanceUid, first.sopInstanceUid);
  EXPECT_TRUE(belongsTo(then.sopInstanceUid, then.date, then.time, first.contentKey, 2));
  EXPECT_FALSE(belongsTo(then.sopInstanceUid, then.date, then.time, first.contentKey, 1));
}

TEST(ObjectIdentity, aFinishedObjectIsFoundAgainWhateverTheTimeNow) {
  const auto then = identify(ObjectKind::sr, "1.2", "content", made());
  const auto now = identify(ObjectKind::sr, "1.2", "content", made("2026-02-01T00:00:00Z"));
  EXPECT_TRUE(belongsTo(then.sopInstanceUid, then.date, then.time, now.contentKey));
  EXPECT_FALSE(belongsTo(then.sopInstanceUid, now.date, now.time, now.contentKey));
  EXPECT_FALSE(belongsTo(then.sopInstanceUid, then.date, then.time,
                         identify(ObjectKind::sr, "1.2", "edited", made()).contentKey));
}

TEST(ObjectIdentity, refusesWhatIsNoTime) {
  EXPECT_THROW((void)identify(ObjectKind::sr, "1.2", "content", made("yesterday")), std::invalid_argument);
}

} // namespace
} // namespace hipcuff::dicom
