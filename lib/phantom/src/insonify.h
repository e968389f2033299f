// One frame: the scene under a rocked probe, through all looks, to decibels on the picture's pixels.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include "artefacts.h"
#include "beam.h"
#include "probe_geometry.h"
#include "scene.h"

#include <vector>

namespace hipcuff::phantom {

class Insonifier {
public:
  Insonifier(const HipRecipe& recipe, const Scene& scene);
  /// Echo in dB (0 = gluteus medius muscle at the focus, gain compensated) on the region's pixels, not flipped;
  /// outsideDb where no beam runs. Beyond a fan's field (inField) the field's edge is repeated.
  [[nodiscard]] FloatImage decibels(int frame) const;

  static constexpr float outsideDb = -1000.0F;

private:
  struct Grain { // a scatterer of the scene with what its tissue lends it
    float x, y;
    float inPlane, outOfPlane; ///< unit-variance strengths; drifting across the plane trades one for the other
    float amplitude;
    float coherentRe, coherentIm; ///< see Tissue::coherent
    float fibreDeg;
    float isotropic;
    Fibres fibres;
  };
  struct Loss {         // on a 0.25 mm grid of the scene
    float dbPerMm = -1; ///< two-way at the probe's frequency; negative: not known yet
    bool bone = false;
  };
  struct Placed;
  struct Transmission;
  void placeGrains();
  void fillLosses();
  void placeTgc();
  [[nodiscard]] std::vector<Placed> placed(const Pose& pose, int frame) const;
  void look(int frame, const Pose& pose, const std::vector<Placed>& grains, int number, FloatImage& sum,
            FloatImage& count) const;
  void show(const LineGrid& grid, FloatImage& sum, FloatImage& count) const;
  [[nodiscard]] Transmission transmission(const LineGrid& grid, const Pose& pose) const;
  void depositGrains(LineGrid& grid, const Transmission& through, const std::vector<Placed>& grains,
                     FloatImage& power) const;
  void depositCortex(LineGrid& grid, const Transmission& through, const Pose& pose, FloatImage& power) const;
  void addHaze(LineGrid& grid, FloatImage& power, std::uint64_t seed) const;
  void addNoise(LineGrid& grid, std::uint64_t seed) const;
  [[nodiscard]] double compensation(double rangeMm) const;
  [[nodiscard]] Loss& lossAt(Point scene);
  [[nodiscard]] const Loss& lossAt(Point scene) const;

  const HipRecipe& r_;
  const Scene& scene_;
  ArtefactModel artefacts_;
  double perMm2_ = 100;
  double sideMm_ = 9;  ///< scene beyond the picture's sides, for rocking, sliding and steering
  double reachMm_ = 0; ///< of that, for rocking and sliding
  double lossScale_ = 1;
  std::vector<Grain> grains_;
  std::vector<Loss> loss_;
  int lossColumns_ = 0;
  int lossRows_ = 0;
  std::vector<double> tgc_; ///< dB at every millimetre of range
};

} // namespace hipcuff::phantom
