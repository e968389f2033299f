#include "hipcuff/core/suggest.h"

#include <algorithm>

namespace hipcuff {
namespace {

std::string_view withoutDashes(std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  return word;
}

} // namespace

std::size_t editDistance(std::string_view a, std::string_view b) {
  // Three rows of the table are enough: a swap looks two rows back.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::optional<std::string> closest(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string_view given = withoutDashes(word);
  std::optional<std::string> best;
  std::size_t bestDistance = 0;
  for (const std::string& candidate : candidates) {
    const std::string_view name = withoutDashes(candidate);
    std::size_t distance = editDistance(given, name);
    // A word begun and not finished ("analy") is a slip however much is missing.
    if (given.size() >= 3 && name.starts_with(given))
      distance = std::min<std::size_t>(distance, 1);
    // One letter for another is no slip of the hand: nothing of the word is left.
    if (distance >= std::max(given.size(), name.size()))
      continue;
    if (distance > std::max<std::size_t>(1, std::max(given.size(), name.size()) / 3))
      continue;
    if (!best || distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

} // namespace hipcuff
