// Secret, profile and key table as files.
#include "cohort_fixture.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"
#include "hipcuff/deidentify/profile_file.h"
#include "hipcuff/deidentify/secret_file.h"

#include <fstream>
#include <gmock/gmock.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::test;
using namespace hipcuff::deidentify;
using testing::HasSubstr;
using testing::StartsWith;

TEST(SecretFile, IsMadeForItsOwnerAloneAndReadAgain) {
  const TemporaryFolder folder;
  const auto before = ::umask(0);
  const auto made = secretFromFile(folder / "secret");
  ::umask(before);
  EXPECT_TRUE(made.made);
  struct ::stat status {};
  ASSERT_EQ(::stat((folder / "secret").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto again = secretFromFile(folder / "secret");
  EXPECT_FALSE(again.made);
  EXPECT_EQ(again.secret.bytes(), made.secret.bytes());
  EXPECT_EQ(made.secret.bytes().size(), 64u);
  EXPECT_NE(secretFromFile(folder / "other").secret.bytes(), made.secret.bytes());
}

TEST(SecretFile, OpenToOthersOrTooShortIsRefused) {
  const TemporaryFolder folder;
  (void)secretFromFile(folder / "secret");
  for (const auto mode : {0640, 0604, 0620, 0644}) {
    ASSERT_EQ(::chmod((folder / "secret").c_str(), static_cast<mode_t>(mode)), 0);
    EXPECT_THROW((void)secretFromFile(folder / "secret"), ConfigError) << mode;
  }
  const auto file = folder.write("short", "only this\n\n\n\n\n\n\n\n\n\n");
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_THROW((void)secretFromFile(file), ConfigError);
  const auto large = folder.write("large", std::string(5000, 'x'));
  ASSERT_EQ(::chmod(large.c_str(), 0600), 0);
  EXPECT_THROW((void)secretFromFile(large), ConfigError);
  EXPECT_THROW((void)secretFromFile(folder.path()), ConfigError);
  EXPECT_THROW((void)secretFromFile(folder / "no/such/folder"), OutputError);
}

TEST(ProfileFile, WordsBoxesAndTerms) {
  const TemporaryFolder folder;
  const auto profile = readProfile(folder.write("p.json", R"({"schema": "hipcuff.deidentify-profile/1",
    "keep": ["dates", "device", "descriptors"], "times_of_day": "empty", "terms": ["trochanterica"],
    "boxes": [{"manufacturer": "ACME", "model": "U1", "columns": 640, "rows": 480,
               "box": {"x0": 0, "y0": 0, "x1": 639, "y1": 20}}]})"));
  EXPECT_EQ(keptBy(profile.tags), (std::vector<std::string>{"dates", "descriptors", "device"}));
  EXPECT_EQ(profile.tags.times, dicom::TimesOfDay::empty);
  EXPECT_EQ(profile.tags.moreTerms, std::vector<std::string>{"trochanterica"});
  ASSERT_EQ(profile.boxes.size(), 1u);
  EXPECT_EQ(profile.boxes[0].box, (PixelBox{0, 0, 639, 20}));
  dicom::Profile one;
  for (const auto& word : keepWords())
    keep(one, word);
  EXPECT_EQ(keptBy(one), keepWords());
  EXPECT_THROW(keep(one, "names"), UsageError);
}

TEST(ProfileFile, SlipsAreErrors) {
  const TemporaryFolder folder;
  int count = 0;
  for (const char* fields :
       {R"("kepe": ["dates"])", R"("keep": ["names"])", R"("keep": "dates")", R"("terms": ["x y"])",
        R"("times_of_day": "empty")", R"("terms": ["hip"])",
        R"("boxes": [{"box": {"x0": 0, "y0": 0, "x1": 5, "y1": 5}}])",
        R"("boxes": [{"model": "U", "box": {"x0": 9, "y0": 0, "x1": 5, "y1": 5}}])",
        R"("boxes": [{"model": "U", "box": {"x0": -1, "y0": 0, "x1": 5, "y1": 5}}])", R"("boxes": [{"model": "U"}])"}) {
    const auto file = folder.write(std::to_string(++count) + ".json",
                                   std::string(R"({"schema": "hipcuff.deidentify-profile/1", )") + fields + "}");
    EXPECT_THROW((void)readProfile(file), ConfigError) << fields;
  }
}

class KeyTable : public CohortTest {
protected:
  std::vector<std::vector<std::string>> table() const {
    const auto bytes = bytesOf(folder / "key.csv");
    CsvReader csv(bytes);
    std::vector<std::vector<std::string>> out;
    while (auto record = csv.next())
      out.push_back(std::move(*record));
    return out;
  }
  CohortOptions withKey() const {
    auto one = options();
    one.key = folder / "key.csv";
    return one;
  }
};

TEST_F(KeyTable, NamesEachOnceAndGrows) {
  exam("a.dcm");
  (void)run(withKey());
  const auto first = bytesOf(folder / "key.csv");
  EXPECT_THAT(first, StartsWith("kind,original,replacement\n"));
  EXPECT_THAT(first, HasSubstr("\npatient ID,MRN-4711-0815,HC-"));
  EXPECT_THAT(first, HasSubstr("\ninstance UID,1.2.276.0.1931.2.23.1,2.25."));
  (void)run(withKey());
  EXPECT_EQ(bytesOf(folder / "key.csv"), first);
  exam("b.dcm");
  (void)run(withKey());
  const auto second = bytesOf(folder / "key.csv");
  EXPECT_THAT(second, StartsWith(first));
  EXPECT_THAT(second, HasSubstr("\ninstance UID,1.2.276.0.1931.2.23.2,2.25."));
  EXPECT_EQ(second.find("MRN-4711-0815"), second.rfind("MRN-4711-0815")) << "each original once";
}

TEST_F(KeyTable, CanBeHadLater) {
  exam("a.dcm");
  (void)run(options());
  EXPECT_FALSE(std::filesystem::exists(folder / "key.csv"));
  const auto report = run(withKey());
  EXPECT_EQ(report.written, 0);
  std::string uid;
  for (const auto& row : table())
    if (row[0] == "instance UID")
      uid = row[2];
  EXPECT_EQ(uid, handedOver().at(0).stem().string());
}

TEST_F(KeyTable, IsNotOverwrittenByAnotherSecretOrTakenForOne) {
  exam("a.dcm");
  (void)run(withKey());
  const auto before = bytesOf(folder / "key.csv");
  auto other = withKey();
  other.out = folder / "other";
  other.secret = dicom::Secret("another secret of more than 16 bytes");
  EXPECT_THROW((void)run(other), ConfigError);
  EXPECT_EQ(bytesOf(folder / "key.csv"), before);
  folder.write("key.csv", "my,precious,table\n1,2,3\n");
  EXPECT_THROW((void)run(withKey()), ConfigError);
  EXPECT_EQ(bytesOf(folder / "key.csv"), "my,precious,table\n1,2,3\n");
}

TEST_F(KeyTable, TornEndIsCutOff) {
  exam("a.dcm");
  (void)run(withKey());
  const auto whole = bytesOf(folder / "key.csv");
  std::ofstream(folder / "key.csv", std::ios::app) << "instance UID,1.2.3";
  (void)run(withKey());
  EXPECT_EQ(bytesOf(folder / "key.csv"), whole);
}

TEST_F(KeyTable, HoldsNothingOfWhatStaysInQuarantine) {
  exam("a.dcm");
  exam("b.dcm", "normal-left-long/image.dcm",
       [](DcmDataset& data) { data.putAndInsertString(DCM_SOPClassUID, "1.2.840.113619.4.2"); });
  (void)run(withKey());
  for (const auto& row : table())
    EXPECT_NE(row[1], "1.2.276.0.1931.2.23.2");
}

} // namespace
