#include "band_filters.h"

#include <itkImage.h>
#include <itkRecursiveGaussianImageFilter.h>

#include <algorithm>
#include <cmath>

namespace hipcuff {

namespace {

using Image = itk::Image<float, 2>;
using Gaussian = itk::RecursiveGaussianImageFilter<Image, Image>;

Image::Pointer pass(Image* input, unsigned int direction, double sigma, Gaussian::OrderEnumType order) {
  auto filter = Gaussian::New();
  filter->SetInput(input);
  filter->SetDirection(direction);
  filter->SetSigma(sigma);
  filter->SetOrder(order);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  Image::Pointer output = filter->GetOutput();
  output->DisconnectPipeline();
  return output;
}

} // namespace

Texture texture(const FloatImage& image, const Mask& mask, double gradientPx, int halfX, int halfY) {
  Texture out{FloatImage(image.width, image.height), FloatImage(image.width, image.height)};
  // The recursive filter needs four samples in each direction.
  if (image.width < 4 || image.height < 4)
    return out;
  // A pixel outside of the mask takes the nearest inside of its column: a mask's edge then makes no gradient.
  auto filled = Image::New();
  filled->SetRegions(Image::SizeType{{static_cast<std::size_t>(image.width), static_cast<std::size_t>(image.height)}});
  filled->Allocate();
  float* buffer = filled->GetBufferPointer();
  for (int x = 0; x < image.width; ++x) {
    int last = -1;
    for (int y = 0; y < image.height; ++y) {
      if (mask.at(x, y)) {
        if (last < 0)
          for (int k = 0; k < y; ++k)
            buffer[image.index(x, k)] = image.at(x, y);
        last = y;
      }
      buffer[image.index(x, y)] = last >= 0 ? image.at(x, last) : image.at(x, y);
    }
  }
  const auto smoothY = pass(filled, 1, gradientPx, Gaussian::ZeroOrder);
  const auto smoothX = pass(filled, 0, gradientPx, Gaussian::ZeroOrder);
  const auto gx = pass(smoothY, 0, gradientPx, Gaussian::FirstOrder);
  const auto gy = pass(smoothX, 1, gradientPx, Gaussian::FirstOrder);
  FloatImage xx(image.width, image.height);
  FloatImage yy(image.width, image.height);
  FloatImage xy(image.width, image.height);
  const float* a = gx->GetBufferPointer();
  const float* b = gy->GetBufferPointer();
  for (std::size_t i = 0; i < xx.data.size(); ++i) {
    xx.data[i] = a[i] * a[i];
    yy.data[i] = b[i] * b[i];
    xy.data[i] = a[i] * b[i];
  }
  xx = boxMean(xx, mask, halfX, halfY, 1, 0);
  yy = boxMean(yy, mask, halfX, halfY, 1, 0);
  xy = boxMean(xy, mask, halfX, halfY, 1, 0);
  for (std::size_t i = 0; i < xx.data.size(); ++i) {
    const float sum = xx.data[i] + yy.data[i];
    if (!(sum > 1e-6F))
      continue;
    const float difference = yy.data[i] - xx.data[i];
    out.coherence.data[i] = std::min(1.0F, std::hypot(difference, 2 * xy.data[i]) / sum);
    out.alongX.data[i] = difference / sum;
  }
  return out;
}

} // namespace hipcuff
