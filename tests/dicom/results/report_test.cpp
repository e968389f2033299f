#include "hipcuff/core/error.h"
#include "report_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>

namespace testreport {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

MeasurementReport small(const SourceImage& source) {
  MeasurementReport out;
  out.procedures = {reportCode("24760-1")};
  LibraryImage image;
  image.image = {source.sopClassUid, source.sopInstanceUid, {}};
  out.images = {image};
  MeasurementGroup group;
  group.trackingId = "T";
  group.trackingUid = "1.2.3.9";
  group.images = {image.image};
  out.groups = {group};
  return out;
}

void expectSame(const testdicom::Folder& folder, const std::vector<SourceImage>& sources,
                const MeasurementReport& report) {
  const StoredReport read = readMeasurementReport(written(folder, sources, report));
  EXPECT_THAT(read.notUnderstood, IsEmpty());
  EXPECT_TRUE(read.report == report);
  // Equal to the last bit and the last letter, meanings too.
  EXPECT_EQ(contentOf(read.report), contentOf(report));
  ASSERT_EQ(read.report.groups.size(), report.groups.size());
  for (std::size_t i = 0; i < report.groups.size(); ++i)
    EXPECT_TRUE(read.report.groups[i] == report.groups[i]) << report.groups[i].trackingId;
}

TEST(MeasurementReport, aFullOneComesBackEqual) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto result = image(from);
  expectSame(folder, {from}, reportOf(study({result}), {result}, {from}, settings()));
}

TEST(MeasurementReport, anEmptyOneComesBackEqual) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  expectSame(folder, {from}, MeasurementReport{});
  expectSame(folder, {from}, reportOf({}, {}, {from}, settings()));
}

TEST(MeasurementReport, notGradedNotCalibratedComesBackEqual) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  const auto result = uncalibrated(from);
  expectSame(folder, {from}, reportOf(study({result}), {result}, {from}, settings()));
}

TEST(MeasurementReport, twoSidesComeBackEqual) {
  const testdicom::Folder folder;
  const auto left = source(folder, 1);
  const auto right = source(folder, 2, 4);
  const std::vector<ImageResult> images{image(left), image(right, Side::right)};
  expectSame(folder, {left, right}, reportOf(study(images), images, {left, right}, settings()));
}

TEST(MeasurementReport, aReviewedOneComesBackEqual) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  for (const std::string by :
       {"AB", "Dr. J\xC3\xB6rg M\xC3\xBCller", "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E"}) {
    const auto result = reviewed(from, by);
    const auto report = reportOf(study({result}), {result}, {from}, settings());
    EXPECT_THAT(report.persons, testing::ElementsAre(by));
    expectSame(folder, {from}, report);
  }
}

TEST(MeasurementReport, numbersAndTextsOfAnySizeComeBackEqual) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto report = small(from);
  auto& group = report.groups.front();
  for (const double value : {0.0, -0.0004, 1.0 / 3, 1e-300, -1.7976931348623157e308, 123456789.125, 16.0, 99999.5})
    group.measurements.push_back({reportCode("121206"), value, reportCode("mm"), {}, {}, value, {}, {}, {}});
  std::string longText;
  for (int i = 0; i < 20000; ++i)
    longText += i % 80 == 79 ? "\n" : "\xE3\x81\x82";
  group.comments = {{reportCode("121106"), longText}, {reportCode("121106"), "a\\b ^ = <&> \"quoted\""}};
  group.evaluations = {{{"X1", "99X", std::string(64, 'm')}, {"X2", "99X", "\xC3\xA9"}}};
  report.conclusions = {longText, "two"};
  expectSame(folder, {from}, report);
}

