// What others' programs say of our presentation states, and where they draw them.
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/presentation.h"
#include "presentation_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <sstream>

namespace hipcuff::dicom {
namespace {

using testpresentation::made;
using testpresentation::resultIn;
using testpresentation::wholePane;
using testpresentation::writeImage;

struct Ran {
  int status = -1;
  std::string said; ///< both streams
};
Ran run(const std::string& command) {
  Ran out;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (!pipe)
    return out;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe))
    out.said.append(buffer, count);
  out.status = ::pclose(pipe);
  return out;
}
bool there(const std::string& program) {
  return run("command -v " + program).status == 0;
}
std::string quoted(const std::filesystem::path& path) {
  return "'" + path.string() + "'";
}
std::string python(const std::string& arguments) {
  return "/usr/bin/python3 " + quoted(std::filesystem::path(HIPCUFF_SOURCE_DIR) / "tests/conformance") +
         "/draw_presentation.py " + arguments;
}
bool pythonThere() {
  return run("/usr/bin/python3 -c 'import pydicom, numpy, PIL.ImageCms'").status == 0;
}

/// What dciodvfy finds wrong, without what is the image's own: a UID that a presentation state has to repeat, and
/// frames in an image whose class has none.
std::string errorsIn(const std::filesystem::path& file, const SourceImage& source) {
  const auto said = run("dciodvfy " + quoted(file)).said;
  EXPECT_NE(said.find("SoftcopyPresentationState"), std::string::npos) << said; // it knew what it was looking at
  EXPECT_EQ(said.find("Standard Extended"), std::string::npos) << said;
  std::istringstream lines(said);
  std::string errors;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("Error", 0) != 0)
      continue;
    bool images = false;
    for (const auto& uid : {source.studyInstanceUid, source.seriesInstanceUid, source.sopInstanceUid})
      images = images || line.find("Illegal root for UID - \"" + uid + "\"") != std::string::npos;
    images = images || (source.frames > 1 && source.sopClassUid == testdicom::usImage &&
                        line.find("that is not multi-frame") != std::string::npos);
    if (!images)
      errors += line + "\n";
    else
      std::printf("the image's own: %s\n", line.c_str());
  }
  return errors;
}
void expectNoErrors(const std::filesystem::path& file, const SourceImage& source) {
  EXPECT_EQ(errorsIn(file, source), "");
}

class PresentationConformance : public testing::TestWithParam<std::pair<bool, int>> {
protected:
  testdicom::Folder folder;
  SourceImage source = SourceImage::read(writeImage(folder.path() / "image.dcm", GetParam().first, GetParam().second));
  std::filesystem::path file = folder.path() / "state.dcm";
};

TEST_P(PresentationConformance, dciodvfyFindsNoError) {
  if (!there("dciodvfy"))
    GTEST_SKIP() << "dciodvfy is not installed (dicom3tools)";
  const int frames = source.frames;
  const auto whole = resultIn(wholePane(), frames);
  writePresentation(file, source, presentationOf(source, {&whole}, "9.8.7"), made());
  expectNoErrors(file, source);

  const auto left = resultIn({0, 10, 157, 229}, frames);
  const auto right = resultIn({162, 10, 319, 229}, frames);
  writePresentation(file, source, presentationOf(source, {&left, &right}, "9.8.7"), made());
  expectNoErrors(file, source);

  auto bare = whole;
  bare.mmPerPx.reset();
  bare.grade = {};
  bare.grade.refusals = {Refusal::noCalibration};
  writePresentation(file, source, presentationOf(source, {&bare}, "9.8.7"), made());
  expectNoErrors(file, source);

  bare.anatomy = {};
  bare.measurements = {};
  bare.frame.reset();
  bare.grade.refusals = {Refusal::noCortex, Refusal::tooDark};
  writePresentation(file, source, presentationOf(source, {&bare}, "9.8.7"), made());
  expectNoErrors(file, source);

  auto reviewed = whole;
  reviewed.review.emplace();
  reviewed.review->by = "J\xC3\xBCrgen";
  reviewed.review->verdict = Verdict::accepted;
  reviewed.review->grade = whole.grade.grade;
  reviewed.review->annotations = {{1, frames - 1, Annotation::Kind::caliper, {{40, 40}, {40, 60}}, "", 3.0}};
  writePresentation(file, source, presentationOf(source, {&reviewed}, "9.8.7"), made());
  expectNoErrors(file, source);
}

TEST_P(PresentationConformance, dcmtkFindsNoFault) {
  if (GetParam().first || !there("dcmpschk"))
    GTEST_SKIP() << "dcmpschk (dcmtk) knows grey ones only, or is not installed";
  const auto whole = resultIn(wholePane(), source.frames);
  writePresentation(file, source, presentationOf(source, {&whole}, "9.8.7"), made());
  const auto checked = run("dcmpschk -v " + quoted(file));
  EXPECT_EQ(checked.status, 0) << checked.said;
  EXPECT_EQ(checked.said.find("ailed"), std::string::npos) << checked.said;
  EXPECT_EQ(checked.said.find("E:"), std::string::npos) << checked.said;
}

