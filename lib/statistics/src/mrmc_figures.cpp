// Figures of merit of a reader study and the covariances of their errors.
#include "hipcuff/statistics/mrmc.h"
#include "hipcuff/statistics/roc.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

void check(const ReaderStudy& study) {
  const std::size_t cases = study.positive.size();
  if (study.treatments.empty() || study.readers.empty())
    throw std::invalid_argument("a reader study needs a treatment and a reader");
  bool fits = study.scores.size() == study.treatments.size();
  for (const auto& treatment : study.scores) {
    fits = fits && treatment.size() == study.readers.size();
    for (const auto& reader : treatment) {
      fits = fits && reader.size() == cases;
      for (const double score : reader)
        if (!std::isfinite(score))
          throw std::invalid_argument("a score is not a finite number");
    }
  }
  if (!fits)
    throw std::invalid_argument("every reader must have read every case by every treatment");
  if (study.clusters.rows() > 0 && study.clusters.rows() != cases)
    throw std::invalid_argument("every case needs its patient");
}

void say(std::string* why, std::string text) {
  if (why != nullptr)
    *why = std::move(text);
}

FigureTable emptyTable(const ReaderStudy& study) {
  FigureTable table;
  table.treatments = study.treatments;
  table.readers = study.readers;
  table.figure.assign(study.treatments.size(), std::vector<double>(study.readers.size(), 0.0));
  return table;
}

std::optional<double> share(std::span<const double> weights, const std::vector<bool>& positive, bool wanted,
                            const std::function<bool(std::size_t)>& hit) {
  double all = 0;
  double hits = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (positive[i] == wanted) {
      all += weights[i];
      hits += hit(i) ? weights[i] : 0;
    }
  if (!(all > 0))
    return std::nullopt;
  return hits / all;
}

} // namespace

FigureOfMerit areaUnderCurve() {
  return [](std::span<const double> scores, const std::vector<bool>& positive,
            std::span<const double> weights) -> std::optional<double> {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
    double below = 0; // weight of the negatives with lower scores
    double positives = 0;
    double wins = 0;
    for (std::size_t i = 0; i < order.size();) {
      double tiedPositive = 0;
      double tiedNegative = 0;
      std::size_t j = i;
      for (; j < order.size() && scores[order[j]] == scores[order[i]]; ++j)
        (positive[order[j]] ? tiedPositive : tiedNegative) += weights[order[j]];
      wins += tiedPositive * (below + tiedNegative / 2);
      below += tiedNegative;
      positives += tiedPositive;
      i = j;
    }
    if (!(below > 0 && positives > 0))
      return std::nullopt;
    return wins / (below * positives);
  };
}

FigureOfMerit sensitivityAt(double threshold) {
  return
      [threshold](std::span<const double> scores, const std::vector<bool>& positive, std::span<const double> weights) {
        return share(weights, positive, true, [&](std::size_t i) { return scores[i] >= threshold; });
      };
}

FigureOfMerit specificityAt(double threshold) {
  return
      [threshold](std::span<const double> scores, const std::vector<bool>& positive, std::span<const double> weights) {
        return share(weights, positive, false, [&](std::size_t i) { return scores[i] < threshold; });
      };
}

std::optional<FigureTable> figuresByDeLong(const ReaderStudy& study, std::string* why) {
  check(study);
  std::vector<std::span<const double>> scores;
  for (const auto& treatment : study.scores)
    for (const auto& reader : treatment)
      scores.emplace_back(reader);
  const bool clustered = study.clusters.rows() > 0 && !study.clusters.singletons();
  AucCovariance result = aucCovariance(scores, study.positive, clustered ? &study.clusters : nullptr);
  if (result.auc.empty() || result.covariance.empty()) {
    say(why, result.note);
    return std::nullopt;
  }
  FigureTable table = emptyTable(study);
  for (std::size_t i = 0; i < result.auc.size(); ++i)
    table.figure[i / study.readers.size()][i % study.readers.size()] = result.auc[i];
  table.covariance = std::move(result.covariance);
  table.method = result.method;
  table.range = {0, 1};
  return table;
}

std::optional<FigureTable> figuresByJackknife(const ReaderStudy& study, const FigureOfMerit& figure, std::string* why,
                                              Interval range) {
  check(study);
  const std::size_t cases = study.positive.size();
  const bool clustered = study.clusters.rows() > 0 && !study.clusters.singletons();
  const std::size_t left = clustered ? study.clusters.count() : cases;
  if (left < 2) {
    say(why, clustered ? "fewer than two patients" : "fewer than two cases");
    return std::nullopt;
  }
  FigureTable table = emptyTable(study);
  table.range = range;
  const std::size_t r = study.readers.size();
  const std::size_t size = study.treatments.size() * r;
  std::vector<std::vector<double>> without(size);
  std::vector<double> weights(cases, 1.0);
  for (std::size_t c = 0; c < size; ++c) {
    const std::vector<double>& scores = study.scores[c / r][c % r];
    const auto whole = figure(scores, study.positive, weights);
    if (!whole) {
      say(why, "the figure of merit needs both positive and negative cases");
      return std::nullopt;
    }
    table.figure[c / r][c % r] = *whole;
  }
  for (std::size_t k = 0; k < left; ++k) {
    const auto setWeights = [&](double weight) {
      if (clustered)
        for (const std::uint32_t row : study.clusters.rowsOf(k))
          weights[row] = weight;
      else
        weights[k] = weight;
    };
    setWeights(0);
    for (std::size_t c = 0; c < size; ++c) {
      const auto value = figure(study.scores[c / r][c % r], study.positive, weights);
      if (!value) {
        say(why, clustered ? "only one patient has positive, or negative, cases"
                           : "there is only one positive, or negative, case");
        return std::nullopt;
      }
      without[c].push_back(*value);
    }
    setWeights(1);
  }
  const auto n = static_cast<double>(left);
  for (auto& values : without) {
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    for (double& value : values)
      value -= mean;
  }
  table.covariance.assign(size, std::vector<double>(size, 0.0));
  for (std::size_t a = 0; a < size; ++a)
    for (std::size_t b = a; b < size; ++b) {
      double sum = 0;
      for (std::size_t k = 0; k < left; ++k)
        sum += without[a][k] * without[b][k];
      table.covariance[a][b] = table.covariance[b][a] = (n - 1) / n * sum;
    }
  table.method = clustered ? "jackknife over patients" : "jackknife";
  return table;
}

} // namespace hipcuff::statistics
