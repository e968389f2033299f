// What a person's review says, in words; and whose class of an image holds.
#pragma once

#include "hipcuff/core/result.h"

#include <string>

namespace hipcuff::report {

/// The person's class where a person decided, the program's otherwise.
[[nodiscard]] GradeClass classOf(const ImageResult& image) noexcept;
/// Likewise.
[[nodiscard]] std::string subtypeOf(const ImageResult& image);

/// One sentence without its full stop, UTF-8; empty without a review:
///   "Reviewed by AB on 2026-05-04 09:30 UTC: changed to tendinosis (the program: partial-thickness tear), because ..."
///   "Reviewed by AB on ...: accepted", "...: refused, because ...", "Corrected by AB on ..., not yet decided".
[[nodiscard]] std::string reviewText(const ImageResult& image);

} // namespace hipcuff::report
