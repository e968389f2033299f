// Masks in compressed pixel data, by what the transfer syntax allows without touching other pixels.
#include "frames.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/syntax.h"
#include "hipcuff/dicom/reading.h"
#include "jpeg_blocks.h"
#include "mask_samples.h"
#include "pixels.h"
#include "recode.h"
#include "unused_bits.h"

#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <memory>

namespace hipcuff::dicom {
namespace {

ReadOptions anyImage() {
  ReadOptions options;
  options.anyModality = true;
  return options;
}

PixelShape shapeOf(const StoredFrame& frame) {
  PixelShape shape;
  shape.columns = frame.columns;
  shape.rows = frame.rows;
  shape.samples = frame.samplesPerPixel;
  shape.bitsAllocated = frame.bitsAllocated;
  shape.bitsStored = frame.bitsStored;
  shape.highBit = frame.highBit;
  shape.isSigned = frame.isSigned;
  shape.photometric = frame.photometric;
  return shape;
}

/// SOFn of a JPEG and its bits; -1: none.
struct JpegKind {
  int process = -1;
  int bits = 0;
};

JpegKind jpegKind(std::span<const std::uint8_t> b) {
  for (std::size_t at = 2; at + 5 <= b.size() && b[at] == 0xFF;) {
    const int marker = b[at + 1];
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC)
      return {marker - 0xC0, b[at + 4]};
    at += 2 + (static_cast<std::size_t>(b[at + 2]) << 8 | b[at + 3]);
  }
  return {};
}

} // namespace

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
  const auto syntax = data_.getOriginalXfer();
  // They point to where frames were, or hold anything else.
  for (const auto& tag : {DcmTagKey(0x7FE0, 0x0001), DcmTagKey(0x7FE0, 0x0002), DcmTagKey(0x7FE0, 0x0003)})
    data_.findAndDeleteElement(tag);
  const auto codec = codecOf(DcmXfer(syntax).getXferID());
  if (codec == Codec::video) {
    if (!request_.masks.empty())
      throw refused("video can't be masked without changing every pixel", RefusalKind::video);
    DcmPixelItem* table = nullptr;
    if (sequence->getItem(table, 0).bad() || table->putUint8Array(nullptr, 0).bad())
      throw notClean("its offset table can't be emptied");
    return syntax;
  }
  if (static_cast<std::uint64_t>(shape_.frames) >= sequence->card())
    throw notClean("there are fewer frames than it says");
  auto frames = Frames::of(*sequence, shape_.frames);
  if (!frames)
    throw notClean("it can't be told which fragments make which frame");
  cleanFrames(*frames);
  frames->writeOffsets();
  const auto frameList = touched();
  if (frameList.empty())
    return syntax;
  const auto kind = codec == Codec::jpeg ? jpegKind(frames->bytes(frameList.front())) : JpegKind{};
  if (codec == Codec::jpeg && kind.process != 3) {
    if (kind.bits != 8)
      return decompress();
    maskBlocks(*frames);
  } else {
    recode(*frames);
  }
  frames->writeOffsets();
  return syntax;
}

void PixelWork::maskBlocks(Frames& frames) {
  PixelDecoder decoder(request_.input, anyImage());
  std::vector<MaskBox> changed;
  const auto list = touched();
  const auto photometric = decoder.decode(list.front()).photometric;
  const auto colours = photometric == "MONOCHROME1"   ? JpegColours::inverseGrey
                       : photometric == "MONOCHROME2" ? JpegColours::grey
                       : photometric == "RGB"         ? JpegColours::rgb
                                                      : JpegColours::ybr;
  if (photometric == "PALETTE COLOR")
    throw refused("a palette's indices are compressed with loss");
  for (const int f : list) {
    const auto boxes = boxesOf(request_.masks, f, shape_);
    auto blackened = blackenJpeg(frames.bytes(f), colours, boxes);
    if (!blackened.done)
      throw refused("frame " + std::to_string(f + 1) + ": " + blackened.problem);
    for (const auto& box : blackened.changed) {
      const MaskBox all{intersection(box, {0, 0, shape_.columns - 1, shape_.rows - 1}), f};
      changed.push_back(all);
    }
    frames.replace(f, std::move(blackened.bytes));
  }
  // Boxes that are the same in all frames are said once.
  const bool everywhere = std::none_of(request_.masks.begin(), request_.masks.end(),
                                       [](const MaskBox& mask) { return mask.frame.has_value(); });
  for (const auto& one : changed) {
    const MaskBox said{one.box, everywhere ? std::nullopt : one.frame};
    auto& out = result_.pixels.changed;
    if (std::none_of(out.begin(), out.end(),
                     [&](const MaskBox& other) { return other.box == said.box && other.frame == said.frame; }))
      out.push_back(said);
  }
  done(MaskMethod::blocks, static_cast<int>(list.size()),
       "the 8 x 8 blocks that the boxes touch were replaced; all other blocks are the same numbers");
}

