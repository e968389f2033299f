// What free text (descriptions, protocol names, annotations) says of side, view and part of the body.
#pragma once

#include "hipcuff/core/cine.h"

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff {

/// What one text says. A value is there only where the text names it and nothing in the same text contradicts it.
struct TermFinding {
  std::optional<Side> side;
  std::optional<View> view;
  std::optional<BodyRegion> bodyRegion;
  std::string sideText; ///< the words as they stand in the text, e.g. "LT"; empty where the value is absent
  std::string viewText;
  std::string bodyRegionText;
};

/// Looks for an explicit list of terms (English, German, French, Spanish, Italian, Dutch, Portuguese;
/// src/hip_terms_table.h) as whole words, whatever the case and the accents.
///
/// Unknown stays unknown. Left with right, "bilateral", long with short, hip with shoulder: no value. The word hip
/// alone is not a *lateral* hip (a joint effusion study shows no gluteal tendon), so it gives no region. Abbreviations
/// that mean something else elsewhere ("L", "RE", "dx", "LONG") count only beside a word for the hip, most in capitals
/// only.
/// @param utf8Text any text; bytes that are not UTF-8 separate words
[[nodiscard]] TermFinding findHipTerms(std::string_view utf8Text);

} // namespace hipcuff
