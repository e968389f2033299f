#include "insonify.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double degree = std::numbers::pi / 180.0;
constexpr double boneLossDb = 70; // what gets through the cortex and back
constexpr double hazeCell = 0.5;  // mm
constexpr double tailMm = 0.38;   // the cortex echo rings on
constexpr double tailReachMm = 1.3;

double decibelsToAmplitude(double db) {
  return std::exp(db * (std::numbers::ln10 / 20.0));
}
float decibelsToAmplitude(float db) {
  return std::exp(db * static_cast<float>(std::numbers::ln10 / 20.0));
}

/// Complex normal deviates of power 1 from a table, entered anew for each line: speckle-sized noise needs no better.
class NoiseTable {
public:
  static const NoiseTable& get() {
    static const NoiseTable table;
    return table;
  }
  [[nodiscard]] const std::complex<float>* from(std::uint64_t key) const { return &values_[key % size]; }
  static constexpr std::size_t longest = 1 << 13;

private:
  static constexpr std::size_t size = 1 << 15;
  NoiseTable() {
    values_.reserve(size + longest);
    for (std::size_t i = 0; i < size + longest; ++i) {
      const std::uint64_t key = scramble(i % size * 0x9e3779b97f4a7c15ULL);
      values_.emplace_back(quickNormal(key) * std::numbers::sqrt2_v<float> / 2,
                           quickNormal(scramble(key)) * std::numbers::sqrt2_v<float> / 2);
    }
  }
  std::vector<std::complex<float>> values_;
};

void addPower(FloatImage& power, const LineGrid& grid, double line, double sample, float value) {
  const int column = static_cast<int>(line * grid.pitch() * (1 / hazeCell));
  const int row = static_cast<int>(sample * grid.step() * (1 / hazeCell));
  if (column >= 0 && column < power.width && row >= 0 && row < power.height)
    power.at(column, row) += value;
}

/// Running mean of 2 * half + 1 cells along each row, twice; cells beyond the ends count as empty.
FloatImage blurredAcross(const FloatImage& image, int half) {
  FloatImage result = image;
  std::vector<float> source(static_cast<std::size_t>(image.width));
  for (int pass = 0; pass < 2; ++pass)
    for (int y = 0; y < result.height; ++y) {
      float* row = result.row(y);
      std::copy(row, row + result.width, source.begin());
      double sum = 0;
      for (int x = 0; x < std::min(half, result.width); ++x)
        sum += static_cast<double>(source[static_cast<std::size_t>(x)]);
      for (int x = 0; x < result.width; ++x) {
        if (x + half < result.width)
          sum += static_cast<double>(source[static_cast<std::size_t>(x + half)]);
        if (x - half - 1 >= 0)
          sum -= static_cast<double>(source[static_cast<std::size_t>(x - half - 1)]);
        row[x] = static_cast<float>(std::max(0.0, sum) / (2 * half + 1));
      }
    }
  return result;
}

BeamSetup setupOf(const HipRecipe& r, int number, double perMm2) {
  const Probe& probe = r.probe;
  const int looks = std::max(1, probe.compoundAngles);
  const int bands = std::max(1, probe.frequencyBands);
  BeamSetup s;
  s.frequencyMHz = probe.frequencyMHz * (1 + (number % bands - 0.5 * (bands - 1)) * 0.45 * probe.bandwidth);
  s.bandwidth = probe.bandwidth / (1 + 0.4 * (bands - 1));
  s.widthMm = probe.apertureMm;
  s.depthMm = probe.depthMm;
  s.focusMm = probe.focusMm;
  s.fNumber = probe.fNumber;
  s.steerDeg = (number % looks - 0.5 * (looks - 1)) * probe.compoundStepDeg;
  s.perMm2 = perMm2;
  s.shape = probe.shape;
  s.faceMm = faceMm(probe);
  s.apexMm = probe.shape == ProbeShape::curved ? probe.radiusMm : apexAboveMm(probe);
  s.dropMm = faceDropMm(probe);
  s.focalZones = probe.focalZones;
  s.beamSpread = probe.beamSpread;
  return s;
}

} // namespace

