// What pixel data can hold beside its picture, with no mask asked for: third persons' texts, whom no mark names.
#include "../dicom_builder.h"
#include "../jpeg_maker.h"
#include "recode.h"

#include "hipcuff/dicom/deidentify/deidentify.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

namespace {

using namespace hipcuff;
using namespace hipcuff::dicom;
using testdicom::Bytes;
using testdicom::Folder;
using testdicom::Image;

const std::string text = "Dr Zylberstein 0171-5551234 ";

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes bytesOf(const std::string& s) {
  return {s.begin(), s.end()};
}

Bytes big(std::uint64_t value, int count) {
  Bytes out;
  for (int i = count - 1; i >= 0; --i)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return out;
}

class Hidden : public testing::Test {
protected:
  Bytes run(const Image& image) {
    DeidentifyRequest request;
    request.input = in_ = folder_.write(image);
    request.output = out_ = folder_.path() / "out.dcm";
    std::filesystem::remove(out_);
    const Secret secret("0123456789abcdef0123456789abcdef");
    result_ = deidentify(request, secret);
    std::ifstream file(request.output, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void expectRefused(const Image& image, const std::string& why) {
    try {
      (void)run(image);
      ADD_FAILURE() << "it went out";
    } catch (const Refused& refused) {
      EXPECT_EQ(refused.kind(), RefusalKind::pixels);
      EXPECT_THAT(refused.problem(), testing::HasSubstr(why));
    }
    EXPECT_FALSE(std::filesystem::exists(out_));
  }

  static bool holds(const Bytes& bytes, const Bytes& part) {
    return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
  }

  void expectSamePictures() {
    ReadOptions any;
    any.anyModality = true;
    PixelDecoder a(in_, any), b(out_, any);
    ASSERT_EQ(a.frames(), b.frames());
    for (int f = 0; f < a.frames(); ++f)
      EXPECT_EQ(a.decode(f).bytes, b.decode(f).bytes) << "frame " << f + 1;
  }

  /// The text is gone, the pictures stay.
  void expectGone(const Image& image) {
    const auto out = run(image);
    EXPECT_TRUE(holds(image.build(), bytesOf(text)) || image.fragments.size() > 1);
    EXPECT_FALSE(holds(out, bytesOf(text)));
    EXPECT_GE(result_.codestreamTexts, 1u);
    expectSamePictures();
  }

  Folder folder_;
  std::filesystem::path in_, out_;
  DeidentifyResult result_;
};

Bytes jpegOf(unsigned kind) {
  Bytes rgb(48 * 32 * 3);
  for (std::size_t i = 0; i < rgb.size(); ++i)
    rgb[i] = static_cast<std::uint8_t>(i * kind / 3);
  testdicom::JpegWish wish;
  wish.columns = 48;
  wish.rows = 32;
  auto jpeg = testdicom::makeJpeg(wish, rgb);
  if (jpeg.size() % 2 != 0)
    jpeg.push_back(0);
  return jpeg;
}

Image jpegImage(std::vector<Bytes> fragments) {
  Image image;
  image.syntax = testdicom::jpegBaseline;
  image.columns = 48;
  image.rows = 32;
  image.samples = 3;
  image.photometric = "YBR_FULL";
  image.fragments = std::move(fragments);
  return image;
}

TEST_F(Hidden, APictureBehindTheLastFrameIsCutOff) {
  const auto shown = jpegOf(7), behind = jpegOf(11);
  const auto out = run(jpegImage({shown, behind}));
  EXPECT_TRUE(holds(out, shown));
  EXPECT_FALSE(holds(out, {behind.end() - 64, behind.end() - 4}));
  EXPECT_THAT(result_.problems, testing::Contains(testing::HasSubstr("longer than its picture")));
  expectSamePictures();
  expectGone(jpegImage({shown, bytesOf(text)}));
  expectGone(jpegImage({shown + bytesOf(text)}));
  auto two = jpegImage({shown, shown, behind});
  two.frames = "2";
  expectRefused(two, "which fragments");
  two.offsets = {0, static_cast<std::uint32_t>(shown.size() + 8)};
  EXPECT_FALSE(holds(run(two), {behind.end() - 64, behind.end() - 4}));
  expectSamePictures();
}

TEST_F(Hidden, TheOffsetTableIsMadeAnew) {
  const auto shown = jpegOf(7);
  auto image = jpegImage({shown});
  image.offsets = {0};
  const auto clean = run(image);
  for (std::size_t i = 0; i + 4 <= text.size(); i += 4)
    image.offsets.push_back(static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) |
                            static_cast<std::uint32_t>(static_cast<unsigned char>(text[i + 1])) << 8 |
                            static_cast<std::uint32_t>(static_cast<unsigned char>(text[i + 2])) << 16 |
                            static_cast<std::uint32_t>(static_cast<unsigned char>(text[i + 3])) << 24);
  ASSERT_TRUE(holds(image.build(), bytesOf(text)));
  EXPECT_EQ(run(image), clean);
  expectSamePictures();
}

TEST_F(Hidden, FramesOfSeveralFragmentsWithoutATablePassAsTheyAre) {
  const auto one = jpegOf(7), two = jpegOf(11);
  const auto part = [](const Bytes& all, std::ptrdiff_t from, std::ptrdiff_t to) {
    return Bytes(all.begin() + from, to < 0 ? all.end() : all.begin() + to);
  };
  auto image = jpegImage({part(one, 0, 60), part(one, 60, -1), part(two, 0, 40), part(two, 40, -1)});
  image.frames = "2";
  const auto out = run(image);
  for (const auto& fragment : image.fragments)
    EXPECT_TRUE(holds(out, fragment));
  EXPECT_THAT(result_.problems, testing::IsEmpty());
  expectSamePictures();
}

TEST_F(Hidden, JpegTextsGoWhereverTheyStand) {
  const auto shown = jpegOf(7);
  const Bytes head(shown.begin(), shown.begin() + 2), rest(shown.begin() + 2, shown.end());
  const auto segment = [](std::uint8_t marker) {
    return Bytes{0xFF, marker} + big(text.size() + 2, 2) + bytesOf(text);
  };
  for (const int marker : {0xFE, 0xE0, 0xED}) {
    const auto jpeg = head + segment(static_cast<std::uint8_t>(marker)) + rest;
    expectGone(jpegImage({jpeg}));
    // Across a border of fragments.
    expectGone(jpegImage({{jpeg.begin(), jpeg.begin() + 12}, {jpeg.begin() + 12, jpeg.end()}}));
    EXPECT_FALSE(holds(run(jpegImage({{jpeg.begin(), jpeg.begin() + 12}, {jpeg.begin() + 12, jpeg.end()}})),
                       bytesOf(text.substr(8))));
  }
  // Between segments.
  EXPECT_FALSE(holds(run(jpegImage({head + bytesOf(text) + rest})), bytesOf(text)));
}

TEST_F(Hidden, FramesThatCannotBeUnderstoodAreRefused) {
  const auto shown = jpegOf(7);
  expectRefused(jpegImage({{shown.begin(), shown.end() - 20}}), "end marker");
  expectRefused(jpegImage({bytesOf(text)}), "nobody here can look into");
  expectRefused(jpegImage({Bytes{0xFF, 0xD8, 0xFF, 0xFE, 0xF0, 0} + bytesOf(text) + Bytes{0xFF, 0xD9}}), "longer");
}

Image greyImage(unsigned bits, unsigned stored) {
  Image image;
  image.columns = 16;
  image.rows = 12;
  image.bitsAllocated = bits;
  image.bitsStored = stored;
  return image;
}

/// One code for at most 100 samples.
Bytes packed(const Bytes& plane) {
  Bytes out;
  for (std::size_t at = 0; at < plane.size(); at += 100) {
    const auto count = std::min<std::size_t>(100, plane.size() - at);
    out.push_back(static_cast<std::uint8_t>(count - 1));
    out.insert(out.end(), plane.begin() + static_cast<std::ptrdiff_t>(at),
               plane.begin() + static_cast<std::ptrdiff_t>(at + count));
  }
  return out;
}

Bytes rleFrame(const std::vector<Bytes>& segments) {
  testdicom::Elements header;
  header.u32(static_cast<std::uint32_t>(segments.size()));
  std::size_t at = 64;
  for (const auto& segment : segments) {
    header.u32(static_cast<std::uint32_t>(at));
    at += segment.size();
  }
  header.bytes.resize(64);
  for (const auto& segment : segments)
    header.bytes = header.bytes + segment;
  return header.bytes;
}

TEST_F(Hidden, RleTextsBehindSegmentsGo) {
  auto image = greyImage(16, 12);
  image.syntax = testdicom::rle;
  const auto low = packed(testdicom::ramp(192)), high = packed(Bytes(192, 3));
  image.fragments = {rleFrame({high, low})};
  const auto clean = run(image);
  EXPECT_TRUE(holds(clean, image.fragments[0]));
  image.fragments = {rleFrame({high, low + bytesOf(text)})};
  expectGone(image);
  EXPECT_EQ(run(image), clean);
  image.fragments = {rleFrame({high + bytesOf(text), low})};
  expectGone(image);
  auto inHeader = rleFrame({high, low});
  std::copy(text.begin(), text.end(), inHeader.begin() + 20);
  image.fragments = {inHeader};
  expectGone(image);
  image.fragments = {rleFrame({high, low, bytesOf(text)})};
  expectRefused(image, "RLE header");
  image.fragments = {rleFrame({high, packed(testdicom::ramp(192) + bytesOf(text))})};
  expectRefused(image, "more or fewer");
  image.fragments = {rleFrame({packed(Bytes(192, 0x13)), low})};
  expectRefused(image, "bits that its picture doesn't use");
}

TEST_F(Hidden, UnusedBitsAreClearedWithoutAnyOverlay) {
  for (const unsigned isSigned : {0u, 1u})
    for (const unsigned bits : {8u, 16u, 32u}) {
      const unsigned stored = bits == 8 ? 6 : 12, each = bits / 8;
      auto image = greyImage(bits, stored);
      image.pixelRepresentation = isSigned;
      image.pixelVr = bits == 8 ? "OB" : "OW";
      Bytes clean, zeros, drawn;
      const auto put = [&](Bytes& out, std::uint32_t value) {
        for (unsigned k = 0; k < each; ++k)
          out.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
      };
      for (std::uint32_t i = 0; i < 192; ++i) {
        const auto value = i * 37 % (1U << stored);
        const bool negative = isSigned != 0 && (value >> (stored - 1)) != 0;
        put(zeros, value);
        put(clean, negative ? value | ~((1U << stored) - 1) : value);
        put(drawn, value | (i % 5 == 0 ? 1U << (bits - 1) : 0U));
      }
      for (const auto& kept : {clean, zeros}) {
        image.pixels = kept;
        EXPECT_TRUE(holds(run(image), kept)) << bits << " " << isSigned;
        EXPECT_THAT(result_.problems, testing::IsEmpty());
      }
      image.pixels = drawn;
      EXPECT_TRUE(holds(run(image), clean)) << bits << " " << isSigned;
      EXPECT_THAT(result_.problems, testing::Contains(testing::HasSubstr("bits that its picture doesn't use")));
    }
}

TEST_F(Hidden, UnusedBitsOfLosslessJpegAreRefused) {
  StoredFrame frame;
  frame.columns = 16;
  frame.rows = 12;
  frame.bitsAllocated = frame.bitsStored = 16;
  frame.highBit = 15;
  frame.photometric = "MONOCHROME2";
  for (unsigned i = 0; i < 192; ++i) {
    frame.bytes.push_back(static_cast<std::uint8_t>(i));
    frame.bytes.push_back(static_cast<std::uint8_t>(i % 16));
  }
  auto image = greyImage(16, 12);
  image.syntax = "1.2.840.10008.1.2.4.70";
  std::string why;
  image.fragments = {encodeJpegLossless(frame, why)};
  ASSERT_FALSE(image.fragments[0].empty()) << why;
  EXPECT_TRUE(holds(run(image), image.fragments[0]));
  frame.bytes[41] |= 0x80;
  image.fragments = {encodeJpegLossless(frame, why)};
  expectRefused(image, "bits that its picture doesn't use");
}

TEST_F(Hidden, Jpeg2000KeepsItsPictureAlone) {
  StoredFrame frame;
  frame.columns = 16;
  frame.rows = 12;
  frame.photometric = "MONOCHROME2";
  frame.bytes = testdicom::ramp(192, 5);
  auto image = greyImage(8, 8);
  image.syntax = "1.2.840.10008.1.2.4.90";
  std::string why;
  auto stream = encodeJpeg2000(frame, false, why);
  ASSERT_FALSE(stream.empty()) << why;
  image.fragments = {stream};
  (void)run(image);
  expectSamePictures();
  const auto size = static_cast<std::ptrdiff_t>(4 + (stream[4] << 8 | stream[5]));
  const Bytes head(stream.begin(), stream.begin() + size), rest(stream.begin() + size, stream.end());
  for (const int marker : {0x64, 0x7B}) {
    image.fragments = {head + Bytes{0xFF, static_cast<std::uint8_t>(marker)} + big(text.size() + 4, 2) + Bytes{0, 1} +
                       bytesOf(text) + rest};
    expectGone(image);
  }
  image.fragments = {stream + bytesOf(text)};
  expectGone(image);
  image.fragments = {{stream.begin(), stream.end() - 6}};
  expectRefused(image, "");

  const auto box = [](const char* type, const Bytes& payload) {
    return big(payload.size() + 8, 4) + bytesOf(type) + payload;
  };
  const auto signature = box("jP  ", {0x0D, 0x0A, 0x87, 0x0A}) + box("ftyp", bytesOf("jp2 \0\0\0\0jp2 "));
  const auto header = box("ihdr", big(12, 4) + big(16, 4) + Bytes{0, 1, 7, 7, 0, 0});
  const auto colours = box("colr", Bytes{1, 0, 0} + big(17, 4));
  const auto wide = big(1, 4) + bytesOf("xml ") + big(text.size() + 16, 8) + bytesOf(text);
  const auto xml = box("xml ", bytesOf(text));
  for (const auto& file : {signature + box("jp2h", header + colours) + wide + box("jp2c", stream),
                           signature + box("jp2h", header + colours + xml) + box("jp2c", stream),
                           signature + box("jp2h", header + colours) + box("jp2c", stream) + xml}) {
    image.fragments = {file};
    expectGone(image);
  }
  image.fragments = {signature + box("jp2h", header + box("colr", Bytes{2, 0, 0} + bytesOf(text))) +
                     box("jp2c", stream)};
  EXPECT_FALSE(holds(run(image), bytesOf(text)));
  expectSamePictures();
  image.fragments = {signature + box("jp2h", header) + big(4000, 4) + xml + box("jp2c", stream)};
  expectRefused(image, "boxes are damaged");
}

} // namespace
