#include "hipcuff/statistics/kappa.h"

#include "checks.h"
#include "hipcuff/statistics/normal.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::statistics {
namespace {

/// A table of proportions with its margins.
struct Table {
  std::vector<std::vector<double>> p{};
  std::vector<double> rows{};
  std::vector<double> columns{};
  double n = 0;
  [[nodiscard]] std::size_t classes() const { return p.size(); }
};

template <typename Count>
Table tableOf(const std::vector<std::vector<Count>>& counts) {
  const auto classes = counts.size();
  Table table{std::vector(classes, std::vector<double>(classes, 0.0)), std::vector<double>(classes, 0.0),
              std::vector<double>(classes, 0.0), 0};
  for (const auto& row : counts) {
    if (row.size() != classes) {
      throw std::invalid_argument("kappa needs a square table");
    }
    for (const auto count : row) {
      if (!(count >= 0)) {
        throw std::invalid_argument("a count is below 0");
      }
      table.n += static_cast<double>(count);
    }
  }
  if (table.n == 0) {
    return table;
  }
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = 0; j < classes; ++j) {
      table.p[i][j] = static_cast<double>(counts[i][j]) / table.n;
      table.rows[i] += table.p[i][j];
      table.columns[j] += table.p[i][j];
    }
  }
  return table;
}

/// 1 for agreement, down to 0.
double agreement(std::size_t i, std::size_t j, std::size_t classes, KappaWeights weights) {
  if (i == j) {
    return 1;
  }
  const double distance = std::abs(static_cast<double>(i) - static_cast<double>(j)) / static_cast<double>(classes - 1);
  switch (weights) {
  case KappaWeights::linear:
    return 1 - distance;
  case KappaWeights::quadratic:
    return 1 - distance * distance;
  case KappaWeights::none:
    break;
  }
  return 0;
}

struct Agreement {
  double observed = 0;
  double chance = 0;
  std::vector<std::vector<double>> weights{};
};

Agreement agreementOf(const Table& table, KappaWeights weights) {
  Agreement result;
  const auto classes = table.classes();
  result.weights.assign(classes, std::vector<double>(classes, 0));
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = 0; j < classes; ++j) {
      const double w = agreement(i, j, classes, weights);
      result.weights[i][j] = w;
      result.observed += w * table.p[i][j];
      result.chance += w * table.rows[i] * table.columns[j];
    }
  }
  return result;
}

/// Sums of weights times margins may miss 1 by rounding.
bool certain(double chance) {
  return chance >= 1 - 1e-12;
}

bool oneClass(const std::vector<double>& margin) {
  return std::count_if(margin.begin(), margin.end(), [](double share) { return share > 0; }) < 2;
}

/// Empty where kappa can be computed. With one class on one side observed and expected agreement are the same whatever
/// the other side says: 0 is a property of the sample then, and no agreement that was measured.
std::string whyNot(const Table& table, double chance) {
  if (table.n == 0) {
    return "no cases";
  }
  if (table.classes() < 2) {
    return "one class only";
  }
  if (certain(chance)) {
    return "both raters always name the same single class";
  }
  if (oneClass(table.rows) || oneClass(table.columns)) {
    return "one of the two always names the same class, so kappa is 0 whatever the other says";
  }
  return {};
}

/// Mean weights of each row (over the second rater's margins) and of each column.
std::pair<std::vector<double>, std::vector<double>> meanWeights(const Table& table, const Agreement& agreed) {
  const auto classes = table.classes();
  std::vector<double> ofRow(classes, 0);
  std::vector<double> ofColumn(classes, 0);
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = 0; j < classes; ++j) {
      ofRow[i] += table.columns[j] * agreed.weights[i][j];
      ofColumn[j] += table.rows[i] * agreed.weights[i][j];
    }
  }
  return {std::move(ofRow), std::move(ofColumn)};
}

std::string methodName(KappaWeights weights) {
  switch (weights) {
  case KappaWeights::linear:
    return "linear weights, Fleiss, Cohen & Everitt 1969";
  case KappaWeights::quadratic:
    return "quadratic weights, Fleiss, Cohen & Everitt 1969";
  case KappaWeights::none:
    break;
  }
  return "Fleiss, Cohen & Everitt 1969";
}

} // namespace

