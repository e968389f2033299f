#include "html_chart.h"

#include "text.h"

#include "hipcuff/report/review_words.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::report {
namespace {

constexpr double left = 52;
constexpr double right = 626;
constexpr double top = 16;
constexpr double bottom = 212;

/// 1, 2 or 5 times a power of ten, so that about `count` steps make up `range`.
double niceStep(double range, int count) {
  const double rough = range / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (rough <= factor * power)
      return factor * power;
  return 10 * power;
}

struct Axes {
  double x0 = 0;
  double x1 = 1;
  double y1 = 1;
  [[nodiscard]] double x(double mm) const { return left + (mm - x0) / (x1 - x0) * (right - left); }
  [[nodiscard]] double y(double mm) const { return bottom - mm / y1 * (bottom - top); }
  [[nodiscard]] std::string at(double xMm, double yMm) const { return fixed(x(xMm), 1) + " " + fixed(y(yMm), 1); }
};

using Profile = std::vector<ThicknessSample>;

/// The profile without jumps: stretches between gaps.
std::vector<Profile> pieces(const Profile& profile) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < profile.size(); ++i)
    steps.push_back(profile[i].positionMm - profile[i - 1].positionMm);
  double usual = 0;
  if (!steps.empty()) {
    std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2), steps.end());
    usual = steps[steps.size() / 2];
  }
  std::vector<Profile> out;
  for (const ThicknessSample& s : profile) {
    if (out.empty() || s.positionMm - out.back().back().positionMm > 2.5 * usual)
      out.emplace_back();
    out.back().push_back(s);
  }
  return out;
}

Axes axesFor(const ImageResult& image) {
  const Profile& profile = image.measurements.thickness.profile;
  Axes axes{profile.front().positionMm, profile.front().positionMm, 1};
  for (const ThicknessSample& s : profile) {
    axes.x0 = std::min(axes.x0, s.positionMm);
    axes.x1 = std::max(axes.x1, s.positionMm);
    axes.y1 = std::max({axes.y1, s.valueMm, s.upperMm});
  }
  for (const Discontinuity& d : image.measurements.discontinuities) {
    axes.x0 = std::min(axes.x0, d.beginMm);
    axes.x1 = std::max(axes.x1, d.endMm);
  }
  if (!(axes.x1 > axes.x0))
    axes.x1 = axes.x0 + 1;
  const double step = niceStep(axes.y1, 5);
  axes.y1 = std::ceil(axes.y1 / step + 0.05) * step;
  return axes;
}

std::string grid(const Axes& axes) {
  std::string out;
  const double yStep = niceStep(axes.y1, 5);
  for (double v = 0; v <= axes.y1 + 1e-9; v += yStep)
    out += "<path class=\"grid\" d=\"M" + fixed(left, 1) + " " + fixed(axes.y(v), 1) + "H" + fixed(right, 1) +
           "\"/><text x=\"" + fixed(left - 7, 1) + "\" y=\"" + fixed(axes.y(v) + 4, 1) + "\" text-anchor=\"end\">" +
           fixed(v, yStep < 1 ? 1 : 0) + "</text>";
  const double xStep = niceStep(axes.x1 - axes.x0, 8);
  for (double v = std::ceil(axes.x0 / xStep - 1e-9) * xStep; v <= axes.x1 + 1e-9; v += xStep)
    out += "<path class=\"axis\" d=\"M" + fixed(axes.x(v), 1) + " " + fixed(bottom, 1) + "v5\"/><text x=\"" +
           fixed(axes.x(v), 1) + "\" y=\"" + fixed(bottom + 18, 1) + "\" text-anchor=\"middle\">" +
           fixed(v, xStep < 1 ? 1 : 0) + "</text>";
  out += "<path class=\"axis\" d=\"M" + fixed(left, 1) + " " + fixed(top, 1) + "V" + fixed(bottom, 1) + "H" +
         fixed(right, 1) + "\"/>";
  out += "<text x=\"" + fixed((left + right) / 2, 1) +
         "\" y=\"248\" text-anchor=\"middle\">Position along the cortex, from where the tendon arrives (mm)</text>";
  return out + "<text transform=\"rotate(-90)\" x=\"" + fixed(-(top + bottom) / 2, 1) +
         "\" y=\"14\" text-anchor=\"middle\">Thickness (mm)</text>";
}

