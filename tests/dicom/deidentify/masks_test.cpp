// Masks: black inside, not one value changed outside, in every transfer syntax.
#include "../dicom_builder.h"
#include "../jpeg_maker.h"
#include "exams.h"
#include "pixels.h"
#include "recode.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/deidentify.h"
#include "hipcuff/dicom/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::dicom;
using testdicom::Bytes;
using testdicom::Folder;
using testdicom::Image;

const Secret secret("0123456789abcdef0123456789abcdef");

ReadOptions anyImage() {
  ReadOptions options;
  options.anyModality = true;
  return options;
}

DeidentifyResult mask(const std::filesystem::path& in, const std::filesystem::path& out, std::vector<MaskBox> boxes) {
  DeidentifyRequest request;
  request.input = in;
  request.output = out;
  request.masks = std::move(boxes);
  return deidentify(request, secret);
}

struct Difference {
  long outside = 0;     ///< pixels that differ and stand in none of the boxes said to change
  long changedArea = 0; ///< pixels in those boxes
  long notBlack = 0;    ///< pixels of the boxes asked for that are shown brighter than 8 of 255
  long pixels = 0;
};

Difference compare(const std::filesystem::path& before, const std::filesystem::path& after,
                   const std::vector<MaskBox>& asked, const std::vector<MaskBox>& said) {
  PixelDecoder a(before, anyImage()), b(after, anyImage());
  const auto shown = openDicom(after, anyImage());
  EXPECT_EQ(a.frames(), b.frames());
  Difference out;
  const auto in = [](const std::vector<MaskBox>& boxes, int f, int x, int y) {
    return std::any_of(boxes.begin(), boxes.end(),
                       [&](const MaskBox& one) { return (!one.frame || *one.frame == f) && one.box.contains(x, y); });
  };
  for (int f = 0; f < a.frames(); ++f) {
    const auto one = a.decode(f), two = b.decode(f);
    const auto picture = shown.source->frame(f);
    EXPECT_EQ(one.bytes.size(), two.bytes.size());
    const auto each = one.bytes.size() / static_cast<std::size_t>(one.columns) / static_cast<std::size_t>(one.rows);
    for (int y = 0; y < one.rows; ++y)
      for (int x = 0; x < one.columns; ++x) {
        const auto pixel =
            static_cast<std::size_t>(y) * static_cast<std::size_t>(one.columns) + static_cast<std::size_t>(x);
        const bool differs = !std::equal(one.bytes.begin() + static_cast<std::ptrdiff_t>(pixel * each),
                                         one.bytes.begin() + static_cast<std::ptrdiff_t>((pixel + 1) * each),
                                         two.bytes.begin() + static_cast<std::ptrdiff_t>(pixel * each));
        const bool maychange = in(said, f, x, y);
        ++out.pixels;
        out.changedArea += maychange ? 1 : 0;
        out.outside += differs && !maychange ? 1 : 0;
        const auto* rgb = picture.row(y) + x * 3;
        if (in(asked, f, x, y) && std::max(rgb[0], std::max(rgb[1], rgb[2])) > 8)
          ++out.notBlack;
      }
  }
  return out;
}

class Masked : public testing::TestWithParam<exams::Exam> {};

TEST_P(Masked, OnlyTheBoxesChangeAndTheyAreBlack) {
  const Folder folder;
  const auto out = folder.path() / "out.dcm";
  const auto& file = GetParam().file;
  PixelDecoder decoder(file, anyImage());
  const auto first = decoder.decode(0);
  // Two boxes at odd places: one in all frames over the corner, one in the last frame only.
  const std::vector<MaskBox> boxes = {
      {{-5, -5, first.columns / 5, first.rows / 21}, {}},
      {{first.columns / 2 + 3, first.rows / 2 + 1, first.columns / 2 + 13, first.rows / 2 + 7}, decoder.frames() - 1}};
  const auto result = mask(file, out, boxes);
  const auto difference = compare(file, out, boxes, result.pixels.changed);
  EXPECT_EQ(difference.outside, 0);
  EXPECT_EQ(difference.notBlack, 0);
  EXPECT_EQ(result.pixels.framesTouched, decoder.frames());
  std::printf("%-42s %-12s changed area %.2f %%, outside %ld, size %ld -> %ld\n", GetParam().label.c_str(),
              toString(result.pixels.method),
              100.0 * static_cast<double>(difference.changedArea) / static_cast<double>(difference.pixels),
              difference.outside, static_cast<long>(std::filesystem::file_size(file)),
              static_cast<long>(std::filesystem::file_size(out)));
}

INSTANTIATE_TEST_SUITE_P(Exams, Masked, testing::ValuesIn(exams::all()),
                         [](const auto& one) { return one.param.label; });

struct Native {
  const char* label;
  const char* photometric;
  unsigned samples, allocated, stored, planar, isSigned;
  std::vector<unsigned> black; ///< stored samples
};

class NativeMask : public testing::TestWithParam<Native> {};

