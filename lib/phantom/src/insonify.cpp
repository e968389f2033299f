#include "insonify.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double degree = std::numbers::pi / 180.0;
constexpr double sideMm = 9;          // scene simulated beyond the picture's sides, for rocking and steering
constexpr double lossStep = 0.25;     // mm
constexpr double downshift = 0.55;    // tissue eats the high end of the pulse first; what is left is attenuated less
constexpr double boneLossDb = 70;     // what gets through the cortex and back
constexpr double hazeCell = 0.5;      // mm
constexpr double coherentGain = 0.55; // neighbours along a fibre add up in the beam; this keeps their mean power
constexpr double tailMm = 0.38;       // the cortex echo rings on
constexpr double tailReachMm = 1.3;

double decibelsToAmplitude(double db) {
  return std::pow(10.0, db / 20.0);
}

} // namespace

struct Insonifier::Transmission {
  static constexpr double step = 0.25; // mm of range
  int lines = 0;
  int rows = 0;
  std::vector<float> amplitude; ///< lines x rows, gain compensation included
  [[nodiscard]] float at(double line, double range) const {
    const int i = std::clamp(static_cast<int>(line + 0.5), 0, lines - 1);
    const double k = std::clamp(range / step, 0.0, rows - 1.001);
    const auto k0 = static_cast<std::size_t>(k);
    const float t = static_cast<float>(k - static_cast<double>(k0));
    const float* row = &amplitude[static_cast<std::size_t>(i) * static_cast<std::size_t>(rows)];
    return row[k0] * (1 - t) + row[k0 + 1] * t;
  }
};

Insonifier::Insonifier(const HipRecipe& recipe, const Scene& scene)
    : r_(recipe)
    , scene_(scene) {
  const auto& probe = r_.probe;
  const double axial = 0.68 / (probe.bandwidth * probe.frequencyMHz);
  const double lateral = 1.85 * probe.fNumber / probe.frequencyMHz;
  const double spacing = std::clamp(std::sqrt(axial * lateral / 6.0), 0.06, 0.11);
  perMm2_ = 1.0 / (spacing * spacing);
  const double width = probe.apertureMm + 2 * sideMm;
  const double depth = probe.depthMm + 3;
  const auto columns = static_cast<int>(width / spacing);
  const auto rows = static_cast<int>(depth / spacing);
  grains_.reserve(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
  const std::uint64_t seed = mix(r_.seed, 1001);
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i) {
      const std::uint64_t key =
          mix(seed, static_cast<std::uint64_t>(j) << 32 | static_cast<std::uint64_t>(static_cast<std::uint32_t>(i)));
      const double jx = static_cast<double>(key & 0xffffff) / 0x1000000;
      const double jy = static_cast<double>((key >> 24) & 0xffffff) / 0x1000000;
      const Point q{(i + jx) * spacing - sideMm, (j + jy) * spacing};
      const Tissue tissue = scene_.at(q);
      if (tissue.powerDb < -100)
        continue;
      const double amplitude = decibelsToAmplitude(tissue.powerDb);
      const double alone = std::sqrt(1 - tissue.coherent);
      const double together = coherentGain * std::sqrt(tissue.coherent);
      grains_.push_back({static_cast<float>(q.x), static_cast<float>(q.y),
                         static_cast<float>(alone) * quickNormal(scramble(key ^ 0x5bd1e995)),
                         static_cast<float>(alone) * quickNormal(scramble(key ^ 0xc2b2ae35)),
                         static_cast<float>(amplitude), static_cast<float>(together * std::cos(tissue.phase)),
                         static_cast<float>(together * std::sin(tissue.phase)), static_cast<float>(tissue.fibreDeg),
                         tissue.fibres});
    }

  lossColumns_ = static_cast<int>(width / lossStep) + 1;
  lossRows_ = static_cast<int>(depth / lossStep) + 1;
  loss_.resize(static_cast<std::size_t>(lossColumns_) * static_cast<std::size_t>(lossRows_));
  const double scale = 2.0 * probe.frequencyMHz * downshift / 10.0; // two ways, per mm
  for (int j = 0; j < lossRows_; ++j)
    for (int i = 0; i < lossColumns_; ++i) {
      const Tissue tissue = scene_.at({i * lossStep - sideMm, j * lossStep});
      loss_[static_cast<std::size_t>(j) * static_cast<std::size_t>(lossColumns_) + static_cast<std::size_t>(i)] = {
          static_cast<float>(scale * tissue.attenuation), tissue.bone};
    }
  // The gain compensation knows the mean loss of soft tissue at each depth, with the operator's error on it.
  double sum = 0;
  double rate = 0.8 * scale;
  for (double y = 0; y < depth; y += 1.0) {
    tgc_.push_back(sum * (1 + r_.processing.tgcError));
    double mean = 0;
    int count = 0;
    const int j = std::min(lossRows_ - 1, static_cast<int>(y / lossStep));
    for (int i = 0; i < lossColumns_; ++i) {
      const Loss& l =
          loss_[static_cast<std::size_t>(j) * static_cast<std::size_t>(lossColumns_) + static_cast<std::size_t>(i)];
      if (!l.bone) {
        mean += l.dbPerMm;
        ++count;
      }
    }
    if (count > lossColumns_ / 5)
      rate = 0.7 * rate + 0.3 * mean / count;
    sum += rate;
  }
}

