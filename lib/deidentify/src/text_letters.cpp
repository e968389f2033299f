#include "text_letters.h"

#include "text_area.h"
#include "text_strokes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace hipcuff::deidentify {
namespace {

constexpr int margin = widestStroke + 1; ///< the planes go on beyond the picture
constexpr int dark = 16;                 ///< grey of what shows no echo
constexpr std::array<int, 4> steps{90, 60, 40, 28};
constexpr int leastStrokes = 6;  ///< px of each direction
constexpr double overChance = 6; ///< times what chance makes around
constexpr int surroundings = 64; ///< px
constexpr int halfWord = 40;     ///< px that a word may lie outside
constexpr int ownColour = 60;    ///< distance of a colour from the grey map's
constexpr int tallest = 72;      ///< px of a word

PixelBox widened(const PixelBox& b, int dx, int dy, int width, int height) {
  return intersection({b.x0 - dx, b.y0 - dy, b.x1 + dx, b.y1 + dy}, {0, 0, width - 1, height - 1});
}

struct Count {
  int upright = 0;
  int level = 0;
};

/// Strokes that lie in the area, in one box and not in the other.
Count strokesIn(const PixelBox& box, const PixelBox& without, const Strokes& strokes, const Mask& area) {
  Count out;
  const int w = strokes.kind.width;
  for (auto i = std::lower_bound(strokes.found.begin(), strokes.found.end(), box.y0 * w);
       i != strokes.found.end() && *i / w <= box.y1; ++i) {
    const auto index = static_cast<std::size_t>(*i);
    if (area.data[index] == 0 || !box.contains(*i % w, *i / w) || without.contains(*i % w, *i / w))
      continue;
    out.upright += strokes.kind.data[index] & 1;
    out.level += strokes.kind.data[index] >> 1;
  }
  return out;
}

/// More strokes of both directions than the surroundings make by chance. Of a word that begins outside of the area,
/// the part inside needs half as many.
bool isWord(const StrokeGroup& g, const Strokes& strokes, const Mask& area) {
  const bool both = g.upright >= leastStrokes && g.level >= leastStrokes;
  const bool stems = g.upright >= 3 * leastStrokes && g.level >= 2; // serifs and slants hide the level ones
  if (!both && !stems)
    return false;
  const int w = strokes.kind.width;
  const int h = strokes.kind.height;
  const PixelBox own = widened(g.box, 4, 4, w, h);
  const PixelBox around = widened(g.box, surroundings, surroundings, w, h);
  const Count inside = strokesIn(g.box, {}, strokes, area);
  const bool whole = inside.upright + inside.level == g.upright + g.level;
  if (!whole && (inside.upright + inside.level) * 5 < g.upright + g.level)
    return false;
  const int least = whole ? leastStrokes : leastStrokes / 2;
  const Count others = strokesIn(around, own, strokes, area);
  const double ownArea = own.width() * own.height();
  const double share = ownArea / std::max(1.0, around.width() * around.height() - ownArea);
  const double overUpright = inside.upright / (share * others.upright + 0.1);
  return (both && inside.upright >= least && inside.level >= least && overUpright >= overChance &&
          inside.level >= overChance * share * others.level) ||
         (stems && inside.upright >= 3 * least && overUpright >= 2 * overChance);
}

/// First and last place of what is left where the ends hold much less than the densest stretch of `window`.
std::pair<int, int> denseSpan(const std::vector<int>& counts, int window) {
  constexpr double sparse = 0.15;
  const int n = static_cast<int>(counts.size());
  window = std::min(window, n);
  std::vector<int> sums; // of `window` places from each on
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    sum += counts[static_cast<std::size_t>(i)] - (i >= window ? counts[static_cast<std::size_t>(i - window)] : 0);
    if (i + 1 >= window)
      sums.push_back(sum);
  }
  const double least = sparse * *std::max_element(sums.begin(), sums.end());
  const auto dense = [&](int s) { return s >= least; };
  const int first = static_cast<int>(std::find_if(sums.begin(), sums.end(), dense) - sums.begin());
  const int last = n - 1 - static_cast<int>(std::find_if(sums.rbegin(), sums.rend(), dense) - sums.rbegin());
  return {first, last};
}

