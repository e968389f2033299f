// Small text helpers of this room.
#pragma once

#include "hipcuff/report/worst_discontinuity.h"

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

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

/// For people: "full-thickness tear", "left", "long axis", "undersurface tear" ...
[[nodiscard]] const char* words(GradeClass grade) noexcept;
[[nodiscard]] const char* words(DiscontinuityKind kind) noexcept;
/// How far the grade was seen; a normal tendon is "judged on", not "suspected".
[[nodiscard]] const char* certaintyText(const Grade& grade) noexcept;
/// The same of a hip; of a normal one, on how many images and planes.
[[nodiscard]] std::string certaintyText(const HipResult& hip);
/// "mean 4.1 mm (95 % interval 3.8 to 4.4 mm), 3.2 to 5.0 mm along the tendon"
[[nodiscard]] std::string words(const ThicknessSummary& thickness);
/// Whether the difference between the sides is more than scanning the same hip again would show by itself; empty where
/// the criteria don't tell.
[[nodiscard]] std::string againstRescan(const HipResult& hip, const Criteria& criteria);
[[nodiscard]] const char* words(CalibrationOrigin origin) noexcept;
[[nodiscard]] const char* words(FacetKind kind) noexcept;
[[nodiscard]] const char* words(std::optional<Side> side) noexcept;
[[nodiscard]] const char* words(std::optional<View> view) noexcept;

/// Whether a class takes discontinuities for tears. A picture graded normal must not show one as a tear.
[[nodiscard]] bool countsAsTear(GradeClass grade) noexcept;

} // namespace hipcuff::report
