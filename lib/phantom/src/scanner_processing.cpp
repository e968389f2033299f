#include "scanner_processing.h"

#include "random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace hipcuff::phantom {
namespace {

double curve(const Processing& p, double v) {
  const double s = std::clamp(p.greyShape, 0.0, 1.0);
  switch (p.greyMap) {
  case GreyMap::power:
    break;
  case GreyMap::sCurve:
    return lerp(v, smoothstep(0, 1, v), s);
  case GreyMap::knee: // steep in the dark, soft clip in the bright
    return (1 + 2 * s) * v / (1 + 2 * s * v);
  case GreyMap::logistic: {
    const double k = 2 + 7 * s;
    const auto at = [&](double x) { return 1 / (1 + std::exp(-k * (x - 0.45))); };
    return (at(v) - at(0)) / (at(1) - at(0));
  }
  }
  return v;
}

double greyOf(const Processing& p, double level) {
  const double v = std::pow(std::clamp(level, 0.0, 1.0), p.greyGamma);
  return p.greyBlack + (p.greyWhite - p.greyBlack) * curve(p, v);
}

/// Mean over 2 * half + 1 neighbours along x, then along y; the picture's edge repeats.
FloatImage boxed(const FloatImage& image, int half) {
  FloatImage across = image;
  const float share = 1.0F / static_cast<float>(2 * half + 1);
  for (int y = 0; y < image.height; ++y) {
    const float* in = image.row(y);
    float* out = across.row(y);
    const int last = image.width - 1;
    float sum = 0;
    for (int u = -half; u <= half; ++u)
      sum += in[std::clamp(u, 0, last)];
    for (int x = 0; x <= last; ++x) {
      out[x] = sum * share;
      sum += in[std::min(last, x + half + 1)] - in[std::max(0, x - half)];
    }
  }
  FloatImage result = across;
  std::vector<float> sum(static_cast<std::size_t>(image.width));
  const int last = image.height - 1;
  for (int v = -half; v <= half; ++v)
    for (int x = 0; x < image.width; ++x)
      sum[static_cast<std::size_t>(x)] += across.row(std::clamp(v, 0, last))[x];
  for (int y = 0; y <= last; ++y) {
    const float* next = across.row(std::min(last, y + half + 1));
    const float* gone = across.row(std::max(0, y - half));
    float* out = result.row(y);
    for (int x = 0; x < image.width; ++x) {
      out[x] = sum[static_cast<std::size_t>(x)] * share;
      sum[static_cast<std::size_t>(x)] += next[x] - gone[x];
    }
  }
  return result;
}

void swapped(float& a, float& b) {
  const float low = std::min(a, b);
  b = std::max(a, b);
  a = low;
}

float median3(float a, float b, float c) {
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

float median5(float a, float b, float c, float d, float e) {
  swapped(a, b);
  swapped(d, e);
  const float low = std::max(a, d); // neither the lowest of the outer pairs nor the highest can be in the middle
  const float high = std::min(b, e);
  return median3(low, c, high);
}

/// One-dimensional medians of 5 along x, then along y, `stride` pixels apart.
void medians(FloatImage& image, int stride) {
  const FloatImage source = image;
  for (int y = 0; y < image.height; ++y) {
    const float* in = source.row(y);
    float* out = image.row(y);
    for (int x = 2 * stride; x < image.width - 2 * stride; ++x)
      out[x] = median5(in[x - 2 * stride], in[x - stride], in[x], in[x + stride], in[x + 2 * stride]);
  }
  const FloatImage across = image;
  for (int y = 2 * stride; y < image.height - 2 * stride; ++y) {
    const float* a = across.row(y - 2 * stride);
    const float* b = across.row(y - stride);
    const float* c = across.row(y);
    const float* d = across.row(y + stride);
    const float* e = across.row(y + 2 * stride);
    float* out = image.row(y);
    for (int x = 0; x < image.width; ++x)
      out[x] = median5(a[x], b[x], c[x], d[x], e[x]);
  }
}

/// Bilateral filter taken apart into rows and columns: weights fall with the difference in level.
void bilateral(FloatImage& image, int half, float tolerance) {
  const float scale = 1 / (tolerance * tolerance);
  std::vector<float> sum;
  std::vector<float> weight;
  const auto pass = [&](std::ptrdiff_t dx, int dy) {
    const FloatImage source = image;
    const auto n = static_cast<std::size_t>(image.width);
    for (int y = 0; y < image.height; ++y) {
      const float* centre = source.row(y);
      sum.assign(centre, centre + n);
      weight.assign(n, 1.0F);
      for (int j = -half; j <= half; ++j) {
        if (j == 0 || y + j * dy < 0 || y + j * dy >= image.height)
          continue;
        const float* other = source.row(y + j * dy);
        const std::ptrdiff_t shift = j * dx;
        const std::ptrdiff_t from = std::max<std::ptrdiff_t>(0, -shift);
        const std::ptrdiff_t to = std::min<std::ptrdiff_t>(image.width, image.width - shift);
        for (std::ptrdiff_t x = from; x < to; ++x) {
          const float d = other[x + shift] - centre[x];
          const float w = 1 / (1 + d * d * scale * (1 + d * d * scale));
          sum[static_cast<std::size_t>(x)] += w * other[x + shift];
          weight[static_cast<std::size_t>(x)] += w;
        }
      }
      float* out = image.row(y);
      for (std::size_t x = 0; x < n; ++x)
        out[x] = sum[x] / weight[x];
    }
  };
  pass(1, 0);
  pass(0, 1);
}

/// Perona and Malik's diffusion, faster across than along the beam as scanners' filters are.
void diffuse(FloatImage& image, int iterations, float tolerance) {
  const float scale = 1 / (tolerance * tolerance);
  FloatImage flow = image;
  for (int n = 0; n < iterations; ++n) {
    std::copy(image.data.begin(), image.data.end(), flow.data.begin());
    for (int y = 0; y < image.height; ++y) {
      const float* in = flow.row(y);
      const float* above = flow.row(std::max(0, y - 1));
      const float* below = flow.row(std::min(image.height - 1, y + 1));
      float* out = image.row(y);
      for (int x = 1; x + 1 < image.width; ++x) {
        const float l = in[x - 1] - in[x];
        const float r = in[x + 1] - in[x];
        const float a = above[x] - in[x];
        const float b = below[x] - in[x];
        out[x] = in[x] + 0.27F * (l / (1 + l * l * scale) + r / (1 + r * r * scale)) +
                 0.17F * (a / (1 + a * a * scale) + b / (1 + b * b * scale));
      }
    }
  }
}

/// Smooths along the texture's own direction (structure tensor), further where it has one: fibres become streaks.
void smoothAlong(FloatImage& image, double mmPerPx, double reachMm) {
  const int cell = std::max(1, static_cast<int>(std::lround(0.2 / mmPerPx)));
  const int columns = (image.width + cell - 1) / cell;
  const int rows = (image.height + cell - 1) / cell;
  const FloatImage soft = boxed(image, std::max(1, static_cast<int>(std::lround(0.12 / mmPerPx))));
  FloatImage xx(columns, rows);
  FloatImage yy(columns, rows);
  FloatImage xy(columns, rows);
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i) {
      const int x = std::clamp(i * cell + cell / 2, 1, image.width - 2);
      const int y = std::clamp(j * cell + cell / 2, 1, image.height - 2);
      const float dx = soft.at(x + 1, y) - soft.at(x - 1, y);
      const float dy = soft.at(x, y + 1) - soft.at(x, y - 1);
      xx.at(i, j) = dx * dx;
      yy.at(i, j) = dy * dy;
      xy.at(i, j) = dx * dy;
    }
  for (FloatImage* tensor : {&xx, &yy, &xy})
    *tensor = boxed(boxed(*tensor, 3), 3);
  constexpr int taps = 4;
  const FloatImage source = image;
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i) {
      const float difference = xx.at(i, j) - yy.at(i, j) - 1e-5F; // without texture: along the layers
      const float mixed = 2 * xy.at(i, j);
      const float sum = xx.at(i, j) + yy.at(i, j) + 1e-4F;
      const float coherence = std::sqrt(difference * difference + mixed * mixed) / sum;
      const float angle = 0.5F * std::atan2(mixed, difference); // across the texture
      const auto step = static_cast<float>(reachMm / mmPerPx / taps) * (0.1F + 0.9F * coherence);
      const float sx = -std::sin(angle) * step;
      const float sy = std::cos(angle) * step;
      std::array<std::pair<int, int>, 2 * taps + 1> offsets;
      for (int t = -taps; t <= taps; ++t)
        offsets[static_cast<std::size_t>(t + taps)] = {static_cast<int>(std::lround(static_cast<float>(t) * sx)),
                                                       static_cast<int>(std::lround(static_cast<float>(t) * sy))};
      for (int y = j * cell; y < std::min(image.height, (j + 1) * cell); ++y)
        for (int x = i * cell; x < std::min(image.width, (i + 1) * cell); ++x) {
          float total = 0;
          float weight = 0;
          for (int t = -taps; t <= taps; ++t) {
            const auto& [ox, oy] = offsets[static_cast<std::size_t>(t + taps)];
            const int u = std::clamp(x + ox, 0, image.width - 1);
            const int v = std::clamp(y + oy, 0, image.height - 1);
            const auto w = static_cast<float>(taps + 1 - std::abs(t));
            total += w * source.at(u, v);
            weight += w;
          }
          image.at(x, y) = total / weight;
        }
    }
}

} // namespace