/// Without the stray strokes at its ends: echoes that lie near a word.
PixelBox trimmed(const PixelBox& box, const Strokes& strokes) {
  std::vector<int> columns(static_cast<std::size_t>(box.width()), 0);
  std::vector<int> rows(static_cast<std::size_t>(box.height()), 0);
  const int w = strokes.kind.width;
  for (const int i : strokes.found)
    if (box.contains(i % w, i / w)) {
      ++columns[static_cast<std::size_t>(i % w - box.x0)];
      ++rows[static_cast<std::size_t>(i / w - box.y0)];
    }
  const auto [x0, x1] = denseSpan(columns, 20);
  const auto [y0, y1] = denseSpan(rows, 4);
  return {box.x0 + x0, box.y0 + y0, box.x0 + x1, box.y0 + y1};
}

GreyImage padded(const GreyImage& grey, bool inverted) {
  GreyImage out(grey.width + 2 * margin, grey.height + 2 * margin);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const int v = grey.at(std::clamp(x - margin, 0, grey.width - 1), std::clamp(y - margin, 0, grey.height - 1));
      out.at(x, y) = static_cast<std::uint8_t>(inverted ? 255 - v : v);
    }
  return out;
}

Mask padded(const Mask& mask) {
  Mask out(mask.width + 2 * margin, mask.height + 2 * margin);
  for (int y = 0; y < mask.height; ++y)
    std::copy_n(mask.row(y), mask.width, out.row(y + margin) + margin);
  return out;
}

/// Distance of each pixel's colour from that which most pixels of its brightness have.
GreyImage colourOf(const RgbImage& picture, const GreyImage& grey, const Mask& area) {
  constexpr int bins = 16;
  std::array<std::array<int, 512>, bins> red{};
  std::array<std::array<int, 512>, bins> blue{};
  std::array<int, bins> count{};
  for (std::size_t i = 0; i < grey.data.size(); i += 3) {
    if (area.data[i] == 0)
      continue;
    const auto bin = static_cast<std::size_t>(grey.data[i] / 16);
    ++red[bin][static_cast<std::size_t>(picture.data[3 * i] - grey.data[i] + 256)];
    ++blue[bin][static_cast<std::size_t>(picture.data[3 * i + 2] - grey.data[i] + 256)];
    ++count[bin];
  }
  const auto median = [](const std::array<int, 512>& histogram, int n) {
    int sum = 0;
    for (int v = 0; v < 512; ++v)
      if (2 * (sum += histogram[static_cast<std::size_t>(v)]) >= n)
        return v - 256;
    return 0;
  };
  std::array<std::pair<int, int>, bins> map{};
  for (std::size_t b = 0; b < bins; ++b)
    if (count[b] > 0)
      map[b] = {median(red[b], count[b]), median(blue[b], count[b])};
  GreyImage out(grey.width, grey.height);
  for (std::size_t i = 0; i < grey.data.size(); ++i) {
    const auto& [r, b] = map[static_cast<std::size_t>(grey.data[i] / 16)];
    out.data[i] = static_cast<std::uint8_t>(std::min(255, std::abs(picture.data[3 * i] - grey.data[i] - r) +
                                                              std::abs(picture.data[3 * i + 2] - grey.data[i] - b)));
  }
  return out;
}

/// Whether nothing but the letters is in the box: from the rim inwards all is dark.
bool liesOnBlack(const GreyImage& grey, const PixelBox& box) {
  const PixelBox b = widened(box, 6, 6, grey.width, grey.height);
  const int w = b.width();
  const int h = b.height();
  std::vector<std::uint8_t> seen(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), 0);
  std::vector<int> queue;
  const auto visit = [&](int x, int y) {
    if (x < 0 || y < 0 || x >= w || y >= h || seen[static_cast<std::size_t>(y * w + x)] != 0 ||
        grey.at(b.x0 + x, b.y0 + y) <= dark)
      return;
    seen[static_cast<std::size_t>(y * w + x)] = 1;
    queue.push_back(y * w + x);
  };
  for (int x = 0; x < w; ++x) {
    visit(x, 0);
    visit(x, h - 1);
  }
  for (int y = 0; y < h; ++y) {
    visit(0, y);
    visit(w - 1, y);
  }
  for (std::size_t head = 0; head < queue.size(); ++head)
    for (int d = 0; d < 9; ++d)
      visit(queue[head] % w + d % 3 - 1, queue[head] / w + d / 3 - 1);
  return static_cast<int>(queue.size()) * 50 <= w * h;
}

