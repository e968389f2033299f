#include "tendon_shape.h"

#include "random.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::phantom {
namespace {

constexpr double step = 0.05;

double lens(double u, double power) {
  return std::abs(u) >= 1 ? 0.0 : std::sqrt(1.0 - std::pow(std::abs(u), power));
}

} // namespace

TendonShape::TendonShape(const HipRecipe& recipe, const Skeleton& skeleton)
    : r_(recipe)
    , bone_(skeleton)
    , facet_(skeleton.facetLength())
    , first_(skeleton.bedFirst() + facet_) {
  const double last = skeleton.bedLast() + facet_;
  top_.reserve(static_cast<std::size_t>((last - first_) / step) + 2);
  for (double p = first_; p <= last; p += step) {
    const double healthy = healthyTop(p);
    // Spurs and steps grow inside the tendon: it always covers them.
    const double least = p > -2 && p < facet_ + 3 ? bone_.shape(p - facet_) + std::max(0.25 * healthy, 0.55) : 0.0;
    const double over = 0.5 * (healthy - least);
    top_.push_back(0.5 * (healthy + least) + std::sqrt(over * over + 0.02));
  }
  placeTear();
}

double TendonShape::healthyTop(double p) const {
  const auto& g = r_.geometry;
  const double u = p / facet_;
  double wave = 1.0 + 0.05 * noise1(mix(r_.seed, 31), p / 5.0);
  if (g.thinZone > 0) {
    const double x = (p - g.thinZoneAt * facet_) / g.thinZoneMm;
    wave *= 1.0 - g.thinZone * std::exp(-x * x);
  }
  if (r_.view == View::longAxis) {
    if (p <= 0) // becomes an aponeurosis in the muscle
      return wave * g.tendonMm * lerp(1.0, 0.16, smoothstep(2, 2 + g.freeTendonMm, -p));
    const double end = g.tendonMm * g.insertionFraction;
    if (p >= facet_)
      return lerp(end, 0.25, smoothstep(0, 4, p - facet_));
    return wave * lerp(g.tendonMm, end, smoothstep(g.taperFrom, 1.0, u)) +
           g.spindle * g.tendonMm * std::pow(4 * u * (1 - u), 2);
  }
  // Across the tendon: thin anteriorly, thick posteriorly (clinical reference, section 1), thin at its far edge.
  const auto across = [&](double v) {
    return g.tendonMm * lerp(g.insertionFraction, 1.0, lens(std::clamp((v - 0.62) / 0.64, -1.0, 1.0), 2.2));
  };
  if (p < 0 || p > facet_)
    return lerp(across(p < 0 ? 0.0 : 1.0), 0.25, smoothstep(0, g.sideTaperMm, p < 0 ? -p : p - facet_));
  return wave * across(u);
}

