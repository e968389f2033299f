// What tells patients apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff {

/// The same however a device wrote it: white space at the ends and doubled, letter case (Latin, Greek, Cyrillic) and
/// full-width forms do not count. The ID; where it is empty, name and birth date; empty where nobody is named. Who
/// issued the ID does not count. All UTF-8. It is as telling as what it was made from: see patientDigest().
[[nodiscard]] std::string patientKey(std::string_view id, std::string_view name, std::string_view birthDate);

/// For ImageResult::patientKey: SHA-256 of the key; empty where that is.
[[nodiscard]] std::string patientDigest(std::string_view id, std::string_view name, std::string_view birthDate);

/// ImageResult::patientKey of a result that was read back and only says which of several patients of its study it is
/// of.
/// @param number as StudyResult::patient, from 1
[[nodiscard]] std::string storedPatient(int number);
/// That number; none of any other key.
[[nodiscard]] std::optional<int> storedPatientNumber(std::string_view key) noexcept;

} // namespace hipcuff
