#include "hipcuff/segmentation/straightened_band_image_filter.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

void StraightenedBandImageFilter::SetBase(std::vector<PointType> points, std::vector<VectorType> normals) {
  if (points.size() != normals.size() || points.empty())
    itkExceptionMacro("a band needs as many normals as base points, and at least one");
  m_Points = std::move(points);
  m_Normals = std::move(normals);
  this->Modified();
}

void StraightenedBandImageFilter::GenerateOutputInformation() {
  Superclass::GenerateOutputInformation();
  if (m_Points.empty())
    itkExceptionMacro("SetBase first");
  ImageType* output = this->GetOutput();
  output->SetLargestPossibleRegion(ImageType::RegionType(itk::Size<2>{{m_Points.size(), m_Rows}}));
  const double spacing[2] = {m_BaseStep, m_HeightStep};
  const double origin[2] = {0.0, m_FirstHeight};
  output->SetSpacing(spacing);
  output->SetOrigin(origin);
}

void StraightenedBandImageFilter::GenerateInputRequestedRegion() {
  if (auto* input = const_cast<ImageType*>(this->GetInput()))
    input->SetRequestedRegionToLargestPossibleRegion();
}

void StraightenedBandImageFilter::EnlargeOutputRequestedRegion(itk::DataObject* output) {
  output->SetRequestedRegionToLargestPossibleRegion();
}

void StraightenedBandImageFilter::GenerateData() {
  const ImageType* input = this->GetInput();
  ImageType* output = this->GetOutput();
  output->SetBufferedRegion(output->GetRequestedRegion());
  output->Allocate();
  const auto size = input->GetLargestPossibleRegion().GetSize();
  const auto width = static_cast<long>(size[0]);
  const auto height = static_cast<long>(size[1]);
  const auto spacing = input->GetSpacing();
  const auto origin = input->GetOrigin();
  const float* source = input->GetBufferPointer();
  float* target = output->GetBufferPointer();
  const std::size_t columns = m_Points.size();
  for (std::size_t i = 0; i < columns; ++i) {
    const double x0 = (m_Points[i][0] - origin[0]) / spacing[0];
    const double y0 = (m_Points[i][1] - origin[1]) / spacing[1];
    const double dx = m_Normals[i][0] / spacing[0];
    const double dy = m_Normals[i][1] / spacing[1];
    for (unsigned int j = 0; j < m_Rows; ++j) {
      const double h = m_FirstHeight + j * m_HeightStep;
      const double x = x0 + h * dx;
      const double y = y0 + h * dy;
      const auto ix = static_cast<long>(std::floor(x));
      const auto iy = static_cast<long>(std::floor(y));
      float& out = target[j * columns + i];
      if (ix < 0 || iy < 0 || ix + 1 >= width || iy + 1 >= height) {
        out = m_OutsideValue;
        continue;
      }
      const auto fx = static_cast<float>(x - static_cast<double>(ix));
      const auto fy = static_cast<float>(y - static_cast<double>(iy));
      const float* p = source + iy * width + ix;
      out = (p[0] * (1 - fx) + p[1] * fx) * (1 - fy) + (p[width] * (1 - fx) + p[width + 1] * fx) * fy;
    }
  }
}

} // namespace hipcuff
