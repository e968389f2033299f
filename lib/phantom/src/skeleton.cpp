#include "skeleton.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double arcStep = 0.05; // mm between points of a course
constexpr double degree = std::numbers::pi / 180.0;

} // namespace

Skeleton::Skeleton(const HipRecipe& recipe)
    : r_(recipe)
    , facet_(recipe.geometry.facetLengthMm) {
  const double reach = r_.probe.apertureMm + 30;
  bone_ = integrate([this](double s) { return headingOfBone(s); }, -facet_ - reach, reach);
  bed_ = integrate([this](double s) { return headingOfBed(s); }, -facet_ - reach, reach);
  // The courses pass s = 0 at the origin; put the bone's highest point to its depth.
  double highest = never;
  for (const Point& p : bone_.at)
    highest = std::min(highest, p.y);
  const Point shift{r_.geometry.apexAcross * r_.probe.apertureMm, r_.geometry.apexDepthMm - highest};
  for (Course* course : {&bone_, &bed_})
    for (Point& p : course->at)
      p = p + shift;

  relief_.resize(bed_.at.size());
  for (std::size_t i = 0; i < relief_.size(); ++i)
    relief_[i] = fullRelief(bed_.first + static_cast<double>(i) * arcStep);

  boneTop_.assign(static_cast<std::size_t>((r_.probe.apertureMm + 30) / tableStep) + 1, never);
  if (r_.geometry.bodyPart == BodyPart::muscleOnly)
    return;
  const std::uint64_t seed = mix(r_.seed, 23);
  for (std::size_t i = 0; i < bone_.at.size(); ++i) {
    const double s = bone_.first + static_cast<double>(i) * arcStep;
    const double h = bone_.heading[i];
    cortex_.push_back(bone_.at[i] + Point{std::sin(h), -std::cos(h)} * relief(s));
    cortexHeading_.push_back((h - std::atan((shape(s + 0.2) - shape(s - 0.2)) / 0.4)) / degree);
    // Stretches of some millimetres that echo less, and now and then hardly at all.
    const double weak =
        0.6 * smoothstep(0.1, 0.7, noise1(seed, s / 4.0)) + 0.6 * smoothstep(0.45, 0.75, noise1(seed + 1, s / 1.7));
    cortexGain_.push_back(-r_.echo.cortexDropoutDb * weak);
  }
  for (std::size_t i = 0; i + 1 < cortex_.size(); ++i) {
    const Point a = cortex_[i];
    const Point b = cortex_[i + 1];
    const double lo = std::min(a.x, b.x);
    const double hi = std::max(a.x, b.x);
    for (auto k = static_cast<std::int64_t>(std::ceil((lo - tableFirst) / tableStep));
         static_cast<double>(k) * tableStep + tableFirst <= hi; ++k) {
      if (k < 0 || k >= static_cast<std::int64_t>(boneTop_.size()))
        continue;
      const double x = static_cast<double>(k) * tableStep + tableFirst;
      const double y = hi > lo ? a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) : std::min(a.y, b.y);
      auto& top = boneTop_[static_cast<std::size_t>(k)];
      top = std::min(top, y);
    }
  }
}

double Skeleton::headingOfBone(double s) const {
  const auto& g = r_.geometry;
  if (g.bodyPart != BodyPart::lateralHip) // one bone, round or nearly flat
    return std::clamp((s + 0.5 * facet_) / g.boneRadiusMm, -1.25, 1.25) - g.facetAngleDeg * degree;
  const double bulge = g.facetShape == FacetShape::flat ? 0.0 : 4.0 * g.facetBulgeMm / facet_; // half an arc's turn
  const double onFacet = std::clamp((s + facet_) / facet_, 0.0, 1.0);
  double heading = -g.facetAngleDeg * degree + lerp(-bulge, bulge, onFacet);
  // Distal (posterior) of the footprint.
  const double distal = g.distalAngleDeg * degree;
  const double distalWidth = g.bendRadiusMm * std::abs(distal - heading) + 0.5;
  heading += (distal - heading) * smoothstep(0, distalWidth, s);
  if (r_.view == View::longAxis) {
    // The shaft flattens again; the tip turns steeply away from the probe.
    heading -= 0.35 * distal * smoothstep(8, 22, s);
    heading += (-82.0 * degree - heading) * smoothstep(0, 1.25 * g.bendRadiusMm, -facet_ - s);
  } else {
    const double anterior = -g.anteriorAngleDeg * degree;
    const double width = g.bendRadiusMm * std::abs(anterior - heading) + 0.5;
    heading += (anterior - heading) * smoothstep(0, width, -facet_ - s);
    heading += (-70.0 * degree - heading) * smoothstep(14, 24, -facet_ - s);
    heading += (66.0 * degree - heading) * smoothstep(13, 26, s);
  }
  return heading;
}

double Skeleton::headingOfBed(double s) const {
  if (s >= -facet_ || r_.view == View::shortAxis || r_.geometry.bodyPart != BodyPart::lateralHip)
    return headingOfBone(s);
  const double arrival = headingOfBone(-facet_);
  return lerp(arrival, -r_.geometry.mediusAngleDeg * degree, smoothstep(0, 14, -facet_ - s));
}

