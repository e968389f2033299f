// Between HipCuff's rasters and ITK's images, for filters of one's own on a frame.
#pragma once

#include "hipcuff/core/frame.h"

#include <itkImage.h>

#include <algorithm>
#include <cstddef>

namespace hipcuff {

/// The raster's values as an ITK image (copied). Spacing in mm, origin 0, so that ITK's physical points are frame mm.
/// @param spacing mm per pixel: WorkingFrame::gridMm on both axes, or Frame::scale
template <typename T>
[[nodiscard]] typename itk::Image<T, 2>::Pointer toItk(const Raster<T, 1>& raster, Spacing spacing) {
  auto image = itk::Image<T, 2>::New();
  typename itk::Image<T, 2>::SizeType size;
  size[0] = static_cast<itk::SizeValueType>(raster.width);
  size[1] = static_cast<itk::SizeValueType>(raster.height);
  image->SetRegions(size);
  image->Allocate();
  const double mm[2] = {spacing.x, spacing.y};
  image->SetSpacing(mm);
  std::copy(raster.data.begin(), raster.data.end(), image->GetBufferPointer());
  return image;
}

/// The grid's grey values. @see makeWorkingFrame
[[nodiscard]] inline itk::Image<float, 2>::Pointer toItk(const WorkingFrame& working) {
  return toItk(working.grey, {working.gridMm, working.gridMm});
}

/// The image's buffered values as a raster (copied); its spacing is left behind.
template <typename T>
[[nodiscard]] Raster<T, 1> fromItk(const itk::Image<T, 2>& image) {
  const auto size = image.GetBufferedRegion().GetSize();
  Raster<T, 1> raster(static_cast<int>(size[0]), static_cast<int>(size[1]));
  std::copy_n(image.GetBufferPointer(), raster.data.size(), raster.data.begin());
  return raster;
}

} // namespace hipcuff
