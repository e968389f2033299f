// One bit a pixel: what a segmentation's frames are made of, an eighth of the memory of a Mask.
#pragma once

#include "hipcuff/core/image.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hipcuff::dicom {

struct PackedMask {
  int width = 0;
  int height = 0;
  /// Row by row without padding, pixel i in bit i % 8 of byte i / 8 (DICOM PS3.5 8.1.1 and annex D); bits past the end
  /// are 0, so that equal masks have equal bytes.
  std::vector<std::uint8_t> bits;

  PackedMask() = default;
  PackedMask(int columns, int rows);
  /// Every pixel that is not 0 belongs to the mask.
  [[nodiscard]] static PackedMask of(const GreyImage& image);

  [[nodiscard]] std::size_t pixels() const noexcept {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
  [[nodiscard]] bool at(int x, int y) const noexcept;
  void set(int x, int y) noexcept;
  /// Pixels that belong to it.
  [[nodiscard]] std::size_t count() const noexcept;
  [[nodiscard]] bool touches(const PackedMask& other) const noexcept; ///< a pixel belongs to both; sizes are the same
  /// 255 inside, 0 elsewhere.
  [[nodiscard]] Mask toMask() const;
  friend bool operator==(const PackedMask&, const PackedMask&) = default;
};

} // namespace hipcuff::dicom
