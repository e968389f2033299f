// Small systems of normal equations, fast enough for a live picture.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace hipcuff::segmentation {

/// Solves a * x = b for several right-hand sides; a is symmetric, row after row, its upper half is not looked at.
class Cholesky {
public:
  /// False where a is not positive definite.
  [[nodiscard]] bool factor(std::vector<double> a, std::size_t n) {
    n_ = n;
    l_ = std::move(a);
    for (std::size_t j = 0; j < n; ++j) {
      double d = l_[j * n + j];
      for (std::size_t k = 0; k < j; ++k)
        d -= l_[j * n + k] * l_[j * n + k];
      if (!(d > 0))
        return false;
      d = std::sqrt(d);
      l_[j * n + j] = d;
      for (std::size_t i = j + 1; i < n; ++i) {
        double v = l_[i * n + j];
        for (std::size_t k = 0; k < j; ++k)
          v -= l_[i * n + k] * l_[j * n + k];
        l_[i * n + j] = v / d;
      }
    }
    return true;
  }
  [[nodiscard]] std::vector<double> solve(std::vector<double> b) const {
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t k = 0; k < i; ++k)
        b[i] -= l_[i * n_ + k] * b[k];
      b[i] /= l_[i * n_ + i];
    }
    for (std::size_t i = n_; i-- > 0;) {
      for (std::size_t k = i + 1; k < n_; ++k)
        b[i] -= l_[k * n_ + i] * b[k];
      b[i] /= l_[i * n_ + i];
    }
    return b;
  }

private:
  std::size_t n_ = 0;
  std::vector<double> l_;
};

} // namespace hipcuff::segmentation
