#include "figure_legend.h"

#include "figure_words.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff::figures {
namespace {

constexpr double sampleWidth = 17;
constexpr double sampleGap = 4;
constexpr double columnGap = 10;
constexpr double entryGap = 1.5;
constexpr double lineHeight = tickSize * lineSpacing;

/// From the frame, and from what it must not cover.
constexpr double clearance = 3;
constexpr double cell = 1.5;

/// Which cells between the axes are drawn on.
class Occupancy {
public:
  explicit Occupancy(const Rect& rect)
      : rect_(rect)
      , columns_(std::max(1, static_cast<int>((rect.x1 - rect.x0) / cell)))
      , rows_(std::max(1, static_cast<int>((rect.y1 - rect.y0) / cell)))
      , taken_(static_cast<std::size_t>(columns_) * rows_, 0) {}

  void add(const Line& line) {
    for (const Point p : resampled(line.points, cell / 2))
      set(p, line.width / 2);
  }
  void add(const Disc& disc) { set(disc.centre, disc.radius); }
  void add(const drawing::Band& band) {
    for (std::size_t i = 0; i + 1 < band.upper.size(); ++i)
      add(Area{{band.upper[i], band.upper[i + 1], band.lower[i + 1], band.lower[i]}, {}});
  }
  void add(const Area& area) {
    Rect around{1e9, 1e9, -1e9, -1e9};
    for (const Point p : area.outline)
      around = {std::min(around.x0, p.x), std::min(around.y0, p.y), std::max(around.x1, p.x), std::max(around.y1, p.y)};
    for (int row = rowOf(around.y0); row <= rowOf(around.y1); ++row)
      for (int column = columnOf(around.x0); column <= columnOf(around.x1); ++column) {
        const Point middle{rect_.x0 + (column + 0.5) * cell, rect_.y0 + (row + 0.5) * cell};
        if (contains(area.outline, middle))
          at(column, row) = 1;
      }
    add(Line{area.outline, {}, 0.6, {}});
  }
  void add(const Words&) {} // none between the axes

  /// Sums over all cells above and left.
  void sumUp() {
    for (int row = 0; row < rows_; ++row)
      for (int column = 0; column < columns_; ++column)
        at(column, row) += sum(column - 1, row) + sum(column, row - 1) - sum(column - 1, row - 1);
  }
  /// After sumUp().
  [[nodiscard]] bool free(const Rect& r) const {
    const int x0 = columnOf(r.x0) - 1;
    const int x1 = columnOf(r.x1);
    const int y0 = rowOf(r.y0) - 1;
    const int y1 = rowOf(r.y1);
    return sum(x1, y1) - sum(x0, y1) - sum(x1, y0) + sum(x0, y0) == 0;
  }

private:
  [[nodiscard]] int columnOf(double x) const {
    return std::clamp(static_cast<int>((x - rect_.x0) / cell), 0, columns_ - 1);
  }
  [[nodiscard]] int rowOf(double y) const { return std::clamp(static_cast<int>((y - rect_.y0) / cell), 0, rows_ - 1); }
  int& at(int column, int row) { return taken_[static_cast<std::size_t>(row) * columns_ + column]; }
  [[nodiscard]] int sum(int column, int row) const {
    return column < 0 || row < 0 ? 0 : taken_[static_cast<std::size_t>(row) * columns_ + column];
  }
  void set(Point p, double radius) {
    for (int row = rowOf(p.y - radius); row <= rowOf(p.y + radius); ++row)
      for (int column = columnOf(p.x - radius); column <= columnOf(p.x + radius); ++column)
        at(column, row) = 1;
  }

  Rect rect_;
  int columns_;
  int rows_;
  std::vector<int> taken_;
};

} // namespace

