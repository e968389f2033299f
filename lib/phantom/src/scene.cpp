#include "scene.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double degree = std::numbers::pi / 180.0;

double lens(double u, double power) {
  return std::abs(u) >= 1 ? 0.0 : std::sqrt(1.0 - std::pow(std::abs(u), power));
}

/// A number in -1..1 that is one for a place and has nothing to do with its neighbours'.
double speck(std::uint64_t seed, Point q) {
  return noise2(seed, q.x / 0.03, q.y / 0.03);
}

} // namespace

Scene::Scene(const HipRecipe& recipe)
    : r_(recipe)
    , skeleton_(r_)
    , tendon_(r_, skeleton_)
    , textures_(r_)
    , facet_(skeleton_.facetLength()) {
  placeLayers();
}

double Scene::fibreHeadingDeg(double p, double share) const {
  // Fibres run parallel to the bone below and to the superficial border above; at the far end they may turn into bone.
  const double slope = tendon_.surfaceTop(p + 0.5) - tendon_.surfaceTop(p - 0.5);
  const double turn = r_.view == View::longAxis
                          ? r_.geometry.insertionTurnDeg * smoothstep(0.45, 1.0, p / facet_) * (1.0 - 0.5 * share)
                          : 0.0;
  return skeleton_.bedHeadingDeg(p - facet_) - std::atan(slope) / degree * share + turn;
}

double Scene::gmedTop(double p) const {
  if (r_.view == View::shortAxis || p >= 0)
    return tendon_.tendonTop(p);
  const double want = r_.geometry.tendonMm + r_.geometry.mediusMm * smoothstep(0, 34, -p);
  const double room = bed(p - facet_).y - (r_.geometry.skinMm + 3.0 + r_.geometry.itbMm);
  return std::max(tendon_.tendonTop(p), std::min(want, room));
}

double Scene::distalTop(double s) const {
  const auto& g = r_.geometry;
  if (r_.view == View::longAxis)
    return g.vastusMm * smoothstep(4, 26, s);
  return s > 0 ? 0.0 : g.minimusMm * smoothstep(0.5, 4, -facet_ - s) * (1.0 - 0.6 * smoothstep(10, 20, -facet_ - s));
}

double Scene::bursaTop(double p) const {
  const double u = r_.view == View::longAxis ? 2.0 * (p + 1.0) / (facet_ + 6.0) - 1.0 : 2.0 * p / facet_ - 1.0;
  return tendon_.surfaceTop(p) + r_.geometry.bursalFluidMm * lens(u, 2.0);
}

void Scene::placeLayers() {
  const auto& g = r_.geometry;
  const std::size_t size = skeleton_.tableSize();
  const double level = g.skinMm + g.fatMm + g.itbMm;
  std::vector<double> course(size, level);
  itbBottom_.assign(size, level);
  if (g.bodyPart != BodyPart::lateralHip) {
    for (std::size_t i = 0; i < size; ++i)
      itbBottom_[i] += 0.8 * noise1(mix(r_.seed, 52), static_cast<double>(i) * Skeleton::tableStep / 15.0);
    return;
  }
  // The highest thing that the iliotibial band must clear, over x.
  std::vector<double> ceiling(size, Skeleton::never);
  for (double s = skeleton_.bedFirst(); s < skeleton_.bedLast(); s += 0.05) {
    const double p = s + facet_;
    const double top = std::max({gmedTop(p), distalTop(s), p > -2 && p < facet_ + 6 ? bursaTop(p) : 0.0}) + 0.35;
    const Point q = bed(s) + bedNormal(s) * top;
    const double at = (q.x - Skeleton::tableFirst) / Skeleton::tableStep;
    if (at >= 0 && at < static_cast<double>(size)) {
      auto& c = ceiling[static_cast<std::size_t>(at)];
      c = std::min(c, q.y);
    }
  }
  double last = g.apexDepthMm;
  for (double& c : ceiling)
    last = c = c == Skeleton::never ? last : c;
  for (std::size_t i = 0; i < size; ++i)
    course[i] = level + g.itbFollows * std::clamp(ceiling[i] - level, -20.0, 14.0);
  // Fascia does not follow every bump: three box means of 6 mm come near a Gaussian.
  const int half = static_cast<int>(3.0 / Skeleton::tableStep);
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
  for (std::size_t i = 0; i < size; ++i)
    itbBottom_[i] = std::max(floor, course[i] - lift);
}

double Scene::itbBottom(double x) const {
  return Skeleton::sample(itbBottom_, x);
}

