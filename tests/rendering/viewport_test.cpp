// Where picture pixels lie in a window, and grey curves.
#include "hipcuff/rendering/viewport.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace hipcuff {
namespace {

void expectNear(Point a, Point b, double tolerance) {
  EXPECT_NEAR(a.x, b.x, tolerance);
  EXPECT_NEAR(a.y, b.y, tolerance);
}

Viewport viewport(int width = 800, int height = 600, double aspect = 1) {
  Viewport v;
  v.setWindow(1000, 700);
  v.setPicture(width, height, aspect);
  return v;
}

TEST(ViewportFit, ShowsTheWholePictureAndTouchesTheWindow) {
  for (const double aspect : {0.5, 1.0, 1.7}) {
    const Viewport v = viewport(800, 600, aspect);
    EXPECT_TRUE(v.fitted());
    const Point upper = v.toWindow({-0.5, -0.5});
    const Point lower = v.toWindow({799.5, 599.5});
    EXPECT_GE(upper.x, -1e-9);
    EXPECT_GE(upper.y, -1e-9);
    EXPECT_NEAR(std::min(upper.x, upper.y), 0, 1e-9);
    expectNear(upper + lower, {1000, 700}, 1e-9);
  }
}

TEST(ViewportFit, FollowsTheWindowUntilAPersonZooms) {
  Viewport v = viewport();
  v.setWindow(500, 350);
  EXPECT_NEAR(v.zoom(), 350.0 / 600, 1e-12);
  v.zoomAt({100, 100}, 2);
  EXPECT_FALSE(v.fitted());
  const double zoom = v.zoom();
  const Point centre = v.centre();
  v.setWindow(900, 800);
  EXPECT_EQ(v.zoom(), zoom);
  expectNear(v.toPicture({450, 400}), centre, 1e-9);
  v.fit();
  EXPECT_TRUE(v.fitted());
}

TEST(ViewportFit, TheNextFrameKeepsItsPlaceAnotherPictureDoesNot) {
  Viewport v = viewport();
  v.zoomAt({700, 300}, 3);
  const Point centre = v.centre();
  v.setPicture(800, 600);
  EXPECT_EQ(v.centre(), centre);
  v.setPicture(640, 480);
  EXPECT_TRUE(v.fitted());
}

TEST(ViewportZoom, KeepsThePointUnderThePointer) {
  for (const bool mirrored : {false, true})
    for (const double aspect : {0.6, 1.0, 1.4}) {
      Viewport v = viewport(800, 600, aspect);
      v.setMirrored(mirrored);
      for (const Point pointer : {Point{500, 350}, Point{420, 200}, Point{650, 555}}) {
        const Point under = v.toPicture(pointer);
        for (const double factor : {1.3, 5.0, 0.7, 2.0}) {
          v.zoomAt(pointer, factor);
          expectNear(v.toPicture(pointer), under, 1e-6);
        }
        v.fit();
      }
    }
}

TEST(ViewportZoom, StaysWithinItsLimits) {
  Viewport v = viewport();
  v.zoomAt({500, 300}, 1e9);
  EXPECT_EQ(v.zoom(), 64);
  v.zoomAt({500, 300}, 1e-9);
  EXPECT_EQ(v.zoom(), 1.0 / 16);
  v.setZoom(2);
  EXPECT_EQ(v.zoom(), 2);
  v.setZoom(std::nan(""));
  v.zoomAt({0, 0}, 0);
  EXPECT_EQ(v.zoom(), 2);
}

TEST(ViewportMap, GoesThereAndBack) {
  Viewport v = viewport(800, 600, 1.3);
  for (const bool mirrored : {false, true}) {
    v.setMirrored(mirrored);
    v.setZoom(3.7);
    for (const Point p : {Point{0, 0}, Point{13.25, 599}, Point{-5, 700}})
      expectNear(v.toPicture(v.toWindow(p)), p, 1e-9);
  }
}

TEST(ViewportMap, MirrorsLeftAndRightOnly) {
  Viewport v = viewport();
  const Point before = v.toWindow({100, 200});
  v.setMirrored(true);
  expectNear(v.toWindow({100, 200}), {1000 - before.x, before.y}, 1e-9);
  EXPECT_GT(v.toWindow({100, 200}).x, v.toWindow({300, 200}).x);
}

TEST(ViewportMap, ShowsTrueProportions) {
  Viewport v = viewport(800, 600, 1.5); // a pixel is 1.5 times as high as wide
  const Point o = v.toWindow({0, 0});
  EXPECT_NEAR(v.toWindow({10, 0}).x - o.x, 10 * v.zoom(), 1e-9);
  EXPECT_NEAR(v.toWindow({0, 10}).y - o.y, 15 * v.zoom(), 1e-9);
}

TEST(ViewportPan, MovesWithTheHandAlsoMirrored) {
  for (const bool mirrored : {false, true}) {
    Viewport v = viewport();
    v.setMirrored(mirrored);
    v.setZoom(2);
    const Point under = v.toPicture({400, 300});
    v.pan({50, -30});
    expectNear(v.toPicture({450, 270}), under, 1e-9);
  }
}

TEST(ViewportPan, AQuarterOfTheWindowKeepsShowingPicture) {
  for (const double zoom : {0.1, 1.0, 8.0})
    for (const Point far : {Point{1e6, 0}, Point{-1e6, 0}, Point{0, 1e6}, Point{-1e6, -1e6}}) {
      Viewport v = viewport();
      v.setZoom(zoom);
      v.pan(far);
      const Point a = v.toWindow({-0.5, -0.5});
      const Point b = v.toWindow({799.5, 599.5});
      const double shownX = std::min(b.x, 1000.0) - std::max(a.x, 0.0);
      const double shownY = std::min(b.y, 700.0) - std::max(a.y, 0.0);
      EXPECT_GE(shownX, std::min(250.0, 800 * zoom) - 1e-6) << zoom;
      EXPECT_GE(shownY, std::min(175.0, 600 * zoom) - 1e-6) << zoom;
    }
}

TEST(ViewportPan, CentresOnAPoint) {
  Viewport v = viewport();
  v.setZoom(4);
  v.centreOn({300, 222});
  expectNear(v.toWindow({300, 222}), {500, 350}, 1e-9);
}

TEST(GreyCurves, TheDefaultChangesNothing) {
  const GreyCurve curve;
  EXPECT_TRUE(curve.identity());
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(curve.at(static_cast<unsigned char>(i)), i);
}

TEST(GreyCurves, WindowAndLevel) {
  const GreyCurve curve{100, 100, 1};
  EXPECT_FALSE(curve.identity());
  EXPECT_EQ(curve.at(50), 0);
  EXPECT_EQ(curve.at(20), 0);
  EXPECT_EQ(curve.at(150), 255);
  EXPECT_EQ(curve.at(100), 128);
  const GreyCurve step{100, 0, 1};
  EXPECT_EQ(step.at(99), 0);
  EXPECT_EQ(step.at(101), 255);
}

TEST(GreyCurves, GammaBrightensTheDarkParts) {
  const GreyCurve curve{127.5, 255, 2};
  EXPECT_EQ(curve.at(0), 0);
  EXPECT_EQ(curve.at(255), 255);
  EXPECT_EQ(curve.at(64), 128); // 255 * sqrt(64 / 255) = 127.7
  for (int i = 1; i < 256; ++i)
    EXPECT_GE(curve.at(static_cast<unsigned char>(i)), curve.at(static_cast<unsigned char>(i - 1)));
}

} // namespace
} // namespace hipcuff
