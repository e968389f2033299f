// How numbers and words are written for people.
#pragma once

#include "hipcuff/validation/document.h"

#include "hipcuff/report/page_text.h"

#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::validation {

using report::base64;
using report::escapeHtml;
using report::fixed;
/// Valid UTF-8: other bytes and control characters become U+FFFD.
[[nodiscard]] inline std::string cleanUtf8(std::string_view bytes) {
  return report::toUtf8(bytes);
}
/// Special characters of LaTeX escaped; dashes, signs and Greek letters as LaTeX writes them.
[[nodiscard]] std::string escapeLatex(std::string_view text);
/// The value alone: "86.7 %", "0.912", "<0.001"; "n.e." where it is not estimable. The minus sign is U+2212.
[[nodiscard]] std::string valueText(const Quantity& quantity);
/// "[75.8, 93.1]", in the unit of valueText(); empty where there is none.
[[nodiscard]] std::string intervalText(const Quantity& quantity);
/// "52/60"; empty where there are no counts.
[[nodiscard]] std::string countText(const Quantity& quantity);
/// A count with thin groups: "100 000" from 10 000 on.
[[nodiscard]] std::string grouped(long count);

/// What belongs below a table: its notes, then the methods of its intervals and tests, then lettered remarks of single
/// cells (why not estimable).
struct TableFoot {
  std::vector<std::string> general;
  std::vector<std::pair<std::string, std::string>> lettered; ///< letter and remark
  std::vector<std::vector<std::string>> letterOfCell;        ///< [row][cell], empty where there is none
};
[[nodiscard]] TableFoot footOf(const Table& table);

} // namespace hipcuff::validation
