#include "pixels.h"

#include "codestream_text.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/syntax.h"

#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dctk.h"

namespace hipcuff::dicom {
namespace {

int number(DcmDataset& data, const DcmTagKey& tag, int otherwise) {
  Uint16 value = 0;
  return data.findAndGetUint16(tag, value).good() ? value : otherwise;
}

PixelShape shapeOf(DcmDataset& data) {
  PixelShape shape;
  shape.columns = number(data, DCM_Columns, 0);
  shape.rows = number(data, DCM_Rows, 0);
  shape.samples = number(data, DCM_SamplesPerPixel, 1);
  shape.bitsAllocated = number(data, DCM_BitsAllocated, 8);
  shape.bitsStored = number(data, DCM_BitsStored, shape.bitsAllocated);
  shape.highBit = number(data, DCM_HighBit, shape.bitsStored - 1);
  shape.isSigned = number(data, DCM_PixelRepresentation, 0) == 1;
  shape.planar = number(data, DCM_PlanarConfiguration, 0) == 1;
  Sint32 frames = 1;
  if (data.findAndGetSint32(DCM_NumberOfFrames, frames).good() && frames > 0)
    shape.frames = static_cast<int>(frames);
  OFString photometric;
  data.findAndGetOFString(DCM_PhotometricInterpretation, photometric);
  shape.photometric = photometric.c_str();
  return shape;
}

} // namespace

const char* toString(MaskMethod method) noexcept {
  switch (method) {
  case MaskMethod::none:
    return "none";
  case MaskMethod::native:
    return "native";
  case MaskMethod::recoded:
    return "recoded";
  case MaskMethod::blocks:
    return "blocks";
  case MaskMethod::decompressed:
    return "decompressed";
  }
  return "";
}

std::uint64_t PixelShape::frameBits() const noexcept {
  const auto pixels = static_cast<std::uint64_t>(columns) * static_cast<std::uint64_t>(rows);
  const auto each = photometric == "YBR_FULL_422" ? 2 : samples;
  return pixels * static_cast<std::uint64_t>(each) * static_cast<std::uint64_t>(bitsAllocated);
}

PixelWork::PixelWork(const DeidentifyRequest& request, DcmDataset& data, DeidentifyResult& result)
    : request_(request)
    , data_(data)
    , result_(result)
    , shape_(shapeOf(data)) {}

InputError PixelWork::refused(const std::string& why) const {
  return {request_.input, "its pixels can't be masked: " + why, "mask it by hand, or leave it out"};
}

E_TransferSyntax PixelWork::run() {
  const auto syntax = data_.getOriginalXfer();
  if (!data_.tagExists(DCM_PixelData))
    return syntax;
  return DcmXfer(syntax).isEncapsulated() ? encapsulated() : native();
}

E_TransferSyntax PixelWork::native() {
  cutSpareBytes();
  return data_.getOriginalXfer();
}

E_TransferSyntax PixelWork::encapsulated() {
  DcmElement* element = nullptr;
  data_.findAndGetElement(DCM_PixelData, element);
  auto* pixels = dynamic_cast<DcmPixelData*>(element);
  DcmPixelSequence* sequence = nullptr;
  E_TransferSyntax type = EXS_Unknown;
  const DcmRepresentationParameter* parameter = nullptr;
  if (pixels)
    pixels->getOriginalRepresentationKey(type, parameter);
  if (!pixels || pixels->getEncapsulatedRepresentation(type, parameter, sequence).bad() || !sequence)
    throw refused("its frames can't be found");
  wipeTexts(*sequence);
  return data_.getOriginalXfer();
}

void PixelWork::wipeTexts(DcmPixelSequence& sequence) {
  for (unsigned long i = 1; i < sequence.card(); ++i) {
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    if (sequence.getItem(item, i).bad() || item->getUint8Array(bytes).bad() || !bytes)
      continue;
    const auto found = wipeCodestreamTexts({bytes, item->getLength()});
    result_.codestreamTexts += found;
    if (found == 0)
      item->compact(); // it is in the file
  }
}

void PixelWork::cutSpareBytes() {
  DcmElement* element = nullptr;
  data_.findAndGetElement(DCM_PixelData, element);
  const auto bits = shape_.frameBits() * static_cast<std::uint64_t>(shape_.frames);
  const auto wanted = (bits + 7) / 8;
  const auto padded = wanted + wanted % 2;
  if (!element || wanted == 0 || element->getLength() <= padded)
    return;
  Uint8* bytes = nullptr;
  Uint16* wordsThere = nullptr;
  const bool asWords = element->getVR() == EVR_OW && element->getUint16Array(wordsThere).good();
  if (asWords)
    element->putUint16Array(std::vector<Uint16>(wordsThere, wordsThere + padded / 2).data(),
                            static_cast<unsigned long>(padded / 2));
  else if (element->getUint8Array(bytes).good())
    element->putUint8Array(std::vector<Uint8>(bytes, bytes + padded).data(), static_cast<unsigned long>(padded));
  result_.problems.push_back("its pixel data was longer than its picture; the rest was cut off");
}

} // namespace hipcuff::dicom
