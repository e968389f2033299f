#include "colour.h"
#include "dicom_image.h"

#include <algorithm>
#include <cstring>

namespace hipcuff::dicom {
namespace {

StoredFrame emptyLike(const ImageInfo& image) {
  StoredFrame out;
  out.columns = image.columns;
  out.rows = image.rows;
  out.samplesPerPixel = image.samples;
  out.bitsAllocated = image.bitsAllocated;
  out.bitsStored = image.bitsStored;
  out.highBit = image.highBit;
  out.isSigned = image.isSigned;
  out.photometric = image.photometric;
  return out;
}

/// RRR GGG BBB -> RGB RGB RGB
std::vector<std::uint8_t> interleaved(const std::vector<std::uint8_t>& planes, std::size_t pixels, std::size_t width) {
  std::vector<std::uint8_t> out(planes.size());
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < pixels; ++i)
      std::memcpy(&out[(3 * i + c) * width], &planes[(c * pixels + i) * width], width);
  return out;
}

/// Y Y Cb Cr -> Y Cb Cr Y Cb Cr; the pair shares its chroma.
std::vector<std::uint8_t> expanded422(const std::vector<std::uint8_t>& pairs, int columns, int rows,
                                      std::size_t width) {
  const auto w = static_cast<std::size_t>(columns);
  const auto h = static_cast<std::size_t>(rows);
  std::vector<std::uint8_t> out(w * h * 3 * width);
  const auto perLine = (w + 1) / 2 * 4;
  for (std::size_t y = 0; y < h; ++y)
    for (std::size_t x = 0; x < w; ++x) {
      const auto* pair = &pairs[(y * perLine + x / 2 * 4) * width];
      auto* to = &out[(y * w + x) * 3 * width];
      std::memcpy(to, pair + (x % 2) * width, width);
      std::memcpy(to + width, pair + 2 * width, 2 * width);
    }
  return out;
}

} // namespace

PixelReader::PixelReader(std::shared_ptr<const DicomImage> image)
    : image_(std::move(image)) {}

PixelReader::~PixelReader() = default;

InputError PixelReader::failed(int frame, const std::string& problem) const {
  return {image_->path, "frame " + std::to_string(frame) + ": " + problem, "copy or export it again"};
}

std::shared_ptr<const ByteSource> PixelReader::sharedSource() {
  if (!source_) {
    source_ = image_->structure.source ? image_->structure.source : ByteSource::open(image_->path);
    if (source_->size() != image_->fileSize) {
      source_.reset();
      throw InputError(image_->path, "the file has changed since it was opened", "run again");
    }
  }
  return source_;
}

const ByteSource& PixelReader::source() {
  return *sharedSource();
}

std::vector<std::uint8_t> PixelReader::compressed(int frame) {
  const auto& index = image_->index;
  const auto begin = index.firstFragment[static_cast<std::size_t>(frame)];
  const auto end = index.firstFragment[static_cast<std::size_t>(frame) + 1];
  std::uint64_t total = 0;
  for (auto f = begin; f < end; ++f)
    total += index.fragments[f].length;
  if (total > 2 * image_->options.maxFrameBytes)
    throw DecodeFailure{"its compressed bytes are more than any picture of this size needs"};
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(total));
  std::size_t at = 0;
  for (auto f = begin; f < end; ++f) {
    const auto length = static_cast<std::size_t>(index.fragments[f].length);
    source().read(index.fragments[f].at, std::span(bytes).subspan(at, length));
    at += length;
  }
  return bytes;
}

Codestream PixelReader::checkedStream(std::span<const std::uint8_t> bytes) const {
  const auto& image = image_->header.image;
  const auto stream = readCodestream(bytes);
  if (stream.kind == Codestream::Kind::unknown)
    throw DecodeFailure{"it is not the codestream that the transfer syntax promises"};
  if (stream.kind == Codestream::Kind::htj2k)
    throw DecodeFailure{"High-Throughput JPEG 2000 is not supported"};
  if (stream.columns != image.columns || stream.rows != image.rows)
    throw DecodeFailure{"the header says " + std::to_string(image.columns) + " x " + std::to_string(image.rows) +
                        " pixels, the codestream " + std::to_string(stream.columns) + " x " +
                        std::to_string(stream.rows)};
  if (stream.components != 1 && stream.components != 3)
    throw DecodeFailure{"the codestream has " + std::to_string(stream.components) + " components; 1 or 3 can be read"};
  // The fewest bits that a picture of this size can take, before memory is taken for it.
  const auto pixels = static_cast<std::uint64_t>(stream.columns) * static_cast<std::uint64_t>(stream.rows);
  const bool lossless = stream.process == 3;
  const bool sequential = stream.kind == Codestream::Kind::jpeg && stream.process != 2;
  if (sequential && pixels > (lossless ? 16 : 1024) * (bytes.size() + 64))
    throw DecodeFailure{"the codestream holds far too few bytes for its size"};
  return stream;
}