/// Letters whose strokes were missed: what shines beside, on black.
PixelBox withNeighbours(const GreyImage& grey, PixelBox box) {
  for (int round = 0; round < 40; ++round) {
    const int reach = std::max(6, box.height() * 3 / 4);
    const PixelBox wide = widened(box, reach, 3, grey.width, grey.height);
    PixelBox next = box;
    for (int y = wide.y0; y <= wide.y1; ++y)
      for (int x = wide.x0; x <= wide.x1; ++x)
        if (!next.contains(x, y) && grey.at(x, y) > dark + 8)
          next = {std::min(next.x0, x), std::min(next.y0, y), std::max(next.x1, x), std::max(next.y1, y)};
    if (next == box || next.height() > tallest || !liesOnBlack(grey, next))
      return box;
    box = next;
  }
  return box;
}

/// Where colour fills the picture: flow, and not letters.
Mask flowOf(const GreyImage& colour, const Mask& area) {
  constexpr int cell = 8;
  Mask flow(colour.width, colour.height);
  long coloured = 0;
  long all = 0;
  for (int y = 0; y < colour.height; ++y)
    for (int x = 0; x < colour.width; ++x) {
      all += area.at(x, y) != 0;
      coloured += area.at(x, y) != 0 && colour.at(x, y) > ownColour;
    }
  if (coloured * 50 <= all)
    return {};
  for (int cy = 0; cy < colour.height; cy += cell)
    for (int cx = 0; cx < colour.width; cx += cell) {
      const PixelBox box = widened({cx, cy, cx + cell - 1, cy + cell - 1}, 0, 0, colour.width, colour.height);
      int own = 0;
      for (int y = box.y0; y <= box.y1; ++y)
        for (int x = box.x0; x <= box.x1; ++x)
          own += colour.at(x, y) > ownColour;
      const PixelBox wide = widened(box, cell, cell, colour.width, colour.height);
      for (int y = wide.y0; own * 4 >= cell * cell && y <= wide.y1; ++y)
        std::fill(flow.row(y) + wide.x0, flow.row(y) + wide.x1 + 1, std::uint8_t{255});
    }
  return flow;
}

class Finder {
public:
  Finder(const RgbImage& picture, const Mask& area, bool lossy, int leastStep)
      : picture_(picture)
      , grey_(toGrey(picture))
      , area_(padded(area))
      , lossy_(lossy)
      , leastStep_(leastStep)
      , colour_(colourOf(picture, grey_, area))
      , flow_(flowOf(colour_, area)) {}

  std::vector<Lettering> run() {
    Mask still = area_; // without flow, which is grainy in blocks
    if (!flow_.empty()) {
      const Mask flow = padded(flow_);
      for (std::size_t i = 0; i < still.data.size(); ++i)
        still.data[i] = flow.data[i] != 0 ? 0 : still.data[i];
      search(padded(whiteness(), false), area_);
    } else {
      colours();
    }
    search(padded(grey_, false), still);
    search(padded(grey_, true), still);
    return letterings();
  }

private:
  /// The least of the three colours: white letters over flow, which is not white.
  [[nodiscard]] GreyImage whiteness() const {
    GreyImage out(grey_.width, grey_.height);
    for (std::size_t i = 0; i < out.data.size(); ++i)
      out.data[i] = std::min({picture_.data[3 * i], picture_.data[3 * i + 1], picture_.data[3 * i + 2]});
    return out;
  }

  void search(const GreyImage& plane, const Mask& area) {
    const Mask around = grown(area, halfWord);
    const StrokeFinder finder(plane, around, leastStep_);
    for (const int step : steps) {
      if (step < leastStep_)
        break;
      StrokeRule rule;
      rule.step = step;
      rule.run = step >= 60 ? 3 : 4;
      rule.plateau = std::min(lossy_ ? 24 : 16, step / 2);
      rule.along = std::min(lossy_ ? 12 : 6, step / 4);
      Strokes strokes = finder.find(rule);
      dropMarks(strokes);
      for (const auto& [across, down] : {std::pair{8, 4}, std::pair{20, 8}})
        for (const StrokeGroup& g : groupStrokes(strokes, across, down))
          if (isWord(g, strokes, area))
            add(trimmed(g.box, strokes));
    }
  }

  /// Echoes have the grey map's colour: what has one of its own is drawn.
  void colours() {
    Strokes own{Mask(grey_.width, grey_.height), {}};
    for (int y = 0; y < grey_.height; ++y)
      for (int x = 0; x < grey_.width; ++x)
        if (colour_.at(x, y) > ownColour && area_.at(x + margin, y + margin) != 0) {
          own.kind.at(x, y) = 1;
          own.found.push_back(y * grey_.width + x);
        }
    if (own.found.size() < 20)
      return;
    search(padded(colour_, false), area_);
    for (const StrokeGroup& g : groupStrokes(own, 10, 2))
      if (g.box.height() >= 6 && g.box.height() <= 60 && g.upright * 8 >= g.box.width() * g.box.height())
        add({g.box.x0 + margin, g.box.y0 + margin, g.box.x1 + margin, g.box.y1 + margin});
  }

