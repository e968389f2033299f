#include "beam.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double soundMmPerUs = 1.54; // what every scanner assumes
constexpr double pulseRise = 0.62;    // share of the pulse's width before its peak

double pulseWidthMm(const BeamSetup& s) { // full width at half amplitude, in range
  return 0.5 * 0.88 * soundMmPerUs / (s.bandwidth * s.frequencyMHz);
}

} // namespace

LineGrid::LineGrid(const BeamSetup& setup)
    : setup_(setup)
    , pitch_(std::clamp(0.4 * setup.fNumber * soundMmPerUs / setup.frequencyMHz, 0.10, 0.22))
    , step_(std::clamp(0.25 * soundMmPerUs / setup.frequencyMHz, 0.025, 0.05))
    , lines_(static_cast<int>(std::ceil((setup.widthMm + 2 * marginMm) / pitch_)) + 1)
    , samples_(static_cast<int>(
                   std::ceil((setup.depthMm / std::cos(setup.steerDeg * std::numbers::pi / 180) + 1.5) / step_)) +
               1)
    , sine_(std::sin(setup.steerDeg * std::numbers::pi / 180))
    , cosine_(std::cos(setup.steerDeg * std::numbers::pi / 180))
    , scale_(static_cast<float>(std::sqrt(1.0 / (setup.perMm2 * pitch_ * step_))))
    , data_(static_cast<std::size_t>(lines_) * static_cast<std::size_t>(samples_)) {}

void LineGrid::toGrid(double x, double y, double& line, double& sample) const noexcept {
  const double range = y / cosine_;
  line = (x - range * sine_ + marginMm) / pitch_;
  sample = range / step_;
}

void LineGrid::toPicture(double line, double sample, double& x, double& y) const noexcept {
  const double range = sample * step_;
  x = line * pitch_ - marginMm + range * sine_;
  y = range * cosine_;
}

void LineGrid::deposit(const Scatterer& s, float gain, std::complex<float> coherent) noexcept {
  double line = 0;
  double sample = 0;
  toGrid(s.x, s.y, line, sample);
  const int i = static_cast<int>(std::floor(line));
  const int k = static_cast<int>(sample + 0.5);
  if (i < 0 || i + 1 >= lines_ || k < 0 || k >= samples_)
    return;
  const auto phase = static_cast<float>(std::remainder(
      -4.0 * std::numbers::pi * setup_.frequencyMHz / soundMmPerUs * sample * step_, 2 * std::numbers::pi));
  const float a = s.amplitude * gain * scale_;
  const std::complex<float> echo =
      std::complex<float>{a * std::cos(phase), a * std::sin(phase)} + gain * scale_ * coherent;
  const auto right = static_cast<float>(line - i);
  at(i, k) += echo * (1 - right);
  at(i + 1, k) += echo * right;
}

void LineGrid::depositSurface(double x, double y, float amplitude) noexcept {
  double line = 0;
  double sample = 0;
  toGrid(x, y, line, sample);
  const int i = static_cast<int>(std::floor(line));
  const int k = static_cast<int>(std::floor(sample));
  if (i < 0 || i + 1 >= lines_ || k < 0 || k + 1 >= samples_)
    return;
  const auto right = static_cast<float>(line - i);
  const auto lower = static_cast<float>(sample - k);
  at(i, k) += amplitude * (1 - right) * (1 - lower);
  at(i + 1, k) += amplitude * right * (1 - lower);
  at(i, k + 1) += amplitude * (1 - right) * lower;
  at(i + 1, k + 1) += amplitude * right * lower;
}

