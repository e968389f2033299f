#include "chart_layout.h"

#include "hipcuff/rendering/unrolled.h"
#include "stroke_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace hipcuff::drawing {
namespace {

constexpr double intactSlackMm = 0.05; // less is rounding, not a defect
constexpr double wordSize = 12;

std::string formatted(const char* format, double a) {
  char text[64];
  std::snprintf(text, sizeof text, format, a);
  return text;
}

/// A gap in the profile is longer than this; steps between samples are even.
double longestStep(const std::vector<ThicknessSample>& profile) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < profile.size(); ++i)
    steps.push_back(profile[i].positionMm - profile[i - 1].positionMm);
  if (steps.empty())
    return 0.5;
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2), steps.end());
  return std::max(0.1, 1.8 * steps[steps.size() / 2]);
}

std::string nameOf(const Discontinuity& found) {
  std::string words = toString(found.kind);
  std::replace(words.begin(), words.end(), '_', ' ');
  return found.suspectedAnisotropy ? words + " (anisotropy?)" : words;
}

class Decoration {
public:
  Decoration(const ChartContent& content, const ChartRange& range, const Rect& axes, const TextWidth& textWidth)
      : content_(content)
      , range_(range)
      , axes_(axes)
      , textWidth_(textWidth)
      , colours_(coloursOf(content.style))
      , s_(content.style.scale) {}

  DisplayList run() {
    const std::string empty = emptyWords(content_.image);
    if (!empty.empty()) {
      const double size = 14 * s_;
      list_.texts.push_back({(axes_.x0 + axes_.x1 - textWidth_(empty, size)) / 2,
                             (axes_.y0 + axes_.y1) / 2,
                             empty,
                             size,
                             colours_.words,
                             false,
                             {}});
      return std::move(list_);
    }
    legend();
    defects();
    facets();
    mark();
    return std::move(list_);
  }

private:
  [[nodiscard]] double xOf(double mm) const {
    return axes_.x0 + (mm - range_.x0) / (range_.x1 - range_.x0) * (axes_.x1 - axes_.x0);
  }
  [[nodiscard]] double yOf(double mm) const { return axes_.y1 - mm / range_.y1 * (axes_.y1 - axes_.y0); }
  void text(double x, double y, const std::string& words, Colour colour, bool haloed) {
    Colour edge = colours_.background;
    edge.a = 0xD0;
    list_.texts.push_back({x, y, words, wordSize * s_, colour, haloed, edge});
  }
  [[nodiscard]] double line() const { return (content_.style.highContrast ? 2.6 : 1.8) * s_; }

  void legend() {
    double x = axes_.x0;
    const double y = legendHeight(content_.style) / 2;
    const double sample = 26 * s_;
    const auto entry = [&](const std::string& words, auto&& paint) {
      const double width = sample + 6 * s_ + textWidth_(words, wordSize * s_) + 18 * s_;
      if (x + width - 18 * s_ > axes_.x1)
        return;
      paint(x);
      text(x + sample + 6 * s_, y, words, colours_.words, false);
      x += width;
    };
    entry("thickness, 95 % interval", [&](double at) {
      list_.boxes.push_back({{at, y - 6 * s_, at + sample, y + 6 * s_}, colours_.band});
      list_.strokes.push_back({{{at, y}, {at + sample, y}}, colours_.thickness, line()});
    });
    if (!tornRunsOf(runsOf(content_.image->measurements.thickness.profile)).empty())
      entry("intact", [&](double at) {
        for (Polyline& piece : dashed({{at, y}, {at + sample, y}}, {6 * s_, 3 * s_}))
          list_.strokes.push_back({std::move(piece), colours_.intact, line()});
      });
    if (content_.compared)
      entry(content_.comparedName.empty() ? "compared" : content_.comparedName, [&](double at) {
        list_.strokes.push_back({{{at, y}, {at + sample, y}}, colours_.compared, line()});
      });
  }

