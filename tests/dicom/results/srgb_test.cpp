#include "srgb.h"

#include <gtest/gtest.h>

namespace hipcuff::dicom {
namespace {

TEST(Srgb, coloursComeBack) {
  for (int r = 0; r < 256; r += 15)
    for (int g = 0; g < 256; g += 15)
      for (int b = 0; b < 256; b += 15) {
        const Rgb8 colour{static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(g), static_cast<std::uint8_t>(b)};
        ASSERT_EQ(fromLab(toLab(colour)), colour);
      }
}

// PS3.3 C.10.7.1.1: a* and b* of 0 are 0x8080.
TEST(Srgb, greysHaveNoHue) {
  EXPECT_EQ(toLab({255, 255, 255}), (Lab16{0xFFFF, 0x8080, 0x8080}));
  EXPECT_EQ(toLab({0, 0, 0}), (Lab16{0, 0x8080, 0x8080}));
}

// Lab of sRGB's red under D50: 54.29, 80.80, 69.89 (as colour tools print it, e.g. Lindbloom's calculator).
TEST(Srgb, redIsWhereOthersPutIt) {
  const auto lab = toLab({255, 0, 0});
  EXPECT_NEAR(lab[0] / 655.35, 54.29, 0.05);
  EXPECT_NEAR(lab[1] * 255.0 / 65535 - 128, 80.80, 0.1);
  EXPECT_NEAR(lab[2] * 255.0 / 65535 - 128, 69.89, 0.1);
}

TEST(Srgb, theProfileSaysHowLongItIsAndWhatFor) {
  const auto profile = sRgbProfile();
  ASSERT_GT(profile.size(), 132U);
  EXPECT_EQ(profile.size(), static_cast<std::size_t>(profile[2] << 8 | profile[3]));
  EXPECT_EQ(std::string(profile.begin() + 12, profile.begin() + 24), "scnrRGB XYZ ");
  EXPECT_EQ(std::string(profile.begin() + 36, profile.begin() + 40), "acsp");
  EXPECT_EQ(profile.size() % 4, 0U);
}

} // namespace
} // namespace hipcuff::dicom
