// Charts as pixels and as SVG: against pictures kept, and read back where the axes say that data are.
#include "hipcuff/rendering/figure_chart.h"
#include "hipcuff/rendering/private_display.h"
#include "read_back.h"
#include "sample_figures.h"
#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vtkNew.h>
#include <vtkXMLDataElement.h>
#include <vtkXMLUtilities.h>

#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>

namespace hipcuff {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Baselines stay small: a narrow column at screen resolution.
constexpr FigureFormat small{70, 110};

class FigureCharts : public testing::Test {
protected:
  static void SetUpTestSuite() {
    display_ = std::make_unique<PrivateDisplay>();
    painter_ = std::make_unique<FigurePainter>();
  }
  static void TearDownTestSuite() {
    painter_.reset();
    display_.reset();
  }
  static RgbImage drawn(const Figure& figure, const FigureFormat& format = small) {
    RgbImage out = painter_->picture(figure, format);
    test::keep(out, "figure_" + figure.id);
    return out;
  }
  static std::unique_ptr<PrivateDisplay> display_;
  static std::unique_ptr<FigurePainter> painter_;
};
std::unique_ptr<PrivateDisplay> FigureCharts::display_;
std::unique_ptr<FigurePainter> FigureCharts::painter_;

TEST_F(FigureCharts, Roc) {
  test::expectLikeBaseline(drawn(test::rocFigure()), "figure_roc");
}
TEST_F(FigureCharts, BlandAltman) {
  test::expectLikeBaseline(drawn(test::blandAltmanFigure()), "figure_bland_altman");
}
TEST_F(FigureCharts, Confusion) {
  test::expectLikeBaseline(drawn(test::confusionFigure()), "figure_confusion");
}
TEST_F(FigureCharts, Forest) {
  test::expectLikeBaseline(drawn(test::forestFigure()), "figure_forest");
}
TEST_F(FigureCharts, Grades) {
  test::expectLikeBaseline(drawn(test::gradesFigure()), "figure_grades");
}
TEST_F(FigureCharts, Boxes) {
  test::expectLikeBaseline(drawn(test::boxFigure()), "figure_boxes");
}

TEST_F(FigureCharts, SameInputSameBytes) {
  const std::string png = painter_->png(test::rocFigure());
  (void)painter_->png(test::gradesFigure(), {60, 150}); // what was drawn before leaves no trace
  EXPECT_EQ(painter_->png(test::rocFigure()), png);
  EXPECT_EQ(figureSvg(test::rocFigure()), figureSvg(test::rocFigure()));
}

TEST_F(FigureCharts, WidthAndResolutionAreWhatWasAskedFor) {
  const std::string png = painter_->png(test::histogramFigure(), {85, 300});
  const test::TemporaryFolder folder;
  const auto file = folder.write("figure.png", png);
  EXPECT_EQ(readPng(file, 5000).width, 1004); // 85 mm / 25.4 * 300
  // 300 dots per inch are 11811 a metre: 0x2E23.
  EXPECT_THAT(png, HasSubstr(std::string("pHYs\0\0\x2E\x23\0\0\x2E\x23\x01", 13)));
  FigurePlacement placement;
  (void)figureSvg(test::histogramFigure(), {180, 300}, &placement);
  EXPECT_NEAR(placement.widthPt, 180 / 25.4 * 72, 1e-9);
}

/// Middle of the pixels that have this colour.
std::optional<Point> middleOf(const RgbImage& image, std::array<int, 3> colour, const Point& from, const Point& to) {
  double sumX = 0;
  double sumY = 0;
  int count = 0;
  for (int y = static_cast<int>(from.y); y < static_cast<int>(to.y); ++y)
    for (int x = static_cast<int>(from.x); x < static_cast<int>(to.x); ++x) {
      int worst = 0;
      for (int c = 0; c < 3; ++c)
        worst = std::max(worst, std::abs(image.at(x, y, c) - colour[static_cast<std::size_t>(c)]));
      if (worst > 40)
        continue;
      sumX += x + 0.5;
      sumY += y + 0.5;
      ++count;
    }
  return count == 0 ? std::nullopt : std::optional<Point>({sumX / count, sumY / count});
}

TEST_F(FigureCharts, PointsAreWhereTheAxesSay) {
  Figure figure = test::rocFigure();
  figure.series = {{"", SeriesRole::system, SeriesShape::points, {0.3}, {0.7}, {}, {}}};
  for (const FigureFormat& format : {FigureFormat{85, 300}, FigureFormat{70, 200}}) {
    FigurePlacement place;
    const RgbImage image = painter_->picture(figure, format, &place);
    const double scale = format.dotsPerInch / 72.0;
    EXPECT_EQ(place.xAtLeft, 0);
    EXPECT_EQ(place.yAtTop, 1);
    const Point from{place.left * scale, place.top * scale};
    const Point to{place.right * scale, place.bottom * scale};
    const auto found = middleOf(image, {0x00, 0x72, 0xB2}, from, to);
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->x, place.x(0.3) * scale, 0.6);
    EXPECT_NEAR(found->y, place.y(0.7) * scale, 0.6);
    // The ticks stand where the axis says: look along the row under it for what is dark.
    const int row = static_cast<int>((place.bottom + 1.5) * scale);
    for (const double value : {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}) {
      const int x = static_cast<int>(place.x(value) * scale);
      EXPECT_LT(std::min({image.at(x - 1, row, 0), image.at(x, row, 0), image.at(x + 1, row, 0)}), 120) << value;
      EXPECT_GT(image.at(static_cast<int>(place.x(value + 0.1) * scale) - 1, row, 0), 240) << "none between";
      if (value > 0.9)
        break;
    }
  }
}