struct Insonifier::Transmission {
  static constexpr double step = 0.25; // mm of range
  int lines = 0;
  int rows = 0;
  std::vector<float> amplitude; ///< lines x rows, gain compensation included
  [[nodiscard]] float at(double line, double range) const {
    const int i = std::clamp(static_cast<int>(line + 0.5), 0, lines - 1);
    const double k = std::clamp(range * (1 / step), 0.0, rows - 1.001);
    const auto k0 = static_cast<std::size_t>(k);
    const float t = static_cast<float>(k - static_cast<double>(k0));
    const float* row = &amplitude[static_cast<std::size_t>(i) * static_cast<std::size_t>(rows)];
    return row[k0] * (1 - t) + row[k0 + 1] * t;
  }
};

/// A grain where it lies in one frame.
struct Insonifier::Placed {
  float x, y;
  float gain;      ///< what its tissue and its fibres' angle lend it
  float amplitude; ///< signed, of unit variance
  float coherentRe, coherentIm;
};

Insonifier::Transmission Insonifier::transmission(const LineGrid& grid, const Pose& pose) const {
  Transmission t;
  t.lines = grid.lines();
  t.rows = static_cast<int>(grid.samples() * grid.step() / Transmission::step) + 2;
  const auto rows = static_cast<std::size_t>(t.rows);
  std::vector<float> gain(rows);
  for (std::size_t k = 0; k < rows; ++k)
    gain[k] = static_cast<float>(compensation(static_cast<double>(k) * Transmission::step));
  t.amplitude.resize(static_cast<std::size_t>(t.lines) * rows); // decibels lost, at first
  artefacts_.addShadows(grid, t.amplitude, t.rows, Transmission::step);
  for (int i = 0; i < t.lines; ++i) {
    Point q;
    Point last;
    grid.toPicture(i, 0, q.x, q.y);
    grid.toPicture(i, Transmission::step / grid.step(), last.x, last.y);
    const Point stride = last - q;
    // Contact with the skin is never even across the probe.
    const double share = shareOf(grid, i);
    double db =
        1.8 * (1 + noise1(mix(r_.seed, 1501), share * r_.probe.apertureMm / 9.0)) + artefacts_.lineLossDb(share);
    float* line = &t.amplitude[static_cast<std::size_t>(i) * rows];
    bool shaded = false;
    for (std::size_t k = 0; k < rows; ++k, q = q + stride) {
      line[k] = decibelsToAmplitude(gain[k] - line[k] - static_cast<float>(shaded ? db + boneLossDb : db));
      const Loss& l = lossAt(pose.straight() ? q : pose.toScene(q));
      if (l.bone)
        shaded = true;
      else
        db += static_cast<double>(l.dbPerMm) * Transmission::step;
    }
  }
  // The aperture is wide: a shadow's edge is never sharp.
  std::vector<float> source(static_cast<std::size_t>(t.lines));
  for (std::size_t k = 0; k < rows; ++k) {
    const double below = std::max(0.0, static_cast<double>(k) * Transmission::step - r_.geometry.apexDepthMm);
    const int half = std::max(1, static_cast<int>((0.25 + 0.05 * below) / (grid.pitch() * grid.divergence(0))));
    for (int i = 0; i < t.lines; ++i)
      source[static_cast<std::size_t>(i)] = t.amplitude[static_cast<std::size_t>(i) * rows + k];
    for (int i = 0; i < t.lines; ++i) {
      float sum = 0;
      const int a = std::max(0, i - half);
      const int b = std::min(t.lines - 1, i + half);
      for (int j = a; j <= b; ++j)
        sum += source[static_cast<std::size_t>(j)];
      t.amplitude[static_cast<std::size_t>(i) * rows + k] = sum / static_cast<float>(b - a + 1);
    }
  }
  return t;
}

