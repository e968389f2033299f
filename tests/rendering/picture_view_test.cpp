// The interactive picture, rendered off screen under a private X server and read back.
#include "hipcuff/rendering/picture_view.h"
#include "hipcuff/rendering/private_display.h"
#include "read_back.h"
#include "sample_scene.h"

#include <gtest/gtest.h>

#include <vtkNew.h>
#include <vtkRenderWindow.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <stdexcept>

namespace hipcuff {
namespace {

using test::keep;
using test::toRgb;

OverlayStyle withoutScale() {
  OverlayStyle style;
  style.of(OverlayLayer::scale).shown = false;
  return style;
}

class Views : public testing::Test {
protected:
  static void SetUpTestSuite() {
    display_ = std::make_unique<PrivateDisplay>();
    view_ = std::make_unique<PictureView>();
  }
  static void TearDownTestSuite() {
    view_.reset();
    display_.reset();
  }
  void SetUp() override {
    view_->setScene({});
    view_->setTools({});
    view_->setStyle(withoutScale());
    view_->setCurve({});
    view_->setSmooth(false);
    view_->viewport().setMirrored(false);
    view_->viewport().fit();
  }
  static RgbImage drawn() {
    view_->render();
    return toRgb(view_->grab());
  }

  static std::unique_ptr<PrivateDisplay> display_;
  static std::unique_ptr<PictureView> view_;
};
std::unique_ptr<PrivateDisplay> Views::display_;
std::unique_ptr<PictureView> Views::view_;

/// Centre of mass of what is brighter than black, in continuous window pixels.
std::optional<Point> centreOfLight(const RgbImage& image, int channel = 1) {
  double sum = 0;
  Point weighted{};
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const double value = image.at(x, y, channel);
      sum += value;
      weighted = weighted + Point{x + 0.5, y + 0.5} * value;
    }
  return sum > 0 ? std::optional(weighted * (1 / sum)) : std::nullopt;
}

TEST_F(Views, EveryPixelIsWhereTheViewportSays) {
  view_->setSize(640, 480);
  for (const double aspect : {1.0, 1.37})
    for (const bool mirrored : {false, true})
      for (const double zoom : {1.0, 1.7, 4.0, 13.3, 64.0})
        for (const Point px : {Point{0, 0}, Point{199, 149}, Point{57, 91}}) {
          RgbImage picture(200, 150, 0);
          for (int c = 0; c < 3; ++c)
            picture.at(static_cast<int>(px.x), static_cast<int>(px.y), c) = 255;
          view_->setPicture(picture, Spacing{0.1, 0.1 * aspect});
          Viewport& v = view_->viewport();
          v.setMirrored(mirrored);
          v.setZoom(zoom);
          v.centreOn(px + Point{1.3, -0.7});
          const auto at = centreOfLight(drawn());
          ASSERT_TRUE(at) << zoom;
          EXPECT_NEAR(at->x, v.toWindow(px).x, 0.5) << zoom << ' ' << mirrored << ' ' << aspect;
          EXPECT_NEAR(at->y, v.toWindow(px).y, 0.5) << zoom << ' ' << mirrored << ' ' << aspect;
        }
}

TEST_F(Views, LinesLieOnThePixelsTheyMark) {
  view_->setSize(640, 480);
  view_->setPicture(RgbImage(200, 150, 0), std::nullopt);
  for (const bool mirrored : {false, true})
    for (const double zoom : {1.0, 2.6, 9.0}) {
      Viewport& v = view_->viewport();
      v.setMirrored(mirrored);
      v.setZoom(zoom);
      v.centreOn({100, 75});
      for (const Point px : {Point{80, 75}, Point{100, 60}, Point{123.4, 81.7}}) {
        OverlayScene scene;
        scene.lines = {{OverlayRole::superficialBorder, {px - Point{4, 0}, px + Point{4, 0}}}};
        view_->setScene(scene);
        const auto at = centreOfLight(drawn(), 0);
        ASSERT_TRUE(at);
        EXPECT_NEAR(at->x, v.toWindow(px).x, 0.15) << zoom << ' ' << mirrored;
        EXPECT_NEAR(at->y, v.toWindow(px).y, 0.15) << zoom << ' ' << mirrored;
      }
    }
}

TEST_F(Views, RawPixelsAreExactAndInQtsOrder) {
  RgbImage picture = test::samplePicture();
  for (int x = 0; x < 256; ++x)
    for (int c = 0; c < 3; ++c)
      picture.at(x, 0, c) = static_cast<std::uint8_t>(c == 0 ? x : c == 1 ? 255 - x : x * 7 % 256);
  view_->setSize(800, 600);
  view_->setPicture(picture, Spacing{0.1, 0.1});
  view_->render();
  const PictureView::Pixels pixels = view_->grab();
  ASSERT_EQ(pixels.width, 800);
  ASSERT_EQ(pixels.height, 600);
  for (int y = 0; y < 600; ++y)
    for (int x = 0; x < 800; ++x) {
      const std::uint8_t* at = pixels.data + (static_cast<std::size_t>(y) * 800 + static_cast<std::size_t>(x)) * 4;
      for (int c = 0; c < 3; ++c)
        ASSERT_EQ(at[2 - c], picture.at(x / 2, y / 2, c)) << x << ' ' << y << ' ' << c;
      ASSERT_EQ(at[3], 255);
    }
}

TEST_F(Views, ColoursOfLinesComeOutAsTheyAre) {
  view_->setSize(400, 300);
  view_->setPicture(RgbImage(400, 300, 0), std::nullopt);
  OverlayScene scene;
  scene.lines = {{OverlayRole::cortex, {{50, 100}, {350, 100}}}};
  view_->setScene(scene);
  OverlayStyle style = withoutScale();
  style.scale = 3;
  view_->setStyle(style);
  const RgbImage image = drawn();
  EXPECT_NEAR(image.at(200, 100, 0), 0xE6, 2);
  EXPECT_NEAR(image.at(200, 100, 1), 0x9F, 2);
  EXPECT_NEAR(image.at(200, 100, 2), 0x00, 2);
  style.of(OverlayLayer::cortex).opacity = 0.5;
  view_->setStyle(style);
  EXPECT_NEAR(drawn().at(200, 100, 0), 0xE6 / 2, 4);
  style.of(OverlayLayer::cortex).shown = false;
  view_->setStyle(style);
  EXPECT_FALSE(centreOfLight(drawn()));
}

TEST_F(Views, TheCurveIsAppliedAlsoToThePictureAlreadyShown) {
  view_->setSize(100, 100);
  view_->setPicture(RgbImage(100, 100, 100), std::nullopt);
  EXPECT_EQ(drawn().at(50, 50), 100);
  view_->setCurve({100, 100, 1});
  EXPECT_EQ(drawn().at(50, 50), 128);
  view_->setPicture(RgbImage(100, 100, 70), std::nullopt);
  EXPECT_EQ(drawn().at(50, 50), 51);
  view_->setCurve({});
  EXPECT_EQ(drawn().at(50, 50), 70);
}

TEST_F(Views, SmoothBlendsBetweenPixels) {
  RgbImage picture(2, 2, 0);
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 2; ++y)
      picture.at(1, y, c) = 200;
  view_->setSize(64, 64);
  view_->setPicture(picture, std::nullopt);
  EXPECT_EQ(drawn().at(30, 32), 0);
  EXPECT_EQ(drawn().at(34, 32), 200);
  view_->setSmooth(true);
  EXPECT_NEAR(drawn().at(32, 32), 103, 4);
  EXPECT_EQ(drawn().at(2, 32), 0);
}

