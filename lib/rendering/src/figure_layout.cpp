#include "figure_layout.h"

#include "figure_frame.h"
#include "figure_legend.h"
#include "figure_look.h"
#include "figure_words.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace hipcuff::figures {
namespace {

/// Height of the axes by their width; a square is no larger than this, or it fills a page.
constexpr double aspect = 0.68;
constexpr double largestSquare = 280;
constexpr double largestHeight = 300;
constexpr double leastSide = 40;
/// One category of a forest plot, and what each further series beside the first adds.
constexpr double leastRow = 15;
constexpr double rowOfSeries = 5;
/// What category names may take of the width.
constexpr double namesShare = 0.36;
/// Points between ticks: words stay apart.
constexpr double tickSpaceX = 28;
constexpr double tickSpaceY = 20;
/// A legend inside the axes is no wider than these shares of them; the first that fits is taken.
constexpr std::array<double, 3> legendShares{0.66, 0.52, 0.42};
/// Beside a square that leaves so much room, the legend stands there.
constexpr double roomBeside = 90;

class XyLayout {
public:
  XyLayout(const Figure& figure, double width, const Measure& measure)
      : figure_(figure)
      , measure_(measure)
      , looks_(looksOf(figure.series)) {
    out_.sheet.width = width;
    xAxis_ = figure.x;
    if (!figure.boxes.empty()) {
      xAxis_.categories.clear();
      for (const Box& box : figure.boxes)
        xAxis_.categories.push_back(box.category);
    }
    out_.axes.lying = xAxis_.categories.empty() && !figure.y.categories.empty();
  }

  Layout run() {
    placeAxes();
    Sheet& sheet = out_.sheet;
    const Rect& rect = out_.axes.rect;
    addLines(sheet, titleLines_, {sheetMargin, sheetMargin + blockHeight(titleLines_, titleSize) / 2}, titleSize,
             Anchor::begin);
    const std::size_t first = sheet.marks.size();
    addData(sheet.marks, figure_, looks_, out_.axes);
    const bool beside = sheet.width - sheetMargin - rect.x1 > roomBeside;
    const auto legend = beside ? std::nullopt : legendInside(first);
    addFrame(sheet, out_.axes);
    double y = rect.y1 + (out_.axes.x.categories ? 0 : tickLength) + tickGap;
    const LowerWords lower(out_.axes.x, rect.x1 - rect.x0, measure_);
    lower.addTo(sheet, out_.axes.x, y);
    y += lower.height();
    LeftWords left(out_.axes.y, namesShare * sheet.width, measure_);
    const double wordsRight = rect.x0 - (out_.axes.y.categories ? 0 : tickLength) - tickGap;
    left.addTo(sheet, out_.axes.y, wordsRight);
    const auto xTitle = wrapped(xAxis_.label, rect.x1 - rect.x0, axisSize, measure_);
    if (!xTitle.empty()) {
      y += titleGap;
      addLines(sheet, xTitle, {(rect.x0 + rect.x1) / 2, y + blockHeight(xTitle, axisSize) / 2}, axisSize,
               Anchor::middle);
      y += blockHeight(xTitle, axisSize);
    }
    addLines(sheet, yTitle_,
             {wordsRight - left.width() - titleGap - blockHeight(yTitle_, axisSize) / 2, (rect.y0 + rect.y1) / 2},
             axisSize, Anchor::middle, 90);
    if (legend)
      legend->first.addTo(sheet, legend->second);
    else
      y = addLegendOutside(y);
    sheet.height = y + sheetMargin;
    return std::move(out_);
  }

private:
  static double blockHeight(const std::vector<std::string>& lines, int size) {
    return static_cast<double>(lines.size()) * size * lineSpacing;
  }

