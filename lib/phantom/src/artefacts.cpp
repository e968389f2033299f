#include "artefacts.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double gapRampMm = 1.5;

float amplitudeOf(double db) {
  return static_cast<float>(std::pow(10.0, db / 20.0));
}

/// What stands out of tissue: the part of an echo above `threshold`.
std::complex<float> bright(std::complex<float> echo, float threshold) {
  const float magnitude = std::sqrt(std::norm(echo));
  return magnitude > threshold ? echo * (1 - threshold / magnitude) : std::complex<float>{};
}

} // namespace

double shareOf(const LineGrid& grid, int line) {
  return (line * grid.pitch() - LineGrid::marginMm) / grid.setup().faceMm;
}

double surfaceGain(const LineGrid& grid, double sample) {
  // The kernels have unit energy, so a line of ones comes out at about sqrt(2 sqrt(pi) sigma) of the beam times the
  // pulse's peak 1 / sqrt(sqrt(pi) sigma).
  const BeamSetup& setup = grid.setup();
  const double beam =
      1.2 * soundMmPerUs * setup.fNumber / setup.frequencyMHz / 2.355 / (grid.pitch() * grid.divergence(sample));
  const double pulse = pulseWidthMm(setup) / 2.355 * 1.05 / grid.step();
  return std::sqrt(2 * std::sqrt(std::numbers::pi) * std::max(0.5, beam)) /
         std::sqrt(std::sqrt(std::numbers::pi) * std::max(0.5, pulse));
}

ArtefactModel::ArtefactModel(const HipRecipe& recipe)
    : r_(recipe) {}

double ArtefactModel::gap(double share) const {
  const auto& a = r_.artefacts;
  if (a.contactLoss <= 0)
    return 0;
  const double outside = (std::abs(share - a.contactAt) - 0.5 * a.contactLoss) * r_.probe.apertureMm;
  const double ragged = 0.8 * noise1(mix(r_.seed, 1511), share * r_.probe.apertureMm / 1.1);
  return 1 - smoothstep(-gapRampMm, gapRampMm, outside + ragged);
}

double ArtefactModel::lineLossDb(double share) const {
  const auto& a = r_.artefacts;
  double db = a.contactDepthDb * gap(share);
  if (a.dropout > 0) {
    const double x = share * r_.probe.apertureMm;
    const double broad = noise1(mix(r_.seed, 1521), x / 3.5);
    const double narrow = noise1(mix(r_.seed, 1522), x / 0.9);
    db += 24 * a.dropout * (0.8 * smoothstep(0.15, 0.8, broad) + 0.4 * smoothstep(0.5, 0.9, narrow));
  }
  return db;
}

void ArtefactModel::addShadows(const LineGrid& grid, std::vector<float>& lossDb, int rows, double stepMm) const {
  const auto& a = r_.artefacts;
  if (a.edgeShadow <= 0)
    return;
  Rng rng(mix(r_.seed, 1531));
  const int count = std::clamp(a.edgeShadows, 1, 4);
  for (int n = 0; n < count; ++n) {
    const double across = a.edgeShadowAt + (n == 0 ? 0.0 : rng.uniform(-0.25, 0.25));
    const double depth = std::max(0.0, a.edgeShadowDepthMm + (n == 0 ? 0.0 : rng.uniform(-2, 4)));
    const double width = std::clamp(a.edgeShadowWidthMm * (n == 0 ? 1.0 : rng.uniform(0.7, 1.5)), 0.2, 5.0);
    const double strength = 16 * a.edgeShadow * (n == 0 ? 1.0 : rng.uniform(0.4, 1.0));
    double line = 0;
    double sample = 0;
    grid.toGrid(across * grid.setup().widthMm, grid.setup().dropMm + depth, line, sample);
    const double begin = sample * grid.step();
    for (int i = 0; i < grid.lines(); ++i) {
      const double apart = (i - line) * grid.pitch() / (0.5 * width);
      if (std::abs(apart) > 3)
        continue;
      const double share = strength * std::exp(-apart * apart);
      for (int k = std::max(0, static_cast<int>(begin / stepMm)); k < rows; ++k)
        lossDb[static_cast<std::size_t>(i) * static_cast<std::size_t>(rows) + static_cast<std::size_t>(k)] +=
            static_cast<float>(share * smoothstep(begin, begin + 2.5, k * stepMm));
    }
  }
}

