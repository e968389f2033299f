// The words that people write for classes.
#pragma once

#include "hipcuff/validation/reference.h"

#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::validation {

/// How a word is looked up: whatever its case, blanks and dashes.
[[nodiscard]] std::string classKey(std::string_view word);
[[nodiscard]] std::vector<std::string> knownClassWords();
/// What is wrong with a word that is none, and what was perhaps meant.
[[nodiscard]] std::string unknownClass(const std::string& word);

} // namespace hipcuff::validation
