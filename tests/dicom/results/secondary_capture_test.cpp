#include "sources.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/secondary_capture.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

using testdicom::Folder;
using testresults::made;
using testresults::output;
using testresults::picture;

RgbImage drawing(int width, int height, int seed) {
  RgbImage out(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        out.at(x, y, c) = static_cast<std::uint8_t>(x * 7 + y * 13 + c * 80 + seed);
  return out;
}

SecondaryCapture capture(int pictures, int lastFrame) {
  SecondaryCapture out;
  for (int i = 0; i < pictures; ++i)
    out.pictures.push_back({drawing(45, 33, i), i < lastFrame ? i : lastFrame});
  out.description = "Overlay of measurements";
  out.burnedInIdentity = false;
  return out;
}

bool has(const std::filesystem::path& file, const std::string& tag, const std::string& text) {
  return output("dcmdump +P " + tag + " '" + file.string() + "'").find(text) != std::string::npos;
}

TEST(SecondaryCapture, everyKindOfImagePassesDciodvfyAndIsFoundAgain) {
  for (const auto& [name, image] : testresults::kinds())
    for (const int pictures : {1, 3}) {
      SCOPED_TRACE(name + ", " + std::to_string(pictures));
      const Folder folder;
      const auto source = SourceImage::read(folder.write(image));
      const auto file = folder.path() / "sc.dcm";
      const auto identity = writeSecondaryCapture(file, source, capture(pictures, source.frames - 1), made());
      EXPECT_EQ(testresults::verified(file), "");
      const auto read = readSecondaryCapture(file);
      EXPECT_EQ(read.object.sopInstanceUid, identity.sopInstanceUid);
      EXPECT_EQ(read.object.studyInstanceUid, source.studyInstanceUid);
      EXPECT_TRUE(belongsTo(read.object.sopInstanceUid, read.object.date, read.object.time, identity.contentKey));
      EXPECT_TRUE(read.ours());
      EXPECT_EQ(read.columns, 45);
      EXPECT_EQ(read.rows, 33);
      EXPECT_EQ(read.frames, pictures);
      EXPECT_EQ(read.description, "Overlay of measurements");
      EXPECT_EQ(read.burnedInIdentity, false);
      ASSERT_EQ(read.shows.size(), static_cast<std::size_t>(pictures));
      EXPECT_EQ(read.shows[0].sopInstanceUid, source.sopInstanceUid);
      EXPECT_EQ(read.shows.back().frame,
                source.frames > 1 ? std::optional(std::min(pictures, source.frames) - 1) : std::nullopt);
      EXPECT_FALSE(has(file, "0028,0030", "PixelSpacing"));
    }
}

TEST(SecondaryCapture, realAndSimulatedImagesToo) {
  int seen = 0;
  for (const auto& path : testresults::files()) {
    SCOPED_TRACE(path.string());
    SourceImage source;
    try {
      source = SourceImage::read(path);
    } catch (const InputError&) {
      continue; // no UIDs to refer to
    }
    const Folder folder;
    const auto file = folder.path() / "sc.dcm";
    (void)writeSecondaryCapture(file, source, capture(2, source.frames - 1), made());
    EXPECT_EQ(testresults::verified(file, testresults::inheritedFrom(source)), "");
    EXPECT_EQ(readSecondaryCapture(file).shows.at(0).sopInstanceUid, source.sopInstanceUid);
    ++seen;
  }
  EXPECT_GE(seen, 10);
}

TEST(SecondaryCapture, aViewerDrawsThePixelsThatWereGiven) {
  const Folder folder;
  const auto source = SourceImage::read(folder.write(picture(31, 23)));
  const auto content = capture(3, 0);
  const auto file = folder.path() / "sc.dcm";
  (void)writeSecondaryCapture(file, source, content, made());
  for (std::size_t i = 0; i < 3; ++i) {
    const auto drawn = folder.path() / "drawn.ppm";
    const auto said =
        output("dcm2pnm +F " + std::to_string(i + 1) + " '" + file.string() + "' '" + drawn.string() + "'");
    ASSERT_NE(said.find("status 0"), std::string::npos) << said;
    std::ifstream in(drawn, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const auto& data = content.pictures[i].picture.data;
    ASSERT_GT(bytes.size(), data.size());
    EXPECT_TRUE(std::equal(data.begin(), data.end(), bytes.end() - static_cast<std::ptrdiff_t>(data.size()),
                           [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
  }
}

TEST(SecondaryCapture, onceLossyAlwaysLossy) {
  for (const auto& [name, image] : testresults::kinds()) {
    const Folder folder;
    const auto source = SourceImage::read(folder.write(image));
    const auto file = folder.path() / "sc.dcm";
    (void)writeSecondaryCapture(file, source, capture(1, 0), made());
    EXPECT_TRUE(has(file, "0028,2110", name == "lossy" ? "[01]" : "[00]")) << name;
    EXPECT_EQ(has(file, "0028,2114", "[ISO_10918_1]"), name == "lossy") << name;
    EXPECT_EQ(has(file, "0028,2112", "[12.5]"), name == "lossy") << name;
  }
  // Many scanners compress and don't say so.
  auto silent = picture(16, 16);
  silent.syntax = testdicom::jpegBaseline;
  silent.fragments = {{0xFF, 0xD8, 0xFF, 0xD9}};
  const Folder folder;
  const auto file = folder.path() / "sc.dcm";
  (void)writeSecondaryCapture(file, SourceImage::read(folder.write(silent)), capture(1, 0), made());
  EXPECT_TRUE(has(file, "0028,2110", "[01]"));
  EXPECT_TRUE(has(file, "0028,2114", "[ISO_10918_1]"));
}

TEST(SecondaryCapture, scaleAndIdentityAreSaidAsGiven) {
  const Folder folder;
  const auto source = SourceImage::read(folder.write(picture(31, 23)));
  auto content = capture(1, 0);
  content.mmPerPx = Spacing{0.125, 0.25};
  content.burnedInIdentity = true;
  const auto file = folder.path() / "sc.dcm";
  (void)writeSecondaryCapture(file, source, content, made());
  EXPECT_TRUE(has(file, "0028,0030", "[0.25\\0.125]"));
  EXPECT_TRUE(has(file, "0028,0301", "[YES]"));
  EXPECT_EQ(testresults::verified(file), "");
  EXPECT_EQ(readSecondaryCapture(file).burnedInIdentity, true);
}

TEST(SecondaryCapture, sameContentSameObject) {
  const Folder folder;
  const auto source = SourceImage::read(folder.write(picture(31, 23, 3)));
  const auto content = capture(2, 2);
  const auto first = identifySecondaryCapture(source, content, made());
  EXPECT_EQ(first.sopInstanceUid,
            writeSecondaryCapture(folder.path() / "a.dcm", source, content, made()).sopInstanceUid);
  auto pixel = content;
  pixel.pictures[1].picture.at(3, 3, 1) ^= 1;
  auto frame = content;
  frame.pictures[1].frame = 2;
  auto identity = content;
  identity.burnedInIdentity = true;
  for (const auto* other : {&pixel, &frame, &identity})
    EXPECT_NE(first.sopInstanceUid, identifySecondaryCapture(source, *other, made()).sopInstanceUid);
}

TEST(SecondaryCapture, refusesWhatIsNone) {
  const Folder folder;
  const auto source = SourceImage::read(folder.write(picture(31, 23)));
  const auto file = folder.path() / "sc.dcm";
  auto none = capture(0, 0);
  EXPECT_THROW((void)writeSecondaryCapture(file, source, none, made()), std::invalid_argument);
  auto sizes = capture(2, 0);
  sizes.pictures[1].picture = drawing(44, 33, 0);
  EXPECT_THROW((void)writeSecondaryCapture(file, source, sizes, made()), std::invalid_argument);
  auto beyond = capture(1, 0);
  beyond.pictures[0].frame = 1;
  EXPECT_THROW((void)writeSecondaryCapture(file, source, beyond, made()), InputError);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_THROW((void)readSecondaryCapture(source.path), NotForUs);
}

} // namespace
} // namespace hipcuff::dicom