class Svg {
public:
  explicit Svg(const std::string& text)
      : root_(vtkXMLUtilities::ReadElementFromString(text.c_str())) {}
  ~Svg() {
    if (root_ != nullptr)
      root_->Delete();
  }
  Svg(const Svg&) = delete;
  Svg& operator=(const Svg&) = delete;
  [[nodiscard]] vtkXMLDataElement* root() const { return root_; }
  void each(const char* name, const std::function<void(vtkXMLDataElement*)>& use) const { walk(root_, name, use); }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> out;
    each("text", [&](vtkXMLDataElement* e) { out.emplace_back(e->GetCharacterData()); });
    return out;
  }

private:
  static void walk(vtkXMLDataElement* e, const std::string& name, const std::function<void(vtkXMLDataElement*)>& use) {
    if (name == e->GetName())
      use(e);
    for (int i = 0; i < e->GetNumberOfNestedElements(); ++i)
      walk(e->GetNestedElement(i), name, use);
  }
  vtkXMLDataElement* root_;
};

double numberOf(vtkXMLDataElement* e, const char* name) {
  const char* value = e->GetAttribute(name);
  return value == nullptr ? std::nan("") : std::stod(value);
}

TEST(FigureSvg, IsXmlWithItsWordsAsText) {
  Figure figure = test::blandAltmanFigure();
  figure.title = "κ ± <b> & \"x\" |y| $z$ \x07";
  figure.caption = "Two\nlines";
  const std::string text = figureSvg(figure);
  EXPECT_TRUE(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
  const Svg svg(text);
  ASSERT_NE(svg.root(), nullptr);
  EXPECT_STREQ(svg.root()->GetName(), "svg");
  EXPECT_STREQ(svg.root()->GetAttribute("xmlns"), "http://www.w3.org/2000/svg");
  EXPECT_STREQ(svg.root()->GetAttribute("width"), "85mm");
  const auto texts = svg.texts();
  EXPECT_THAT(texts, testing::IsSupersetOf({"Mean of system and reader (mm)", "Difference (mm)", "±1.96 SD", "−0.5",
                                            "Bias −0.1 mm", "95 % CI"}));
  EXPECT_THAT(texts, testing::Contains("κ ± <b> & \"x\" |y| $z$"));
  for (const char* foreign : {"href", "<image", "<script", "<style", "url(", "pt\""})
    EXPECT_THAT(text, Not(HasSubstr(foreign)));
  svg.each("text", [](vtkXMLDataElement* e) {
    EXPECT_TRUE(numberOf(e, "font-size") >= 7 && numberOf(e, "font-size") <= 9);
    const char* anchor = e->GetAttribute("text-anchor");
    EXPECT_TRUE(anchor == nullptr || std::string(anchor) == "middle" || std::string(anchor) == "end");
  });
}

TEST(FigureSvg, PointsAndTicksAreWhereTheAxesSay) {
  Figure figure = test::rocFigure();
  figure.series = {{"", SeriesRole::system, SeriesShape::points, {0.3}, {0.7}, {}, {}}};
  FigurePlacement place;
  const Svg svg(figureSvg(figure, {}, &place));
  int discs = 0;
  svg.each("circle", [&](vtkXMLDataElement* e) {
    EXPECT_NEAR(numberOf(e, "cx"), place.x(0.3), 0.01);
    EXPECT_NEAR(numberOf(e, "cy"), place.y(0.7), 0.01);
    ++discs;
  });
  EXPECT_EQ(discs, 2); // and the paper's rim around it
  int ticks = 0;
  svg.each("text", [&](vtkXMLDataElement* e) {
    if (std::string(e->GetCharacterData()) != "0.4")
      return;
    const bool below = numberOf(e, "y") > place.bottom;
    if (below) {
      EXPECT_NEAR(numberOf(e, "x"), place.x(0.4), 0.01);
    } else {
      EXPECT_NEAR(numberOf(e, "y") - 0.365 * 7, place.y(0.4), 0.01) << "the digits' middle";
    }
    ++ticks;
  });
  EXPECT_EQ(ticks, 2);
}

TEST(FigureSvg, DashesAndTransparencyAreSaid) {
  const std::string text = figureSvg(test::rocFigure());
  EXPECT_THAT(text, HasSubstr("stroke-dasharray=\"2,2\""));
  EXPECT_THAT(text, HasSubstr("fill-opacity=\"0.28"));
}

} // namespace
} // namespace hipcuff
