// What the insonifier learns from the scene once: scatterers, losses, gain compensation.
#include "insonify.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double degree = std::numbers::pi / 180.0;
constexpr double lossStep = 0.25;     // mm
constexpr double downshift = 0.55;    // tissue eats the high end of the pulse first; what is left is attenuated less
constexpr double coherentGain = 0.55; // neighbours along a fibre add up in the beam; this keeps their mean power
constexpr double grainsPerCell = 4.5; // of a resolution cell; more changes nothing in the speckle's statistics

float decibelsToAmplitude(float db) {
  return std::exp(db * static_cast<float>(std::numbers::ln10 / 20.0));
}

} // namespace

Insonifier::Insonifier(const HipRecipe& recipe, const Scene& scene)
    : r_(recipe)
    , scene_(scene)
    , artefacts_(recipe) {
  const auto& probe = r_.probe;
  const double steer = 0.5 * (std::max(1, probe.compoundAngles) - 1) * std::abs(probe.compoundStepDeg);
  sideMm_ = 3.5;
  if (probe.shape == ProbeShape::linear)
    sideMm_ += probe.depthMm * std::tan(steer * degree);
  if (r_.frames > 1) {
    for (int i = 0; i < r_.frames; ++i) {
      const Pose pose = poseOf(r_, i);
      reachMm_ = std::max(reachMm_, probe.depthMm * std::sin(std::abs(pose.rockDeg) * degree) + std::abs(pose.slideMm));
    }
    sideMm_ += reachMm_;
  }
  lossScale_ = 2.0 * probe.frequencyMHz * downshift / 10.0; // two ways, per mm
  placeGrains();
  fillLosses();
  placeTgc();
}

Insonifier::Loss& Insonifier::lossAt(Point s) {
  const int column = std::clamp(static_cast<int>((s.x + sideMm_) * (1 / lossStep) + 0.5), 0, lossColumns_ - 1);
  const int row = std::clamp(static_cast<int>(s.y * (1 / lossStep) + 0.5), 0, lossRows_ - 1);
  return loss_[static_cast<std::size_t>(row) * static_cast<std::size_t>(lossColumns_) +
               static_cast<std::size_t>(column)];
}
const Insonifier::Loss& Insonifier::lossAt(Point s) const {
  return const_cast<Insonifier*>(this)->lossAt(s);
}

