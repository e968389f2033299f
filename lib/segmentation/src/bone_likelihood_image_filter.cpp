#include "hipcuff/segmentation/bone_likelihood_image_filter.h"

#include "bone_evidence.h"

#include <algorithm>

namespace hipcuff {

void BoneLikelihoodImageFilter::SetMaskImage(const MaskImageType* mask) {
  this->SetNthInput(1, const_cast<MaskImageType*>(mask));
}

const BoneLikelihoodImageFilter::MaskImageType* BoneLikelihoodImageFilter::GetMaskImage() const {
  return dynamic_cast<const MaskImageType*>(this->ProcessObject::GetInput(1));
}

void BoneLikelihoodImageFilter::VerifyInputInformation() ITKv5_CONST {
  // Only the mask's size matters: masks often carry no spacing.
  const MaskImageType* mask = this->GetMaskImage();
  if (mask != nullptr && mask->GetLargestPossibleRegion() != this->GetInput()->GetLargestPossibleRegion())
    itkExceptionMacro("the mask image must have the input's size");
}

void BoneLikelihoodImageFilter::GenerateInputRequestedRegion() {
  Superclass::GenerateInputRequestedRegion();
  if (auto* input = const_cast<ImageType*>(this->GetInput()))
    input->SetRequestedRegionToLargestPossibleRegion();
  if (auto* mask = const_cast<MaskImageType*>(this->GetMaskImage()))
    mask->SetRequestedRegionToLargestPossibleRegion();
}

void BoneLikelihoodImageFilter::EnlargeOutputRequestedRegion(itk::DataObject* output) {
  Superclass::EnlargeOutputRequestedRegion(output);
  output->SetRequestedRegionToLargestPossibleRegion(); // a shadow is only known from the whole beam
}

void BoneLikelihoodImageFilter::GenerateData() {
  const ImageType* input = this->GetInput();
  ImageType* output = this->GetOutput();
  output->SetBufferedRegion(output->GetRequestedRegion());
  output->Allocate();
  const auto size = input->GetLargestPossibleRegion().GetSize();
  const std::size_t points = size[0] * size[1];
  FloatImage grey(static_cast<int>(size[0]), static_cast<int>(size[1]));
  std::copy_n(input->GetBufferPointer(), points, grey.data.begin());
  Mask usable(grey.width, grey.height, 255);
  if (const MaskImageType* mask = this->GetMaskImage())
    std::copy_n(mask->GetBufferPointer(), points, usable.data.begin());
  const auto spacing = input->GetSpacing();
  const FloatImage map = segmentation::boneLogOddsMap({grey, usable, spacing[0], spacing[1]});
  std::copy(map.data.begin(), map.data.end(), output->GetBufferPointer());
}

} // namespace hipcuff
