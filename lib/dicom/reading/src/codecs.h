// One compressed frame in, samples out. No codec keeps more than the frame at hand.
#pragma once

#include "codestream.h"
#include "frame_index.h"
#include "header.h"

#include "hipcuff/core/image.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// What a codec makes: interleaved samples, little endian.
struct Samples {
  int columns = 0;
  int rows = 0;
  int components = 1;
  int bytesPerSample = 1;
  int precision = 8;
  bool isSigned = false;
  std::vector<std::uint8_t> bytes;
};

/// Thrown inside the room; the caller adds the file and the frame.
struct DecodeFailure {
  std::string problem;
};

using CompressedFrame = std::span<const std::uint8_t>;

/// 8 bit JPEG of any Huffman process but lossless, through libjpeg-turbo. Stored components (YCbCr stays YCbCr).
[[nodiscard]] Samples decodeJpegStored(CompressedFrame frame, const Codestream& stream);
/// The same, converted to RGB by libjpeg-turbo; `ybr` says what the three components are.
[[nodiscard]] RgbImage decodeJpegRgb(CompressedFrame frame, const Codestream& stream, bool ybr);
/// Lossless and 12 bit JPEG, and JPEG-LS, through DCMTK's codecs.
[[nodiscard]] Samples decodeWithDcmtk(CompressedFrame frame, const Codestream& stream, const ImageInfo& image);
[[nodiscard]] Samples decodeJpeg2000(CompressedFrame frame, const Codestream& stream);
[[nodiscard]] Samples decodeRle(CompressedFrame frame, const ImageInfo& image);

/// MPEG-2, H.264 or H.265 in one stream over all fragments. Frames are found by decoding forward.
class VideoStream {
public:
  /// @throws DecodeFailure not a stream that libavcodec knows
  VideoStream(std::shared_ptr<const ByteSource> source, std::vector<ByteRange> fragments);
  ~VideoStream();
  VideoStream(const VideoStream&) = delete;
  VideoStream& operator=(const VideoStream&) = delete;

  [[nodiscard]] int columns() const noexcept;
  [[nodiscard]] int rows() const noexcept;
  /// Frame `index` in display order. Going forward decodes what lies between; going back starts anew.
  /// @throws DecodeFailure
  [[nodiscard]] RgbImage frame(int index);
  /// Counts the pictures by splitting the stream, without decoding.
  [[nodiscard]] long countPictures();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff::dicom
