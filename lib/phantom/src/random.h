// Own generators: the standard library's distributions differ between implementations, and the pictures must not.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace hipcuff::phantom {

/// SplitMix64's output function (Steele, Lea, Flood 2014): a bijective scramble of 64 bits.
[[nodiscard]] inline std::uint64_t scramble(std::uint64_t z) noexcept {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

[[nodiscard]] inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  return scramble(a ^ (scramble(b) + 0x632be59bd9b4e019ULL));
}

/// 0 <= value < 1
[[nodiscard]] inline double unit(std::uint64_t bits) noexcept {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

/// Near-normal deviate (mean 0, variance 1) from one hash: four 16-bit uniforms. Its tails end at 3.5 sigma, which is
/// of no matter where dozens of scatterers add up.
[[nodiscard]] inline float quickNormal(std::uint64_t bits) noexcept {
  const auto sum = static_cast<double>(bits & 0xffff) + static_cast<double>((bits >> 16) & 0xffff) +
                   static_cast<double>((bits >> 32) & 0xffff) + static_cast<double>(bits >> 48);
  return static_cast<float>((sum / 65536.0 - 2.0) * std::numbers::sqrt3);
}

/// Uniform deviate of mean 0 and variance 1. Strengths of scatterers that lie one to a cell of a jittered grid: their
/// kurtosis of 1.8 makes the speckle of few scatterers Rayleigh, where normal strengths would make it spikier.
[[nodiscard]] inline float quickUniform(std::uint64_t bits) noexcept {
  return static_cast<float>((2.0 * unit(bits) - 1.0) * std::numbers::sqrt3);
}

/// A stream of deviates for drawing recipes.
class Rng {
public:
  explicit Rng(std::uint64_t seed) noexcept
      : state_(seed) {}
  [[nodiscard]] std::uint64_t bits() noexcept { return scramble(state_ += 0x9e3779b97f4a7c15ULL); }
  [[nodiscard]] double uniform(double low, double high) noexcept { return low + (high - low) * unit(bits()); }
  [[nodiscard]] bool chance(double p) noexcept { return unit(bits()) < p; }
  [[nodiscard]] int below(int n) noexcept { return static_cast<int>(unit(bits()) * n); }
  [[nodiscard]] double normal(double mean, double sd) noexcept {
    const double u = unit(bits()) + 0x1.0p-54;
    const double v = unit(bits());
    return mean + sd * std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
  }

private:
  std::uint64_t state_;
};

[[nodiscard]] inline double smoothstep(double edge0, double edge1, double x) noexcept {
  const double t = x <= edge0 ? 0.0 : x >= edge1 ? 1.0 : (x - edge0) / (edge1 - edge0);
  return t * t * (3.0 - 2.0 * t);
}

[[nodiscard]] inline double lerp(double a, double b, double t) noexcept {
  return a + (b - a) * t;
}

/// Smooth value noise in -1..1 with features about one unit long.
[[nodiscard]] inline double noise1(std::uint64_t seed, double u) noexcept {
  const double floorU = std::floor(u);
  const auto i = static_cast<std::int64_t>(floorU);
  const auto at = [&](std::int64_t k) { return 2.0 * unit(mix(seed, static_cast<std::uint64_t>(k))) - 1.0; };
  return lerp(at(i), at(i + 1), smoothstep(0, 1, u - floorU));
}

[[nodiscard]] inline double noise2(std::uint64_t seed, double u, double v) noexcept {
  const double fu = std::floor(u);
  const double fv = std::floor(v);
  const auto i = static_cast<std::int64_t>(fu);
  const auto j = static_cast<std::int64_t>(fv);
  const auto at = [&](std::int64_t a, std::int64_t b) {
    const auto key =
        static_cast<std::uint64_t>(a) * 0x8da6b343ULL ^ static_cast<std::uint64_t>(b) * 0xd8163841cb1ab1ULL;
    return 2.0 * unit(scramble(seed ^ key)) - 1.0;
  };
  const double tu = smoothstep(0, 1, u - fu);
  const double tv = smoothstep(0, 1, v - fv);
  return lerp(lerp(at(i, j), at(i + 1, j), tu), lerp(at(i, j + 1), at(i + 1, j + 1), tu), tv);
}

} // namespace hipcuff::phantom