template <typename Heading>
Skeleton::Course Skeleton::integrate(Heading heading, double from, double to) {
  Course course;
  const int before = static_cast<int>(std::ceil(-from / arcStep));
  const int after = static_cast<int>(std::ceil(to / arcStep));
  course.first = -before * arcStep;
  course.at.resize(static_cast<std::size_t>(before + after + 1));
  course.heading.resize(course.at.size());
  for (std::size_t i = 0; i < course.at.size(); ++i)
    course.heading[i] = heading(course.first + static_cast<double>(i) * arcStep);
  const auto stepAt = [&](std::size_t i) { // from i to i + 1, midpoint rule
    const double h = 0.5 * (course.heading[i] + course.heading[i + 1]);
    return Point{std::cos(h), std::sin(h)} * arcStep;
  };
  for (auto i = static_cast<std::size_t>(before); i + 1 < course.at.size(); ++i)
    course.at[i + 1] = course.at[i] + stepAt(i);
  for (auto i = static_cast<std::size_t>(before); i > 0; --i)
    course.at[i - 1] = course.at[i] - stepAt(i - 1);
  return course;
}

double Skeleton::sample(const std::vector<double>& table, double x) {
  const double at = std::clamp((x - tableFirst) / tableStep, 0.0, static_cast<double>(table.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(at);
  if (table[i] == never || table[i + 1] == never)
    return std::min(table[i], table[i + 1]);
  return lerp(table[i], table[i + 1], at - static_cast<double>(i));
}

double Skeleton::bedLast() const noexcept {
  return bed_.first + static_cast<double>(bed_.at.size() - 1) * arcStep;
}

Point Skeleton::bed(double s) const {
  const double at = std::clamp((s - bed_.first) / arcStep, 0.0, static_cast<double>(bed_.at.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(at);
  const double t = at - static_cast<double>(i);
  return bed_.at[i] * (1 - t) + bed_.at[i + 1] * t;
}

double Skeleton::bedHeadingDeg(double s) const {
  const double at = std::clamp((s - bed_.first) / arcStep, 0.0, static_cast<double>(bed_.at.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(at);
  return lerp(bed_.heading[i], bed_.heading[i + 1], at - static_cast<double>(i)) / degree;
}

Point Skeleton::bedNormal(double s) const {
  const double h = bedHeadingDeg(s) * degree;
  return {std::sin(h), -std::cos(h)};
}

double Skeleton::shape(double s) const {
  const auto& g = r_.geometry;
  if (g.bodyPart != BodyPart::lateralHip)
    return 0;
  const double p = s + facet_;
  const double u = p / facet_;
  if (u < -0.3 || u > 1.6)
    return 0;
  double height = 0;
  if (g.facetShape == FacetShape::stepped)
    height += g.facetStepMm * smoothstep(0.4, 0.4 + 2.4 / facet_, u) * (1 - smoothstep(1.0, 1.5, u));
  if (g.irregularityMm > 0) {
    const std::uint64_t seed = mix(r_.seed, 22);
    const double window = smoothstep(-0.15, 0.05, u) * (1 - smoothstep(0.95, 1.2, u));
    height += 1.6 * g.irregularityMm * window * (0.8 * noise1(seed, p / 2.2) + 0.5 * noise1(seed + 1, p / 1.1));
  }
  for (const CortexPit& pit : g.pits) {
    const double x = (p - pit.at * facet_) / (0.5 * pit.widthMm);
    height -= pit.depthMm * std::exp(-std::pow(x, 4));
  }
  if (g.enthesophyteMm > 0) {
    // Spurs grow along the fibres: their proximal side is steep.
    const double x = p - g.enthesophyteAt * facet_;
    const double width = 0.5 + 0.6 * g.enthesophyteMm;
    height += g.enthesophyteMm * std::exp(-std::pow(std::abs(x) / (x < 0 ? 0.8 * width : 1.5 * width), 1.8));
  }
  return height;
}

double Skeleton::relief(double s) const {
  const double at = std::clamp((s - bed_.first) / arcStep, 0.0, static_cast<double>(relief_.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(at);
  return lerp(relief_[i], relief_[i + 1], at - static_cast<double>(i));
}

double Skeleton::fullRelief(double s) const {
  const std::uint64_t seed = mix(r_.seed, 21);
  // 1.7 makes the sum of the two noises about 1 RMS.
  return shape(s) +
         1.7 * r_.geometry.cortexRoughnessMm * (0.8 * noise1(seed, s / 2.6) + 0.4 * noise1(seed + 1, s / 0.9));
}

BedPlace Skeleton::locate(Point q) const {
  // Newton steps along the arc: the bed is convex towards the skin, so this converges from anywhere above it.
  const double start = bed_.first;
  double s = q.x - bed(0).x;
  for (int i = 0; i < 12; ++i) {
    const double h = bedHeadingDeg(s) * degree;
    const double along = dot(q - bed(s), {std::cos(h), std::sin(h)});
    s = std::max(start, s + std::clamp(0.8 * along, -6.0, 6.0));
    if (std::abs(along) < 0.004)
      break;
  }
  return {s, dot(q - bed(s), bedNormal(s))};
}

bool Skeleton::isBone(Point q) const {
  return q.y > sample(boneTop_, q.x);
}

} // namespace hipcuff::phantom
