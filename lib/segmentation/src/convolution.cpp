#include "convolution.h"

namespace hipcuff::segmentation {

extern const Kernels baselineKernels;
#ifdef HIPCUFF_X86_64
extern const Kernels avx2Kernels;
#endif

bool available(InstructionSet set) noexcept {
#ifdef HIPCUFF_X86_64
  if (set == InstructionSet::avx2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return set == InstructionSet::baseline;
}

InstructionSet bestInstructionSet() noexcept {
  static const InstructionSet best = available(InstructionSet::avx2) ? InstructionSet::avx2 : InstructionSet::baseline;
  return best;
}

const Kernels& kernels(InstructionSet set) noexcept {
#ifdef HIPCUFF_X86_64
  if (set == InstructionSet::avx2)
    return avx2Kernels;
#endif
  (void)set;
  return baselineKernels;
}

std::vector<float> packWeights(const std::vector<float>& weights, int outChannels) {
  const std::size_t values = weights.size() / static_cast<std::size_t>(outChannels);
  std::vector<float> packed;
  packed.reserve(weights.size());
  for (int channel = 0; channel < outChannels;) {
    const int lanes = groupsTogether((outChannels - channel) / laneCount) * laneCount;
    for (std::size_t k = 0; k < values; ++k)
      for (int lane = 0; lane < lanes; ++lane)
        packed.push_back(weights[k * static_cast<std::size_t>(outChannels) + static_cast<std::size_t>(channel + lane)]);
    channel += lanes;
  }
  return packed;
}

} // namespace hipcuff::segmentation
