#include "label_place.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <sstream>
#include <utility>

namespace hipcuff::dicom {
namespace {

// Of a line's height as a viewer fits it into the box: sans-serif, with some room to spare.
constexpr double letterWidth = 0.52;
constexpr double margin = 2;     // px around a text
constexpr double leaderStep = 3; // px

// What makes a place bad. A point of the picture that is hidden costs 1.
constexpr double onAnother = 30;   // and the area: neither can be read
constexpr double throughText = 40; // a leader, and its length within
constexpr double crossing = 10;    // two leaders
constexpr double farLine = 0.4;    // a leader, for each line's height of its length
constexpr double laterCorner = 4;  // below, in the shadow, before above

std::size_t letters(const std::string& utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

double overlap(const TextBox& a, const TextBox& b) {
  const double width = std::min(a.end.x, b.end.x) - std::max(a.begin.x, b.begin.x);
  const double height = std::min(a.end.y, b.end.y) - std::max(a.begin.y, b.begin.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/// Length of the line from a to b that lies inside of a box.
double lengthInside(Point a, Point b, const TextBox& box) {
  double from = 0;
  double to = 1;
  const auto clip = [&](double at, double by, double least, double most) {
    if (by == 0)
      return at > least && at < most;
    const double one = (least - at) / by;
    const double other = (most - at) / by;
    from = std::max(from, std::min(one, other));
    to = std::min(to, std::max(one, other));
    return from < to;
  };
  const Point d = b - a;
  return clip(a.x, d.x, box.begin.x, box.end.x) && clip(a.y, d.y, box.begin.y, box.end.y)
             ? (to - from) * std::hypot(d.x, d.y)
             : 0;
}

bool segmentsCross(Point a, Point b, Point c, Point d) {
  const auto side = [](Point p, Point q, Point r) { return cross(q - p, r - p); };
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

} // namespace

LabelPlace::LabelPlace(const PixelBox& pane, std::vector<Point> keepFree)
    : pane_(pane)
    , keepFree_(std::move(keepFree))
    , lineHeight_(std::clamp(pane.height() / 36.0, 9.0, 28.0)) {}

std::size_t LabelPlace::columns(double share) const noexcept {
  const double room = pane_.width() * share - 2 * margin;
  return static_cast<std::size_t>(std::max(12.0, std::floor(room / ((lineHeight_ + margin) * letterWidth))));
}

LabelPlace::Size LabelPlace::sizeOf(const std::string& text) const {
  std::istringstream in(text);
  std::string line;
  std::size_t widest = 0;
  int lines = 0;
  for (; std::getline(in, line); ++lines)
    widest = std::max(widest, letters(line));
  const double height = lines * lineHeight_ + 2 * margin;
  return {static_cast<double>(widest) * height / std::max(1, lines) * letterWidth + 2 * margin, height};
}

TextBox LabelPlace::inside(Point upperLeft, Size size) const noexcept {
  size.width = std::min(size.width, pane_.width() - 1.0);
  size.height = std::min(size.height, pane_.height() - 1.0);
  const Point begin{std::clamp(upperLeft.x, static_cast<double>(pane_.x0), pane_.x1 - size.width),
                    std::clamp(upperLeft.y, static_cast<double>(pane_.y0), pane_.y1 - size.height)};
  const auto onGrid = [](double v) { return std::round(v * 4) / 4; };
  return {{onGrid(begin.x), onGrid(begin.y)}, {onGrid(begin.x + size.width), onGrid(begin.y + size.height)}};
}

double LabelPlace::covered(const TextBox& box) const {
  return static_cast<double>(std::count_if(keepFree_.begin(), keepFree_.end(), [&](Point p) {
    return p.x >= box.begin.x - margin && p.x <= box.end.x + margin && p.y >= box.begin.y - margin &&
           p.y <= box.end.y + margin;
  }));
}

double LabelPlace::between(const Candidate& a, const Candidate& b) const {
  double sum = 0;
  if (const double area = overlap(a.box, b.box); area > 0)
    sum += onAnother + area;
  for (const auto& [leader, text] : {std::pair(&a, &b), std::pair(&b, &a)})
    if (const double length = leader->anchor ? lengthInside(*leader->anchor, leader->end, text->box) : 0; length > 0)
      sum += throughText + length;
  if (a.anchor && b.anchor && segmentsCross(*a.anchor, a.end, *b.anchor, b.end))
    sum += crossing;
  return sum;
}

void LabelPlace::keepFree(const Polyline& line) {
  const Polyline points = resampled(line, leaderStep);
  keepFree_.insert(keepFree_.end(), points.begin(), points.end());
}

void LabelPlace::beside(const Anchors& anchors, const std::string& text) {
  const Size size = sizeOf(text);
  Wanted wanted;
  constexpr int farthest = 30; // half lines
  for (const bool below : {true, false}) {
    const Point anchor = below ? anchors.below : anchors.above;
    for (int step = 1; step <= farthest; ++step)
      for (const double side : {-0.5, -0.1, -0.9, 0.1, -1.1, 0.5, -1.5}) {
        const double gap = step * lineHeight_ / 2;
        const double top = below ? anchor.y + gap : anchor.y - gap - size.height;
        const TextBox box = inside({anchor.x + side * size.width, top}, size);
        const Point end{std::clamp(anchor.x, box.begin.x, box.end.x), std::clamp(anchor.y, box.begin.y, box.end.y)};
        wanted.candidates.push_back({box, anchor, end, farLine * distance(anchor, end) / lineHeight_, side});
      }
  }
  wanted_.push_back(std::move(wanted));
}

void LabelPlace::corner(const std::string& text) {
  const Size size = sizeOf(text);
  const double left = pane_.x0;
  const double right = pane_.x1 - size.width;
  const double top = pane_.y0;
  const double bottom = pane_.y1 - size.height;
  Wanted wanted;
  for (const Point at : {Point{left, bottom}, Point{right, bottom}, Point{left, top}, Point{right, top}})
    wanted.candidates.push_back(
        {inside(at, size), {}, {}, laterCorner * static_cast<double>(wanted.candidates.size()), 0});
  wanted_.push_back(std::move(wanted));
}

std::vector<LabelPlace::Place> LabelPlace::settled() const {
  auto wanted = wanted_;
  for (Wanted& text : wanted)
    for (Candidate& c : text.candidates)
      c.own += covered(c.box);
  using Chosen = std::vector<const Candidate*>;
  const auto costAt = [&](const Candidate& c, std::size_t i, const Chosen& chosen, double most) {
    double cost = c.own;
    for (std::size_t k = 0; k < chosen.size() && cost < most; ++k)
      if (k != i && chosen[k])
        cost += between(c, *chosen[k]);
    return cost;
  };
  // Two that are in each other's way move together: alone neither can without getting into a third's.
  const auto movePair = [&](std::size_t i, std::size_t k, Chosen& chosen) {
    struct Costed {
      const Candidate* candidate;
      double cost;
    };
    const double limit = std::numeric_limits<double>::infinity();
    const auto alone = [&](std::size_t which) {
      std::vector<Costed> out;
      for (const Candidate& c : wanted[which].candidates)
        out.push_back({&c, costAt(c, which, chosen, limit)});
      std::stable_sort(out.begin(), out.end(), [](const Costed& a, const Costed& b) { return a.cost < b.cost; });
      return out;
    };
    const Candidate* const first = std::exchange(chosen[i], nullptr);
    const Candidate* const second = std::exchange(chosen[k], nullptr);
    double least = costAt(*first, i, chosen, limit) + costAt(*second, k, chosen, limit) + between(*first, *second);
    const auto firsts = alone(i);
    const auto seconds = alone(k);
    chosen[i] = first;
    chosen[k] = second;
    bool moved = false;
    for (const Costed& a : firsts)
      for (const Costed& b : seconds) {
        if (a.cost + b.cost >= least)
          break;
        if (const double sum = a.cost + b.cost + between(*a.candidate, *b.candidate); sum < least) {
          least = sum;
          chosen[i] = a.candidate;
          chosen[k] = b.candidate;
          moved = true;
        }
      }
    return moved;
  };
  // Each move lowers the same sum, so that it ends; on pictures full of texts soon enough is good enough.
  constexpr int mostRounds = 12;
  // Stairs: texts that begin at their anchors, the one on the right the highest, leave room for each other's leaders.
  constexpr double towards = 20;
  const auto settle = [&](const std::vector<std::size_t>& order, std::optional<double> side) {
    Chosen chosen(wanted.size(), nullptr);
    bool moved = true;
    for (int round = 0; moved && round < mostRounds; ++round) {
      moved = false;
      for (const std::size_t i : order) {
        const auto extra = [&](const Candidate& c) {
          return side && round == 0 && c.anchor ? towards * std::abs(c.side - *side) : 0;
        };
        const Candidate* best = chosen[i];
        double least = best ? costAt(*best, i, chosen, std::numeric_limits<double>::infinity())
                            : std::numeric_limits<double>::infinity();
        for (const Candidate& c : wanted[i].candidates)
          if (const double cost = extra(c) + costAt(c, i, chosen, least); cost < least) {
            least = cost;
            best = &c;
          }
        moved = moved || best != chosen[i];
        chosen[i] = best;
      }
      for (std::size_t i = 0; !moved && i < chosen.size(); ++i)
        for (std::size_t k = 0; !moved && k < chosen.size(); ++k)
          moved = i != k && between(*chosen[i], *chosen[k]) > 0 && movePair(i, k, chosen);
    }
    return chosen;
  };
  // Where it ends depends on which text chose first, and where it liked to be.
  std::vector<std::size_t> fromLeft(wanted.size());
  std::iota(fromLeft.begin(), fromLeft.end(), std::size_t{0});
  const std::vector<std::size_t> fromRight(fromLeft.rbegin(), fromLeft.rend());
  constexpr double beginsThere = -0.1;
  constexpr double endsThere = -0.9;
  Chosen chosen;
  double least = std::numeric_limits<double>::infinity();
  for (auto& now :
       {settle(fromLeft, {}), settle(fromRight, {}), settle(fromRight, beginsThere), settle(fromLeft, endsThere)}) {
    double sum = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      sum += now[i]->own;
      for (std::size_t k = 0; k < i; ++k)
        sum += between(*now[i], *now[k]);
    }
    if (sum < least) {
      least = sum;
      chosen = now;
    }
  }
  std::vector<Place> out;
  for (const Candidate* c : chosen)
    out.push_back({c->box, c->anchor});
  return out;
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
