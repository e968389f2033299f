// What compressed frames hold beside their pictures: texts, further pictures, bits that nobody shows.
#include "codestream_text.h"
#include "frames.h"
#include "hipcuff/dicom/guard/syntax.h"
#include "hipcuff/dicom/reading.h"
#include "pixels.h"
#include "unused_bits.h"

#include "dcmtk/dcmdata/dctk.h"

#include <optional>

namespace hipcuff::dicom {

void PixelWork::cleanFrames(Frames& frames) {
  const bool rle = codecOf(DcmXfer(data_.getOriginalXfer()).getXferID()) == Codec::rle;
  const auto pixels = static_cast<std::size_t>(shape_.columns) * static_cast<std::size_t>(shape_.rows);
  const auto each = static_cast<std::size_t>(shape_.bitsAllocated + 7) / 8;
  std::optional<PixelDecoder> decoder;
  bool more = false;
  for (int f = 0; f < shape_.frames; ++f) {
    const auto number = "frame " + std::to_string(f + 1);
    auto bytes = frames.bytes(f);
    const auto cleaned =
        rle ? cleanRle(bytes, static_cast<std::size_t>(shape_.samples) * each, each, pixels) : cleanCodestream(bytes);
    if (!cleaned.problem.empty())
      throw notClean(number + ": " + cleaned.problem);
    result_.codestreamTexts += cleaned.found;
    more = more || cleaned.more;
    const auto stray = [&](std::span<const std::uint8_t> samples) {
      if (unusedBitsHold(samples, shape_))
        throw notClean(number + " holds something in bits that its picture doesn't use");
    };
    if (rle) {
      stray(cleaned.raw);
    } else if (cleaned.precision > shape_.bitsStored) {
      if (!decoder) {
        ReadOptions any;
        any.anyModality = true;
        decoder.emplace(request_.input, any);
      }
      stray(decoder->decode(f).bytes);
    }
    if (cleaned.changed)
      frames.replace(f, std::move(bytes));
    else
      frames.forget(f); // it is in the file
  }
  if (more)
    result_.problems.push_back("its pixel data was longer than its picture; the rest was cut off");
}

} // namespace hipcuff::dicom
