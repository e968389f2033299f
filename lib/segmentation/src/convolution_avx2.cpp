#include "convolution_kernels.h"

namespace hipcuff::segmentation {
extern const Kernels avx2Kernels;
const Kernels avx2Kernels{"avx2", convolveRow, poolRow, softmaxRow};
} // namespace hipcuff::segmentation