double Scene::itbTop(double x) const {
  return itbBottom(x) - r_.geometry.itbMm * (1.0 + 0.2 * noise1(mix(r_.seed, 51), x / 7.0));
}

Tissue Scene::tendonAt(double s, double n, double top) const {
  const double p = s + facet_;
  const double share = top > 0.1 ? std::clamp(n / top, 0.0, 1.0) : 0.0;
  const double across = top > 0.1 ? share * r_.geometry.tendonMm : n;
  const double degenerated = tendon_.degenerated(p, n);
  Tissue t = textures_.tendon(s, across, fibreHeadingDeg(p, share), degenerated);
  // Beside its footprint the tendon fades into the sheet that covers the bone.
  const bool far = p > facet_ || (p < 0 && r_.view == View::shortAxis);
  if (far && tendon_.tendonTop(p) < 0.5)
    t.kind = TissueKind::fascia;
  else if (p < 0 || p > facet_)
    t.kind = TissueKind::freeTendon;
  else if (r_.pathology == Pathology::tendinosis && degenerated > 0.5)
    t.kind = TissueKind::degeneratedTendon;
  else
    t.kind = TissueKind::gluteusMediusTendon;
  return t;
}

Tissue Scene::tearAt(Point q, double s, double n, double inside) const {
  if (!r_.tear.fluid)
    return textures_.granulation(s, n);
  // Debris lies in clouds; the rim of a fluid tear frays.
  const double cloud = 0.5 + 0.5 * noise2(mix(r_.seed, 132), s / 2.2, n / 1.1);
  if (cloud < r_.tear.debris || (inside < 0.25 && speck(mix(r_.seed, 133), q) > 0.6))
    return textures_.granulation(s, n);
  return Textures::fluid(TissueKind::tear);
}

Tissue Scene::aboveTendon(Point q, double p, double n, double top) const {
  const auto& g = r_.geometry;
  const bool longAxis = r_.view == View::longAxis;
  if (g.bursalFluidMm > 0 && n < bursaTop(p) && bursaTop(p) - top > 0.1)
    return Textures::fluid(TissueKind::bursalFluid);
  // Peritenon and the walls of the bursa: a thin broken bright line.
  const double wall = n - std::max(top, g.bursalFluidMm > 0 ? bursaTop(p) : top);
  if (wall >= 0 && wall < 0.3 && p > (longAxis ? -6.0 : 0.6) && p < facet_ + (longAxis ? 3.0 : -0.6))
    return textures_.sheet(p, 0.5, skeleton_.bedHeadingDeg(p - facet_),
                           r_.echo.fasciaDb - 7.0 + 6.0 * noise1(mix(r_.seed, 81), p / 2.5), 82);
  // Muscles below the band thin out towards the apex.
  const double depth = q.y - itbBottom(q.x);
  if (g.maximusMm > 0) {
    const double share = longAxis ? smoothstep(0, facet_, facet_ - p) : smoothstep(0.1 * facet_, 1.2 * facet_, p);
    if (depth < g.maximusMm * (1.6 * share - 0.15 + 0.15 * noise1(mix(r_.seed, 83), p / 6.0)))
      return textures_.muscle(q, longAxis ? -18.0 : 12.0, Muscle::maximus);
  }
  if (!longAxis && depth < 16.0 * smoothstep(-0.3 * facet_, 0.7 * facet_, 0.2 * facet_ - p))
    return textures_.muscle(q, -20.0, Muscle::tensor); // tensor fasciae latae and anterior medius
  return textures_.fat(q);
}

Tissue Scene::belowBed(Point q, double s, double n) const {
  if (n > -0.5 && s + facet_ < -2) // plane between medius and minimus
    return textures_.sheet(s, 0.5, skeleton_.bedHeadingDeg(s),
                           r_.echo.fasciaDb - 4.0 + 4.0 * noise1(mix(r_.seed, 102), s / 4.0), 103);
  const double depth = -n;
  if (depth > 9 + 3 * noise1(mix(r_.seed, 101), q.x / 8.0))
    return textures_.fat(q);
  return textures_.muscle(q, -r_.geometry.mediusAngleDeg - r_.geometry.pennationDeg, Muscle::minimus);
}