double Insonifier::compensation(double depthMm) const {
  const double at = std::clamp(depthMm, 0.0, static_cast<double>(tgc_.size()) - 1.001);
  const auto i = static_cast<std::size_t>(at);
  return lerp(tgc_[i], tgc_[i + 1], at - static_cast<double>(i));
}

float Insonifier::tendonGain(double angleDeg) const {
  const auto& e = r_.echo;
  // A Gaussian in angle that meets the muscle's level (0 dB) at equalAtDeg; degenerated tendon, which may never be
  // brighter than muscle, keeps the width of a healthy one.
  const double top = std::max(e.tendonDb, 4.0);
  const double width = e.equalAtDeg / std::sqrt(-std::log(-e.tendonFloorDb / (top - e.tendonFloorDb)));
  const double fall = (1 - std::exp(-(angleDeg / width) * (angleDeg / width))) * (e.tendonDb - e.tendonFloorDb);
  return static_cast<float>(decibelsToAmplitude(-fall));
}

Insonifier::Transmission Insonifier::transmission(const LineGrid& grid, const Pose& pose) const {
  Transmission t;
  t.lines = grid.lines();
  t.rows = static_cast<int>(grid.samples() * grid.step() / Transmission::step) + 2;
  t.amplitude.resize(static_cast<std::size_t>(t.lines) * static_cast<std::size_t>(t.rows));
  for (int i = 0; i < t.lines; ++i) {
    Point first;
    grid.toPicture(i, 0, first.x, first.y);
    // Contact with the skin is never even across the probe.
    double db = 1.8 * (1 + noise1(mix(r_.seed, 1501), first.x / 9.0));
    double bone = 0;
    for (int k = 0; k < t.rows; ++k) {
      Point q;
      grid.toPicture(i, k * Transmission::step / grid.step(), q.x, q.y);
      const Point s = pose.toScene(q);
      const int column = std::clamp(static_cast<int>((s.x + sideMm) / lossStep + 0.5), 0, lossColumns_ - 1);
      const int row = std::clamp(static_cast<int>(s.y / lossStep + 0.5), 0, lossRows_ - 1);
      const Loss& l = loss_[static_cast<std::size_t>(row) * static_cast<std::size_t>(lossColumns_) +
                            static_cast<std::size_t>(column)];
      t.amplitude[static_cast<std::size_t>(i) * static_cast<std::size_t>(t.rows) + static_cast<std::size_t>(k)] =
          static_cast<float>(decibelsToAmplitude(compensation(q.y) - db - bone));
      if (l.bone)
        bone = boneLossDb;
      else
        db += l.dbPerMm * Transmission::step;
    }
  }
  // The aperture is wide: a shadow's edge is never sharp.
  std::vector<float> blurred(t.amplitude.size());
  for (int k = 0; k < t.rows; ++k) {
    const double below = std::max(0.0, k * Transmission::step - r_.geometry.apexDepthMm);
    const int half = std::max(1, static_cast<int>((0.25 + 0.05 * below) / grid.pitch()));
    for (int i = 0; i < t.lines; ++i) {
      float sum = 0;
      const int a = std::max(0, i - half);
      const int b = std::min(t.lines - 1, i + half);
      for (int j = a; j <= b; ++j)
        sum +=
            t.amplitude[static_cast<std::size_t>(j) * static_cast<std::size_t>(t.rows) + static_cast<std::size_t>(k)];
      blurred[static_cast<std::size_t>(i) * static_cast<std::size_t>(t.rows) + static_cast<std::size_t>(k)] =
          sum / static_cast<float>(b - a + 1);
    }
  }
  t.amplitude.swap(blurred);
  return t;
}