TEST_P(NativeMask, HoldsTheBlackOfItsColours) {
  const auto& [label, photometric, samples, allocated, stored, planar, isSigned, black] = GetParam();
  for (const auto* syntax : {testdicom::explicitLe, testdicom::implicitLe, testdicom::explicitBe}) {
    Image image;
    image.syntax = syntax;
    image.photometric = photometric;
    image.samples = samples;
    image.bitsAllocated = allocated;
    image.bitsStored = stored;
    image.planar = planar;
    image.pixelRepresentation = isSigned;
    image.frames = "2";
    image.sopClass = testdicom::usMultiframe;
    const std::size_t bytes = 2 * 64 * samples * allocated / 8;
    image.pixels = testdicom::ramp(bytes, 17);
    if (allocated == 16) // no bits beyond those stored
      for (std::size_t i = image.syntax == testdicom::explicitBe ? 0 : 1; i < bytes; i += 2)
        image.pixels[i] &= static_cast<std::uint8_t>((1u << (stored - 8)) - 1);
    const Folder folder;
    const auto in = folder.write(image);
    const auto out = folder.path() / "out.dcm";
    const std::vector<MaskBox> boxes = {{{2, 3, 4, 3}, 1}};
    const auto result = mask(in, out, boxes);
    EXPECT_EQ(result.pixels.method, MaskMethod::native);
    PixelDecoder a(in, anyImage()), b(out, anyImage());
    EXPECT_EQ(a.decode(0).bytes, b.decode(0).bytes);
    auto wanted = a.decode(1);
    const std::size_t size = allocated / 8;
    for (std::size_t pixel = 3 * 8 + 2; pixel <= 3 * 8 + 4; ++pixel)
      for (std::size_t c = 0; c < samples; ++c)
        for (std::size_t k = 0; k < size; ++k)
          wanted.bytes[(pixel * samples + c) * size + k] = static_cast<std::uint8_t>(black[c] >> (8 * k));
    EXPECT_EQ(wanted.bytes, b.decode(1).bytes) << syntax;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, NativeMask,
                         testing::Values(Native{"Grey8", "MONOCHROME2", 1, 8, 8, 0, 0, {0}},
                                         Native{"Inverse8", "MONOCHROME1", 1, 8, 8, 0, 0, {255}},
                                         Native{"Grey12", "MONOCHROME2", 1, 16, 12, 0, 0, {0}},
                                         Native{"Inverse12", "MONOCHROME1", 1, 16, 12, 0, 0, {4095}},
                                         Native{"Signed12", "MONOCHROME2", 1, 16, 12, 0, 1, {0x800}},
                                         Native{"Rgb", "RGB", 3, 8, 8, 0, 0, {0, 0, 0}},
                                         Native{"RgbPlanar", "RGB", 3, 8, 8, 1, 0, {0, 0, 0}},
                                         Native{"Ybr", "YBR_FULL", 3, 8, 8, 0, 0, {0, 128, 128}}),
                         [](const auto& one) { return one.param.label; });

Bytes busyRgb(int columns, int rows) {
  Bytes rgb;
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x)
      for (const int v : {x * 5 + y, 255 - x * 3, (x * y) % 251})
        rgb.push_back(static_cast<std::uint8_t>(v));
  return rgb;
}

TEST(JpegMask, ColouredChromaAtTheEdgeAndEveryWayToStoreColours) {
  for (const bool subsampled : {false, true})
    for (const bool ybr : {true, false}) {
      if (subsampled && !ybr)
        continue;
      testdicom::JpegWish wish;
      wish.columns = 50;
      wish.rows = 37;
      wish.storeYbr = ybr;
      wish.subsampled = subsampled;
      wish.adobe = ybr ? -1 : 0;
      Image image;
      image.syntax = testdicom::jpegBaseline;
      image.columns = 50;
      image.rows = 37;
      image.samples = 3;
      image.photometric = ybr ? (subsampled ? "YBR_FULL_422" : "YBR_FULL") : "RGB";
      image.fragments = {testdicom::makeJpeg(wish, busyRgb(50, 37))};
      const Folder folder;
      const auto in = folder.write(image);
      const auto out = folder.path() / "out.dcm";
      const std::vector<MaskBox> boxes = {{{17, 9, 30, 12}, {}}};
      const auto result = mask(in, out, boxes);
      EXPECT_EQ(result.pixels.method, MaskMethod::blocks);
      const auto difference = compare(in, out, boxes, result.pixels.changed);
      EXPECT_EQ(difference.outside, 0);
      EXPECT_EQ(difference.notBlack, 0);
      ASSERT_EQ(result.pixels.changed.size(), 1u);
      EXPECT_EQ(result.pixels.changed[0].box, (subsampled ? PixelBox{15, 7, 32, 16} : PixelBox{16, 8, 31, 15}));
    }
}

TEST(MaskProof, FindsAPixelThatChangedOutside) {
  Image image;
  image.pixels = testdicom::ramp(64);
  const Folder folder;
  const auto in = folder.write(image);
  image.pixels[13] ^= 1;
  const auto other = folder.write("other.dcm", image.build());
  DeidentifyRequest request;
  request.input = in;
  MaskResult pixels;
  pixels.method = MaskMethod::native;
  pixels.changed = {{{0, 0, 3, 3}, {}}};
  EXPECT_THROW(provePixelsOutside(request, other, pixels), InputError); // pixel (5, 1)
  pixels.changed = {{{4, 1, 5, 1}, {}}};
  EXPECT_NO_THROW(provePixelsOutside(request, other, pixels));
}

} // namespace