  void defects() {
    std::vector<Rect> taken;
    for (const Discontinuity& found : content_.image->measurements.discontinuities) {
      const double x0 = std::clamp(xOf(found.beginMm), axes_.x0, axes_.x1);
      const double x1 = std::clamp(xOf(found.endMm), axes_.x0, axes_.x1);
      const Colour full = found.suspectedAnisotropy ? colours_.doubtful : colours_.defect;
      Colour pale = full;
      pale.a = content_.style.highContrast ? 0x60 : 0x38;
      list_.boxes.push_back({{x0, axes_.y0, std::max(x1, x0 + 1), axes_.y1}, pale});
      for (const double x : {x0, x1})
        list_.strokes.push_back({{{x, axes_.y0}, {x, axes_.y1}}, full, s_});
      const std::string words = nameOf(found);
      const double width = textWidth_(words, wordSize * s_);
      const double left = std::clamp((x0 + x1 - width) / 2, axes_.x0 + 2, std::max(axes_.x0 + 2, axes_.x1 - width - 2));
      Rect rect{left, axes_.y0 + 2, left + width, axes_.y0 + 2 + 16 * s_};
      const auto overlapsOne = [&] {
        return std::any_of(taken.begin(), taken.end(), [&](const Rect& r) { return rect.overlaps(r); });
      };
      while (overlapsOne() && rect.y1 < axes_.y1) {
        rect.y0 += 16 * s_;
        rect.y1 += 16 * s_;
      }
      taken.push_back(rect);
      text(rect.x0, (rect.y0 + rect.y1) / 2, words, colours_.words, true);
    }
  }

  void facets() {
    const Tendon& tendon = content_.image->anatomy.tendon;
    for (const Facet& facet : content_.image->anatomy.cortex.facets) {
      const auto begin = placeOn(tendon, facet.beginMm);
      const auto end = placeOn(tendon, facet.endMm);
      if (!begin || !end)
        continue;
      const double a = std::min(begin->positionMm, end->positionMm);
      const double b = std::max(begin->positionMm, end->positionMm);
      if (b <= range_.x0 || a >= range_.x1)
        continue;
      for (const double mm : {a, b})
        if (mm >= range_.x0 && mm <= range_.x1)
          for (Polyline& piece : dashed({{xOf(mm), axes_.y0}, {xOf(mm), axes_.y1}}, {2 * s_, 4 * s_}))
            list_.strokes.push_back({std::move(piece), colours_.words, s_});
      if (facet.kind == FacetKind::unknown)
        continue;
      const std::string words = std::string(toString(facet.kind)) + " facet";
      const double width = textWidth_(words, wordSize * s_);
      const double middle = (xOf(std::max(a, range_.x0)) + xOf(std::min(b, range_.x1))) / 2;
      const double room = std::max(axes_.x0 + 2, axes_.x1 - width - 2);
      text(std::clamp(middle - width / 2, axes_.x0 + 2, room), axes_.y1 - 10 * s_, words, colours_.words, true);
    }
  }

  void mark() {
    if (!content_.markMm || *content_.markMm < range_.x0 || *content_.markMm > range_.x1)
      return;
    const double x = xOf(*content_.markMm);
    list_.strokes.push_back({{{x, axes_.y0}, {x, axes_.y1}}, colours_.words, 1.2 * s_});
    const auto sample = sampleAt(*content_.image, *content_.markMm);
    double y = (axes_.y0 + axes_.y1) / 2;
    if (sample) {
      y = yOf(sample->valueMm);
      list_.strokes.push_back({{{x - 4 * s_, y}, {x + 4 * s_, y}}, colours_.background, 8 * s_});
      list_.strokes.push_back({{{x - 3 * s_, y}, {x + 3 * s_, y}}, colours_.words, 6 * s_});
    }
    const std::string words = wordsAt(*content_.image, *content_.markMm);
    const double width = textWidth_(words, wordSize * s_);
    const double left = x + 9 * s_ + width < axes_.x1 ? x + 9 * s_ : x - 9 * s_ - width;
    // Under the line and its interval, where nothing is drawn but the part that is left intact.
    const double below = sample ? yOf(std::max(0.0, sample->lowerMm)) + 14 * s_ : y;
    const double lowest = std::max(axes_.y0 + 10 * s_, axes_.y1 - 24 * s_);
    const double at = std::clamp(below, axes_.y0 + 10 * s_, lowest);
    const double x0 = std::max(axes_.x0 + 2, left);
    list_.boxes.push_back({{x0 - 4 * s_, at - 9 * s_, x0 + width + 4 * s_, at + 9 * s_}, colours_.background});
    text(x0, at, words, colours_.words, false);
  }

  const ChartContent& content_;
  const ChartRange& range_;
  const Rect& axes_;
  const TextWidth& textWidth_;
  ChartColours colours_;
  double s_;
  DisplayList list_;
};

} // namespace

ChartColours coloursOf(const ChartStyle& style) {
  const Colour blue{0x00, 0x72, 0xB2}; // Okabe & Ito's, for light grounds
  if (style.dark) {
    ChartColours c{background, white, {0x40, 0x44, 0x4A}, yellow, skyBlue, yellow, grey, vermillion, reddishPurple};
    c.band.a = 0x48;
    if (style.highContrast) {
      c.background = {0, 0, 0};
      c.words = {255, 255, 255};
      c.faint = {0x60, 0x60, 0x60};
      c.compared = {0xC8, 0xC8, 0xC8};
    }
    return c;
  }
  ChartColours c{{255, 255, 255},    {0x20, 0x22, 0x25}, {0xDD, 0xDD, 0xDD}, blue, bluishGreen, blue,
                 {0x80, 0x80, 0x80}, vermillion,         reddishPurple};
  c.band.a = 0x38;
  if (style.highContrast) {
    c.words = {0, 0, 0};
    c.faint = {0xB0, 0xB0, 0xB0};
    c.compared = {0x60, 0x60, 0x60};
  }
  return c;
}

