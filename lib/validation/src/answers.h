// What becomes of several answers of one source: merged, the worst of them, the majority.
#pragma once

#include "hipcuff/validation/cases.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::validation {

[[nodiscard]] bool saysAnything(const Answer& answer) noexcept;

/// The first field of which both say something different, in words: "class normal against tendinosis"; empty where
/// none is.
[[nodiscard]] std::string contradiction(const Answer& a, const Answer& b);
/// Whether `more` says nothing that `answer` does not say.
[[nodiscard]] bool addsNothing(const Answer& answer, const Answer& more);
/// What `answer` does not say is taken from `more`.
void merge(Answer& answer, const Answer& more);

/// The worst class; what is said of the tear goes with the answer of that class whose tear is the deepest; thickness
/// where all who say it agree; the longest time is no sum: times are left out unless there is one answer only.
[[nodiscard]] Answer worstOf(const std::vector<const Answer*>& answers);

/// The class of more than half; measures are means of those who measured. No class where no class has a majority.
[[nodiscard]] Answer majorityOf(const std::vector<const Answer*>& answers);

} // namespace hipcuff::validation
