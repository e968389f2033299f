#include "scene.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double arcStep = 0.05;   // mm between points of a course
constexpr double tableStep = 0.05; // mm between entries of tables over x
constexpr double tableFirst = -15; // x of their first entry
constexpr double degree = std::numbers::pi / 180.0;
constexpr double never = std::numeric_limits<double>::max();

// One-way attenuation in dB/cm/MHz at 1 MHz (clinical reference, section 6).
constexpr double skinLoss = 0.35;
constexpr double fatLoss = 0.63;
constexpr double muscleLoss = 0.96;
constexpr double tendonLoss = 1.57;
constexpr double fluidLoss = 0.0022;

double lens(double u, double power) {
  return std::abs(u) >= 1 ? 0.0 : std::sqrt(1.0 - std::pow(std::abs(u), power));
}

} // namespace

Scene::Scene(const HipRecipe& recipe)
    : r_(recipe)
    , facet_(recipe.geometry.facetLengthMm) {
  Rng rng(mix(r_.seed, 11));
  muscleAngle_ = rng.uniform(3, 14);
  muscleMm_ = rng.uniform(5, 13);
  vastusMm_ = rng.uniform(3, 9);
  minimusMm_ = rng.uniform(2.5, 4.5);
  follow_ = rng.uniform(0.35, 0.85);

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

  const auto tableSize = static_cast<std::size_t>((r_.probe.apertureMm + 30) / tableStep) + 1;
  boneTop_.assign(tableSize, never);
  for (std::size_t i = 0; i < bone_.at.size(); ++i) {
    const double s = bone_.first + static_cast<double>(i) * arcStep;
    const double h = bone_.heading[i];
    const Point p = bone_.at[i] + Point{std::sin(h), -std::cos(h)} * roughness(s);
    cortex_.push_back(p);
    cortexHeading_.push_back(h / degree);
  }
  for (std::size_t i = 0; i + 1 < cortex_.size(); ++i) {
    const Point a = cortex_[i];
    const Point b = cortex_[i + 1];
    const double lo = std::min(a.x, b.x);
    const double hi = std::max(a.x, b.x);
    for (auto k = static_cast<std::int64_t>(std::ceil((lo - tableFirst) / tableStep));
         static_cast<double>(k) * tableStep + tableFirst <= hi; ++k) {
      if (k < 0 || k >= static_cast<std::int64_t>(tableSize))
        continue;
      const double x = static_cast<double>(k) * tableStep + tableFirst;
      const double y = hi > lo ? a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) : std::min(a.y, b.y);
      auto& top = boneTop_[static_cast<std::size_t>(k)];
      top = std::min(top, y);
    }
  }
  placeTear();
  placeLayers();
}

