#include "facet_course.h"

#include "facet_cholesky.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hipcuff::segmentation {
namespace {

constexpr double stepMm = 1.0;
constexpr double leastNoiseMm = 0.04; // no bone is smoother in a picture
constexpr double mostAlike = 0.5;     // neighbouring points' noise: a bone's roughness is a few mm long
constexpr double firstGain = 3;       // of a bend, in squared standard errors, while others are still to be found
constexpr double leastGain = 9;       // of a bend that stays
constexpr double firstScaleMm = 1.5;
constexpr std::size_t mostBends = 4;
constexpr int roundsEach = 3;
constexpr int roundsAtLast = 6;
constexpr double scanMm = 1.5;       // between the places where a bend is tried
constexpr double usualLengthMm = 4;  // of a bend: known beforehand, to a factor of about 2
constexpr double lengthSpread = 0.7; // SD of its logarithm
constexpr double bowSpread = 0.03;   // SD of a face's curvature, 1/mm
constexpr double turnSpread = 1.0;   // SD of a bend's turn, radians
constexpr double shortestLineMm = 6;
// What the linearised errors leave out (a wrong bend, faces that bow unevenly), measured on simulated hips.
constexpr double sdFactor = 1.5;

double median(std::vector<double> v) {
  const auto middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  return *middle;
}

double smoothStep(double u) { // from 0 at -0.5 to 1 at 0.5
  const double x = std::clamp(u + 0.5, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

double smoothSlope(double u) {
  const double x = std::clamp(u + 0.5, 0.0, 1.0);
  return 6 * x * (1 - x);
}

/// The unknowns: offset of the line's middle along its normal, heading there; for each bend its turn, its middle and
/// the logarithm of its length; then the curvature of each face.
class Fit {
public:
  explicit Fit(const Polyline& line)
      : line_(line)
      , middle_(line.size() / 2)
      , reference_(line[middle_])
      , bows_(1, 0.0) {
    const Point chord = line.back() - line.front();
    heading0_ = std::atan2(chord.y, chord.x);
    evaluate();
    scale_ = firstScaleMm; // a flank that is not yet explained is no outlier
    iterate(roundsEach);
    judge();
  }

  /// One bend more, where it helps most; false, and nothing changed, where it does not help enough.
  [[nodiscard]] bool addBend() {
    const State before = state();
    const double cost = misfit();
    const auto [place, turn] = bestPlace();
    if (!(turn > 0))
      return false;
    std::size_t k = 0;
    while (k < bends_.size() && bends_[k].middle < place)
      ++k;
    CourseBend bend;
    bend.middle = place;
    bend.length = usualLengthMm;
    bend.turn = turn;
    bends_.insert(bends_.begin() + static_cast<std::ptrdiff_t>(k), bend);
    bows_.insert(bows_.begin() + static_cast<std::ptrdiff_t>(k), bows_[k]);
    evaluate();
    iterate(roundsEach);
    const double better = misfit();
    judge();
    // Against the noise that is left with it: what it explains is not noise. What other bends will explain still is,
    // so that it is asked for little now and for all of it at the end.
    if (cost - better < firstGain * variance_ || bends_[k].turn <= 0) {
      restore(before);
      judge();
      return false;
    }
    return true;
  }

  void finish() {
    rescale();
    iterate(roundsAtLast);
    judge();
    const double enough = leastGain * variance_;
    std::size_t stand = 0; // bends known to be worth it, the least certain ones are asked first
    while (stand < bends_.size()) {
      std::vector<std::size_t> order(bends_.size());
      for (std::size_t k = 0; k < order.size(); ++k)
        order[k] = k;
      std::sort(order.begin(), order.end(), [&](auto a, auto b) { return bends_[a].gain < bends_[b].gain; });
      const std::size_t k = order[stand];
      if (bends_[k].gain > 3 * leastGain && bends_[k].turn > 0)
        break;
      const State before = state();
      const double cost = misfit();
      const bool dent = bends_[k].turn <= 0;
      remove(k);
      iterate(roundsEach + 2);
      if (dent || misfit() - cost < enough) {
        judge();
        stand = 0;
      } else {
        restore(before);
        ++stand;
      }
    }
    judge();
  }

  [[nodiscard]] Course course() const {
    Course c;
    c.step = stepMm;
    c.lengthMm = length();
    c.at = model_;
    c.heading = heading_;
    c.bends = bends_;
    c.noiseMm = noise_;
    return c;
  }

private:
  struct State {
    Point reference;
    double heading = 0;
    std::vector<double> bows;
    std::vector<CourseBend> bends;
  };

  const Polyline& line_;
  std::size_t middle_;
  Point reference_;
  double heading0_ = 0;
  std::vector<double> bows_; // one more than bends
  std::vector<CourseBend> bends_;
  double scale_ = leastNoiseMm; // residuals beyond it count less and less
  double noise_ = leastNoiseMm;
  double variance_ = leastNoiseMm * leastNoiseMm * 3; // of the noise, for points as dense as they are
  std::vector<double> heading_;
  Polyline model_;
  std::vector<double> residual_;
  std::vector<double> weight_;
  std::vector<double> jacobian_; // rows of points
  std::vector<double> information_;
  std::vector<double> pull_;

  [[nodiscard]] std::size_t unknowns() const { return 3 + 4 * bends_.size(); }
  [[nodiscard]] double length() const { return static_cast<double>(line_.size() - 1) * stepMm; }
  [[nodiscard]] double origin() const { return static_cast<double>(middle_) * stepMm; }
  [[nodiscard]] Point normal(std::size_t i) const { return {-std::sin(heading_[i]), std::cos(heading_[i])}; }
  [[nodiscard]] State state() const { return {reference_, heading0_, bows_, bends_}; }
  void restore(const State& s) {
    reference_ = s.reference;
    heading0_ = s.heading;
    bows_ = s.bows;
    bends_ = s.bends;
    evaluate();
  }
  void remove(std::size_t k) {
    const double both = 0.5 * (bows_[k] + bows_[k + 1]);
    bends_.erase(bends_.begin() + static_cast<std::ptrdiff_t>(k));
    bows_.erase(bows_.begin() + static_cast<std::ptrdiff_t>(k));
    bows_[k] = both;
    evaluate();
  }
  void iterate(int rounds) {
    for (int i = 0; i < rounds; ++i)
      if (!round())
        break;
  }

  /// Arc length of face k that lies left of s.
  [[nodiscard]] double ofFace(std::size_t k, double s) const {
    const double from = k == 0 ? -1e6 : bends_[k - 1].middle;
    const double to = k == bends_.size() ? 1e6 : bends_[k].middle;
    return std::clamp(s, from, to) - std::clamp(origin(), from, to);
  }
  [[nodiscard]] double turned(double s) const {
    double h = 0;
    for (const CourseBend& b : bends_)
      h += b.turn * smoothStep((s - b.middle) / b.length);
    return h;
  }

  /// Heading, model and residuals as the unknowns stand.
  void evaluate() {
    const std::size_t n = line_.size();
    heading_.resize(n);
    const double atOrigin = turned(origin());
    for (std::size_t i = 0; i < n; ++i) {
      const double s = static_cast<double>(i) * stepMm;
      double h = heading0_ + turned(s) - atOrigin;
      for (std::size_t k = 0; k < bows_.size(); ++k)
        h += bows_[k] * ofFace(k, s);
      heading_[i] = h;
    }
    model_.assign(n, reference_);
    const auto way = [&](std::size_t i) { // from i to i + 1
      const double h = 0.5 * (heading_[i] + heading_[i + 1]);
      return Point{std::cos(h), std::sin(h)} * stepMm;
    };
    for (std::size_t i = middle_; i + 1 < n; ++i)
      model_[i + 1] = model_[i] + way(i);
    for (std::size_t i = middle_; i > 0; --i)
      model_[i - 1] = model_[i] - way(i - 1);
    residual_.resize(n);
    for (std::size_t i = 0; i < n; ++i)
      residual_[i] = dot(line_[i] - model_[i], normal(i));
  }

  void rescale() {
    std::vector<double> size;
    for (const double r : residual_)
      size.push_back(std::abs(r));
    scale_ = 2.5 * std::max(leastNoiseMm, 1.48 * median(std::move(size)));
  }

  void weigh() {
    weight_.resize(residual_.size());
    for (std::size_t i = 0; i < residual_.size(); ++i) {
      const double u = residual_[i] / scale_;
      weight_[i] = 1 / (1 + u * u);
    }
  }

  /// What is known beforehand is part of it, in the same unit as the points' squared distances.
  [[nodiscard]] double misfit() const {
    double sum = 0;
    for (const double r : residual_)
      sum += std::log1p(r * r / (scale_ * scale_));
    sum *= scale_ * scale_;
    for (const double bow : bows_)
      sum += variance_ * std::pow(bow / bowSpread, 2);
    for (const CourseBend& b : bends_)
      sum += variance_ *
             (std::pow(b.turn / turnSpread, 2) + std::pow(std::log(b.length / usualLengthMm) / lengthSpread, 2));
    return sum;
  }

  /// How each point moves along its normal where the heading at s changes by turn(s).
  template <typename Turn>
  void moved(const Turn& turn, double* out, std::size_t stride) const {
    Point sum;
    out[middle_ * stride] = 0;
    for (std::size_t i = middle_; i + 1 < line_.size(); ++i) {
      sum = sum + (normals_[i] + normals_[i + 1]) * (0.5 * stepMm * turn((static_cast<double>(i) + 0.5) * stepMm));
      out[(i + 1) * stride] = dot(normals_[i + 1], sum);
    }
    sum = {};
    for (std::size_t i = middle_; i > 0; --i) {
      sum = sum - (normals_[i] + normals_[i - 1]) * (0.5 * stepMm * turn((static_cast<double>(i) - 0.5) * stepMm));
      out[(i - 1) * stride] = dot(normals_[i - 1], sum);
    }
  }
  std::vector<Point> normals_;

  void derive() {
    const std::size_t n = line_.size();
    const std::size_t q = unknowns();
    normals_.resize(n);
    for (std::size_t i = 0; i < n; ++i)
      normals_[i] = normal(i);
    jacobian_.assign(n * q, 0.0);
    for (std::size_t i = 0; i < n; ++i)
      jacobian_[i * q] = dot(normals_[i], normals_[middle_]);
    moved([](double) { return 1.0; }, &jacobian_[1], q);
    for (std::size_t k = 0; k < bends_.size(); ++k) {
      const CourseBend& b = bends_[k];
      const double u0 = (origin() - b.middle) / b.length;
      const auto u = [&](double s) { return (s - b.middle) / b.length; };
      moved([&](double s) { return smoothStep(u(s)) - smoothStep(u0); }, &jacobian_[2 + 3 * k], q);
      moved([&](double s) { return (smoothSlope(u0) - smoothSlope(u(s))) * b.turn / b.length; }, &jacobian_[3 + 3 * k],
            q);
      moved([&](double s) { return (u0 * smoothSlope(u0) - u(s) * smoothSlope(u(s))) * b.turn; }, &jacobian_[4 + 3 * k],
            q);
    }
    const std::size_t first = 2 + 3 * bends_.size();
    for (std::size_t k = 0; k < bows_.size(); ++k)
      moved([&](double s) { return ofFace(k, s); }, &jacobian_[first + k], q);
  }

  void normalEquations() {
    const std::size_t q = unknowns();
    information_.assign(q * q, 0.0);
    pull_.assign(q, 0.0);
    for (std::size_t i = 0; i < line_.size(); ++i) {
      const double* row = jacobian_.data() + i * q;
      for (std::size_t a = 0; a < q; ++a) {
        const double wa = weight_[i] * row[a];
        pull_[a] += wa * residual_[i];
        for (std::size_t b = 0; b <= a; ++b)
          information_[a * q + b] += wa * row[b];
      }
    }
    const auto known = [&](std::size_t u, double value, double spread) {
      information_[u * q + u] += variance_ / (spread * spread);
      pull_[u] -= variance_ * value / (spread * spread);
    };
    for (std::size_t k = 0; k < bends_.size(); ++k) {
      known(2 + 3 * k, bends_[k].turn, turnSpread);
      known(3 + 3 * k, 0, 5); // a bend does not wander far in one step
      known(4 + 3 * k, std::log(bends_[k].length / usualLengthMm), lengthSpread);
    }
    for (std::size_t k = 0; k < bows_.size(); ++k)
      known(2 + 3 * bends_.size() + k, bows_[k], bowSpread);
    information_[0] += 1e-9;
    information_[q + 1] += 1e-9;
  }

  /// One step, shortened until it helps; false where nothing moves any more.
  [[nodiscard]] bool round() {
    weigh();
    derive();
    normalEquations();
    Cholesky solver;
    if (!solver.factor(information_, unknowns()))
      return false;
    const std::vector<double> step = solver.solve(pull_);
    const double before = misfit();
    const State start = state();
    const Point across = normal(middle_);
    for (double share = 1; share > 0.1; share *= 0.5) {
      reference_ = start.reference + across * (share * step[0]);
      heading0_ = start.heading + share * step[1];
      for (std::size_t k = 0; k < bends_.size(); ++k) {
        CourseBend& b = bends_[k];
        b.turn = start.bends[k].turn + share * step[2 + 3 * k];
        b.middle =
            std::clamp(start.bends[k].middle + share * std::clamp(step[3 + 3 * k], -3.0, 3.0), -2.0, length() + 2.0);
        b.length =
            std::clamp(start.bends[k].length * std::exp(share * std::clamp(step[4 + 3 * k], -0.7, 0.7)), 0.8, 20.0);
      }
      for (std::size_t k = 0; k < bows_.size(); ++k)
        bows_[k] = start.bows[k] + share * step[2 + 3 * bends_.size() + k];
      if (!std::is_sorted(bends_.begin(), bends_.end(),
                          [](const CourseBend& a, const CourseBend& b) { return a.middle < b.middle; }))
        continue;
      evaluate();
      const double after = misfit();
      if (after < before)
        return after < 0.99 * before;
    }
    restore(start);
    return false;
  }

  /// After judge(): where one more bend of the usual length would explain most, and its turn; a turn of 0 where none
  /// would.
  [[nodiscard]] std::pair<double, double> bestPlace() const {
    const std::size_t n = line_.size();
    const std::size_t q = unknowns();
    Cholesky solver;
    std::pair<double, double> best{0, 0};
    if (!solver.factor(information_, q))
      return best;
    std::vector<double> g(n);
    std::vector<double> shared(q);
    double most = 0;
    for (double place = 1.5; place < length() - 1.4; place += scanMm) {
      const double u0 = smoothStep((origin() - place) / usualLengthMm);
      moved([&](double s) { return smoothStep((s - place) / usualLengthMm) - u0; }, g.data(), 1);
      std::fill(shared.begin(), shared.end(), 0.0);
      double size = variance_ / (turnSpread * turnSpread);
      double along = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const double wg = weight_[i] * g[i];
        size += wg * g[i];
        along += wg * residual_[i];
        for (std::size_t u = 0; u < q; ++u)
          shared[u] += wg * jacobian_[i * q + u];
      }
      const std::vector<double> x = solver.solve(shared);
      for (std::size_t u = 0; u < q; ++u) {
        size -= x[u] * shared[u];
        along -= x[u] * pull_[u];
      }
      if (size > 0 && along > 0 && along * along / size > most) {
        most = along * along / size;
        best = {place, along / size};
      }
    }
    return best;
  }

  /// Noise, how far it is the same along the line, and what the bends are worth against it.
  void judge() {
    weigh();
    derive();
    normalEquations();
    const std::size_t q = unknowns();
    double sum = 0;
    double weights = 0;
    double together = 0;
    for (std::size_t i = 0; i < line_.size(); ++i) {
      sum += weight_[i] * residual_[i] * residual_[i];
      weights += weight_[i];
      if (i > 0)
        together += std::sqrt(weight_[i] * weight_[i - 1]) * residual_[i] * residual_[i - 1];
    }
    noise_ = std::max(leastNoiseMm, std::sqrt(sum / weights));
    const double alike = std::clamp(sum > 0 ? together / sum : 0.0, 0.3, mostAlike);
    variance_ = noise_ * noise_ * (1 + alike) / (1 - alike);
    Cholesky solver;
    if (!solver.factor(information_, q))
      return;
    for (std::size_t k = 0; k < bends_.size(); ++k) {
      CourseBend& b = bends_[k];
      std::vector<double> unit(q, 0.0);
      unit[2 + 3 * k] = 1;
      const double turn = solver.solve(unit)[2 + 3 * k];
      std::fill(unit.begin(), unit.end(), 0.0);
      unit[3 + 3 * k] = 1;
      const std::vector<double> place = solver.solve(unit);
      std::fill(unit.begin(), unit.end(), 0.0);
      unit[4 + 3 * k] = 1;
      const double size = solver.solve(unit)[4 + 3 * k];
      const double half = 0.5 * b.length;
      const double both = place[4 + 3 * k];
      b.turnSd = std::sqrt(variance_ * turn);
      const double spread = place[3 + 3 * k] + half * half * size;
      b.beginSd = sdFactor * std::sqrt(std::max(0.0, variance_ * (spread - 2 * half * both)));
      b.endSd = sdFactor * std::sqrt(std::max(0.0, variance_ * (spread + 2 * half * both)));
      b.gain = std::pow(b.turn / b.turnSd, 2);
    }
  }
};

} // namespace

Point Course::point(double s) const {
  const double x = std::clamp(s / step, 0.0, static_cast<double>(at.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(x);
  const double t = x - static_cast<double>(i);
  return at[i] * (1 - t) + at[i + 1] * t;
}

double Course::headingAt(double s) const {
  const double x = std::clamp(s / step, 0.0, static_cast<double>(at.size() - 1) - 1e-9);
  const auto i = static_cast<std::size_t>(x);
  const double t = x - static_cast<double>(i);
  return heading[i] * (1 - t) + heading[i + 1] * t;
}

Course fitCourse(const Polyline& line) {
  Polyline points = resampled(line, stepMm);
  if (points.size() > 2 && distance(points[points.size() - 2], points.back()) < 0.9 * stepMm)
    points.pop_back(); // steps are even but for the last
  if (points.size() < 2)
    return {};
  Fit fit(points);
  if (static_cast<double>(points.size() - 1) * stepMm >= shortestLineMm) {
    for (std::size_t k = 0; k < mostBends && fit.addBend(); ++k) {
    }
    fit.finish();
  }
  return fit.course();
}

} // namespace hipcuff::segmentation
