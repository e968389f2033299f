// Where a chart puts things, without any display: axes, words, legend, what is cut off.
#include "figure_clip.h"
#include "figure_layout.h"
#include "figure_legend.h"
#include "figure_look.h"
#include "figure_scale.h"
#include "figure_words.h"
#include "hipcuff/core/error.h"
#include "hipcuff/rendering/figure_chart.h"
#include "sample_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace hipcuff::figures {
namespace {

using testing::ElementsAre;

/// Every character as wide as half its size.
double measured(const std::string& words, int size) {
  return 0.5 * size * static_cast<double>(std::count_if(words.begin(), words.end(), [](char c) {
           return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
         }));
}

std::vector<std::string> labels(const Scale& scale) {
  std::vector<std::string> out;
  for (const Tick& tick : scale.ticks)
    out.push_back(tick.label);
  return out;
}

template <typename T>
std::vector<T> all(const Sheet& sheet) {
  std::vector<T> out;
  for (const Mark& mark : sheet.marks)
    if (const T* found = std::get_if<T>(&mark))
      out.push_back(*found);
  return out;
}

/// What a text covers.
Rect covered(const Words& words) {
  const double width = measured(words.text, words.size);
  const double begin = words.anchor == Anchor::begin ? 0 : words.anchor == Anchor::middle ? -width / 2 : -width;
  const double turn = words.angle * std::numbers::pi / 180;
  const Point along{std::cos(turn), -std::sin(turn)};
  const Point down{std::sin(turn), std::cos(turn)};
  Rect out{1e9, 1e9, -1e9, -1e9};
  for (const double t : {begin, begin + width})
    for (const double s : {-0.5 * words.size, 0.5 * words.size}) {
      const Point p = words.at + along * t + down * s;
      out = {std::min(out.x0, p.x), std::min(out.y0, p.y), std::max(out.x1, p.x), std::max(out.y1, p.y)};
    }
  return out;
}

TEST(FigureScale, TicksAreRound) {
  EXPECT_THAT(labels(numericScale({"", 0.0, 1.0, {}}, {}, 6)), ElementsAre("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(labels(numericScale({"", -3.0, 3.0, {}}, {}, 4)), ElementsAre("−2", "0", "2"));
  EXPECT_THAT(labels(numericScale({}, {0, 97}, 5)), ElementsAre("0", "20", "40", "60", "80", "100"));
  EXPECT_THAT(labels(numericScale({"", 0.0, 5e7, {}}, {}, 3)), ElementsAre("0", "2×10⁷", "4×10⁷"));
  EXPECT_THAT(labels(numericScale({"", 0.0, 3e-9, {}}, {}, 3)), ElementsAre("0", "1×10⁻⁹", "2×10⁻⁹", "3×10⁻⁹"));
}

TEST(FigureScale, EndsThatAreGivenAreKept) {
  const Scale scale = numericScale({"", 0.37, 1.03, {}}, {0, 2}, 5);
  EXPECT_EQ(scale.least, 0.37);
  EXPECT_EQ(scale.most, 1.03);
  EXPECT_THAT(labels(scale), ElementsAre("0.4", "0.6", "0.8", "1.0"));
}

TEST(FigureScale, EverythingFitsAndNothingIsFlat) {
  for (const Reach reach : {Reach{3, 3}, Reach{0, 0}, Reach{-7, -7}, Reach{1e12, 1e12}, Reach{1, -1},
                            Reach{-1e-12, 1e-12}, Reach{2.4, 8.1, true}, Reach{-5, 0, true}})
    for (const Axis& axis : {Axis{}, Axis{"", 5.0, {}, {}}, Axis{"", {}, -5.0, {}}}) {
      const Scale scale = numericScale(axis, reach, 5);
      ASSERT_LT(scale.least, scale.most);
      ASSERT_FALSE(scale.ticks.empty());
      EXPECT_LE(scale.ticks.size(), 8U);
      std::set<std::string> different;
      for (const Tick& tick : scale.ticks)
        EXPECT_TRUE(different.insert(tick.label).second) << tick.label;
      if (!reach.empty() && !axis.least && !axis.most) {
        EXPECT_LE(scale.least, reach.least);
        EXPECT_GE(scale.most, reach.most);
      }
    }
  EXPECT_EQ(numericScale({}, {0.1, 5}, 5).least, 0); // amounts begin at 0 where that is cheap
  EXPECT_GT(numericScale({}, {4, 5}, 5).least, 3);
}

TEST(FigureWords, BreakWhereTheyMay) {
  EXPECT_THAT(wrapped("partial-thickness tear", 50, 10, measured), ElementsAre("partial-", "thickness", "tear"));
  EXPECT_THAT(wrapped("AUC (95 % CI)", 40, 10, measured), ElementsAre("AUC", "(95 %", "CI)")) << "95 keeps its %";
  EXPECT_THAT(wrapped("κκκκκκ", 20, 10, measured), ElementsAre("κκκκ", "κκ"));
  EXPECT_THAT(wrapped("κκκκκκ", 20, 10, measured, {.breakWords = false}), ElementsAre("κκκκκκ"));
  EXPECT_THAT(wrapped("a b c d", 5, 10, measured, {.mostLines = 2}), ElementsAre("a", "…"));
  EXPECT_TRUE(wrapped("  \n ", 50, 10, measured).empty());
  EXPECT_EQ(printable("a\x01\x7F\nb\xEF\xBF\xBF κ"), "a   b  κ");
}

TEST(FigureWords, NumbersAreTypeset) {
  EXPECT_EQ(number(-0.25, 2), "−0.25");
  EXPECT_EQ(number(-0.001, 1), "0.0");
  EXPECT_EQ(shortNumber(12), "12");
  EXPECT_EQ(shortNumber(0.5), "0.5");
  EXPECT_EQ(scientific(-2.5e-7), "−2.5×10⁻⁷");
}

TEST(FigureClip, LinesAndBandsEndAtTheFrame) {
  const Rect frame{0, 0, 10, 10};
  const auto pieces = clippedLine({{-5, 5}, {5, 5}, {5, 20}, {8, 20}, {8, 5}}, frame);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_THAT(pieces[0], ElementsAre(Point{0, 5}, Point{5, 5}, Point{5, 10}));
  EXPECT_THAT(pieces[1], ElementsAre(Point{8, 10}, Point{8, 5}));
  const auto band = clippedBand({{{-10, -10}, {10, 10}}, {{-10, 20}, {10, 20}}, {}}, frame);
  ASSERT_FALSE(band.upper.empty());
  for (std::size_t i = 0; i < band.upper.size(); ++i) {
    EXPECT_TRUE(inside(band.upper[i], frame) && inside(band.lower[i], frame));
    EXPECT_NEAR(band.upper[i].y, band.upper[i].x, 1e-9);
    EXPECT_EQ(band.lower[i].y, 10);
  }
  EXPECT_TRUE(clippedArea({{20, 20}, {30, 20}, {30, 30}}, frame).empty());
}

TEST(FigureLook, RolesLookTheSameAndDifferFromEachOther) {
  const auto series = test::rocFigure().series;
  const auto looks = looksOf(series);
  const auto same = [](Colour a, Colour b) { return a.r == b.r && a.g == b.g && a.b == b.b; };
  EXPECT_TRUE(same(looks[0].fill, looks[1].colour)) << "a curve and its band";
  EXPECT_FALSE(same(looks[2].colour, looks[3].colour));
  EXPECT_NE(looks[2].marker, looks[3].marker);
  EXPECT_NE(looks[3].marker, looks[4].marker);
  EXPECT_TRUE(looks[1].dash.empty());
  EXPECT_FALSE(looks[5].dash.empty());
  const auto bands = looksOf(test::blandAltmanFigure().series);
  EXPECT_TRUE(same(bands[0].fill, bands[1].fill)) << "without a name it goes on with the one before";
}

struct Sample {
  const char* name;
  Figure (*figure)();
};
class EveryFigure : public testing::TestWithParam<Sample> {};

TEST_P(EveryFigure, KeepsItsWordsOnTheSheetAndApart) {
  for (const double width : {150.0, 241.0, 510.0}) {
    const Layout layout = layOutFigure(GetParam().figure(), width, measured);
    const Sheet& sheet = layout.sheet;
    const auto words = all<Words>(sheet);
    ASSERT_FALSE(words.empty());
    for (std::size_t i = 0; i < words.size(); ++i) {
      const Rect r = covered(words[i]);
      EXPECT_GE(r.x0, 0) << width << ": " << words[i].text;
      EXPECT_LE(r.x1, sheet.width) << width << ": " << words[i].text;
      EXPECT_GE(r.y0, 0) << width << ": " << words[i].text;
      EXPECT_LE(r.y1, sheet.height) << width << ": " << words[i].text;
      for (std::size_t k = 0; k < i; ++k)
        if (words[i].angle == words[k].angle && words[i].angle != 40) { // boxes around slanted words say nothing
          EXPECT_FALSE(r.overlaps(covered(words[k]))) << width << ": " << words[i].text << " / " << words[k].text;
        }
    }
  }
}

TEST_P(EveryFigure, KeepsItsDataInsideTheAxes) {
  const Layout layout = layOutFigure(GetParam().figure(), 241, measured);
  const Rect& r = layout.axes.rect;
  for (const Disc& disc : all<Disc>(layout.sheet))
    if (disc.centre.y < r.y1) { // those below are the legend's
      EXPECT_TRUE(inside(disc.centre, r));
    }
  for (const auto& band : all<drawing::Band>(layout.sheet))
    for (const Point p : band.upper)
      EXPECT_TRUE(inside(p, r));
}

INSTANTIATE_TEST_SUITE_P(Figures, EveryFigure,
                         testing::Values(Sample{"roc", test::rocFigure}, Sample{"bland", test::blandAltmanFigure},
                                         Sample{"confusion", test::confusionFigure},
                                         Sample{"forest", test::forestFigure}, Sample{"grades", test::gradesFigure},
                                         Sample{"histogram", test::histogramFigure}, Sample{"boxes", test::boxFigure}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FigureLayout, LegendKeepsOffTheData) {
  const Layout layout = layOutFigure(test::rocFigure(), 241, measured);
  const Rect& axes = layout.axes.rect;
  std::vector<Rect> legend;
  for (const Words& words : all<Words>(layout.sheet))
    if (words.text.starts_with("Reader") || words.text == "Chance")
      legend.push_back(covered(words));
  ASSERT_EQ(legend.size(), 4U);
  for (const Rect& r : legend) {
    EXPECT_TRUE(inside({r.x0, r.y0}, axes) && inside({r.x1, r.y1}, axes)) << "there is room under the diagonal";
    for (double t = 0; t <= 1; t += 0.01) {
      const Point p = layout.axes.at(t, t);
      EXPECT_FALSE(r.overlaps({p.x - 1, p.y - 1, p.x + 1, p.y + 1}));
    }
  }
}

TEST(FigureLayout, LegendGoesOutsideWhereTheDataFillTheAxes) {
  Figure f = test::rocFigure();
  f.series.push_back({"Everywhere", SeriesRole::band, SeriesShape::band, {0, 1}, {0, 0}, {1, 1}, {}});
  const Layout layout = layOutFigure(f, 241, measured);
  for (const Words& words : all<Words>(layout.sheet))
    if (words.text == "Everywhere" || words.text == "Chance") {
      EXPECT_GT(words.at.y, layout.axes.rect.y1 + 20);
    }
  const Layout wide = layOutFigure(f, 510, measured); // a square leaves room beside it
  for (const Words& words : all<Words>(wide.sheet))
    if (words.text == "Everywhere" || words.text == "Chance") {
      EXPECT_GT(words.at.x, wide.axes.rect.x1);
    }
}

TEST(FigureLayout, SquaresAreSquareAndHaveOneUnit) {
  Figure f;
  f.id = "scatter";
  f.square = true;
  f.series = {{"", SeriesRole::system, SeriesShape::points, {2.2, 7.8}, {3, 5}, {}, {}}};
  const Layout layout = layOutFigure(f, 241, measured);
  const Rect& r = layout.axes.rect;
  EXPECT_NEAR(r.x1 - r.x0, r.y1 - r.y0, 1e-9);
  EXPECT_EQ(layout.axes.x.least, layout.axes.y.least);
  EXPECT_EQ(layout.axes.x.most, layout.axes.y.most);
}

TEST(FigureLayout, BarsStandOnZeroSideBySide) {
  const Layout layout = layOutFigure(test::gradesFigure(), 241, measured);
  const Axes& axes = layout.axes;
  const auto areas = all<Area>(layout.sheet);
  ASSERT_EQ(areas.size(), 8U); // six bars and two samples in the legend
  const auto edges = [&](std::size_t i) {
    Rect out{1e9, 1e9, -1e9, -1e9};
    for (const Point p : areas[i].outline)
      out = {std::min(out.x0, p.x), std::min(out.y0, p.y), std::max(out.x1, p.x), std::max(out.y1, p.y)};
    return out;
  };
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(edges(i).y1, axes.y.at(0), 1e-6);
  EXPECT_NEAR(edges(0).y0, axes.y.at(131), 1e-6);
  EXPECT_NEAR(edges(5).y0, axes.y.at(71), 1e-6);
  EXPECT_LE(edges(0).x1, edges(3).x0);
  EXPECT_NEAR((edges(0).x0 + edges(3).x1) / 2, axes.x.at(0), 1e-6) << "the pair around its category";
}

TEST(FigureLayout, LyingErrorBarsBeyondTheAxisEndInAnArrow) {
  const Layout layout = layOutFigure(test::forestFigure(), 241, measured);
  const Axes& axes = layout.axes;
  EXPECT_LT(axes.y.at(0), axes.y.at(2)) << "from the top down";
  bool arrow = false; // of the one interval that begins at 0.4 on an axis from 0.5 on
  for (const Area& area : all<Area>(layout.sheet))
    arrow = arrow || std::any_of(area.outline.begin(), area.outline.end(), [&](Point p) {
              return std::abs(p.x - axes.rect.x0) < 1e-6 &&
                     std::abs(p.y - axes.y.at(2)) < 0.5 * (axes.y.at(1) - axes.y.at(0));
            });
  EXPECT_TRUE(arrow);
  bool whole = false;
  for (const Line& line : all<Line>(layout.sheet))
    whole = whole || (line.points.size() == 2 && std::abs(line.points[0].x - axes.x.at(0.8)) < 1e-6 &&
                      std::abs(line.points[1].x - axes.x.at(0.9)) < 1e-6);
  EXPECT_TRUE(whole) << "an interval from 0.8 to 0.9";
}

TEST(FigureLayout, CellsHaveTheirCountAndShare) {
  const Layout layout = layOutFigure(test::confusionFigure(), 400, measured);
  const Axes& axes = layout.axes;
  const auto at = [&](double column, double row) {
    std::vector<std::string> out;
    for (const Words& words : all<Words>(layout.sheet))
      if (std::abs(words.at.x - axes.x.at(column)) < 1 && std::abs(words.at.y - axes.y.at(row)) < 8)
        out.push_back(words.text);
    return out;
  };
  EXPECT_THAT(at(0, 0), ElementsAre("120", "90 %"));
  EXPECT_THAT(at(2, 2), ElementsAre("31", "89 %"));
}

TEST(FigureLayout, ManyPointsOnOneAnotherAreOne) {
  Figure f;
  f.id = "cloud";
  Series cloud{"", SeriesRole::system, SeriesShape::points, {}, {}, {}, {}};
  for (int i = 0; i < 100'000; ++i) {
    cloud.x.push_back(i % 100);
    cloud.y.push_back(i % 10);
  }
  f.series = {cloud};
  EXPECT_EQ(all<Disc>(layOutFigure(f, 241, measured).sheet).size(), 100U);
}

TEST(FigureLayout, WhatCannotBeDrawnIsAnInputError) {
  Figure nothing;
  nothing.id = "nothing";
  EXPECT_THROW((void)figureSvg(nothing), InputError);
  nothing.series = {{"empty", SeriesRole::system, SeriesShape::line, {}, {}, {}, {}}};
  EXPECT_THROW((void)figureSvg(nothing), InputError);
  Figure crossed = test::rocFigure();
  crossed.series[1].y.pop_back();
  EXPECT_THROW((void)figureSvg(crossed), InputError);
  Figure crowded = test::confusionFigure();
  crowded.cells->columns.assign(60, "a column");
  for (auto& row : crowded.cells->values)
    row.assign(60, 1);
  EXPECT_THROW((void)figureSvg(crowded), InputError);
  EXPECT_THROW((void)figureSvg(test::rocFigure(), {10, 300}), std::invalid_argument);
  EXPECT_THROW((void)figureSvg(test::rocFigure(), {85, 10}), std::invalid_argument);
}

} // namespace
} // namespace hipcuff::figures
