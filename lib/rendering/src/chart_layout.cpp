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

std::string number(double value) {
  return formatted("%g", value);
}

double chartX(const ChartLayout& chart, double mm) {
  return chart.axes.x0 + (mm - chart.range.x0) / (chart.range.x1 - chart.range.x0) * (chart.axes.x1 - chart.axes.x0);
}

double chartY(const ChartLayout& chart, double mm) {
  return chart.axes.y1 - mm / chart.range.y1 * (chart.axes.y1 - chart.axes.y0);
}

/// The least round step (1, 2 or 5 times a power of ten) whose ticks stand `leastPx` apart.
double tickStep(double pxPerMm, double leastPx) {
  const double least = leastPx / pxPerMm;
  const double decade = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * decade >= least)
      return factor * decade;
  return 10 * decade;
}

class Chart {
public:
  Chart(const ChartContent& content, const TextWidth& textWidth)
      : content_(content)
      , textWidth_(textWidth)
      , colours_(coloursOf(content.style))
      , s_(content.style.scale)
      , size_(wordSize * content.style.scale) {
    out_.list.width = content.width;
    out_.list.height = content.height;
  }

  ChartLayout run() {
    const std::string empty = emptyWords(content_.image);
    if (!empty.empty()) {
      text((content_.width - textWidth_(empty, size_)) / 2, content_.height / 2.0, empty, colours_.words, false);
      return std::move(out_);
    }
    out_.range = rangeOf(*content_.image, content_.compared);
    const double row = 18 * s_;
    out_.axes = {10 * s_ + textWidth_(number(out_.range.y1) + "0", size_), row + 6 * s_, content_.width - 14 * s_,
                 content_.height - 2 * row - 2 * s_};
    if (axes().x1 - axes().x0 < 40 || axes().y1 - axes().y0 < 20) { // no room for a chart
      out_.axes = {};
      return std::move(out_);
    }
    grid();
    defects();
    profiles();
    facets();
    defectNames();
    legend();
    return std::move(out_);
  }

private:
  [[nodiscard]] const Rect& axes() const { return out_.axes; }
  [[nodiscard]] double xOf(double mm) const { return chartX(out_, mm); }
  [[nodiscard]] double yOf(double mm) const { return chartY(out_, mm); }
  [[nodiscard]] double line() const { return (content_.style.highContrast ? 2.6 : 1.8) * s_; }
  void stroke(Polyline points, Colour colour, double width) {
    out_.list.strokes.push_back({std::move(points), colour, width});
  }
  void dashes(const Polyline& points, const std::vector<double>& pattern, Colour colour, double width) {
    for (Polyline& piece : dashed(points, pattern))
      stroke(std::move(piece), colour, width);
  }
  void text(double x, double y, const std::string& words, Colour colour, bool haloed) {
    out_.list.texts.push_back({x, y, words, size_, colour, haloed, colours_.background});
  }

  void grid() {
    // Lines on whole pixels stay sharp.
    const auto sharp = [](double v) { return std::floor(v) + 0.5; };
    const double stepX = tickStep((axes().x1 - axes().x0) / (out_.range.x1 - out_.range.x0), 48 * s_);
    for (double mm = std::ceil(out_.range.x0 / stepX - 1e-9) * stepX; mm <= out_.range.x1 + 1e-9; mm += stepX) {
      const double x = sharp(xOf(mm));
      const std::string words = number(std::abs(mm) < 1e-9 ? 0 : mm);
      stroke({{x, axes().y0}, {x, axes().y1 + 4 * s_}}, colours_.faint, 1);
      text(x - textWidth_(words, size_) / 2, axes().y1 + 12 * s_, words, colours_.words, false);
    }
    const double stepY = tickStep((axes().y1 - axes().y0) / out_.range.y1, 26 * s_);
    for (double mm = 0; mm <= out_.range.y1 + 1e-9; mm += stepY) {
      const double y = sharp(yOf(mm));
      const std::string words = number(mm);
      stroke({{axes().x0 - 4 * s_, y}, {axes().x1, y}}, mm == 0 ? colours_.words : colours_.faint, 1);
      text(axes().x0 - 7 * s_ - textWidth_(words, size_), y, words, colours_.words, false);
    }
    const double x = sharp(axes().x0);
    stroke({{x, axes().y0}, {x, axes().y1}}, colours_.words, 1);
    const std::string title = "mm from the facet's edge";
    text((axes().x0 + axes().x1 - textWidth_(title, size_)) / 2, axes().y1 + 28 * s_, title, colours_.words, false);
    text(4 * s_, 10 * s_, "thickness, mm", colours_.words, false);
  }

