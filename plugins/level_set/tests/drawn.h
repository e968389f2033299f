// A drawn tendon of known border, with stations that start from another one.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/frame.h"

#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <random>

namespace drawn {

inline constexpr double boneMm = 13; ///< depth of the bone, which is level
inline constexpr double widthMm = 32;
inline constexpr double heightMm = 15;

using Course = std::function<double(double xMm)>; ///< height over the bone

inline Course wave(double middle, double swing, double lengthMm) {
  return [=](double x) { return middle + swing * std::sin(2 * std::numbers::pi * x / lengthMm); };
}

struct Scene {
  hipcuff::Frame frame;
  hipcuff::WorkingFrame working;
  hipcuff::Tendon tendon;
};

struct Look {
  double tendon = 140;
  double over = 70;
  double blurMm = 0.15;
  double noise = 0; ///< share of the grey, from one fixed seed
};

inline Scene scene(const Course& truth, const Course& start, const Look& look = {}) {
  using namespace hipcuff;
  Scene s;
  WorkingFrame& w = s.working;
  w.gridMm = 0.1;
  w.grey = FloatImage(static_cast<int>(widthMm / w.gridMm) + 1, static_cast<int>(heightMm / w.gridMm) + 1);
  w.usable = Mask(w.grey.width, w.grey.height, 255);
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (int y = 0; y < w.grey.height; ++y)
    for (int x = 0; x < w.grey.width; ++x) {
      const double height = boneMm - y * w.gridMm;
      const double inside = 0.5 * std::erfc((height - truth(x * w.gridMm)) / (look.blurMm * std::numbers::sqrt2));
      double grey = look.over + (look.tendon - look.over) * inside;
      if (height < 0.1)
        grey = height > -0.4 ? 240 : 10;
      w.grey.at(x, y) = static_cast<float>(std::clamp(grey * (1 + look.noise * normal(random)), 0.0, 255.0));
    }
  s.frame.pixels = GreyImage(w.grey.width, w.grey.height);
  for (std::size_t i = 0; i < w.grey.data.size(); ++i)
    s.frame.pixels.data[i] = static_cast<std::uint8_t>(w.grey.data[i]);
  s.frame.usable = w.usable;
  s.frame.box = {0, 0, w.grey.width - 1, w.grey.height - 1};
  s.frame.scale = {w.gridMm, w.gridMm};
  s.frame.nominal = false;
  for (std::size_t k = 0; k <= 80; ++k) {
    TendonStation t;
    t.positionMm = 0.25 * static_cast<double>(k);
    t.column = k;
    t.cortexMm = {6 + t.positionMm, boneMm};
    t.normal = {0, -1};
    t.superficialMm = t.cortexMm + t.normal * start(t.cortexMm.x);
    t.deepMm = t.cortexMm;
    t.sdMm = 0.3;
    t.confidence = 0.8;
    t.fibreAngleDeg = 0;
    s.tendon.stations.push_back(t);
  }
  s.tendon.confidence = 0.9;
  return s;
}

/// A band that knows where the tendon ends.
inline std::shared_ptr<const hipcuff::TissueBand> tissueOf(const Scene& s, const Course& truth, double probability) {
  auto band = std::make_shared<hipcuff::TissueBand>();
  const int columns = static_cast<int>(s.tendon.stations.size());
  const int rows = 100;
  band->probability.assign(hipcuff::tissueClassCount, hipcuff::FloatImage(columns, rows));
  for (int x = 0; x < columns; ++x) {
    const auto& t = s.tendon.stations[static_cast<std::size_t>(x)];
    band->baseMm.push_back(t.cortexMm);
    band->normals.push_back(t.normal);
    for (int y = 0; y < rows; ++y) {
      const double inside = 0.5 * std::erfc((band->heightMm(y) - truth(t.cortexMm.x)) / 0.3);
      const double p = 1 - probability + (2 * probability - 1) * inside;
      band->probability[1].at(x, y) = static_cast<float>(p);
      band->probability[0].at(x, y) = static_cast<float>(1 - p);
    }
  }
  return band;
}

inline double heightOf(const hipcuff::TendonStation& s) {
  return dot(s.superficialMm - s.cortexMm, s.normal);
}

struct Error {
  double mean = 0; ///< of its absolute value
  double largest = 0;
  double bias = 0;
};

inline Error errorOf(const hipcuff::Tendon& tendon, const Course& truth) {
  Error e;
  for (const auto& s : tendon.stations) {
    const double off = heightOf(s) - truth(s.cortexMm.x);
    e.mean += std::abs(off) / static_cast<double>(tendon.stations.size());
    e.bias += off / static_cast<double>(tendon.stations.size());
    e.largest = std::max(e.largest, std::abs(off));
  }
  return e;
}

} // namespace drawn
