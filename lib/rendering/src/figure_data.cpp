#include "figure_data.h"

#include "figure_clip.h"
#include "stroke_geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace hipcuff::figures {
namespace {

constexpr double errorWidth = 0.75;
constexpr double capHalf = 1.8;
/// What of a category's place bars and boxes take up.
constexpr double barShare = 0.76;
constexpr double boxShare = 0.5;
constexpr double widestBox = 36;
/// Points of several series over the same category stand side by side, together in so much of its place.
constexpr double dodgeShare = 0.5;
/// From so many on, points are smaller and see-through.
constexpr std::size_t manyPoints = 60;
constexpr std::size_t veryManyPoints = 500;
constexpr std::size_t cloud = 5000;

Polyline rectangle(double x0, double y0, double x1, double y1) {
  return {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
}

bool isLine(SeriesShape shape) {
  return shape == SeriesShape::line || shape == SeriesShape::linePoints || shape == SeriesShape::steps;
}

bool hasPoints(SeriesShape shape) {
  return shape == SeriesShape::points || shape == SeriesShape::linePoints;
}

class Painter {
public:
  Painter(std::vector<Mark>& marks, const Axes& axes)
      : marks_(marks)
      , axes_(axes) {}

  void addBand(const Series& series, const Look& look) const {
    drawing::Band band{{}, {}, look.fill};
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      band.upper.push_back(axes_.at(series.x[i], series.upper[i]));
      band.lower.push_back(axes_.at(series.x[i], series.y[i]));
    }
    band = clippedBand(band, axes_.rect);
    if (!band.upper.empty())
      marks_.emplace_back(std::move(band));
  }

  void line(const Series& series, const Look& look) const {
    Polyline points;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      // A step holds its value until the next one begins.
      if (series.shape == SeriesShape::steps && i > 0)
        points.push_back(axes_.at(series.x[i], series.y[i - 1]));
      points.push_back(axes_.at(series.x[i], series.y[i]));
    }
    stroke(drawing::simplified(drawing::thinned(points, 0.02), 0.03), look.colour, look.width, look.dash);
  }

  /// @param index of `count` bars side by side
  void bars(const Series& series, const Look& look, std::size_t index, std::size_t count, double slot) const {
    const bool numbers = !(axes_.lying ? axes_.y : axes_.x).categories;
    const double total = (numbers && count == 1 ? 1 : barShare) * slot;
    const double breadth = total / static_cast<double>(count);
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      const double place = axes_.lying ? series.y[i] : series.x[i];
      const double value = axes_.lying ? series.x[i] : series.y[i];
      const double begin = place - total / 2 + breadth * static_cast<double>(index);
      Point a = axes_.lying ? axes_.at(0, begin) : axes_.at(begin, 0);
      Point b = axes_.lying ? axes_.at(value, begin + breadth) : axes_.at(begin + breadth, value);
      // A hair of paper between neighbours.
      (axes_.lying ? a.y : a.x) += 0.2;
      (axes_.lying ? b.y : b.x) -= 0.2;
      area(rectangle(a.x, a.y, b.x, b.y), look.fill);
      errorBar(series, i, place + (begin + breadth / 2 - place), black);
    }
  }

  /// Where bars go both ways.
  void zeroLine() const {
    const Scale& scale = axes_.lying ? axes_.x : axes_.y;
    if (scale.least < 0 && scale.most > 0)
      stroke(axes_.lying ? Polyline{{scale.at(0), axes_.rect.y0}, {scale.at(0), axes_.rect.y1}}
                         : Polyline{{axes_.rect.x0, scale.at(0)}, {axes_.rect.x1, scale.at(0)}},
             black, 0.6, {});
  }

  void points(const Series& series, const Look& look, double shift) const {
    const std::size_t count = series.x.size();
    const bool bars = !series.upper.empty() || !series.lower.empty();
    const bool few = count <= manyPoints || bars;
    const double radius = few ? 2.1 : count <= veryManyPoints ? 1.5 : count <= cloud ? 1.0 : 0.5;
    Colour colour = look.colour;
    if (!few)
      colour.a = 0x9C;
    for (std::size_t i = 0; i < count; ++i)
      errorBar(series, i, (axes_.lying ? series.y[i] : series.x[i]) + shift, look.colour);
    // Points that fall on one another are one: a picture of 100,000 cases stays small.
    std::set<std::pair<long, long>> seen;
    for (std::size_t i = 0; i < count; ++i) {
      const Point at =
          axes_.lying ? axes_.at(series.x[i], series.y[i] + shift) : axes_.at(series.x[i] + shift, series.y[i]);
      const double grid = count > cloud ? 0.8 : 0.1;
      if (!inside(at, axes_.rect) || !seen.emplace(std::lround(at.x / grid), std::lround(at.y / grid)).second)
        continue;
      if (few)
        addMarker(marks_, look.marker, at, radius + 0.6, paper);
      addMarker(marks_, few ? look.marker : MarkerShape::circle, at, radius, colour);
    }
  }

  void box(const Box& box, double place) const {
    const Look look = lookOf(SeriesRole::system, SeriesShape::band, 0);
    const double unit = std::abs(axes_.x.at(1) - axes_.x.at(0));
    const double half = std::min(boxShare * unit, widestBox) / 2;
    const double x = axes_.x.at(place);
    const auto level = [&](double value, double halfWidth, double width) {
      stroke({{x - halfWidth, axes_.y.at(value)}, {x + halfWidth, axes_.y.at(value)}}, black, width, {});
    };
    const Polyline outline = rectangle(x - half, axes_.y.at(box.quarter), x + half, axes_.y.at(box.threeQuarters));
    area(outline, look.fill);
    Polyline closed = outline;
    closed.push_back(outline.front());
    stroke(closed, black, 0.75, {});
    for (const auto& [from, to] : {std::pair(box.quarter, box.low), std::pair(box.threeQuarters, box.high)}) {
      stroke({{x, axes_.y.at(from)}, {x, axes_.y.at(to)}}, black, 0.75, {});
      level(to, half / 2, 0.75);
    }
    level(box.median, half, 1.5);
    for (const double value : box.outliers)
      if (const Point at{x, axes_.y.at(value)}; inside(at, axes_.rect))
        marks_.emplace_back(Disc{at, 1.3, look.colour});
  }

