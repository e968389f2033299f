#include "hipcuff/segmentation/bone_likelihood_image_filter.h"

#include <gtest/gtest.h>

namespace hipcuff {
namespace {

using ImageType = itk::Image<float, 2>;

ImageType::Pointer image(unsigned width, unsigned height, double spacing, float value) {
  auto out = ImageType::New();
  out->SetRegions(itk::Size<2>{{width, height}});
  out->SetSpacing(itk::Vector<double, 2>(spacing));
  out->Allocate();
  out->FillBuffer(value);
  return out;
}

float at(const ImageType* picture, long x, long y) {
  return picture->GetPixel({{x, y}});
}

/// Speckled tissue to `depth` rows with a bright line there and next to nothing below.
ImageType::Pointer boneAt(long depth) {
  auto picture = image(200, 300, 0.1, 8);
  for (long y = 0; y < 300; ++y)
    for (long x = 0; x < 200; ++x) {
      const auto speckle = static_cast<float>((x / 4 * 7919 + y / 2 * 104729) % 41);
      if (y < depth - 3)
        picture->SetPixel({{x, y}}, 60 + speckle);
      else if (y <= depth + 3)
        picture->SetPixel({{x, y}}, 220);
    }
  return picture;
}

TEST(BoneLikelihoodImageFilter, IsHighOnABrightLineOverShadowOnly) {
  auto filter = BoneLikelihoodImageFilter::New();
  filter->SetInput(boneAt(150));
  filter->Update();
  float best = -10;
  long row = 0;
  for (long y = 0; y < 300; ++y)
    if (at(filter->GetOutput(), 100, y) > best) {
      best = at(filter->GetOutput(), 100, y);
      row = y;
    }
  EXPECT_GT(best, 1.0F);
  EXPECT_NEAR(double(row), 150, 3);
  EXPECT_LT(at(filter->GetOutput(), 100, 60), 0.0F);
  EXPECT_LT(at(filter->GetOutput(), 100, 250), 0.0F);
}

TEST(BoneLikelihoodImageFilter, TissueUnderTheLineSpeaksAgainstBone) {
  auto fascia = boneAt(150);
  for (long y = 154; y < 300; ++y)
    for (long x = 0; x < 200; ++x)
      fascia->SetPixel({{x, y}}, 60 + static_cast<float>((x / 4 * 7919 + y / 2 * 104729) % 41));
  auto filter = BoneLikelihoodImageFilter::New();
  filter->SetInput(fascia);
  filter->Update();
  for (long y = 145; y <= 155; ++y)
    EXPECT_LT(at(filter->GetOutput(), 100, y), 0.0F);
}

TEST(BoneLikelihoodImageFilter, TheSkinIsNoBone) {
  auto filter = BoneLikelihoodImageFilter::New();
  auto picture = image(200, 300, 0.1, 8); // a bright layer at the probe, nothing visible below
  for (long y = 0; y < 20; ++y)
    for (long x = 0; x < 200; ++x)
      picture->SetPixel({{x, y}}, 150 + static_cast<float>((x / 4 * 7919 + y / 2 * 104729) % 41));
  filter->SetInput(picture);
  filter->Update();
  for (long y = 0; y < 300; ++y)
    EXPECT_LT(at(filter->GetOutput(), 100, y), 0.0F);
}

TEST(BoneLikelihoodImageFilter, MaskedPointsAreNoBone) {
  auto filter = BoneLikelihoodImageFilter::New();
  filter->SetInput(boneAt(150));
  auto mask = BoneLikelihoodImageFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{{200, 300}});
  mask->Allocate();
  mask->FillBuffer(0);
  filter->SetMaskImage(mask);
  filter->Update();
  for (long y = 0; y < 300; ++y)
    EXPECT_LT(at(filter->GetOutput(), 100, y), 0.0F);
}

TEST(BoneLikelihoodImageFilter, RefusesAMaskOfAnotherSize) {
  auto filter = BoneLikelihoodImageFilter::New();
  filter->SetInput(boneAt(150));
  auto mask = BoneLikelihoodImageFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{{20, 30}});
  mask->Allocate();
  filter->SetMaskImage(mask);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

} // namespace
} // namespace hipcuff