std::vector<Insonifier::Placed> Insonifier::placed(const Pose& pose, int frame) const {
  std::vector<float> tendon(901); // every 0.1 degree
  std::vector<float> fascia(901);
  for (std::size_t i = 0; i < tendon.size(); ++i) {
    const double angle = static_cast<double>(i) * 0.1;
    tendon[i] = static_cast<float>(decibelsToAmplitude(-tendonFallDb(r_.echo, angle)));
    fascia[i] = static_cast<float>(decibelsToAmplitude(-14.0 * (1 - std::exp(-angle * angle / 196.0))));
  }
  const auto inPlane = static_cast<float>(std::cos(pose.elevation));
  const auto outOfPlane = static_cast<float>(std::sin(pose.elevation));
  const auto fresh = static_cast<float>(std::sqrt(r_.probe.elevationSpeckle));
  const auto kept = static_cast<float>(std::sqrt(1 - r_.probe.elevationSpeckle));
  const std::uint64_t seed = mix(mix(r_.seed, 1101), static_cast<std::uint64_t>(frame));
  std::vector<Placed> all;
  all.reserve(grains_.size());
  for (std::size_t n = 0; n < grains_.size(); ++n) {
    const Grain& g = grains_[n];
    const Point q = pose.straight() ? Point{g.x, g.y} : pose.toPicture({g.x, g.y});
    float gain = g.amplitude;
    if (g.fibres != Fibres::none) {
      const double beam = beamAngleDeg(r_.probe, q);
      const double angle = g.fibres == Fibres::tendon
                               ? fibreAngle(r_, pose, g.fibreDeg, q)
                               : std::hypot(g.fibreDeg + pose.rockDeg + beam, 0.5 * pose.tiltDeg);
      const auto index = std::min<std::size_t>(900, static_cast<std::size_t>(angle * 10 + 0.5));
      const float dark = g.fibres == Fibres::tendon ? tendon[index] : fascia[index];
      gain *= g.isotropic > 0 ? std::pow(dark, 1 - g.isotropic) : dark;
    }
    float amplitude = inPlane * g.inPlane + outOfPlane * g.outOfPlane;
    if (fresh > 0)
      amplitude = kept * amplitude + fresh * quickNormal(mix(seed, n));
    all.push_back({static_cast<float>(q.x), static_cast<float>(q.y), gain, amplitude, g.coherentRe, g.coherentIm});
  }
  return all;
}

void Insonifier::depositGrains(LineGrid& grid, const Transmission& through, const std::vector<Placed>& grains,
                               FloatImage& power) const {
  const auto cell = static_cast<float>(1.0 / (perMm2_ * hazeCell * hazeCell));
  for (const Placed& g : grains) {
    double line = 0;
    double sample = 0;
    grid.toGrid(g.x, g.y, line, sample);
    if (line < 0 || line > grid.lines() || sample < 0)
      continue;
    const float gain = g.gain * through.at(line, sample * grid.step());
    grid.deposit(line, sample, gain * g.amplitude, {gain * g.coherentRe, gain * g.coherentIm});
    addPower(power, grid, line, sample, gain * gain * cell / static_cast<float>(grid.divergence(sample)));
  }
}