Legend::Legend(const std::vector<Series>& series, const std::vector<Look>& looks, double width, const Measure& measure,
               bool oneColumn) {
  const double room = width - sampleWidth - sampleGap;
  double widestText = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i].name.empty() || series[i].x.empty())
      continue;
    entries_.push_back({&series[i], &looks[i], wrapped(series[i].name, room, tickSize, measure), {}});
    widestText = std::max(widestText, widest(entries_.back().lines, tickSize, measure));
  }
  if (entries_.empty())
    return;
  const double column = sampleWidth + sampleGap + widestText;
  const std::size_t columns =
      oneColumn ? 1
                : std::clamp<std::size_t>(static_cast<std::size_t>((width + columnGap) / (column + columnGap)), 1,
                                          entries_.size());
  for (std::size_t i = 0; i < entries_.size(); i += columns) {
    double rowHeight = 0;
    for (std::size_t k = i; k < std::min(i + columns, entries_.size()); ++k) {
      entries_[k].at = {static_cast<double>(k - i) * (column + columnGap), height_};
      rowHeight = std::max(rowHeight, static_cast<double>(entries_[k].lines.size()) * lineHeight);
    }
    height_ += rowHeight + entryGap;
  }
  height_ -= entryGap;
  width_ = static_cast<double>(columns) * (column + columnGap) - columnGap;
}

void Legend::addTo(Sheet& sheet, Point topLeft) const {
  for (const Entry& entry : entries_) {
    const Point corner = topLeft + entry.at;
    const Point middle = corner + Point{sampleWidth / 2, lineHeight / 2};
    const Look& look = *entry.look;
    const SeriesShape shape = entry.series->shape;
    if (shape == SeriesShape::bars || shape == SeriesShape::band) {
      const double w = 5.5;
      const double h = 2.9;
      sheet.marks.emplace_back(Area{
          {middle + Point{-w, -h}, middle + Point{w, -h}, middle + Point{w, h}, middle + Point{-w, h}}, look.fill});
    } else {
      const Point half{sampleWidth / 2, 0};
      if (shape != SeriesShape::points)
        sheet.marks.emplace_back(Line{{middle - half, middle + half}, look.colour, look.width, look.dash});
      if (shape == SeriesShape::points || shape == SeriesShape::linePoints) {
        if (shape == SeriesShape::linePoints)
          addMarker(sheet.marks, look.marker, middle, 2.7, paper);
        addMarker(sheet.marks, look.marker, middle, 2.1, look.colour);
      }
    }
    const double block = static_cast<double>(entry.lines.size()) * lineHeight;
    addLines(sheet, entry.lines, corner + Point{sampleWidth + sampleGap, block / 2}, tickSize, Anchor::begin);
  }
}

std::optional<Point> freePlace(const Sheet& sheet, std::size_t firstMark, const Rect& axes, double width,
                               double height) {
  const double roomX = axes.x1 - axes.x0 - width - 2 * clearance;
  const double roomY = axes.y1 - axes.y0 - height - 2 * clearance;
  if (roomX < 0 || roomY < 0)
    return std::nullopt;
  Occupancy taken(axes);
  for (std::size_t i = firstMark; i < sheet.marks.size(); ++i)
    std::visit([&](const auto& mark) { taken.add(mark); }, sheet.marks[i]);
  taken.sumUp();
  std::optional<Point> best;
  double least = 1e9;
  for (double y = 0; y <= roomY; y += cell)
    for (double x = 0; x <= roomX; x += cell) {
      const Point at{axes.x0 + clearance + x, axes.y0 + clearance + y};
      // Upper right, lower right, upper left, lower left: the first of those that are as close.
      const std::array<double, 4> ways{std::hypot(roomX - x, y), std::hypot(roomX - x, roomY - y) + 1,
                                       std::hypot(x, y) + 2, std::hypot(x, roomY - y) + 3};
      const double way = *std::min_element(ways.begin(), ways.end());
      if (way >= least ||
          !taken.free({at.x - clearance, at.y - clearance, at.x + width + clearance, at.y + height + clearance}))
        continue;
      least = way;
      best = at;
    }
  return best;
}

} // namespace hipcuff::figures