TEST(MeasurementReport, saysWhoAndWhatItIs) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto other = source(folder, 2);
  const auto result = image(from);
  const auto report = reportOf(study({result}), {result}, {from, other}, settings());
  const auto file = written(folder, {from, other}, report);
  const auto read = readMeasurementReport(file);
  EXPECT_EQ(read.sopClassUid, UID_ComprehensiveSRStorage);
  EXPECT_EQ(read.sopInstanceUid, identifyMeasurementReport({from, other}, report, testresults::made()).sopInstanceUid);
  EXPECT_EQ(read.studyInstanceUid, "1.2.3");
  EXPECT_EQ(read.date, "20260131");
  EXPECT_EQ(read.time, "093005");
  EXPECT_EQ(read.softwareVersion, "1.2.3");
  EXPECT_TRUE(read.complete);
  EXPECT_FALSE(read.verified);
  ASSERT_EQ(read.evidence.size(), 2U); // all images of the study, also the one that nothing was said of
  EXPECT_EQ(read.evidence[0].sopInstanceUid, from.sopInstanceUid);
  EXPECT_EQ(read.evidence[1].sopInstanceUid, other.sopInstanceUid);
  EXPECT_EQ(element(file, DCM_CodingSchemeDesignator), "99HIPCUFF");
  EXPECT_EQ(element(file, DCM_VerificationFlag), "UNVERIFIED");
  EXPECT_EQ(element(file, DCM_CompletionFlag), "COMPLETE");
}

TEST(MeasurementReport, theSameContentIsTheSameFile) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto result = image(from);
  const auto bytes = [&] {
    const auto report = reportOf(study({result}), {result}, {from}, settings());
    std::ifstream in(written(folder, {from}, report), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto first = bytes();
  EXPECT_EQ(first, bytes());
  auto report = reportOf(study({result}), {result}, {from}, settings());
  const auto before = contentOf(report);
  report.groups.front().measurements.front().value += 1e-12;
  EXPECT_NE(before, contentOf(report));
}

TEST(MeasurementReport, anotherNameOrAnotherImageMakesItAnotherObject) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  const auto other = source(folder, 2);
  const auto report = small(from);
  const auto uid = [&](const std::vector<SourceImage>& sources) {
    return identifyMeasurementReport(sources, report, testresults::made()).sopInstanceUid;
  };
  const auto first = uid({from});
  EXPECT_EQ(first, uid({from}));
  EXPECT_NE(first, uid({from, other}));
  EXPECT_NE(first, uid({source(folder, 1, 1, {"DOE^JANET", ""})}));
}

TEST(MeasurementReport, aPixelCentreStandsHalfAPixelFromTheCorner) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  auto report = small(from);
  auto& group = report.groups.front();
  // The whole picture: its outermost pixels' outer corners are 0\0 and columns\rows.
  group.region = Geometry{Geometry::Kind::polygon,
                          {{-0.5, -0.5}, {63.5, -0.5}, {63.5, 47.5}, {-0.5, 47.5}},
                          {from.sopClassUid, from.sopInstanceUid, {0, 4}}};
  Measurement caliper{reportCode("121206"), 1, reportCode("mm"), {}, {}, {}, {}, {}, {}};
  caliper.geometry =
      Geometry{Geometry::Kind::polyline, {{0, 0}, {10, 20}}, {from.sopClassUid, from.sopInstanceUid, {2}}};
  group.measurements = {caliper};
  const auto file = written(folder, {from}, report);
  EXPECT_TRUE(readMeasurementReport(file).report == report);

  const auto said = testresults::output("dcmdump +P 0070,0022 +P 0008,1160 '" + file.string() + "'");
  EXPECT_THAT(said, HasSubstr("0\\0\\64\\0\\64\\48\\0\\48\\0\\0")); // closed: the first point again
  EXPECT_THAT(said, HasSubstr("0.5\\0.5\\10.5\\20.5"));
  EXPECT_THAT(said, HasSubstr("[1\\5]")); // frames 0 and 4
  EXPECT_THAT(said, HasSubstr("[3]"));
}

TEST(MeasurementReport, thePatientsNameStaysAsItIs) {
  const testdicom::Folder folder;
  for (const Patient& patient :
       {Patient{}, Patient{latinName, "ISO_IR 100"}, Patient{japaneseName, "\\ISO 2022 IR 87"}}) {
    const auto from = source(folder, 1, 5, patient);
    const auto result = image(from);
    const auto file = written(folder, {from}, reportOf(study({result}), {result}, {from}, settings()));
    EXPECT_EQ(element(file, DCM_PatientName), patient.name); // byte for byte
    EXPECT_EQ(element(file, DCM_SpecificCharacterSet), patient.characterSet.empty() ? "missing" : patient.characterSet);
    EXPECT_EQ(readMeasurementReport(file).report.groups.size(), 8U);
  }
}

