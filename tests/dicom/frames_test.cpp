// Where frames are and when they were: offset tables, fragments, counts, times, syntaxes.
#include "dicom_builder.h"
#include "jpeg_maker.h"

#include "hipcuff/dicom/reading.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

namespace {

using namespace testdicom;

/// A flat grey JPEG of 16 x 16, one level a frame.
Bytes flatJpeg(int level) {
  JpegWish w;
  w.jfif = true;
  return makeJpeg(w, Bytes(16 * 16 * 3, static_cast<std::uint8_t>(level)));
}

Image jpegCine(int frames) {
  Image image;
  image.syntax = jpegBaseline;
  image.sopClass = usMultiframe;
  image.photometric = "YBR_FULL_422";
  image.samples = 3;
  image.rows = 16;
  image.columns = 16;
  image.frames = std::to_string(frames);
  for (int f = 0; f < frames; ++f)
    image.fragments.push_back(flatJpeg(20 + 10 * f));
  return image;
}

void splitInThree(Image& image, bool table) {
  std::vector<Bytes> pieces;
  std::uint32_t at = 0;
  for (const auto& whole : image.fragments) {
    if (table)
      image.offsets.push_back(at);
    const auto third = static_cast<std::ptrdiff_t>(whole.size() / 3 / 2 * 2);
    pieces.emplace_back(whole.begin(), whole.begin() + third);
    pieces.emplace_back(whole.begin() + third, whole.begin() + 2 * third);
    pieces.emplace_back(whole.begin() + 2 * third, whole.end());
    at += static_cast<std::uint32_t>(24 + (whole.size() + 1) / 2 * 2);
  }
  image.fragments = pieces;
}

void expectLevels(const std::filesystem::path& file, int frames) {
  const auto cine = hipcuff::openDicom(file);
  ASSERT_EQ(cine.frames, frames);
  for (int f = frames - 1; f >= 0; --f) // any order
    EXPECT_NEAR(cine.source->frame(f).at(8, 8, 1), 20 + 10 * f, 1) << "frame " << f;
  EXPECT_NEAR(cine.source->clone()->frame(frames / 2).at(8, 8, 1), 20 + 10 * (frames / 2), 1);
}

TEST(Fragments, OneAFrameWithoutTable) {
  const Folder folder;
  expectLevels(folder.write(jpegCine(7)), 7);
}

TEST(Fragments, SeveralAFrameWithTable) {
  auto image = jpegCine(5);
  splitInThree(image, true);
  const Folder folder;
  expectLevels(folder.write(image), 5);
}

TEST(Fragments, SeveralAFrameWithoutTable) {
  auto image = jpegCine(5);
  splitInThree(image, false);
  const Folder folder;
  expectLevels(folder.write(image), 5);
}

TEST(Fragments, WrongTableIsNotBelieved) {
  auto image = jpegCine(5);
  splitInThree(image, true);
  image.offsets[2] += 6;
  const Folder folder;
  expectLevels(folder.write(image), 5);
}

TEST(Fragments, ExtendedOffsetTable) {
  auto image = jpegCine(4);
  splitInThree(image, true);
  const auto offsets = std::exchange(image.offsets, {});
  image.in0040 = [&](Elements& e) {
    e.head(0x7FE00001, "OV", 0); // patched below: OV has a long header
    e.bytes.resize(e.bytes.size() - 2);
    e.u16(0);
    e.u32(static_cast<std::uint32_t>(offsets.size() * 8));
    for (const auto offset : offsets) {
      e.u32(offset);
      e.u32(0);
    }
  };
  const Folder folder;
  expectLevels(folder.write(image), 4);
}

TEST(Fragments, SingleFrameInManyFragments) {
  auto image = jpegCine(1);
  splitInThree(image, false);
  image.frames.clear();
  const Folder folder;
  expectLevels(folder.write(image), 1);
}

TEST(Fragments, FewerThanDeclared) {
  auto image = jpegCine(4);
  image.frames = "9";
  const Folder folder;
  const auto file = folder.write(image);
  expectLevels(file, 4);
  const auto cine = hipcuff::openDicom(file);
  ASSERT_FALSE(cine.problems.empty());
  EXPECT_NE(cine.problems.back().find("declares 9 frames, the file holds 4"), std::string::npos);
  EXPECT_THROW((void)cine.source->frame(4), hipcuff::InputError);
  EXPECT_THROW((void)cine.source->frame(-1), hipcuff::InputError);
}

TEST(Fragments, CutInTheLastFrame) {
  const auto image = jpegCine(5);
  auto bytes = image.build();
  bytes.resize(bytes.size() - 60);
  const Folder folder;
  expectLevels(folder.write("cut.dcm", bytes), 4);
}

TEST(Fragments, ADamagedFrameCostsOnlyItself) {
  auto image = jpegCine(5);
  auto& hurt = image.fragments[2];
  hurt.resize(hurt.size() / 2);
  const Folder folder;
  const auto cine = hipcuff::openDicom(folder.write(image));
  ASSERT_EQ(cine.frames, 5);
  EXPECT_NEAR(cine.source->frame(1).at(8, 8), 30, 1);
  EXPECT_THROW((void)cine.source->frame(2), hipcuff::InputError);
  EXPECT_NEAR(cine.source->frame(3).at(8, 8), 50, 1);
}

TEST(Fragments, ACodestreamOfAnotherSizeIsRefused) {
  auto image = jpegCine(2);
  image.rows = 32;
  const Folder folder;
  const auto cine = hipcuff::openDicom(folder.write(image));
  EXPECT_FALSE(cine.problems.empty());
  EXPECT_THROW((void)cine.source->frame(0), hipcuff::InputError);
}

Bytes packBits(const Bytes& plane) {
  Bytes out;
  for (std::size_t i = 0; i < plane.size();) {
    std::size_t run = 1;
    while (i + run < plane.size() && plane[i + run] == plane[i] && run < 128)
      ++run;
    if (run > 1) {
      out.push_back(static_cast<std::uint8_t>(257 - run));
      out.push_back(plane[i]);
    } else {
      out.push_back(0);
      out.push_back(plane[i]);
    }
    i += run;
  }
  if (out.size() % 2 != 0)
    out.push_back(0x80);
  return out;
}

Bytes rleFrame(const std::vector<Bytes>& planes) {
  Elements e;
  e.u32(static_cast<std::uint32_t>(planes.size()));
  std::uint32_t at = 64;
  std::vector<Bytes> packed;
  for (const auto& plane : planes) {
    packed.push_back(packBits(plane));
    e.u32(at);
    at += static_cast<std::uint32_t>(packed.back().size());
  }
  e.bytes.resize(64);
  for (const auto& plane : packed)
    e.bytes.insert(e.bytes.end(), plane.begin(), plane.end());
  return e.bytes;
}

TEST(Rle, SixteenBitIsMostSignificantByteFirst) {
  Image image;
  image.syntax = rle;
  image.bitsAllocated = 16;
  image.bitsStored = 16;
  image.rows = 1;
  image.columns = 4;
  image.fragments = {rleFrame({{0x12, 0x12, 0x12, 0x34}, {1, 2, 3, 4}})};
  const Folder folder;
  const auto stored = hipcuff::PixelDecoder(folder.write(image)).decode(0);
  EXPECT_EQ(stored.bytes, (Bytes{1, 0x12, 2, 0x12, 3, 0x12, 4, 0x34}));
}

TEST(Rle, ShortOrAbsurdFramesAreRefused) {
  Image image;
  image.syntax = rle;
  image.rows = 2;
  image.columns = 4;
  image.fragments = {rleFrame({{1, 2, 3, 4}})};
  const Folder folder;
  EXPECT_THROW((void)hipcuff::PixelDecoder(folder.write(image)).decode(0), hipcuff::InputError);
  image.rows = 16000;
  image.columns = 16000;
  EXPECT_THROW((void)hipcuff::PixelDecoder(folder.write(image)).decode(0), hipcuff::InputError);
}

TEST(Native, FewerFramesThanDeclared) {
  Image image;
  image.sopClass = usMultiframe;
  image.frames = "10";
  image.pixels = ramp(64 * 3 + 20);
  const Folder folder;
  const auto cine = hipcuff::openDicom(folder.write(image));
  EXPECT_EQ(cine.frames, 3);
  ASSERT_FALSE(cine.problems.empty());
  EXPECT_NE(cine.problems.back().find("declares 10 frames, the file holds 3"), std::string::npos);
  EXPECT_EQ(cine.source->frame(2).at(0, 0), 128);
}

TEST(Native, CutFile) {
  Image image;
  image.sopClass = usMultiframe;
  image.frames = "3";
  image.pixels = ramp(64 * 3);
  auto bytes = image.build();
  bytes.resize(bytes.size() - 70);
  const Folder folder;
  const auto cine = hipcuff::openDicom(folder.write("cut.dcm", bytes));
  EXPECT_EQ(cine.frames, 1);
  bytes.resize(bytes.size() - 100);
  EXPECT_THROW((void)hipcuff::openDicom(folder.write("cut2.dcm", bytes)), hipcuff::InputError);
}

TEST(Native, LongerThanDeclaredOpensWithAWord) {
  Image image;
  image.pixels = ramp(100);
  const Folder folder;
  const auto cine = hipcuff::openDicom(folder.write(image));
  EXPECT_EQ(cine.frames, 1);
  ASSERT_EQ(cine.problems.size(), 1U);
  EXPECT_NE(cine.problems[0].find("36 bytes more"), std::string::npos);
}

TEST(Deflated, InflatesToATemporaryFileThatIsGone) {
  Image image;
  image.sopClass = usMultiframe;
  image.frames = "3";
  image.pixels = ramp(64 * 3);
  image.syntax = explicitLe;
  const auto plain = image.dataSet().bytes;
  image.syntax = deflated;
  auto file = image.build();
  file.resize(file.size() - image.dataSet().bytes.size());
  z_stream stream{};
  ASSERT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes packed(plain.size() + 100);
  stream.next_in = const_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  file.insert(file.end(), packed.begin(), packed.end());

  const Folder folder;
  const Folder temporary;
  ::setenv("TMPDIR", temporary.path().c_str(), 1);
  const auto cine = hipcuff::openDicom(folder.write("deflated.dcm", file));
  EXPECT_TRUE(std::filesystem::is_empty(temporary.path()));
  ::unsetenv("TMPDIR");
  EXPECT_EQ(cine.frames, 3);
  EXPECT_EQ(cine.source->frame(1).at(1, 0), 65);
  EXPECT_EQ(cine.source->clone()->frame(2).at(1, 0), 129);

  hipcuff::ReadOptions small;
  small.maxInflatedBytes = 100;
  EXPECT_THROW((void)hipcuff::openDicom(folder.write("deflated.dcm", file), small), hipcuff::InputError);
}

TEST(WithoutMeta, IsSniffed) {
  const Folder folder;
  for (const char* syntax : {implicitLe, explicitLe, explicitBe}) {
    Image image;
    image.syntax = syntax;
    image.pixels = ramp(64);
    image.preamble = false;
    image.meta = false;
    const auto file = folder.write(image);
    EXPECT_TRUE(hipcuff::looksLikeDicom(file)) << syntax;
    const auto cine = hipcuff::openDicom(file);
    EXPECT_EQ(cine.transferSyntaxUid, syntax);
    EXPECT_EQ(cine.source->frame(0).at(5, 0), 5);
  }
}

TEST(WithoutMeta, MetaWithoutSyntaxOrPreamble) {
  const Folder folder;
  Image image;
  image.pixels = ramp(64);
  image.namesSyntax = false;
  EXPECT_EQ(hipcuff::openDicom(folder.write(image)).transferSyntaxUid, explicitLe);
  image.syntax = implicitLe;
  EXPECT_EQ(hipcuff::openDicom(folder.write(image)).transferSyntaxUid, implicitLe);
  image.namesSyntax = true;
  image.preamble = false;
  EXPECT_EQ(hipcuff::openDicom(folder.write(image)).transferSyntaxUid, implicitLe);
}

TEST(Syntax, UnsupportedOnesAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless"},
      {"1.2.840.10008.1.2.4.110", "JPEG XL Lossless"},
      {"1.2.3.4.5.6", "1.2.3.4.5.6"}};
  for (const auto& [uid, name] : cases) {
    Image image;
    image.syntax = uid;
    image.fragments = {ramp(100)};
    const Folder folder;
    try {
      (void)hipcuff::openDicom(folder.write(image));
      ADD_FAILURE() << uid;
    } catch (const hipcuff::InputError& error) {
      EXPECT_NE(error.problem().find(name), std::string::npos) << error.what();
    }
  }
}

