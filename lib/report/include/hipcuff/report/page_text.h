// Text for pages and people, where other rooms write pages of their own.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/grade.h"

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::report {

/// Valid UTF-8: bytes that are not become U+FFFD; so do control characters other than tab and line feed.
[[nodiscard]] std::string toUtf8(std::string_view bytes);
/// toUtf8, then & < > " ' escaped: fit for HTML text and quoted attributes.
[[nodiscard]] std::string escapeHtml(std::string_view bytes);
/// `decimals` digits after the point, "." in every locale; "-0.0" is "0.0".
[[nodiscard]] std::string fixed(double value, int decimals);
[[nodiscard]] std::string base64(std::string_view bytes);
/// DICOM DA "20260401" -> "2026-04-01"; anything else stays as it is (UTF-8).
[[nodiscard]] std::string isoDate(const std::string& date);
/// 0.37 -> "37 %"
[[nodiscard]] std::string percent(double fraction);
/// A probability or confidence: no model is certain, so "> 99 %" and "< 1 %" at the ends.
[[nodiscard]] std::string chance(double fraction);

/// For people: "full-thickness tear", "left", "long axis", "the file's ultrasound region" ...
[[nodiscard]] const char* words(GradeClass grade) noexcept;
[[nodiscard]] const char* words(CalibrationOrigin origin) noexcept;
[[nodiscard]] const char* words(std::optional<Side> side) noexcept;
[[nodiscard]] const char* words(std::optional<View> view) noexcept;

} // namespace hipcuff::report