TEST(MeasurementReport, aReviewersNameBringsUnicodeForThePatientToo) {
  const testdicom::Folder folder;
  const std::pair<Patient, std::string> cases[] = {
      {{}, "DOE^JANE"},
      {{latinName, "ISO_IR 100"}, "M\xC3\xBCller^J\xC3\xB6rg"},
      {{japaneseName, "\\ISO 2022 IR 87"},
       "Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E=\xE3\x82\x84\xE3\x81\xBE\xE3\x81\xA0^"
       "\xE3\x81\x9F\xE3\x82\x8D\xE3\x81\x86"}};
  for (const auto& [patient, utf8] : cases) {
    const auto from = source(folder, 1, 5, patient);
    const auto result = reviewed(from, "J\xC3\xB6rg");
    const auto file = written(folder, {from}, reportOf(study({result}), {result}, {from}, settings()));
    EXPECT_EQ(element(file, DCM_SpecificCharacterSet), "ISO_IR 192");
    EXPECT_EQ(element(file, DCM_PatientName), utf8);
    EXPECT_THAT(readMeasurementReport(file).report.persons, testing::ElementsAre("J\xC3\xB6rg"));
  }
}

TEST(MeasurementReport, refusesWhatNoObjectCanHold) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto refused = [&](auto change) {
    auto report = small(from);
    report.groups.front().region =
        Geometry{Geometry::Kind::polygon, {{1, 1}, {2, 1}, {2, 2}}, {from.sopClassUid, from.sopInstanceUid, {0}}};
    report.groups.front().measurements.push_back({reportCode("121206"), 1, reportCode("mm"), {}, {}, {}, {}, {}, {}});
    EXPECT_NO_THROW((void)written(folder, {from}, report));
    std::filesystem::remove(folder.path() / "report.dcm");
    change(report);
    EXPECT_THROW((void)written(folder, {from}, report), std::invalid_argument);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "report.dcm"));
  };
  using Report = MeasurementReport;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  refused([&](Report& r) { r.groups[0].measurements[0].value = nan; });
  refused([&](Report& r) { r.groups[0].measurements[0].lower95 = std::numeric_limits<double>::infinity(); });
  refused([&](Report& r) { r.groups[0].measurements[0].unit = {}; });
  refused([&](Report& r) { r.groups[0].measurements[0].name.meaning = std::string(65, 'x'); });
  refused([&](Report& r) { r.groups[0].measurements[0].name.meaning = "two\nlines"; });
  refused([&](Report& r) { r.groups[0].region->px[1].x = nan; });
  refused([&](Report& r) { r.groups[0].region->px.resize(2); });
  refused([&](Report& r) { r.groups[0].region->image.frames = {5}; });
  refused([&](Report& r) { r.groups[0].region->image.frames = {-1}; });
  refused([&](Report& r) { r.groups[0].region->image.sopInstanceUid = "1.2.3.99"; });
  refused([&](Report& r) { r.groups[0].images[0].sopClassUid = UID_CTImageStorage; });
  refused([&](Report& r) { r.groups[0].trackingUid = "not a UID"; });
  refused([&](Report& r) { r.groups[0].laterality = Side::left; }); // of no site
  refused([&](Report& r) { r.groups[0].comments = {{reportCode("121106"), "\xFF"}}; });
  refused([&](Report& r) { r.groups[0].comments = {{reportCode("121106"), " "}}; });
  refused([&](Report& r) { r.persons = {"A^B"}; });
  refused([&](Report& r) { r.persons = {std::string(65, 'x')}; });
  EXPECT_THROW((void)written(folder, {}, MeasurementReport{}), std::invalid_argument);
}

