#include "edge_image.h"

#include <itkImage.h>
#include <itkRecursiveGaussianImageFilter.h>

#include <algorithm>
#include <cmath>

namespace level_set {
namespace {

using hipcuff::FloatImage;
using hipcuff::Mask;
using Image = itk::Image<float, 2>;
using Gaussian = itk::RecursiveGaussianImageFilter<Image, Image>;

constexpr double quantileOfEdges = 0.8;

/// In each column, what is not known takes the grey of the nearest place that is: no edges where the picture ends.
void fill(FlatBand& band) {
  for (int x = 0; x < band.grey.width; ++x) {
    int last = -1;
    const auto copy = [&](int from, int begin, int end) {
      for (int y = begin; y < end; ++y)
        band.grey.at(x, y) = band.grey.at(x, from);
    };
    for (int y = 0; y < band.grey.height; ++y) {
      if (band.usable.at(x, y) == 0)
        continue;
      if (last < 0)
        copy(y, 0, y);
      else {
        const int half = (last + y + 1) / 2;
        copy(last, last + 1, half);
        copy(y, half, y);
      }
      last = y;
    }
    if (last >= 0)
      copy(last, last + 1, band.grey.height);
  }
}

Image::Pointer filtered(Image* input, unsigned direction, double sigma, Gaussian::OrderEnumType order) {
  const auto filter = Gaussian::New();
  filter->SetNumberOfWorkUnits(1);
  filter->SetInput(input);
  filter->SetDirection(direction);
  filter->SetSigma(sigma);
  filter->SetOrder(order);
  filter->SetNormalizeAcrossScale(false);
  filter->Update();
  return filter->GetOutput();
}

/// Length of the gradient, a place.
FloatImage gradient(const FloatImage& grey, double acrossSigma, double alongSigma) {
  using itk::GaussianOrderEnum;
  const auto image = Image::New();
  image->SetRegions(
      Image::SizeType{{static_cast<itk::SizeValueType>(grey.width), static_cast<itk::SizeValueType>(grey.height)}});
  image->Allocate();
  std::copy(grey.data.begin(), grey.data.end(), image->GetBufferPointer());
  const auto along = filtered(image, 0, alongSigma, GaussianOrderEnum::ZeroOrder);
  const auto dy = filtered(along, 1, acrossSigma, GaussianOrderEnum::FirstOrder);
  const auto dx = filtered(filtered(image, 0, alongSigma, GaussianOrderEnum::FirstOrder), 1, acrossSigma,
                           GaussianOrderEnum::ZeroOrder);
  FloatImage out(grey.width, grey.height);
  for (std::size_t i = 0; i < out.data.size(); ++i)
    out.data[i] = std::hypot(dx->GetBufferPointer()[i], dy->GetBufferPointer()[i]);
  return out;
}

/// 255 where all is usable that far up and down and to both sides.
Mask farFromUnusable(const Mask& usable, int across, int along) {
  Mask out = usable;
  for (int y = 0; y < usable.height; ++y)
    for (int x = 0; x < usable.width; ++x) {
      if (usable.at(x, y) != 0)
        continue;
      for (int v = std::max(0, y - across); v <= std::min(usable.height - 1, y + across); ++v)
        out.at(x, v) = 0;
      for (int u = std::max(0, x - along); u <= std::min(usable.width - 1, x + along); ++u)
        out.at(u, y) = 0;
    }
  return out;
}

} // namespace

void sample(const hipcuff::WorkingFrame& working, hipcuff::Point mm, FlatBand& band, int x, int y) {
  const hipcuff::Point p = working.toGrid(mm);
  const int width = working.grey.width;
  const int height = working.grey.height;
  if (!(p.x >= 0 && p.y >= 0 && p.x <= width - 1 && p.y <= height - 1) || width < 2 || height < 2)
    return;
  const int x0 = std::min(static_cast<int>(p.x), width - 2);
  const int y0 = std::min(static_cast<int>(p.y), height - 2);
  const auto tx = static_cast<float>(p.x - x0);
  const auto ty = static_cast<float>(p.y - y0);
  const float* a = working.grey.row(y0) + x0;
  const float* b = working.grey.row(y0 + 1) + x0;
  band.grey.at(x, y) = (a[0] * (1 - tx) + a[1] * tx) * (1 - ty) + (b[0] * (1 - tx) + b[1] * tx) * ty;
  if (working.usable.at(static_cast<int>(p.x + 0.5), static_cast<int>(p.y + 0.5)) != 0)
    band.usable.at(x, y) = 255;
}

FloatImage stoppingImage(FlatBand band, double acrossSigma, double alongSigma, double leastEdge) {
  fill(band);
  const FloatImage edges = gradient(band.grey, acrossSigma, alongSigma);
  const Mask sure = farFromUnusable(band.usable, static_cast<int>(std::ceil(2 * acrossSigma)),
                                    static_cast<int>(std::ceil(2 * alongSigma)));
  std::vector<float> known;
  for (std::size_t i = 0; i < edges.data.size(); ++i)
    if (sure.data[i] != 0)
      known.push_back(edges.data[i]);
  FloatImage g(edges.width, edges.height, 1.0F);
  if (known.empty())
    return g;
  const auto nth = known.begin() + static_cast<std::ptrdiff_t>(quantileOfEdges * static_cast<double>(known.size() - 1));
  std::nth_element(known.begin(), nth, known.end());
  const float k = std::max(*nth, static_cast<float>(leastEdge));
  for (std::size_t i = 0; i < edges.data.size(); ++i)
    if (sure.data[i] != 0)
      g.data[i] = 1 / (1 + edges.data[i] * edges.data[i] / (k * k));
  return g;
}

} // namespace level_set
