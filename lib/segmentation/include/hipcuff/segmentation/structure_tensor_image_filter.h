// An ITK filter like any other: New, SetInput, Update. Needs nothing else of HipCuff.
#pragma once

#include <itkImage.h>
#include <itkImageToImageFilter.h>
#include <itkSymmetricSecondRankTensor.h>

namespace hipcuff {

/** \class StructureTensorImageFilter
 * \brief Gradient products smoothed over a neighbourhood: the direction of streaks and how much they agree.
 *
 * GradientSigma and IntegrationSigma are in the input's physical units (mm). The tensor's components are (xx, xy, yy)
 * in physical units. Streaks run along the eigenvector of its smaller eigenvalue: StreakAngle(); 0 where all streaks
 * point every way, 1 where they are parallel: Coherence().
 * Bigun & Granlund 1987.
 *
 * Runs as one work unit: thread over frames instead.
 */
class StructureTensorImageFilter
    : public itk::ImageToImageFilter<itk::Image<float, 2>, itk::Image<itk::SymmetricSecondRankTensor<float, 2>, 2>> {
public:
  ITK_DISALLOW_COPY_AND_MOVE(StructureTensorImageFilter);

  using Self = StructureTensorImageFilter;
  using InputType = itk::Image<float, 2>;
  using TensorType = itk::SymmetricSecondRankTensor<float, 2>;
  using OutputType = itk::Image<TensorType, 2>;
  using Superclass = itk::ImageToImageFilter<InputType, OutputType>;
  using Pointer = itk::SmartPointer<Self>;
  using ConstPointer = itk::SmartPointer<const Self>;

  // clang-format off
  itkNewMacro(Self)
  itkTypeMacro(StructureTensorImageFilter, itk::ImageToImageFilter);

  itkSetMacro(GradientSigma, double)
  itkGetConstMacro(GradientSigma, double)
  itkSetMacro(IntegrationSigma, double)
  itkGetConstMacro(IntegrationSigma, double)
  // clang-format on

  /** Angle of the streaks against axis 0, radians, -pi/2..pi/2. */
  static double StreakAngle(const TensorType& tensor);
  /** (l1 - l2) / (l1 + l2), 0..1; 0 for a flat neighbourhood. */
  static double Coherence(const TensorType& tensor);

protected:
  StructureTensorImageFilter() = default;
  ~StructureTensorImageFilter() override = default;
  void GenerateInputRequestedRegion() override;
  void EnlargeOutputRequestedRegion(itk::DataObject* output) override;
  void GenerateData() override;

private:
  double m_GradientSigma = 0.15;
  double m_IntegrationSigma = 0.7;
};

} // namespace hipcuff
