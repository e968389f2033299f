// An ITK filter like any other: New, SetInput, Update. Needs nothing else of HipCuff.
#pragma once

#include <itkImage.h>
#include <itkImageToImageFilter.h>

#include <vector>

namespace hipcuff {

/** \class StraightenedBandImageFilter
 * \brief A curved band along a line, laid out flat.
 *
 * Column i of the output runs from base point i along normal i; row j is (FirstHeight + j * HeightStep) away from it,
 * in the input's physical units. The output's spacing is (BaseStep, HeightStep), its origin (0, FirstHeight). Points
 * outside the input take OutsideValue. Sampling is bilinear.
 *
 * Runs as one work unit: thread over frames instead.
 */
class StraightenedBandImageFilter : public itk::ImageToImageFilter<itk::Image<float, 2>, itk::Image<float, 2>> {
public:
  ITK_DISALLOW_COPY_AND_MOVE(StraightenedBandImageFilter);

  using Self = StraightenedBandImageFilter;
  using ImageType = itk::Image<float, 2>;
  using PointType = itk::Point<double, 2>;
  using VectorType = itk::Vector<double, 2>;
  using Superclass = itk::ImageToImageFilter<ImageType, ImageType>;
  using Pointer = itk::SmartPointer<Self>;
  using ConstPointer = itk::SmartPointer<const Self>;

  // clang-format off
  itkNewMacro(Self)
  itkTypeMacro(StraightenedBandImageFilter, itk::ImageToImageFilter);

  /** Base points and unit normals, one a column; as many of each. */
  void SetBase(std::vector<PointType> points, std::vector<VectorType> normals);
  itkSetMacro(BaseStep, double)
  itkGetConstMacro(BaseStep, double)
  itkSetMacro(FirstHeight, double)
  itkGetConstMacro(FirstHeight, double)
  itkSetMacro(HeightStep, double)
  itkGetConstMacro(HeightStep, double)
  itkSetMacro(Rows, unsigned int)
  itkGetConstMacro(Rows, unsigned int)
  itkSetMacro(OutsideValue, float)
  itkGetConstMacro(OutsideValue, float)
  // clang-format on

protected:
  StraightenedBandImageFilter() = default;
  ~StraightenedBandImageFilter() override = default;
  void GenerateOutputInformation() override;
  void GenerateInputRequestedRegion() override;
  void EnlargeOutputRequestedRegion(itk::DataObject* output) override;
  void GenerateData() override;

private:
  std::vector<PointType> m_Points;
  std::vector<VectorType> m_Normals;
  double m_BaseStep = 0.1;
  double m_FirstHeight = 0;
  double m_HeightStep = 0.1;
  unsigned int m_Rows = 100;
  float m_OutsideValue = -1;
};

} // namespace hipcuff
