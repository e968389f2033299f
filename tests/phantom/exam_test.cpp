// Files: the same seed gives the same bytes, and the objects are valid.
#include "temporary_folder.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/writing/us_image.h"
#include "hipcuff/phantom/phantom.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>
#include <png.h>
#include <unistd.h>

namespace hipcuff::phantom {
namespace {

namespace fs = std::filesystem;

using test::bytesOf;
using test::TemporaryFolder;

std::map<std::string, std::string> treeOf(const fs::path& folder) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      tree[fs::relative(entry.path(), folder).string()] = bytesOf(entry.path());
  return tree;
}

SimulateOptions smallOptions() {
  SimulateOptions options;
  options.frames = 2;
  options.screen = {640, 480};
  return options;
}

TEST(Exams, SameSeedSameBytesWhateverTheThreads) {
  const TemporaryFolder one;
  const TemporaryFolder two;
  const TemporaryFolder other;
  SilentProgress progress;
  SimulateOptions options = smallOptions();
  simulateExams(one.path(), 2, 42, options, progress);
  options.threads = 3;
  simulateExams(two.path(), 2, 42, options, progress);
  simulateExams(other.path(), 1, 43, options, progress);
  const auto a = treeOf(one.path());
  const auto b = treeOf(two.path());
  ASSERT_EQ(a.size(), b.size());
  ASSERT_TRUE(a.contains("case0001/cine.dcm"));
  for (const auto& [name, bytes] : a) {
    ASSERT_TRUE(b.contains(name)) << name;
    EXPECT_TRUE(b.at(name) == bytes) << name;
  }
  EXPECT_FALSE(treeOf(other.path()).at("case0001/long.dcm") == a.at("case0001/long.dcm"));
}

TEST(Exams, SixCasesHoldAllPathologiesAndTruthMatchesTheMask) {
  const TemporaryFolder out;
  SilentProgress progress;
  SimulateOptions options = smallOptions();
  options.cineEvery = 0;
  simulateExams(out.path(), 6, 7, options, progress);
  std::set<std::string> seen;
  std::set<std::string> studies;
  for (const auto& folder : fs::directory_iterator(out.path())) {
    const auto truth = nlohmann::json::parse(bytesOf(folder.path() / "long.truth.json"));
    EXPECT_EQ(truth.at("schema"), "hipcuff.truth/1");
    seen.insert(truth.at("pathology").get<std::string>());
    const std::string mask = bytesOf(folder.path() / truth.at("frames").at(0).at("mask").get<std::string>());
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    ASSERT_NE(png_image_begin_read_from_memory(&image, mask.data(), mask.size()), 0);
    EXPECT_EQ(static_cast<int>(image.width), truth.at("columns").get<int>());
    EXPECT_EQ(static_cast<int>(image.height), truth.at("rows").get<int>());
    image.format = PNG_FORMAT_GRAY;
    std::vector<png_byte> labels(PNG_IMAGE_SIZE(image));
    ASSERT_NE(png_image_finish_read(&image, nullptr, labels.data(), 0, nullptr), 0);
    std::set<int> values(labels.begin(), labels.end());
    EXPECT_TRUE(values.contains(0));
    EXPECT_EQ(values.contains(2), !truth.at("frames").at(0).at("discontinuities").empty());
    EXPECT_LE(*values.rbegin(), 2);
  }
  EXPECT_EQ(seen.size(), 6U);
}

TEST(Exams, WrongWishesAreRefused) {
  SilentProgress progress;
  const TemporaryFolder out;
  EXPECT_THROW(simulateExams(out.path(), 0, 1, {}, progress), UsageError);
  std::ofstream(out.path() / "file") << "x";
  EXPECT_THROW(simulateExams(out.path() / "file" / "below", 1, 1, {}, progress), OutputError);
}

/// Lines of dciodvfy that report errors.
std::string errorsOf(const fs::path& file) {
  const std::string command = "dciodvfy '" + file.string() + "' 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string errors;
  char line[4096];
  while (std::fgets(line, sizeof line, pipe) != nullptr)
    if (std::string(line).rfind("Error", 0) == 0)
      errors += line;
  ::pclose(pipe);
  return errors;
}

TEST(Exams, DicomIsValid) {
  if (std::system("command -v dciodvfy > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "dciodvfy is not installed (package dicom3tools)";
  const TemporaryFolder out;
  int written = 0;
  for (const int frames : {1, 2})
    for (const bool colour : {false, true})
      for (const Codec codec : {Codec::uncompressed, Codec::jpegBaseline}) {
        RecipeWishes wishes;
        wishes.frames = frames;
        wishes.colour = colour;
        wishes.screen = {640, 480};
        HipRecipe r = drawRecipe(static_cast<std::uint64_t>(30 + written), wishes);
        r.screen.colour = colour;
        const std::string name = "image" + std::to_string(written++);
        writeExam(out.path(), name, HipSimulator(r), {}, codec);
        const fs::path file = out.path() / (name + ".dcm");
        EXPECT_EQ(errorsOf(file), "") << "frames " << frames << " colour " << colour;
      }
  EXPECT_EQ(written, 8);
}

TEST(Exams, UidIsOfTheRightForm) {
  const std::string uid = dicom::uidFromNumbers(0x0123456789abcdefULL, 0xfedcba9876543210ULL);
  // The UUID 01234567-89ab-4def-bedc-ba9876543210 in decimal, as Python prints its integer.
  EXPECT_EQ(uid, "2.25.1512366075203566479810862036668396048");
  EXPECT_LE(uid.size(), 64U);
}

double correlation(const GreyImage& a, const GreyImage& b, const PixelBox& box) {
  double sa = 0;
  double sb = 0;
  double saa = 0;
  double sbb = 0;
  double sab = 0;
  double n = 0;
  for (int y = box.y0; y <= box.y1; ++y)
    for (int x = box.x0; x <= box.x1; ++x) {
      const double u = a.at(x, y);
      const double v = b.at(x, y);
      n += 1;
      sa += u;
      sb += v;
      saa += u * u;
      sbb += v * v;
      sab += u * v;
    }
  return (sab / n - sa / n * sb / n) / std::sqrt((saa / n - sa / n * sa / n) * (sbb / n - sb / n * sb / n));
}

TEST(Cine, SpeckleMovesWithTheTissue) {
  RecipeWishes wishes;
  wishes.view = View::longAxis;
  wishes.pathology = Pathology::normal;
  wishes.frames = 40;
  wishes.screen = {640, 480};
  HipRecipe r = drawRecipe(6, wishes);
  r.rockingDeg = 3;
  r.processing.noiseDb = -120;
  const HipSimulator simulator(r);
  // A patch of tissue above the bone near the pivot, away from text.
  const PixelBox& region = r.screen.region;
  const int depth = static_cast<int>(r.geometry.apexDepthMm / r.screen.mmPerPx);
  const PixelBox patch{region.x0 + region.width() * 2 / 5, region.y0 + depth / 3, region.x0 + region.width() * 3 / 5,
                       region.y0 + depth * 4 / 5};
  const GreyImage first = simulator.render(0);
  const double next = correlation(first, simulator.render(1), patch);
  const double later = correlation(first, simulator.render(10), patch);
  EXPECT_GT(next, later);
  EXPECT_GT(next, 0.3) << "a small movement keeps the speckle";
  EXPECT_LT(next, 0.999) << "and yet moves it";
  EXPECT_LT(later, 0.8);
}

TEST(Render, SameRecipeSamePictureAndTextStaysOutside) {
  RecipeWishes wishes;
  wishes.screen = {800, 600};
  HipRecipe r = drawRecipe(3, wishes);
  r.screen.textInside = false;
  const HipSimulator simulator(r);
  const GreyImage a = simulator.render();
  EXPECT_EQ(a, HipSimulator(r).render());
  ASSERT_EQ(a.width, 800);
  ASSERT_EQ(a.height, 600);
  // There is a ruler and text outside the region, and tissue inside.
  int outside = 0;
  double inside = 0;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x) {
      if (r.screen.region.contains(x, y))
        inside += a.at(x, y);
      else
        outside += a.at(x, y) > 100;
    }
  EXPECT_GT(outside, 500);
  const double mean = inside / (r.screen.region.width() * r.screen.region.height());
  EXPECT_GT(mean, 20);
  EXPECT_LT(mean, 160);
  // Without a tint the colour picture is the grey one.
  r.screen.colour = false;
  EXPECT_EQ(HipSimulator(r).renderRgb(), toRgb(a));
}

} // namespace
} // namespace hipcuff::phantom