std::string gaps(const ImageResult& image, const Axes& axes) {
  std::string out;
  int number = 0;
  for (const Discontinuity& d : image.measurements.discontinuities) {
    ++number;
    const double x = axes.x(d.beginMm);
    const double w = std::max(2.0, axes.x(d.endMm) - x);
    out += "<rect class=\"" +
           std::string(d.suspectedAnisotropy || !countsAsTear(classOf(image)) ? "gapspan doubt" : "gapspan") +
           "\" x=\"" + fixed(x, 1) + "\" y=\"" + fixed(top, 1) + "\" width=\"" + fixed(w, 1) + "\" height=\"" +
           fixed(bottom - top, 1) + "\"/><text class=\"gapname\" x=\"" + fixed(x + w / 2, 1) + "\" y=\"" +
           fixed(top + 13, 1) + "\" text-anchor=\"middle\">" + std::to_string(number) + "</text>";
  }
  return out;
}

std::string curve(const std::vector<Profile>& parts, const Axes& axes, double ThicknessSample::*field,
                  const char* style) {
  std::string d;
  for (const Profile& part : parts)
    for (std::size_t i = 0; i < part.size(); ++i)
      d += (i == 0 ? "M" : "L") + axes.at(part[i].positionMm, part[i].*field);
  return "<path class=\"" + std::string(style) + "\" d=\"" + d + "\"/>";
}

std::string band(const std::vector<Profile>& parts, const Axes& axes) {
  std::string d;
  for (const Profile& part : parts) {
    for (std::size_t i = 0; i < part.size(); ++i)
      d += (i == 0 ? "M" : "L") + axes.at(part[i].positionMm, part[i].upperMm);
    for (std::size_t i = part.size(); i > 0; --i)
      d += "L" + axes.at(part[i - 1].positionMm, part[i - 1].lowerMm);
    d += "Z";
  }
  return "<path class=\"band\" d=\"" + d + "\"/>";
}

} // namespace

std::string thicknessChart(const ImageResult& image) {
  const Thickness& thickness = image.measurements.thickness;
  if (!image.mmPerPx || thickness.profile.empty())
    return {};
  const Axes axes = axesFor(image);
  const std::vector<Profile> parts = pieces(thickness.profile);
  std::string out = "<figure class=\"chart\"><svg viewBox=\"0 0 640 254\" role=\"img\" aria-label=\"Thickness of the "
                    "tendon along the cortex\">\n";
  out += grid(axes) + gaps(image, axes) + band(parts, axes);
  if (thickness.summary)
    out += "<path class=\"mean\" d=\"M" + fixed(left, 1) + " " + fixed(axes.y(thickness.summary->meanMm), 1) + "H" +
           fixed(right, 1) + "\"/>";
  const bool torn = std::any_of(thickness.profile.begin(), thickness.profile.end(),
                                [](const ThicknessSample& s) { return s.remainingMm < s.valueMm - 0.01; });
  if (torn)
    out += curve(parts, axes, &ThicknessSample::remainingMm, "remaining");
  out += curve(parts, axes, &ThicknessSample::valueMm, "thickness");
  out += "</svg>\n<figcaption><span class=\"k k-thickness\"></span>thickness, cortex to superficial border "
         "<span class=\"k k-band\"></span>95 % interval <span class=\"k k-mean\"></span>mean";
  if (torn)
    out += " <span class=\"k k-remaining\"></span>remaining intact tissue";
  if (!image.measurements.discontinuities.empty())
    out += " <span class=\"k k-gap\"></span>discontinuity (numbers as in the table)";
  return out + "</figcaption></figure>\n";
}

} // namespace hipcuff::report