void Insonifier::depositCortex(LineGrid& grid, const Transmission& through, const Pose& pose, FloatImage& power) const {
  const auto& line = scene_.cortex();
  const auto& heading = scene_.cortexHeadingDeg();
  const double level = decibelsToAmplitude(r_.echo.cortexDb);
  const std::uint64_t seed = mix(r_.seed, 1201);
  const double arc = 0.05;
  const auto tail = static_cast<int>(perMm2_ * arc * tailReachMm + 0.5);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Point p = pose.toPicture(line[i]);
    double at = 0;
    double sample = 0;
    grid.toGrid(p.x, p.y, at, sample);
    if (at < 0 || at > grid.lines() || sample < 0 || sample * grid.step() > r_.probe.depthMm + 4)
      continue;
    const double angle = heading[i] + pose.rockDeg;
    const double direction = grid.directionDeg(p.x, p.y);
    const double across = angle + direction; // against the beam
    if (std::abs(across) > 88)
      continue;
    const double incidence = std::min(89.0, std::hypot(across, pose.tiltDeg));
    const Point normal{std::sin(angle * degree), -std::cos(angle * degree)};
    // The light that reaches the surface: taken just above it.
    const float reach =
        through.at(at, sample * grid.step() - 0.35 - 0.3 * std::min(6.0, std::abs(std::tan(across * degree))));
    const double position = static_cast<double>(i) * arc;
    const double patchy = 0.8 + 0.4 * noise1(seed, position / 1.3) + 0.25 * noise1(seed + 1, position / 5.0);
    const double specular = -19.0 * (1 - std::exp(-(incidence / 31) * (incidence / 31)));
    const double share = arc * std::cos(across * degree) / (grid.pitch() * grid.divergence(sample));
    const double strength =
        level * static_cast<double>(reach) * std::max(0.1, patchy) * decibelsToAmplitude(scene_.cortexGainDb()[i]);
    const double mirror = strength * decibelsToAmplitude(specular);
    grid.depositSurface(p.x, p.y, static_cast<float>(mirror * share / surfaceGain(grid, sample)));
    addPower(power, grid, at, sample, static_cast<float>(mirror * mirror * arc * 0.2 / (hazeCell * hazeCell)));
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
  const auto floor = static_cast<float>(std::pow(10.0, r_.processing.hazeFloorDb / 10));
  for (int x = 0; x < power.width; ++x) {
    float near = 0;
    float far = 0;
    for (int y = 0; y < power.height; ++y) {
      near = near * fadeNear + own.at(x, y) * (1 - fadeNear);
      far = far * fadeFar + own.at(x, y) * (1 - fadeFar);
      spread.at(x, y) = clutter * (sideLobeShare * spread.at(x, y) + 6.0F * near + 2.5F * far) + floor;
    }
  }
  std::vector<float> level(static_cast<std::size_t>(power.height));
  const auto cellsPerSample = static_cast<float>(grid.step() / hazeCell);
  for (int i = 0; i < grid.lines(); ++i) {
    const double cx = std::clamp(i * grid.pitch() / hazeCell - 0.5, 0.0, power.width - 1.001);
    const int x = static_cast<int>(cx);
    const auto tx = static_cast<float>(cx - x);
    for (int y = 0; y < power.height; ++y)
      level[static_cast<std::size_t>(y)] = std::sqrt(spread.at(x, y) * (1 - tx) + spread.at(x + 1, y) * tx);
    const std::complex<float>* noise = NoiseTable::get().from(mix(seed, static_cast<std::uint64_t>(i)));
    std::complex<float>* line = grid.line(i);
    const float last = static_cast<float>(power.height) - 1.001F;
    for (int k = 0; k < grid.samples(); ++k) {
      const float cy = std::clamp(static_cast<float>(k) * cellsPerSample - 0.5F, 0.0F, last);
      const auto y = static_cast<std::size_t>(cy);
      const float ty = cy - static_cast<float>(y);
      line[k] += (level[y] * (1 - ty) + level[y + 1] * ty) * noise[k];
    }
  }
}

void Insonifier::addNoise(LineGrid& grid, std::uint64_t seed) const {
  std::vector<float> level(static_cast<std::size_t>(grid.samples()));
  for (int k = 0; k < grid.samples(); ++k)
    level[static_cast<std::size_t>(k)] =
        static_cast<float>(decibelsToAmplitude(r_.processing.noiseDb + compensation(k * grid.step())));
  for (int i = 0; i < grid.lines(); ++i) {
    const std::complex<float>* noise = NoiseTable::get().from(mix(seed, static_cast<std::uint64_t>(i)));
    std::complex<float>* line = grid.line(i);
    for (int k = 0; k < grid.samples(); ++k)
      line[k] += level[static_cast<std::size_t>(k)] * noise[k];
  }
}

