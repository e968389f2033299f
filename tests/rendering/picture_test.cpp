// Drawn pictures against baselines, under a private X server. HIPCUFF_UPDATE_BASELINES=1 writes new baselines: look at
// them before committing.
#include "hipcuff/core/error.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "hipcuff/rendering/private_display.h"
#include "read_back.h"
#include "sample_scene.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace hipcuff {
namespace {

// The shortest line of these scenes, the bridged stretch, covers a share of about 0.0003 of the picture: three times
// what expectLikeBaseline lets pass.
using test::expectLikeBaseline;

class Pictures : public testing::Test {
protected:
  static void SetUpTestSuite() {
    display_ = std::make_unique<PrivateDisplay>();
    renderer_ = std::make_unique<OverlayRenderer>();
  }
  static void TearDownTestSuite() {
    renderer_.reset();
    display_.reset();
  }

  static std::unique_ptr<PrivateDisplay> display_;
  static std::unique_ptr<OverlayRenderer> renderer_;
};
std::unique_ptr<PrivateDisplay> Pictures::display_;
std::unique_ptr<OverlayRenderer> Pictures::renderer_;

TEST_F(Pictures, Normal) {
  expectLikeBaseline(renderer_->render(test::sampleScene(false)), "normal");
}
TEST_F(Pictures, UndersurfaceTear) {
  expectLikeBaseline(renderer_->render(test::sampleScene(true)), "undersurface_tear");
}
TEST_F(Pictures, EveryKindWithoutScale) {
  expectLikeBaseline(renderer_->render(test::crowdedScene()), "every_kind_without_scale");
}

TEST_F(Pictures, RawPixelsAreExact) {
  OverlayScene scene;
  scene.picture = test::samplePicture();
  scene.mmPerPx = Spacing{0.1, 0.1};
  // A colour picture too: nothing may pass through a grey or sRGB step.
  for (int x = 0; x < 256; ++x)
    for (int c = 0; c < 3; ++c)
      scene.picture.at(x, 0, c) = static_cast<std::uint8_t>(c == 0 ? x : c == 1 ? 255 - x : x * 7 % 256);
  OverlayPlacement at;
  const RgbImage drawn = renderer_->render(scene, &at);
  ASSERT_EQ(at.zoom, 2);
  for (int y = 0; y < scene.picture.height * at.zoom; ++y)
    for (int x = 0; x < scene.picture.width * at.zoom; ++x)
      for (int c = 0; c < 3; ++c)
        ASSERT_EQ(drawn.at(at.left + x, at.top + y, c), scene.picture.at(x / at.zoom, y / at.zoom, c))
            << x << ' ' << y << ' ' << c;
}

TEST_F(Pictures, LinesLieWhereTheyWereMeasured) {
  OverlayScene scene;
  scene.picture = RgbImage(200, 100, 0);
  scene.lines = {{OverlayRole::superficialBorder, {{20, 40}, {180, 40}}, false}};
  OverlayPlacement at;
  const RgbImage drawn = renderer_->render(scene, &at);
  // Centre of mass of the yellow across the line, in picture pixels.
  double sum = 0;
  double weighted = 0;
  for (int y = 0; y < 100 * at.zoom; ++y) {
    const double value = drawn.at(at.left + 100 * at.zoom, at.top + y, 0);
    sum += value;
    weighted += value * ((y + 0.5) / at.zoom - 0.5);
  }
  ASSERT_GT(sum, 200);
  EXPECT_NEAR(weighted / sum, 40, 0.15);
}

TEST_F(Pictures, OfAllSizesThroughOneWindow) {
  for (const auto& [w, h] : std::array<std::array<int, 2>, 5>{{{1, 1}, {7, 500}, {1920, 1080}, {33, 20}, {2500, 40}}}) {
    OverlayScene scene = test::sampleScene(true);
    scene.picture = RgbImage(w, h, 90);
    OverlayPlacement at;
    const RgbImage drawn = renderer_->render(scene, &at);
    EXPECT_GE(drawn.width, w * at.zoom);
    EXPECT_GE(drawn.height, h * at.zoom);
  }
}

TEST_F(Pictures, EmptyOrHugeAreRefused) {
  OverlayScene scene;
  EXPECT_THROW((void)renderer_->render(scene), InputError);
  scene.picture = RgbImage(largestOverlaySide + 1, 1, 0);
  EXPECT_THROW((void)renderer_->render(scene), InputError);
}

} // namespace
} // namespace hipcuff
