// Which rows belong together: the hips and pictures of one patient.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::statistics {

/// A partition of the rows 0 ... size() - 1. Clusters are numbered in the order of their first row.
class Clusters {
public:
  /// No rows.
  Clusters() = default;
  /// Every row a cluster of its own.
  [[nodiscard]] static Clusters independent(std::size_t rows);
  /// Rows with the same name are one cluster.
  [[nodiscard]] static Clusters byName(std::span<const std::string> names);
  /// Rows with the same number are one cluster; the numbers may be any.
  [[nodiscard]] static Clusters byNumber(std::span<const std::int64_t> numbers);

  [[nodiscard]] std::size_t rows() const noexcept { return clusterOf_.size(); }
  [[nodiscard]] std::size_t count() const noexcept { return starts_.empty() ? 0 : starts_.size() - 1; }
  /// Every cluster has one row.
  [[nodiscard]] bool singletons() const noexcept { return count() == rows(); }
  /// @throws std::out_of_range where there is no such row
  [[nodiscard]] std::size_t of(std::size_t row) const { return clusterOf_.at(row); }
  /// One cluster number per row.
  [[nodiscard]] std::span<const std::uint32_t> ofRows() const noexcept { return clusterOf_; }
  /// The rows of a cluster, ascending. @throws std::out_of_range where there is no such cluster
  [[nodiscard]] std::span<const std::uint32_t> rowsOf(std::size_t cluster) const;
  /// The partition of some of the rows, in the order given; clusters left without rows vanish.
  /// @throws std::out_of_range where there is no such row
  [[nodiscard]] Clusters subset(std::span<const std::size_t> rows) const;

private:
  explicit Clusters(std::vector<std::uint32_t> clusterOf, std::size_t count);

  std::vector<std::uint32_t> clusterOf_{};
  std::vector<std::size_t> starts_{}; ///< of each cluster in members_, and the end
  std::vector<std::uint32_t> members_{};
};

} // namespace hipcuff::statistics
