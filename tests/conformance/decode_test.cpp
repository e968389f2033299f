// Decoded pixels against a decoder that we don't use for that syntax: equal where it is lossless, within two grey
// levels where it is lossy.
//
//   ours                                         reference
//   own reader (raw, deflated, RLE)              GDCM (gdcmconv --raw)
//   DCMTK (JPEG lossless, 12 bit, JPEG-LS)       GDCM (its own lossless JPEG, its own CharLS)
//   libjpeg-turbo (8 bit JPEG)                   DCMTK (dcmdjpeg +cn: no colour conversion)
//   OpenJPEG (JPEG 2000)                         ffmpeg's native decoder (GDCM uses OpenJPEG too)
//
// All JPEG decoders compared here upsample chroma the same way (triangle filter, "fancy"), so like meets like.
#include "shared_files.h"

#include "hipcuff/dicom/reading.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

Bytes slurp(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string quoted(const fs::path& path) {
  return "'" + path.string() + "'";
}

bool runs(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

class Folder {
public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "hipcuff-conformance-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }

private:
  fs::path path_;
};

struct Reference {
  Bytes bytes; ///< all frames, interleaved, little endian
  std::string decoder;
};

/// Pixel data of an uncompressed DICOM file, interleaved, chroma brought to full resolution.
Bytes uncompressedPixels(const fs::path& file, bool& ok) {
  DcmFileFormat format;
  ok = format.loadFile(file.c_str()).good();
  auto& data = *format.getDataset();
  Uint16 rows = 0;
  Uint16 columns = 0;
  Uint16 samples = 1;
  Uint16 bits = 8;
  Uint16 planar = 0;
  Sint32 frames = 1;
  OFString photometric;
  data.findAndGetUint16(DCM_Rows, rows);
  data.findAndGetUint16(DCM_Columns, columns);
  data.findAndGetUint16(DCM_SamplesPerPixel, samples);
  data.findAndGetUint16(DCM_BitsAllocated, bits);
  data.findAndGetUint16(DCM_PlanarConfiguration, planar);
  if (data.findAndGetSint32(DCM_NumberOfFrames, frames).bad())
    frames = 1; // a failed search leaves 0
  data.findAndGetOFString(DCM_PhotometricInterpretation, photometric);
  DcmElement* element = nullptr;
  ok = ok && data.findAndGetElement(DCM_PixelData, element).good() && element;
  if (!ok)
    return {};
  Bytes raw;
  if (bits == 16) {
    Uint16* words = nullptr;
    ok = element->getUint16Array(words).good() && words;
    for (Uint32 i = 0; ok && i < element->getLength() / 2; ++i) {
      raw.push_back(static_cast<std::uint8_t>(words[i] & 0xFF));
      raw.push_back(static_cast<std::uint8_t>(words[i] >> 8));
    }
  } else {
    Uint8* bytes = nullptr;
    ok = element->getUint8Array(bytes).good() && bytes;
    if (ok)
      raw.assign(bytes, bytes + element->getLength());
  }
  const std::size_t pixels = static_cast<std::size_t>(rows) * columns;
  const std::size_t all = pixels * static_cast<std::size_t>(frames);
  const std::size_t width = bits / 8;
  Bytes out;
  out.reserve(all * samples * width);
  if (photometric == "YBR_FULL_422" && raw.size() < all * 3) {
    for (std::size_t i = 0; i + 3 < raw.size() && out.size() < all * 3; i += 4)
      for (const std::size_t y : {i, i + 1})
        out.insert(out.end(), {raw[y], raw[i + 2], raw[i + 3]});
  } else if (samples == 3 && planar == 1) {
    const std::size_t count = static_cast<std::size_t>(frames);
    for (std::size_t f = 0; f < count; ++f)
      for (std::size_t i = 0; i < pixels; ++i)
        for (std::size_t c = 0; c < 3; ++c)
          for (std::size_t b = 0; b < width; ++b)
            out.push_back(raw.at(((f * 3 + c) * pixels + i) * width + b));
  } else {
    raw.resize(std::min(raw.size(), all * samples * width)); // without the padding byte
    out = std::move(raw);
  }
  return out;
}

std::string syntaxOf(const fs::path& file) {
  DcmFileFormat format;
  if (format.loadFile(file.c_str()).bad())
    return {};
  return DcmXfer(format.getDataset()->getOriginalXfer()).getXferID();
}

bool isLossy(const std::string& syntax) {
  for (const char* lossy : {".4.50", ".4.51", ".4.53", ".4.55", ".4.81", ".4.91"})
    if (syntax == std::string("1.2.840.10008.1.2") + lossy)
      return true;
  return false;
}

Reference decodeElsewhere(const fs::path& file, const std::string& syntax, int precision, const Folder& folder,
                          std::string& failure) {
  Reference result;
  const auto out = folder / "reference.dcm";
  bool ok = false;
  const bool jpeg2000 = syntax == "1.2.840.10008.1.2.4.90" || syntax == "1.2.840.10008.1.2.4.91";
  const bool lossyJpeg = syntax == "1.2.840.10008.1.2.4.50" || syntax == "1.2.840.10008.1.2.4.51" ||
                         syntax == "1.2.840.10008.1.2.4.53" || syntax == "1.2.840.10008.1.2.4.55";
  if (jpeg2000) {
    result.decoder = "ffmpeg";
    // ffmpeg complains of the padding byte behind the codestream and still writes the picture.
    runs("gdcmraw -i " + quoted(file) + " -o " + quoted(folder / "frame.j2k"));
    runs("ffmpeg -y -loglevel quiet -f j2k_pipe -i " + quoted(folder / "frame.j2k") + " -frames:v 1 -f rawvideo " +
         quoted(folder / "frame.raw"));
    result.bytes = slurp(folder / "frame.raw");
    ok = !result.bytes.empty();
  } else if (lossyJpeg && precision == 8) {
    result.decoder = "dcmdjpeg";
    ok = runs("dcmdjpeg +cn +px " + quoted(file) + " " + quoted(out));
  } else {
    result.decoder = "gdcmconv";
    ok = runs("gdcmconv --raw " + quoted(file) + " " + quoted(out));
  }
  if (ok && !jpeg2000)
    result.bytes = uncompressedPixels(out, ok);
  if (!ok)
    failure = result.decoder + " does not decode it";
  return result;
}

class DecodeConformance : public testing::TestWithParam<std::string> {};

TEST_P(DecodeConformance, PixelsEqualThoseOfAnotherDecoder) {
  const auto file = conformance::picturesFolder() / GetParam();
  const Folder folder;
  hipcuff::ReadOptions options;
  options.anyModality = true;
  hipcuff::PixelDecoder decoder(file, options);
  ASSERT_GT(decoder.frames(), 0);
  const auto syntax = syntaxOf(file);
  ASSERT_FALSE(syntax.empty());

  const auto first = decoder.decode(0);
  std::string failure;
  const auto reference = decodeElsewhere(file, syntax, first.bitsStored, folder, failure);
  ASSERT_TRUE(failure.empty()) << failure;
  const auto frameBytes = first.bytes.size();
  ASSERT_EQ(frameBytes, static_cast<std::size_t>(first.rows) * static_cast<std::size_t>(first.columns) *
                            static_cast<std::size_t>(first.samplesPerPixel) *
                            static_cast<std::size_t>(first.bitsAllocated / 8));
  ASSERT_EQ(frameBytes * static_cast<std::size_t>(decoder.frames()), reference.bytes.size()) << reference.decoder;

  // ffmpeg gives signed samples shifted to start at 0.
  const int shift = reference.decoder == "ffmpeg" && first.isSigned ? 1 << (first.bitsStored - 1) : 0;
  int worst = 0;
  for (int f = 0; f < decoder.frames(); ++f) {
    const auto ours = f == 0 ? first : decoder.decode(f);
    const auto* theirs = reference.bytes.data() + frameBytes * static_cast<std::size_t>(f);
    if (first.bitsAllocated == 16) {
      for (std::size_t i = 0; i + 1 < frameBytes; i += 2) {
        int a = ours.bytes[i] | ours.bytes[i + 1] << 8;
        int b = theirs[i] | theirs[i + 1] << 8;
        if (first.isSigned) {
          a = static_cast<std::int16_t>(a);
          b = shift ? b - shift : static_cast<std::int16_t>(b);
        }
        worst = std::max(worst, std::abs(a - b));
      }
    } else {
      for (std::size_t i = 0; i < frameBytes; ++i)
        worst = std::max(worst, std::abs(ours.bytes[i] - theirs[i]));
    }
  }
  EXPECT_LE(worst, isLossy(syntax) ? 2 : 0) << "against " << reference.decoder;
  RecordProperty("largest_difference", worst);
  std::cout << GetParam() << ": largest difference " << worst << " against " << reference.decoder << '\n';
}

std::vector<std::string> imageFiles() {
  auto files = conformance::filesOf("dicom");
  const auto others = conformance::filesOf("other-modality");
  files.insert(files.end(), others.begin(), others.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Files, DecodeConformance, testing::ValuesIn(imageFiles()),
                         [](const auto& given) { return conformance::testName(given.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DecodeConformance);

TEST(DecodeConformanceFolder, IsThere) {
  if (conformance::picturesFolder().empty())
    GTEST_SKIP() << "the shared pictures are not here; set HIPCUFF_SHARED";
  EXPECT_GE(imageFiles().size(), 40U);
}

} // namespace