  void profiles() {
    const auto lineOf = [&](const ProfileRun& run, double ThicknessSample::*value) {
      Polyline points;
      for (const ThicknessSample& s : run.samples)
        points.push_back({xOf(s.positionMm), yOf(s.*value)});
      return points;
    };
    if (content_.compared != nullptr)
      for (const ProfileRun& run : runsOf(content_.compared->measurements.thickness.profile))
        stroke(lineOf(run, &ThicknessSample::valueMm), colours_.compared, line());
    const auto runs = runsOf(content_.image->measurements.thickness.profile);
    for (const ProfileRun& run : runs) {
      out_.list.bands.push_back(
          {lineOf(run, &ThicknessSample::upperMm), lineOf(run, &ThicknessSample::lowerMm), colours_.band});
      stroke(simplified(lineOf(run, &ThicknessSample::valueMm), 0.1), colours_.thickness, line());
    }
    for (const ProfileRun& run : tornRunsOf(runs)) {
      torn_ = true;
      dashes(lineOf(run, &ThicknessSample::remainingMm), {7 * s_, 3 * s_}, colours_.intact, line());
    }
  }

  /// Right of the axis title, above the axes.
  void legend() {
    double x = 4 * s_ + textWidth_("thickness, mm", size_) + 30 * s_;
    const double y = 10 * s_;
    const double sample = 26 * s_;
    const auto entry = [&](const std::string& words, auto&& paint) {
      const double width = sample + 6 * s_ + textWidth_(words, size_);
      if (x + width > content_.width - 4 * s_)
        return;
      paint(x);
      text(x + sample + 6 * s_, y, words, colours_.words, false);
      x += width + 20 * s_;
    };
    entry("thickness with its 95 % interval", [&](double at) {
      out_.list.boxes.push_back({{at, y - 6 * s_, at + sample, y + 6 * s_}, colours_.band});
      stroke({{at, y}, {at + sample, y}}, colours_.thickness, line());
    });
    if (torn_)
      entry("intact part", [&](double at) {
        dashes({{at, y}, {at + sample, y}}, {7 * s_, 3 * s_}, colours_.intact, line());
      });
    if (content_.compared != nullptr)
      entry(content_.comparedName.empty() ? "compared" : content_.comparedName, [&](double at) {
        stroke({{at, y}, {at + sample, y}}, colours_.compared, line());
      });
  }

  [[nodiscard]] Rect stretchOf(const Discontinuity& found) const {
    const double x0 = std::clamp(xOf(found.beginMm), axes().x0, axes().x1);
    const double x1 = std::clamp(xOf(found.endMm), axes().x0, axes().x1);
    return {x0, axes().y0, std::max(x1, x0 + 1), axes().y1};
  }

  void defects() {
    for (const Discontinuity& found : content_.image->measurements.discontinuities) {
      const Rect rect = stretchOf(found);
      Colour colour = doubtful(found) ? colours_.doubtful : colours_.defect;
      for (const double x : {rect.x0, rect.x1})
        stroke({{x, rect.y0}, {x, rect.y1}}, colour, s_);
      colour.a = content_.style.highContrast ? 0x60 : 0x38;
      out_.list.boxes.push_back({rect, colour});
    }
  }

  void defectNames() {
    std::vector<Rect> taken;
    for (const Discontinuity& found : content_.image->measurements.discontinuities) {
      const Rect stretch = stretchOf(found);
      const std::string words = nameOf(found);
      const double width = textWidth_(words, size_);
      const double most = std::max(axes().x0 + 2, axes().x1 - width - 2);
      const double left = std::clamp((stretch.x0 + stretch.x1 - width) / 2, axes().x0 + 2, most);
      Rect rect{left, axes().y0 + 2, left + width, axes().y0 + 2 + 16 * s_};
      const auto overlapsOne = [&] {
        return std::any_of(taken.begin(), taken.end(), [&](const Rect& r) { return rect.overlaps(r); });
      };
      while (overlapsOne() && rect.y1 < axes().y1) {
        rect.y0 += 16 * s_;
        rect.y1 += 16 * s_;
      }
      taken.push_back(rect);
      text(rect.x0, (rect.y0 + rect.y1) / 2, words, colours_.words, true);
    }
  }

  [[nodiscard]] bool doubtful(const Discontinuity& found) const {
    const GradeClass grade = content_.image->grade.grade;
    return found.suspectedAnisotropy || grade == GradeClass::normal || grade == GradeClass::tendinosis;
  }

  [[nodiscard]] std::string nameOf(const Discontinuity& found) const {
    std::string words = toString(found.kind);
    std::replace(words.begin(), words.end(), '_', ' ');
    if (found.suspectedAnisotropy)
      return words + " (anisotropy?)";
    return doubtful(found) ? words + " (not counted as a tear)" : words;
  }

