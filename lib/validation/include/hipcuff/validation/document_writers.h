// A document as HTML, CSV, LaTeX and JSON. Same document, same bytes.
#pragma once

#include "hipcuff/validation/document.h"

#include <filesystem>
#include <string>

namespace hipcuff::validation {

/// One self-contained page that loads nothing.
/// @param figures folder of drawn figures (ID.svg, ID.png); where one is missing, its data are named instead
[[nodiscard]] std::string toHtml(const Document& document, const std::filesystem::path& figures);

/// RFC 4180 with LF. A column of quantities becomes KEY, KEY_lower, KEY_upper and KEY_n as far as there are such; the
/// last column, `notes`, says why something is missing. Not estimable is an empty cell.
[[nodiscard]] std::string toCsv(const Table& table);

/// A table environment for the booktabs package, special characters escaped.
[[nodiscard]] std::string toLatex(const Table& table);

/// hipcuff.validation/1: see lib/validation/schema.
[[nodiscard]] std::string toJson(const Document& document);

/// The flow diagram as SVG, in boxes that fit their words.
[[nodiscard]] std::string toSvg(const Flow& flow);

} // namespace hipcuff::validation
