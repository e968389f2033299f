// Lines, zones, annotations and their words for any zoom; lines as triangles. Needs no display.
#include "interactive_layout.h"
#include "overlay_layout.h"
#include "sample_scene.h"
#include "scene_strokes.h"
#include "stroke_geometry.h"
#include "stroke_mesh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace hipcuff::drawing {
namespace {

double eightPixelsALetter(const std::string& words, double) {
  return 8.0 * static_cast<double>(words.size());
}

DisplayList laidOut(const OverlayScene& scene, const Viewport& v, const OverlayStyle& style = {},
                    std::optional<Spacing> mmPerPx = Spacing{0.1, 0.1}) {
  return layOutInteractive(scene, {400, 300, mmPerPx}, v, style, eightPixelsALetter);
}

Viewport viewport(double zoom = 2) {
  Viewport v;
  v.setWindow(800, 600);
  v.setPicture(400, 300);
  v.setZoom(zoom);
  return v;
}

bool says(const DisplayList& list, const std::string& words) {
  return std::any_of(list.texts.begin(), list.texts.end(), [&](const Text& t) { return t.words == words; });
}

bool sameColour(Colour a, Colour b) {
  return a.r == b.r && a.g == b.g && a.b == b.b;
}

std::size_t countOf(const DisplayList& list, Colour colour) {
  return static_cast<std::size_t>(std::count_if(list.strokes.begin(), list.strokes.end(),
                                                [&](const Stroke& s) { return sameColour(s.colour, colour); }));
}

/// What the triangles put on the pixel centres' row or column, summed up: a line's width if all is right.
double coverageAcross(const Mesh& mesh, double x) {
  double sum = 0;
  for (double y = -10; y < 30; y += 0.05)
    for (const auto& t : mesh.triangles) {
      const Point a = mesh.points[t[0]];
      const Point b = mesh.points[t[1]];
      const Point c = mesh.points[t[2]];
      const double whole = cross(b - a, c - a);
      const Point p{x, y};
      const double u = cross(b - p, c - p) / whole;
      const double v = cross(c - p, a - p) / whole;
      const double w = 1 - u - v;
      if (std::abs(whole) > 1e-9 && u >= 0 && v >= 0 && w > 0)
        sum += 0.05 * (u * mesh.colours[t[0]].a + v * mesh.colours[t[1]].a + w * mesh.colours[t[2]].a) / 255;
    }
  return sum;
}

TEST(StrokeMesh, CoversAsMuchAsTheStrokeIsWide) {
  for (const double width : {0.5, 1.0, 1.6, 4.0}) {
    Mesh mesh;
    addStroke(mesh, {{{0, 10}, {20, 10}, {40, 10}}, Colour{255, 255, 255, 255}, width});
    EXPECT_NEAR(coverageAcross(mesh, 10.3), width, 0.06) << width;
    EXPECT_NEAR(coverageAcross(mesh, 20.001), width, 0.06) << "at the joint, " << width;
    EXPECT_NEAR(coverageAcross(mesh, -1.0), 0, 1e-9);
  }
}

TEST(StrokeMesh, SharpTurnsMakeNoSpikes) {
  Mesh mesh;
  addStroke(mesh, {{{0, 0}, {20, 0}, {0, 0.5}}, Colour{255, 255, 255, 255}, 3});
  addStroke(mesh, {{{0, 0}, {0, 0}, {0, 0}}, Colour{255, 255, 255, 255}, 3});
  addStroke(mesh, {{}, Colour{}, 3});
  for (const Point p : mesh.points) {
    EXPECT_TRUE(std::isfinite(p.x) && std::isfinite(p.y));
    EXPECT_LT(std::abs(p.x), 26);
    EXPECT_LT(std::abs(p.y), 6);
  }
}

TEST(Simplified, StaysWithinItsTolerance) {
  Polyline line;
  for (int i = 0; i <= 200; ++i)
    line.push_back({i * 2.0, 40 * std::sin(i * 0.05)});
  const Polyline fewer = simplified(line, 0.1);
  EXPECT_LT(fewer.size(), line.size() / 2);
  EXPECT_EQ(fewer.front(), line.front());
  EXPECT_EQ(fewer.back(), line.back());
  for (const Point p : line)
    EXPECT_LT(distance(p, fewer), 0.1 + 1e-9);
}

TEST(SceneStrokes, LayersAreSwitchedOneByOne) {
  OverlayScene scene = test::sampleScene(true);
  const Viewport v = viewport();
  const DisplayList all = laidOut(scene, v);
  EXPECT_GT(countOf(all, orange), 0U);
  EXPECT_GT(countOf(all, yellow), 0U);
  EXPECT_GT(countOf(all, vermillion), 0U);
  const auto without = [&](OverlayLayer layer) {
    OverlayStyle style;
    style.of(layer).shown = false;
    return laidOut(scene, v, style);
  };
  EXPECT_EQ(countOf(without(OverlayLayer::cortex), orange), 0U);
  EXPECT_GT(countOf(without(OverlayLayer::cortex), yellow), 0U);
  EXPECT_EQ(countOf(without(OverlayLayer::borders), yellow), 0U);
  EXPECT_EQ(countOf(without(OverlayLayer::borders), skyBlue), 0U);
  EXPECT_EQ(countOf(without(OverlayLayer::discontinuities), vermillion), 0U);
  EXPECT_FALSE(says(without(OverlayLayer::discontinuities), "undersurface 62 %"));
  EXPECT_TRUE(says(all, "lateral facet"));
  EXPECT_FALSE(says(without(OverlayLayer::facets), "lateral facet"));
  EXPECT_FALSE(says(without(OverlayLayer::labels), "undersurface 62 %"));
  EXPECT_FALSE(says(without(OverlayLayer::scale), "5 mm"));
}

TEST(SceneStrokes, ZonesAreDottedAndSpareWhatIsOutlined) {
  OverlayScene scene = test::sampleScene(true);
  scene.zones = {{scene.regions[0].px, 11.0}};
  OverlayStyle style;
  style.of(OverlayLayer::scale).shown = false;
  const auto dots = [&] {
    const DisplayList list = laidOut(scene, viewport(), style);
    std::size_t count = 0;
    for (const Stroke& s : list.strokes)
      if (s.points.size() == 2 && length(s.points) < 3 && sameColour(s.colour, white)) {
        ++count;
        EXPECT_TRUE(contains(scene.zones[0].px, viewport().toPicture((s.points[0] + s.points[1]) * 0.5)));
      }
    return count;
  };
  EXPECT_EQ(dots(), 0U); // a tear stands whatever the angle
  scene.regions.clear();
  EXPECT_GT(dots(), 20U);
  EXPECT_TRUE(says(laidOut(scene, viewport()), "angle 11\xC2\xB0"));
  style.of(OverlayLayer::unassessable).shown = false;
  EXPECT_EQ(dots(), 0U);
}

TEST(SceneStrokes, DotsAndHatchesMoveWithThePicture) {
  OverlayScene scene = test::sampleScene(true);
  const DisplayList before = laidOut(scene, viewport(3));
  Viewport moved = viewport(3);
  moved.pan({7, -5});
  const DisplayList after = laidOut(scene, moved);
  const auto hatches = [](const DisplayList& list) {
    std::vector<Polyline> out;
    for (const Stroke& s : list.strokes)
      if (s.points.size() == 2 && sameColour(s.colour, vermillion) && s.width == 1)
        out.push_back(s.points);
    return out;
  };
  const auto a = hatches(before);
  const auto b = hatches(after);
  ASSERT_GT(a.size(), 5U);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    EXPECT_LT(distance(a[i][0] + Point{7, -5}, b[i][0]), 1e-6);
}

TEST(SceneStrokes, AnnotationsSayTheirValues) {
  OverlayScene scene = test::sampleScene(false);
  scene.annotations = {{1, 0, Annotation::Kind::caliper, {{100, 60}, {100, 110}}, "", 12.34},
                       {2, 0, Annotation::Kind::angle, {{250, 60}, {200, 80}, {260, 90}}, "", 30.6},
                       {3, 0, Annotation::Kind::text, {{40, 40}}, "fluid?", std::nullopt},
                       {4, 0, Annotation::Kind::caliper, {{300, 60}, {340, 60}}, "", std::nullopt}};
  OverlayStyle labelsOff;
  labelsOff.of(OverlayLayer::labels).shown = false; // names of the program's findings, not a person's words
  for (const OverlayStyle& style : {OverlayStyle{}, labelsOff}) {
    const DisplayList list = laidOut(scene, viewport(), style, std::nullopt);
    EXPECT_TRUE(says(list, "12.3 mm"));
    EXPECT_TRUE(says(list, "31\xC2\xB0"));
    EXPECT_TRUE(says(list, "fluid?"));
    EXPECT_EQ(std::count_if(list.texts.begin(), list.texts.end(), [](const Text& t) { return t.words == "no scale"; }),
              2); // the second caliper, and the scale bar's place
  }
  EXPECT_TRUE(says(layOut(scene, eightPixelsALetter), "12.3 mm")); // report pictures too
  OverlayStyle off;
  off.of(OverlayLayer::annotations).shown = false;
  EXPECT_FALSE(says(laidOut(scene, viewport(), off), "12.3 mm"));
}

TEST(SceneStrokes, AMeasuredValueStaysInTheWindowAtAnyZoom) {
  OverlayScene scene = test::sampleScene(false);
  scene.annotations = {{1, 0, Annotation::Kind::caliper, {{10, 20}, {390, 280}}, "", 46.1}};
  for (const double zoom : {0.2, 1.0, 7.0, 60.0}) {
    const DisplayList list = laidOut(scene, viewport(zoom));
    const auto text =
        std::find_if(list.texts.begin(), list.texts.end(), [](const Text& t) { return t.words == "46.1 mm"; });
    ASSERT_NE(text, list.texts.end()) << zoom;
    EXPECT_GE(text->x, 0);
    EXPECT_LE(text->x + eightPixelsALetter(text->words, 0), 800);
    EXPECT_GE(text->y, 0);
    EXPECT_LE(text->y, 600);
  }
}

TEST(SceneStrokes, HandDrawnAndFormerLinesAreToldApart) {
  OverlayScene scene;
  scene.lines = {{OverlayRole::superficialBorder, {{50, 100}, {350, 100}}, false, true, false}};
  const DisplayList byHand = laidOut(scene, viewport());
  const auto squares = [](const DisplayList& list) {
    return std::count_if(list.strokes.begin(), list.strokes.end(), [](const Stroke& s) {
      return sameColour(s.colour, yellow) && s.points.size() == 2 && std::abs(length(s.points) - s.width) < 1e-6;
    });
  };
  EXPECT_GT(squares(byHand), 10);
  scene.lines[0].drawnByHand = false;
  EXPECT_EQ(squares(laidOut(scene, viewport())), 0);
  scene.lines[0].former = true;
  const DisplayList former = laidOut(scene, viewport());
  EXPECT_EQ(countOf(former, yellow), 0U);
  EXPECT_EQ(countOf(former, grey), 1U);
}

TEST(SceneStrokes, ZoomedInOnlyWhatIsSeenIsLaidOut) {
  OverlayScene scene = test::sampleScene(true);
  scene.zones = {{scene.regions[0].px, 11.0}};
  scene.regions.clear();
  Viewport v = viewport(64);
  v.centreOn({175, test::cortexY(175) - 10});
  const DisplayList list = laidOut(scene, v);
  EXPECT_LT(list.strokes.size(), 40000U);
  for (const Stroke& s : list.strokes) {
    double x0 = 1e9;
    double x1 = -1e9;
    for (const Point p : s.points) {
      x0 = std::min(x0, p.x);
      x1 = std::max(x1, p.x);
    }
    EXPECT_TRUE(x1 > -20 && x0 < 820);
  }
}

TEST(SceneStrokes, ADefectAtTheWindowsLowerEdgeKeepsItsName) {
  const OverlayScene scene = test::sampleScene(true);
  Viewport v = viewport(6);
  v.centreOn({175, test::cortexY(175) - 46}); // 6 * 46 = 276 window pixels over the lower edge's 300
  const DisplayList list = laidOut(scene, v);
  EXPECT_TRUE(says(list, "undersurface 62 %"));
}

TEST(InteractiveScale, TheBarIsAsLongAsItSays) {
  for (const double zoom : {0.1, 0.7, 2.0, 9.0, 64.0})
    for (const double mm : {0.03, 0.08, 0.5}) {
      const DisplayList list = laidOut({}, viewport(zoom), {}, Spacing{mm, mm * 1.2});
      const Text* words = nullptr;
      for (const Text& t : list.texts)
        if (t.words.ends_with(" mm") && t.x > 400 && t.y > 500)
          words = &t;
      ASSERT_NE(words, nullptr) << zoom << ' ' << mm;
      const double expected = std::stod(words->words) / mm * zoom;
      EXPECT_LT(expected, 800);
      EXPECT_TRUE(std::any_of(list.strokes.begin(), list.strokes.end(),
                              [&](const Stroke& s) {
                                return s.points.size() == 2 && std::abs(length(s.points) - expected) < 1e-6 &&
                                       s.points[0].y == s.points[1].y;
                              }))
          << zoom << ' ' << mm;
    }
}

TEST(InteractiveScale, TheRulerCountsFromWhereItIsTold) {
  const auto yOf = [](const DisplayList& list, const std::string& words) {
    const auto text =
        std::find_if(list.texts.begin(), list.texts.end(), [&](const Text& t) { return t.words == words && t.x < 60; });
    return text == list.texts.end() ? std::nan("") : text->y;
  };
  OverlayScene scene;
  const Viewport v = viewport(2); // 0.1 mm a pixel: 5 mm are 100 window pixels
  EXPECT_NEAR(yOf(laidOut(scene, v), "10"), v.toWindow({0, 100}).y, 1e-6);
  scene.ruler.zeroPx = 40;
  EXPECT_NEAR(yOf(laidOut(scene, v), "10"), v.toWindow({0, 140}).y, 1e-6);
  scene.ruler = {250, true};
  EXPECT_NEAR(yOf(laidOut(scene, v), "10"), v.toWindow({0, 150}).y, 1e-6);
  EXPECT_TRUE(std::isnan(yOf(laidOut(scene, v, {}, std::nullopt), "10")));
}

TEST(Tools, WordsStayInTheWindow) {
  const Viewport v = viewport();
  for (const Point px : {Point{0, 0}, Point{399, 299}, Point{399, 0}, Point{-50, 400}}) {
    const DisplayList list = layOutTools({{ToolMark::Kind::text, {px}, "5.3 mm"}}, v, {}, eightPixelsALetter);
    ASSERT_EQ(list.texts.size(), 1U);
    EXPECT_GE(list.texts[0].x, 0);
    EXPECT_LE(list.texts[0].x + 48, 800);
    EXPECT_GE(list.texts[0].y, 0);
    EXPECT_LE(list.texts[0].y, 600);
  }
}

TEST(Tools, EachKindDrawsSomething) {
  const Viewport v = viewport();
  for (const auto kind : {ToolMark::Kind::handle, ToolMark::Kind::activeHandle, ToolMark::Kind::line,
                          ToolMark::Kind::closedLine, ToolMark::Kind::cross}) {
    EXPECT_FALSE(layOutTools({{kind, {{50, 50}, {90, 60}, {70, 99}}, ""}}, v, {}, eightPixelsALetter).strokes.empty());
    EXPECT_TRUE(layOutTools({{kind, {}, ""}}, v, {}, eightPixelsALetter).strokes.empty());
  }
}

} // namespace
} // namespace hipcuff::drawing
