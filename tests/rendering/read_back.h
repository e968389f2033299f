// What off-screen views and charts drew, for comparing.
#pragma once

#include "hipcuff/core/png.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "hipcuff/rendering/picture_view.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace hipcuff::test {

inline RgbImage toRgb(PictureView::Pixels pixels) {
  RgbImage out(pixels.width, pixels.height);
  for (std::size_t i = 0; i < out.data.size() / 3; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      out.data[3 * i + c] = pixels.data[4 * i + 2 - c];
  return out;
}

/// For eyes: HIPCUFF_SAVE_VIEWS=DIR keeps what is drawn.
inline void keep(const RgbImage& image, const std::string& name) {
  if (const char* folder = std::getenv("HIPCUFF_SAVE_VIEWS"))
    std::ofstream(std::filesystem::path(folder) / (name + ".png"), std::ios::binary) << encodePng(image);
}

/// Against baselines/NAME.png; HIPCUFF_UPDATE_BASELINES=1 writes new ones: look at them before committing.
/// @param mostShare of pixels that may differ visibly: another GL driver or FreeType smooths edges differently
inline void expectLikeBaseline(const RgbImage& drawn, const std::string& name, double mostMean = 0.05,
                               double mostShare = 0.0001) {
  const std::filesystem::path file =
      std::filesystem::path(HIPCUFF_SOURCE_DIR) / "tests/rendering/baselines" / (name + ".png");
  if (std::getenv("HIPCUFF_UPDATE_BASELINES") != nullptr) {
    std::ofstream(file, std::ios::binary) << encodePng(drawn);
    GTEST_SKIP() << "wrote " << file;
  }
  const RgbImage expected = readPng(file, largestOverlaySide);
  ASSERT_EQ(drawn.width, expected.width);
  ASSERT_EQ(drawn.height, expected.height);
  double sum = 0;
  std::size_t differing = 0;
  for (std::size_t i = 0; i < drawn.data.size(); i += 3) {
    int worst = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      const int difference = std::abs(int{drawn.data[i + c]} - int{expected.data[i + c]});
      sum += difference;
      worst = std::max(worst, difference);
    }
    differing += worst > 24 ? 1 : 0;
  }
  const double mean = sum / static_cast<double>(drawn.data.size());
  const double share = static_cast<double>(differing) * 3 / static_cast<double>(drawn.data.size());
  testing::Test::RecordProperty("mean_difference", std::to_string(mean));
  testing::Test::RecordProperty("differing_share", std::to_string(share));
  EXPECT_LT(mean, mostMean);
  EXPECT_LT(share, mostShare);
  if (testing::Test::HasFailure()) {
    const auto drawnFile = std::filesystem::path(testing::TempDir()) / ("hipcuff-drawn-" + name + ".png");
    std::ofstream(drawnFile, std::ios::binary) << encodePng(drawn);
    ADD_FAILURE() << "drawn: " << drawnFile << ", expected: " << file;
  }
}

} // namespace hipcuff::test