StoredFrame PixelReader::native(int frame) {
  const auto& meta = *image_;
  const auto& image = meta.header.image;
  auto out = emptyLike(image);
  const auto begin = meta.frameBytes * static_cast<std::uint64_t>(frame);
  // Byte-swapped words: a frame of odd length may begin in the middle of one.
  const auto lead = meta.swapWords ? begin % 2 : 0;
  const auto tail = meta.swapWords ? (lead + meta.frameBytes) % 2 : 0;
  std::vector<std::uint8_t> raw(static_cast<std::size_t>(lead + meta.frameBytes + tail));
  const auto at = meta.structure.pixelData.valueAt + begin - lead;
  if (source().readSome(at, raw) < lead + meta.frameBytes)
    throw DecodeFailure{"the file ends inside it"};
  if (meta.swapWords) {
    for (std::size_t i = 0; i + 1 < raw.size(); i += 2)
      std::swap(raw[i], raw[i + 1]);
    raw.erase(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(lead));
    raw.resize(static_cast<std::size_t>(meta.frameBytes));
  }
  const auto width = static_cast<std::size_t>(image.bitsAllocated / 8);
  if (meta.subsampled422)
    out.bytes = expanded422(raw, image.columns, image.rows, width);
  else if (image.samples == 3 && image.planar)
    out.bytes = interleaved(raw, static_cast<std::size_t>(image.columns) * static_cast<std::size_t>(image.rows), width);
  else
    out.bytes = std::move(raw);
  if (image.samples == 3) {
    if (image.photometric == "YBR_PARTIAL_422")
      out.photometric = "YBR_PARTIAL";
    else if (meta.lengthContradicts)
      out.photometric = chroma({}, &out, frame) == Chroma::rgb ? "RGB" : "YBR_FULL";
    else if (image.photometric == "YBR_FULL_422")
      out.photometric = "YBR_FULL";
    else if (image.photometric == "YBR_ICT" || image.photometric == "YBR_RCT")
      out.photometric = "RGB";
  }
  return out;
}

PixelReader::Chroma PixelReader::chroma(const Codestream& stream, const StoredFrame* current, int frame) {
  if (stream.colour == Codestream::Colour::rgb)
    return Chroma::rgb;
  if (stream.colour == Codestream::Colour::ybr)
    return Chroma::ybr;
  if (guessed_)
    return *guessed_;
  const auto& says = image_->header.image.photometric;
  const bool saysRgb =
      says == "RGB" || (stream.kind == Codestream::Kind::jpeg2000 && (says == "YBR_ICT" || says == "YBR_RCT"));
  const auto fromHeader = saysRgb ? Chroma::rgb : Chroma::ybr;
  if (guessing_)
    return fromHeader;
  // The codestream doesn't say. The first frame's picture may contradict the header, and then holds for all frames.
  ColourGuess guess = ColourGuess::undecided;
  if (frame == 0 && current) {
    guess = guessColour(*current);
  } else {
    guessing_ = true;
    try {
      guess = guessColour(storedUnsafe(0));
    } catch (const DecodeFailure&) { // then the header's word stands
    }
    guessing_ = false;
  }
  guessed_ = guess == ColourGuess::undecided ? fromHeader : guess == ColourGuess::rgb ? Chroma::rgb : Chroma::ybr;
  return *guessed_;
}

