// DCMTK's own codecs, called directly on one frame: nothing is registered, so no global state is touched.
#include "codecs.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djdecext.h"
#include "dcmtk/dcmjpeg/djdeclol.h"
#include "dcmtk/dcmjpeg/djdecpro.h"
#include "dcmtk/dcmjpls/djcodecd.h"
#include "dcmtk/dcmjpls/djcparam.h"

namespace hipcuff::dicom {

Samples decodeWithDcmtk(CompressedFrame frame, const Codestream& stream, const ImageInfo& image) {
  if (stream.components != 1 && stream.components != 3)
    throw DecodeFailure{"the JPEG has " + std::to_string(stream.components) + " components"};
  if (stream.precision < 2 || stream.precision > 16)
    throw DecodeFailure{"the JPEG has " + std::to_string(stream.precision) + " bits"};
  Samples out;
  out.columns = static_cast<int>(stream.columns);
  out.rows = static_cast<int>(stream.rows);
  out.components = stream.components;
  out.precision = stream.precision;
  out.bytesPerSample = stream.precision > 8 ? 2 : 1;
  out.isSigned = image.isSigned;
  const auto size = static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.rows) *
                    static_cast<std::size_t>(out.components) * static_cast<std::size_t>(out.bytesPerSample);

  // The codecs size their work by the data set, so it gets the codestream's figures, not the header's.
  DcmDataset data;
  data.putAndInsertUint16(DCM_SamplesPerPixel, static_cast<Uint16>(out.components));
  data.putAndInsertString(DCM_PhotometricInterpretation, out.components == 1 ? "MONOCHROME2" : "RGB");
  data.putAndInsertUint16(DCM_PlanarConfiguration, 0);
  data.putAndInsertString(DCM_NumberOfFrames, "1");
  data.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(out.rows));
  data.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(out.columns));
  data.putAndInsertUint16(DCM_BitsAllocated, static_cast<Uint16>(out.bytesPerSample * 8));
  data.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(out.precision));
  data.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(out.precision - 1));
  data.putAndInsertUint16(DCM_PixelRepresentation, image.isSigned ? 1 : 0);

  DcmPixelSequence sequence(DcmTag(DCM_PixelData, EVR_OB));
  auto offsets = std::make_unique<DcmPixelItem>(DcmTag(DCM_PixelItemTag));
  sequence.insert(offsets.release()); // owned by the sequence
  auto item = std::make_unique<DcmPixelItem>(DcmTag(DCM_PixelItemTag));
  std::vector<std::uint8_t> even(frame.begin(), frame.end());
  if (even.size() % 2 != 0)
    even.push_back(0);
  item->putUint8Array(even.data(), static_cast<unsigned long>(even.size()));
  sequence.insert(item.release());
  even = {};

  // One byte more than a frame: the codecs write whole words.
  std::vector<std::uint8_t> buffer(size + size % 2);
  Uint32 fragment = 1; // 0 is the offset table
  OFString model;
  OFCondition result;
  const auto decodeWith = [&](const DcmCodec& codec, const DcmCodecParameter& parameter) {
    result = codec.decodeFrame(nullptr, &sequence, &parameter, &data, 0, fragment, buffer.data(),
                               static_cast<Uint32>(buffer.size()), model);
  };
  if (stream.kind == Codestream::Kind::jpegLs) {
    const DJLSCodecParameter parameter(EJLSUC_never, EJLSPC_colorByPixel, OFTrue, OFTrue);
    decodeWith(DJLSNearLosslessDecoder(), parameter);
  } else {
    const DJCodecParameter parameter(ECC_lossyYCbCr, EDC_never, EUC_never, EPC_colorByPixel, OFFalse, OFFalse, OFTrue);
    if (stream.process == 3)
      decodeWith(DJDecoderLossless(), parameter);
    else if (stream.process == 2)
      decodeWith(DJDecoderProgressive(), parameter);
    else
      decodeWith(DJDecoderExtended(), parameter);
  }
  if (result.bad())
    throw DecodeFailure{std::string("the frame can't be decoded: ") + result.text()};
  buffer.resize(size);
  out.bytes = std::move(buffer);
  return out;
}

} // namespace hipcuff::dicom