double Scene::headingOfBone(double s) const {
  const auto& g = r_.geometry;
  const double bulge = 4.0 * g.facetBulgeMm / facet_; // half the turn of an arc with that rise
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

double Scene::headingOfBed(double s) const {
  if (s >= -facet_ || r_.view == View::shortAxis)
    return headingOfBone(s);
  const double arrival = headingOfBone(-facet_);
  return lerp(arrival, -muscleAngle_ * degree, smoothstep(0, 14, -facet_ - s));
}

template <typename Heading>
Scene::Course Scene::integrate(Heading heading, double from, double to) const {
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

double Scene::sample(const std::vector<double>& table, double x) {
  const double at = std::clamp((x - tableFirst) / tableStep, 0.0, static_cast<double>(table.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(at);
  if (table[i] == never || table[i + 1] == never)
    return std::min(table[i], table[i + 1]);
  return lerp(table[i], table[i + 1], at - static_cast<double>(i));
}

Point Scene::bed(double s) const {
  const double at = std::clamp((s - bed_.first) / arcStep, 0.0, static_cast<double>(bed_.at.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(at);
  const double t = at - static_cast<double>(i);
  return bed_.at[i] * (1 - t) + bed_.at[i + 1] * t;
}

double Scene::bedHeadingDeg(double s) const {
  const double at = std::clamp((s - bed_.first) / arcStep, 0.0, static_cast<double>(bed_.at.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(at);
  return lerp(bed_.heading[i], bed_.heading[i + 1], at - static_cast<double>(i)) / degree;
}

Point Scene::bedNormal(double s) const {
  const double h = bedHeadingDeg(s) * degree;
  return {std::sin(h), -std::cos(h)};
}

double Scene::roughness(double s) const {
  const std::uint64_t seed = mix(r_.seed, 21);
  // 1.7 makes the sum of the two noises about 1 RMS.
  return 1.7 * r_.geometry.cortexRoughnessMm * (0.8 * noise1(seed, s / 2.6) + 0.4 * noise1(seed + 1, s / 0.9));
}

BedPlace Scene::locate(Point q) const {
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

double Scene::tendonTop(double p) const {
  const auto& g = r_.geometry;
  const double u = p / facet_;
  const double wave = 1.0 + 0.05 * noise1(mix(r_.seed, 31), p / 5.0);
  if (r_.view == View::longAxis) {
    if (p <= 0)
      return wave * g.tendonMm * lerp(1.0, 0.16, smoothstep(2, 24, -p)); // becomes an aponeurosis in the muscle
    const double end = g.tendonMm * g.insertionFraction;
    if (p >= facet_)
      return lerp(end, 0.25, smoothstep(0, 4, p - facet_));
    return wave * lerp(g.tendonMm, end, smoothstep(0.3, 1.0, u));
  }
  // Across the tendon: thin anteriorly, thick posteriorly (clinical reference, section 1), thin at its far edge.
  if (p < 0 || p > facet_)
    return 0.25 + (g.tendonMm * g.insertionFraction - 0.25) * (1.0 - smoothstep(0, 4.0, p < 0 ? -p : p - facet_));
  const double edge = lerp(g.insertionFraction, 1.0, lens(std::clamp((u - 0.62) / 0.64, -1.0, 1.0), 2.2));
  return wave * g.tendonMm * edge;
}

double Scene::gmedTop(double p) const {
  if (r_.view == View::shortAxis || p >= 0)
    return tendonTop(p);
  const double want = r_.geometry.tendonMm + muscleMm_ * smoothstep(0, 34, -p);
  const double room = bed(p - facet_).y - (r_.geometry.skinMm + 3.0 + r_.geometry.itbMm);
  return std::max(tendonTop(p), std::min(want, room));
}

double Scene::distalTop(double s) const { // muscle that lies on the bone beyond the footprint
  if (r_.view == View::longAxis)
    return vastusMm_ * smoothstep(4, 26, s);
  return s > 0 ? 0.0 : minimusMm_ * smoothstep(0.5, 4, -facet_ - s) * (1.0 - 0.6 * smoothstep(10, 20, -facet_ - s));
}

void Scene::placeTear() {
  if (!isTear(r_.pathology))
    return;
  if (r_.pathology == Pathology::fullThickness && r_.view == View::longAxis) {
    const double gap = std::max(r_.tear.retractionMm, 2.0);
    tearEnd_ = facet_ * r_.tear.centre; // the remnant's edge; the stump has gone back from there
    tearBegin_ = tearEnd_ - gap;
    return;
  }
  const double middle = r_.tear.centre * facet_;
  tearBegin_ = std::max(middle - 0.5 * r_.tear.lengthMm, 0.02 * facet_);
  tearEnd_ = std::min(middle + 0.5 * r_.tear.lengthMm, 0.98 * facet_);
}

double Scene::surfaceTop(double p) const {
  const double top = tendonTop(p);
  if (r_.pathology != Pathology::fullThickness || p <= tearBegin_ || p >= tearEnd_)
    return top;
  const double u = 2.0 * (p - tearBegin_) / (tearEnd_ - tearBegin_) - 1.0;
  return top * (1.0 - r_.tear.collapse * lens(u, 4.0));
}

std::array<double, 2> Scene::tearAcross(double p) const {
  if (!isTear(r_.pathology) || p <= tearBegin_ || p >= tearEnd_)
    return {0, 0};
  const double bone = p >= 0 ? roughness(p - facet_) : 0.0;
  const double top = surfaceTop(p);
  if (r_.pathology == Pathology::fullThickness)
    return {bone, top};
  const double u = 2.0 * (p - tearBegin_) / (tearEnd_ - tearBegin_) - 1.0;
  const double ragged = 0.88 + 0.12 * noise1(mix(r_.seed, 41), p / 1.1);
  const double depth = std::min(r_.tear.depthFraction, 0.9) * (top - bone) * lens(u, 3.0) * ragged;
  switch (r_.pathology) {
  case Pathology::undersurface:
    return {bone, bone + depth};
  case Pathology::bursal:
    return {top - depth, top};
  default: {
    const double rim = 0.08 * (top - bone);
    const double half = 0.5 * std::min(depth, top - bone - 2 * rim);
    const double middle = std::clamp(lerp(bone, top, r_.tear.level), bone + rim + half, top - rim - half);
    return {middle - half, middle + half};
  }
  }
}

double Scene::bursaTop(double p) const {
  const double u = r_.view == View::longAxis ? 2.0 * (p + 1.0) / (facet_ + 6.0) - 1.0 : 2.0 * p / facet_ - 1.0;
  return surfaceTop(p) + r_.geometry.bursalFluidMm * lens(u, 2.0);
}

void Scene::placeLayers() {
  const auto& g = r_.geometry;
  const std::size_t size = boneTop_.size();
  // The highest thing that the iliotibial band must clear, over x.
  std::vector<double> ceiling(size, never);
  for (double s = bed_.first; s < bed_.first + static_cast<double>(bed_.at.size() - 1) * arcStep; s += arcStep) {
    const double p = s + facet_;
    const double top = std::max({gmedTop(p), distalTop(s), p > -2 && p < facet_ + 6 ? bursaTop(p) : 0.0}) + 0.35;
    const Point q = bed(s) + bedNormal(s) * top;
    const double at = (q.x - tableFirst) / tableStep;
    if (at >= 0 && at < static_cast<double>(size)) {
      auto& c = ceiling[static_cast<std::size_t>(at)];
      c = std::min(c, q.y);
    }
  }
  double last = g.apexDepthMm;
  for (double& c : ceiling)
    last = c = c == never ? last : c;
  const double level = g.skinMm + g.fatMm + g.itbMm;
  std::vector<double> course(size);
  for (std::size_t i = 0; i < size; ++i)
    course[i] = level + follow_ * std::clamp(ceiling[i] - level, -20.0, 14.0);
  // Fascia does not follow every bump: three box means of 6 mm come near a Gaussian.
  const int half = static_cast<int>(3.0 / tableStep);
  for (int pass = 0; pass < 3; ++pass) {
    std::vector<double> sum(size + 1, 0.0);
    for (std::size_t i = 0; i < size; ++i)
      sum[i + 1] = sum[i] + course[i];
    for (int i = 0; i < static_cast<int>(size); ++i) {
      const int a = std::max(0, i - half);
      const int b = std::min(static_cast<int>(size) - 1, i + half);
      course[static_cast<std::size_t>(i)] =
          (sum[static_cast<std::size_t>(b) + 1] - sum[static_cast<std::size_t>(a)]) / (b - a + 1);
    }
  }
  // Where it would cut into what lies below, the whole band is lifted.
  double lift = 0;
  for (std::size_t i = 0; i < size; ++i)
    lift = std::max(lift, course[i] - ceiling[i]);
  const double floor = g.skinMm + 1.0 + g.itbMm;
  itbBottom_.resize(size);
  for (std::size_t i = 0; i < size; ++i)
    itbBottom_[i] = std::max(floor, course[i] - lift);
}

double Scene::itbBottom(double x) const {
  return sample(itbBottom_, x);
}
double Scene::itbTop(double x) const {
  return itbBottom(x) - r_.geometry.itbMm * (1.0 + 0.2 * noise1(mix(r_.seed, 51), x / 7.0));
}

Tissue Scene::muscleTissue(Point q, double angleDeg, double levelDb, std::uint64_t salt) const {
  const double c = std::cos(angleDeg * degree);
  const double sn = std::sin(angleDeg * degree);
  const std::uint64_t seed = mix(r_.seed, salt);
  const double wander = 0.8 * noise2(seed + 3, q.x / 9.0, q.y / 6.0);
  const double along = q.x * c + q.y * sn;
  const double across = -q.x * sn + q.y * c + wander;
  // Bundles are dark, the perimysium between them gives thin bright streaks in the long axis and dots in the short.
  const double stretch = r_.view == View::longAxis ? 7.0 : 1.8;
  const double bundle = noise2(seed, along / stretch, across / 0.8);
  const double fine = noise2(seed + 1, along / (0.4 * stretch), across / 0.35);
  const double streak = smoothstep(0.2, 0.7, bundle) + 0.35 * smoothstep(0.5, 0.9, fine);
  Tissue t{levelDb - 4.5 + 12.0 * streak + 1.5 * fine, muscleLoss, Fibres::none, angleDeg};
  t.coherent = 0.6 * std::min(1.0, streak);
  t.phase = 4 * std::numbers::pi * noise2(seed + 2, along / stretch, across / 0.2);
  t.kind = TissueKind::muscle;
  return t;
}

Tissue Scene::fatTissue(Point q) const {
  const std::uint64_t seed = mix(r_.seed, 61);
  // Septa are the zero lines of a smooth field: thin sheets, mostly along the skin, bright where the beam meets them
  // square and broken elsewhere.
  const auto sheet = [&](std::uint64_t salt, double width, double height, double thick) {
    const double n = noise2(seed + salt, q.x / width, q.y / height);
    const double nx = (noise2(seed + salt, (q.x + 0.1) / width, q.y / height) - n) / 0.1;
    const double ny = (noise2(seed + salt, q.x / width, (q.y + 0.1) / height) - n) / 0.1;
    const double steep = std::hypot(nx, ny) + 0.05;
    const double square = ny / steep;
    return (1.0 - smoothstep(0.3 * thick, thick, std::abs(n) / steep)) * std::pow(square, 8);
  };
  const double whole = smoothstep(-0.5, 0.6, noise2(seed + 5, q.x / 6.0, q.y / 2.0));
  const double line = std::max(whole * sheet(0, 13.0, 2.6, 0.24), 0.6 * (1 - whole) * sheet(3, 6.0, 1.3, 0.18));
  const double lobule = 2.5 * noise2(seed + 2, q.x / 4.0, q.y / 2.0);
  const double grain = 2.0 * noise2(seed + 1, q.x / 1.2, q.y / 0.5);
  Tissue t{r_.echo.fatDb - 3.5 + lobule + grain + 15.0 * line, fatLoss, Fibres::none, 0};
  t.coherent = 0.7 * line;
  t.phase = 3 * std::numbers::pi * noise2(seed + 4, q.x / 5.0, q.y / 1.2);
  t.kind = TissueKind::fat;
  return t;
}

Tissue Scene::tendonTissue(double s, double n, double top) const {
  const std::uint64_t seed = mix(r_.seed, 71);
  const double p = s + facet_;
  // Fibres run parallel to the bone below and to the superficial border above.
  const double slope = (surfaceTop(p + 0.5) - surfaceTop(p - 0.5)) / 1.0;
  const double share = top > 0.1 ? std::clamp(n / top, 0.0, 1.0) : 0.0;
  const double heading = bedHeadingDeg(s) - std::atan(slope) / degree * share;
  const double across = top > 0.1 ? share * r_.geometry.tendonMm : n;
  const bool longAxis = r_.view == View::longAxis;
  const double fibril = noise2(seed, s / (longAxis ? 5.0 : 0.7), across / 0.34);
  const double bundle = noise2(seed + 1, s / (longAxis ? 9.0 : 1.3), across / 0.9);
  double db = r_.echo.tendonDb + r_.echo.fibrillarContrastDb * (0.65 * fibril + 0.35 * bundle);
  // Degenerated tissue is patchy.
  if (r_.pathology != Pathology::normal)
    db -= 3.0 * smoothstep(0.1, 0.8, noise2(seed + 2, s / 3.5, n / 1.4));
  Tissue t{db, tendonLoss, Fibres::tendon, heading};
  if (longAxis) {
    t.coherent = std::clamp(0.09 * r_.echo.fibrillarContrastDb * (0.7 + 0.6 * fibril), 0.0, 0.85);
    t.phase = 5 * std::numbers::pi * noise2(seed + 3, s / 6.0, across / 0.16);
  }
  const bool degenerated = r_.pathology == Pathology::tendinosis;
  t.kind = p < 0 || p > facet_ ? TissueKind::freeTendon
           : degenerated       ? TissueKind::degeneratedTendon
                               : TissueKind::gluteusMediusTendon;
  return t;
}

Tissue Scene::aboveTendon(Point q, double p, double n, double top) const {
  const auto& g = r_.geometry;
  if (g.bursalFluidMm > 0 && n < bursaTop(p) && bursaTop(p) - top > 0.1)
    return {-200, fluidLoss, Fibres::none, 0, false, 0, 0, TissueKind::bursalFluid};
  // Peritenon and the walls of the bursa: a thin broken bright line.
  const double wall = n - std::max(top, g.bursalFluidMm > 0 ? bursaTop(p) : top);
  if (wall >= 0 && wall < 0.3 && p > (r_.view == View::longAxis ? -6.0 : 0.6) &&
      p < facet_ + (r_.view == View::longAxis ? 3.0 : -0.6))
    return {7.0 + 6.0 * noise1(mix(r_.seed, 81), p / 2.5),
            fatLoss,
            Fibres::fascia,
            bedHeadingDeg(p - facet_),
            false,
            0.7,
            2.0 * noise1(mix(r_.seed, 82), p / 4.0),
            TissueKind::fascia};
  const bool proximal = r_.view == View::longAxis ? p < facet_ : p > 0.4 * facet_;
  if (g.maximusMm > 0 && proximal)
    return muscleTissue(q, r_.view == View::longAxis ? -18.0 : 12.0, -0.5, 91);
  if (r_.view == View::shortAxis && p < 0.15 * facet_)
    return muscleTissue(q, -20.0, 0.0, 93); // tensor fasciae latae and anterior medius
  return fatTissue(q);
}

Tissue Scene::belowBed(Point q, double s, double n) const {
  if (n > -0.5 && s + facet_ < -2)
    return {
        9.0 + 4.0 * noise1(mix(r_.seed, 102), s / 4.0), tendonLoss,        Fibres::fascia, bedHeadingDeg(s), false, 0.7,
        2.0 * noise1(mix(r_.seed, 103), s / 5.0),       TissueKind::fascia}; // plane between medius and minimus
  const double depth = -n;
  if (depth > 9 + 3 * noise1(mix(r_.seed, 101), q.x / 8.0))
    return fatTissue(q);
  return muscleTissue(q, -muscleAngle_ - 8.0, -1.0, 95);
}

Tissue Scene::at(Point q) const {
  Tissue t = layerAt(q);
  if (t.powerDb > -100) {
    // No tissue is even: a few decibels over millimetres, in every layer.
    const std::uint64_t seed = mix(r_.seed, 141);
    t.powerDb += 2.2 * noise2(seed, q.x / 5.0, q.y / 2.2) + 2.0 * noise2(seed + 1, q.x / 1.9, q.y / 0.8);
  }
  return t;
}

Tissue Scene::layerAt(Point q) const {
  const auto& g = r_.geometry;
  if (q.y < 0)
    return {};
  if (q.y > sample(boneTop_, q.x))
    return {-200, 5.0, Fibres::none, 0, true, 0, 0, TissueKind::bone};
  if (q.y < g.skinMm) {
    const double coarse = noise2(mix(r_.seed, 111), q.x / 1.5, q.y / 0.5);
    return {(q.y < 0.35 ? 14.0 : 6.0) + 3.0 * coarse,
            skinLoss,
            Fibres::none,
            0,
            false,
            0.5,
            3 * std::numbers::pi * noise2(mix(r_.seed, 112), q.x / 5.0, q.y / 0.3),
            TissueKind::skin};
  }
  const double band = itbTop(q.x);
  if (q.y < band)
    return fatTissue(q);
  const double under = itbBottom(q.x);
  if (q.y < under) {
    const double share = (q.y - band) / std::max(0.1, under - band);
    const double layered = 4.0 * std::abs(2.0 * share - 1.0) + 2.5 * noise2(mix(r_.seed, 121), q.x / 5.0, share * 4.0);
    const double heading = std::atan((itbBottom(q.x + 0.5) - itbBottom(q.x - 0.5)) / 1.0) / degree;
    return {r_.echo.fasciaDb - 4.0 + layered,
            tendonLoss,
            Fibres::fascia,
            heading,
            false,
            0.6,
            4 * std::numbers::pi * noise2(mix(r_.seed, 122), q.x / 6.0, share * 5.0),
            TissueKind::fascia};
  }
  const auto [s, n] = locate(q);
  if (n < 0 && s < -facet_)
    return belowBed(q, s, n);
  const double p = s + facet_;
  const double top = surfaceTop(p);
  if (n < top) {
    bool torn = false;
    if (r_.pathology == Pathology::fullThickness) {
      const double curve = 2.0 * n / top - 1.0; // stumps end round
      torn = p > tearBegin_ - gapRounding_ * curve * curve && p < tearEnd_ + 0.5 * gapRounding_ * curve * curve;
    } else {
      const auto [low, high] = tearAcross(p);
      torn = high > low && n > low && n < high;
    }
    if (torn && isTear(r_.pathology)) {
      if (r_.tear.fluid)
        return {-200, fluidLoss, Fibres::none, 0, false, 0, 0, TissueKind::tear};
      const double patch = 3.0 * noise2(mix(r_.seed, 131), s / 1.5, n / 0.8);
      return {r_.echo.lesionDb + patch, muscleLoss, Fibres::none, 0, false, 0, 0, TissueKind::tear};
    }
    if (r_.view == View::shortAxis && (p < 0 || p > facet_) && n < distalTop(s))
      return tendonTissue(s, n, distalTop(s)).as(TissueKind::otherTendon);
    return tendonTissue(s, n, top);
  }
  if (r_.view == View::longAxis) {
    if (p < 0 && n < gmedTop(p))
      return muscleTissue(q, bedHeadingDeg(s) + 10.0, 0.0, 97);
    if (n < distalTop(s))
      return muscleTissue(q, 8.0, -0.5, 99); // vastus lateralis
  } else if (n < distalTop(s)) {
    return tendonTissue(s, n, distalTop(s)).as(TissueKind::otherTendon); // gluteus minimus on the anterior facet
  }
  return aboveTendon(q, p, n, std::max(top, p < 0 ? gmedTop(p) : distalTop(s)));
}

} // namespace hipcuff::phantom
