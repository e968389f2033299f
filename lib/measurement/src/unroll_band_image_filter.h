// ITK filter: straightens a band of a picture along rays that stand on a curve.
#pragma once

#include <itkImageToImageFilter.h>

#include <vector>

namespace hipcuff {

/// Output column c, row r is the input at rays[c].origin + rays[c].direction * (HeightBegin + r * HeightStep),
/// bilinear, in the input's physical units. Outside of the input: DefaultValue. Rays and pixels are in the same
/// physical space.
template <typename TImage>
class UnrollBandImageFilter : public itk::ImageToImageFilter<TImage, TImage> {
public:
  ITK_DISALLOW_COPY_AND_MOVE(UnrollBandImageFilter);

  using Self = UnrollBandImageFilter;
  using Superclass = itk::ImageToImageFilter<TImage, TImage>;
  using Pointer = itk::SmartPointer<Self>;
  using ConstPointer = itk::SmartPointer<const Self>;
  using PixelType = typename TImage::PixelType;
  using RegionType = typename TImage::RegionType;
  using PointType = typename TImage::PointType;
  using VectorType = typename PointType::VectorType;

  struct Ray {
    PointType origin;
    VectorType direction;
  };
  using RayContainer = std::vector<Ray>;

  itkNewMacro(Self)
  itkTypeMacro(UnrollBandImageFilter, ImageToImageFilter)

      void SetRays(RayContainer rays) {
    m_Rays = std::move(rays);
    this->Modified();
  }
  const RayContainer& GetRays() const { return m_Rays; }
  itkSetMacro(HeightBegin, double)
  itkGetConstMacro(HeightBegin, double)
  itkSetMacro(HeightStep, double)
  itkGetConstMacro(HeightStep, double)
  itkSetMacro(Rows, unsigned int)
  itkGetConstMacro(Rows, unsigned int)
  itkSetMacro(DefaultValue, PixelType)
  itkGetConstMacro(DefaultValue, PixelType)

protected:
  UnrollBandImageFilter() { this->DynamicMultiThreadingOn(); }
  ~UnrollBandImageFilter() override = default;

  void GenerateOutputInformation() override;
  void GenerateInputRequestedRegion() override;
  void DynamicThreadedGenerateData(const RegionType& region) override;

private:
  RayContainer m_Rays;
  double m_HeightBegin = 0;
  double m_HeightStep = 1;
  unsigned int m_Rows = 1;
  PixelType m_DefaultValue = PixelType{};
};

} // namespace hipcuff

#include "unroll_band_image_filter.hxx"
