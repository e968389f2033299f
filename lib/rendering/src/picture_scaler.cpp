#include "picture_scaler.h"

#include "hipcuff/core/vectorised.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace hipcuff::drawing {
namespace {

constexpr int weightOne = 128; // two of them multiplied with a byte still fit 32 bits, one fits 16

HIPCUFF_VECTORISED void mixRows(const std::uint16_t* a, const std::uint16_t* b, int weight, int count,
                                std::uint8_t* to) {
  for (int i = 0; i < count; ++i)
    to[i] = static_cast<std::uint8_t>((std::uint32_t{a[i]} * static_cast<std::uint32_t>(weightOne - weight) +
                                       std::uint32_t{b[i]} * static_cast<std::uint32_t>(weight) +
                                       weightOne * weightOne / 2) /
                                      (weightOne * weightOne));
}

HIPCUFF_VECTORISED void blend(const std::uint8_t* over, int pixels, std::uint8_t* onto) {
  for (int i = 0; i < pixels; ++i) {
    const int rest = 255 - over[4 * i + 3];
    for (int c = 0; c < 3; ++c) {
      const int under = onto[4 * i + c] * rest + 128;
      onto[4 * i + c] = static_cast<std::uint8_t>(std::min(255, over[4 * i + c] + ((under + (under >> 8)) >> 8)));
    }
  }
}

/// Output pixels from `first` to `last` whose centres lie between a and b.
void covered(double a, double b, int size, int& first, int& last) {
  first = std::max(0, static_cast<int>(std::ceil(std::clamp(std::min(a, b) - 0.5, -1.0, size + 1.0))));
  last = std::min(size - 1, static_cast<int>(std::ceil(std::clamp(std::max(a, b) - 0.5, -1.0, size + 1.0))) - 1);
}

void black(std::uint8_t* to, int pixels) {
  const std::array<std::uint8_t, 4> colour{0, 0, 0, 255};
  for (int i = 0; i < pixels; ++i)
    std::memcpy(to + 4 * i, colour.data(), 4);
}

} // namespace

void Pixels32::resize(int w, int h) {
  width = w;
  height = h;
  data.resize(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 4);
}

void convert(const RgbImage& from, const std::array<std::uint8_t, 256>* curve, ByteOrder order, std::uint8_t* to) {
  const std::size_t count = static_cast<std::size_t>(from.width) * static_cast<std::size_t>(from.height);
  const std::uint8_t* in = from.data.data();
  const std::size_t red = order == ByteOrder::bgra ? 2 : 0;
  const std::size_t blue = 2 - red;
  // Whole words: the compiler joins the stores.
  const auto put = [](std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t* out) {
    const std::array<std::uint8_t, 4> pixel{a, b, c, 255};
    std::memcpy(out, pixel.data(), 4);
  };
  if (curve == nullptr)
    for (std::size_t i = 0; i < count; ++i)
      put(in[3 * i + red], in[3 * i + 1], in[3 * i + blue], to + 4 * i);
  else
    for (std::size_t i = 0; i < count; ++i)
      put((*curve)[in[3 * i + red]], (*curve)[in[3 * i + 1]], (*curve)[in[3 * i + blue]], to + 4 * i);
}

void PictureScaler::draw(const Pixels32& picture, const Rect& rect, bool smooth, Pixels32& out) {
  covered(rect.x0, rect.x1, out.width, first_, last_);
  if (picture.width <= 0 || picture.height <= 0 || rect.x0 == rect.x1 || last_ < first_) {
    black(out.data.data(), out.width * out.height);
    return;
  }
  if (smooth)
    this->smooth(picture, rect, out);
  else
    sharp(picture, rect, out);
}

void PictureScaler::sharp(const Pixels32& picture, const Rect& rect, Pixels32& out) {
  column_.resize(static_cast<std::size_t>(last_ - first_ + 1));
  const double perX = picture.width / (rect.x1 - rect.x0);
  bool straight = true;
  for (int x = first_; x <= last_; ++x) {
    const auto i = static_cast<std::size_t>(x - first_);
    column_[i] = std::clamp(static_cast<int>(std::floor((x + 0.5 - rect.x0) * perX)), 0, picture.width - 1);
    straight = straight && column_[i] == column_[0] + x - first_;
  }
  int top = 0;
  int bottom = -1;
  covered(rect.y0, rect.y1, out.height, top, bottom);
  const double perY = picture.height / (rect.y1 - rect.y0);
  int before = -1;
  for (int y = 0; y < out.height; ++y) {
    std::uint8_t* to = out.row(y);
    if (y < top || y > bottom) {
      black(to, out.width);
      continue;
    }
    const int source = std::clamp(static_cast<int>(std::floor((y + 0.5 - rect.y0) * perY)), 0, picture.height - 1);
    if (source == before) {
      std::memcpy(to, out.row(y - 1), static_cast<std::size_t>(out.width) * 4);
      continue;
    }
    before = source;
    black(to, first_);
    black(to + 4 * (last_ + 1), out.width - 1 - last_);
    const std::uint8_t* from = picture.row(source);
    std::uint8_t* at = to + 4 * static_cast<std::ptrdiff_t>(first_);
    if (straight)
      std::memcpy(at, from + 4 * static_cast<std::ptrdiff_t>(column_[0]), column_.size() * 4);
    else
      for (const int column : column_) {
        std::memcpy(at, from + 4 * static_cast<std::ptrdiff_t>(column), 4);
        at += 4;
      }
  }
}

