#include "contour.h"

#include <itkGeodesicActiveContourLevelSetFunction.h>
#include <itkImage.h>
#include <itkSegmentationLevelSetImageFilter.h>
#include <itkShiftScaleImageFilter.h>
#include <itkZeroCrossingImageFilter.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace level_set {
namespace {

using hipcuff::FloatImage;
using Image = itk::Image<float, 2>;

Image::Pointer toItk(const FloatImage& image) {
  auto out = Image::New();
  out->SetRegions(
      Image::SizeType{{static_cast<itk::SizeValueType>(image.width), static_cast<itk::SizeValueType>(image.height)}});
  out->Allocate();
  std::copy(image.data.begin(), image.data.end(), out->GetBufferPointer());
  return out;
}

/// ITK's own takes the speed from g; here it is given, and curvature alone is slowed by g.
class BorderFunction final : public itk::GeodesicActiveContourLevelSetFunction<Image, Image> {
public:
  using Self = BorderFunction;
  using Pointer = itk::SmartPointer<Self>;
  static Pointer New() {
    Pointer made = new Self;
    made->UnRegister();
    return made;
  }
  ScalarValueType CurvatureSpeed(const NeighborhoodType& neighborhood, const FloatOffsetType&,
                                 GlobalDataStruct*) const override {
    return this->GetFeatureImage()->GetPixel(neighborhood.GetIndex());
  }
};

/// Minus the gradient of g, by central differences.
BorderFunction::VectorImageType::Pointer downhill(const FloatImage& g) {
  auto out = BorderFunction::VectorImageType::New();
  out->SetRegions(
      Image::SizeType{{static_cast<itk::SizeValueType>(g.width), static_cast<itk::SizeValueType>(g.height)}});
  out->Allocate();
  auto* at = out->GetBufferPointer();
  for (int y = 0; y < g.height; ++y)
    for (int x = 0; x < g.width; ++x, ++at) {
      const int left = std::max(x - 1, 0);
      const int right = std::min(x + 1, g.width - 1);
      const int low = std::max(y - 1, 0);
      const int high = std::min(y + 1, g.height - 1);
      (*at)[0] = (g.at(left, y) - g.at(right, y)) / static_cast<float>(right - left);
      (*at)[1] = (g.at(x, low) - g.at(x, high)) / static_cast<float>(high - low);
    }
  return out;
}

class BorderFilter final : public itk::SegmentationLevelSetImageFilter<Image, Image> {
public:
  using Self = BorderFilter;
  using Pointer = itk::SmartPointer<Self>;
  static Pointer New() {
    Pointer made = new Self;
    made->UnRegister();
    return made;
  }

protected:
  /// What the class above does, on the caller's thread only: many pictures are at work at once already.
  void CopyInputToOutput() override {
    using Shift = itk::ShiftScaleImageFilter<Image, Image>;
    const auto shift = Shift::New();
    shift->SetNumberOfWorkUnits(1);
    shift->SetInput(this->GetInput());
    shift->SetShift(-this->GetIsoSurfaceValue());
    this->m_ShiftedImage = shift->GetOutput();
    const auto crossing = itk::ZeroCrossingImageFilter<Image, Image>::New();
    crossing->SetNumberOfWorkUnits(1);
    crossing->SetInput(this->m_ShiftedImage);
    crossing->GraftOutput(this->GetOutput());
    crossing->SetBackgroundValue(this->m_ValueOne);
    crossing->SetForegroundValue(this->m_ValueZero);
    crossing->Update();
    this->GraftOutput(crossing->GetOutput());
  }
};

/// Where phi goes from below zero to above it, nearest to `start`.
double crossingNear(const float* phi, int width, int height, double start) {
  double best = std::numeric_limits<double>::infinity();
  for (int y = 0; y + 1 < height; ++y) {
    const double a = phi[static_cast<std::ptrdiff_t>(y) * width];
    const double b = phi[static_cast<std::ptrdiff_t>(y + 1) * width];
    if (!(a <= 0 && b > 0))
      continue;
    const double move = y + a / (a - b) - start;
    if (std::abs(move) < std::abs(best))
      best = move;
  }
  return std::isfinite(best) ? best : 0.0;
}

} // namespace

std::vector<double> evolve(const Forces& forces, double startRow, const Evolution& evolution) {
  const int width = forces.stopping.width;
  const int height = forces.stopping.height;
  if (forces.speed.width != width || forces.speed.height != height)
    throw std::invalid_argument("the forces are of two sizes");
  FloatImage start(width, height);
  for (int y = 0; y < height; ++y)
    std::fill(start.row(y), start.row(y) + width, static_cast<float>(y - startRow));

  const auto function = BorderFunction::New();
  const auto filter = BorderFilter::New();
  const auto stopping = toItk(forces.stopping);
  filter->SetSegmentationFunction(function); // sets all weights to 1
  filter->SetNumberOfWorkUnits(1);
  filter->SetInput(toItk(start));
  filter->SetFeatureImage(stopping);
  filter->AutoGenerateSpeedAdvectionOff();
  function->SetFeatureImage(stopping);
  function->SetSpeedImage(toItk(forces.speed));
  function->SetAdvectionImage(downhill(forces.stopping));
  function->SetAdvectionWeight(static_cast<float>(evolution.edgeWeight));
  function->SetCurvatureWeight(static_cast<float>(evolution.curvatureWeight));
  function->SetPropagationWeight(1);
  filter->SetNumberOfIterations(static_cast<unsigned>(evolution.iterations));
  filter->SetMaximumRMSError(1e-3);
  filter->Update();

  const float* phi = filter->GetOutput()->GetBufferPointer();
  std::vector<double> moves;
  for (int x = 0; x < width; ++x)
    moves.push_back(crossingNear(phi + x, width, height, startRow));
  return moves;
}

} // namespace level_set
