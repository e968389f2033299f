#include "colour.h"

#include "codecs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace hipcuff::dicom {
namespace {

std::uint8_t toByte(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

/// Reads stored values: the bits between highBit and highBit - bitsStored + 1, sign extended.
class Values {
public:
  explicit Values(const StoredFrame& frame)
      : data_(frame.bytes.data())
      , wide_(frame.bitsAllocated == 16)
      , shift_(std::max(0, frame.highBit + 1 - frame.bitsStored))
      , mask_((1U << frame.bitsStored) - 1)
      , sign_(frame.isSigned ? 1U << (frame.bitsStored - 1) : 0) {}

  [[nodiscard]] int operator[](std::size_t i) const noexcept {
    const unsigned raw = wide_ ? data_[2 * i] | static_cast<unsigned>(data_[2 * i + 1]) << 8 : data_[i];
    const unsigned value = raw >> shift_ & mask_;
    return static_cast<int>(value ^ sign_) - static_cast<int>(sign_);
  }

private:
  const std::uint8_t* data_;
  bool wide_;
  int shift_;
  unsigned mask_;
  unsigned sign_;
};

/// Every stored value's grey, by PS3.3 C.11.2.1.2 where there is a window, else the whole stored range.
std::vector<std::uint8_t> greyTable(const StoredFrame& frame, const ImageInfo& image, int& lowest) {
  const int bits = frame.bitsStored;
  lowest = frame.isSigned ? -(1 << (bits - 1)) : 0;
  const int highest = lowest + (1 << bits) - 1;
  const bool invert = image.photometric == "MONOCHROME1" || (image.inverse && image.photometric != "MONOCHROME1");
  // 8 bit ultrasound is shown and measured as it is stored; deeper pixels need a window to fit 8 bits.
  const Window* window = bits > 8 && image.window ? &*image.window : nullptr;
  std::vector<std::uint8_t> table(static_cast<std::size_t>(1) << bits);
  for (int v = lowest; v <= highest; ++v) {
    double grey = 0;
    if (window) {
      const double x = v * image.slope + image.intercept;
      const double c = window->center;
      const double w = window->width;
      if (window->function == Window::Function::sigmoid)
        grey = 255.0 / (1.0 + std::exp(-4.0 * (x - c) / w));
      else if (window->function == Window::Function::linearExact || w <= 1)
        grey = w <= 1 ? (x > c - 0.5 ? 255.0 : 0.0) : ((x - c) / w + 0.5) * 255.0;
      else
        grey = ((x - (c - 0.5)) / (w - 1) + 0.5) * 255.0;
    } else {
      grey = bits == 8 ? v - lowest : (v - lowest) * 255.0 / (highest - lowest);
    }
    const auto byte = toByte(grey);
    table[static_cast<std::size_t>(v - lowest)] = invert ? static_cast<std::uint8_t>(255 - byte) : byte;
  }
  return table;
}

RgbImage showGrey(const StoredFrame& frame, const ImageInfo& image) {
  int lowest = 0;
  const auto table = greyTable(frame, image, lowest);
  const Values values(frame);
  RgbImage out(frame.columns, frame.rows);
  const auto pixels = out.data.size() / 3;
  const auto step = static_cast<std::size_t>(frame.samplesPerPixel);
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto grey = table[static_cast<std::size_t>(values[i * step] - lowest)];
    out.data[3 * i] = out.data[3 * i + 1] = out.data[3 * i + 2] = grey;
  }
  return out;
}

RgbImage showPalette(const StoredFrame& frame, const ImageInfo& image) {
  if (!image.palette)
    throw DecodeFailure{image.paletteProblem.empty() ? "it has no colour palette" : image.paletteProblem};
  const auto& palette = *image.palette;
  const Values values(frame);
  const int last = static_cast<int>(palette.entries[0].size()) - 1;
  RgbImage out(frame.columns, frame.rows);
  const auto pixels = out.data.size() / 3;
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto entry = static_cast<std::size_t>(std::clamp(values[i] - palette.firstMapped, 0, last));
    for (std::size_t c = 0; c < 3; ++c)
      out.data[3 * i + c] = palette.entries[c][entry];
  }
  return out;
}

