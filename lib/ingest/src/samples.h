// Samples of any type -> 8-bit RGB.
#pragma once

#include "hipcuff/core/image.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hipcuff::ingest {

enum class SampleType { u8, i8, u16, i16, u32, i32, f32, f64 };
[[nodiscard]] std::size_t bytesOf(SampleType) noexcept;
[[nodiscard]] const char* describe(SampleType) noexcept; ///< "16-bit", "floating-point", ...

/// Smallest and largest value seen, NaN and infinities left out.
struct Range {
  double low = 0;
  double high = 0;
  bool any = false;
};
void extend(Range& range, SampleType type, const void* samples, std::size_t count);

/// Linear map of values to 0..255: value -> (value - offset) * factor.
struct Scaling {
  double offset = 0;
  double factor = 1;
};
/// What already fits 0..255 stays as it is (floating point up to 1: times 255); otherwise 0 stays black where nothing
/// is negative, and the smallest value becomes black where something is.
[[nodiscard]] Scaling scalingFor(SampleType type, const Range& range) noexcept;

/// @param components 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha; alpha is dropped
[[nodiscard]] RgbImage toRgb8(SampleType type, const void* samples, int columns, int rows, int components,
                              const Scaling& scaling);

} // namespace hipcuff::ingest