  void facets() {
    const Tendon& tendon = content_.image->anatomy.tendon;
    const ChartRange& range = out_.range;
    for (const Facet& facet : content_.image->anatomy.cortex.facets) {
      const auto begin = placeOn(tendon, facet.beginMm);
      const auto end = placeOn(tendon, facet.endMm);
      if (!begin || !end)
        continue;
      const double a = std::min(begin->positionMm, end->positionMm);
      const double b = std::max(begin->positionMm, end->positionMm);
      if (b <= range.x0 || a >= range.x1)
        continue;
      for (const double mm : {a, b})
        if (mm > range.x0 && mm < range.x1)
          dashes({{xOf(mm), axes().y0}, {xOf(mm), axes().y1}}, {2 * s_, 4 * s_}, colours_.words, s_);
      if (facet.kind == FacetKind::unknown)
        continue;
      const std::string words = std::string(toString(facet.kind)) + " facet";
      const double width = textWidth_(words, size_);
      const double middle = (xOf(std::max(a, range.x0)) + xOf(std::min(b, range.x1))) / 2;
      const double most = std::max(axes().x0 + 4, axes().x1 - width - 4);
      text(std::clamp(middle - width / 2, axes().x0 + 4, most), axes().y1 - 10 * s_, words, colours_.words, true);
    }
  }

  const ChartContent& content_;
  const TextWidth& textWidth_;
  ChartColours colours_;
  double s_;
  double size_;
  bool torn_ = false;
  ChartLayout out_;
};

/// How many points of the lines lie in a box.
double covered(const ChartContent& content, const ChartLayout& chart, const Rect& box) {
  double count = 0;
  const auto take = [&](const ThicknessSample& sample, double mm) {
    const double x = chartX(chart, sample.positionMm);
    const double y = chartY(chart, mm);
    count += x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1 ? 1 : 0;
  };
  for (const ThicknessSample& s : content.image->measurements.thickness.profile) {
    take(s, s.valueMm);
    if (s.remainingMm < s.valueMm - intactSlackMm)
      take(s, s.remainingMm);
  }
  if (content.compared != nullptr)
    for (const ThicknessSample& s : content.compared->measurements.thickness.profile)
      take(s, s.valueMm);
  return count;
}

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

ChartLayout layOutChart(const ChartContent& content, const TextWidth& textWidth) {
  return Chart(content, textWidth).run();
}

DisplayList layOutMark(const ChartContent& content, const ChartLayout& chart, double positionMm,
                       const TextWidth& textWidth) {
  DisplayList list;
  list.width = content.width;
  list.height = content.height;
  const Rect& axes = chart.axes;
  if (!(axes.x1 > axes.x0) || positionMm < chart.range.x0 || positionMm > chart.range.x1)
    return list;
  const ChartColours colours = coloursOf(content.style);
  const double s = content.style.scale;
  const double size = wordSize * s;
  const double x = chartX(chart, positionMm);
  list.strokes.push_back({{{x, axes.y0}, {x, axes.y1}}, colours.words, 1.2 * s});
  const auto sample = sampleAt(*content.image, positionMm);
  if (sample) {
    const double y = chartY(chart, sample->valueMm);
    list.strokes.push_back({{{x - 4 * s, y}, {x + 4 * s, y}}, colours.background, 8 * s});
    list.strokes.push_back({{{x - 3 * s, y}, {x + 3 * s, y}}, colours.words, 6 * s});
  }
  const std::string words = wordsAt(*content.image, positionMm);
  const double width = textWidth(words, size);
  double left = x + 10 * s + width + 4 * s < axes.x1 ? x + 10 * s : x - 10 * s - width;
  left = std::max(axes.x0 + 4 * s, left);
  // As near to the line as it gets while it covers as little as possible of any.
  const double wanted = sample ? chartY(chart, std::max(0.0, sample->lowerMm)) + 14 * s : (axes.y0 + axes.y1) / 2;
  double y = wanted;
  double best = 1e18;
  for (double at = axes.y0 + 28 * s; at <= axes.y1 - 28 * s; at += 4 * s) {
    const Rect box{left - 4 * s, at - 11 * s, left + width + 4 * s, at + 11 * s};
    const double cost = 40 * covered(content, chart, box) + std::abs(at - wanted) / s;
    if (cost < best) {
      best = cost;
      y = at;
    }
  }
  list.boxes.push_back({{left - 4 * s, y - 9 * s, left + width + 4 * s, y + 9 * s}, colours.background});
  list.texts.push_back({left, y, words, size, colours.words, false, {}});
  return list;
}

} // namespace hipcuff::drawing
