// What the two sections on readers share.
#pragma once

#include "sections.h"

namespace hipcuff::validation {

/// The first reading of each reader, in order.
[[nodiscard]] std::vector<Source> firstReadings(const CaseSet& cases);

/// How much a reader's answer speaks for `least` or worse, one a case: the confidence, with a minus where the class is
/// less; the class where the reader left out a confidence anywhere. None where not graded.
[[nodiscard]] std::vector<std::optional<double>> readerScores(const CaseSet& cases, const Source& source, int least);

} // namespace hipcuff::validation
