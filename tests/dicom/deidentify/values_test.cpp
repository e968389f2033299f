// UIDs, pseudonyms, dates, ages, and what a profile keeps.
#include "../dicom_builder.h"
#include "planted.h"
#include "profile_table.h"
#include "values.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/deidentify.h"
#include "hipcuff/dicom/deidentify/identity_check.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace {

using namespace hipcuff;
using namespace hipcuff::dicom;
using testdicom::Elements;
using testdicom::Folder;
using testdicom::Image;

const Secret secret("0123456789abcdef0123456789abcdef");

TEST(SecretTest, SameSecretSameMap) {
  const Secret again("0123456789abcdef0123456789abcdef"), other("0123456789abcdef0123456789abcdeF");
  EXPECT_EQ(secret.uid("1.2.3"), again.uid("1.2.3"));
  EXPECT_NE(secret.uid("1.2.3"), other.uid("1.2.3"));
  EXPECT_NE(secret.uid("1.2.3"), secret.uid("1.2.31"));
  EXPECT_EQ(secret.uid(""), "");
  EXPECT_THAT(secret.uid("1.2.3"), testing::MatchesRegex("2\\.25\\.[1-9][0-9]+"));
  EXPECT_LE(secret.uid("1.2.3").size(), 64u);
  std::set<int> days;
  std::set<std::string> names;
  for (int i = 0; i < 2000; ++i) {
    const auto key = patientKey("P" + std::to_string(i), "", "", "");
    days.insert(secret.daysBack(key));
    names.insert(secret.pseudonym(key));
  }
  EXPECT_EQ(names.size(), 2000u);
  EXPECT_GE(*days.begin(), 1);
  EXPECT_LE(*days.rbegin(), 3650);
  EXPECT_GT(days.size(), 1400u); // 2000 draws of 3650: 1540 different ones are expected
  EXPECT_THROW(Secret("fifteen bytes.."), ConfigError);
  EXPECT_NE(Secret::random().bytes(), Secret::random().bytes());
  EXPECT_EQ(Secret::random().bytes().size(), 32u);
}

// A cohort that is continued years later must fit. The value is by Python's hmac and uuid modules: the first 16 bytes
// of HMAC-SHA256 of "uid", a zero and the UID, as a UUID of version 4.
TEST(SecretTest, MapStaysForEver) {
  EXPECT_EQ(secret.uid("1.2.3"), "2.25.242519741957384250655063604798878626076");
}

TEST(PatientKey, IsTheSameHoweverTheIdIsWritten) {
  const auto key = patientKey("ab-12 X", "", "", "");
  for (const char* same : {" AB-12 x ", "ab-12  x", "ＡＢ－１２　Ｘ"})
    EXPECT_EQ(patientKey(same, "Other^Name", "19500101", "1.2"), key) << same;
  EXPECT_NE(patientKey("AB-13 X", "", "", ""), key);
  EXPECT_EQ(patientKey("МРН-Ж", "", "", ""), patientKey("мрн-ж", "", "", ""));
  EXPECT_EQ(patientKey("", "Doe^Jane", "19500101", "1.2"), patientKey("", "DOE^JANE ", "19500101", "1.3"));
  EXPECT_NE(patientKey("", "", "", "1.2"), patientKey("", "", "", "1.3"));
}

TEST(Values, Dates) {
  EXPECT_EQ(shiftDates("20200301", 1), "20200229");
  EXPECT_EQ(shiftDates("2020.03.01", 366), "20190301");
  EXPECT_EQ(shiftDates("20200101123059.123456+0100", 1), "20191231123059.123456+0100");
  EXPECT_EQ(shiftDates("20200102\\20200103", 1), "20200101\\20200102");
  EXPECT_EQ(shiftDates("202001", 60), "201911");
  EXPECT_EQ(shiftDates("2020", 365), "2019");
  for (const char* none : {"20201301", "Jane", "20200230", "2020010", "19400101JANE"})
    EXPECT_EQ(shiftDates(none, 1), "") << none;
}

TEST(Values, Ages) {
  EXPECT_EQ(capAge("089Y"), "089Y");
  EXPECT_EQ(capAge("090Y"), "090Y");
  EXPECT_EQ(capAge("103Y"), "090Y");
  EXPECT_EQ(capAge("011M"), "011M");
  EXPECT_EQ(capAge("92"), "");
}

