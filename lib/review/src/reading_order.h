// In which order the pictures of a reader study are shown.
#pragma once

#include <string>
#include <vector>

namespace hipcuff::review {

/// Shuffled by Fisher and Yates with SplitMix64, seeded by reader and reading; the same on every machine and with every
/// compiler (std::shuffle is not), whatever order the pictures come in.
[[nodiscard]] std::vector<std::string> readingOrder(std::vector<std::string> pictures, const std::string& reader,
                                                    int reading);

} // namespace hipcuff::review