// --- memory ------------------------------------------------------------------------------------------------------

long peakKilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Frames are read one by one: what the first one took is enough for all.
void expectFlatMemory(const std::filesystem::path& file, int frames) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer keeps freed memory in quarantine";
#endif
  const auto cine = hipcuff::openDicom(file);
  ASSERT_EQ(cine.frames, frames);
  (void)cine.source->frame(0);
  const auto before = peakKilobytes();
  for (int f = 0; f < frames; ++f)
    (void)cine.source->frame(f);
  EXPECT_LT(peakKilobytes() - before, 5 * 1024);
}

TEST(Memory, DoesNotGrowWithTheFramesOfAnUncompressedCine) {
  Image image;
  image.sopClass = usMultiframe;
  image.rows = 480;
  image.columns = 640;
  image.frames = "300";
  const std::size_t size = 300UL * 480 * 640;
  const Folder folder;
  auto bytes = image.build();
  const auto length = static_cast<std::uint32_t>(size);
  for (std::size_t b = 0; b < 4; ++b)
    bytes[bytes.size() - 4 + b] = static_cast<std::uint8_t>(length >> (8 * b));
  const auto file = folder.write("long.dcm", bytes);
  std::filesystem::resize_file(file, bytes.size() + size); // sparse: 92 MB that take no room
  expectFlatMemory(file, 300);
}

