// "Did you mean": the nearest word by edit distance.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff {

/// Fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the other
/// (optimal string alignment distance).
[[nodiscard]] std::size_t editDistance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`; none where even that is too far to be a slip of the finger.
[[nodiscard]] std::optional<std::string> closest(const std::string& word, const std::vector<std::string>& candidates);

} // namespace hipcuff
