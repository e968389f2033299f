// What can't be made sure, and what a person decides on it.
#include "cohort_fixture.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"

#include <gmock/gmock.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::test;
using testing::HasSubstr;

class Quarantine : public CohortTest {
protected:
  struct Row {
    std::string reasons, original, held, sha256;
  };
  std::vector<Row> rows() const {
    const auto bytes = bytesOf(quarantine() / "quarantine.csv");
    CsvReader csv(bytes);
    EXPECT_EQ(csv.next(),
              (std::vector<std::string>{"decision", "reasons", "said", "original", "held", "sha256", "decided"}));
    std::vector<Row> out;
    while (const auto record = csv.next())
      out.push_back({record->at(1), record->at(3), record->at(4), record->at(5)});
    return out;
  }
  std::filesystem::path decide(const std::string& what, const Row& row) const {
    return folder.write("decisions.csv", "decision,held,sha256\n" + what + "," + row.held + "," + row.sha256 + "\n");
  }
  static void setClass(DcmDataset& data, const char* uid) { data.putAndInsertString(DCM_SOPClassUID, uid); }
};

TEST_F(Quarantine, ReasonsByName) {
  const auto damaged = exam("damaged.dcm");
  std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) / 2);
  exam("document.dcm", "normal-left-long/image.dcm", [](DcmDataset& data) {
    setClass(data, UID_EncapsulatedPDFStorage);
    data.findAndDeleteElement(DCM_PixelData);
    const Uint8 pdf[] = {'%', 'P', 'D', 'F'};
    data.putAndInsertUint8Array(DCM_EncapsulatedDocument, pdf, 4);
  });
  exam("raw.dcm", "normal-left-long/image.dcm", [](DcmDataset& data) {
    setClass(data, UID_RawDataStorage);
    data.findAndDeleteElement(DCM_PixelData);
  });
  exam("private.dcm", "normal-left-long/image.dcm", [](DcmDataset& data) { setClass(data, "1.2.840.113619.4.2"); });
  exam("nobody.dcm", "normal-left-long/image.dcm",
       [](DcmDataset& data) { data.findAndDeleteElement(DCM_SOPInstanceUID); });
  exam("flat.dcm", "normal-left-long/image.dcm", [](DcmDataset& data) {
    data.findAndDeleteElement(DCM_SequenceOfUltrasoundRegions);
    const std::vector<Uint8> black(640 * 480, 0);
    data.putAndInsertUint8Array(DCM_PixelData, black.data(), black.size());
  });
  const auto report = run(options());
  EXPECT_EQ(report.inOut, 0);
  EXPECT_EQ(report.quarantined, 6);
  std::map<std::string, std::string> reasons;
  for (const auto& row : rows())
    reasons[std::filesystem::path(row.original).stem().string()] = row.reasons;
  EXPECT_EQ(reasons["damaged"], "damaged");
  EXPECT_EQ(reasons["document"], "document");
  EXPECT_EQ(reasons["raw"], "opaque");
  EXPECT_THAT(reasons["private"], HasSubstr("unknown_class"));
  EXPECT_EQ(reasons["nobody"], "no_object");
  EXPECT_THAT(reasons["flat"], HasSubstr("no_pane"));
  EXPECT_EQ(handedOver().size(), 0u);
}

TEST_F(Quarantine, PersonReleasesWhatTheyLookedAt) {
  exam("a.dcm", "normal-left-long/image.dcm", [](DcmDataset& data) { setClass(data, "1.2.840.113619.4.2"); });
  auto one = options();
  EXPECT_EQ(run(one).quarantined, 1);
  const auto row = rows().at(0);
  EXPECT_TRUE(std::filesystem::exists(quarantine() / row.held));
  one.decisions = decide("release", row);
  auto report = run(one);
  EXPECT_EQ(report.inOut, 1);
  EXPECT_EQ(report.quarantined, 0);
  EXPECT_FALSE(std::filesystem::exists(quarantine() / row.held));
  EXPECT_THAT(bytesOf(folder / "out/report.json"), HasSubstr("\"released_by_a_person\":true"));
  one.decisions.reset(); // it stays decided
  report = run(one);
  EXPECT_EQ(report.unchanged, 1);
  EXPECT_EQ(report.inOut, 1);
}

