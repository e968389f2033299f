#include "loss.h"

#include "cleaner.h"
#include "recode.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dctk.h"

#include <cstdint>
#include <cstdio>
#include <span>

namespace hipcuff::dicom {
namespace {

constexpr const char* lossy = "01";

std::string textOf(DcmDataset& data, const DcmTagKey& tag) {
  OFString text;
  data.findAndGetOFStringArray(tag, text);
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text.c_str();
}

double uncompressedBytes(DcmDataset& data) {
  Uint16 columns = 0, rows = 0, samples = 1, bits = 8;
  data.findAndGetUint16(DCM_Columns, columns);
  data.findAndGetUint16(DCM_Rows, rows);
  data.findAndGetUint16(DCM_SamplesPerPixel, samples);
  data.findAndGetUint16(DCM_BitsAllocated, bits);
  Sint32 frames = 1;
  if (data.findAndGetSint32(DCM_NumberOfFrames, frames).bad() || frames < 1)
    frames = 1;
  return 1.0 * columns * rows * samples * bits / 8 * frames;
}

} // namespace

std::optional<Loss> lossOf(DcmDataset& data) {
  const auto syntax = data.getOriginalXfer();
  DcmElement* element = nullptr;
  if (!DcmXfer(syntax).isEncapsulated() || data.findAndGetElement(DCM_PixelData, element).bad())
    return {};
  auto* pixels = dynamic_cast<DcmPixelData*>(element);
  DcmPixelSequence* sequence = nullptr;
  E_TransferSyntax type = EXS_Unknown;
  const DcmRepresentationParameter* parameter = nullptr;
  if (!pixels)
    return {};
  pixels->getOriginalRepresentationKey(type, parameter);
  if (pixels->getEncapsulatedRepresentation(type, parameter, sequence).bad() || !sequence)
    return {};
  double bytes = 0;
  for (unsigned long i = 1; i < sequence->card(); ++i) {
    DcmPixelItem* item = nullptr;
    if (sequence->getItem(item, i).good())
      bytes += item->getLength();
  }
  Loss loss;
  switch (syntax) {
  case EXS_JPEGProcess1:
  case EXS_JPEGProcess2_4:
    loss.method = "ISO_10918_1";
    break;
  case EXS_JPEG2000: {
    DcmPixelItem* item = nullptr;
    Uint8* first = nullptr;
    if (sequence->getItem(item, 1).bad() || item->getUint8Array(first).bad() || !first)
      return {};
    const auto wavelet = waveletOf({first, item->getLength()});
    if (!wavelet || wavelet->reversible)
      return {}; // a reversible stream may have been cut short, which nobody can see
    loss.method = "ISO_15444_1";
    break;
  }
  case EXS_JPEGLSLossy:
    // Near-lossless by its syntax only: the parameter may be 0.
    if (textOf(data, DCM_LossyImageCompression) != lossy)
      return {};
    loss.method = "ISO_14495_1";
    break;
  default:
    return {};
  }
  if (bytes > 0)
    loss.ratio = uncompressedBytes(data) / bytes;
  return loss;
}

void sayLoss(DcmDataset& data, const std::optional<Loss>& loss) {
  if (!loss)
    return;
  const bool said = textOf(data, DCM_LossyImageCompression) == lossy;
  if (!said)
    putText(data, 0x00282110, lossy);
  const auto ratio = textOf(data, DCM_LossyImageCompressionRatio);
  const auto method = textOf(data, DCM_LossyImageCompressionMethod);
  if (said && !ratio.empty() && !method.empty())
    return;
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", loss->ratio);
  if (ratio.empty() && loss->ratio > 0)
    putText(data, 0x00282112, text);
  // One method a compression: a list of several ratios without methods stays without.
  if (method.empty() && ratio.find('\\') == std::string::npos)
    putText(data, 0x00282114, loss->method);
}

} // namespace hipcuff::dicom