TEST(Values, PublishedUidsStay) {
  EXPECT_TRUE(isPublishedUid("1.2.840.10008.5.1.4.1.1.6.1"));
  EXPECT_TRUE(isPublishedUid("1.2.840.10008.6.1.1234"));
  EXPECT_TRUE(isPublishedUid("2.16.840.1.113883.6.96"));
  EXPECT_FALSE(isPublishedUid("1.2.840.10008.19310223")); // a date in disguise
  EXPECT_FALSE(isPublishedUid("1.2.840.113619.2.1"));
}

TEST(ProfileTable, IsOrderedAndKnowsItsOptions) {
  const auto& table = profileTable();
  EXPECT_EQ(table.size(), 619u);
  for (std::size_t i = 1; i < table.size(); ++i)
    EXPECT_LT(table[i - 1].tag, table[i].tag);
  ASSERT_NE(profileRow(0x00100010), nullptr);
  EXPECT_EQ(profileRow(0x00100010)->action, Action::Z);
  EXPECT_TRUE(profileRow(0x00080020)->dates);
  EXPECT_FALSE(profileRow(0x00100030)->dates); // a birth date is never kept
  EXPECT_TRUE(profileRow(0x00181000)->device);
  EXPECT_TRUE(profileRow(0x00101010)->patient);
  EXPECT_TRUE(profileRow(0x00080080)->institution);
  EXPECT_TRUE(profileRow(0x0008103E)->descriptor);
  EXPECT_EQ(profileRow(0x00280010), nullptr);
}

class Cohort : public testing::Test {
protected:
  DeidentifyResult run(const std::filesystem::path& in, const Profile& profile = {}) {
    DeidentifyRequest request;
    request.input = in;
    request.output = folder.path() / "out.dcm";
    request.profile = profile;
    request.key = [&](const KeyEntry& entry) { key.push_back(entry); };
    auto result = deidentify(request, secret);
    EXPECT_TRUE(file.loadFile(request.output.c_str()).good());
    return result;
  }
  std::string text(std::uint16_t group, std::uint16_t element) {
    OFString value;
    file.getDataset()->findAndGetOFStringArray(DcmTagKey(group, element), value);
    return value.c_str();
  }
  Folder folder;
  DcmFileFormat file;
  std::vector<KeyEntry> key;
};

TEST_F(Cohort, ReferencesFollowTheirObjects) {
  Image one, two;
  one.pixels = two.pixels = testdicom::ramp(64);
  two.studyUid = "1.2.99";
  two.patientId = " secret-id ";
  two.in0008 = [](Elements& e) {
    e.sequence(0x00082112, {[](Elements& item) {
                 item.text(0x00081150, "UI", testdicom::usImage);
                 item.text(0x00081155, "UI", "1.2.3.4");
               }});
  };
  const auto first = run(folder.write("one.dcm", one.build()));
  const auto second = run(folder.write("two.dcm", two.build()));
  EXPECT_EQ(first.patientPseudonym, second.patientPseudonym);
  EXPECT_NE(first.studyUid, second.studyUid);
  DcmItem* item = nullptr;
  ASSERT_TRUE(file.getDataset()->findAndGetSequenceItem(DCM_SourceImageSequence, item).good());
  OFString value;
  item->findAndGetOFString(DCM_ReferencedSOPInstanceUID, value);
  EXPECT_EQ(value, first.instanceUid.c_str());
  item->findAndGetOFString(DCM_ReferencedSOPClassUID, value);
  EXPECT_EQ(value, testdicom::usImage);
  EXPECT_EQ(text(0x0008, 0x0016), testdicom::usImage);
  std::map<std::string, std::string> pairs;
  for (const auto& entry : key)
    pairs[entry.original] = entry.replacement;
  EXPECT_EQ(pairs.at("1.2.3.4"), first.instanceUid);
  EXPECT_EQ(pairs.at("SECRET-ID"), first.patientPseudonym);
  EXPECT_EQ(pairs.at("1.2.99"), second.studyUid);
}

