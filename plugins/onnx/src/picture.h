// A frame as the network sees it.
#pragma once

#include "model_file.h"

#include "hipcuff/core/frame.h"

namespace hipcuff::onnx {

/// Pixel (i, j) covers the frame mm from originMm + (i - 0.5, j - 0.5) * spacingMm on.
struct NetworkPicture {
  FloatImage values; ///< normalised; 0 where there is no tissue
  double spacingMm = 0.2;
  Point originMm; ///< frame mm of the centre of pixel (0, 0)
};

/// No more pixels than this along a side: a picture of absurd scale is shown coarser than the model asks for.
inline constexpr int mostPixels = 2048;

/// Brings the frame's grey to the model's spacing (each pixel the mean over its area; finer ones linear between the
/// frame's pixels) and normalises it. A frame without calibration is taken at its nominal scale.
[[nodiscard]] NetworkPicture pictureOf(const Frame& frame, const ModelFile& model);

} // namespace hipcuff::onnx