TEST_F(Views, OfAllSizesAndEmpty) {
  for (const auto& [w, h] : std::array<std::array<int, 2>, 4>{{{1, 1}, {7, 300}, {1280, 900}, {40, 20}}}) {
    view_->setSize(w, h);
    view_->setStyle({});
    OverlayScene scene = test::sampleScene(true);
    view_->setPicture(scene.picture, scene.mmPerPx);
    view_->setScene(scene);
    const RgbImage image = drawn();
    EXPECT_EQ(image.width, w);
    EXPECT_EQ(image.height, h);
  }
  view_->setScene({});
  view_->setPicture({}, std::nullopt);
  EXPECT_FALSE(centreOfLight(drawn()));
}

/// Everything a scene and the tools can show.
OverlayScene fullScene() {
  OverlayScene scene = test::sampleScene(true);
  scene.lines.back().drawnByHand = true;
  OverlayLine former = scene.lines.back();
  former.drawnByHand = false;
  former.former = true;
  for (Point& p : former.px)
    p.y -= 6;
  scene.lines.push_back(former);
  OverlayZone zone;
  for (int x = 230; x <= 300; x += 5)
    zone.px.push_back({double(x), test::cortexY(x) - test::thicknessAt(x)});
  for (int x = 300; x >= 230; x -= 5)
    zone.px.push_back({double(x), test::cortexY(x)});
  zone.angleDeg = 14;
  scene.zones.push_back(zone);
  scene.annotations = {{1, 0, Annotation::Kind::caliper, {{110, 60}, {110, 110}}, "", 5.0},
                       {2, 0, Annotation::Kind::angle, {{320, 100}, {280, 120}, {330, 130}}, "", 41.2},
                       {3, 0, Annotation::Kind::text, {{40, 30}}, "fluid?", std::nullopt}};
  return scene;
}