TEST_F(Cohort, DatesKeepTheirDistance) {
  const auto in = folder.write("in.dcm", planted::everywhere(planted::scripts()[0]));
  Profile profile;
  profile.dates = Dates::shift;
  run(in, profile);
  const int back = secret.daysBack(patientKey(planted::patientId, "", "", ""));
  EXPECT_EQ(text(0x0008, 0x0020), shiftDates("20190817", back));
  EXPECT_EQ(text(0x0008, 0x0030), "101112");
  EXPECT_EQ(text(0x0010, 0x0030), "");
  EXPECT_EQ(text(0x0028, 0x0303), "MODIFIED");
  EXPECT_EQ(key.back().kind, KeyKind::daysBack);
  EXPECT_EQ(key.back().replacement, std::to_string(back));
  profile.times = TimesOfDay::empty;
  run(in, profile);
  EXPECT_EQ(text(0x0008, 0x0030), "");
  run(in);
  EXPECT_EQ(text(0x0008, 0x0020), "");
  EXPECT_EQ(text(0x0008, 0x0023), "");
  EXPECT_EQ(text(0x0028, 0x0303), "REMOVED");
}

TEST_F(Cohort, OptionsKeepWhatTheyNameAndSaySo) {
  const auto in = folder.write("in.dcm", planted::everywhere(planted::scripts()[0]));
  run(in);
  EXPECT_EQ(text(0x0010, 0x1010), "");
  EXPECT_EQ(text(0x0010, 0x0040), "");
  EXPECT_EQ(text(0x0018, 0x1000), "removed");
  EXPECT_EQ(text(0x0012, 0x0062), "YES");
  Profile profile;
  profile.retainPatient = profile.retainDevice = profile.retainInstitution = profile.retainUids = true;
  profile.cleanDescriptors = true;
  run(in, profile);
  EXPECT_EQ(text(0x0010, 0x1010), "090Y");
  EXPECT_EQ(text(0x0010, 0x0040), "F");
  EXPECT_EQ(text(0x0018, 0x1000), "SN55512345");
  EXPECT_EQ(text(0x0008, 0x0080), "Brockenhurst General Hospital");
  EXPECT_EQ(text(0x0020, 0x000D), planted::studyUid);
  EXPECT_EQ(text(0x0008, 0x1030), "LEFT HIP OF");
  std::vector<std::string> codes;
  DcmItem* item = nullptr;
  for (int i = 0; file.getDataset()->findAndGetSequenceItem(DCM_DeidentificationMethodCodeSequence, item, i).good();
       ++i) {
    OFString value;
    item->findAndGetOFString(DCM_CodeValue, value);
    codes.emplace_back(value.c_str());
  }
  EXPECT_THAT(codes, testing::ElementsAre("113100", "113105", "113108", "113109", "113110", "113112"));
}

TEST_F(Cohort, HostileFilesAreOneError) {
  auto bytes = planted::everywhere(planted::scripts()[0]);
  const auto out = folder.path() / "out.dcm";
  for (const auto cut : {bytes.size() - 3, bytes.size() / 2, std::size_t{200}, std::size_t{0}}) {
    const auto in =
        folder.write("cut.dcm", testdicom::Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut)));
    DeidentifyRequest request;
    request.input = in;
    request.output = out;
    EXPECT_THROW((void)deidentify(request, secret), InputError) << cut;
    EXPECT_FALSE(std::filesystem::exists(out));
  }
  Image many;
  many.pixels = testdicom::ramp(64);
  many.rows = many.columns = 65535;
  many.samples = 3;
  many.frames = "2147483647";
  DeidentifyRequest request;
  request.input = folder.write(many);
  request.output = out;
  (void)deidentify(request, secret); // nothing to do to its pixels
  many.rows = many.columns = 8;
  for (const bool compressed : {false, true}) {
    if (compressed) {
      many.syntax = testdicom::rle;
      many.fragments = {testdicom::ramp(70), testdicom::ramp(70)};
    }
    request.input = folder.write(many);
    request.masks = {{{0, 0, 3, 3}, {}}};
    EXPECT_THROW((void)deidentify(request, secret), InputError);
  }
  DeidentifyRequest same;
  same.input = same.output = folder.write("in.dcm", bytes);
  EXPECT_THROW((void)deidentify(same, secret), OutputError);
}

} // namespace
