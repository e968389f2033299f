#include "beam.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double pulseRise = 0.62;     // share of the pulse's width before its peak
constexpr double apertureLimitMm = 24; // of the receiving aperture: deeper down the f-number cannot be kept
constexpr double zoneSpacingMm = 7;    // between transmit zones
constexpr double beamWidthMaxMm = 1.6;
constexpr double degree = std::numbers::pi / 180;

} // namespace

double pulseWidthMm(const BeamSetup& s) noexcept {
  return 0.5 * 0.88 * soundMmPerUs / (s.bandwidth * s.frequencyMHz);
}

double beamWidthMm(const BeamSetup& s, double range) noexcept {
  const double lambda = soundMmPerUs / s.frequencyMHz;
  const double f = std::max(s.fNumber, range / apertureLimitMm);
  const double waist = 1.2 * lambda * f;                      // at the focus
  const double length = 7.0 * lambda * s.fNumber * s.fNumber; // depth of field of the fixed transmit focus
  double off = 1e9;
  for (int z = 0; z < std::max(1, s.focalZones); ++z)
    off = std::min(off, std::abs(range - s.focusMm - (z - 0.5 * (s.focalZones - 1)) * zoneSpacingMm));
  // Receive focusing is dynamic, so only the transmit beam spreads: half as fast as a fixed lens would.
  const double spread = 0.5 * s.beamSpread * off / length;
  return std::min(waist * std::sqrt(1 + spread * spread), std::max(waist, beamWidthMaxMm));
}

LineGrid::LineGrid(const BeamSetup& setup)
    : setup_(setup)
    , middle_(0.5 * setup.widthMm)
    , tangent_(std::tan(setup.steerDeg * degree))
    , perCosine_(1 / std::cos(setup.steerDeg * degree)) {
  if (setup_.faceMm <= 0)
    setup_.faceMm = setup_.widthMm;
  const bool fans = setup_.shape != ProbeShape::linear;
  perApex_ = fans ? 1 / setup_.apexMm : 0.0;
  // Fanning lines must sample the beam deep down too.
  const double crowd = 1 + 0.6 * setup_.depthMm * perApex_;
  pitch_ = std::clamp(0.4 * setup_.fNumber * soundMmPerUs / setup_.frequencyMHz / crowd, 0.09, 0.24);
  step_ = std::clamp(0.25 * soundMmPerUs / setup_.frequencyMHz, 0.025, 0.06);
  perPitch_ = 1 / pitch_;
  perStep_ = 1 / step_;
  first_ = -0.5 * setup_.faceMm - marginMm;
  lines_ = static_cast<int>(std::ceil((setup_.faceMm + 2 * marginMm) / pitch_)) + 1;
  double longest = setup_.depthMm * perCosine_;
  if (setup_.shape == ProbeShape::trapezoid)
    longest = setup_.depthMm * std::hypot(1, 0.5 * setup_.faceMm * perApex_ + std::abs(tangent_));
  samples_ = static_cast<int>(std::ceil((longest + 1.5) / step_)) + 1;
  cyclesPerSample_ = 2 * setup_.frequencyMHz / soundMmPerUs * step_;
  for (int k = 0; k < samples_; ++k)
    scale_.push_back(static_cast<float>(std::sqrt(1.0 / (setup_.perMm2 * pitch_ * divergence(k) * step_))));
  for (int i = 0; i < phases; ++i) {
    const double phase = -2 * std::numbers::pi * (i + 0.5) / phases;
    wave_.emplace_back(static_cast<float>(std::cos(phase)), static_cast<float>(std::sin(phase)));
  }
  data_.resize(static_cast<std::size_t>(lines_) * static_cast<std::size_t>(samples_));
}

void LineGrid::toFace(double dx, double y, double& u, double& range) const noexcept {
  if (setup_.shape == ProbeShape::trapezoid) {
    // Steered looks add the same slope to every beam.
    u = (dx - y * tangent_) / (1 + y * perApex_);
    const double slope = u * perApex_ + tangent_;
    range = y * std::sqrt(1 + slope * slope);
    return;
  }
  // The beam leaves the face at angle `steer` to its normal, which it passes at a distance `aside` from the centre.
  const double dy = y - setup_.dropMm + setup_.apexMm;
  const double rho = std::sqrt(dx * dx + dy * dy);
  double theta = std::atan2(dx, dy);
  if (tangent_ == 0) {
    range = rho - setup_.apexMm;
  } else {
    const double cosine = 1 / perCosine_;
    const double aside = setup_.apexMm * tangent_ * cosine;
    range = std::sqrt(std::max(0.0, rho * rho - aside * aside)) - setup_.apexMm * cosine;
    theta += std::asin(std::clamp(aside / std::max(rho, 1e-6), -1.0, 1.0)) - setup_.steerDeg * degree;
  }
  u = theta * setup_.apexMm;
}

void LineGrid::toPicture(double line, double sample, double& x, double& y) const noexcept {
  const double u = line * pitch_ + first_;
  const double range = sample * step_;
  if (setup_.shape == ProbeShape::curved) {
    const double start = u * perApex_;
    const double along = start + setup_.steerDeg * degree;
    x = middle_ + setup_.apexMm * std::sin(start) + range * std::sin(along);
    y = setup_.dropMm + setup_.apexMm * (std::cos(start) - 1) + range * std::cos(along);
    return;
  }
  const double slope = u * perApex_ + tangent_;
  y = range / std::sqrt(1 + slope * slope);
  x = middle_ + u + y * slope;
}