void ArtefactModel::addRingDown(LineGrid& grid) const {
  const auto& a = r_.artefacts;
  if (a.ringDown <= 0 && a.contactLoss <= 0)
    return;
  Rng rng(mix(r_.seed, 1541));
  const double spacing = rng.uniform(0.5, 1.3);
  const std::uint64_t seed = mix(r_.seed, 1542);
  for (int i = 0; i < grid.lines(); ++i) {
    const double lost = gap(shareOf(grid, i));
    const double weight = a.ringDown + 0.8 * lost;
    if (weight < 0.02)
      continue;
    const double uneven = 1 + 0.3 * noise1(seed, i * grid.pitch() / 4.0);
    const double reach = 0.8 + 1.8 * a.ringDown + 4 * lost;
    for (int n = 0; n * spacing < 5 * reach; ++n) {
      const double at = n * spacing / grid.step();
      const int k = static_cast<int>(at);
      if (k + 1 >= grid.samples())
        break;
      const double level = amplitudeOf(20) * weight * uneven * std::exp(-n * spacing / reach) / surfaceGain(grid, at);
      const auto part = static_cast<float>(at - k);
      grid.at(i, k) += static_cast<float>(level) * (1 - part);
      grid.at(i, k + 1) += static_cast<float>(level) * part;
    }
    if (lost > 0.02) // dirty shadow: what bounces about in the air's near field
      for (int k = 0; k < grid.samples(); ++k) {
        const std::uint64_t key = mix(seed, static_cast<std::uint64_t>(i) << 32 | static_cast<std::uint64_t>(k));
        const auto level = static_cast<float>(0.5 * lost * std::exp(-k * grid.step() / 7.0));
        grid.at(i, k) += std::complex<float>{level * quickNormal(key), level * quickNormal(scramble(key))};
      }
  }
}

void ArtefactModel::addMultiples(LineGrid& grid) const {
  const auto& a = r_.artefacts;
  if (a.reverberation <= 0)
    return;
  const auto& g = r_.geometry;
  const double layer = a.reverberationMm > 0 ? a.reverberationMm : g.skinMm + g.fatMm + 0.5 * g.itbMm;
  const auto once = static_cast<float>(0.4 * a.reverberation);
  struct Bounce {
    double mm;
    float gain;
  };
  const Bounce bounces[] = {
      {layer, once}, {2 * layer, once * once}, {g.skinMm, 0.6F * once}, {g.apexDepthMm, 0.7F * once}};
  const float threshold = amplitudeOf(5);
  // Only what lies square to the beam comes back a second time: neighbouring lines must agree in phase.
  const int half = std::max(1, static_cast<int>(0.6 / grid.pitch()));
  const auto samples = static_cast<std::size_t>(grid.samples());
  std::vector<std::complex<float>> clipped(samples * static_cast<std::size_t>(grid.lines()));
  for (int i = 0; i < grid.lines(); ++i)
    for (std::size_t k = 0; k < samples; ++k)
      clipped[static_cast<std::size_t>(i) * samples + k] = bright(grid.line(i)[k], threshold);
  std::vector<std::complex<float>> mean(samples);
  for (int i = 0; i < grid.lines(); ++i) {
    std::fill(mean.begin(), mean.end(), std::complex<float>{});
    const int from = std::max(0, i - half);
    const int to = std::min(grid.lines() - 1, i + half);
    for (int j = from; j <= to; ++j)
      for (std::size_t k = 0; k < samples; ++k)
        mean[k] += clipped[static_cast<std::size_t>(j) * samples + k];
    std::complex<float>* line = grid.line(i);
    for (const Bounce& b : bounces) {
      const float share = b.gain / static_cast<float>(to - from + 1);
      const auto delay = static_cast<std::size_t>(b.mm / grid.step() + 0.5);
      for (std::size_t k = delay; k < samples; ++k)
        line[k] += share * mean[k - delay];
    }
  }
}

void ArtefactModel::addSideLobes(LineGrid& grid) const {
  const auto& a = r_.artefacts;
  if (a.sideLobe <= 0)
    return;
  const int half = std::max(2, static_cast<int>(7.0 / grid.pitch()));
  const float threshold = amplitudeOf(5);
  const auto samples = static_cast<std::size_t>(grid.samples());
  const auto gain = static_cast<float>(amplitudeOf(-22) * a.sideLobe * 6.0 / (2 * half + 1));
  std::vector<std::complex<float>> clipped(samples * static_cast<std::size_t>(grid.lines()));
  for (int i = 0; i < grid.lines(); ++i)
    for (std::size_t k = 0; k < samples; ++k)
      clipped[static_cast<std::size_t>(i) * samples + k] = bright(grid.line(i)[k], threshold);
  std::vector<std::complex<float>> sum(samples);
  const auto add = [&](int i, float sign) {
    if (i >= 0 && i < grid.lines())
      for (std::size_t k = 0; k < samples; ++k)
        sum[k] += sign * clipped[static_cast<std::size_t>(i) * samples + k];
  };
  for (int i = 0; i < half; ++i)
    add(i, 1);
  for (int i = 0; i < grid.lines(); ++i) {
    add(i + half, 1);
    add(i - half - 1, -1);
    for (std::size_t k = 0; k < samples; ++k)
      grid.line(i)[k] += gain * sum[k];
  }
}

} // namespace hipcuff::phantom