void PixelWork::recode(Frames& frames) {
  PixelDecoder decoder(request_.input, anyImage());
  const auto codec = codecOf(DcmXfer(data_.getOriginalXfer()).getXferID());
  auto list = touched();
  const auto boxed = list.size();
  std::string said = "the frames were decoded, masked and compressed again without loss";
  Wavelet wavelet;
  if (codec == Codec::jpeg2000) {
    wavelet = waveletOf(frames.bytes(list.front())).value_or(Wavelet{});
    if (!wavelet.reversible) {
      said = "frames compressed with loss were decoded, masked and stored again without further loss";
      // Another colour transform, which the header says for all frames.
      if (wavelet.colourTransform) {
        list.clear();
        for (int f = 0; f < shape_.frames; ++f)
          list.push_back(f);
      }
    }
  }
  for (const int f : list) {
    auto frame = decoder.decode(f);
    auto shape = shapeOf(frame);
    std::string why;
    // JPEG 2000 undoes its own colour transform; the others store what the header says.
    const auto black = blackOf(data_, shape, why);
    if (!black)
      throw refused(why);
    blacken(frame.bytes, shape, boxesOf(request_.masks, f, shape_), *black);
    std::vector<std::uint8_t> bytes;
    if (codec == Codec::rle)
      bytes = encodeRle(frame);
    else if (codec == Codec::jpegLs)
      bytes = encodeJpegLs(frame, why);
    else if (codec == Codec::jpeg2000)
      bytes = encodeJpeg2000(frame, wavelet.colourTransform, why);
    else
      bytes = encodeJpegLossless(frame, why);
    if (bytes.empty())
      throw refused("frame " + std::to_string(f + 1) + " can't be compressed again (" + why + ")");
    frames.replace(f, std::move(bytes));
  }
  if (codec == Codec::jpeg2000 && !wavelet.reversible && wavelet.colourTransform)
    data_.putAndInsertString(DCM_PhotometricInterpretation, "YBR_RCT");
  done(MaskMethod::recoded, static_cast<int>(boxed), said);
}

E_TransferSyntax PixelWork::decompress() {
  PixelDecoder decoder(request_.input, anyImage());
  std::vector<std::uint8_t> all;
  PixelShape shape;
  for (int f = 0; f < shape_.frames; ++f) {
    auto frame = decoder.decode(f);
    shape = shapeOf(frame);
    std::string why;
    const auto black = blackOf(data_, shape, why);
    if (!black)
      throw refused(why);
    if (f == 0 && frame.bytes.size() * static_cast<std::uint64_t>(shape_.frames) > request_.maxBytes)
      throw refused("decoded, it would be too large");
    blacken(frame.bytes, shape, boxesOf(request_.masks, f, shape_), *black);
    all.insert(all.end(), frame.bytes.begin(), frame.bytes.end());
  }
  if (all.size() % 2 != 0)
    all.push_back(0);
  const std::unique_ptr<DcmElement> old(data_.remove(DCM_PixelData));
  if (shape.bitsAllocated == 16)
    data_.putAndInsertUint16Array(DCM_PixelData, reinterpret_cast<const Uint16*>(all.data()),
                                  static_cast<unsigned long>(all.size() / 2));
  else
    data_.putAndInsertUint8Array(DCM_PixelData, all.data(), static_cast<unsigned long>(all.size()));
  data_.putAndInsertString(DCM_PhotometricInterpretation, shape.photometric.c_str());
  data_.putAndInsertUint16(DCM_BitsAllocated, static_cast<Uint16>(shape.bitsAllocated));
  data_.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(shape.bitsStored));
  data_.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(shape.highBit));
  if (shape.samples == 3)
    data_.putAndInsertUint16(DCM_PlanarConfiguration, 0);
  done(MaskMethod::decompressed, static_cast<int>(touched().size()),
       "the frames were decoded, masked and stored uncompressed: there is no encoder of their kind");
  return EXS_LittleEndianExplicit;
}

void provePixelsOutside(const DeidentifyRequest& request, const std::filesystem::path& written,
                        const MaskResult& pixels) {
  if (pixels.method == MaskMethod::none)
    return;
  PixelDecoder before(request.input, anyImage());
  PixelDecoder after(written, anyImage());
  const auto wrong = [&](int frame, const std::string& why) {
    return Refused(RefusalKind::pixels, request.input, "frame " + std::to_string(frame + 1) + " masked " + why,
                   "mask it by hand, or leave it out");
  };
  for (int f = 0; f < before.frames(); ++f) {
    std::vector<PixelBox> boxes;
    for (const auto& one : pixels.changed)
      if (!one.frame || *one.frame == f)
        boxes.push_back(one.box);
    if (boxes.empty())
      continue;
    auto a = before.decode(f), b = after.decode(f);
    // They may have been cleared.
    clearUnusedBits(a.bytes, shapeOf(a));
    clearUnusedBits(b.bytes, shapeOf(b));
    if (a.columns != b.columns || a.rows != b.rows || a.bytes.size() != b.bytes.size() ||
        a.photometric != b.photometric)
      throw wrong(f, "is another kind of picture");
    const auto each = static_cast<std::size_t>(a.samplesPerPixel * a.bitsAllocated / 8);
    for (int y = 0; y < a.rows; ++y)
      for (int x = 0; x < a.columns; ++x) {
        const auto at =
            (static_cast<std::size_t>(y) * static_cast<std::size_t>(a.columns) + static_cast<std::size_t>(x)) * each;
        if (!std::equal(a.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                        a.bytes.begin() + static_cast<std::ptrdiff_t>(at + each),
                        b.bytes.begin() + static_cast<std::ptrdiff_t>(at)) &&
            std::none_of(boxes.begin(), boxes.end(), [&](const PixelBox& box) { return box.contains(x, y); }))
          throw wrong(f, "differs from the original outside of the masks");
      }
  }
}

} // namespace hipcuff::dicom
