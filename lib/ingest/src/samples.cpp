#include "samples.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace hipcuff::ingest {
namespace {

template <typename Function>
auto withType(SampleType type, Function&& function) {
  switch (type) {
  case SampleType::u8:
    return function(std::uint8_t{});
  case SampleType::i8:
    return function(std::int8_t{});
  case SampleType::u16:
    return function(std::uint16_t{});
  case SampleType::i16:
    return function(std::int16_t{});
  case SampleType::u32:
    return function(std::uint32_t{});
  case SampleType::i32:
    return function(std::int32_t{});
  case SampleType::f32:
    return function(float{});
  case SampleType::f64:
    break;
  }
  return function(double{});
}

bool isFloat(SampleType type) noexcept {
  return type == SampleType::f32 || type == SampleType::f64;
}

} // namespace

std::size_t bytesOf(SampleType type) noexcept {
  return withType(type, [](auto zero) { return sizeof zero; });
}

const char* describe(SampleType type) noexcept {
  switch (type) {
  case SampleType::u8:
    return "8-bit";
  case SampleType::i8:
    return "signed 8-bit";
  case SampleType::u16:
    return "16-bit";
  case SampleType::i16:
    return "signed 16-bit";
  case SampleType::u32:
    return "32-bit";
  case SampleType::i32:
    return "signed 32-bit";
  case SampleType::f32:
  case SampleType::f64:
    return "floating-point";
  }
  return "";
}

void extend(Range& range, SampleType type, const void* samples, std::size_t count) {
  withType(type, [&](auto zero) {
    using T = decltype(zero);
    const auto* in = static_cast<const unsigned char*>(samples);
    for (std::size_t i = 0; i < count; ++i) {
      T raw;
      std::memcpy(&raw, in + i * sizeof(T), sizeof(T));
      const auto value = static_cast<double>(raw);
      if (!std::isfinite(value))
        continue;
      range.low = range.any ? std::min(range.low, value) : value;
      range.high = range.any ? std::max(range.high, value) : value;
      range.any = true;
    }
  });
}

Scaling scalingFor(SampleType type, const Range& range) noexcept {
  if (type == SampleType::u8 || !range.any)
    return {};
  if (range.low >= 0) {
    if (isFloat(type) && range.high <= 1)
      return {0, 255};
    if (range.high <= 255)
      return {};
    return {0, 255 / range.high};
  }
  return {range.low, range.high > range.low ? 255 / (range.high - range.low) : 1};
}

RgbImage toRgb8(SampleType type, const void* samples, int columns, int rows, int components, const Scaling& scaling) {
  RgbImage out(columns, rows);
  const std::size_t pixels = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  const auto step = static_cast<std::size_t>(components);
  const bool colour = components >= 3;
  std::uint8_t* to = out.data.data();
  withType(type, [&](auto zero) {
    using T = decltype(zero);
    const auto* in = static_cast<const unsigned char*>(samples);
    const auto value = [&](std::size_t at) -> std::uint8_t {
      T raw;
      std::memcpy(&raw, in + at * sizeof(T), sizeof(T));
      if constexpr (std::is_same_v<T, std::uint8_t>)
        return raw;
      const double scaled = (static_cast<double>(raw) - scaling.offset) * scaling.factor;
      if (std::isnan(scaled))
        return 0;
      return static_cast<std::uint8_t>(std::lround(std::clamp(scaled, 0.0, 255.0)));
    };
    for (std::size_t i = 0; i < pixels; ++i, to += 3) {
      to[0] = value(i * step);
      to[1] = colour ? value(i * step + 1) : to[0];
      to[2] = colour ? value(i * step + 2) : to[0];
    }
  });
  return out;
}

} // namespace hipcuff::ingest
