#include "hipcuff/statistics/raters.h"

#include "distributions.h"
#include "rater_counts.h"

#include "hipcuff/statistics/normal.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr const char* linearised = "linearised over subjects, t (Gwet 2014)";
constexpr const char* linearisedClustered = "linearised over patients, t (Gwet 2014)";

/// Average pairwise agreement of one subject, with the weights.
double subjectAgreement(const std::vector<double>& counts, double ratings, const WeightMatrix& weights) {
  double sum = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] == 0)
      continue;
    double weighted = 0;
    for (std::size_t l = 0; l < counts.size(); ++l)
      weighted += weights[k][l] * counts[l];
    sum += counts[k] * (weighted - 1);
  }
  return sum / (ratings * (ratings - 1));
}

/// What the coefficients of Gwet's framework have in common.
struct Framework {
  std::vector<double> shares{}; ///< of the categories, mean over subjects
  double observed = 0;
  double subjects = 0; ///< with one rating or more
  double paired = 0;   ///< with two or more
};

Framework frameworkOf(const RaterCounts& counts, const WeightMatrix& weights) {
  Framework f;
  f.shares.assign(weights.size(), 0.0);
  for (const RatedSubject& subject : counts.subjects) {
    f.subjects += 1;
    for (std::size_t k = 0; k < f.shares.size(); ++k)
      f.shares[k] += subject.counts[k] / subject.ratings;
    if (subject.ratings < 2)
      continue;
    f.paired += 1;
    f.observed += subjectAgreement(subject.counts, subject.ratings, weights);
  }
  for (double& share : f.shares)
    share /= f.subjects;
  f.observed /= f.paired;
  return f;
}

/// Standard error and interval from each subject's influence, whose sum over all is 0.
void interval(Estimate& estimate, const RaterCounts& counts, const std::vector<double>& influence, double level) {
  std::vector<double> sums(counts.clusterCount, 0.0);
  for (std::size_t i = 0; i < influence.size(); ++i)
    sums[counts.subjects[i].cluster] += influence[i];
  const auto c = static_cast<double>(counts.clusterCount);
  if (counts.clusterCount < 2) {
    estimate.note = counts.clustered ? "one patient only" : "one subject only";
    return;
  }
  double variance = 0;
  for (const double sum : sums)
    variance += sum * sum;
  variance *= c / (c - 1);
  setInterval(estimate, std::sqrt(variance), c - 1, level, counts.clustered ? linearisedClustered : linearised);
}

enum class Chance { none, fleiss, gwet };

/// The coefficient (observed - chance) / (1 - chance) with its linearised standard error (Gwet 2014, chapter 5).
Agreement coefficient(const RaterCounts& counts, const WeightMatrix& weights, Chance chance, double level) {
  Agreement agreement;
  agreement.subjects = counts.pairedSubjects();
  agreement.leftOut = counts.rows - agreement.subjects;
  if (const std::string why = counts.refusal(); !why.empty()) {
    agreement.coefficient = notEstimable(why);
    return agreement;
  }
  const Framework f = frameworkOf(counts, weights);
  const std::size_t q = weights.size();
  // Chance agreement and its derivative with respect to each category's share.
  double expected = 0;
  std::vector<double> slope(q, 0.0);
  if (chance == Chance::fleiss)
    for (std::size_t k = 0; k < q; ++k) {
      for (std::size_t l = 0; l < q; ++l)
        slope[k] += weights[k][l] * f.shares[l];
      expected += f.shares[k] * slope[k];
    }
  if (chance == Chance::gwet) {
    if (q < 2) {
      agreement.coefficient = notEstimable("one category only");
      return agreement;
    }
    double sum = 0;
    for (const auto& row : weights)
      for (const double weight : row)
        sum += weight;
    const double factor = sum / static_cast<double>(q * (q - 1));
    for (std::size_t k = 0; k < q; ++k) {
      slope[k] = factor * (1 - f.shares[k]);
      expected += f.shares[k] * slope[k];
    }
  }
  agreement.observed = f.observed;
  if (chance != Chance::none)
    agreement.expected = expected;
  if (1 - expected < 1e-12) {
    agreement.coefficient = notEstimable("all ratings are of one category");
    return agreement;
  }
  const double value = (f.observed - expected) / (1 - expected);
  agreement.coefficient.value = value;
  std::vector<double> influence;
  influence.reserve(counts.subjects.size());
  for (const RatedSubject& subject : counts.subjects) {
    double own = 0;
    if (subject.ratings >= 2)
      own = f.subjects / f.paired * (subjectAgreement(subject.counts, subject.ratings, weights) - expected) /
            (1 - expected);
    else // a subject without pair says nothing of the observed agreement, but counts in its mean
      own = 0;
    double chanceShift = 0;
    for (std::size_t k = 0; k < q; ++k)
      chanceShift += slope[k] * subject.counts[k] / subject.ratings;
    own -= 2 * (1 - value) * (chanceShift - expected) / (1 - expected);
    influence.push_back((own - value) / f.subjects);
  }
  interval(agreement.coefficient, counts, influence, level);
  return agreement;
}