TEST(Memory, DoesNotGrowWithTheFramesOfAJpegCine) {
  Image image = jpegCine(1);
  JpegWish w;
  w.columns = 640;
  w.rows = 480;
  image.rows = 480;
  image.columns = 640;
  image.frames = "300";
  const auto frame = makeJpeg(w, ramp(640UL * 480 * 3));
  image.fragments.assign(300, frame);
  const Folder folder;
  expectFlatMemory(folder.write(image), 300);
}

// --- times --------------------------------------------------------------------------------------------------------

hipcuff::Cine timed(const std::function<void(Elements&)>& in0018, const std::function<void(Elements&)>& in0008 = {},
                    const std::function<void(Elements&)>& in0020 = {}) {
  Image image;
  image.sopClass = usMultiframe;
  image.frames = "3";
  image.pixels = ramp(64 * 3);
  image.in0018 = in0018;
  image.in0008 = in0008;
  image.in0028 = in0020;
  const Folder folder;
  return hipcuff::openDicom(folder.write(image));
}

TEST(Times, FrameTime) {
  const auto cine = timed([](Elements& e) { e.text(0x00181063, "DS", "40.0"); });
  ASSERT_TRUE(cine.frameTimes);
  EXPECT_EQ(*cine.frameTimes, (std::vector<double>{0, 0.04, 0.08}));
  EXPECT_EQ(cine.frameTimesOrigin, "Frame Time");
}