  /// Room for words depends on the axes' lengths and those on the words: each round comes closer.
  void placeAxes() {
    const double width = out_.sheet.width;
    titleLines_ = wrapped(figure_.title, width - 2 * sheetMargin, titleSize, measure_);
    const double top =
        sheetMargin + (titleLines_.empty() ? 0 : blockHeight(titleLines_, titleSize) + titleGap) + tickSize * 0.5;
    const auto further =
        static_cast<double>(std::max<std::ptrdiff_t>(1, std::count_if(figure_.series.begin(), figure_.series.end(),
                                                                      [](const Series& s) {
                                                                        return s.shape == SeriesShape::points ||
                                                                               s.shape == SeriesShape::bars;
                                                                      }))) -
        1;
    double across = width * 0.75;
    double down = figure_.square ? across : across * aspect;
    for (int round = 0; round < 4; ++round) {
      setScales(across, down);
      const LeftWords left(out_.axes.y, namesShare * width, measure_);
      const LowerWords lower(out_.axes.x, across, measure_);
      yTitle_ = wrapped(figure_.y.label, down, axisSize, measure_);
      const double words = (yTitle_.empty() ? 0 : blockHeight(yTitle_, axisSize) + titleGap) + left.width() + tickGap +
                           (out_.axes.y.categories ? 0 : tickLength);
      const double x0 = sheetMargin + std::max(words, lower.beyondLeft());
      const double x1 = width - sheetMargin - std::max(lower.beyondRight(), 1.0);
      double wide = x1 - x0;
      if (figure_.square)
        wide = std::min(wide, largestSquare);
      across = wide;
      if (out_.axes.y.categories)
        down = std::max({static_cast<double>(out_.axes.y.ticks.size()) *
                             std::max(leastRow + rowOfSeries * further,
                                      static_cast<double>(left.mostLines()) * tickSize * lineSpacing + 5),
                         leastSide});
      else
        down = figure_.square ? across : std::min(across * aspect, largestHeight);
      out_.axes.rect = {x0, top, x0 + across, top + down};
      if (across < leastSide || down < leastSide)
        throw InputError({}, "its words leave no room for the data", "make it wider or its words shorter");
    }
    setScales(across, down);
    out_.axes.x.from = out_.axes.rect.x0;
    out_.axes.x.to = out_.axes.rect.x1;
    // Categories are read from the top down.
    out_.axes.y.from = out_.axes.y.categories ? out_.axes.rect.y0 : out_.axes.rect.y1;
    out_.axes.y.to = out_.axes.y.categories ? out_.axes.rect.y1 : out_.axes.rect.y0;
  }

  void setScales(double across, double down) {
    auto [x, y] = reachesOf(figure_);
    Axis xAxis = xAxis_;
    Axis yAxis = figure_.y;
    if (figure_.square && xAxis.categories.empty() && yAxis.categories.empty()) {
      // One unit on both: the same ends, or the diagonal would not be one.
      Reach both = x;
      if (!y.empty()) {
        both.add(y.least);
        both.add(y.most);
      }
      both.loose = x.loose || y.loose;
      x = y = both;
      const auto share = [](std::optional<double>& a, std::optional<double>& b) {
        if (a && !b)
          b = a;
        if (b && !a)
          a = b;
      };
      share(xAxis.least, yAxis.least);
      share(xAxis.most, yAxis.most);
    }
    const auto scale = [](const Axis& axis, const Reach& reach, double length, double space) {
      return axis.categories.empty() ? numericScale(axis, reach, std::max(2, static_cast<int>(length / space)))
                                     : categoryScale(axis.categories);
    };
    out_.axes.x = scale(xAxis, x, across, tickSpaceX);
    out_.axes.y = scale(yAxis, y, down, figure_.square ? tickSpaceX : tickSpaceY);
  }

  /// With its place between the axes; none where it would cover data.
  std::optional<std::pair<Legend, Point>> legendInside(std::size_t firstMark) {
    const Rect& rect = out_.axes.rect;
    for (const double share : legendShares) {
      Legend legend(figure_.series, looks_, share * (rect.x1 - rect.x0), measure_, true);
      if (legend.empty())
        return std::pair(std::move(legend), Point{});
      if (const auto place = freePlace(out_.sheet, firstMark, rect, legend.width(), legend.height()))
        return std::pair(std::move(legend), *place);
    }
    return std::nullopt;
  }

  /// @param y where what stands below the axes ends. @returns where all ends
  double addLegendOutside(double y) {
    Sheet& sheet = out_.sheet;
    const Rect& rect = out_.axes.rect;
    const double right = sheet.width - sheetMargin;
    if (right - rect.x1 > roomBeside) {
      const Legend beside(figure_.series, looks_, right - rect.x1 - 8, measure_, true);
      if (beside.height() <= rect.y1 - rect.y0) {
        beside.addTo(sheet, {rect.x1 + 8, rect.y0});
        return y;
      }
    }
    // From the axis on where one column fits there, else from the sheet's edge.
    const Legend narrow(figure_.series, looks_, right - rect.x0, measure_, false);
    const Legend wide(figure_.series, looks_, right - sheetMargin, measure_, false);
    const bool roomier = wide.height() < narrow.height();
    const Legend& below = roomier ? wide : narrow;
    below.addTo(sheet, {roomier ? sheetMargin : rect.x0, y + titleGap + 1});
    return y + titleGap + 1 + below.height();
  }

  const Figure& figure_;
  const Measure& measure_;
  std::vector<Look> looks_;
  Axis xAxis_;
  std::vector<std::string> titleLines_;
  std::vector<std::string> yTitle_;
  Layout out_;
};

} // namespace

Layout layOutFigure(const Figure& figure, double width, const Measure& measure) {
  if (figure.cells)
    return layOutTable(figure, width, measure);
  const bool anything = !figure.boxes.empty() || std::any_of(figure.series.begin(), figure.series.end(),
                                                             [](const Series& s) { return !s.x.empty(); });
  if (!anything)
    throw InputError({}, "has no data to draw", "");
  return XyLayout(figure, width, measure).run();
}

} // namespace hipcuff::figures