/// z of Fleiss, Nee & Landis 1979 for n subjects by m raters: no agreement beyond chance.
Test fleissTest(const Agreement& agreement, const std::vector<double>& shares, double n, double m) {
  double pq = 0;
  double skew = 0;
  for (const double p : shares) {
    pq += p * (1 - p);
    skew += p * (1 - p) * (1 - 2 * p);
  }
  const double variance = 2 * (pq * pq - skew) / (pq * pq * n * m * (m - 1));
  if (!agreement.coefficient.value || !(variance > 0))
    return noTest("not estimable");
  Test test;
  test.statistic = *agreement.coefficient.value / std::sqrt(variance);
  test.p = 2 * normalCdf(-std::abs(*test.statistic));
  test.method = "z, standard error without agreement (Fleiss, Nee & Landis 1979)";
  return test;
}

Agreement fleiss(const RaterCounts& counts, const WeightMatrix& weights, bool weighted, double level) {
  Agreement agreement = coefficient(counts, weights, Chance::fleiss, level);
  if (!agreement.coefficient.value)
    agreement.test = noTest("not estimable");
  else if (weighted)
    agreement.test = noTest("none for weighted kappa of many raters");
  else if (!counts.complete)
    agreement.test = noTest("needs as many ratings of every subject");
  else if (counts.clustered)
    agreement.test = noTest("needs independent subjects");
  else
    agreement.test = fleissTest(agreement, frameworkOf(counts, weights).shares,
                                static_cast<double>(counts.subjects.size()), counts.subjects.front().ratings);
  return agreement;
}

/// What is the same in Conger's kappa of all subjects and of all but some.
struct CongerSums {
  double agreement = 0;
  double paired = 0;
  std::vector<std::vector<double>> marginals{}; ///< [rater][category]
};

void add(CongerSums& sums, const RatedSubject& subject, const WeightMatrix& weights, double sign) {
  if (subject.ratings >= 2) {
    sums.agreement += sign * subjectAgreement(subject.counts, subject.ratings, weights);
    sums.paired += sign;
  }
  for (std::size_t g = 0; g < subject.byRater->size(); ++g)
    if (const auto& rating = (*subject.byRater)[g])
      sums.marginals[g][*rating] += sign;
}

/// Chance agreement: mean over all pairs of raters of the weighted product of their marginal shares.
std::optional<double> congerChance(const CongerSums& sums, const WeightMatrix& weights) {
  const std::size_t q = weights.size();
  std::vector<double> total(q, 0.0);
  double same = 0;
  double raters = 0;
  for (const auto& marginal : sums.marginals) {
    double n = 0;
    for (const double count : marginal)
      n += count;
    if (!(n > 0.5))
      continue;
    raters += 1;
    for (std::size_t k = 0; k < q; ++k) {
      total[k] += marginal[k] / n;
      for (std::size_t l = 0; l < q; ++l)
        same += weights[k][l] * marginal[k] / n * marginal[l] / n;
    }
  }
  if (raters < 2)
    return std::nullopt;
  double all = 0;
  for (std::size_t k = 0; k < q; ++k)
    for (std::size_t l = 0; l < q; ++l)
      all += weights[k][l] * total[k] * total[l];
  return (all - same) / (raters * (raters - 1));
}

std::optional<double> congerValue(const CongerSums& sums, const WeightMatrix& weights) {
  const auto expected = congerChance(sums, weights);
  if (!expected || sums.paired < 0.5 || 1 - *expected < 1e-12)
    return std::nullopt;
  return (sums.agreement / sums.paired - *expected) / (1 - *expected);
}

} // namespace

Agreement percentAgreement(const RatingTable& table, KappaWeights weights, double level) {
  checkLevel(level);
  return coefficient(countRatings(table), weightMatrix(table.categories.size(), weights), Chance::none, level);
}

Agreement fleissKappa(const RatingTable& table, KappaWeights weights, double level) {
  checkLevel(level);
  return fleiss(countRatings(table), weightMatrix(table.categories.size(), weights), weights != KappaWeights::none,
                level);
}