Estimate kappa(const std::vector<std::vector<long>>& counts, KappaWeights weights, double level) {
  requireLevel(level);
  const Table table = tableOf(counts);
  const Agreement agreed = agreementOf(table, weights);
  if (const std::string why = whyNot(table, agreed.chance); !why.empty()) {
    return notEstimable(why);
  }
  const double value = (agreed.observed - agreed.chance) / (1 - agreed.chance);
  const auto [ofRow, ofColumn] = meanWeights(table, agreed);
  double sum = 0;
  for (std::size_t i = 0; i < table.classes(); ++i) {
    for (std::size_t j = 0; j < table.classes(); ++j) {
      const double term = agreed.weights[i][j] - (ofRow[i] + ofColumn[j]) * (1 - value);
      sum += table.p[i][j] * term * term;
    }
  }
  const double bias = value - agreed.chance * (1 - value);
  const double variance = (sum - bias * bias) / (table.n * (1 - agreed.chance) * (1 - agreed.chance));

  Estimate result;
  result.value = std::min(1.0, value);
  result.method = methodName(weights);
  // With perfect agreement all that is left of the variance is rounding.
  if (variance <= 1e-14 / table.n) {
    result.note = "the standard error is 0 in this table and says nothing, so no interval";
    return result;
  }
  result.se = std::sqrt(variance);
  const double half = normalQuantileTwoSided(level) * *result.se;
  result.ci = Interval{std::max(-1.0, value - half), std::min(1.0, value + half)};
  return result;
}

Estimate kappa(const ConfusionMatrix& matrix, KappaWeights weights, double level) {
  return kappa(matrix.counts, weights, level);
}

Test kappaTest(const std::vector<std::vector<long>>& counts, KappaWeights weights) {
  const Table table = tableOf(counts);
  const Agreement agreed = agreementOf(table, weights);
  Test test;
  test.method = "z of kappa under independence, Fleiss, Cohen & Everitt 1969";
  if (std::string why = whyNot(table, agreed.chance); !why.empty()) {
    test.note = std::move(why);
    return test;
  }
  const double value = (agreed.observed - agreed.chance) / (1 - agreed.chance);
  const auto [ofRow, ofColumn] = meanWeights(table, agreed);
  double sum = 0;
  for (std::size_t i = 0; i < table.classes(); ++i) {
    for (std::size_t j = 0; j < table.classes(); ++j) {
      const double term = agreed.weights[i][j] - ofRow[i] - ofColumn[j];
      sum += table.rows[i] * table.columns[j] * term * term;
    }
  }
  const double variance = (sum - agreed.chance * agreed.chance) / (table.n * (1 - agreed.chance) * (1 - agreed.chance));
  test.statistic = value / std::sqrt(variance);
  test.p = 2 * normalCdf(-std::abs(*test.statistic));
  return test;
}

std::optional<double> kappaValue(const std::vector<std::vector<double>>& counts, KappaWeights weights) {
  const Table table = tableOf(counts);
  const Agreement agreed = agreementOf(table, weights);
  if (!whyNot(table, agreed.chance).empty()) {
    return std::nullopt;
  }
  return (agreed.observed - agreed.chance) / (1 - agreed.chance);
}

KappaContext kappaContext(const std::vector<std::vector<long>>& counts) {
  const Table table = tableOf(counts);
  KappaContext context;
  if (table.n == 0 || table.classes() < 2) {
    return context;
  }
  const Agreement agreed = agreementOf(table, KappaWeights::none);
  const auto classes = static_cast<double>(table.classes());
  context.observedAgreement = agreed.observed;
  context.chanceAgreement = agreed.chance;
  context.pabak = (classes * agreed.observed - 1) / (classes - 1);
  if (table.classes() == 2) {
    context.prevalenceIndex = std::abs(table.p[0][0] - table.p[1][1]);
    context.biasIndex = std::abs(table.p[0][1] - table.p[1][0]);
  }
  if (!certain(agreed.chance)) {
    double most = 0;
    for (std::size_t i = 0; i < table.classes(); ++i) {
      most += std::min(table.rows[i], table.columns[i]);
    }
    context.maximumKappa = (most - agreed.chance) / (1 - agreed.chance);
  }
  return context;
}

} // namespace hipcuff::statistics