void LineGrid::pulse() {
  const double width = pulseWidthMm(setup_) / step_;
  const double rise = width * pulseRise / 1.177; // half width of a Gaussian at half height is 1.177 sigma
  const double fall = width * (2 - pulseRise) / 1.177;
  const int before = static_cast<int>(std::ceil(3 * rise));
  const int after = static_cast<int>(std::ceil(3 * fall));
  const double lead = 1.177 * rise; // the peak comes that much after the reflector
  std::vector<float> kernel;
  double energy = 0;
  for (int j = -before; j <= after + static_cast<int>(std::ceil(lead)); ++j) {
    const double t = j - lead;
    const double sigma = t < 0 ? rise : fall;
    const double v = std::exp(-0.5 * t * t / (sigma * sigma));
    kernel.push_back(static_cast<float>(v));
    energy += v * v;
  }
  for (float& v : kernel)
    v /= static_cast<float>(std::sqrt(energy));
  std::vector<std::complex<float>> line(static_cast<std::size_t>(samples_));
  const int taps = static_cast<int>(kernel.size());
  for (int i = 0; i < lines_; ++i) {
    std::fill(line.begin(), line.end(), std::complex<float>{});
    const std::complex<float>* in = &at(i, 0);
    for (int t = 0; t < taps; ++t) {
      const int offset = t - before; // output sample = input sample + offset
      const float w = kernel[static_cast<std::size_t>(t)];
      const int from = std::max(0, offset);
      const int to = std::min(samples_, samples_ + offset);
      for (int k = from; k < to; ++k)
        line[static_cast<std::size_t>(k)] += w * in[k - offset];
    }
    std::copy(line.begin(), line.end(), &at(i, 0));
  }
}

void LineGrid::beam() {
  const double lambda = soundMmPerUs / setup_.frequencyMHz;
  const double waist = 1.2 * lambda * setup_.fNumber;                   // full width at half amplitude, at the focus
  const double length = 7.0 * lambda * setup_.fNumber * setup_.fNumber; // depth of field of the fixed transmit focus
  std::vector<double> sigmas(static_cast<std::size_t>(samples_));
  int half = 1;
  for (int k = 0; k < samples_; ++k) {
    // Receive focusing is dynamic, so only the transmit beam spreads: half as fast as a fixed lens would.
    const double off = 0.5 * (k * step_ - setup_.focusMm) / length;
    const double sigma = std::min(waist * std::sqrt(1 + off * off), 1.6) / 2.355 / pitch_;
    sigmas[static_cast<std::size_t>(k)] = sigma;
    half = std::max(half, static_cast<int>(std::ceil(2.8 * sigma)));
  }
  // weights[j][k], twice each (real and imaginary part lie side by side), so that the inner loop runs along memory.
  const auto row = 2 * static_cast<std::size_t>(samples_);
  std::vector<float> weights(row * static_cast<std::size_t>(2 * half + 1));
  for (int k = 0; k < samples_; ++k) {
    const double sigma = sigmas[static_cast<std::size_t>(k)];
    double energy = 0;
    for (int j = -half; j <= half; ++j)
      energy += std::exp(-j * j / (sigma * sigma));
    for (int j = -half; j <= half; ++j) {
      const auto w = static_cast<float>(std::exp(-0.5 * j * j / (sigma * sigma)) / std::sqrt(energy));
      float* at = &weights[static_cast<std::size_t>(j + half) * row + 2 * static_cast<std::size_t>(k)];
      at[0] = at[1] = w;
    }
  }
  const std::vector<std::complex<float>> source = data_;
  std::fill(data_.begin(), data_.end(), std::complex<float>{});
  // std::complex<float> is laid out as two floats (C++ standard, complex.numbers).
  const auto* in = reinterpret_cast<const float*>(source.data());
  auto* out = reinterpret_cast<float*>(data_.data());
  for (int i = 0; i < lines_; ++i)
    for (int j = std::max(-half, -i); j <= std::min(half, lines_ - 1 - i); ++j) {
      const float* w = &weights[static_cast<std::size_t>(j + half) * row];
      const float* from = in + static_cast<std::size_t>(i + j) * row;
      float* to = out + static_cast<std::size_t>(i) * row;
      for (std::size_t k = 0; k < row; ++k)
        to[k] += w[k] * from[k];
    }
}

void LineGrid::focus() {
  pulse();
  beam();
}

FloatImage LineGrid::envelope() const {
  FloatImage image(lines_, samples_);
  for (int k = 0; k < samples_; ++k)
    for (int i = 0; i < lines_; ++i)
      image.at(i, k) = std::sqrt(std::norm(at(i, k)));
  return image;
}

} // namespace hipcuff::phantom