double LineGrid::directionDeg(double x, double y) const noexcept {
  if (setup_.shape == ProbeShape::linear)
    return setup_.steerDeg;
  double u = 0;
  double range = 0;
  toFace(x - middle_, y, u, range);
  if (setup_.shape == ProbeShape::curved)
    return u * perApex_ / degree + setup_.steerDeg;
  return std::atan(u * perApex_ + tangent_) / degree;
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
  const double rise = 0.5 * width * pulseRise / 1.177; // half width of a Gaussian at half height is 1.177 sigma
  const double fall = 0.5 * width * (2 - pulseRise) / 1.177;
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
  // std::complex<float> is laid out as two floats (C++ standard, complex.numbers).
  const auto row = 2 * static_cast<std::ptrdiff_t>(samples_);
  std::vector<float> sum(static_cast<std::size_t>(row));
  const int taps = static_cast<int>(kernel.size());
  for (int i = 0; i < lines_; ++i) {
    std::fill(sum.begin(), sum.end(), 0.0F);
    auto* in = reinterpret_cast<float*>(line(i));
    for (int t = 0; t < taps; ++t) {
      const std::ptrdiff_t offset = 2 * static_cast<std::ptrdiff_t>(t - before); // output = input + offset
      const float w = kernel[static_cast<std::size_t>(t)];
      const std::ptrdiff_t from = std::max<std::ptrdiff_t>(0, offset);
      const std::ptrdiff_t to = std::min(row, row + offset);
      float* out = sum.data();
      for (std::ptrdiff_t k = from; k < to; ++k)
        out[k] += w * in[k - offset];
    }
    std::copy(sum.begin(), sum.end(), in);
  }
}

void LineGrid::beam() {
  std::vector<double> sigmas(static_cast<std::size_t>(samples_));
  int half = 1;
  for (int k = 0; k < samples_; ++k) {
    const double sigma = beamWidthMm(setup_, k * step_) / 2.355 / (pitch_ * divergence(k));
    sigmas[static_cast<std::size_t>(k)] = sigma;
    half = std::max(half, static_cast<int>(std::ceil(2.6 * sigma)));
  }
  // weights[j][k], twice each (real and imaginary part lie side by side), so that the inner loop runs along memory.
  // Gaussians are symmetric: j and -j share their weights.
  const auto row = 2 * static_cast<std::size_t>(samples_);
  std::vector<float> weights(row * static_cast<std::size_t>(half + 1));
  std::vector<int> reach(static_cast<std::size_t>(half + 1)); // last sample at which that neighbour counts
  std::vector<int> start(static_cast<std::size_t>(half + 1), samples_);
  for (int k = 0; k < samples_; ++k) {
    const double sigma = sigmas[static_cast<std::size_t>(k)];
    const int own = std::min(half, static_cast<int>(std::ceil(2.6 * sigma)));
    double energy = 1;
    for (int j = 1; j <= own; ++j)
      energy += 2 * std::exp(-j * j / (sigma * sigma));
    for (int j = 0; j <= own; ++j) {
      const auto w = static_cast<float>(std::exp(-0.5 * j * j / (sigma * sigma)) / std::sqrt(energy));
      float* at = &weights[static_cast<std::size_t>(j) * row + 2 * static_cast<std::size_t>(k)];
      at[0] = at[1] = w;
      reach[static_cast<std::size_t>(j)] = k + 1;
      start[static_cast<std::size_t>(j)] = std::min(start[static_cast<std::size_t>(j)], k);
    }
  }
  const std::vector<std::complex<float>> source = data_;
  std::fill(data_.begin(), data_.end(), std::complex<float>{});
  const auto* in = reinterpret_cast<const float*>(source.data());
  auto* out = reinterpret_cast<float*>(data_.data());
  for (int i = 0; i < lines_; ++i)
    for (int j = std::max(-half, -i); j <= std::min(half, lines_ - 1 - i); ++j) {
      const auto apart = static_cast<std::size_t>(std::abs(j));
      const float* w = &weights[apart * row];
      const float* from = in + static_cast<std::size_t>(i + j) * row;
      float* to = out + static_cast<std::size_t>(i) * row;
      for (auto k = 2 * static_cast<std::size_t>(start[apart]); k < 2 * static_cast<std::size_t>(reach[apart]); ++k)
        to[k] += w[k] * from[k];
    }
}

void LineGrid::focus() {
  pulse();
  beam();
}

FloatImage LineGrid::lineEnvelope() const {
  FloatImage image(samples_, lines_);
  for (std::size_t i = 0; i < data_.size(); ++i)
    image.data[i] = std::sqrt(data_[i].real() * data_[i].real() + data_[i].imag() * data_[i].imag());
  return image;
}

FloatImage LineGrid::envelope() const {
  const FloatImage turned = lineEnvelope();
  FloatImage image(lines_, samples_);
  for (int k = 0; k < samples_; ++k)
    for (int i = 0; i < lines_; ++i)
      image.at(i, k) = turned.at(k, i);
  return image;
}

} // namespace hipcuff::phantom