namespace {

/// Two running means of 2 * half + 1 cells along each row.
FloatImage blurredAcross(const FloatImage& image, int half) {
  FloatImage result = image;
  for (int pass = 0; pass < 2; ++pass) {
    const FloatImage source = result;
    for (int y = 0; y < source.height; ++y)
      for (int x = 0; x < source.width; ++x) {
        float sum = 0;
        for (int u = std::max(0, x - half); u <= std::min(source.width - 1, x + half); ++u)
          sum += source.at(u, y);
        result.at(x, y) = sum / static_cast<float>(2 * half + 1);
      }
  }
  return result;
}

void addPower(FloatImage& power, const LineGrid& grid, double line, double sample, float value) {
  const int column = static_cast<int>(line * grid.pitch() / hazeCell);
  const int row = static_cast<int>(sample * grid.step() / hazeCell);
  if (column >= 0 && column < power.width && row >= 0 && row < power.height)
    power.at(column, row) += value;
}

} // namespace

void Insonifier::depositGrains(LineGrid& grid, const Transmission& through, const Pose& pose, FloatImage& power) const {
  std::vector<float> tendon(901); // every 0.1 degree
  std::vector<float> fascia(901);
  for (std::size_t i = 0; i < tendon.size(); ++i) {
    const double angle = static_cast<double>(i) * 0.1;
    tendon[i] = tendonGain(angle);
    fascia[i] = static_cast<float>(decibelsToAmplitude(-14.0 * (1 - std::exp(-angle * angle / 196.0))));
  }
  const auto inPlane = static_cast<float>(std::cos(pose.elevation));
  const auto outOfPlane = static_cast<float>(std::sin(pose.elevation));
  const auto cell = static_cast<float>(1.0 / (perMm2_ * hazeCell * hazeCell));
  for (const Grain& g : grains_) {
    const Point q = pose.rockDeg == 0 ? Point{g.x, g.y} : pose.toPicture({g.x, g.y});
    double line = 0;
    double sample = 0;
    grid.toGrid(q.x, q.y, line, sample);
    if (line < 0 || line > grid.lines())
      continue;
    float gain = g.amplitude * through.at(line, sample * grid.step());
    if (g.fibres != Fibres::none) {
      const double angle = g.fibres == Fibres::tendon ? fibreAngle(r_, pose, g.fibreDeg, q)
                                                      : std::hypot(g.fibreDeg + pose.rockDeg, 0.5 * pose.tiltDeg);
      const auto index = std::min<std::size_t>(900, static_cast<std::size_t>(angle * 10 + 0.5));
      gain *= g.fibres == Fibres::tendon ? tendon[index] : fascia[index];
    }
    grid.deposit({static_cast<float>(q.x), static_cast<float>(q.y), inPlane * g.inPlane + outOfPlane * g.outOfPlane},
                 gain, {g.coherentRe, g.coherentIm});
    addPower(power, grid, line, sample, gain * gain * cell);
  }
}

