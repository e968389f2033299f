#include "recode.h"

#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djencsv1.h"
#include "dcmtk/dcmjpeg/djrplol.h"
#include "dcmtk/dcmjpls/djcodece.h"
#include "dcmtk/dcmjpls/djcparam.h"
#include "dcmtk/dcmjpls/djrparam.h"

#include <memory>

namespace hipcuff::dicom {
namespace {

/// DCMTK's encoders, called directly on a data set of one frame: nothing is registered, no global state is touched.
template <class Encoder, class Parameter, class Representation>
std::vector<std::uint8_t> encodeWith(const StoredFrame& frame, const Parameter& parameter,
                                     const Representation& representation, std::string& why) {
  DcmDataset data;
  data.putAndInsertUint16(DCM_SamplesPerPixel, static_cast<Uint16>(frame.samplesPerPixel));
  data.putAndInsertString(DCM_PhotometricInterpretation, frame.samplesPerPixel == 1        ? "MONOCHROME2"
                                                         : frame.photometric == "YBR_FULL" ? "YBR_FULL"
                                                                                           : "RGB");
  if (frame.samplesPerPixel == 3)
    data.putAndInsertUint16(DCM_PlanarConfiguration, 0);
  data.putAndInsertString(DCM_NumberOfFrames, "1");
  data.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(frame.rows));
  data.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(frame.columns));
  data.putAndInsertUint16(DCM_BitsAllocated, static_cast<Uint16>(frame.bitsAllocated));
  data.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(frame.bitsStored));
  data.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(frame.highBit));
  data.putAndInsertUint16(DCM_PixelRepresentation, frame.isSigned ? 1 : 0);
  std::vector<Uint16> words((frame.bytes.size() + 1) / 2);
  std::copy(frame.bytes.begin(), frame.bytes.end(), reinterpret_cast<std::uint8_t*>(words.data()));
  data.putAndInsertUint16Array(DCM_PixelData, words.data(), static_cast<unsigned long>(words.size()));
  DcmElement* element = nullptr;
  data.findAndGetElement(DCM_PixelData, element);
  DcmStack stack;
  stack.push(&data);
  stack.push(element);
  DcmPixelSequence* raw = nullptr;
  OFBool removeOld = OFFalse;
  const auto status = Encoder().encode(words.data(), static_cast<Uint32>(words.size() * 2), &representation, raw,
                                       &parameter, stack, removeOld);
  const std::unique_ptr<DcmPixelSequence> sequence(raw);
  if (status.bad() || !sequence) {
    why = status.text();
    return {};
  }
  std::vector<std::uint8_t> out;
  for (unsigned long i = 1; i < sequence->card(); ++i) {
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    if (sequence->getItem(item, i).good() && item->getUint8Array(bytes).good() && bytes)
      out.insert(out.end(), bytes, bytes + item->getLength());
  }
  return out;
}

void packBits(std::span<const std::uint8_t> row, std::vector<std::uint8_t>& out) {
  for (std::size_t at = 0; at < row.size();) {
    std::size_t same = 1;
    while (same < 128 && at + same < row.size() && row[at + same] == row[at])
      ++same;
    if (same > 1) {
      out.push_back(static_cast<std::uint8_t>(257 - same));
      out.push_back(row[at]);
      at += same;
      continue;
    }
    std::size_t count = 1;
    while (count < 128 && at + count < row.size() &&
           (at + count + 1 >= row.size() || row[at + count] != row[at + count + 1]))
      ++count;
    out.push_back(static_cast<std::uint8_t>(count - 1));
    out.insert(out.end(), row.begin() + static_cast<std::ptrdiff_t>(at),
               row.begin() + static_cast<std::ptrdiff_t>(at + count));
    at += count;
  }
}

} // namespace

std::vector<std::uint8_t> encodeRle(const StoredFrame& frame) {
  const auto bytesEach = static_cast<std::size_t>(frame.bitsAllocated / 8);
  const auto samples = static_cast<std::size_t>(frame.samplesPerPixel);
  const auto columns = static_cast<std::size_t>(frame.columns);
  const auto put32 = [](std::vector<std::uint8_t>& at, std::size_t offset, std::size_t value) {
    for (std::size_t b = 0; b < 4; ++b)
      at[offset + b] = static_cast<std::uint8_t>(value >> (8 * b));
  };
  std::vector<std::uint8_t> out(64);
  put32(out, 0, samples * bytesEach);
  std::vector<std::uint8_t> row(columns);
  std::size_t segment = 0;
  for (std::size_t sample = 0; sample < samples; ++sample)
    for (std::size_t byte = bytesEach; byte-- > 0;) {
      put32(out, 4 + 4 * segment++, out.size());
      for (std::size_t y = 0; y < static_cast<std::size_t>(frame.rows); ++y) {
        for (std::size_t x = 0; x < columns; ++x)
          row[x] = frame.bytes[((y * columns + x) * samples + sample) * bytesEach + byte];
        packBits(row, out);
      }
      if (out.size() % 2 != 0)
        out.push_back(0);
    }
  return out;
}

std::vector<std::uint8_t> encodeJpegLossless(const StoredFrame& frame, std::string& why) {
  const DJCodecParameter parameter(ECC_lossyYCbCr, EDC_never, EUC_never, EPC_colorByPixel);
  return encodeWith<DJEncoderP14SV1>(frame, parameter, DJ_RPLossless(1, 0), why);
}

std::vector<std::uint8_t> encodeJpegLs(const StoredFrame& frame, std::string& why) {
  const DJLSCodecParameter parameter(OFFalse, 0, 0, 0, 0, 0, OFTrue, EJLSUC_never);
  return encodeWith<DJLSLosslessEncoder>(frame, parameter, DJLSRepresentationParameter(0, OFTrue), why);
}

std::optional<Wavelet> waveletOf(std::span<const std::uint8_t> frame) {
  // Behind boxes, if any: FF4F FF51 begins each codestream.
  std::size_t at = 0;
  while (at + 4 <= frame.size() &&
         !(frame[at] == 0xFF && frame[at + 1] == 0x4F && frame[at + 2] == 0xFF && frame[at + 3] == 0x51))
    ++at;
  for (at += 2; at + 14 <= frame.size() && frame[at] == 0xFF && frame[at + 1] != 0x90;) {
    if (frame[at + 1] == 0x52)
      return Wavelet{frame[at + 13] == 1, frame[at + 8] == 1};
    at += 2 + (static_cast<std::size_t>(frame[at + 2]) << 8 | frame[at + 3]);
  }
  return {};
}

} // namespace hipcuff::dicom
