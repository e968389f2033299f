// Counts in cells, shaded by their share of the row.
#include "figure_frame.h"
#include "figure_layout.h"
#include "figure_words.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::figures {
namespace {

constexpr double leastCell = 14;
constexpr double largestCell = 90;
constexpr double lowestCell = 20;
constexpr double highestCell = 36;
constexpr double namesShare = 0.34;

/// From paper to a dark blue, even steps in lightness.
Colour shade(double share) {
  const auto mix = [&](double light, double dark) {
    return static_cast<std::uint8_t>(std::lround(light + (dark - light) * share));
  };
  return {mix(0xF7, 0x08), mix(0xFA, 0x45), mix(0xFD, 0x7E), 255};
}

double blockHeight(const std::vector<std::string>& lines, int size) {
  return static_cast<double>(lines.size()) * size * lineSpacing;
}

void addCell(Sheet& sheet, const Rect& r, double value, double rowSum, const Measure& measure) {
  const double share = rowSum > 0 ? value / rowSum : 0;
  sheet.marks.emplace_back(Area{{{r.x0, r.y0}, {r.x1, r.y0}, {r.x1, r.y1}, {r.x0, r.y1}}, shade(share)});
  const Colour ink = share > 0.5 ? paper : black;
  const std::string count = shortNumber(value);
  const std::string percent = number(100 * share, 0) + " %";
  const Point middle{(r.x0 + r.x1) / 2, (r.y0 + r.y1) / 2};
  const double room = r.x1 - r.x0 - 2;
  const int size = measure(count, axisSize) <= room ? axisSize : tickSize;
  const bool both = rowSum > 0 && measure(percent, tickSize) <= room && r.y1 - r.y0 >= lowestCell;
  if (measure(count, size) > room)
    throw InputError({}, "its counts don't fit into their cells", "make it wider");
  sheet.marks.emplace_back(Words{middle - Point{0, both ? 4.8 : 0}, count, size, Anchor::middle, ink, 0});
  if (both)
    sheet.marks.emplace_back(Words{middle + Point{0, 4.8}, percent, tickSize, Anchor::middle, ink, 0});
}

} // namespace

Layout layOutTable(const Figure& figure, double width, const Measure& measure) {
  const CellTable& cells = *figure.cells;
  Layout out;
  Sheet& sheet = out.sheet;
  sheet.width = width;
  Axes& axes = out.axes;
  axes.x = categoryScale(cells.columns);
  axes.y = categoryScale(cells.rows);
  const auto columns = static_cast<double>(cells.columns.size());
  const auto rows = static_cast<double>(cells.rows.size());
  const auto title = wrapped(figure.title, width - 2 * sheetMargin, titleSize, measure);
  const double top = sheetMargin + (title.empty() ? 0 : blockHeight(title, titleSize) + titleGap);
  const LeftWords left(axes.y, namesShare * width, measure);
  double across = width * 0.7;
  std::vector<std::string> rowTitle;
  for (int round = 0; round < 3; ++round) {
    const double cellWidth = across / columns;
    const double cellHeight = std::max(std::clamp(cellWidth * 0.8, lowestCell, highestCell),
                                       static_cast<double>(left.mostLines()) * tickSize * lineSpacing + 3);
    rowTitle = wrapped(cells.rowTitle.empty() ? figure.y.label : cells.rowTitle, cellHeight * rows, axisSize, measure);
    const LowerWords lower(axes.x, across, measure);
    const double words =
        (rowTitle.empty() ? 0 : blockHeight(rowTitle, axisSize) + titleGap) + left.width() + tickGap + 1;
    const double x0 = sheetMargin + std::max(words, lower.beyondLeft());
    across = std::min(width - sheetMargin - std::max(1.0, lower.beyondRight()) - x0, largestCell * columns);
    axes.rect = {x0, top, x0 + across, top + cellHeight * rows};
  }
  // In the middle of what room is left.
  const double spare = (width - sheetMargin - axes.rect.x1) / 2;
  if (spare > 2) {
    axes.rect.x0 += spare;
    axes.rect.x1 += spare;
  }
  const Rect& rect = axes.rect;
  if (across / columns < leastCell)
    throw InputError({}, "its words leave no room for the cells", "make it wider or its words shorter");
  axes.x.from = rect.x0;
  axes.x.to = rect.x1;
  axes.y.from = rect.y0;
  axes.y.to = rect.y1;

  addLines(sheet, title, {sheetMargin, sheetMargin + blockHeight(title, titleSize) / 2}, titleSize, Anchor::begin);
  for (std::size_t r = 0; r < cells.rows.size(); ++r) {
    double sum = 0;
    for (const double value : cells.values[r])
      sum += value;
    for (std::size_t c = 0; c < cells.columns.size(); ++c) {
      const Point a = axes.at(static_cast<double>(c) - 0.5, static_cast<double>(r) - 0.5);
      const Point b = axes.at(static_cast<double>(c) + 0.5, static_cast<double>(r) + 0.5);
      addCell(sheet, {a.x + 0.4, a.y + 0.4, b.x - 0.4, b.y - 0.4}, cells.values[r][c], sum, measure);
    }
  }
  sheet.marks.emplace_back(
      Line{{{rect.x0, rect.y0}, {rect.x1, rect.y0}, {rect.x1, rect.y1}, {rect.x0, rect.y1}, {rect.x0, rect.y0}},
           black,
           axisLine,
           {}});
  const double wordsRight = rect.x0 - tickGap - 1;
  left.addTo(sheet, axes.y, wordsRight);
  addLines(sheet, rowTitle,
           {wordsRight - left.width() - titleGap - blockHeight(rowTitle, axisSize) / 2, (rect.y0 + rect.y1) / 2},
           axisSize, Anchor::middle, 90);
  double y = rect.y1 + tickGap;
  const LowerWords lower(axes.x, across, measure);
  lower.addTo(sheet, axes.x, y);
  y += lower.height();
  const auto columnTitle =
      wrapped(cells.columnTitle.empty() ? figure.x.label : cells.columnTitle, across, axisSize, measure);
  if (!columnTitle.empty()) {
    y += titleGap;
    addLines(sheet, columnTitle, {(rect.x0 + rect.x1) / 2, y + blockHeight(columnTitle, axisSize) / 2}, axisSize,
             Anchor::middle);
    y += blockHeight(columnTitle, axisSize);
  }
  sheet.height = y + sheetMargin;
  return out;
}

} // namespace hipcuff::figures
