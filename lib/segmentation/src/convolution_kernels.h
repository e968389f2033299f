// The bodies behind convolution.h. Included by one source file for each instruction set, which is compiled with that
// set's flags: everything here has internal linkage and uses nothing of the standard library, so that no function
// built for a newer machine can stand in for one that an older machine calls.
#pragma once

#include "convolution.h"

namespace hipcuff::segmentation {
namespace {

// A machine's vector, and how many accumulators of it fit the registers beside one weight for each vector of a pixel.
#if defined(__AVX__)
constexpr int nativeLanes = 8;
constexpr int accumulators = 12;
#elif defined(__aarch64__)
constexpr int nativeLanes = 4;
constexpr int accumulators = 24;
#else
constexpr int nativeLanes = 4;
constexpr int accumulators = 12;
#endif

typedef float Vector __attribute__((vector_size(4 * nativeLanes)));
/// The same at any address of a float.
typedef float LooseVector __attribute__((vector_size(4 * nativeLanes), aligned(4), may_alias));

template <int pixels, int vectors, int fixedStride>
[[gnu::always_inline]] inline const float* accumulate(const InputRun& run, int x, const float* weights,
                                                      Vector (&sum)[pixels][vectors]) {
  const std::ptrdiff_t stride = fixedStride > 0 ? fixedStride : run.pixelStride;
  const float* in = run.first + x * run.pixelStride;
  for (int k = 0; k < run.length; ++k, ++in, weights += vectors * nativeLanes) {
    Vector w[vectors];
    for (int v = 0; v < vectors; ++v)
      w[v] = *reinterpret_cast<const LooseVector*>(weights + v * nativeLanes);
    for (int p = 0; p < pixels; ++p)
      for (int v = 0; v < vectors; ++v)
        sum[p][v] += w[v] * in[p * stride];
  }
  return weights;
}

template <int pixels, int vectors>
[[gnu::always_inline]] inline void convolveBlock(const ConvolutionRow& row, const float* weights, int channel, int x) {
  Vector sum[pixels][vectors];
  for (int v = 0; v < vectors; ++v) {
    const Vector bias = *reinterpret_cast<const LooseVector*>(row.bias + channel + v * nativeLanes);
    for (int p = 0; p < pixels; ++p)
      sum[p][v] = bias;
  }
  for (int r = 0; r < row.runCount; ++r) {
    const InputRun& run = row.runs[r];
    switch (run.pixelStride) { // known distances spare a register for each pixel
    case 8:
      weights = accumulate<pixels, vectors, 8>(run, x, weights, sum);
      break;
    case 16:
      weights = accumulate<pixels, vectors, 16>(run, x, weights, sum);
      break;
    case 24:
      weights = accumulate<pixels, vectors, 24>(run, x, weights, sum);
      break;
    case 32:
      weights = accumulate<pixels, vectors, 32>(run, x, weights, sum);
      break;
    case 48:
      weights = accumulate<pixels, vectors, 48>(run, x, weights, sum);
      break;
    case 64:
      weights = accumulate<pixels, vectors, 64>(run, x, weights, sum);
      break;
    default:
      weights = accumulate<pixels, vectors, 0>(run, x, weights, sum);
    }
  }
  const Vector zero = {};
  for (int p = 0; p < pixels; ++p) {
    float* out = row.out + (x + p) * row.outStride + channel;
    for (int v = 0; v < vectors; ++v) {
      const Vector value = row.relu ? (sum[p][v] > zero ? sum[p][v] : zero) : sum[p][v];
      *reinterpret_cast<LooseVector*>(out + v * nativeLanes) = value;
    }
  }
}

template <int groups>
void convolveGroups(const ConvolutionRow& row, const float* weights, int channel) {
  constexpr int vectors = groups * laneCount / nativeLanes;
  constexpr int pixels = accumulators / vectors;
  if (row.pixels < pixels) {
    for (int x = 0; x < row.pixels; ++x)
      convolveBlock<1, vectors>(row, weights, channel, x);
    return;
  }
  int x = 0;
  for (; x + pixels <= row.pixels; x += pixels)
    convolveBlock<pixels, vectors>(row, weights, channel, x);
  if (x < row.pixels) // some pixels twice: that costs less than single ones
    convolveBlock<pixels, vectors>(row, weights, channel, row.pixels - pixels);
}

void convolveRow(const ConvolutionRow& row) {
  int values = 0;
  for (int r = 0; r < row.runCount; ++r)
    values += row.runs[r].length;
  const float* weights = row.weights;
  for (int channel = 0; channel < row.outChannels;) {
    const int groups = groupsTogether((row.outChannels - channel) / laneCount);
    if (groups == 1)
      convolveGroups<1>(row, weights, channel);
    else if (groups == 2)
      convolveGroups<2>(row, weights, channel);
    else
      convolveGroups<3>(row, weights, channel);
    weights += static_cast<std::ptrdiff_t>(values) * groups * laneCount;
    channel += groups * laneCount;
  }
}

void poolRow(const float* upper, const float* lower, float* out, int pixels, int channels) {
  const auto larger = [](float a, float b) { return a > b ? a : b; };
  for (int x = 0; x < pixels; ++x) {
    for (int c = 0; c < channels; ++c)
      out[c] = larger(larger(upper[c], upper[c + channels]), larger(lower[c], lower[c + channels]));
    upper += 2 * channels;
    lower += 2 * channels;
    out += channels;
  }
}

typedef int Whole __attribute__((vector_size(4 * nativeLanes)));

/// exp(x) for x <= 0, to 2e-7 relative; 0 where it would be below 1e-37.
[[gnu::always_inline]] inline Vector negativeExp(Vector x) {
  const Vector lowest = Vector{} - 85.0F;
  const Vector clamped = x > lowest ? x : lowest;
  const Whole n = __builtin_convertvector(clamped * 1.44269504F - 0.5F, Whole);
  const Vector whole = __builtin_convertvector(n, Vector);
  const Vector r = (clamped - whole * 0.693359375F) + whole * 2.12194440e-4F;
  // Taylor to the sixth power: |r| <= ln 2 / 2, so what is left out is below 2e-7.
  const Vector p =
      1.0F + r * (1.0F + r * (0.5F + r * (1.0F / 6 + r * (1.0F / 24 + r * (1.0F / 120 + r * (1.0F / 720))))));
  const Whole bits = (n + 127) << 23;
  Vector power;
  __builtin_memcpy(&power, &bits, sizeof(power));
  return p * power;
}

void softmaxRow(const float* in, int stride, int classes, int pixels, float* const* planes) {
  constexpr int chunk = 64;
  static_assert(chunk % nativeLanes == 0);
  for (int begin = 0; begin < pixels; begin += chunk) {
    const int n = pixels - begin < chunk ? pixels - begin : chunk;
    const float* first = in + static_cast<std::ptrdiff_t>(begin) * stride;
    float largest[chunk] = {};
    float sum[chunk] = {};
    float values[chunk];
    for (int x = 0; x < n; ++x)
      largest[x] = first[static_cast<std::ptrdiff_t>(x) * stride];
    for (int c = 1; c < classes; ++c)
      for (int x = 0; x < n; ++x) {
        const float value = first[static_cast<std::ptrdiff_t>(x) * stride + c];
        largest[x] = value > largest[x] ? value : largest[x];
      }
    for (int c = 0; c < classes; ++c) {
      for (int x = 0; x < n; ++x)
        values[x] = first[static_cast<std::ptrdiff_t>(x) * stride + c] - largest[x];
      for (int x = n; x < chunk; ++x) // beyond the last pixel: computed for nothing
        values[x] = 0;
      for (int x = 0; x < chunk; x += nativeLanes) {
        auto* value = reinterpret_cast<LooseVector*>(values + x);
        *value = negativeExp(*value);
        *reinterpret_cast<LooseVector*>(sum + x) += *value;
      }
      __builtin_memcpy(planes[c] + begin, values, static_cast<std::size_t>(n) * sizeof(float));
    }
    for (int x = 0; x < n; ++x)
      sum[x] = 1.0F / sum[x];
    for (int c = 0; c < classes; ++c) {
      float* plane = planes[c] + begin;
      for (int x = 0; x < n; ++x)
        plane[x] *= sum[x];
    }
  }
}

} // namespace
} // namespace hipcuff::segmentation
