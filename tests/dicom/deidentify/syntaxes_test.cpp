// Masks in the transfer syntaxes of which no exam is at hand: frames are made by DCMTK's encoders.
#include "../dicom_builder.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/deidentify.h"
#include "hipcuff/dicom/reading.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcrleerg.h"
#include "dcmtk/dcmdata/dcrlerp.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmimage/diregist.h"
#include "dcmtk/dcmjpeg/djencode.h"
#include "dcmtk/dcmjpeg/djrplol.h"
#include "dcmtk/dcmjpeg/djrploss.h"
#include "dcmtk/dcmjpls/djencode.h"
#include "dcmtk/dcmjpls/djrparam.h"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::dicom;
using testdicom::Folder;
using testdicom::Image;

const Secret secret("0123456789abcdef0123456789abcdef");

struct Kind {
  const char* label;
  E_TransferSyntax syntax;
  unsigned bits, samples;
  const char* photometric;
  MaskMethod method;
  unsigned fragmentKiB; ///< 0: one fragment a frame
};

class Syntax : public testing::TestWithParam<Kind> {
protected:
  static void SetUpTestSuite() {
    DcmRLEEncoderRegistration::registerCodecs();
    DJLSEncoderRegistration::registerCodecs();
  }
  static void TearDownTestSuite() {
    DcmRLEEncoderRegistration::cleanup();
    DJLSEncoderRegistration::cleanup();
  }
};

