#include "mask_distance.h"

#include <itkBinaryContourImageFilter.h>
#include <itkImage.h>
#include <itkImageRegionConstIterator.h>
#include <itkLabelOverlapMeasuresImageFilter.h>
#include <itkSignedMaurerDistanceMapImageFilter.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace hipcuff::validation {
namespace {

using Labels = itk::Image<std::uint8_t, 2>;
using Distances = itk::Image<float, 2>;

/// On this thread: shapes are small, and many of them are compared side by side.
template <typename Filter>
void alone(const Filter& filter) {
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
}

/// Everything outside of the box is background in both: distances between borders don't depend on it.
PixelBox boxOf(const Mask& a, const Mask& b) {
  PixelBox box{a.width, a.height, -1, -1};
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x)
      if (a.at(x, y) != 0 || b.at(x, y) != 0) {
        box.x0 = std::min(box.x0, x);
        box.x1 = std::max(box.x1, x);
        box.y0 = std::min(box.y0, y);
        box.y1 = y;
      }
  if (box.x1 < 0)
    return {};
  // One pixel of background around, where the picture has it: the picture's edge is no border.
  return {std::max(box.x0 - 1, 0), std::max(box.y0 - 1, 0), std::min(box.x1 + 1, a.width - 1),
          std::min(box.y1 + 1, a.height - 1)};
}

Labels::Pointer imageOf(const Mask& mask, const PixelBox& box, const Spacing& mmPerPx) {
  const auto image = Labels::New();
  image->SetRegions(
      Labels::SizeType{{static_cast<itk::SizeValueType>(box.width()), static_cast<itk::SizeValueType>(box.height())}});
  image->Allocate();
  const double spacing[2]{mmPerPx.x, mmPerPx.y};
  image->SetSpacing(spacing);
  std::uint8_t* out = image->GetBufferPointer();
  for (int y = box.y0; y <= box.y1; ++y)
    for (int x = box.x0; x <= box.x1; ++x)
      *out++ = mask.at(x, y) != 0 ? 1 : 0;
  return image;
}

Labels::Pointer borderOf(const Labels::Pointer& image) {
  const auto filter = itk::BinaryContourImageFilter<Labels, Labels>::New();
  filter->SetInput(image);
  filter->SetForegroundValue(1);
  filter->SetBackgroundValue(0);
  filter->FullyConnectedOff(); // else borders are twice as thick where they run obliquely
  alone(filter);
  return filter->GetOutput();
}

/// From each border pixel of `from` to the nearest one of `to`, sorted, mm.
std::vector<double> directed(const Labels::Pointer& from, const Labels::Pointer& to) {
  const auto filter = itk::SignedMaurerDistanceMapImageFilter<Labels, Distances>::New();
  filter->SetInput(to);
  filter->SetBackgroundValue(0);
  filter->SquaredDistanceOff();
  filter->UseImageSpacingOn();
  alone(filter);
  std::vector<double> out;
  itk::ImageRegionConstIterator<Labels> border(from, from->GetLargestPossibleRegion());
  itk::ImageRegionConstIterator<Distances> distance(filter->GetOutput(), from->GetLargestPossibleRegion());
  for (; !border.IsAtEnd(); ++border, ++distance)
    if (border.Get() != 0)
      out.push_back(std::abs(static_cast<double>(distance.Get())));
  std::sort(out.begin(), out.end());
  return out;
}

/// Linear interpolation between the neighbours (type 7 of Hyndman and Fan, Am Stat 1996;50:361).
double percentile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

bool hasAny(const Labels::Pointer& image) {
  const std::uint8_t* begin = image->GetBufferPointer();
  return std::any_of(begin, begin + image->GetLargestPossibleRegion().GetNumberOfPixels(),
                     [](std::uint8_t v) { return v != 0; });
}

} // namespace

std::optional<double> diceOf(const Mask& a, const Mask& b) {
  const PixelBox box = boxOf(a, b);
  if (box.empty())
    return std::nullopt;
  const auto filter = itk::LabelOverlapMeasuresImageFilter<Labels>::New();
  filter->SetSourceImage(imageOf(a, box, {1, 1}));
  filter->SetTargetImage(imageOf(b, box, {1, 1}));
  alone(filter);
  return filter->GetDiceCoefficient(1);
}

std::optional<SurfaceDistance> surfaceDistance(const Mask& a, const Mask& b, const Spacing& mmPerPx) {
  const PixelBox box = boxOf(a, b);
  if (box.empty())
    return std::nullopt;
  const auto borderA = borderOf(imageOf(a, box, mmPerPx));
  const auto borderB = borderOf(imageOf(b, box, mmPerPx));
  if (!hasAny(borderA) || !hasAny(borderB))
    return std::nullopt;
  // Of the borders, not of the shapes: only then is it the same border that is measured from and to.
  const auto there = directed(borderA, borderB);
  const auto back = directed(borderB, borderA);
  SurfaceDistance out;
  out.meanMm = (std::accumulate(there.begin(), there.end(), 0.0) + std::accumulate(back.begin(), back.end(), 0.0)) /
               static_cast<double>(there.size() + back.size());
  out.hausdorff95Mm = std::max(percentile(there, 0.95), percentile(back, 0.95));
  out.hausdorffMm = std::max(there.back(), back.back());
  return out;
}

} // namespace hipcuff::validation