std::vector<ProfileRun> runsOf(const std::vector<ThicknessSample>& profile) {
  std::vector<ProfileRun> runs;
  const double longest = longestStep(profile);
  for (const ThicknessSample& sample : profile) {
    if (runs.empty() || sample.positionMm - runs.back().samples.back().positionMm > longest)
      runs.emplace_back();
    runs.back().samples.push_back(sample);
  }
  return runs;
}

std::vector<ProfileRun> tornRunsOf(const std::vector<ProfileRun>& runs) {
  std::vector<ProfileRun> torn;
  for (const ProfileRun& run : runs) {
    const auto isTorn = [&](std::size_t i) {
      return i < run.samples.size() && run.samples[i].remainingMm < run.samples[i].valueMm - intactSlackMm;
    };
    bool open = false;
    for (std::size_t i = 0; i < run.samples.size(); ++i) {
      // One sample more on either side, so that the line leaves the thickness and comes back to it.
      const bool wanted = isTorn(i) || isTorn(i + 1) || (i > 0 && isTorn(i - 1));
      if (wanted && !open)
        torn.emplace_back();
      open = wanted;
      if (wanted)
        torn.back().samples.push_back(run.samples[i]);
    }
  }
  return torn;
}

ChartRange rangeOf(const ImageResult& image, const ImageResult* compared) {
  double x0 = 1e18;
  double x1 = -1e18;
  double top = 0;
  const auto take = [&](double x) {
    x0 = std::min(x0, x);
    x1 = std::max(x1, x);
  };
  for (const ImageResult* each : {&image, compared}) {
    if (each == nullptr)
      continue;
    for (const ThicknessSample& s : each->measurements.thickness.profile) {
      take(s.positionMm);
      top = std::max(top, each == &image ? s.upperMm : s.valueMm);
    }
  }
  for (const Discontinuity& found : image.measurements.discontinuities) {
    take(found.beginMm);
    take(found.endMm);
  }
  if (!(x1 > x0))
    return {0, 1, 1};
  // Room above for the names of defects.
  return {x0, x1, std::max(2.0, std::ceil(top * 1.15))};
}

std::string emptyWords(const ImageResult* image) {
  if (image == nullptr)
    return "No picture is chosen.";
  if (!image->anatomy.tendon.found())
    return "No tendon was found on this picture.";
  if (!image->mmPerPx)
    return "The picture has no scale, so no thickness is given.";
  if (image->measurements.thickness.profile.size() < 2)
    return "No thickness was measured along this tendon.";
  return {};
}

std::optional<ThicknessSample> sampleAt(const ImageResult& image, double positionMm) {
  const auto& profile = image.measurements.thickness.profile;
  if (profile.empty())
    return std::nullopt;
  const ThicknessSample& nearest =
      *std::min_element(profile.begin(), profile.end(), [&](const ThicknessSample& a, const ThicknessSample& b) {
        return std::abs(a.positionMm - positionMm) < std::abs(b.positionMm - positionMm);
      });
  if (std::abs(nearest.positionMm - positionMm) > longestStep(profile) / 2)
    return std::nullopt;
  return nearest;
}

std::string wordsAt(const ImageResult& image, double positionMm) {
  std::string words = formatted("at %.1f mm: ", positionMm);
  if (const auto sample = sampleAt(image, positionMm)) {
    words += formatted("%.1f mm thick", sample->valueMm) + formatted(" (%.1f", sample->lowerMm) +
             formatted(" to %.1f)", sample->upperMm);
    if (sample->remainingMm < sample->valueMm - intactSlackMm)
      words += formatted(", %.1f mm intact", sample->remainingMm);
    return words;
  }
  for (const Discontinuity& found : image.measurements.discontinuities)
    if (found.kind == DiscontinuityKind::fullThickness && positionMm >= found.beginMm && positionMm <= found.endMm)
      return words + "full-thickness gap";
  return words + "no thickness";
}

double legendHeight(const ChartStyle& style) {
  return 24 * style.scale;
}

DisplayList decorate(const ChartContent& content, const ChartRange& range, const Rect& axes,
                     const TextWidth& textWidth) {
  return Decoration(content, range, axes, textWidth).run();
}

} // namespace hipcuff::drawing
