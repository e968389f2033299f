// An ITK filter like any other: New, SetInput, Update. Needs nothing else of HipCuff.
#pragma once

#include <itkImage.h>
#include <itkImageToImageFilter.h>

namespace hipcuff {

/** \class BoneLikelihoodImageFilter
 * \brief Log-odds, at each point, that a bone's surface lies there.
 *
 * The input is a B-mode picture (any grey scale that grows with the echo) whose beams run along axis 1, with its
 * spacing in mm; resample sector pictures to beams first. Every bright crest along a beam is weighed by what is known
 * of bone: a continuous bright line at a scale of about half a mm, darker tissue and less texture below than above,
 * nothing stronger deeper on the same beam, away from the probe's face. The output is -3 away from all crests, and the
 * log-odds of the crest (at most +-4) on it. An optional mask image (0 = not tissue) is input 1; it must have the
 * input's size.
 *
 * Runs as one work unit: thread over frames instead.
 */
class BoneLikelihoodImageFilter : public itk::ImageToImageFilter<itk::Image<float, 2>, itk::Image<float, 2>> {
public:
  ITK_DISALLOW_COPY_AND_MOVE(BoneLikelihoodImageFilter);

  using Self = BoneLikelihoodImageFilter;
  using ImageType = itk::Image<float, 2>;
  using MaskImageType = itk::Image<unsigned char, 2>;
  using Superclass = itk::ImageToImageFilter<ImageType, ImageType>;
  using Pointer = itk::SmartPointer<Self>;
  using ConstPointer = itk::SmartPointer<const Self>;

  // clang-format off
  itkNewMacro(Self)
  itkTypeMacro(BoneLikelihoodImageFilter, itk::ImageToImageFilter);
  // clang-format on

  void SetMaskImage(const MaskImageType* mask);
  const MaskImageType* GetMaskImage() const;

protected:
  BoneLikelihoodImageFilter() = default;
  ~BoneLikelihoodImageFilter() override = default;
  void VerifyInputInformation() ITKv5_CONST override;
  void GenerateInputRequestedRegion() override;
  void EnlargeOutputRequestedRegion(itk::DataObject* output) override;
  void GenerateData() override;
};

} // namespace hipcuff
