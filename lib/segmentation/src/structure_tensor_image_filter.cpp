#include "hipcuff/segmentation/structure_tensor_image_filter.h"

#include "smoothing.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

double StructureTensorImageFilter::StreakAngle(const TensorType& tensor) {
  // The gradient's angle is half the angle of (xx - yy, 2 xy); streaks run across it.
  const double across = 0.5 * std::atan2(2.0 * tensor(0, 1), double(tensor(0, 0)) - tensor(1, 1));
  constexpr double half = 1.5707963267948966;
  const double along = across + half;
  return along > half ? along - 2 * half : along;
}

double StructureTensorImageFilter::Coherence(const TensorType& tensor) {
  const double sum = double(tensor(0, 0)) + tensor(1, 1);
  if (sum <= 1e-12)
    return 0;
  return std::hypot(double(tensor(0, 0)) - tensor(1, 1), 2.0 * tensor(0, 1)) / sum;
}

void StructureTensorImageFilter::GenerateInputRequestedRegion() {
  Superclass::GenerateInputRequestedRegion();
  if (auto* input = const_cast<InputType*>(this->GetInput()))
    input->SetRequestedRegionToLargestPossibleRegion();
}

void StructureTensorImageFilter::EnlargeOutputRequestedRegion(itk::DataObject* output) {
  Superclass::EnlargeOutputRequestedRegion(output);
  output->SetRequestedRegionToLargestPossibleRegion();
}

void StructureTensorImageFilter::GenerateData() {
  const InputType* input = this->GetInput();
  OutputType* output = this->GetOutput();
  output->SetBufferedRegion(output->GetRequestedRegion());
  output->Allocate();
  const auto size = input->GetLargestPossibleRegion().GetSize();
  const auto spacing = input->GetSpacing();
  FloatImage grey(static_cast<int>(size[0]), static_cast<int>(size[1]));
  std::copy_n(input->GetBufferPointer(), grey.data.size(), grey.data.begin());
  const FloatImage smooth = segmentation::smoothed(grey, m_GradientSigma / spacing[0], m_GradientSigma / spacing[1]);
  FloatImage xx(grey.width, grey.height);
  FloatImage xy = xx;
  FloatImage yy = xx;
  // Fourth-order differences: second-order ones bend angles of fine streaks by some tenths of a degree.
  const auto perX = static_cast<float>(1.0 / (12 * spacing[0]));
  const auto perY = static_cast<float>(1.0 / (12 * spacing[1]));
  const int right = grey.width - 1;
  const int bottom = grey.height - 1;
  for (int y = 0; y < grey.height; ++y) {
    const float* here = smooth.row(y);
    const float* above2 = smooth.row(std::max(0, y - 2));
    const float* above = smooth.row(std::max(0, y - 1));
    const float* below = smooth.row(std::min(bottom, y + 1));
    const float* below2 = smooth.row(std::min(bottom, y + 2));
    for (int x = 0; x < grey.width; ++x) {
      const float gx = (8 * (here[std::min(x + 1, right)] - here[std::max(x - 1, 0)]) -
                        (here[std::min(x + 2, right)] - here[std::max(x - 2, 0)])) *
                       perX;
      const float gy = (8 * (below[x] - above[x]) - (below2[x] - above2[x])) * perY;
      xx.at(x, y) = gx * gx;
      xy.at(x, y) = gx * gy;
      yy.at(x, y) = gy * gy;
    }
  }
  const double sx = m_IntegrationSigma / spacing[0];
  const double sy = m_IntegrationSigma / spacing[1];
  xx = segmentation::smoothed(xx, sx, sy);
  xy = segmentation::smoothed(xy, sx, sy);
  yy = segmentation::smoothed(yy, sx, sy);
  TensorType* tensors = output->GetBufferPointer();
  for (std::size_t i = 0; i < xx.data.size(); ++i) {
    tensors[i](0, 0) = xx.data[i];
    tensors[i](0, 1) = xy.data[i];
    tensors[i](1, 1) = yy.data[i];
  }
}

} // namespace hipcuff