void Insonifier::depositCortex(LineGrid& grid, const Transmission& through, const Pose& pose, FloatImage& power) const {
  const auto& line = scene_.cortex();
  const auto& heading = scene_.cortexHeadingDeg();
  const auto& setup = grid.setup();
  // A smooth line's echo after focusing: the kernels have unit energy, so a line of ones comes out at about
  // sqrt(2 sqrt(pi) sigma) of the beam times the pulse's peak 1 / sqrt(sqrt(pi) sigma).
  const double sigmaBeam = 1.85 * setup.fNumber / setup.frequencyMHz / 2.355 / grid.pitch();
  const double sigmaPulse = 0.68 / (setup.bandwidth * setup.frequencyMHz) / 2.355 * 1.05 / grid.step();
  const double unitLine = std::sqrt(2 * std::sqrt(std::numbers::pi) * std::max(0.5, sigmaBeam)) /
                          std::sqrt(std::sqrt(std::numbers::pi) * std::max(0.5, sigmaPulse));
  const double level = decibelsToAmplitude(r_.echo.cortexDb);
  const std::uint64_t seed = mix(r_.seed, 1201);
  const double arc = 0.05;
  const auto tail = static_cast<int>(perMm2_ * arc * tailReachMm + 0.5);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Point p = pose.toPicture(line[i]);
    if (p.x < -LineGrid::marginMm || p.x > setup.widthMm + LineGrid::marginMm || p.y < 0 || p.y > setup.depthMm + 1)
      continue;
    const double angle = heading[i] + pose.rockDeg;
    const double incidence = std::min(89.0, std::hypot(angle + setup.steerDeg, pose.tiltDeg));
    const Point normal{std::sin(angle * degree), -std::cos(angle * degree)};
    double at = 0;
    double sample = 0;
    grid.toGrid(p.x, p.y, at, sample);
    // The light that reaches the surface: taken just above it.
    const float reach = through.at(at, sample * grid.step() - 0.35 - 0.3 * std::abs(std::tan(angle * degree)));
    const double position = static_cast<double>(i) * arc;
    const double patchy = 0.8 + 0.4 * noise1(seed, position / 1.3) + 0.25 * noise1(seed + 1, position / 5.0);
    const double specular = -19.0 * (1 - std::exp(-(incidence / 31) * (incidence / 31)));
    const double share = arc * std::cos(angle * degree) / grid.pitch();
    const double strength = level * reach * std::max(0.1, patchy);
    const auto coherent = static_cast<float>(strength * decibelsToAmplitude(specular) * share / unitLine);
    grid.depositSurface(p.x, p.y, coherent);
    addPower(
        power, grid, at, sample,
        static_cast<float>(std::pow(strength * decibelsToAmplitude(specular), 2) * arc * 0.2 / (hazeCell * hazeCell)));
    const double rough = strength * decibelsToAmplitude(-9.0 + 26 * std::log10(std::cos(incidence * degree)));
    for (int k = 0; k < tail; ++k) {
      const std::uint64_t key = mix(seed + 2, i * 64 + static_cast<std::size_t>(k));
      const double below = tailReachMm * unit(key);
      const Point q = p - normal * below;
      const auto amplitude = static_cast<float>(rough * std::exp(-below / tailMm)) * quickNormal(scramble(key));
      grid.deposit({static_cast<float>(q.x), static_cast<float>(q.y), amplitude}, 1.0F);
    }
  }
}

void Insonifier::addHaze(LineGrid& grid, FloatImage& power, std::uint64_t seed) const {
  // Side lobes spread what is bright sideways, weakly; multiple echoes drag it downwards, nearly along the line.
  // Neither spreads towards the probe: fluid on sloping bone stays dark.
  constexpr float sideLobeShare = 0.3F;
  FloatImage spread = blurredAcross(power, 9);
  const FloatImage own = blurredAcross(power, 2);
  // Most multiples come within 2 mm, some much deeper (fitted to real bone's shadow).
  const auto fadeNear = static_cast<float>(std::exp(-hazeCell / 1.6));
  const auto fadeFar = static_cast<float>(std::exp(-hazeCell / 5.0));
  const auto clutter = static_cast<float>(std::pow(10.0, r_.processing.clutterDb / 10));
  for (int x = 0; x < power.width; ++x) {
    float near = 0;
    float far = 0;
    for (int y = 0; y < power.height; ++y) {
      near = near * fadeNear + own.at(x, y) * (1 - fadeNear);
      far = far * fadeFar + own.at(x, y) * (1 - fadeFar);
      spread.at(x, y) = clutter * (sideLobeShare * spread.at(x, y) + 6.0F * near + 2.5F * far);
    }
  }
  for (int i = 0; i < grid.lines(); ++i)
    for (int k = 0; k < grid.samples(); ++k) {
      const double cx = std::clamp(i * grid.pitch() / hazeCell - 0.5, 0.0, power.width - 1.001);
      const double cy = std::clamp(k * grid.step() / hazeCell - 0.5, 0.0, power.height - 1.001);
      const int x = static_cast<int>(cx);
      const int y = static_cast<int>(cy);
      const auto tx = static_cast<float>(cx - x);
      const auto ty = static_cast<float>(cy - y);
      const float p = (spread.at(x, y) * (1 - tx) + spread.at(x + 1, y) * tx) * (1 - ty) +
                      (spread.at(x, y + 1) * (1 - tx) + spread.at(x + 1, y + 1) * tx) * ty;
      const float a = std::sqrt(0.5F * p);
      const std::uint64_t key =
          mix(seed, static_cast<std::uint64_t>(i) << 32 | static_cast<std::uint64_t>(static_cast<std::uint32_t>(k)));
      grid.at(i, k) += std::complex<float>{a * quickNormal(key), a * quickNormal(scramble(key))};
    }
}

