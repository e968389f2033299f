// Receiver operating characteristic: curve, area, comparison of areas, operating points.
//
// Everywhere: `scores` and `positive` have one entry per case, a higher score speaks for positive, and a case is called
// positive where its score >= threshold. std::invalid_argument: lengths differ, or a score is NaN or infinite. Areas
// cost O(n log n) (Sun & Xu 2014: midranks).
#pragma once

#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::statistics {

struct RocPoint {
  double threshold = 0; ///< of the first point +infinity: nobody is called positive
  double sensitivity = 0;
  double specificity = 0;
};

/// From (sensitivity 0, specificity 1) to (1, 0), one point for each distinct score, thresholds descending. Empty where
/// one of the two classes has no cases.
[[nodiscard]] std::vector<RocPoint> rocCurve(std::span<const double> scores, const std::vector<bool>& positive);

/// At most `most` points of a curve (>= 2; the ends stay), those that keep its shape best: for drawing 100,000 cases.
[[nodiscard]] std::vector<RocPoint> thinned(const std::vector<RocPoint>& curve, std::size_t most);

/// The interval from the SE: on the logit scale, which stays within (0, 1) and covers better in small samples (Pepe
/// 2003, section 5.2.5), or symmetric about the value and cut at 0 and 1, as R's pROC prints it.
enum class AucInterval { logit, wald };

/// Area under the curve; ties count a half. SE of DeLong, DeLong & Clarke-Pearson (1988). Not estimable with cases of
/// one class only. With a single positive or negative there is a value without SE. Where the value is 0 or 1 that SE is
/// 0 and says nothing; the interval is then that of Newcombe (2006, part 2, method 5), and the note says so.
[[nodiscard]] Estimate auc(std::span<const double> scores, const std::vector<bool>& positive, double level = 0.95,
                           AucInterval interval = AucInterval::logit);

/// The same value with the SE of Obuchowski (1997) for cases in clusters, whose clusters may hold positives, negatives
/// or both. Clusters of one case each give DeLong's SE. Where fewer than two clusters hold positives, or negatives,
/// there is a value without SE. @throws std::invalid_argument: also where clusters.rows() differs
[[nodiscard]] Estimate clusteredAuc(std::span<const double> scores, const std::vector<bool>& positive,
                                    const Clusters& clusters, double level = 0.95,
                                    AucInterval interval = AucInterval::logit);

/// Several scores of the same cases (systems, readers).
struct AucCovariance {
  std::vector<double> auc{};                     ///< empty where not estimable
  std::vector<std::vector<double>> covariance{}; ///< [score][score]; empty where not estimable
  std::string method{};
  std::string note{}; ///< why one of the two is empty
};

/// Areas and their covariance matrix: DeLong (1988) where `clusters` is null, else Obuchowski (1997).
/// @throws std::invalid_argument: also where a score's length differs from that of `positive`
[[nodiscard]] AucCovariance aucCovariance(const std::vector<std::span<const double>>& scores,
                                          const std::vector<bool>& positive, const Clusters* clusters = nullptr);

struct AucComparison {
  Estimate first{};
  Estimate second{};
  Estimate difference{}; ///< first - second, Wald interval cut at -1 and 1
  Test test{};           ///< two-sided z; not estimable where the difference has no variance
};

/// Two scores of the same cases (DeLong 1988; Obuchowski 1997 where `clusters` is given).
[[nodiscard]] AucComparison pairedAuc(std::span<const double> first, std::span<const double> second,
                                      const std::vector<bool>& positive, const Clusters* clusters = nullptr,
                                      double level = 0.95);

/// The area of a weighted sample, cheap to ask for again with other weights: sorts once, then O(n) per call. Calls from
/// several threads may run at once.
class AucOfWeights {
public:
  AucOfWeights(std::span<const double> scores, const std::vector<bool>& positive);
  /// @param rowWeights one per case. Empty where one class has no weight.
  /// @throws std::invalid_argument where their number differs
  [[nodiscard]] std::optional<double> operator()(std::span<const std::uint32_t> rowWeights) const;

private:
  struct Case {
    std::uint32_t row = 0;
    bool positive = false;
    bool last = false; ///< of its block of equal scores
  };
  std::vector<Case> cases_{}; ///< scores ascending
};

struct OperatingPoint {
  std::optional<double> threshold{}; ///< empty: not estimable, and `note` says why. May be +infinity: nobody positive
  Estimate sensitivity{};            ///< Wilson; clusteredProportion() where clusters are given
  Estimate specificity{};
  std::optional<double> youden{}; ///< sensitivity + specificity - 1
  std::string note{};             ///< that a threshold chosen on the same cases flatters, where it was
};

/// At a threshold fixed beforehand. @param clusters null: independent cases. @throws as above; threshold is NaN
[[nodiscard]] OperatingPoint operatingPoint(std::span<const double> scores, const std::vector<bool>& positive,
                                            double threshold, const Clusters* clusters = nullptr, double level = 0.95);
/// The highest threshold (so the best specificity) whose sensitivity is at least `wanted` (0 to 1).
[[nodiscard]] OperatingPoint operatingPointAtSensitivity(std::span<const double> scores,
                                                         const std::vector<bool>& positive, double wanted,
                                                         const Clusters* clusters = nullptr, double level = 0.95);
/// The lowest threshold (so the best sensitivity) whose specificity is at least `wanted` (0 to 1).
[[nodiscard]] OperatingPoint operatingPointAtSpecificity(std::span<const double> scores,
                                                         const std::vector<bool>& positive, double wanted,
                                                         const Clusters* clusters = nullptr, double level = 0.95);
/// Where sensitivity + specificity - 1 is largest (Youden 1950); of several such thresholds the highest.
[[nodiscard]] OperatingPoint operatingPointYouden(std::span<const double> scores, const std::vector<bool>& positive,
                                                  const Clusters* clusters = nullptr, double level = 0.95);

} // namespace hipcuff::statistics
