// Spoils what stages return, in any of very many ways.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"

#include <random>
#include <vector>

namespace hipcuff::test {

/// Same seed, same spoiling.
class Mutator {
public:
  explicit Mutator(std::uint32_t seed)
      : random_(seed) {}
  void spoil(Cortex& cortex);
  void spoil(Tendon& tendon);
  void spoil(std::vector<Discontinuity>& all);
  void spoil(Grade& grade);

private:
  [[nodiscard]] std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
  void number(double& value);
  void point(Point& p) { number(below(2) == 0 ? p.x : p.y); }
  void line(Polyline& line);
  void share(std::optional<double>& value);
  template <class T>
  void list(std::vector<T>& values);
  void shift(Tendon& tendon);
  void spoil(TissueBand& band);

  std::mt19937 random_; // NOLINT: the same every time
};

} // namespace hipcuff::test
