// What a person's decision is bound to, and what it can't do.
#include "cohort_fixture.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"

#include <fstream>
#include <gmock/gmock.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::test;
using testing::HasSubstr;
using testing::Not;

using Record = std::vector<std::string>;

class Decisions : public CohortTest {
protected:
  std::vector<Record> rows() const {
    const auto bytes = bytesOf(quarantine() / "quarantine.csv");
    CsvReader csv(bytes);
    (void)csv.next();
    std::vector<Record> out;
    while (auto record = csv.next())
      out.push_back(std::move(*record));
    return out;
  }
  std::filesystem::path decide(const std::string& what, const Record& row) const {
    return folder.write("decisions.csv", "decision,held,sha256\n" + what + "," + row.at(4) + "," + row.at(5) + "\n");
  }
  static void unknownClass(DcmDataset& data) { data.putAndInsertString(DCM_SOPClassUID, "1.2.840.113619.4.2"); }

  /// Stands in for hipcuff-ocr: reads one word in every picture, whatever it shows; none where there is none.
  std::filesystem::path reader(const std::string& word) const {
    const auto path = folder.write("ocr", R"(#!/usr/bin/python3 -ISB
import os, struct, sys
name = b"stand-in"
word = sys.argv[0] and open(sys.argv[0] + ".word", "rb").read()
def take(count):
    out = b""
    while len(out) < count:
        piece = os.read(0, count - len(out))
        if not piece:
            sys.exit(0)
        out += piece
    return out
def say(out):
    while out:
        out = out[os.write(1, out):]
say(b"HCO1" + struct.pack("=I", len(name)) + name)
while True:
    mark, width, height = struct.unpack("=4sII", take(12))
    take(width * height)
    say(b"WRD1" + struct.pack("=I", 1 if word else 0))
    if word:
        say(struct.pack("=iiiiiI", 1, 1, 40, 12, 95, len(word)) + word)
)");
    folder.write("ocr.word", word);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
};

TEST_F(Decisions, AReleaseIsOfTheBytesThatWereLookedAt) {
  exam("a.dcm", "normal-left-long/image.dcm", unknownClass);
  auto one = options();
  (void)run(one);
  const auto row = rows().at(0);
  const auto seen = bytesOf(quarantine() / row.at(4));
  one.decisions = decide("release", row);
  ASSERT_EQ(run(one).inOut, 1);
  EXPECT_EQ(bytesOf(handedOver().at(0)), seen);
  one.decisions.reset();
  one.profile.boxes = {{"", "", 640, 480, {300, 200, 320, 220}}}; // other pixels
  auto report = run(one);
  EXPECT_EQ(report.quarantined, 1);
  EXPECT_EQ(handedOver().size(), 0u);
  EXPECT_EQ(run(one).quarantined, 1) << "and it stays there";
}

TEST_F(Decisions, AReleaseIsVoidWhereMoreSpeaksAgainstIt) {
  exam("a.dcm", "normal-left-long/image.dcm", unknownClass);
  auto one = options();
  (void)run(one);
  one.decisions = decide("release", rows().at(0));
  ASSERT_EQ(run(one).inOut, 1);
  one.decisions.reset();
  one.ocr.program = reader("Someone");
  const auto report = run(one);
  EXPECT_EQ(report.inOut, 0);
  EXPECT_EQ(report.reasons.count("words_left"), 1u);
  EXPECT_EQ(handedOver().size(), 0u);
}

TEST_F(Decisions, ReleasedWordsAreNotClaimedToBeGone) {
  exam("a.dcm");
  auto one = options();
  one.ocr.program = reader("Someone");
  EXPECT_EQ(run(one).reasons.count("words_left"), 1u);
  one.decisions = decide("release", rows().at(0));
  ASSERT_EQ(run(one).inOut, 1);
  EXPECT_EQ(text(handedOver().at(0), DCM_BurnedInAnnotation), text(folder / "in/a.dcm", DCM_BurnedInAnnotation));
  EXPECT_THAT(bytesOf(handedOver().at(0)), Not(HasSubstr("113101")));
  EXPECT_THAT(bytesOf(folder / "out/report.json"), HasSubstr("\"claimed_clean\":false"));
}

TEST_F(Decisions, IdentityTakesAWordOfItsOwn) {
  exam("a.dcm");
  auto one = options();
  one.ocr.program = reader("Featherstone");
  EXPECT_EQ(run(one).reasons.count("identity_in_pixels"), 1u);
  one.decisions = decide("release", rows().at(0));
  EXPECT_EQ(run(one).inOut, 0);
  EXPECT_EQ(rows().size(), 1u);
  one.decisions = decide("release-identity", rows().at(0));
  EXPECT_EQ(run(one).inOut, 1);
  EXPECT_THAT(bytesOf(handedOver().at(0)), Not(HasSubstr("113101")));
}

TEST_F(Decisions, AReleaseCanBeTakenBack) {
  exam("a.dcm", "normal-left-long/image.dcm", unknownClass);
  auto one = options();
  (void)run(one);
  one.decisions = decide("release", rows().at(0));
  ASSERT_EQ(run(one).inOut, 1);
  const auto row = rows().at(0);
  EXPECT_EQ(row.at(6), "release") << "listed as let out";
  EXPECT_THAT(bytesOf(quarantine() / "contact-sheet.html"), HasSubstr("\"decision\":\"release\""));
  one.decisions = decide("hold", row);
  const auto report = run(one);
  EXPECT_EQ(report.inOut, 0);
  EXPECT_EQ(report.quarantined, 1);
  EXPECT_EQ(handedOver().size(), 0u);
  one.decisions.reset();
  EXPECT_EQ(run(one).quarantined, 1);
}

TEST_F(Decisions, BoxesMayNotBeForgotten) {
  exam("a.dcm");
  auto one = options();
  one.profile.boxes = {{"", "", 640, 480, {100, 100, 109, 104}}};
  (void)run(one);
  const auto before = tree(folder / "out");
  EXPECT_THROW((void)run(options()), ConfigError);
  EXPECT_EQ(tree(folder / "out"), before);
  one.profile.boxes.push_back({"", "", 640, 480, {0, 0, 9, 9}});
  EXPECT_EQ(run(one).inOut, 1);
}

TEST_F(Decisions, OnlyBinarySegmentsAreNoPictures) {
  exam("a.dcm", "normal-left-long/image.dcm", [](DcmDataset& data) {
    data.putAndInsertString(DCM_SOPClassUID, UID_SegmentationStorage);
    data.putAndInsertString(DCM_SegmentationType, "BINARY"); // says so, with 8 bits
    data.findAndDeleteElement(DCM_SequenceOfUltrasoundRegions);
    const std::vector<Uint8> white(640 * 480, 255);
    data.putAndInsertUint8Array(DCM_PixelData, white.data(), white.size());
  });
  const auto report = run(options());
  EXPECT_EQ(report.inOut, 0);
  EXPECT_EQ(report.quarantined, 1);
}

TEST_F(Decisions, APaletteThatHidesIsADoubt) {
  const auto palette = [](bool doubled) {
    return [doubled](DcmDataset& data) {
      std::vector<Uint16> grey(256);
      for (std::size_t i = 0; i < grey.size(); ++i)
        grey[i] = static_cast<Uint16>((doubled ? i / 2 : i) * 257);
      const Uint16 shape[] = {256, 0, 16};
      data.putAndInsertString(DCM_PhotometricInterpretation, "PALETTE COLOR");
      for (const auto& tag : {DCM_RedPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableDescriptor,
                              DCM_BluePaletteColorLookupTableDescriptor})
        data.putAndInsertUint16Array(tag, shape, 3);
      for (const auto& tag : {DCM_RedPaletteColorLookupTableData, DCM_GreenPaletteColorLookupTableData,
                              DCM_BluePaletteColorLookupTableData})
        data.putAndInsertUint16Array(tag, grey.data(), grey.size());
    };
  };
  exam("plain.dcm", "normal-left-long/image.dcm", palette(false));
  exam("hiding.dcm", "normal-left-long/image.dcm", palette(true));
  (void)run(options());
  for (const auto& row : rows()) {
    const bool hiding = row.at(3).ends_with("hiding.dcm");
    EXPECT_EQ(row.at(1).find("palette") != std::string::npos, hiding) << row.at(3) << " " << row.at(1);
  }
  EXPECT_THAT(bytesOf(quarantine() / "quarantine.csv"), HasSubstr("hiding.dcm"));
}

TEST_F(Decisions, ALinkToTheOutputIsNoInput) {
  exam("a.dcm");
  (void)run(options());
  std::filesystem::create_directory_symlink(folder / "out", folder / "in/link");
  std::filesystem::create_directory_symlink(quarantine(), folder / "in/private");
  for (int again = 0; again < 2; ++again) {
    const auto report = run(options());
    EXPECT_EQ(report.inOut, 1);
    EXPECT_EQ(report.leftOutReasons.count("lies in the folder to hand over"), 1u);
  }
  EXPECT_EQ(handedOver().size(), 1u);
}

TEST_F(Decisions, NoSheetDeletesAnEarlierOne) {
  exam("a.dcm");
  (void)run(options());
  ASSERT_TRUE(std::filesystem::exists(quarantine() / "contact-sheet.html"));
  const auto pictures = tree(quarantine() / "pictures");
  ASSERT_FALSE(pictures.empty());
  auto one = options();
  one.sheet = false;
  EXPECT_EQ(run(one).unchanged, 1);
  EXPECT_FALSE(std::filesystem::exists(quarantine() / "contact-sheet.html"));
  EXPECT_FALSE(std::filesystem::exists(quarantine() / "pictures"));
  EXPECT_EQ(run(options()).inOut, 1);
  EXPECT_EQ(tree(quarantine() / "pictures"), pictures) << "asked for again, they are made again";
}

TEST_F(Decisions, OneIdOfTwoPeopleIsTold) {
  const auto named = [](const char* name, const char* issuer) {
    return [=](DcmDataset& data) {
      data.putAndInsertString(DCM_PatientID, "1");
      data.putAndInsertString(DCM_PatientName, name);
      data.putAndInsertString(DCM_IssuerOfPatientID, issuer);
    };
  };
  exam("a.dcm", "normal-left-long/image.dcm", named("Featherstone^Wilhelmina", "A"));
  exam("b.dcm", "normal-left-long/image.dcm", named("FEATHERSTONE^WILHELMINA^^", "A"));
  EXPECT_EQ(run(options()).severalPeople.size(), 0u);
  exam("c.dcm", "normal-left-long/image.dcm", named("Featherstone^Wilhelmina", "B"));
  const auto report = run(options());
  ASSERT_EQ(report.severalPeople.size(), 1u);
  EXPECT_EQ(report.severalPeople.front(), text(handedOver().front(), DCM_PatientID));
}

TEST_F(Decisions, WithdrawnOriginalsAreTold) {
  const auto a = exam("a.dcm");
  exam("b.dcm");
  EXPECT_EQ(run(options()).withdrawn, 0);
  std::filesystem::remove(a);
  const auto report = run(options());
  EXPECT_EQ(report.withdrawn, 1);
  EXPECT_EQ(report.inOut, 2);
}

TEST_F(Decisions, AnotherPatientLeavesNoEmptyFolder) {
  exam("a.dcm");
  (void)run(options());
  exam("a.dcm", "normal-left-long/image.dcm",
       [](DcmDataset& data) { data.putAndInsertString(DCM_PatientID, "MRN-4711-0816"); });
  EXPECT_EQ(run(options()).inOut, 1);
  int folders = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "out"))
    folders += entry.is_directory() ? 1 : 0;
  EXPECT_EQ(folders, 1);
}

} // namespace