TEST_F(Views, EverythingTogether) {
  view_->setSize(800, 600);
  view_->setStyle({});
  OverlayScene scene = fullScene();
  view_->setPicture(scene.picture, scene.mmPerPx);
  view_->setScene(scene);
  view_->setTools({{ToolMark::Kind::handle, {{240, 142}}, ""},
                   {ToolMark::Kind::activeHandle, {{270, 141}}, ""},
                   {ToolMark::Kind::line, {{20, 60}, {60, 50}, {90, 66}}, ""},
                   {ToolMark::Kind::closedLine, {{320, 30}, {360, 30}, {340, 60}}, ""},
                   {ToolMark::Kind::cross, {{200, 60}}, ""},
                   {ToolMark::Kind::text, {{200, 60}}, "4.6 mm"}});
  test::expectLikeBaseline(drawn(), "view_everything");
}

TEST_F(Views, HighContrastMirroredAndZoomed) {
  view_->setSize(700, 500);
  OverlayStyle style;
  style.highContrast = true;
  style.scale = 1.25;
  view_->setStyle(style);
  OverlayScene scene = fullScene();
  view_->setPicture(scene.picture, std::nullopt);
  view_->setScene(scene);
  view_->setSmooth(true);
  view_->viewport().setMirrored(true);
  view_->viewport().setZoom(3.1);
  view_->viewport().centreOn({200, 150});
  test::expectLikeBaseline(drawn(), "view_high_contrast");
}

TEST_F(Views, NothingIsWiderThanTheWindow) {
  // A window narrower than any word, and one in which a millimetre is wider than the window.
  for (const double mmPerPx : {0.1, 30.0, 1e-3}) {
    view_->setSize(90, 70);
    view_->setStyle({});
    view_->setPicture(RgbImage(300, 200, 0), Spacing{mmPerPx, mmPerPx});
    const RgbImage image = drawn();
    for (int y = 0; y < image.height; ++y)
      EXPECT_EQ(image.at(image.width - 1, y, 1), 0) << mmPerPx;
  }
}

/// The same scene through OpenGL alone, in a window of the caller's as the viewer has one, and off screen.
TEST_F(Views, AWindowOfTheCallersShowsTheSame) {
  vtkNew<vtkRenderWindow> window;
  window->SetOffScreenRendering(1);
  window->SetMultiSamples(0);
  window->SetSize(500, 400);
  PictureView other(window);
  EXPECT_THROW((void)other.grab(), std::logic_error);
  OverlayScene scene = test::sampleScene(true);
  const std::vector<ToolMark> tools{{ToolMark::Kind::handle, {{150, 150}}, ""},
                                    {ToolMark::Kind::text, {{150, 100}}, "5.3 mm"}};
  for (PictureView* view : {&other, view_.get()}) {
    view->setSize(500, 400);
    view->setStyle({});
    view->setPicture(scene.picture, Spacing{0.1, 0.13});
    view->setScene(scene);
    view->setTools(tools);
    view->setCurve({110, 230, 1.2});
  }
  int k = 0;
  for (const bool smooth : {false, true})
    for (const bool mirrored : {false, true})
      for (const double zoom : {0.7, 1.0, 2.3, 17.0}) {
        for (PictureView* view : {&other, view_.get()}) {
          view->setSmooth(smooth);
          view->viewport().setMirrored(mirrored);
          view->viewport().setZoom(zoom);
          view->viewport().centreOn({170.3, 160.1});
          view->render();
        }
        vtkNew<vtkUnsignedCharArray> raw;
        window->GetPixelData(0, 0, 499, 399, /*front=*/0, raw);
        RgbImage byOpenGl(500, 400);
        for (int y = 0; y < 400; ++y)
          for (int i = 0; i < 1500; ++i)
            byOpenGl.row(399 - y)[i] = raw->GetValue(y * 1500 + i);
        const RgbImage byUs = toRgb(view_->grab());
        keep(byOpenGl, "gl" + std::to_string(k));
        keep(byUs, "us" + std::to_string(k++));
        std::size_t differing = 0;
        for (std::size_t i = 0; i < byUs.data.size(); ++i)
          differing += std::abs(int{byUs.data[i]} - int{byOpenGl.data[i]}) > 4 ? 1 : 0;
        // Pixels whose centre lies on the border between two of the picture may go either way.
        EXPECT_LT(static_cast<double>(differing) / static_cast<double>(byUs.data.size()), 0.002)
            << zoom << ' ' << mirrored << ' ' << smooth;
      }
}

