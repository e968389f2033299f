#include "hipcuff/core/bilinear_row.h"

#include "hipcuff/core/vectorised.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace hipcuff {

namespace {

// Single precision places a sample to a thousandth of a pixel in any picture.
HIPCUFF_VECTORISED void findPlaces(const float* x0, const float* y0, const float* dx, const float* dy, float height,
                                   int width, int rows, int n, int* offset, float* fx, float* fy, int* inside) {
  const auto right = static_cast<float>(width - 1);
  const auto bottom = static_cast<float>(rows - 1);
  for (int i = 0; i < n; ++i) {
    const float x = x0[i] + dx[i] * height;
    const float y = y0[i] + dy[i] * height;
    const bool in = (x >= 0) & (y >= 0) & (x < right) & (y < bottom);
    const float xIn = in ? x : 0.0F;
    const float yIn = in ? y : 0.0F;
    const int column = static_cast<int>(xIn);
    const int row = static_cast<int>(yIn);
    offset[i] = row * width + column;
    fx[i] = xIn - static_cast<float>(column);
    fy[i] = yIn - static_cast<float>(row);
    inside[i] = in ? 1 : 0;
  }
}

/// Two neighbours in one load. Gathering eight places with one instruction was slower on the machines tried.
typedef float Pair __attribute__((vector_size(8)));

Pair pairAt(const float* pixel) {
  Pair pair;
  std::memcpy(&pair, pixel, sizeof(pair));
  return pair;
}

} // namespace

BilinearRow::BilinearRow(int width, int height, int rays)
    : width_(width)
    , height_(height) {
  const auto n = static_cast<std::size_t>(rays);
  for (auto* values : {&x_, &y_, &dx_, &dy_})
    values->resize(n);
  offset_.resize(n);
  inside_.resize(n);
  fx_.resize(n);
  fy_.resize(n);
}

void BilinearRow::setRay(int index, double x, double y, double dx, double dy) {
  const auto i = static_cast<std::size_t>(index);
  x_[i] = static_cast<float>(x);
  y_[i] = static_cast<float>(y);
  dx_[i] = static_cast<float>(dx);
  dy_[i] = static_cast<float>(dy);
}

void BilinearRow::moveTo(double height) {
  findPlaces(x_.data(), y_.data(), dx_.data(), dy_.data(), static_cast<float>(height), width_, height_,
             static_cast<int>(x_.size()), offset_.data(), fx_.data(), fy_.data(), inside_.data());
}

void BilinearRow::sample(const float* pixels, float outside, float* out) const {
  if (width_ < 2 || height_ < 2)
    return void(std::fill_n(out, offset_.size(), outside));
  for (std::size_t i = 0; i < offset_.size(); ++i) {
    const float* at = pixels + offset_[i];
    const Pair top = pairAt(at);
    const Pair column = top + (pairAt(at + width_) - top) * fy_[i];
    const float value = column[0] + (column[1] - column[0]) * fx_[i];
    out[i] = inside_[i] ? value : outside;
  }
}

void BilinearRow::sample(const unsigned char* pixels, unsigned char outside, unsigned char* out) const {
  if (width_ < 2 || height_ < 2)
    return void(std::fill_n(out, offset_.size(), outside));
  for (std::size_t i = 0; i < offset_.size(); ++i) {
    const unsigned char* at = pixels + offset_[i];
    const unsigned char least = std::min({at[0], at[1], at[width_], at[width_ + 1]});
    out[i] = inside_[i] ? least : outside;
  }
}

} // namespace hipcuff
