#include "hipcuff/segmentation/bone_likelihood_image_filter.h"
#include "hipcuff/segmentation/straightened_band_image_filter.h"
#include "hipcuff/segmentation/structure_tensor_image_filter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

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

TEST(StraightenedBandImageFilter, FollowsItsNormalsExactlyOnARamp) {
  auto ramp = image(100, 80, 0.5, 0);
  for (long y = 0; y < 80; ++y)
    for (long x = 0; x < 100; ++x)
      ramp->SetPixel({{x, y}}, static_cast<float>(2 * x + 3 * y)); // 4 per mm in x, 6 per mm in y
  const double half = std::numbers::sqrt2 / 2;
  std::vector<StraightenedBandImageFilter::PointType> points(3);
  std::vector<StraightenedBandImageFilter::VectorType> normals(3);
  for (unsigned i = 0; i < 3; ++i) {
    points[i][0] = 20 + i;
    points[i][1] = 20;
    normals[i][0] = i == 2 ? half : 0;
    normals[i][1] = i == 2 ? -half : -1;
  }
  auto filter = StraightenedBandImageFilter::New();
  filter->SetInput(ramp);
  filter->SetBase(points, normals);
  filter->SetHeightStep(0.25);
  filter->SetRows(20);
  filter->Update();
  const ImageType* out = filter->GetOutput();
  EXPECT_NEAR(at(out, 0, 0), 80 + 120, 1e-3);
  EXPECT_NEAR(at(out, 1, 8), 84 + 120 - 2 * 6, 1e-3);
  EXPECT_NEAR(at(out, 2, 8), 88 + 120 + 2 * half * 4 - 2 * half * 6, 1e-3);
}

TEST(StraightenedBandImageFilter, NeedsABase) {
  auto filter = StraightenedBandImageFilter::New();
  filter->SetInput(image(10, 10, 1, 0));
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  EXPECT_THROW(filter->SetBase({}, {}), itk::ExceptionObject);
}

class StreakAngles : public ::testing::TestWithParam<double> {};

TEST_P(StreakAngles, AreFoundToATenthOfADegree) {
  const double angle = GetParam() * std::numbers::pi / 180;
  auto picture = image(160, 160, 0.1, 0);
  for (long y = 0; y < 160; ++y)
    for (long x = 0; x < 160; ++x) {
      const double across = (-std::sin(angle) * double(x) + std::cos(angle) * double(y)) * 0.1;
      picture->SetPixel({{x, y}}, static_cast<float>(100 + 50 * std::sin(2 * std::numbers::pi * across / 1.5)));
    }
  auto filter = StructureTensorImageFilter::New();
  filter->SetInput(picture);
  filter->Update();
  const auto tensor = filter->GetOutput()->GetPixel({{80, 80}});
  EXPECT_NEAR(StructureTensorImageFilter::StreakAngle(tensor) * 180 / std::numbers::pi, GetParam(), 0.1);
  EXPECT_GT(StructureTensorImageFilter::Coherence(tensor), 0.95);
}

INSTANTIATE_TEST_SUITE_P(Degrees, StreakAngles, ::testing::Values(-40.0, -12.0, 0.0, 5.0, 30.0));

TEST(StructureTensorImageFilter, FlatPictureHasNoCoherence) {
  auto filter = StructureTensorImageFilter::New();
  filter->SetInput(image(30, 30, 0.1, 77));
  filter->Update();
  EXPECT_EQ(StructureTensorImageFilter::Coherence(filter->GetOutput()->GetPixel({{15, 15}})), 0.0);
}

} // namespace
} // namespace hipcuff