StoredFrame PixelReader::decoded(int frame, std::span<const std::uint8_t> bytes, const Codestream& stream) {
  const auto& image = image_->header.image;
  Samples samples;
  if (image_->codec == Codec::rle)
    samples = decodeRle(bytes, image);
  else if (stream.kind == Codestream::Kind::jpeg2000)
    samples = decodeJpeg2000(bytes, stream);
  else if (stream.kind == Codestream::Kind::jpeg && stream.precision == 8 && stream.process >= 0 && stream.process <= 2)
    samples = decodeJpegStored(bytes, stream);
  else
    samples = decodeWithDcmtk(bytes, stream, image);

  auto out = emptyLike(image);
  out.samplesPerPixel = samples.components;
  out.isSigned = samples.isSigned;
  out.bitsAllocated = std::max(image.bitsAllocated, samples.bytesPerSample * 8);
  if (samples.precision < out.bitsStored || out.bitsAllocated != image.bitsAllocated) {
    out.bitsStored = samples.precision; // the codestream has the last word
    out.highBit = samples.precision - 1;
  }
  if (out.bitsAllocated / 8 > samples.bytesPerSample) {
    out.bytes.resize(samples.bytes.size() * 2);
    for (std::size_t i = 0; i < samples.bytes.size(); ++i)
      out.bytes[2 * i] = samples.bytes[i];
  } else {
    out.bytes = std::move(samples.bytes);
  }
  if (samples.components == 1) {
    const bool grey = image.photometric.rfind("MONOCHROME", 0) == 0 || image.photometric == "PALETTE COLOR";
    out.photometric = grey ? image.photometric : "MONOCHROME2";
  } else if (image_->codec == Codec::rle) {
    // No subsampling inside RLE, and no JPEG 2000 transform.
    if (image.photometric == "YBR_PARTIAL_422" || image.photometric == "YBR_PARTIAL_420")
      out.photometric = "YBR_PARTIAL";
    else
      out.photometric = image.photometric.rfind("YBR_FULL", 0) == 0 ? "YBR_FULL" : "RGB";
  } else {
    out.photometric = chroma(stream, &out, frame) == Chroma::rgb ? "RGB" : "YBR_FULL";
  }
  return out;
}

StoredFrame PixelReader::storedUnsafe(int frame) {
  if (image_->codec == Codec::native)
    return native(frame);
  if (image_->codec == Codec::video) {
    auto rgb = displayUnsafe(frame);
    StoredFrame out;
    out.columns = rgb.width;
    out.rows = rgb.height;
    out.samplesPerPixel = 3;
    out.photometric = "RGB";
    out.bytes = std::move(rgb.data);
    return out;
  }
  const auto bytes = compressed(frame);
  const auto stream = image_->codec == Codec::rle ? Codestream{} : checkedStream(bytes);
  return decoded(frame, bytes, stream);
}

RgbImage PixelReader::displayUnsafe(int frame) {
  const auto& image = image_->header.image;
  if (image_->codec == Codec::video) {
    if (!video_)
      video_ = std::make_unique<VideoStream>(sharedSource(), image_->index.fragments);
    return video_->frame(frame);
  }
  if (image_->codec == Codec::native || image_->codec == Codec::rle)
    return toDisplay(storedUnsafe(frame), image);
  const auto bytes = compressed(frame);
  const auto stream = checkedStream(bytes);
  // The common case in one pass: libjpeg-turbo converts while it decodes.
  const bool turbo = stream.kind == Codestream::Kind::jpeg && stream.precision == 8 && stream.process >= 0 &&
                     stream.process <= 2 && stream.components == 3;
  if (turbo && (stream.colour != Codestream::Colour::silent || guessed_))
    return decodeJpegRgb(bytes, stream, chroma(stream, nullptr, frame) == Chroma::ybr);
  return toDisplay(decoded(frame, bytes, stream), image);
}

StoredFrame PixelReader::stored(int frame) {
  if (frame < 0 || frame >= image_->frames)
    throw failed(frame, "there is no such frame (" + std::to_string(image_->frames) + " are there)");
  try {
    return storedUnsafe(frame);
  } catch (const DecodeFailure& failure) {
    throw failed(frame, failure.problem);
  } catch (const std::bad_alloc&) {
    throw failed(frame, "there is not enough memory for it");
  }
}

RgbImage PixelReader::display(int frame) {
  if (frame < 0 || frame >= image_->frames)
    throw failed(frame, "there is no such frame (" + std::to_string(image_->frames) + " are there)");
  try {
    return displayUnsafe(frame);
  } catch (const DecodeFailure& failure) {
    throw failed(frame, failure.problem);
  } catch (const std::bad_alloc&) {
    throw failed(frame, "there is not enough memory for it");
  }
}

} // namespace hipcuff::dicom
