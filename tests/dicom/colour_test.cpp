// Colour as displayed: photometric interpretations, palettes, and headers that lie.
#include "dicom_builder.h"
#include "jpeg_maker.h"

#include "hipcuff/dicom/reading.h"

#include <gtest/gtest.h>

namespace {

using namespace testdicom;
using Rgb = std::array<int, 3>;

hipcuff::RgbImage shown(const Image& image, int frame = 0) {
  const Folder folder;
  return hipcuff::openDicom(folder.write(image)).source->frame(frame);
}

Rgb at(const hipcuff::RgbImage& picture, int x, int y) {
  return {picture.at(x, y, 0), picture.at(x, y, 1), picture.at(x, y, 2)};
}

void expectNear(const Rgb& seen, const Rgb& wanted, int tolerance) {
  for (std::size_t c = 0; c < 3; ++c)
    EXPECT_NEAR(seen[c], wanted[c], tolerance)
        << "channel " << c << " of " << seen[0] << ' ' << seen[1] << ' ' << seen[2];
}

TEST(Colour, Monochrome2IsShownAsStored) {
  Image image;
  image.pixels = ramp(64, 100);
  EXPECT_EQ(at(shown(image), 3, 1), (Rgb{111, 111, 111}));
}

TEST(Colour, EightBitsAreNotWindowed) {
  Image image;
  image.pixels = ramp(64, 100);
  image.in0028late = [](Elements& e) {
    e.text(0x00281050, "DS", "10");
    e.text(0x00281051, "DS", "5");
  };
  EXPECT_EQ(at(shown(image), 3, 1), (Rgb{111, 111, 111}));
}

TEST(Colour, Monochrome1IsInverted) {
  Image image;
  image.photometric = "MONOCHROME1";
  image.pixels = ramp(64, 100);
  EXPECT_EQ(at(shown(image), 3, 1), (Rgb{144, 144, 144}));
}

TEST(Colour, DeepGreyUsesTheWindow) {
  Image image;
  image.bitsAllocated = 16;
  image.bitsStored = 12;
  for (int i = 0; i < 64; ++i) {
    const int value = i * 64;
    image.pixels.push_back(static_cast<std::uint8_t>(value & 0xFF));
    image.pixels.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  // No window: the whole stored range.
  EXPECT_EQ(at(shown(image), 0, 4)[0], 128); // 2048 of 4095
  image.in0028late = [](Elements& e) {
    e.text(0x00281050, "DS", "1024");
    e.text(0x00281051, "DS", "512");
  };
  const auto windowed = shown(image);
  EXPECT_EQ(at(windowed, 0, 0)[0], 0);
  EXPECT_EQ(at(windowed, 0, 2)[0], 128); // 1024 is the middle
  EXPECT_EQ(at(windowed, 7, 7)[0], 255);
}

TEST(Colour, SignedDeepGreyRunsFromItsLowestValue) {
  Image image;
  image.bitsAllocated = 16;
  image.bitsStored = 16;
  image.pixelRepresentation = 1;
  image.rows = 1;
  image.columns = 3;
  image.pixels = {0x00, 0x80, 0x00, 0x00, 0xFF, 0x7F};
  const auto picture = shown(image);
  EXPECT_EQ(at(picture, 0, 0)[0], 0);
  EXPECT_EQ(at(picture, 1, 0)[0], 128);
  EXPECT_EQ(at(picture, 2, 0)[0], 255);
}

TEST(Colour, RgbInBothPlanarConfigurations) {
  Image image;
  image.photometric = "RGB";
  image.samples = 3;
  image.rows = 1;
  image.columns = 2;
  image.pixels = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(at(shown(image), 1, 0), (Rgb{4, 5, 6}));
  image.planar = 1;
  image.pixels = {1, 4, 2, 5, 3, 6};
  EXPECT_EQ(at(shown(image), 0, 0), (Rgb{1, 2, 3}));
  EXPECT_EQ(at(shown(image), 1, 0), (Rgb{4, 5, 6}));
}

TEST(Colour, BigEndianWordsAreSwappedAndBytesAreNot) {
  Image image;
  image.syntax = explicitBe;
  image.rows = 1;
  image.columns = 4;
  image.pixelVr = "OB";
  image.pixels = {10, 20, 30, 40};
  EXPECT_EQ(at(shown(image), 0, 0)[0], 10);
  image.pixelVr = "OW";
  EXPECT_EQ(at(shown(image), 0, 0)[0], 20);
  EXPECT_EQ(at(shown(image), 1, 0)[0], 10);
}

TEST(Colour, BigEndianFramesOfOddLength) {
  Image image;
  image.syntax = explicitBe;
  image.sopClass = usMultiframe;
  image.rows = 1;
  image.columns = 3;
  image.frames = "2";
  image.pixelVr = "OW";
  image.pixels = {2, 1, 4, 3, 6, 5}; // 1 2 3 | 4 5 6
  EXPECT_EQ(at(shown(image, 0), 2, 0)[0], 3);
  EXPECT_EQ(at(shown(image, 1), 0, 0)[0], 4);
  EXPECT_EQ(at(shown(image, 1), 2, 0)[0], 6);
}

TEST(Colour, YbrFull) {
  Image image;
  image.photometric = "YBR_FULL";
  image.samples = 3;
  image.rows = 1;
  image.columns = 3;
  image.pixels = {76, 85, 255, 150, 44, 21, 90, 128, 128}; // red, green, grey
  const auto picture = shown(image);
  expectNear(at(picture, 0, 0), {254, 0, 0}, 1);
  expectNear(at(picture, 1, 0), {0, 255, 1}, 1);
  EXPECT_EQ(at(picture, 2, 0), (Rgb{90, 90, 90}));
}

TEST(Colour, UncompressedYbrFull422SharesChromaInPairs) {
  Image image;
  image.photometric = "YBR_FULL_422";
  image.samples = 3;
  image.rows = 1;
  image.columns = 4;
  image.pixels = {76, 90, 85, 255, 50, 60, 128, 128};
  const auto picture = shown(image);
  expectNear(at(picture, 0, 0), {254, 0, 0}, 1);
  expectNear(at(picture, 1, 0), {255, 15, 14}, 2);
  EXPECT_EQ(at(picture, 2, 0), (Rgb{50, 50, 50}));
  EXPECT_EQ(at(picture, 3, 0), (Rgb{60, 60, 60}));
}

/// A header left over from the compressed file: 4:2:2 by name, three full samples by length. Mostly grey pixels tell
/// which of the two readings is meant.
TEST(Colour, Ybr422ByNameAndFullByLength) {
  Image image;
  image.photometric = "YBR_FULL_422";
  image.samples = 3;
  for (unsigned i = 0; i < 64; ++i)
    image.pixels.insert(image.pixels.end(), 3, static_cast<std::uint8_t>(i));
  EXPECT_EQ(at(shown(image), 3, 0), (Rgb{3, 3, 3})) << "grey RGB must not turn green";
  image.pixels.clear();
  for (unsigned i = 0; i < 64; ++i)
    image.pixels.insert(image.pixels.end(), {static_cast<std::uint8_t>(i), 128, 128});
  EXPECT_EQ(at(shown(image), 3, 0), (Rgb{3, 3, 3})) << "grey YCbCr must not turn purple";
}

void addPalette(Elements& e, unsigned entries, unsigned first, unsigned bits, const std::array<Bytes, 3>& tables,
                const char* descriptorVr = "US") {
  for (std::uint32_t c = 0; c < 3; ++c)
    e.us(0x00281101 + c, {entries, first, bits}, descriptorVr);
  for (std::uint32_t c = 0; c < 3; ++c) {
    e.head(0x00281201 + c, "OW", static_cast<std::uint32_t>(tables[c].size()));
    for (std::size_t i = 0; i + 1 < tables[c].size(); i += 2)
      e.u16(static_cast<unsigned>(tables[c][i] | tables[c][i + 1] << 8));
  }
}

Image paletteImage() {
  Image image;
  image.photometric = "PALETTE COLOR";
  image.rows = 1;
  image.columns = 4;
  image.pixels = {0, 1, 2, 3};
  return image;
}

/// 16 bit words of the given values, low byte first.
Bytes words(std::initializer_list<unsigned> values) {
  Bytes out;
  for (const auto v : values) {
    out.push_back(static_cast<std::uint8_t>(v & 0xFF));
    out.push_back(static_cast<std::uint8_t>(v >> 8));
  }
  return out;
}

const std::array<Bytes, 3> sixteenBit = {words({0x0000, 0xFF00, 0x8000, 0x1000}),
                                         words({0x1100, 0x2200, 0x3300, 0x4400}),
                                         words({0x5500, 0x6600, 0x7700, 0x8800})};

TEST(Palette, SixteenBitEntriesUseTheHighByte) {
  auto image = paletteImage();
  image.in0028late = [](Elements& e) { addPalette(e, 4, 0, 16, sixteenBit); };
  EXPECT_EQ(at(shown(image), 1, 0), (Rgb{0xFF, 0x22, 0x66}));
  EXPECT_EQ(at(shown(image), 3, 0), (Rgb{0x10, 0x44, 0x88}));
}

TEST(Palette, SixteenBitEntriesThatOnlyFillTheLowByte) {
  auto image = paletteImage();
  const std::array<Bytes, 3> low = {words({0, 255, 128, 16}), words({17, 34, 51, 68}), words({85, 102, 119, 136})};
  image.in0028late = [&](Elements& e) { addPalette(e, 4, 0, 16, low); };
  EXPECT_EQ(at(shown(image), 1, 0), (Rgb{255, 34, 102}));
}

TEST(Palette, EightBitEntriesTwoAWord) {
  auto image = paletteImage();
  const std::array<Bytes, 3> packed = {Bytes{0, 255, 128, 16}, Bytes{17, 34, 51, 68}, Bytes{85, 102, 119, 136}};
  image.in0028late = [&](Elements& e) { addPalette(e, 4, 0, 8, packed); };
  EXPECT_EQ(at(shown(image), 1, 0), (Rgb{255, 34, 102}));
  EXPECT_EQ(at(shown(image), 2, 0), (Rgb{128, 51, 119}));
  image.syntax = explicitBe; // the same words, swapped in the file
  EXPECT_EQ(at(shown(image), 1, 0), (Rgb{255, 34, 102}));
  EXPECT_EQ(at(shown(image), 2, 0), (Rgb{128, 51, 119}));
}

TEST(Palette, EightBitsDeclaredButSixteenBitEntries) {
  auto image = paletteImage();
  image.in0028late = [](Elements& e) { addPalette(e, 4, 0, 8, sixteenBit); };
  EXPECT_EQ(at(shown(image), 1, 0), (Rgb{0xFF, 0x22, 0x66}));
}

TEST(Palette, ValuesOutsideTakeTheNearestEntry) {
  auto image = paletteImage();
  image.pixels = {0, 10, 11, 200};
  image.in0028late = [](Elements& e) { addPalette(e, 4, 10, 16, sixteenBit); };
  const auto picture = shown(image);
  EXPECT_EQ(at(picture, 0, 0), (Rgb{0x00, 0x11, 0x55}));
  EXPECT_EQ(at(picture, 2, 0), (Rgb{0xFF, 0x22, 0x66}));
  EXPECT_EQ(at(picture, 3, 0), (Rgb{0x10, 0x44, 0x88}));
}

TEST(Palette, FirstMappedValueMayBeNegative) {
  auto image = paletteImage();
  image.bitsAllocated = 16;
  image.bitsStored = 16;
  image.pixelRepresentation = 1;
  image.pixels = words({0xFFFE, 0xFFFF, 0, 1}); // -2 -1 0 1
  for (const char* vr : {"SS", "US"}) {
    image.in0028late = [vr](Elements& e) { addPalette(e, 4, 0xFFFE, 16, sixteenBit, vr); };
    EXPECT_EQ(at(shown(image), 1, 0), (Rgb{0xFF, 0x22, 0x66})) << vr;
  }
}

TEST(Palette, ImplicitVr) {
  auto image = paletteImage();
  image.syntax = implicitLe;
  image.in0028late = [](Elements& e) { addPalette(e, 4, 0, 16, sixteenBit); };
  EXPECT_EQ(at(shown(image), 1, 0), (Rgb{0xFF, 0x22, 0x66}));
}

TEST(Palette, Segmented) {
  auto image = paletteImage();
  image.in0028late = [](Elements& e) {
    for (std::uint32_t c = 0; c < 3; ++c)
      e.us(0x00281101 + c, {4, 0, 16});
    for (std::uint32_t c = 0; c < 3; ++c)
      e.us(0x00281221 + c, {0, 1, 0x1000, 1, 3, 0x4000}, "OW"); // one value, then three in a line to the last
  };
  const auto picture = shown(image);
  EXPECT_EQ(at(picture, 0, 0)[0], 0x10);
  EXPECT_EQ(at(picture, 1, 0)[0], 0x20);
  EXPECT_EQ(at(picture, 3, 0)[2], 0x40);
}

TEST(Palette, MissingOrShortIsRefused) {
  auto image = paletteImage();
  EXPECT_THROW((void)shown(image), hipcuff::InputError);
  image.in0028late = [](Elements& e) { addPalette(e, 200, 0, 16, sixteenBit); };
  EXPECT_THROW((void)shown(image), hipcuff::InputError);
}

// --- liars --------------------------------------------------------------------------------------------------------

/// Mostly grey with a red and a blue corner, as an ultrasound picture with a colour box.
Bytes ultrasoundLike(int columns, int rows) {
  Bytes rgb;
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      const auto grey = static_cast<std::uint8_t>((x * 5 + y * 3) % 200);
      if (x < columns / 4 && y < rows / 4)
        rgb.insert(rgb.end(), {200, 20, 20});
      else if (x >= columns * 3 / 4 && y >= rows * 3 / 4)
        rgb.insert(rgb.end(), {20, 20, 200});
      else
        rgb.insert(rgb.end(), 3, grey);
    }
  return rgb;
}

struct LiarCase {
  const char* name;
  const char* header;
  JpegWish wish;
};

class Liars : public testing::TestWithParam<LiarCase> {};

TEST_P(Liars, AreShownInTheirTrueColours) {
  const auto& given = GetParam();
  auto wish = given.wish;
  wish.columns = 32;
  wish.rows = 32;
  const auto rgb = ultrasoundLike(32, 32);
  Image image;
  image.syntax = jpegBaseline;
  image.photometric = given.header;
  image.samples = 3;
  image.rows = 32;
  image.columns = 32;
  image.fragments = {makeJpeg(wish, rgb)};
  const auto picture = shown(image);
  expectNear(at(picture, 3, 3), {200, 20, 20}, 12);
  expectNear(at(picture, 28, 28), {20, 20, 200}, 12);
  const int grey = (16 * 5 + 16 * 3) % 200;
  expectNear(at(picture, 16, 16), {grey, grey, grey}, 12);
  // The decoder's stored samples say what they are.
  const Folder folder;
  EXPECT_EQ(hipcuff::PixelDecoder(folder.write(image)).decode(0).photometric, wish.storeYbr ? "YBR_FULL" : "RGB");
}

JpegWish wish(bool ybr, bool jfif, int adobe, bool names, bool subsampled) {
  JpegWish w;
  w.storeYbr = ybr;
  w.jfif = jfif;
  w.adobe = adobe;
  w.namesRgb = names;
  w.subsampled = subsampled;
  return w;
}

INSTANTIATE_TEST_SUITE_P(
    All, Liars,
    testing::Values(LiarCase{"HonestRgbAdobe", "RGB", wish(false, false, 0, false, false)},
                    LiarCase{"HonestRgbNames", "RGB", wish(false, false, -1, true, false)},
                    LiarCase{"HonestRgbSilent", "RGB", wish(false, false, -1, false, false)},
                    LiarCase{"HonestYbrJfif", "YBR_FULL_422", wish(true, true, -1, false, true)},
                    LiarCase{"HonestYbrSilent", "YBR_FULL", wish(true, false, -1, false, false)},
                    LiarCase{"RgbHeaderJfif", "RGB", wish(true, true, -1, false, false)},
                    LiarCase{"RgbHeaderAdobe", "RGB", wish(true, false, 1, false, false)},
                    LiarCase{"RgbHeaderSubsampled", "RGB", wish(true, false, -1, false, true)},
                    LiarCase{"RgbHeaderSilent", "RGB", wish(true, false, -1, false, false)},
                    LiarCase{"RgbHeaderSubsampledAdobeSaysRgb", "RGB", wish(true, false, 0, false, true)},
                    LiarCase{"YbrHeaderAdobe", "YBR_FULL_422", wish(false, false, 0, false, false)},
                    LiarCase{"YbrHeaderNames", "YBR_FULL", wish(false, false, -1, true, false)},
                    LiarCase{"YbrHeaderNamesAndJfif", "YBR_FULL", wish(false, true, -1, true, false)},
                    LiarCase{"YbrHeaderSilent", "YBR_FULL_422", wish(false, false, -1, false, false)},
                    LiarCase{"YbrPartialHeader", "YBR_PARTIAL_420", wish(true, true, -1, false, true)}),
    [](const auto& given) { return std::string(given.param.name); });

TEST(Liars, AreToldAbout) {
  Image image;
  image.syntax = jpegBaseline;
  image.photometric = "RGB";
  image.samples = 3;
  image.rows = 16;
  image.columns = 16;
  image.fragments = {makeJpeg(wish(true, true, -1, false, false), ultrasoundLike(16, 16))};
  const Folder folder;
  const auto cine = hipcuff::openDicom(folder.write(image));
  ASSERT_EQ(cine.problems.size(), 1U);
  EXPECT_NE(cine.problems[0].find("YCbCr (JFIF marker)"), std::string::npos) << cine.problems[0];
  EXPECT_EQ(cine.photometric, "RGB") << "the header's word is kept for the record";
}

} // namespace
