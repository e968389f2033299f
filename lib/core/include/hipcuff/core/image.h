// Plain rasters that cross room borders. Row-major, no padding, x right, y down.
#pragma once

#include "hipcuff/core/geometry.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hipcuff {

template <typename T, int Channels>
struct Raster {
  using value_type = T;
  static constexpr int channels = Channels;

  int width = 0;
  int height = 0;
  std::vector<T> data; ///< width * height * Channels values, channels interleaved

  Raster() = default;
  Raster(int w, int h, T value = T{})
      : width(w)
      , height(h)
      , data(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * Channels, value) {}

  [[nodiscard]] bool empty() const noexcept { return data.empty(); }
  [[nodiscard]] std::size_t index(int x, int y) const noexcept {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * Channels;
  }
  [[nodiscard]] T& at(int x, int y, int c = 0) noexcept { return data[index(x, y) + static_cast<std::size_t>(c)]; }
  [[nodiscard]] const T& at(int x, int y, int c = 0) const noexcept {
    return data[index(x, y) + static_cast<std::size_t>(c)];
  }
  [[nodiscard]] T* row(int y) noexcept { return data.data() + index(0, y); }
  [[nodiscard]] const T* row(int y) const noexcept { return data.data() + index(0, y); }
  friend bool operator==(const Raster&, const Raster&) = default;
};

using GreyImage = Raster<std::uint8_t, 1>;
using RgbImage = Raster<std::uint8_t, 3>;
using FloatImage = Raster<float, 1>;
/// 255 where something holds (usable, inside), 0 elsewhere.
using Mask = Raster<std::uint8_t, 1>;

/// Luma of the picture (ITU-R BT.601, rounded): what a grey-map picture stored as RGB was before.
[[nodiscard]] GreyImage toGrey(const RgbImage& image);
/// The same of the part inside the box, which must lie inside the picture (std::out_of_range otherwise).
[[nodiscard]] GreyImage toGrey(const RgbImage& image, const PixelBox& box);
[[nodiscard]] RgbImage toRgb(const GreyImage& image);
/// The part inside the box, which must lie inside the picture (std::out_of_range otherwise).
[[nodiscard]] GreyImage crop(const GreyImage& image, const PixelBox& box);
[[nodiscard]] RgbImage crop(const RgbImage& image, const PixelBox& box);

} // namespace hipcuff
