// What other people's software says of a measurement report.
#include "report_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace testreport {
namespace {

using testing::HasSubstr;
using testresults::output;
using testresults::verified;

bool installed(const std::string& program) {
  return output("command -v " + program).find("status 0") != std::string::npos;
}

std::vector<SourceImage> realImages() {
  std::vector<SourceImage> out;
  const auto folder = std::filesystem::path(HIPCUFF_SOURCE_DIR).parent_path() / "shared/real-ultrasound/dicom";
  if (!std::filesystem::is_directory(folder))
    return out;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    out.push_back(SourceImage::read(entry.path()));
  return out;
}

TEST(ReportConformance, dciodvfyFindsNoError) {
  if (!installed("dciodvfy"))
    GTEST_SKIP() << "dciodvfy is not installed (package dicom3tools)";
  const testdicom::Folder folder;
  const auto single = source(folder, 1);
  const auto cine = source(folder, 2, 5);
  const auto latin = source(folder, 3, 5, {latinName, "ISO_IR 100"});
  const auto japanese = source(folder, 4, 1, {japaneseName, "\\ISO 2022 IR 87"});
  const auto check = [&](const std::vector<SourceImage>& sources, const std::vector<ImageResult>& images) {
    EXPECT_EQ(verified(written(folder, sources, reportOf(study(images), images, sources, settings()))), "")
        << sources.size() << " " << images.size();
  };
  check({single}, {image(single)});
  check({cine}, {image(cine)});
  check({single, cine}, {image(single), image(cine, Side::right)});
  check({single}, {uncalibrated(single)});
  check({single}, {});
  check({cine}, {reviewed(cine, "AB")});
  check({latin}, {image(latin)});
  check({latin}, {reviewed(latin, "J\xC3\xB6rg")});
  check({japanese}, {image(japanese)});
  check({japanese}, {reviewed(japanese, "\xE5\xB1\xB1\xE7\x94\xB0")});
}

TEST(ReportConformance, realImagesGetOne) {
  const auto sources = realImages();
  if (sources.empty())
    GTEST_SKIP() << "no images in ../shared/real-ultrasound/dicom";
  const testdicom::Folder folder;
  for (const SourceImage& from : sources) {
    for (const ImageResult& result : {image(from), uncalibrated(from), reviewed(from, "J\xC3\xB6rg")}) {
      const auto report = reportOf(study({result}), {result}, {from}, settings());
      const auto file = folder.path() / "real.dcm";
      writeMeasurementReport(file, {from}, identifyMeasurementReport({from}, report, testresults::made()),
                             testresults::made(), report);
      const auto read = readMeasurementReport(file);
      EXPECT_TRUE(read.report == report) << from.path;
      EXPECT_EQ(read.studyInstanceUid, from.studyInstanceUid);
      if (installed("dciodvfy")) {
        // UIDs of the image that break the rules come along: the report has to name it as it is.
        std::vector<std::string> inherited = {from.studyInstanceUid, from.seriesInstanceUid, from.sopInstanceUid};
        // Two frames in an object of a class for one: which of them was measured is said all the same.
        if (from.frames > 1 && from.sopClassUid == UID_UltrasoundImageStorage)
          inherited.emplace_back("<ReferencedFrameNumber>");
        const auto said = verified(file, inherited);
        EXPECT_EQ(said, "") << from.path;
      }
    }
  }
}

TEST(ReportConformance, dsrdumpReadsIt) {
  if (!installed("dsrdump"))
    GTEST_SKIP() << "dsrdump is not installed (package dcmtk)";
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto result = reviewed(from, "J\xC3\xB6rg");
  const auto said =
      output("dsrdump +U8 '" +
             written(folder, {from}, reportOf(study({result}), {result}, {from}, settings())).string() + "'");
  EXPECT_THAT(said, HasSubstr("status 0"));
  EXPECT_THAT(said, testing::Not(HasSubstr("E: ")));
  // What dsrdump 3.6.7 always says of UTF-8, and nothing else.
  const std::string known = "W: The VR checker does not support this Specific Character Set: ISO_IR 192\n";
  EXPECT_EQ(said.rfind("W: "), said.find(known));
  EXPECT_THAT(said, HasSubstr("J\xC3\xB6rg"));
  EXPECT_THAT(said, HasSubstr("Partial-thickness tear of gluteus medius tendon"));
}

TEST(ReportConformance, publicCodesAreInTheDictionary) {
  // Seen in FHIR value sets and in Microsoft's Radiology Insights; in DCMTK's; 29836001 is there under the name of the
  // hip joint, which 24136001 is; units with braces are annotations in UCUM's grammar, not codes of a list.
  const std::vector<std::string> elsewhere = {"30547004",   "446003",   "24760-1",  "26250-1",
                                              "26251-9",    "26252-7",  "C0034375", "29836001",
                                              "mm/{pixel}", "{pixels}", "{frames}", "{corrections}"};
  const testdicom::Folder folder;
  const auto list = folder.path() / "codes.txt";
  std::ofstream out(list);
  for (const Code& code : publicReportCodes())
    if (std::find(elsewhere.begin(), elsewhere.end(), code.value) == elsewhere.end())
      out << code.value << '\t' << code.scheme << '\t' << code.meaning << '\n';
  out.close();
  const auto said =
      output("/usr/bin/python3 " HIPCUFF_SOURCE_DIR "/tests/dicom/results/check_codes.py < '" + list.string() + "'");
  if (said.find("status 77") != std::string::npos)
    GTEST_SKIP() << "pydicom is not installed (package python3-pydicom)";
  EXPECT_EQ(said, "status 0\n");
}

TEST(ReportConformance, pydicomReadsTheNames) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5, {japaneseName, "\\ISO 2022 IR 87"});
  const auto result = reviewed(from, "J\xC3\xB6rg M\xC3\xBCller");
  const auto file = written(folder, {from}, reportOf(study({result}), {result}, {from}, settings()));
  const auto said = output("PYTHONIOENCODING=utf-8 /usr/bin/python3 -c \"\n"
                           "import sys\n"
                           "try:\n"
                           "    import pydicom\n"
                           "except ImportError:\n"
                           "    sys.exit(77)\n"
                           "data = pydicom.dcmread(sys.argv[1])\n"
                           "print(data.PatientName)\n"
                           "print([i.PersonName for i in data.ContentSequence if i.ValueType == 'PNAME'][0])\n"
                           "\" '" +
                           file.string() + "'");
  if (said.find("status 77") != std::string::npos)
    GTEST_SKIP() << "pydicom is not installed (package python3-pydicom)";
  EXPECT_THAT(said, HasSubstr("\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E"));
  EXPECT_THAT(said, HasSubstr("J\xC3\xB6rg M\xC3\xBCller"));
}

} // namespace
} // namespace testreport