Tissue Scene::limbAt(Point q) const {
  // Muscle bellies with the planes between them, and a thin sheet on the bone.
  const auto& g = r_.geometry;
  const double under = q.y - itbBottom(q.x);
  const std::uint64_t seed = mix(r_.seed, 161);
  const double belly = 9.0 + 3.0 * noise1(seed, 0.5);
  const double plane = belly + 2.5 * noise1(seed + 1, q.x / 22.0);
  if (std::abs(under - plane) < 0.45)
    return textures_.sheet(q.x, 0.5, 0.0, r_.echo.fasciaDb - 3.0, 162);
  if (g.bodyPart == BodyPart::limb) {
    const auto [s, n] = skeleton_.locate(q);
    if (n < 0.35)
      return textures_.sheet(s, 0.5, skeleton_.bedHeadingDeg(s), r_.echo.fasciaDb - 8.0, 163);
  }
  return under < plane ? textures_.muscle(q, g.pennationDeg, Muscle::other)
                       : textures_.muscle(q, -0.7 * g.pennationDeg, Muscle::vastus);
}

Tissue Scene::at(Point q) const {
  Tissue t = layerAt(q);
  if (t.powerDb > -100)
    t.powerDb += textures_.uneven(q);
  if (!r_.shadows.empty() && !t.bone)
    t.attenuation += textures_.shadowLoss(q, itbTop(q.x));
  return t;
}

Tissue Scene::layerAt(Point q) const {
  const auto& g = r_.geometry;
  if (q.y < 0)
    return {};
  if (skeleton_.isBone(q)) {
    Tissue t;
    t.attenuation = 5.0;
    t.bone = true;
    t.kind = TissueKind::bone;
    return t;
  }
  if (q.y < g.skinMm)
    return textures_.skin(q);
  const double band = itbTop(q.x);
  if (q.y < band) {
    if (g.fasciaSplitMm > 0) {
      const double split = band - g.fasciaSplitMm * (1.0 + 0.3 * noise1(mix(r_.seed, 53), q.x / 12.0));
      if (std::abs(q.y - split) < 0.3)
        return textures_.sheet(q.x, 0.5, 0.0, r_.echo.fasciaDb - 4.0, 123);
    }
    return textures_.fat(q);
  }
  const double under = itbBottom(q.x);
  if (q.y < under) {
    const double share = (q.y - band) / std::max(0.1, under - band);
    const double heading = std::atan((itbBottom(q.x + 0.5) - itbBottom(q.x - 0.5)) / 1.0) / degree;
    return textures_.sheet(q.x, share, heading, r_.echo.fasciaDb - 4.0 + 4.0 * std::abs(2.0 * share - 1.0), 121);
  }
  if (g.bodyPart != BodyPart::lateralHip)
    return limbAt(q);

  const auto [s, n] = locate(q);
  if (n < 0 && s < -facet_)
    return belowBed(q, s, n);
  const double p = s + facet_;
  const double top = tendon_.surfaceTop(p);
  if (n < top) {
    const bool beside = r_.view == View::shortAxis && (p < 0 || p > facet_);
    if (beside && n < distalTop(s))
      return tendonAt(s, n, distalTop(s)).as(TissueKind::otherTendon);
    const double out = tendon_.torn() ? tendon_.tearDistance(p, n) : 99.0;
    if (out < 0 || out < r_.tear.softEdgeMm) {
      const TissueKind kind = out < 0 ? TissueKind::tear : tendonAt(s, n, top).kind;
      const double softness = r_.tear.softEdgeMm;
      const bool mixed = softness > 0 && std::abs(out) < softness;
      const bool tear = mixed ? out / softness < speck(mix(r_.seed, 134), q) : out < 0;
      return (tear ? tearAt(q, s, n, -out) : tendonAt(s, n, top)).as(kind);
    }
    if (g.subtendinousFluidMm > 0 && p > 0 && n < tendon_.underside(p))
      return Textures::fluid(TissueKind::subtendinousFluid);
    if (!r_.calcifications.empty()) {
      const auto [index, rim] = tendon_.calcification(p, n);
      if (index >= 0)
        return textures_.calcification(r_.calcifications[static_cast<std::size_t>(index)], s, n, rim);
    }
    return tendonAt(s, n, top);
  }
  if (r_.view == View::longAxis) {
    if (p < 0 && n < gmedTop(p))
      return textures_.muscle(q, skeleton_.bedHeadingDeg(s) + g.pennationDeg, Muscle::medius);
    if (n < distalTop(s))
      return textures_.muscle(q, 8.0, Muscle::vastus);
  } else if (n < distalTop(s)) {
    return tendonAt(s, n, distalTop(s)).as(TissueKind::otherTendon); // gluteus minimus on the anterior facet
  }
  return aboveTendon(q, p, n, std::max(top, p < 0 ? gmedTop(p) : distalTop(s)));
}

} // namespace hipcuff::phantom