/// The ridge is where the picture is bright; the superficial border has to be drawn along it. The picture is rendered
/// by dcmp2pgm under the presentation state (grey) or decoded by pydicom (colour), the lines are drawn by the
/// standard's words from the file's own coordinates.
TEST_P(PresentationConformance, theLinesLieOnThePictureWithinHalfAPixel) {
  if (!pythonThere() || !there("dcmp2pgm"))
    GTEST_SKIP() << "python3-pydicom, python3-pil and dcmtk are needed";
  auto whole = resultIn(wholePane(), source.frames);
  for (auto& s : whole.anatomy.tendon.stations) // the deep border is on no ridge
    s.deepMm = s.superficialMm;
  writePresentation(file, source, presentationOf(source, {&whole}, "9.8.7"), made());
  const std::string frame = source.frames > 1 ? "3" : "1";
  std::string rendered;
  if (!GetParam().first) {
    const auto pgm = folder.path() / "picture.pgm";
    const auto drawn =
        run("dcmp2pgm -p " + quoted(file) + " -f " + frame + " " + quoted(source.path) + " " + quoted(pgm));
    ASSERT_TRUE(std::filesystem::exists(pgm)) << drawn.said;
    rendered = " --picture " + quoted(pgm);
  }
  const auto measured =
      run(python(quoted(source.path) + " " + quoted(file) + " --measure BORDERS --frame " + frame + rendered));
  std::smatch found;
  ASSERT_TRUE(std::regex_search(measured.said, found,
                                std::regex("([0-9]+) columns, mean (-?[0-9.]+) px, largest ([0-9.]+) px")))
      << measured.said;
  EXPECT_GT(std::stoi(found[1]), 200);
  EXPECT_LT(std::abs(std::stod(found[2])), 0.1) << measured.said; // a convention half a pixel off shows here
  EXPECT_LT(std::stod(found[3]), 0.5) << measured.said;
  if (source.frames > 1) { // another frame shows no lines
    EXPECT_NE(run(python(quoted(source.path) + " " + quoted(file) + " --measure BORDERS --frame 1" + rendered)).status,
              0);
  }
}

TEST_P(PresentationConformance, theColourProfileIsSrgb) {
  if (!GetParam().first || !pythonThere())
    GTEST_SKIP() << "colour only; python3-pydicom and python3-pil are needed";
  const auto whole = resultIn(wholePane(), source.frames);
  writePresentation(file, source, presentationOf(source, {&whole}, "9.8.7"), made());
  const auto said = run(python(quoted(source.path) + " " + quoted(file) + " --profile")).said;
  std::smatch found;
  ASSERT_TRUE(std::regex_search(said, found, std::regex("class scnr, RGB to XYZ, version 4.3, .* sRGB ([0-9]+)")))
      << said;
  EXPECT_LE(std::stoi(found[1]), 1) << said;
}

INSTANTIATE_TEST_SUITE_P(all, PresentationConformance,
                         testing::Values(std::pair{false, 1}, std::pair{false, 4}, std::pair{true, 1},
                                         std::pair{true, 4}),
                         [](const auto& p) {
                           return std::string(p.param.first ? "colour" : "grey") +
                                  (p.param.second > 1 ? "Cine" : "Single");
                         });

/// A tendon across the middle of a picture of any size.
ImageResult resultFor(const SourceImage& source) {
  ImageResult image;
  image.rows = source.rows;
  image.columns = source.columns;
  image.frames = source.frames;
  image.frame = source.frames - 1;
  image.mmPerPx = image.scale = Spacing{0.1, 0.1};
  image.grade.grade = GradeClass::normal;
  for (double x = 0.2; x < 0.8; x += 0.02) {
    TendonStation s;
    s.positionMm = x * source.columns * 0.1;
    s.cortexMm = s.deepMm = {x * source.columns * 0.1, source.rows * 0.06};
    s.superficialMm = {s.cortexMm.x, source.rows * 0.05};
    s.normal = {0, -1};
    image.anatomy.tendon.stations.push_back(s);
    const double thick = source.rows * 0.01;
    image.measurements.thickness.profile.push_back({s.positionMm, thick, thick - 0.1, thick + 0.1, thick});
  }
  return image;
}

TEST(PresentationOfRealImages, dciodvfyFindsNoErrorAndTheyReadBack) {
  const char* shared = std::getenv("HIPCUFF_SHARED");
  const auto pictures =
      (shared ? std::filesystem::path(shared) : std::filesystem::path(HIPCUFF_SOURCE_DIR) / "../shared") /
      "real-ultrasound/dicom";
  if (!std::filesystem::is_directory(pictures))
    GTEST_SKIP() << "no real pictures beside the checkout";
  if (!there("dciodvfy"))
    GTEST_SKIP() << "dciodvfy is not installed (dicom3tools)";
  testdicom::Folder folder;
  const auto file = folder.path() / "state.dcm";
  int written = 0;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(pictures))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    SCOPED_TRACE(path.filename().string());
    try {
      const auto source = SourceImage::read(path);
      const auto image = resultFor(source);
      const auto presentation = presentationOf(source, {&image}, "9.8.7");
      writePresentation(file, source, presentation, made());
      const auto read = readPresentation(file);
      EXPECT_EQ(read.presentation, presentation);
      EXPECT_EQ(read.colour, source.colour);
      expectNoErrors(file, source);
      ++written;
    } catch (const InputError& error) {
      std::printf("left out: %s\n", error.problem().c_str());
    }
  }
  std::printf("%d of %zu real images\n", written, files.size());
  EXPECT_GT(written, 0);
}

} // namespace
} // namespace hipcuff::dicom