void Insonifier::look(int frame, const Pose& pose, const std::vector<Placed>& grains, int number, FloatImage& sum,
                      FloatImage& count) const {
  LineGrid grid(setupOf(r_, number, perMm2_));
  const Transmission through = transmission(grid, pose);
  FloatImage power(static_cast<int>(grid.lines() * grid.pitch() / hazeCell) + 2,
                   static_cast<int>(grid.samples() * grid.step() / hazeCell) + 2);
  depositGrains(grid, through, grains, power);
  depositCortex(grid, through, pose, power);
  artefacts_.addRingDown(grid);
  // Haze belongs to the tissue and stays from frame to frame; electronic noise is new in each.
  addHaze(grid, power, mix(r_.seed, 1301 + static_cast<std::uint64_t>(number)));
  addNoise(grid, mix(mix(r_.seed, 1401 + static_cast<std::uint64_t>(number)), static_cast<std::uint64_t>(frame)));
  grid.focus();
  artefacts_.addSideLobes(grid);
  artefacts_.addMultiples(grid);
  show(grid, sum, count);
}

void Insonifier::show(const LineGrid& grid, FloatImage& sum, FloatImage& count) const {
  // A machine that has few lines knows nothing between them.
  const double face = grid.setup().faceMm;
  const double wanted = r_.probe.lines > 1 ? face / (r_.probe.lines - 1) / grid.pitch() : 1.0;
  const double stride = std::max(1.0, wanted);
  FloatImage lines;
  double first = 0;
  if (stride < 1.1) {
    lines = grid.envelope();
  } else {
    const FloatImage fine = grid.lineEnvelope();
    first = LineGrid::marginMm / grid.pitch();
    first -= std::floor(first / stride) * stride;
    lines = FloatImage(static_cast<int>((fine.height - 1 - first) / stride) + 1, fine.width);
    for (int i = 0; i < lines.width; ++i) {
      const double at = first + i * stride;
      const int i0 = std::min(static_cast<int>(at), fine.height - 2);
      const auto t = static_cast<float>(at - i0);
      for (int k = 0; k < fine.width; ++k)
        lines.at(i, k) = fine.at(k, i0) * (1 - t) + fine.at(k, i0 + 1) * t;
    }
  }
  const double perStride = stride < 1.1 ? 1.0 : 1 / stride;
  const double mm = r_.screen.mmPerPx;
  const bool fans = r_.probe.shape != ProbeShape::linear;
  for (int y = 0; y < sum.height; ++y) {
    double line = 0;
    double sample = 0;
    double next = 0;
    grid.toGrid(0, y * mm, line, sample);
    grid.toGrid(mm, y * mm, next, sample);
    const double across = next - line;
    float* into = sum.row(y);
    float* counted = count.row(y);
    for (int x = 0; x < sum.width; ++x) {
      double u = line + x * across;
      if (fans)
        grid.toGrid(x * mm, y * mm, u, sample);
      u = (u - first) * perStride;
      if (fans) { // the picture's corners repeat the field's edge, so that filters find no step there
        u = std::clamp(u, 0.0, lines.width - 1.001);
        sample = std::clamp(sample, 0.0, lines.height - 1.001);
      }
      const int i = static_cast<int>(u);
      const int k = static_cast<int>(sample);
      if (u < 0 || i + 1 >= lines.width || sample < 0 || k + 1 >= lines.height)
        continue;
      const auto tx = static_cast<float>(u - i);
      const auto ty = static_cast<float>(sample - k);
      const float* above = lines.row(k) + i;
      const float* below = above + lines.width;
      into[x] += (above[0] * (1 - tx) + above[1] * tx) * (1 - ty) + (below[0] * (1 - tx) + below[1] * tx) * ty;
      counted[x] += 1;
    }
  }
}

FloatImage Insonifier::decibels(int frame) const {
  const Pose pose = poseOf(r_, frame);
  const PixelBox& box = r_.screen.region;
  FloatImage sum(box.width(), box.height());
  FloatImage count(box.width(), box.height());
  const std::vector<Placed> grains = placed(pose, frame);
  const int passes = std::max({1, r_.probe.compoundAngles, r_.probe.frequencyBands});
  for (int n = 0; n < passes; ++n)
    look(frame, pose, grains, n, sum, count);
  for (std::size_t i = 0; i < sum.data.size(); ++i) {
    const float n = count.data[i];
    sum.data[i] = n > 0 ? 20.0F * std::log10(std::max(1e-6F, sum.data[i] / n)) : outsideDb;
  }
  return sum;
}

} // namespace hipcuff::phantom
