// openDicom against MANIFEST.tsv: syntax, photometric interpretation, size, frames, regions with their figures.
#include "shared_files.h"

#include "hipcuff/dicom/reading.h"

#include <cmath>
#include <gtest/gtest.h>
#include <regex>

namespace {

const std::map<std::string, std::string>& syntaxUids() {
  static const std::map<std::string, std::string> table = {{"ImplicitVRLE", "1.2.840.10008.1.2"},
                                                           {"ExplicitVRLE", "1.2.840.10008.1.2.1"},
                                                           {"DeflatedExplicitVRLE", "1.2.840.10008.1.2.1.99"},
                                                           {"ExplicitVRBE", "1.2.840.10008.1.2.2"},
                                                           {"RLE", "1.2.840.10008.1.2.5"},
                                                           {"JPEGBaseline", "1.2.840.10008.1.2.4.50"},
                                                           {"JPEGExtended", "1.2.840.10008.1.2.4.51"},
                                                           {"JPEGSpectral6_8", "1.2.840.10008.1.2.4.53"},
                                                           {"JPEGProg10_12", "1.2.840.10008.1.2.4.55"},
                                                           {"JPEGLosslessP14", "1.2.840.10008.1.2.4.57"},
                                                           {"JPEGLosslessSV1", "1.2.840.10008.1.2.4.70"},
                                                           {"JPEGLSLossless", "1.2.840.10008.1.2.4.80"},
                                                           {"JPEGLSNear", "1.2.840.10008.1.2.4.81"},
                                                           {"JPEG2000Lossless", "1.2.840.10008.1.2.4.90"},
                                                           {"JPEG2000", "1.2.840.10008.1.2.4.91"}};
  return table;
}

struct ListedRegion {
  int format, type, x0, y0, x1, y1, unitsX, unitsY;
  double deltaX, deltaY;
};

std::vector<ListedRegion> listedRegions(const std::string& note) {
  static const std::regex pattern(
      R"(\[fmt(\d+) type(\d+) \((-?\d+),(-?\d+)\)-\((-?\d+),(-?\d+)\) units(\d+)/(\d+) delta ([-\d.e]+)/([-\d.e]+)\])");
  std::vector<ListedRegion> result;
  for (std::sregex_iterator it(note.begin(), note.end(), pattern), end; it != end; ++it) {
    const auto n = [&](int i) { return std::stoi((*it)[static_cast<std::size_t>(i)].str()); };
    result.push_back(
        {n(1), n(2), n(3), n(4), n(5), n(6), n(7), n(8), std::stod((*it)[9].str()), std::stod((*it)[10].str())});
  }
  return result;
}

class Manifest : public testing::TestWithParam<std::string> {};

TEST_P(Manifest, AgreesWithTheReader) {
  auto entries = conformance::manifest();
  ASSERT_TRUE(entries.count(GetParam()));
  auto& entry = entries[GetParam()];
  hipcuff::ReadOptions options;
  options.anyModality = true;
  const auto cine = hipcuff::openDicom(conformance::picturesFolder() / GetParam(), options);
  EXPECT_EQ(cine.format, "DICOM");
  ASSERT_TRUE(syntaxUids().count(entry["transfer_syntax"])) << entry["transfer_syntax"];
  EXPECT_EQ(cine.transferSyntaxUid, syntaxUids().at(entry["transfer_syntax"]));
  EXPECT_EQ(cine.photometric, entry["photometric"]);
  EXPECT_EQ(cine.rows, std::stoi(entry["rows"]));
  EXPECT_EQ(cine.columns, std::stoi(entry["columns"]));
  EXPECT_EQ(cine.frames, std::stoi(entry["frames"]));
  EXPECT_EQ(!cine.regions.empty(), entry["us_regions"] == "yes");
  ASSERT_NE(cine.source, nullptr);
  const auto picture = cine.source->frame(cine.frames - 1);
  EXPECT_EQ(picture.width, cine.columns);
  EXPECT_EQ(picture.height, cine.rows);

  const auto listed = listedRegions(entry["note"]);
  ASSERT_EQ(cine.regions.size(), listed.size());
  const hipcuff::PixelBox whole{0, 0, cine.columns - 1, cine.rows - 1};
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const auto& region = cine.regions[i];
    const auto& expected = listed[i];
    const auto clipped = hipcuff::intersection({expected.x0, expected.y0, expected.x1, expected.y1}, whole);
    EXPECT_EQ(region.box.empty(), clipped.empty());
    if (!clipped.empty()) {
      EXPECT_EQ(region.box, clipped);
    }
    const bool tissue = expected.format == 1 && expected.type == 1;
    EXPECT_EQ(region.kind == hipcuff::RegionKind::bMode, tissue);
    const int over = std::max(expected.x1 - whole.x1, expected.y1 - whole.y1);
    if (!tissue) {
      EXPECT_FALSE(region.mmPerPx) << "only tissue has millimetres here";
    } else if (over > 2) {
      EXPECT_FALSE(region.mmPerPx) << "cropped or scaled after the scanner";
      EXPECT_FALSE(region.problem.empty());
    } else {
      ASSERT_TRUE(region.mmPerPx) << region.problem;
      EXPECT_NEAR(region.mmPerPx->x, expected.deltaX * 10, 1e-5 * expected.deltaX * 10);
      EXPECT_NEAR(region.mmPerPx->y, expected.deltaY * 10, 1e-5 * expected.deltaY * 10);
      EXPECT_EQ(region.origin, hipcuff::CalibrationOrigin::ultrasoundRegion);
    }
  }
}

/// What is no ultrasound is told so, by class; what is ultrasound opens.
TEST_P(Manifest, OnlyUltrasoundIsTaken) {
  const auto file = conformance::picturesFolder() / GetParam();
  EXPECT_TRUE(hipcuff::looksLikeDicom(file));
  if (GetParam().rfind("dicom/", 0) == 0) {
    EXPECT_NO_THROW((void)hipcuff::openDicom(file));
    return;
  }
  try {
    (void)hipcuff::openDicom(file);
    FAIL() << "taken for ultrasound";
  } catch (const hipcuff::NotForUs& reason) {
    EXPECT_NE(reason.problem().find("Storage"), std::string::npos) << reason.what();
  }
}

std::vector<std::string> listedFiles() {
  auto files = conformance::filesOf("dicom");
  const auto others = conformance::filesOf("other-modality");
  files.insert(files.end(), others.begin(), others.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Files, Manifest, testing::ValuesIn(listedFiles()),
                         [](const auto& given) { return conformance::testName(given.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Manifest);

} // namespace
