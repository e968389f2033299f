#include "bilinear_row.h"

#include "hipcuff/core/vectorised.h"

#include <cstddef>

namespace hipcuff {

namespace {

HIPCUFF_VECTORISED void findPlaces(const double* x0, const double* y0, const double* dx, const double* dy,
                                   double height, int width, int rows, int n, int* offset, float* fx, float* fy,
                                   int* inside) {
  const double right = width - 1;
  const double bottom = rows - 1;
  for (int i = 0; i < n; ++i) {
    const double x = x0[i] + dx[i] * height;
    const double y = y0[i] + dy[i] * height;
    const bool in = (x >= 0) & (y >= 0) & (x < right) & (y < bottom);
    const double xIn = in ? x : 0.0;
    const double yIn = in ? y : 0.0;
    const int column = static_cast<int>(xIn);
    const int row = static_cast<int>(yIn);
    offset[i] = row * width + column;
    fx[i] = static_cast<float>(xIn - column);
    fy[i] = static_cast<float>(yIn - row);
    inside[i] = in ? 1 : 0;
  }
}

template <typename T>
[[gnu::always_inline]] inline void interpolate(const T* pixels, int width, const int* offset, const float* fx,
                                               const float* fy, const int* inside, T outside, int n, T* out) {
  for (int i = 0; i < n; ++i) {
    const T* at = pixels + offset[i];
    const auto a = static_cast<float>(at[0]);
    const auto b = static_cast<float>(at[1]);
    const auto c = static_cast<float>(at[width]);
    const auto d = static_cast<float>(at[width + 1]);
    const float top = a + (b - a) * fx[i];
    const float bottom = c + (d - c) * fx[i];
    const T value = static_cast<T>(top + (bottom - top) * fy[i]);
    out[i] = inside[i] ? value : outside;
  }
}

HIPCUFF_VECTORISED void interpolateFloats(const float* pixels, int width, const int* offset, const float* fx,
                                          const float* fy, const int* inside, float outside, int n, float* out) {
  interpolate(pixels, width, offset, fx, fy, inside, outside, n, out);
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
  x_[i] = x;
  y_[i] = y;
  dx_[i] = dx;
  dy_[i] = dy;
}

void BilinearRow::moveTo(double height) {
  findPlaces(x_.data(), y_.data(), dx_.data(), dy_.data(), height, width_, height_, static_cast<int>(x_.size()),
             offset_.data(), fx_.data(), fy_.data(), inside_.data());
}

void BilinearRow::sample(const float* pixels, float outside, float* out) const {
  interpolateFloats(pixels, width_, offset_.data(), fx_.data(), fy_.data(), inside_.data(), outside,
                    static_cast<int>(offset_.size()), out);
}

void BilinearRow::sample(const unsigned char* pixels, unsigned char outside, unsigned char* out) const {
  interpolate(pixels, width_, offset_.data(), fx_.data(), fy_.data(), inside_.data(), outside,
              static_cast<int>(offset_.size()), out);
}

} // namespace hipcuff
