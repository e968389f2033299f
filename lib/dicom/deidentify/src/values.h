// Single values: dates, ages, UIDs, numbers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::dicom {

/// The day of a DA (also as ACR-NEMA wrote it, 1994.11.05) or a DT. No value: no such day, or less than a day's
/// precision.
[[nodiscard]] std::optional<std::chrono::sys_days> parseDate(std::string_view text);
/// How people write it: 19310223, 1931-02-23, 1931.02.23, 1931/02/23, 23.02.1931, 23/02/1931, 02/23/1931, 23-02-1931
/// and with month names.
[[nodiscard]] std::vector<std::string> spellings(std::chrono::sys_days day);
/// Dates that stand for none: 1900-01-01, 1800-01-01, 1970-01-01 and before 1800.
[[nodiscard]] bool isFillerDate(std::chrono::sys_days day);

/// A DA or DT (each of several values) as many days earlier, in today's form; a value that is no date becomes empty.
/// DTs of a year or month only keep that precision.
[[nodiscard]] std::string shiftDates(std::string_view values, int daysBack);

/// 090Y for everybody older than 89 (as the US Safe Harbor rule asks, 45 CFR 164.514(b)(2)(i)(C)); no AS: empty.
[[nodiscard]] std::string capAge(std::string_view text);

/// A UID that DICOM publishes: known to DCMTK, or of DICOM's own root with arcs too short for a date or an ID.
[[nodiscard]] bool isPublishedUid(std::string_view uid);
/// An attribute that holds classes', syntaxes' or coding schemes' UIDs.
[[nodiscard]] bool isClassUid(std::uint32_t tag) noexcept;

[[nodiscard]] bool isCodeString(std::string_view values) noexcept;
[[nodiscard]] bool isNumberString(std::string_view values) noexcept;

} // namespace hipcuff::dicom
