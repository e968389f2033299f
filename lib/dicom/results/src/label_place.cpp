#include "label_place.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace hipcuff::dicom {
namespace {

constexpr double letterWidth = 0.55; // of a line's height: sans-serif, with some room to spare
constexpr double margin = 2;         // px around a text
constexpr double leaderStep = 3;     // px

std::size_t letters(const std::string& utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

double overlap(const TextBox& a, const TextBox& b) {
  const double width = std::min(a.end.x, b.end.x) - std::max(a.begin.x, b.begin.x);
  const double height = std::min(a.end.y, b.end.y) - std::max(a.begin.y, b.begin.y);
  return width > 0 && height > 0 ? width * height : 0;
}

} // namespace

LabelPlace::LabelPlace(const PixelBox& pane, std::vector<Point> keepFree)
    : pane_(pane)
    , keepFree_(std::move(keepFree))
    , lineHeight_(std::clamp(pane.height() / 36.0, 9.0, 28.0)) {}

std::size_t LabelPlace::columns(double share) const noexcept {
  const double room = pane_.width() * share - 2 * margin;
  return static_cast<std::size_t>(std::max(12.0, std::floor(room / (lineHeight_ * letterWidth))));
}

LabelPlace::Size LabelPlace::sizeOf(const std::string& text) const {
  std::istringstream in(text);
  std::string line;
  std::size_t widest = 0;
  int lines = 0;
  for (; std::getline(in, line); ++lines)
    widest = std::max(widest, letters(line));
  return {static_cast<double>(widest) * lineHeight_ * letterWidth + 2 * margin, lines * lineHeight_ + 2 * margin};
}

TextBox LabelPlace::inside(Point upperLeft, Size size) const noexcept {
  size.width = std::min(size.width, pane_.width() - 1.0);
  size.height = std::min(size.height, pane_.height() - 1.0);
  const Point begin{std::clamp(upperLeft.x, static_cast<double>(pane_.x0), pane_.x1 - size.width),
                    std::clamp(upperLeft.y, static_cast<double>(pane_.y0), pane_.y1 - size.height)};
  const auto onGrid = [](double v) { return std::round(v * 4) / 4; };
  return {{onGrid(begin.x), onGrid(begin.y)}, {onGrid(begin.x + size.width), onGrid(begin.y + size.height)}};
}

double LabelPlace::cost(const TextBox& box) const {
  const auto covered = std::count_if(keepFree_.begin(), keepFree_.end(), [&](Point p) {
    return p.x >= box.begin.x - margin && p.x <= box.end.x + margin && p.y >= box.begin.y - margin &&
           p.y <= box.end.y + margin;
  });
  double sum = static_cast<double>(covered);
  for (const TextBox& other : taken_)
    sum += overlap(box, other); // worse than covering: neither can be read
  return sum;
}

/// A line from a text to what it speaks of, that runs through another text.
double LabelPlace::leaderCost(const Polyline& leader) const {
  double sum = 0;
  for (const Point p : leader)
    for (const TextBox& other : taken_)
      sum += p.x >= other.begin.x && p.x <= other.end.x && p.y >= other.begin.y && p.y <= other.end.y ? 1 : 0;
  return sum;
}

TextBox LabelPlace::take(const std::vector<Candidate>& candidates, Point* anchor) {
  const auto leaderOf = [](const Candidate& c) {
    if (!c.anchor)
      return Polyline{};
    const Point end{std::clamp(c.anchor->x, c.box.begin.x, c.box.end.x),
                    std::clamp(c.anchor->y, c.box.begin.y, c.box.end.y)};
    return resampled({*c.anchor, end}, leaderStep);
  };
  const Candidate* best = &candidates.front();
  double least = std::numeric_limits<double>::infinity();
  for (const Candidate& c : candidates)
    if (const double now = cost(c.box) + leaderCost(leaderOf(c)); now < least) {
      least = now;
      best = &c;
      if (now == 0)
        break;
    }
  const Polyline leader = leaderOf(*best);
  keepFree_.insert(keepFree_.end(), leader.begin(), leader.end());
  taken_.push_back(best->box);
  if (anchor && best->anchor)
    *anchor = *best->anchor;
  return best->box;
}

void LabelPlace::keepFree(const Polyline& line) {
  const Polyline points = resampled(line, leaderStep);
  keepFree_.insert(keepFree_.end(), points.begin(), points.end());
}

LabelPlace::Place LabelPlace::beside(const Anchors& anchors, const std::string& text) {
  const Size size = sizeOf(text);
  std::vector<Candidate> candidates;
  constexpr int farthest = 24; // half lines
  for (const bool below : {true, false}) {
    const Point anchor = below ? anchors.below : anchors.above;
    for (int step = 1; step <= farthest; ++step)
      for (const double side : {-0.5, -0.1, -0.9, 0.1, -1.1}) {
        const double gap = step * lineHeight_ / 2;
        const double top = below ? anchor.y + gap : anchor.y - gap - size.height;
        candidates.push_back({inside({anchor.x + side * size.width, top}, size), anchor});
      }
  }
  Place out{{}, anchors.below};
  out.box = take(candidates, &out.anchor);
  return out;
}

TextBox LabelPlace::corner(const std::string& text) {
  const Size size = sizeOf(text);
  const double left = pane_.x0;
  const double right = pane_.x1 - size.width;
  const double top = pane_.y0;
  const double bottom = pane_.y1 - size.height;
  return take({{inside({left, bottom}, size)},
               {inside({right, bottom}, size)},
               {inside({left, top}, size)},
               {inside({right, top}, size)}});
}

std::string wrapped(const std::string& text, std::size_t columns) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string row;
    for (std::string word; words >> word;) {
      if (!row.empty() && letters(row) + 1 + letters(word) > columns) {
        out += row + "\n";
        row.clear();
      }
      row += (row.empty() ? "" : " ") + word;
    }
    out += row + "\n";
  }
  if (!out.empty())
    out.pop_back();
  return out;
}

} // namespace hipcuff::dicom
