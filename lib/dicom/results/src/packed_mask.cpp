#include "hipcuff/dicom/results/packed_mask.h"

#include <bit>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

constexpr std::uint8_t bitOf(std::size_t pixel) noexcept {
  return static_cast<std::uint8_t>(1U << (pixel % 8));
}

} // namespace

PackedMask::PackedMask(int columns, int rows)
    : width(columns)
    , height(rows) {
  if (columns < 0 || rows < 0)
    throw std::invalid_argument("a mask of negative size");
  bits.assign((pixels() + 7) / 8, 0);
}

PackedMask PackedMask::of(const GreyImage& image) {
  PackedMask out(image.width, image.height);
  for (std::size_t i = 0; i < image.data.size(); ++i)
    if (image.data[i] != 0)
      out.bits[i / 8] |= bitOf(i);
  return out;
}

bool PackedMask::at(int x, int y) const noexcept {
  const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  return (bits[i / 8] & bitOf(i)) != 0;
}

void PackedMask::set(int x, int y) noexcept {
  const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  bits[i / 8] |= bitOf(i);
}

std::size_t PackedMask::count() const noexcept {
  std::size_t out = 0;
  for (const std::uint8_t byte : bits)
    out += static_cast<std::size_t>(std::popcount(byte));
  return out;
}

bool PackedMask::touches(const PackedMask& other) const noexcept {
  for (std::size_t i = 0; i < bits.size() && i < other.bits.size(); ++i)
    if ((bits[i] & other.bits[i]) != 0)
      return true;
  return false;
}

Mask PackedMask::toMask() const {
  Mask out(width, height);
  for (std::size_t i = 0; i < out.data.size(); ++i)
    if ((bits[i / 8] & bitOf(i)) != 0)
      out.data[i] = 255;
  return out;
}

} // namespace hipcuff::dicom