void Insonifier::addNoise(LineGrid& grid, std::uint64_t seed) const {
  for (int k = 0; k < grid.samples(); ++k) {
    const double depth = k * grid.step();
    const auto a =
        static_cast<float>(std::numbers::sqrt2 / 2 * decibelsToAmplitude(r_.processing.noiseDb + compensation(depth)));
    for (int i = 0; i < grid.lines(); ++i) {
      const std::uint64_t key =
          mix(seed, static_cast<std::uint64_t>(i) << 32 | static_cast<std::uint64_t>(static_cast<std::uint32_t>(k)));
      grid.at(i, k) += std::complex<float>{a * quickNormal(key), a * quickNormal(scramble(key))};
    }
  }
}

FloatImage Insonifier::look(int frame, const Pose& pose, double steerDeg, int number) const {
  const auto& probe = r_.probe;
  const BeamSetup setup{probe.frequencyMHz, probe.bandwidth, probe.apertureMm, probe.depthMm,
                        probe.focusMm,      probe.fNumber,   steerDeg,         perMm2_};
  LineGrid grid(setup);
  const Transmission through = transmission(grid, pose);
  FloatImage power(static_cast<int>(grid.lines() * grid.pitch() / hazeCell) + 2,
                   static_cast<int>(grid.samples() * grid.step() / hazeCell) + 2);
  depositGrains(grid, through, pose, power);
  depositCortex(grid, through, pose, power);
  // Haze belongs to the tissue and stays from frame to frame; electronic noise is new in each.
  addHaze(grid, power, mix(r_.seed, 1301 + static_cast<std::uint64_t>(number)));
  addNoise(grid, mix(mix(r_.seed, 1401 + static_cast<std::uint64_t>(number)), static_cast<std::uint64_t>(frame)));
  grid.focus();
  const FloatImage lines = grid.envelope();

  // On the picture's pixels; negative where this look doesn't reach.
  const auto& screen = r_.screen;
  FloatImage picture(screen.region.width(), screen.region.height(), -1.0F);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      double line = 0;
      double sample = 0;
      grid.toGrid(x * screen.mmPerPx, y * screen.mmPerPx, line, sample);
      const int i = static_cast<int>(std::floor(line));
      const int k = static_cast<int>(std::floor(sample));
      if (i < 0 || i + 1 >= lines.width || k < 0 || k + 1 >= lines.height)
        continue;
      const auto tx = static_cast<float>(line - i);
      const auto ty = static_cast<float>(sample - k);
      picture.at(x, y) = (lines.at(i, k) * (1 - tx) + lines.at(i + 1, k) * tx) * (1 - ty) +
                         (lines.at(i, k + 1) * (1 - tx) + lines.at(i + 1, k + 1) * tx) * ty;
    }
  return picture;
}

FloatImage Insonifier::decibels(int frame) const {
  const Pose pose = poseOf(r_, frame);
  FloatImage sum;
  std::vector<int> count;
  const int looks = std::max(1, r_.probe.compoundAngles);
  for (int n = 0; n < looks; ++n) {
    const double steer = (n - 0.5 * (looks - 1)) * r_.probe.compoundStepDeg;
    FloatImage one = look(frame, pose, steer, n);
    if (n == 0) {
      sum = FloatImage(one.width, one.height);
      count.assign(one.data.size(), 0);
    }
    for (std::size_t i = 0; i < one.data.size(); ++i)
      if (one.data[i] >= 0) {
        sum.data[i] += one.data[i];
        ++count[i];
      }
  }
  for (std::size_t i = 0; i < sum.data.size(); ++i)
    sum.data[i] = 20.0F * std::log10(std::max(1e-6F, sum.data[i] / static_cast<float>(std::max(1, count[i]))));
  return sum;
}

} // namespace hipcuff::phantom