std::uint8_t greyMap(const Processing& processing, double level) {
  return static_cast<std::uint8_t>(std::clamp(greyOf(processing, level) + 0.5, 0.0, 255.0));
}

double gainForGrey(const Processing& p, double grey) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 30; ++i) {
    const double middle = 0.5 * (low + high);
    (greyOf(p, middle) < grey ? low : high) = middle;
  }
  return (low - muscleLevel) * p.dynamicRangeDb;
}

FloatImage compressed(const FloatImage& decibels, const Processing& p) {
  FloatImage levels = decibels;
  const auto perDb = static_cast<float>(1 / p.dynamicRangeDb);
  const auto offset = static_cast<float>(muscleLevel + p.gainDb / p.dynamicRangeDb);
  for (float& v : levels.data)
    v = std::max(0.0F, v * perDb + offset);
  return levels;
}

void enhance(FloatImage& levels, const Processing& p, double mmPerPx) {
  if (levels.width < 12 || levels.height < 12)
    return;
  const double s = std::clamp(p.speckleSmoothing, 0.0, 1.0);
  const auto pixels = [&](double mm) { return std::max(1, static_cast<int>(std::lround(mm / mmPerPx))); };
  if (s > 0)
    switch (p.speckleFilter) {
    case SpeckleFilter::none:
      break;
    case SpeckleFilter::median:
      medians(levels, pixels(0.04 + 0.06 * s));
      if (s > 0.6)
        medians(levels, pixels(0.1));
      break;
    case SpeckleFilter::bilateral:
      bilateral(levels, std::min(6, pixels(0.12 + 0.28 * s)), static_cast<float>(0.06 + 0.12 * s));
      if (s > 0.5)
        bilateral(levels, std::min(5, pixels(0.25 * s)), static_cast<float>(0.05 + 0.06 * s));
      break;
    case SpeckleFilter::oriented:
      smoothAlong(levels, mmPerPx, 0.25 + 1.1 * s);
      if (s > 0.6)
        diffuse(levels, 3, 0.08F);
      break;
    case SpeckleFilter::diffusion: {
      const double sigma = 0.36 * s / mmPerPx;
      diffuse(levels, std::clamp(static_cast<int>(std::lround(sigma * sigma / 0.44)), 1, 26),
              static_cast<float>(0.05 + 0.08 * s));
      break;
    }
    }
  if (p.edgeEnhancement > 0) {
    const int half = pixels(0.7 * p.edgeRadiusMm);
    const FloatImage soft = boxed(boxed(levels, half), half);
    const auto share = static_cast<float>(p.edgeEnhancement);
    for (std::size_t i = 0; i < levels.data.size(); ++i)
      levels.data[i] += share * (levels.data[i] - soft.data[i]);
  }
}

GreyImage toGreys(const FloatImage& levels, const Processing& p, std::uint64_t noiseSeed) {
  constexpr int steps = 2048;
  std::array<float, steps + 1> table{};
  for (int i = 0; i <= steps; ++i)
    table[static_cast<std::size_t>(i)] = static_cast<float>(greyOf(p, static_cast<double>(i) / steps));
  GreyImage greys(levels.width, levels.height);
  const auto noise = static_cast<float>(p.pixelNoise);
  for (std::size_t i = 0; i < levels.data.size(); ++i) {
    const float at = std::clamp(levels.data[i], 0.0F, 1.0F) * steps;
    float grey = table[static_cast<std::size_t>(at + 0.5F)] + 0.5F;
    if (noise > 0)
      grey += noise * quickNormal(scramble(noiseSeed + i));
    greys.data[i] = static_cast<std::uint8_t>(std::clamp(grey, 0.0F, 255.0F));
  }
  return greys;
}

} // namespace hipcuff::phantom