/// Prints; fails only where something is badly wrong, since other work may be going on.
TEST_F(Views, ACinesNextFrameIsCheap) {
  RgbImage picture = test::samplePicture(1024, 768);
  OverlayScene scene;
  for (int k = 0; k < 6; ++k) {
    Polyline line;
    for (int i = 0; i < 200; ++i)
      line.push_back({100.0 + i * 4, 200 + k * 60 + 30 * std::sin(i * 0.05)});
    scene.lines.push_back({k % 2 == 0 ? OverlayRole::superficialBorder : OverlayRole::cortex, line});
  }
  view_->setSize(1024, 768);
  view_->setStyle({});
  view_->setScene(scene);
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point from) {
    return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
  };
  for (const bool smooth : {false, true}) {
    view_->setSmooth(smooth);
    std::array<std::vector<double>, 3> ms;
    for (int i = 0; i < 60; ++i) {
      picture.data[0] = static_cast<std::uint8_t>(i);
      const auto t0 = Clock::now();
      view_->setPicture(picture, Spacing{0.05, 0.05});
      ms[0].push_back(since(t0));
      const auto t1 = Clock::now();
      view_->render();
      ms[1].push_back(since(t1));
      const auto t2 = Clock::now();
      (void)view_->grab();
      ms[2].push_back(since(t2));
    }
    double sum = 0;
    std::cout << (smooth ? "smooth:" : "sharp: ");
    for (std::size_t k = 0; k < 3; ++k) {
      std::nth_element(ms[k].begin(), ms[k].begin() + 30, ms[k].end());
      sum += ms[k][30];
      std::cout << (k == 0 ? " copy " : k == 1 ? " ms, render " : " ms, grab ") << ms[k][30];
    }
    std::cout << " ms, together " << sum << " ms (medians)\n";
    EXPECT_LT(sum, 100);
  }
  keep(drawn(), "six_lines");
  const OverlayScene torn = test::sampleScene(true);
  view_->setPicture(torn.picture, torn.mmPerPx);
  const auto time = [&](const char* what, auto&& change) {
    std::vector<double> ms;
    for (int i = 0; i < 20; ++i) {
      const auto from = Clock::now();
      change(i);
      view_->render();
      (void)view_->grab();
      ms.push_back(since(from));
    }
    std::nth_element(ms.begin(), ms.begin() + 10, ms.end());
    std::cout << what << ' ' << ms[10] << " ms\n";
    EXPECT_LT(ms[10], 300);
  };
  time("scene changed:", [&](int) { view_->setScene(torn); });
  time("tools changed:", [&](int i) { view_->setTools({{ToolMark::Kind::cross, {{100.0 + i, 100}}, ""}}); });
  time("panned:       ", [&](int) { view_->viewport().pan({3, 1}); });
  time("zoomed:       ", [&](int) { view_->viewport().zoomAt({500, 400}, 1.1); });
}

TEST_F(Views, TheRenderersNameIsTold) {
  const std::string name = openGlRenderer();
  EXPECT_FALSE(name.empty());
  EXPECT_TRUE(isSoftwareRenderer("llvmpipe (LLVM 15.0.6, 256 bits)"));
  EXPECT_TRUE(isSoftwareRenderer("softpipe"));
  EXPECT_FALSE(isSoftwareRenderer("NVIDIA GeForce RTX 3060/PCIe/SSE2"));
  EXPECT_FALSE(isSoftwareRenderer(""));
}

} // namespace
} // namespace hipcuff
