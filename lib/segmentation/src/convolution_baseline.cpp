#include "convolution_kernels.h"

namespace hipcuff::segmentation {
extern const Kernels baselineKernels;
const Kernels baselineKernels{"baseline", convolveRow, poolRow, softmaxRow};
} // namespace hipcuff::segmentation