/// Letters of 2 px strokes, 14 px high, over the tissue: HILLE.
void writeOverTissue(DcmDataset& data) {
  Uint8* pixels = nullptr;
  const Uint8* there = nullptr;
  ASSERT_TRUE(data.findAndGetUint8Array(DCM_PixelData, there).good() && there);
  std::vector<Uint8> copy(there, there + 640 * 480);
  pixels = copy.data();
  const auto bar = [&](int x, int y, int width, int height) {
    for (int row = y; row < y + height; ++row)
      for (int column = x; column < x + width; ++column)
        pixels[row * 640 + column] = 255;
  };
  const int y = 150;
  int x = 200;
  for (const char letter : std::string("HILLE")) {
    bar(x, y, 2, 14);
    if (letter == 'H') {
      bar(x + 8, y, 2, 14);
      bar(x, y + 6, 10, 2);
    }
    if (letter == 'L' || letter == 'E')
      bar(x, y + 12, 9, 2);
    if (letter == 'E') {
      bar(x, y, 9, 2);
      bar(x, y + 6, 8, 2);
    }
    x += letter == 'I' ? 6 : 14;
  }
  data.putAndInsertUint8Array(DCM_PixelData, pixels, 640 * 480);
}

TEST_F(Quarantine, PersonHasMaskedWhatWasFoundOverTissue) {
  exam("a.dcm", "normal-left-long/image.dcm", writeOverTissue);
  exam("b.dcm");
  auto one = options();
  auto report = run(one);
  EXPECT_EQ(report.inOut, 1);
  ASSERT_EQ(report.quarantined, 1);
  EXPECT_EQ(report.reasons.count("text_over_tissue"), 1u);
  const auto held = quarantine() / rows().at(0).held;
  const auto legible = [](const std::filesystem::path& path) {
    DcmFileFormat file;
    const Uint8* pixels = nullptr;
    EXPECT_TRUE(file.loadFile(path.c_str()).good());
    EXPECT_TRUE(file.getDataset()->findAndGetUint8Array(DCM_PixelData, pixels).good());
    int bright = 0;
    for (int row = 150; row < 164; ++row)
      bright += pixels[row * 640 + 200] == 255 ? 1 : 0;
    return bright > 0;
  };
  EXPECT_TRUE(legible(held)) << "what is in doubt is not masked unasked";
  one.decisions = decide("mask", rows().at(0));
  report = run(one);
  EXPECT_EQ(report.quarantined, 0);
  ASSERT_EQ(report.inOut, 2);
  for (const auto& path : handedOver())
    EXPECT_FALSE(legible(path)) << path;
  one.decisions.reset();
  EXPECT_EQ(run(one).unchanged, 2);
}

TEST_F(Quarantine, DecisionHoldsForThatContentOnly) {
  const auto unknown = [](DcmDataset& data) { setClass(data, "1.2.840.113619.4.2"); };
  exam("a.dcm", "normal-left-long/image.dcm", unknown);
  auto one = options();
  (void)run(one);
  one.decisions = decide("release", rows().at(0));
  exam("a.dcm", "full-right-short/image.dcm", unknown); // another picture in its place
  const auto report = run(one);
  EXPECT_EQ(report.inOut, 0);
  EXPECT_EQ(report.quarantined, 1);
}

TEST_F(Quarantine, WrongDecisionsAreOneError) {
  exam("a.dcm", "normal-left-long/image.dcm", [](DcmDataset& data) { setClass(data, "1.2.840.113619.4.2"); });
  auto one = options();
  (void)run(one);
  one.decisions = decide("relaese", rows().at(0));
  EXPECT_THROW((void)run(one), ConfigError);
  one.decisions = folder.write("other.csv", "a,b\n1,2\n");
  EXPECT_THROW((void)run(one), ConfigError);
  one.decisions = decide("release", {"damaged", "x", "", ""});
  EXPECT_THROW((void)run(one), ConfigError);
}

TEST_F(Quarantine, KnownBoxesAreBlackedOutAndChangingThemRedoesThosePicturesOnly) {
  exam("a.dcm");
  exam("b.dcm", "full-right-short/image.dcm",
       [](DcmDataset& data) { data.putAndInsertString(DCM_ManufacturerModelName, "Other"); });
  auto one = options();
  (void)run(one);
  const auto model = text(folder / "in/a.dcm", DCM_ManufacturerModelName);
  one.profile.boxes = {{"", model, 640, 480, {100, 100, 109, 104}}};
  const auto report = run(one);
  EXPECT_EQ(report.unchanged, 1);
  EXPECT_EQ(report.written, 1);
  int black = 0;
  for (const auto& path : handedOver()) {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(path.c_str()).good());
    const Uint8* bytes = nullptr;
    if (file.getDataset()->findAndGetUint8Array(DCM_PixelData, bytes).bad() || !bytes)
      continue;
    bool all = true;
    for (int y = 100; y <= 104; ++y)
      for (int x = 100; x <= 109; ++x)
        all = all && bytes[y * 640 + x] == 0;
    black += all ? 1 : 0;
  }
  EXPECT_EQ(black, 1);
}

} // namespace
