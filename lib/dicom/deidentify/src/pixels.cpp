#include "pixels.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/syntax.h"
#include "mask_samples.h"
#include "unused_bits.h"

#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <span>

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

Refused PixelWork::refused(const std::string& why, RefusalKind kind) const {
  return {kind, request_.input, "its pixels can't be masked: " + why, "mask it by hand, or leave it out"};
}

Refused PixelWork::notClean(const std::string& why) const {
  return {RefusalKind::pixels, request_.input, "its pixel data can't be cleaned: " + why,
          "export it again, uncompressed if need be, or leave it out"};
}

E_TransferSyntax PixelWork::run() {
  const auto syntax = data_.getOriginalXfer();
  if (!data_.tagExists(DCM_PixelData))
    return syntax;
  return DcmXfer(syntax).isEncapsulated() ? encapsulated() : native();
}

std::vector<int> PixelWork::touched() const {
  std::vector<int> frames;
  for (int f = 0; f < shape_.frames; ++f)
    if (!boxesOf(request_.masks, f, shape_).empty())
      frames.push_back(f);
  return frames;
}

void PixelWork::done(MaskMethod method, int frames, std::string said) {
  result_.pixels.method = method;
  result_.pixels.framesTouched = frames;
  result_.pixels.said = std::move(said);
  if (result_.pixels.changed.empty())
    for (const auto& mask : request_.masks) {
      const auto box = intersection(mask.box, {0, 0, shape_.columns - 1, shape_.rows - 1});
      if (!box.empty())
        result_.pixels.changed.push_back({box, mask.frame});
    }
}

E_TransferSyntax PixelWork::native() {
  cutSpareBytes();
  clearUnused();
  if (request_.masks.empty())
    return data_.getOriginalXfer();
  DcmElement* element = nullptr;
  data_.findAndGetElement(DCM_PixelData, element);
  const auto frameBytes = shape_.frameBits() / 8;
  // Before anything is made for each frame: a file can claim two thousand million.
  if (!element || frameBytes == 0 || element->getLength() / frameBytes < static_cast<std::uint64_t>(shape_.frames))
    throw refused("there are fewer of them than it says");
  const auto frames = touched();
  if (frames.empty())
    return data_.getOriginalXfer();
  std::string why;
  const auto black = blackOf(data_, shape_, why);
  if (!black)
    throw refused(why);
  Uint8* bytes = nullptr;
  Uint16* wordsThere = nullptr;
  if (element && element->getVR() == EVR_OW && element->getUint16Array(wordsThere).good())
    bytes = reinterpret_cast<Uint8*>(wordsThere);
  else if (element)
    element->getUint8Array(bytes);
  if (!bytes)
    throw refused("they can't be read");
  for (const int f : frames) {
    auto boxes = boxesOf(request_.masks, f, shape_);
    if (shape_.photometric == "YBR_FULL_422") // two pixels share their colour
      for (auto& box : boxes) {
        box.x0 -= box.x0 % 2;
        box.x1 = std::min(box.x1 | 1, shape_.columns - 1);
      }
    blacken({bytes + frameBytes * static_cast<std::uint64_t>(f), frameBytes}, shape_, boxes, *black);
  }
  if (shape_.photometric == "YBR_FULL_422")
    for (const auto& mask : request_.masks) {
      auto box = intersection(mask.box, {0, 0, shape_.columns - 1, shape_.rows - 1});
      box.x0 -= box.x0 % 2;
      box.x1 |= 1;
      if (!box.empty())
        result_.pixels.changed.push_back({box, mask.frame});
    }
  done(MaskMethod::native, static_cast<int>(frames.size()), "uncompressed samples were overwritten");
  return data_.getOriginalXfer();
}

void PixelWork::clearUnused() {
  // An old overlay may be drawn into bits that the picture doesn't use, or anything else; nobody looks there.
  DcmElement* element = nullptr;
  data_.findAndGetElement(DCM_PixelData, element);
  if (!element || element->getLength() == 0 || shape_.bitsAllocated < 8)
    return;
  Uint16* words = nullptr;
  Uint8* bytes = nullptr;
  const bool asWords = element->getVR() == EVR_OW && element->getUint16Array(words).good() && words;
  if (asWords)
    bytes = reinterpret_cast<Uint8*>(words);
  else
    element->getUint8Array(bytes);
  if (!bytes)
    throw refused("they can't be read");
  const std::span<Uint8> samples(bytes, element->getLength());
  if (!unusedBitsHold(samples, shape_))
    return;
  if (data_.getOriginalXfer() == EXS_BigEndianExplicit && shape_.bitsAllocated != (asWords ? 16 : 8))
    throw notClean("bits that its picture doesn't use hold something");
  clearUnusedBits(samples, shape_);
  result_.problems.push_back("bits that its picture doesn't use held something; they were cleared");
}

void PixelWork::cutSpareBytes() {
  DcmElement* element = nullptr;
  data_.findAndGetElement(DCM_PixelData, element);
  if (!element || shape_.frameBits() == 0 ||
      static_cast<std::uint64_t>(shape_.frames) > std::uint64_t{element->getLength()} * 8 / shape_.frameBits())
    return;
  const auto bits = shape_.frameBits() * static_cast<std::uint64_t>(shape_.frames);
  const auto wanted = (bits + 7) / 8;
  const auto padded = wanted + wanted % 2;
  if (element->getLength() <= padded)
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