private:
  void area(const Polyline& outline, Colour colour) const {
    if (Polyline seen = clippedArea(outline, axes_.rect); !seen.empty())
      marks_.emplace_back(Area{std::move(seen), colour});
  }

  void stroke(const Polyline& points, Colour colour, double width, const std::vector<double>& dash) const {
    for (Polyline& piece : clippedLine(points, axes_.rect))
      marks_.emplace_back(Line{std::move(piece), colour, width, dash});
  }

  /// @param place on the axis that it stands on
  void errorBar(const Series& series, std::size_t i, double place, Colour colour) const {
    if (series.upper.empty() && series.lower.empty())
      return;
    const double value = axes_.lying ? series.x[i] : series.y[i];
    const double low = series.lower.empty() ? value : series.lower[i];
    const double high = series.upper.empty() ? value : series.upper[i];
    const auto at = [&](double v) { return axes_.lying ? axes_.at(v, place) : axes_.at(place, v); };
    const Point across = axes_.lying ? Point{0, capHalf} : Point{capHalf, 0};
    stroke({at(low), at(high)}, colour, errorWidth, {});
    const Scale& scale = axes_.lying ? axes_.x : axes_.y;
    for (const double end : {low, high}) {
      if (end != value)
        stroke({at(end) - across, at(end) + across}, colour, errorWidth, {});
      // One that goes on beyond the axes ends in an arrow.
      const double edge = std::clamp(end, scale.least, scale.most);
      if (edge == end || !inside(at(edge), axes_.rect))
        continue;
      const Point out = normalized(at(end) - at(edge));
      const Point side = across * (1 / capHalf) * 1.6;
      marks_.emplace_back(Area{{at(edge), at(edge) - out * 3 + side, at(edge) - out * 3 - side}, colour});
    }
  }

  std::vector<Mark>& marks_;
  const Axes& axes_;
};

