// Single values: dates, ages, UIDs, numbers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::dicom {

/// The day of a DA (also as ACR-NEMA wrote it, 1994.11.05) or a DT. No value: no such day, less than a day's precision,
/// or anything behind it but a time and a zone, as in a range.
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

/// Every day that stands in a value, also where it is no DA or DT: both ends of a range.
[[nodiscard]] std::vector<std::chrono::sys_days> daysIn(std::string_view text);
/// TMs: nothing else, such as a date, has their form.
[[nodiscard]] bool isTime(std::string_view values);
/// A number of eight digits that is a day of 1900 to 2099.
[[nodiscard]] bool readsAsDay(std::string_view values);

/// A UID that DICOM publishes: known to DCMTK, or the number of a context group or of a coding scheme of HL7.
[[nodiscard]] bool isPublishedUid(std::string_view uid);
/// An attribute that holds classes', syntaxes' or coding schemes' UIDs.
[[nodiscard]] bool isClassUid(std::uint32_t tag) noexcept;

[[nodiscard]] bool isCodeString(std::string_view values) noexcept;
[[nodiscard]] bool isNumberString(std::string_view values) noexcept;

} // namespace hipcuff::dicom