void PictureScaler::stretchRow(const Pixels32& picture, int y, std::uint16_t* to) const {
  const std::uint8_t* from = picture.row(y);
  for (std::size_t i = 0; i < column_.size(); ++i, to += 4) {
    const std::uint8_t* a = from + 4 * static_cast<std::ptrdiff_t>(column_[i]);
    const std::uint8_t* b = from + 4 * static_cast<std::ptrdiff_t>(nextColumn_[i]);
    const int w = weight_[i];
    for (int c = 0; c < 4; ++c)
      to[c] = static_cast<std::uint16_t>(a[c] * (weightOne - w) + b[c] * w);
  }
}

void PictureScaler::smooth(const Pixels32& picture, const Rect& rect, Pixels32& out) {
  const auto columns = static_cast<std::size_t>(last_ - first_ + 1);
  column_.resize(columns);
  nextColumn_.resize(columns);
  weight_.resize(columns);
  const double perX = picture.width / (rect.x1 - rect.x0);
  for (std::size_t i = 0; i < columns; ++i) {
    const double s = (first_ + static_cast<int>(i) + 0.5 - rect.x0) * perX - 0.5;
    const double whole = std::floor(s);
    weight_[i] = static_cast<std::uint16_t>(std::lround((s - whole) * weightOne));
    column_[i] = std::clamp(static_cast<int>(whole), 0, picture.width - 1);
    nextColumn_[i] = std::clamp(static_cast<int>(whole) + 1, 0, picture.width - 1);
  }
  for (auto& row : rows_)
    row.resize(columns * 4);
  rowNumber_ = {-1, -1};
  int top = 0;
  int bottom = -1;
  covered(rect.y0, rect.y1, out.height, top, bottom);
  const double perY = picture.height / (rect.y1 - rect.y0);
  for (int y = 0; y < out.height; ++y) {
    std::uint8_t* to = out.row(y);
    if (y < top || y > bottom) {
      black(to, out.width);
      continue;
    }
    black(to, first_);
    black(to + 4 * (last_ + 1), out.width - 1 - last_);
    const double s = (y + 0.5 - rect.y0) * perY - 0.5;
    const double whole = std::floor(s);
    const int a = std::clamp(static_cast<int>(whole), 0, picture.height - 1);
    const int b = std::clamp(static_cast<int>(whole) + 1, 0, picture.height - 1);
    // A row of the picture is stretched once, whichever rows of the output need it.
    for (const int needed : {a, b}) {
      const auto slot = static_cast<std::size_t>(needed % 2);
      if (rowNumber_[slot] != needed) {
        stretchRow(picture, needed, rows_[slot].data());
        rowNumber_[slot] = needed;
      }
    }
    mixRows(rows_[static_cast<std::size_t>(a % 2)].data(), rows_[static_cast<std::size_t>(b % 2)].data(),
            static_cast<int>(std::lround((s - whole) * weightOne)), static_cast<int>(columns * 4),
            to + 4 * static_cast<std::ptrdiff_t>(first_));
  }
}

void SparseOverlay::set(const std::uint8_t* pixels, int width, int height) {
  width_ = width;
  height_ = height;
  spans_.clear();
  pixels_.clear();
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* row = pixels + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 4;
    for (int x = 0; x < width;) {
      if (row[4 * x + 3] == 0) {
        ++x;
        continue;
      }
      Span span{y, x, 0, pixels_.size()};
      for (; x < width && row[4 * x + 3] != 0; ++x)
        ++span.count;
      pixels_.insert(pixels_.end(), row + 4 * span.x, row + 4 * x);
      spans_.push_back(span);
    }
  }
}

void SparseOverlay::blendOnto(Pixels32& picture) const {
  if (picture.width != width_ || picture.height != height_)
    return;
  for (const Span& span : spans_)
    blend(pixels_.data() + span.first, span.count, picture.row(span.y) + 4 * static_cast<std::ptrdiff_t>(span.x));
}

} // namespace hipcuff::drawing