void Insonifier::placeGrains() {
  const auto& probe = r_.probe;
  const double axial = 0.68 / (probe.bandwidth * probe.frequencyMHz);
  const double lateral = 1.85 * probe.fNumber / probe.frequencyMHz;
  const double spacing = std::clamp(std::sqrt(axial * lateral / grainsPerCell), 0.06, 0.15);
  perMm2_ = 1.0 / (spacing * spacing);
  const double width = probe.apertureMm + 2 * sideMm_;
  const double depth = probe.depthMm + 3;
  lossColumns_ = static_cast<int>(width / lossStep) + 1;
  lossRows_ = static_cast<int>(depth / lossStep) + 1;
  loss_.resize(static_cast<std::size_t>(lossColumns_) * static_cast<std::size_t>(lossRows_));
  const auto columns = static_cast<int>(width / spacing);
  const auto rows = static_cast<int>(depth / spacing);
  grains_.reserve(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
  const std::uint64_t seed = mix(r_.seed, 1001);
  const Pose still = poseOf(r_, 0);
  // Neighbours across share the tissue's answer: they lie closer together than any beam can tell.
  const int shared = spacing < 0.115 ? 2 : 1;
  for (int j = 0; j < rows; ++j) {
    Tissue tissue;
    float amplitude = 0;
    float alone = 0;
    float re = 0;
    float im = 0;
    bool seen = false;
    for (int i = 0; i < columns; ++i) {
      const std::uint64_t key =
          mix(seed, static_cast<std::uint64_t>(j) << 32 | static_cast<std::uint64_t>(static_cast<std::uint32_t>(i)));
      const double jx = static_cast<double>(key & 0xffffff) / 0x1000000;
      const double jy = static_cast<double>((key >> 24) & 0xffffff) / 0x1000000;
      const Point q{(i + jx) * spacing - sideMm_, (j + jy) * spacing};
      if (i % shared == 0) {
        const Point middle = shared == 1 ? q : Point{(i + 1) * spacing - sideMm_, q.y};
        seen = true;
        if (probe.shape != ProbeShape::linear) {
          const double margin = (3.5 + reachMm_) / (0.5 * faceMm(probe));
          seen = std::abs(beamCoordinate(probe, reachMm_ > 0 ? middle : still.toPicture(middle))) < 1 + margin;
        }
        if (!seen)
          continue;
        tissue = scene_.at(middle);
        lossAt(middle) = {static_cast<float>(lossScale_ * tissue.attenuation), tissue.bone};
        amplitude = decibelsToAmplitude(static_cast<float>(tissue.powerDb));
        alone = static_cast<float>(std::sqrt(1 - tissue.coherent));
        const auto together = static_cast<float>(coherentGain * std::sqrt(tissue.coherent));
        re = together > 0 ? together * std::cos(static_cast<float>(tissue.phase)) : 0.0F;
        im = together > 0 ? together * std::sin(static_cast<float>(tissue.phase)) : 0.0F;
      }
      if (!seen || tissue.powerDb < -100)
        continue;
      grains_.push_back({static_cast<float>(q.x), static_cast<float>(q.y),
                         alone * quickUniform(scramble(key ^ 0x5bd1e995)),
                         alone * quickUniform(scramble(key ^ 0xc2b2ae35)), amplitude, re, im,
                         static_cast<float>(tissue.fibreDeg), static_cast<float>(tissue.isotropic), tissue.fibres});
    }
  }
}

void Insonifier::fillLosses() {
  for (int j = 0; j < lossRows_; ++j)
    for (int i = 0; i < lossColumns_; ++i) {
      Loss& l =
          loss_[static_cast<std::size_t>(j) * static_cast<std::size_t>(lossColumns_) + static_cast<std::size_t>(i)];
      if (l.dbPerMm >= 0)
        continue;
      const Tissue tissue = scene_.at({i * lossStep - sideMm_, j * lossStep});
      l = {static_cast<float>(lossScale_ * tissue.attenuation), tissue.bone};
    }
}

void Insonifier::placeTgc() {
  // The gain compensation knows the mean loss of soft tissue at each depth, with the operator's error on it.
  const auto& sliders = r_.processing.tgcSlidersDb;
  const double last = static_cast<double>(sliders.size()) - 1;
  double sum = 0;
  double rate = 0.8 * lossScale_;
  for (double y = 0; y < r_.probe.depthMm + 3; y += 1.0) {
    const double at = std::clamp(y / r_.probe.depthMm * last, 0.0, last - 1e-6);
    const auto i = static_cast<std::size_t>(at);
    tgc_.push_back(sum * (1 + r_.processing.tgcError) + lerp(sliders[i], sliders[i + 1], at - static_cast<double>(i)));
    double mean = 0;
    int count = 0;
    const int j = std::min(lossRows_ - 1, static_cast<int>(y / lossStep));
    for (int c = 0; c < lossColumns_; ++c) {
      const Loss& l =
          loss_[static_cast<std::size_t>(j) * static_cast<std::size_t>(lossColumns_) + static_cast<std::size_t>(c)];
      if (!l.bone) {
        mean += static_cast<double>(l.dbPerMm);
        ++count;
      }
    }
    if (count > lossColumns_ / 5)
      rate = 0.7 * rate + 0.3 * mean / count;
    sum += rate;
  }
}

double Insonifier::compensation(double rangeMm) const {
  const double at = std::clamp(rangeMm, 0.0, static_cast<double>(tgc_.size()) - 1.001);
  const auto i = static_cast<std::size_t>(at);
  return lerp(tgc_[i], tgc_[i + 1], at - static_cast<double>(i));
}

} // namespace hipcuff::phantom
