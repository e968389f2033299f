// What becomes of an element: the profile's table first, behind it a rule for each VR, so that a hole in the table, or
// an element newer than it, lets nothing through.
#pragma once

#include "hipcuff/dicom/deidentify/profile.h"

#include <cstdint>
#include <string_view>

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcvr.h"

namespace hipcuff::dicom {

enum class Deed {
  keep,
  remove,
  empty,
  dummy,
  uid,   ///< map unless it is a published one
  date,  ///< shift
  time,  ///< keep a time or empty, as the profile's `times` says
  words, ///< keep known terms only; "removed" where none is left
  age,   ///< cap
  pseudonym,
  coded,  ///< keep if it is made of a code string's characters
  number, ///< keep if it is made of a number's characters
  recurse,
  standIn, ///< a sequence: one item of public codes instead
};

/// @param standard the VR that DICOM's dictionary gives the tag; EVR_UNKNOWN where it has no such tag
/// @param stored the VR in the file
[[nodiscard]] Deed decide(std::uint32_t tag, DcmEVR standard, DcmEVR stored, const Profile& profile);

/// Whether a UID is no one's: a published one, but not as the name of a study, a series, an instance or a device.
[[nodiscard]] bool staysUid(std::uint32_t tag, std::string_view uid);

[[nodiscard]] bool isTextVr(DcmEVR vr) noexcept;

} // namespace hipcuff::dicom
