// Scatterers to envelope: what the scanner's front end and beamformer do, for one look (one steering angle).
#pragma once

#include "hipcuff/core/image.h"

#include <complex>
#include <cstdint>
#include <vector>

namespace hipcuff::phantom {

/// Where a scatterer lies in picture mm (x across, y depth), how strong it is and which group it belongs to.
struct Scatterer {
  float x = 0;
  float y = 0;
  float amplitude = 0; ///< signed; variance 1 over scatterers is tissue at 0 dB where there are `perMm2` of them
};

struct BeamSetup {
  double frequencyMHz = 10;
  double bandwidth = 0.6;
  double widthMm = 40;
  double depthMm = 40;
  double focusMm = 20;
  double fNumber = 2.2;
  double steerDeg = 0;
  double perMm2 = 100; ///< scatterers per square millimetre
};

/// Complex data on lines: sample (i, k) is line i at range k. Lines begin `marginMm` left of the picture.
class LineGrid {
public:
  explicit LineGrid(const BeamSetup& setup);
  [[nodiscard]] int lines() const noexcept { return lines_; }
  [[nodiscard]] int samples() const noexcept { return samples_; }
  [[nodiscard]] double pitch() const noexcept { return pitch_; }
  [[nodiscard]] double step() const noexcept { return step_; }
  [[nodiscard]] const BeamSetup& setup() const noexcept { return setup_; }
  /// Line and sample (fractional) of a place in picture mm.
  void toGrid(double x, double y, double& line, double& sample) const noexcept;
  /// Picture mm of a line and sample.
  void toPicture(double line, double sample, double& x, double& y) const noexcept;
  [[nodiscard]] std::complex<float>& at(int line, int sample) noexcept {
    return data_[static_cast<std::size_t>(line) * static_cast<std::size_t>(samples_) +
                 static_cast<std::size_t>(sample)];
  }
  [[nodiscard]] const std::complex<float>& at(int line, int sample) const noexcept {
    return data_[static_cast<std::size_t>(line) * static_cast<std::size_t>(samples_) +
                 static_cast<std::size_t>(sample)];
  }
  /// Adds one point echo with the phase of its range. @param gain factor on the amplitude (transmission)
  /// @param coherent added without that phase: the part that echoes as one with its neighbours along a fibre
  void deposit(const Scatterer& scatterer, float gain, std::complex<float> coherent = {}) noexcept;
  /// Adds a coherent echo (a smooth surface): no phase of its own. @param power the echo's power after focusing
  void depositSurface(double x, double y, float amplitude) noexcept;
  /// Point spread function: the pulse along the line, then the beam across lines, wider away from the focus. Both
  /// keep the power of white data. The pulse rises faster than it falls, and range zero is set, as on a scanner, so
  /// that its leading edge (-6 dB) lies at the reflector.
  void focus();
  [[nodiscard]] FloatImage envelope() const; ///< width = lines, height = samples

  static constexpr double marginMm = 4;

private:
  void pulse();
  void beam();
  BeamSetup setup_;
  double pitch_;
  double step_;
  int lines_;
  int samples_;
  double sine_;
  double cosine_;
  float scale_;
  std::vector<std::complex<float>> data_;
};

} // namespace hipcuff::phantom
