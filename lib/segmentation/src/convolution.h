// Inner loops of the tissue network: convolutions over rasters whose channels lie together, one row at a time. Built
// once for each instruction set that is worth it; which one runs is chosen at run time, so that a package made for any
// x86-64 is still fast. Vectors run over output channels, so narrow rasters lose nothing.
#pragma once

#include <cstddef>
#include <vector>

namespace hipcuff::segmentation {

/// Output channels are computed, and stored, in groups of this many.
inline constexpr int laneCount = 8;
[[nodiscard, gnu::always_inline]] constexpr int paddedChannels(int channels) noexcept {
  return (channels + laneCount - 1) / laneCount * laneCount;
}

/// Values that lie in one piece in memory and are multiplied with the next `length` weights of each output channel.
/// For a 3x3 kernel one row of three neighbouring pixels with all their channels is one run.
struct InputRun {
  const float* first = nullptr;   ///< of the row's first output pixel
  std::ptrdiff_t pixelStride = 0; ///< floats from one output pixel to the next
  int length = 0;
};

/// One row of output pixels.
struct ConvolutionRow {
  const InputRun* runs = nullptr;
  int runCount = 0;
  const float* weights = nullptr; ///< packed by packWeights
  const float* bias = nullptr;    ///< one for each padded output channel
  float* out = nullptr;
  std::ptrdiff_t outStride = 0; ///< floats from one output pixel to the next
  int pixels = 0;
  int outChannels = 0; ///< a multiple of laneCount
  bool relu = false;
};

struct Kernels {
  const char* name;
  void (*convolve)(const ConvolutionRow&);
  /// Largest of 2x2 pixels; `upper` and `lower` are two rows of the input, of 2 * pixels pixels.
  void (*poolRow)(const float* upper, const float* lower, float* out, int pixels, int channels);
  /// Softmax over `classes` of the `stride` values at each pixel; class c of pixel x goes to planes[c][x].
  void (*softmaxRow)(const float* in, int stride, int classes, int pixels, float* const* planes);
};

/// AVX-512 brought nothing over AVX2 where it was tried (a 2023 server, measured 2.9 against 3.0 ms).
enum class InstructionSet { baseline, avx2 };

/// Built in, and this machine has it.
[[nodiscard]] bool available(InstructionSet set) noexcept;
[[nodiscard]] InstructionSet bestInstructionSet() noexcept;
/// `set` must be available.
[[nodiscard]] const Kernels& kernels(InstructionSet set) noexcept;

/// Number of groups of laneCount output channels that are computed together, for what is left to do.
[[nodiscard, gnu::always_inline]] constexpr int groupsTogether(int groupsLeft) noexcept {
  return groupsLeft == 1 ? 1 : groupsLeft % 2 == 0 ? 2 : 3;
}

/// From [input value][padded output channel], in the order of the runs, to the order that convolve() reads.
[[nodiscard]] std::vector<float> packWeights(const std::vector<float>& weights, int outChannels);

} // namespace hipcuff::segmentation
