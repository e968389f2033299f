// The values of a filter: words, numbers with units, dates and patterns, read for the field that they stand behind.
#pragma once

#include "filter_fields.h"
#include "filter_parser.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::batch {

using FilterWords = std::vector<FilterToken>;

/// Whether the value is `unknown` (null, missing), without quotes.
[[nodiscard]] bool saysUnknown(const FilterWords& value);
/// Whether it is `known`.
[[nodiscard]] bool saysKnown(const FilterWords& value);

/// Everything below throws a UsageError that points at the value.
/// One of the field's words. @throws with "did you mean"
[[nodiscard]] const FieldWord& readWord(std::string_view filter, const Field& field, const FilterWords& value);
/// In the unit of the catalogue.
[[nodiscard]] double readNumber(std::string_view filter, const Field& field, const FilterWords& value);
[[nodiscard]] bool readFlag(std::string_view filter, const Field& field, const FilterWords& value);
/// One word or one quoted text.
[[nodiscard]] const std::string& readText(std::string_view filter, const Field& field, const FilterWords& value);

/// First and last text of a day, a month, a year: "20250101" to "20250131".
struct TextRange {
  std::string first;
  std::string last;
};
[[nodiscard]] TextRange readDate(std::string_view filter, const Field& field, const FilterWords& value);
[[nodiscard]] TextRange readTime(std::string_view filter, const Field& field, const FilterWords& value);

/// LIKE's pattern, escaped by '\': * and ? are wildcards, \* and \? are not; without wildcards: contains.
[[nodiscard]] std::string likePattern(std::string_view text);

} // namespace hipcuff::batch
