#pragma once

#include "hipcuff/core/bilinear_row.h"
#include "unroll_band_image_filter.h"

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
  const auto spacing = input->GetSpacing();
  const auto origin = input->GetOrigin();
  const auto columns = static_cast<int>(region.GetSize(0));
  BilinearRow row(static_cast<int>(whole.GetSize(0)), static_cast<int>(whole.GetSize(1)), columns);
  for (int c = 0; c < columns; ++c) {
    const Ray& ray = m_Rays[static_cast<std::size_t>(region.GetIndex(0)) + static_cast<std::size_t>(c)];
    row.setRay(c, (ray.origin[0] - origin[0]) / spacing[0], (ray.origin[1] - origin[1]) / spacing[1],
               ray.direction[0] / spacing[0], ray.direction[1] / spacing[1]);
  }
  TImage* output = this->GetOutput();
  auto index = region.GetIndex();
  const auto last = index[1] + static_cast<itk::IndexValueType>(region.GetSize(1));
  for (; index[1] < last; ++index[1]) {
    row.moveTo(m_HeightBegin + m_HeightStep * static_cast<double>(index[1]));
    row.sample(input->GetBufferPointer(), m_DefaultValue, output->GetBufferPointer() + output->ComputeOffset(index));
  }
}

} // namespace hipcuff
