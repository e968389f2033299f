// Scatterers to envelope: what the scanner's front end and beamformer do, for one look (one steering angle, one band).
#pragma once

#include "hipcuff/core/image.h"
#include "hipcuff/phantom/phantom.h"

#include <complex>
#include <cstdint>
#include <vector>

namespace hipcuff::phantom {

inline constexpr double soundMmPerUs = 1.54; // what every scanner assumes

/// Where a scatterer lies in picture mm (x across, y depth), how strong it is and which group it belongs to.
struct Scatterer {
  float x = 0;
  float y = 0;
  float amplitude = 0; ///< signed; variance 1 over scatterers is tissue at 0 dB where there are `perMm2` of them
};

struct BeamSetup {
  double frequencyMHz = 10;
  double bandwidth = 0.6;
  double widthMm = 40; ///< of the picture; beams are symmetric about its middle
  double depthMm = 40; ///< range that the beams reach, along the middle one
  double focusMm = 20;
  double fNumber = 2.2;
  double steerDeg = 0; ///< of this look, positive to the right
  double perMm2 = 100; ///< scatterers per square millimetre
  ProbeShape shape = ProbeShape::linear;
  double faceMm = 0;  ///< along the face; 0: widthMm
  double apexMm = 0;  ///< trapezoid: where beams meet, above the face; curved: the face's radius
  double dropMm = 0;  ///< curved: middle of the face below the picture's upper edge
  int focalZones = 1; ///< transmit zones around focusMm
  double beamSpread = 1;
};

/// Full widths at half amplitude of a point's echo, mm; `range` from the face.
[[nodiscard]] double pulseWidthMm(const BeamSetup& setup) noexcept;
[[nodiscard]] double beamWidthMm(const BeamSetup& setup, double rangeMm) noexcept;

/// Complex data on lines: sample (i, k) is line i at range k. Lines begin `marginMm` (along the face) left of the face.
class LineGrid {
public:
  explicit LineGrid(const BeamSetup& setup);
  [[nodiscard]] int lines() const noexcept { return lines_; }
  [[nodiscard]] int samples() const noexcept { return samples_; }
  [[nodiscard]] double pitch() const noexcept { return pitch_; } ///< mm along the face
  [[nodiscard]] double step() const noexcept { return step_; }   ///< mm of range
  [[nodiscard]] const BeamSetup& setup() const noexcept { return setup_; }
  /// Line and sample (fractional) of a place in picture mm.
  void toGrid(double x, double y, double& line, double& sample) const noexcept {
    const double dx = x - middle_;
    double u = 0;
    double range = 0;
    if (setup_.shape == ProbeShape::linear) {
      range = y * perCosine_;
      u = dx - y * tangent_;
    } else {
      toFace(dx, y, u, range);
    }
    line = (u - first_) * perPitch_;
    sample = range * perStep_;
  }
  /// Picture mm of a line and sample.
  void toPicture(double line, double sample, double& x, double& y) const noexcept;
  /// Direction of the steered beam through a place: degrees from straight down, positive to the right.
  [[nodiscard]] double directionDeg(double x, double y) const noexcept;
  /// How far apart neighbouring lines are at that sample, against the face: 1 for a linear probe.
  [[nodiscard]] double divergence(double sample) const noexcept { return 1 + sample * step_ * perApex_; }

  [[nodiscard]] std::complex<float>& at(int line, int sample) noexcept { return data_[place(line, sample)]; }
  [[nodiscard]] const std::complex<float>& at(int line, int sample) const noexcept {
    return data_[place(line, sample)];
  }
  [[nodiscard]] std::complex<float>* line(int i) noexcept { return &data_[place(i, 0)]; }

  /// Adds one point echo with the phase of its range. @param gain factor on the amplitude (transmission)
  /// @param coherent added without that phase: the part that echoes as one with its neighbours along a fibre
  void deposit(const Scatterer& scatterer, float gain, std::complex<float> coherent = {}) noexcept {
    double line = 0;
    double sample = 0;
    toGrid(scatterer.x, scatterer.y, line, sample);
    deposit(line, sample, scatterer.amplitude * gain, gain * coherent);
  }
  void deposit(double line, double sample, float amplitude, std::complex<float> coherent) noexcept {
    const int i = static_cast<int>(line);
    const int k = static_cast<int>(sample + 0.5);
    if (line < 0 || i + 1 >= lines_ || sample < 0 || k >= samples_)
      return;
    const double cycles = sample * cyclesPerSample_;
    const auto phase = static_cast<std::size_t>((cycles - static_cast<double>(static_cast<std::int64_t>(cycles))) *
                                                static_cast<double>(phases));
    const std::complex<float> echo = (amplitude * wave_[phase] + coherent) * scale_[static_cast<std::size_t>(k)];
    const auto right = static_cast<float>(line - i);
    const std::size_t at = place(i, k);
    data_[at] += echo * (1 - right);
    data_[at + static_cast<std::size_t>(samples_)] += echo * right;
  }
  /// Adds a coherent echo (a smooth surface): no phase of its own. @param amplitude summed over a line's width it
  /// comes out as that many grid cells' worth
  void depositSurface(double x, double y, float amplitude) noexcept;
  /// Point spread function: the pulse along the line, then the beam across lines, wider away from the focus. Both
  /// keep the power of white data. The pulse rises faster than it falls, and range zero is set, as on a scanner, so
  /// that its leading edge (-6 dB) lies at the reflector.
  void focus();
  [[nodiscard]] FloatImage envelope() const;     ///< width = lines, height = samples
  [[nodiscard]] FloatImage lineEnvelope() const; ///< width = samples, height = lines: each line lies along memory

  static constexpr double marginMm = 3;

private:
  static constexpr int phases = 2048;
  [[nodiscard]] std::size_t place(int line, int sample) const noexcept {
    return static_cast<std::size_t>(line) * static_cast<std::size_t>(samples_) + static_cast<std::size_t>(sample);
  }
  void toFace(double dx, double y, double& u, double& range) const noexcept;
  void pulse();
  void beam();
  BeamSetup setup_;
  double pitch_;
  double step_;
  double perPitch_;
  double perStep_;
  double middle_;
  double first_; // u of line 0
  double tangent_;
  double perCosine_;
  double perApex_;
  double cyclesPerSample_;
  int lines_;
  int samples_;
  std::vector<float> scale_; // by sample
  std::vector<std::complex<float>> wave_;
  std::vector<std::complex<float>> data_;
};

} // namespace hipcuff::phantom
