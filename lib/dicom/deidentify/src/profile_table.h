// Table E.1-1 of DICOM PS3.15 2024b as data: what becomes of which attribute, and under which option it may stay.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hipcuff::dicom {

/// X remove, Z empty (or dummy), D dummy, U map the UID; combinations leave the choice to what the object needs.
enum class Action : std::uint8_t { X, Z, D, U, ZD, XZ, XD, XZD, XZU };

struct ProfileRow {
  std::uint32_t tag = 0;
  Action action = Action::X;
  /// Columns of the options that have something for this attribute:
  bool dates = false;       ///< shifted
  bool device = false;      ///< kept
  bool patient = false;     ///< kept
  bool patientText = false; ///< kept as far as its words are known terms
  bool institution = false; ///< kept
  bool descriptor = false;  ///< kept as far as its words are known terms
  bool graphics = false;
  bool content = false;
  bool uids = false; ///< kept
};

/// Ascending by tag.
[[nodiscard]] const std::vector<ProfileRow>& profileTable();
/// @return nullptr where the table has no row
[[nodiscard]] const ProfileRow* profileRow(std::uint32_t tag) noexcept;

} // namespace hipcuff::dicom