/// ITU-R BT.601, full range (PS3.3 C.7.6.3.1.2), in 16.16 fixed point.
struct FullRange {
  std::array<int, 256> redOfCr, blueOfCb, greenOfCr, greenOfCb;
  FullRange() {
    for (int i = 0; i < 256; ++i) {
      const auto at = static_cast<std::size_t>(i);
      redOfCr[at] = static_cast<int>(std::lround(1.402 * (i - 128)));
      blueOfCb[at] = static_cast<int>(std::lround(1.772 * (i - 128)));
      greenOfCr[at] = static_cast<int>(std::lround(-0.714136 * 65536 * (i - 128)));
      greenOfCb[at] = static_cast<int>(std::lround(-0.344136 * 65536 * (i - 128))) + 32768;
    }
  }
};

RgbImage showColour(const StoredFrame& frame) {
  RgbImage out(frame.columns, frame.rows);
  const auto count = out.data.size();
  if (frame.bitsAllocated == 8 && frame.bitsStored == 8) {
    out.data = frame.bytes;
  } else {
    const Values values(frame);
    const int highest = (1 << frame.bitsStored) - 1;
    for (std::size_t i = 0; i < count; ++i)
      out.data[i] = toByte(values[i] * 255.0 / highest);
  }
  if (frame.photometric == "RGB")
    return out;
  if (frame.photometric == "YBR_PARTIAL") {
    for (std::size_t i = 0; i < count; i += 3) {
      const double y = 255.0 / 219.0 * (out.data[i] - 16);
      const double cb = 255.0 / 224.0 * (out.data[i + 1] - 128);
      const double cr = 255.0 / 224.0 * (out.data[i + 2] - 128);
      out.data[i] = toByte(y + 1.402 * cr);
      out.data[i + 1] = toByte(y - 0.344136 * cb - 0.714136 * cr);
      out.data[i + 2] = toByte(y + 1.772 * cb);
    }
    return out;
  }
  static const FullRange table;
  const auto clamped = [](int v) { return static_cast<std::uint8_t>(std::clamp(v, 0, 255)); };
  for (std::size_t i = 0; i < count; i += 3) {
    const int y = out.data[i];
    const std::size_t cb = out.data[i + 1];
    const std::size_t cr = out.data[i + 2];
    out.data[i] = clamped(y + table.redOfCr[cr]);
    out.data[i + 1] = clamped(y + ((table.greenOfCb[cb] + table.greenOfCr[cr]) >> 16));
    out.data[i + 2] = clamped(y + table.blueOfCb[cb]);
  }
  return out;
}

} // namespace

RgbImage toDisplay(const StoredFrame& frame, const ImageInfo& image) {
  if (frame.photometric == "PALETTE COLOR" && frame.samplesPerPixel == 1)
    return showPalette(frame, image);
  if (frame.samplesPerPixel == 3 && frame.photometric.rfind("MONOCHROME", 0) != 0)
    return showColour(frame);
  return showGrey(frame, image);
}

ColourGuess guessColour(const StoredFrame& frame) {
  if (frame.samplesPerPixel != 3 || frame.bitsAllocated != 8)
    return ColourGuess::undecided;
  const auto pixels = frame.bytes.size() / 3;
  const auto step = std::max<std::size_t>(1, pixels / 20000);
  std::size_t seen = 0;
  std::size_t greyAsRgb = 0;
  std::size_t greyAsYbr = 0;
  for (std::size_t i = 0; i < pixels; i += step) {
    const int a = frame.bytes[3 * i];
    const int b = frame.bytes[3 * i + 1];
    const int c = frame.bytes[3 * i + 2];
    ++seen;
    greyAsRgb += std::max({a, b, c}) - std::min({a, b, c}) <= 16;
    greyAsYbr += std::abs(b - 128) <= 8 && std::abs(c - 128) <= 8;
  }
  // Only a clear majority on one side against a minority on the other overrules a header.
  if (greyAsRgb > seen * 6 / 10 && greyAsYbr < seen * 3 / 10)
    return ColourGuess::rgb;
  if (greyAsYbr > seen * 6 / 10 && greyAsRgb < seen * 3 / 10)
    return ColourGuess::ybr;
  return ColourGuess::undecided;
}

} // namespace hipcuff::dicom
