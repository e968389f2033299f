#pragma once

#include "unroll_band_image_filter.h"

#include <itkImageRegionIteratorWithIndex.h>

#include <cmath>

namespace hipcuff {

template <typename TImage>
void UnrollBandImageFilter<TImage>::GenerateOutputInformation() {
  static_assert(TImage::ImageDimension == 2, "a band is two-dimensional");
  TImage* output = this->GetOutput();
  if (!output)
    return;
  if (m_Rays.empty())
    itkExceptionMacro("no rays were set");
  RegionType region;
  region.SetSize(0, m_Rays.size());
  region.SetSize(1, m_Rows);
  output->SetLargestPossibleRegion(region);
  typename TImage::SpacingType spacing;
  spacing[0] = m_Rays.size() > 1 ? (m_Rays[1].origin - m_Rays[0].origin).GetNorm() : 1;
  spacing[1] = m_HeightStep;
  if (!(spacing[0] > 0))
    spacing[0] = 1;
  output->SetSpacing(spacing);
  PointType origin;
  origin[0] = 0;
  origin[1] = m_HeightBegin;
  output->SetOrigin(origin);
}

template <typename TImage>
void UnrollBandImageFilter<TImage>::GenerateInputRequestedRegion() {
  Superclass::GenerateInputRequestedRegion();
  if (auto* input = const_cast<TImage*>(this->GetInput()))
    input->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TImage>
void UnrollBandImageFilter<TImage>::DynamicThreadedGenerateData(const RegionType& region) {
  const TImage* input = this->GetInput();
  const RegionType whole = input->GetLargestPossibleRegion();
  const auto width = static_cast<long>(whole.GetSize(0));
  const auto height = static_cast<long>(whole.GetSize(1));
  const PixelType* pixels = input->GetBufferPointer();
  const auto spacing = input->GetSpacing();
  const auto origin = input->GetOrigin();
  itk::ImageRegionIteratorWithIndex<TImage> it(this->GetOutput(), region);
  for (; !it.IsAtEnd(); ++it) {
    const Ray& ray = m_Rays[static_cast<std::size_t>(it.GetIndex()[0])];
    const PointType p = ray.origin + ray.direction * (m_HeightBegin + m_HeightStep * it.GetIndex()[1]);
    const double x = (p[0] - origin[0]) / spacing[0];
    const double y = (p[1] - origin[1]) / spacing[1];
    const long x0 = std::lround(std::floor(x));
    const long y0 = std::lround(std::floor(y));
    if (x0 < 0 || y0 < 0 || x0 + 1 >= width || y0 + 1 >= height) {
      it.Set(m_DefaultValue);
      continue;
    }
    const double fx = x - static_cast<double>(x0);
    const double fy = y - static_cast<double>(y0);
    const PixelType* at = pixels + y0 * width + x0;
    const double top = at[0] * (1 - fx) + at[1] * fx;
    const double bottom = at[width] * (1 - fx) + at[width + 1] * fx;
    it.Set(static_cast<PixelType>(top * (1 - fy) + bottom * fy));
  }
}

} // namespace hipcuff
