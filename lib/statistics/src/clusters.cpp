#include "hipcuff/statistics/clusters.h"

#include <limits>
#include <numeric>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace hipcuff::statistics {
namespace {

void requireCountable(std::size_t rows) {
  if (rows >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("more rows than can be numbered");
  }
}

template <typename Key>
std::pair<std::vector<std::uint32_t>, std::size_t> numbered(std::span<const Key> keys) {
  requireCountable(keys.size());
  std::unordered_map<Key, std::uint32_t> numbers;
  numbers.reserve(keys.size());
  std::vector<std::uint32_t> of;
  of.reserve(keys.size());
  for (const Key& key : keys) {
    of.push_back(numbers.try_emplace(key, static_cast<std::uint32_t>(numbers.size())).first->second);
  }
  return {std::move(of), numbers.size()};
}

} // namespace

Clusters::Clusters(std::vector<std::uint32_t> clusterOf, std::size_t count)
    : clusterOf_(std::move(clusterOf))
    , starts_(count + 1, 0)
    , members_(clusterOf_.size()) {
  for (const auto cluster : clusterOf_) {
    ++starts_[cluster + 1];
  }
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  auto next = starts_;
  for (std::size_t row = 0; row < clusterOf_.size(); ++row) {
    members_[next[clusterOf_[row]]++] = static_cast<std::uint32_t>(row);
  }
}

Clusters Clusters::independent(std::size_t rows) {
  requireCountable(rows);
  std::vector<std::uint32_t> of(rows);
  std::iota(of.begin(), of.end(), 0U);
  return Clusters(std::move(of), rows);
}

Clusters Clusters::byName(std::span<const std::string> names) {
  auto [of, count] = numbered(names);
  return Clusters(std::move(of), count);
}

Clusters Clusters::byNumber(std::span<const std::int64_t> numbers) {
  auto [of, count] = numbered(numbers);
  return Clusters(std::move(of), count);
}

std::span<const std::uint32_t> Clusters::rowsOf(std::size_t cluster) const {
  if (cluster >= count()) {
    throw std::out_of_range("no such cluster");
  }
  return std::span(members_).subspan(starts_[cluster], starts_[cluster + 1] - starts_[cluster]);
}

Clusters Clusters::subset(std::span<const std::size_t> rows) const {
  std::vector<std::int64_t> numbers;
  numbers.reserve(rows.size());
  for (const auto row : rows) {
    numbers.push_back(clusterOf_.at(row));
  }
  return byNumber(numbers);
}

} // namespace hipcuff::statistics