std::vector<Agreement> fleissKappaByCategory(const RatingTable& table, double level) {
  checkLevel(level);
  const RaterCounts counts = countRatings(table);
  const WeightMatrix two = weightMatrix(2, KappaWeights::none);
  std::vector<Agreement> result;
  for (std::size_t k = 0; k < table.categories.size(); ++k) {
    RaterCounts split = counts;
    for (RatedSubject& subject : split.subjects)
      subject.counts = {subject.counts[k], subject.ratings - subject.counts[k]};
    result.push_back(fleiss(split, two, false, level));
    Estimate& kappa = result.back().coefficient;
    if (!kappa.value && kappa.note == "all ratings are of one category")
      kappa.note = "all or no ratings are of this category";
  }
  return result;
}

Agreement congerKappa(const RatingTable& table, KappaWeights weights, double level) {
  checkLevel(level);
  const RaterCounts counts = countRatings(table);
  const WeightMatrix matrix = weightMatrix(table.categories.size(), weights);
  Agreement agreement;
  agreement.subjects = counts.pairedSubjects();
  agreement.leftOut = counts.rows - agreement.subjects;
  if (const std::string why = counts.refusal(); !why.empty()) {
    agreement.coefficient = notEstimable(why);
    return agreement;
  }
  CongerSums sums;
  sums.marginals.assign(table.raters.size(), std::vector<double>(matrix.size(), 0.0));
  for (const RatedSubject& subject : counts.subjects)
    add(sums, subject, matrix, 1);
  agreement.observed = sums.agreement / sums.paired;
  agreement.expected = congerChance(sums, matrix);
  const auto value = congerValue(sums, matrix);
  if (!value) {
    agreement.coefficient = notEstimable("all ratings are of one category");
    return agreement;
  }
  agreement.coefficient.value = value;
  const auto members = counts.members();
  jackknife(agreement.coefficient, members.size(), counts.clustered, level, [&](std::size_t from, std::size_t step) {
    CongerSums rest = sums;
    for (std::size_t c = from; c < members.size(); c += step)
      for (const std::size_t subject : members[c])
        add(rest, counts.subjects[subject], matrix, -1);
    return congerValue(rest, matrix);
  });
  return agreement;
}

Agreement gwetAc(const RatingTable& table, KappaWeights weights, double level) {
  checkLevel(level);
  return coefficient(countRatings(table), weightMatrix(table.categories.size(), weights), Chance::gwet, level);
}

std::vector<PairwiseKappa> pairwiseKappas(const RatingTable& table, KappaWeights weights, double level) {
  checkLevel(level);
  const RaterCounts counts = countRatings(table);
  const std::size_t q = table.categories.size();
  std::vector<PairwiseKappa> result;
  for (std::size_t a = 0; a < table.raters.size(); ++a)
    for (std::size_t b = a + 1; b < table.raters.size(); ++b) {
      PairwiseKappa pair;
      pair.first = a;
      pair.second = b;
      std::vector<std::vector<long>> cells(q, std::vector<long>(q, 0));
      long equal = 0;
      for (const auto& row : table.ratings)
        if (row[a] && row[b]) {
          ++cells[*row[a]][*row[b]];
          ++pair.subjects;
          equal += *row[a] == *row[b] ? 1 : 0;
        }
      if (pair.subjects > 0)
        pair.agreement = static_cast<double>(equal) / static_cast<double>(pair.subjects);
      pair.kappa = pair.subjects > 0 ? kappa(cells, weights, level) : notEstimable("no subject was rated by both");
      if (pair.kappa.value && counts.clustered) {
        std::vector<std::vector<double>> all(q, std::vector<double>(q, 0.0));
        for (std::size_t k = 0; k < q; ++k)
          for (std::size_t l = 0; l < q; ++l)
            all[k][l] = static_cast<double>(cells[k][l]);
        // Patients without a hip that both rated do not count.
        std::vector<std::vector<std::size_t>> members;
        for (const auto& rows : counts.members()) {
          std::vector<std::size_t> both;
          for (const std::size_t row : rows)
            if ((*counts.subjects[row].byRater)[a] && (*counts.subjects[row].byRater)[b])
              both.push_back(row);
          if (!both.empty())
            members.push_back(std::move(both));
        }
        pair.kappa.ci.reset();
        pair.kappa.se.reset();
        jackknife(pair.kappa, members.size(), true, level, [&](std::size_t from, std::size_t step) {
          auto rest = all;
          for (std::size_t c = from; c < members.size(); c += step)
            for (const std::size_t row : members[c])
              rest[*(*counts.subjects[row].byRater)[a]][*(*counts.subjects[row].byRater)[b]] -= 1;
          return kappaValue(rest, weights);
        });
      }
      result.push_back(std::move(pair));
    }
  return result;
}

} // namespace hipcuff::statistics