TEST(MeasurementReport, whatIsNoneIsOneClearError) {
  const testdicom::Folder folder;
  const auto says = [&](const std::filesystem::path& file) -> std::string {
    try {
      (void)readMeasurementReport(file);
    } catch (const InputError& e) {
      return e.what();
    }
    return "no error";
  };
  const auto from = source(folder, 1, 2);
  EXPECT_THAT(says(from.path), HasSubstr("not a structured report"));
  EXPECT_THAT(says(folder.path() / "missing.dcm"), HasSubstr("missing.dcm"));
  EXPECT_THAT(says(folder.write("text.dcm", {'h', 'e', 'l', 'l', 'o'})), HasSubstr("text.dcm"));
  const auto report = written(folder, {from}, small(from));
  DcmFileFormat object;
  ASSERT_TRUE(object.loadFile(report.c_str()).good());
  DcmItem* title = nullptr;
  ASSERT_TRUE(object.getDataset()->findAndGetSequenceItem(DCM_ConceptNameCodeSequence, title).good());
  title->putAndInsertString(DCM_CodeValue, "125200");
  title->putAndInsertString(DCM_CodeMeaning, "Adult Echocardiography Procedure Report");
  object.saveFile((folder.path() / "echo.dcm").c_str());
  EXPECT_THAT(says(folder.path() / "echo.dcm"), HasSubstr("Adult Echocardiography"));
}

TEST(MeasurementReport, aCutFileNeverComesBackAsAWholeOne) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto result = image(from);
  const auto file = written(folder, {from}, reportOf(study({result}), {result}, {from}, settings()));
  std::ifstream in(file, std::ios::binary);
  const testdicom::Bytes bytes(std::istreambuf_iterator<char>(in), {});
  for (std::size_t cut = 1; cut < bytes.size(); cut += bytes.size() / 97) {
    const auto part = folder.write("cut.dcm", {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut)});
    EXPECT_THROW((void)readMeasurementReport(part), InputError) << cut;
  }
}

TEST(MeasurementReport, damagedBytesAreReadOrRefusedInOneLine) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto result = image(from);
  const auto file = written(folder, {from}, reportOf(study({result}), {result}, {from}, settings()));
  std::ifstream in(file, std::ios::binary);
  const testdicom::Bytes bytes(std::istreambuf_iterator<char>(in), {});
  std::uint32_t state = 7;
  for (int i = 0; i < 300; ++i) {
    auto broken = bytes;
    for (int k = 0; k < 3; ++k) {
      state = state * 1664525U + 1013904223U;
      broken[state % broken.size()] = static_cast<std::uint8_t>(state >> 24);
    }
    try {
      (void)readMeasurementReport(folder.write("broken.dcm", broken));
    } catch (const InputError& e) {
      EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos) << e.what();
    }
  }
}

TEST(MeasurementReport, whatAnotherWriterAddsIsNamed) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto report = small(from);
  report.groups.front().finding = reportCode("A002");
  const auto file = written(folder, {from}, report);
  DcmFileFormat object;
  ASSERT_TRUE(object.loadFile(file.c_str()).good());
  // The finding becomes a text of another name, in the same place.
  DcmItem* item = nullptr;
  DcmItem* code = nullptr;
  DcmStack stack;
  ASSERT_TRUE(object.getDataset()->search(DCM_ConceptCodeSequence, stack, ESM_fromHere, OFTrue).good());
  bool changed = false;
  do {
    item = static_cast<DcmItem*>(stack.elem(1));
    OFString value;
    if (item->findAndGetSequenceItem(DCM_ConceptNameCodeSequence, code).good() &&
        code->findAndGetOFString(DCM_CodeValue, value).good() && value == "121071") {
      code->putAndInsertString(DCM_CodeMeaning, "Phase of the moon");
      code->putAndInsertString(DCM_CodeValue, "4711");
      item->putAndInsertString(DCM_RelationshipType, "HAS OBS CONTEXT");
      changed = true;
    }
  } while (!changed && object.getDataset()->search(DCM_ConceptCodeSequence, stack, ESM_afterStackTop, OFTrue).good());
  ASSERT_TRUE(changed);
  object.saveFile(file.c_str());
  const auto read = readMeasurementReport(file);
  EXPECT_THAT(read.notUnderstood, testing::ElementsAre(HasSubstr("Measurement Group > Phase of the moon")));
  report.groups.front().finding.reset();
  EXPECT_TRUE(read.report == report);
}

} // namespace
} // namespace testreport