/// How far each series of points is moved along the axis of categories.
std::vector<double> dodges(const std::vector<Series>& series, const Axes& axes) {
  std::vector<double> out(series.size(), 0.0);
  if (!(axes.lying ? axes.y : axes.x).categories)
    return out;
  std::vector<std::size_t> moved;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto& places = axes.lying ? series[i].y : series[i].x;
    // A place that is no whole number was chosen by the caller.
    if (series[i].shape == SeriesShape::points && !places.empty() &&
        std::all_of(places.begin(), places.end(), [](double v) { return v == std::floor(v); }))
      moved.push_back(i);
  }
  std::set<double> places;
  bool meet = false;
  for (const std::size_t i : moved)
    for (const double place : std::set<double>(axes.lying ? series[i].y.begin() : series[i].x.begin(),
                                               axes.lying ? series[i].y.end() : series[i].x.end()))
      meet = !places.insert(place).second || meet;
  if (meet)
    for (std::size_t k = 0; k < moved.size(); ++k)
      out[moved[k]] = dodgeShare * ((static_cast<double>(k) + 0.5) / static_cast<double>(moved.size()) - 0.5);
  return out;
}

} // namespace

double barSlot(const std::vector<Series>& series, bool categories, bool lying) {
  if (categories)
    return 1;
  double slot = std::numeric_limits<double>::infinity();
  for (const Series& s : series) {
    const auto& places = lying ? s.y : s.x;
    for (std::size_t i = 1; s.shape == SeriesShape::bars && i < places.size(); ++i)
      if (places[i] > places[i - 1])
        slot = std::min(slot, places[i] - places[i - 1]);
  }
  return std::isfinite(slot) ? slot : 1;
}

std::pair<Reach, Reach> reachesOf(const Figure& figure) {
  Reach x;
  Reach y;
  const bool lying = figure.x.categories.empty() && !figure.y.categories.empty();
  const double slot = barSlot(figure.series, !figure.x.categories.empty() || lying, lying);
  for (const Series& s : figure.series) {
    Reach& along = lying ? x : y; // what error bars and bars are measured on
    for (const auto* values : {&s.upper, &s.lower})
      for (const double v : *values) {
        along.add(v);
        along.loose = along.loose || s.shape != SeriesShape::band;
      }
    for (const double v : s.y)
      y.add(v);
    for (const double v : s.x)
      if (s.shape == SeriesShape::bars && !lying) {
        x.add(v - slot / 2);
        x.add(v + slot / 2);
      } else {
        x.add(v);
      }
    if (s.shape == SeriesShape::bars && !s.x.empty())
      along.add(0);
    if (hasPoints(s.shape))
      x.loose = y.loose = true;
  }
  for (const Box& box : figure.boxes) {
    for (const double v : {box.low, box.high})
      y.add(v);
    for (const double v : box.outliers)
      y.add(v);
    y.loose = true;
  }
  return {x, y};
}

void addData(std::vector<Mark>& marks, const Figure& figure, const std::vector<Look>& looks, const Axes& axes) {
  const Painter painter(marks, axes);
  const auto& series = figure.series;
  const auto each = [&](auto&& wanted, auto&& paint) {
    for (std::size_t i = 0; i < series.size(); ++i)
      if (!series[i].x.empty() && wanted(series[i]))
        paint(i);
  };
  const auto bars = [](const Series& s) { return s.shape == SeriesShape::bars; };
  const auto behind = [](const Series& s) { return s.role == SeriesRole::chance || s.role == SeriesRole::limit; };
  each([](const Series& s) { return s.shape == SeriesShape::band; },
       [&](std::size_t i) { painter.addBand(series[i], looks[i]); });
  const auto side = static_cast<std::size_t>(std::count_if(series.begin(), series.end(), bars));
  const double slot = barSlot(series, (axes.lying ? axes.y : axes.x).categories, axes.lying);
  std::size_t index = 0;
  each(bars, [&](std::size_t i) { painter.bars(series[i], looks[i], index++, side, slot); });
  if (side > 0)
    painter.zeroLine();
  for (std::size_t i = 0; i < figure.boxes.size(); ++i)
    painter.box(figure.boxes[i], static_cast<double>(i));
  each([&](const Series& s) { return isLine(s.shape) && behind(s); },
       [&](std::size_t i) { painter.line(series[i], looks[i]); });
  each([&](const Series& s) { return isLine(s.shape) && !behind(s); },
       [&](std::size_t i) { painter.line(series[i], looks[i]); });
  const std::vector<double> shifts = dodges(series, axes);
  each([](const Series& s) { return hasPoints(s.shape); },
       [&](std::size_t i) { painter.points(series[i], looks[i], shifts[i]); });
}

} // namespace hipcuff::figures