TEST_P(Syntax, OnlyTheBoxChanges) {
  const auto& [label, syntax, bits, samples, photometric, method, fragmentKiB] = GetParam();
  DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never, OFFalse, 0, 0, fragmentKiB);
  Image image;
  image.rows = 70;
  image.columns = 90;
  image.samples = samples;
  image.photometric = photometric;
  image.bitsAllocated = bits > 8 ? 16 : 8;
  image.bitsStored = bits;
  image.frames = "3";
  image.sopClass = testdicom::usMultiframe;
  for (int f = 0; f < 3; ++f)
    for (int y = 0; y < 70; ++y)
      for (int x = 0; x < 90; ++x)
        for (unsigned c = 0; c < samples; ++c) {
          const double wave = 0.5 + 0.3 * std::sin(0.11 * x + 0.3 * f + c) + 0.19 * std::cos(0.7 * y * (c + 1) + x);
          const auto value = static_cast<unsigned>(wave * ((1 << bits) - 1));
          image.pixels.push_back(static_cast<std::uint8_t>(value));
          if (bits > 8)
            image.pixels.push_back(static_cast<std::uint8_t>(value >> 8));
        }
  const Folder folder;
  const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
  {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(folder.write(image).c_str()).good());
    const DJ_RPLossy lossy(90);
    const DJ_RPLossless lossless;
    const DJLSRepresentationParameter ls(syntax == EXS_JPEGLSLossy ? 3 : 0, syntax != EXS_JPEGLSLossy);
    const DcmRLERepresentationParameter rle;
    const DcmRepresentationParameter* parameter = syntax == EXS_RLELossless
                                                      ? static_cast<const DcmRepresentationParameter*>(&rle)
                                                  : syntax == EXS_JPEGLSLossless || syntax == EXS_JPEGLSLossy
                                                      ? static_cast<const DcmRepresentationParameter*>(&ls)
                                                  : syntax == EXS_JPEGProcess14 || syntax == EXS_JPEGProcess14SV1
                                                      ? static_cast<const DcmRepresentationParameter*>(&lossless)
                                                      : &lossy;
    const auto status = file.getDataset()->chooseRepresentation(syntax, parameter);
    DJEncoderRegistration::cleanup();
    ASSERT_TRUE(status.good()) << status.text();
    ASSERT_TRUE(file.saveFile(in.c_str(), syntax).good());
  }
  DeidentifyRequest request;
  request.input = in;
  request.output = out;
  request.masks = {{{33, 21, 52, 27}, 1}};
  const auto result = deidentify(request, secret);
  EXPECT_STREQ(toString(result.pixels.method), toString(method));
  EXPECT_EQ(result.pixels.framesTouched, 1);
  EXPECT_FALSE(result.pixels.said.empty());
  ReadOptions any;
  any.anyModality = true;
  PixelDecoder a(in, any), b(out, any);
  const auto cine = openDicom(out, any);
  ASSERT_EQ(b.frames(), 3);
  long outside = 0, bright = 0;
  for (int f = 0; f < 3; ++f) {
    const auto one = a.decode(f), two = b.decode(f);
    ASSERT_EQ(one.bytes.size(), two.bytes.size());
    const auto each = one.bytes.size() / (70 * 90);
    const auto shown = cine.source->frame(f);
    for (int y = 0; y < 70; ++y)
      for (int x = 0; x < 90; ++x) {
        bool said = false;
        for (const auto& box : result.pixels.changed)
          said = said || ((!box.frame || *box.frame == f) && box.box.contains(x, y));
        for (std::size_t k = 0; k < each; ++k) {
          const auto at = static_cast<std::size_t>(y * 90 + x) * each + k;
          outside += !said && one.bytes[at] != two.bytes[at] ? 1 : 0;
        }
        if (f == 1 && request.masks[0].box.contains(x, y))
          bright += std::max(shown.at(x, y, 0), std::max(shown.at(x, y, 1), shown.at(x, y, 2))) > 8 ? 1 : 0;
      }
  }
  EXPECT_EQ(outside, 0);
  EXPECT_EQ(bright, 0);
  std::printf("%-22s %-12s size %ld -> %ld\n", label, toString(result.pixels.method),
              static_cast<long>(std::filesystem::file_size(in)), static_cast<long>(std::filesystem::file_size(out)));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Syntax,
    testing::Values(Kind{"Rle8", EXS_RLELossless, 8, 1, "MONOCHROME2", MaskMethod::recoded, 0},
                    Kind{"Rle16", EXS_RLELossless, 16, 1, "MONOCHROME1", MaskMethod::recoded, 0},
                    Kind{"RleRgb", EXS_RLELossless, 8, 3, "RGB", MaskMethod::recoded, 0},
                    Kind{"JpegLossless8", EXS_JPEGProcess14SV1, 8, 1, "MONOCHROME2", MaskMethod::recoded, 0},
                    Kind{"JpegLossless12", EXS_JPEGProcess14SV1, 12, 1, "MONOCHROME2", MaskMethod::recoded, 0},
                    Kind{"JpegLosslessRgb", EXS_JPEGProcess14, 8, 3, "RGB", MaskMethod::recoded, 0},
                    Kind{"JpegLosslessFragments", EXS_JPEGProcess14SV1, 16, 1, "MONOCHROME2", MaskMethod::recoded, 2},
                    Kind{"JpegLs8", EXS_JPEGLSLossless, 8, 1, "MONOCHROME2", MaskMethod::recoded, 0},
                    Kind{"JpegLs16", EXS_JPEGLSLossless, 16, 1, "MONOCHROME1", MaskMethod::recoded, 0},
                    Kind{"JpegLsRgb", EXS_JPEGLSLossless, 8, 3, "RGB", MaskMethod::recoded, 0},
                    Kind{"JpegLsNear", EXS_JPEGLSLossy, 8, 1, "MONOCHROME2", MaskMethod::recoded, 0},
                    Kind{"Baseline", EXS_JPEGProcess1, 8, 1, "MONOCHROME2", MaskMethod::blocks, 0},
                    Kind{"BaselineInverse", EXS_JPEGProcess1, 8, 1, "MONOCHROME1", MaskMethod::blocks, 0},
                    Kind{"BaselineColour", EXS_JPEGProcess1, 8, 3, "RGB", MaskMethod::blocks, 0},
                    Kind{"BaselineFragments", EXS_JPEGProcess1, 8, 3, "RGB", MaskMethod::blocks, 2},
                    Kind{"Extended8", EXS_JPEGProcess2_4, 8, 1, "MONOCHROME2", MaskMethod::blocks, 0},
                    Kind{"Extended12", EXS_JPEGProcess2_4, 12, 1, "MONOCHROME2", MaskMethod::decompressed, 0},
                    Kind{"Progressive", EXS_JPEGProcess10_12, 8, 3, "RGB", MaskMethod::blocks, 0}),
    [](const auto& one) { return one.param.label; });

TEST(VideoMask, IsRefusedWithTheReason) {
  Image image;
  image.syntax = "1.2.840.10008.1.2.4.102"; // MPEG-4 AVC
  image.samples = 3;
  image.photometric = "YBR_PARTIAL_420";
  image.frames = "2";
  image.fragments = {testdicom::ramp(64)};
  const Folder folder;
  DeidentifyRequest request;
  request.input = folder.write(image);
  request.output = folder.path() / "out.dcm";
  (void)deidentify(request, secret); // without masks it passes
  EXPECT_TRUE(std::filesystem::remove(request.output));
  request.masks = {{{0, 0, 3, 3}, {}}};
  try {
    (void)deidentify(request, secret);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(error.problem().find("video"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(std::filesystem::exists(request.output));
}

} // namespace