  /// Strong contrasts come first and give the word's place. What weaker ones add to it keeps to its line: with them
  /// come echoes.
  void add(const PixelBox& inPlane) {
    PixelBox box = intersection({inPlane.x0 - margin, inPlane.y0 - margin, inPlane.x1 - margin, inPlane.y1 - margin},
                                {0, 0, grey_.width - 1, grey_.height - 1});
    if (box.empty() || box.height() > tallest)
      return;
    for (auto& [first, known] : boxes_) {
      if (intersection(box, known).empty())
        continue;
      const PixelBox line = widened(first, 3 * first.height(), 3, grey_.width, grey_.height);
      const PixelBox more = intersection(box, line);
      if (!more.empty())
        known = {std::min(known.x0, more.x0), std::min(known.y0, more.y0), std::max(known.x1, more.x1),
                 std::max(known.y1, more.y1)};
      return;
    }
    boxes_.emplace_back(box, box);
  }

  /// Glyphs of one line that stand apart, as ideographs do, are one word.
  [[nodiscard]] std::vector<PixelBox> joined() const {
    std::vector<PixelBox> out;
    for (const auto& [first, known] : boxes_)
      out.push_back(known);
    for (std::size_t i = 0; i < out.size(); ++i)
      for (std::size_t j = 0; j < out.size(); ++j) {
        PixelBox& a = out[i];
        const PixelBox& b = out[j];
        const int lower = std::min(a.height(), b.height());
        const int rows = std::min(a.y1, b.y1) - std::max(a.y0, b.y0) + 1;
        const int gap = std::max(a.x0, b.x0) - std::min(a.x1, b.x1) - 1;
        if (i == j || rows * 3 < lower * 2 || gap > std::max(a.height(), b.height()) || a.height() > 2 * b.height() ||
            b.height() > 2 * a.height())
          continue;
        a = {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
        out.erase(out.begin() + static_cast<std::ptrdiff_t>(j));
        i = 0;
        j = static_cast<std::size_t>(-1); // from the start: a line grows
      }
    return out;
  }

  [[nodiscard]] std::vector<Lettering> letterings() const {
    const PixelBox inner{4, 4, grey_.width - 5, grey_.height - 5};
    std::vector<Lettering> out;
    for (PixelBox box : joined()) {
      const bool onBlack = liesOnBlack(grey_, box);
      if (onBlack)
        box = withNeighbours(grey_, box);
      const bool atRim = intersection(box, inner) != box;
      if (atRim || box.width() * 4 >= box.height() * 5) // else one glyph
        out.push_back({box, onBlack});
    }
    return out;
  }

  const RgbImage& picture_;
  GreyImage grey_;
  Mask area_; ///< padded
  bool lossy_;
  int leastStep_;
  GreyImage colour_;
  Mask flow_;                                        ///< empty where there is none
  std::vector<std::pair<PixelBox, PixelBox>> boxes_; ///< in the picture: as first found, and with what was added
};

} // namespace

std::vector<Lettering> findLettering(const RgbImage& picture, const Mask& area, bool lossy, int leastStep) {
  PixelBox where; // nothing else is looked at
  for (int y = 0; y < area.height; ++y) {
    const std::uint8_t* row = area.row(y);
    const auto* first = static_cast<const std::uint8_t*>(std::memchr(row, 255, static_cast<std::size_t>(area.width)));
    if (first == nullptr)
      continue;
    const auto* last = static_cast<const std::uint8_t*>(::memrchr(row, 255, static_cast<std::size_t>(area.width)));
    const int x0 = static_cast<int>(first - row);
    const int x1 = static_cast<int>(last - row);
    where =
        where.empty() ? PixelBox{x0, y, x1, y} : PixelBox{std::min(where.x0, x0), where.y0, std::max(where.x1, x1), y};
  }
  if (where.width() < 8 || where.height() < 8)
    return {};
  where = widened(where, margin + tallest / 2, margin + tallest / 2, picture.width, picture.height);
  const RgbImage part = crop(picture, where);
  std::vector<Lettering> out = Finder(part, crop(area, where), lossy, leastStep).run();
  for (Lettering& one : out)
    one.box = {one.box.x0 + where.x0, one.box.y0 + where.y0, one.box.x1 + where.x0, one.box.y1 + where.y0};
  return out;
}

} // namespace hipcuff::deidentify