double TendonShape::tendonTop(double p) const {
  const double at = std::clamp((p - first_) / step, 0.0, static_cast<double>(top_.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(at);
  return lerp(top_[i], top_[i + 1], at - static_cast<double>(i));
}

double TendonShape::bone(double p) const {
  return p >= 0 || r_.view == View::shortAxis ? bone_.relief(p - facet_) : 0.0;
}

double TendonShape::underside(double p) const {
  const double fluid = r_.geometry.subtendinousFluidMm;
  if (fluid <= 0)
    return bone(p);
  return bone(p) + fluid * lens((p / facet_ - 0.18) / 0.26, 2.0);
}

void TendonShape::placeTear() {
  torn_ = isTear(r_.pathology) && r_.geometry.bodyPart == BodyPart::lateralHip;
  full_ = r_.pathology == Pathology::fullThickness;
  if (!torn_)
    return;
  if (full_ && r_.view == View::longAxis) {
    const double gap = std::max(r_.tear.retractionMm, 2.0);
    tearEnd_ = facet_ * r_.tear.centre; // the remnant's edge; the stump has gone back from there
    tearBegin_ = tearEnd_ - gap;
  } else {
    const double middle = r_.tear.centre * facet_;
    tearBegin_ = std::max(middle - 0.5 * r_.tear.lengthMm, 0.01 * facet_);
    tearEnd_ = std::min(middle + 0.5 * r_.tear.lengthMm, 0.99 * facet_);
  }
  profileMost_ = 1e-6;
  for (double u = -1; u <= 1; u += 0.01)
    profileMost_ = std::max(profileMost_, profile(u));
  for (double p = tearBegin_; p <= tearEnd_; p += 0.2)
    highest_ = std::max(highest_, tendonTop(p));
}

double TendonShape::profile(double u) const {
  const auto& t = r_.tear;
  if (std::abs(u) >= 1)
    return 0;
  // Skewed: the deepest point moves, the ends stay.
  const double x = u < t.skew ? (u - t.skew) / (1 + t.skew) : (u - t.skew) / (1 - t.skew);
  double depth = 0;
  switch (t.shape) {
  case TearShape::rounded:
    depth = lens(x, 3.0);
    break;
  case TearShape::wedge:
    depth = std::pow(1.0 - std::abs(x), 0.8);
    break;
  case TearShape::irregular:
    depth = lens(x, 2.5) * (0.7 + 0.3 * noise1(mix(r_.seed, 42), 2.6 * u + 3));
    break;
  case TearShape::cleft:
    depth = 0.35 * lens(x, 4.0) + 0.65 * std::exp(-std::pow(x / 0.28, 2)) * lens(x, 2.0);
    break;
  case TearShape::plateau:
    depth = lens(x, 9.0);
    break;
  }
  const double p = lerp(tearBegin_, tearEnd_, 0.5 * (u + 1));
  const double ragged = 0.65 * noise1(mix(r_.seed, 41), p / 1.3) + 0.35 * noise1(mix(r_.seed, 43), p / 0.5);
  return depth * (1.0 - 0.45 * t.raggedness * (0.5 + 0.5 * ragged));
}

std::array<double, 2> TendonShape::tearAcross(double p) const {
  if (!torn_ || p <= tearBegin_ || p >= tearEnd_)
    return {0, 0};
  const double low = bone(p);
  const double top = surfaceTop(p);
  if (full_)
    return {low, top};
  const double u = 2.0 * (p - tearBegin_) / (tearEnd_ - tearBegin_) - 1.0;
  const double thickness = std::max(0.0, top - low);
  const double depth = std::min(r_.tear.depthFraction, 0.94) * thickness * profile(u) / profileMost_;
  switch (r_.pathology) {
  case Pathology::undersurface:
    return {low, low + depth};
  case Pathology::bursal:
    return {top - depth, top};
  default: {
    const double rim = std::min(std::max(0.08 * thickness, 0.2), 0.3 * thickness);
    const double half = 0.5 * std::min(depth, thickness - 2 * rim);
    const double wander = 0.06 * thickness * noise1(mix(r_.seed, 44), p / 3.0);
    const double middle = std::clamp(lerp(low, top, r_.tear.level) + wander, low + rim + half, top - rim - half);
    return {middle - half, middle + half};
  }
  }
}

double TendonShape::surfaceTop(double p) const {
  const double top = tendonTop(p);
  if (!full_ || !torn_ || p <= tearBegin_ || p >= tearEnd_)
    return top;
  const double u = 2.0 * (p - tearBegin_) / (tearEnd_ - tearBegin_) - 1.0;
  const double low = bone(p);
  return low + (top - low) * (1.0 - r_.tear.collapse * lens(u, 4.0));
}

namespace {

double stumpOut(const Tear& t, std::uint64_t seed, double share) {
  const double c = 2 * share - 1;
  switch (t.stump) {
  case StumpShape::round:
    return t.stumpMm * c * c;
  case StumpShape::tapered:
    return t.stumpMm * share;
  case StumpShape::ragged:
    return t.stumpMm * (0.5 + 0.5 * noise1(seed, 4.5 * share));
  case StumpShape::blunt:
    break;
  }
  return 0;
}

} // namespace

double TendonShape::stumpAt(double share) const {
  return tearBegin_ - stumpOut(r_.tear, mix(r_.seed, 45), std::clamp(share, 0.0, 1.0));
}

double TendonShape::remnantAt(double share) const {
  return tearEnd_ + 0.5 * stumpOut(r_.tear, mix(r_.seed, 46), std::clamp(share, 0.0, 1.0));
}

double TendonShape::tearDistance(double p, double n) const {
  if (!torn_ || p < tearBegin_ - 6 || p > tearEnd_ + 6)
    return 99;
  if (full_) {
    const double low = bone(p);
    const double top = surfaceTop(p);
    const double share = top > low ? (n - low) / (top - low) : 0.5;
    return std::max(stumpAt(share) - p, p - remnantAt(share));
  }
  const auto [low, high] = tearAcross(p);
  if (high <= low)
    return 99;
  return std::max(low - n, n - high);
}

Polyline TendonShape::tearOutline() const {
  Polyline line;
  if (!torn_)
    return line;
  constexpr double along = 0.1;
  const int steps = std::max(8, static_cast<int>(std::ceil((tearEnd_ - tearBegin_) / along)));
  const auto at = [&](double p, bool upper) {
    const auto [low, high] = tearAcross(p);
    line.push_back({p, upper ? high : low});
  };
  const auto position = [&](int i) {
    return std::clamp(tearBegin_ + (tearEnd_ - tearBegin_) * i / steps, tearBegin_ + 1e-6, tearEnd_ - 1e-6);
  };
  const auto side = [&](bool stump, bool up) {
    if (!full_)
      return;
    for (int i = 0; i <= 20; ++i) {
      const double share = up ? i / 20.0 : 1 - i / 20.0;
      const double p = stump ? stumpAt(share) : remnantAt(share);
      line.push_back({p, lerp(bone(p), surfaceTop(p), share)});
    }
  };
  for (int i = 0; i <= steps; ++i)
    at(position(i), false);
  side(false, true);
  for (int i = steps; i >= 0; --i)
    at(position(i), true);
  side(true, false);
  return line;
}

double TendonShape::degenerated(double p, double n) const {
  const auto& d = r_.degeneration;
  if (d.severity <= 0)
    return 0;
  const std::uint64_t seed = mix(r_.seed, 33);
  if (!d.focal) // the whole footprint and a little more
    return smoothstep(-0.45 * facet_, -0.05 * facet_, p) * (0.8 + 0.2 * noise1(seed, p / 4.0));
  const double low = bone(p);
  const double share = (n - low) / std::max(0.2, surfaceTop(p) - low);
  const double x = (p - d.at * facet_) / (0.5 * d.lengthMm);
  const double y = (share - d.level) / (0.5 * std::max(0.1, d.height));
  const double out = std::sqrt(x * x + y * y) + 0.2 * noise2(seed, p / 2.0, n / 1.2);
  return 1 - smoothstep(0.75, 1.25, out);
}

std::array<double, 2> TendonShape::calcificationCentre(std::size_t index) const {
  const Calcification& c = r_.calcifications.at(index);
  const double p = c.at * facet_;
  const double low = bone(p);
  const double high = surfaceTop(p);
  const double room = 0.5 * c.heightMm + 0.1;
  return {p,
          high - low > 2 * room ? std::clamp(lerp(low, high, c.level), low + room, high - room) : 0.5 * (low + high)};
}

std::pair<int, double> TendonShape::calcification(double p, double n) const {
  for (std::size_t i = 0; i < r_.calcifications.size(); ++i) {
    const Calcification& c = r_.calcifications[i];
    const auto [cp, cn] = calcificationCentre(i);
    const double x = (p - cp) / (0.5 * c.lengthMm);
    const double y = (n - cn) / (0.5 * c.heightMm);
    const double lumpy = 1 + 0.3 * noise2(mix(r_.seed, 47 + i), p / 0.9, n / 0.7);
    const double out = std::hypot(x, y) * lumpy;
    if (out < 1)
      return {static_cast<int>(i), out};
  }
  return {-1, 1.0};
}

} // namespace hipcuff::phantom