TEST(Times, FrameTimeVector) {
  const auto cine = timed([](Elements& e) { e.text(0x00181065, "DS", "0\\50\\30"); });
  ASSERT_TRUE(cine.frameTimes);
  EXPECT_NEAR((*cine.frameTimes)[1], 0.05, 1e-12);
  EXPECT_NEAR((*cine.frameTimes)[2], 0.08, 1e-12);
  EXPECT_EQ(cine.frameTimesOrigin, "Frame Time Vector");
}

TEST(Times, RatesAndUnknown) {
  EXPECT_EQ(timed([](Elements& e) { e.text(0x00180040, "IS", "25"); }).frameTimesOrigin, "Cine Rate");
  EXPECT_EQ(timed({}, [](Elements& e) { e.text(0x00082144, "IS", "20"); }).frameTimesOrigin,
            "Recommended Display Frame Rate");
  EXPECT_FALSE(timed({}).frameTimes);
  const auto zero = timed([](Elements& e) { e.text(0x00181063, "DS", "0"); });
  EXPECT_FALSE(zero.frameTimes);
  EXPECT_FALSE(zero.problems.empty());
  const auto shortVector = timed([](Elements& e) { e.text(0x00181065, "DS", "0\\50"); });
  EXPECT_FALSE(shortVector.frameTimes);
  EXPECT_FALSE(shortVector.problems.empty());
}

// --- video --------------------------------------------------------------------------------------------------------

class Video : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Video, FramesInAnyOrder) {
  const Folder folder;
  const auto clip = (folder.path() / "clip.ts").string();
  // Twelve grey frames, each 15 levels brighter.
  const std::string make = "ffmpeg -y -loglevel quiet -f lavfi -i \"color=black:s=64x48:r=25:d=0.48,format=gray,"
                           "geq=lum='20+15*N'\" -pix_fmt yuv420p -c:v " +
                           std::string(GetParam().first) + " -f mpegts " + clip;
  if (std::system(make.c_str()) != 0)
    GTEST_SKIP() << "this ffmpeg has no encoder " << GetParam().first;
  std::ifstream stream(clip, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(stream), {}};
  Image image;
  image.syntax = GetParam().second;
  image.sopClass = usMultiframe;
  image.photometric = "YBR_PARTIAL_420";
  image.samples = 3;
  image.rows = 48;
  image.columns = 64;
  image.frames = "12";
  // In two fragments: the stream does not care.
  const auto half = static_cast<std::ptrdiff_t>(bytes.size() / 4 * 2);
  image.fragments = {Bytes(bytes.begin(), bytes.begin() + half), Bytes(bytes.begin() + half, bytes.end())};
  const auto cine = hipcuff::openDicom(folder.write(image));
  ASSERT_EQ(cine.frames, 12);
  for (const int f : {11, 0, 5, 4, 6})
    // "gray" is full range there and becomes the video's limited range; back it is the same grey.
    EXPECT_NEAR(cine.source->frame(f).at(32, 24, 1), 20 + 15 * f, 6) << "frame " << f;
  image.frames = "20";
  const auto fewer = hipcuff::openDicom(folder.write(image));
  EXPECT_EQ(fewer.frames, 12);
  EXPECT_FALSE(fewer.problems.empty());
}

INSTANTIATE_TEST_SUITE_P(All, Video,
                         testing::Values(std::pair{"mpeg2video", "1.2.840.10008.1.2.4.100"},
                                         std::pair{"libx264", "1.2.840.10008.1.2.4.102"},
                                         std::pair{"libx265", "1.2.840.10008.1.2.4.107"}),
                         [](const auto& given) { return std::string(given.param.first); });

} // namespace
