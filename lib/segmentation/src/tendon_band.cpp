#include "tendon_band.h"

#include "bone_evidence.h"
#include "hipcuff/segmentation/straightened_band_image_filter.h"
#include "hipcuff/segmentation/structure_tensor_image_filter.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::segmentation {
namespace {

using ImageType = StraightenedBandImageFilter::ImageType;

ImageType::Pointer toItk(const FloatImage& image, double spacingX, double spacingY) {
  auto out = ImageType::New();
  out->SetRegions(
      itk::Size<2>{{static_cast<itk::SizeValueType>(image.width), static_cast<itk::SizeValueType>(image.height)}});
  const double spacing[2] = {spacingX, spacingY};
  out->SetSpacing(spacing);
  out->Allocate();
  std::copy(image.data.begin(), image.data.end(), out->GetBufferPointer());
  return out;
}

/// Skin (1.2 to 2.4 mm) and something over the tendon that is not tendon.
constexpr double leastCoverMm = 3.0;

double ceiling(const WorkingFrame& working, Point base, Point normal) {
  double height = 0;
  for (; height < highestBorderMm + leastCoverMm; height += 0.2) {
    const Point at = working.toGrid(base + normal * height);
    const int x = static_cast<int>(std::lround(at.x));
    const int y = static_cast<int>(std::lround(at.y));
    if (x < 0 || y < 0 || x >= working.usable.width || y >= working.usable.height || working.usable.at(x, y) == 0)
      break;
  }
  return height - leastCoverMm;
}

} // namespace

Band tendonBand(const WorkingFrame& working, const Footprint& footprint) {
  constexpr std::size_t every = 2;
  static_assert(bandStepMm == every * footprintStepMm);
  std::vector<StraightenedBandImageFilter::PointType> points;
  std::vector<StraightenedBandImageFilter::VectorType> normals;
  for (std::size_t i = 0; i < footprint.base.size(); i += every) {
    const double p[2] = {footprint.base[i].x, footprint.base[i].y};
    const double n[2] = {footprint.normals[i].x, footprint.normals[i].y};
    points.emplace_back(p);
    normals.emplace_back(n);
  }
  Band band;
  for (std::size_t i = 0; i < footprint.base.size(); i += every)
    band.ceilingMm.push_back(ceiling(working, footprint.base[i], footprint.normals[i]));
  band.stepMm = bandStepMm;
  band.heightMm = bandHeightStepMm;
  auto filter = StraightenedBandImageFilter::New();
  filter->SetInput(toItk(working.grey, working.gridMm, working.gridMm));
  filter->SetBase(std::move(points), std::move(normals));
  filter->SetBaseStep(band.stepMm);
  filter->SetHeightStep(band.heightMm);
  filter->SetRows(static_cast<unsigned>((highestBorderMm + 2) / band.heightMm) + 1);
  filter->SetOutsideValue(0);
  filter->Update();
  const auto size = filter->GetOutput()->GetLargestPossibleRegion().GetSize();
  band.grey = FloatImage(static_cast<int>(size[0]), static_cast<int>(size[1]));
  const GreyRange range = greyRange(working.grey, working.usable);
  const float* source = filter->GetOutput()->GetBufferPointer();
  for (std::size_t i = 0; i < band.grey.data.size(); ++i)
    band.grey.data[i] = std::clamp((source[i] - range.floor) / (range.strong - range.floor), 0.0F, 2.0F);
  return band;
}

std::vector<Streaks> streaksBetween(const Band& band, const std::vector<double>& fromMm,
                                    const std::vector<double>& toMm) {
  auto filter = StructureTensorImageFilter::New();
  filter->SetInput(toItk(band.grey, band.stepMm, band.heightMm));
  filter->SetGradientSigma(0.2);
  filter->SetIntegrationSigma(0.8);
  filter->Update();
  const auto* tensors = filter->GetOutput()->GetBufferPointer();
  const int width = band.grey.width;
  std::vector<Streaks> out(static_cast<std::size_t>(width));
  for (int x = 0; x < width; ++x) {
    const auto row = [&](double mm) {
      return std::clamp(static_cast<int>(std::lround((mm - band.firstMm) / band.heightMm)), 0, band.grey.height - 1);
    };
    StructureTensorImageFilter::TensorType sum;
    sum.Fill(0);
    for (int y = row(fromMm[static_cast<std::size_t>(x)]); y <= row(toMm[static_cast<std::size_t>(x)]); ++y)
      sum += tensors[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
    out[static_cast<std::size_t>(x)] = {StructureTensorImageFilter::StreakAngle(sum),
                                        StructureTensorImageFilter::Coherence(sum)};
  }
  return out;
}

} // namespace hipcuff::segmentation
