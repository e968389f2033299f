// Who an object is. The same content of the same software at the same time is the same object with the same bytes; any
// other has another UID.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::dicom {

enum class ObjectKind { sr, seg, gsps, sc };
[[nodiscard]] const char* toString(ObjectKind) noexcept; ///< "sr", "seg", "gsps", "sc"
[[nodiscard]] std::optional<ObjectKind> objectKindFrom(std::string_view) noexcept;

/// What made the result. `settings` is whatever else it depends on (criteria, plugins, options), as any text.
struct Provenance {
  std::string software = "HipCuff";
  std::string version;
  std::string settings;
  std::string created; ///< ISO 8601, UTC, as timeNow() gives it
  /// The version that the values are of, where another one writes the object; empty: the same.
  std::string measuredBy{};
  int instanceNumber = 1; ///< among the objects of its series
};
/// The version that measured.
[[nodiscard]] const std::string& measuringVersion(const Provenance&) noexcept;

/// UIDs and times of one object.
struct ObjectIdentity {
  std::string sopInstanceUid;
  std::string seriesInstanceUid; ///< one series for each kind, patient and study as they are named, version, settings
  std::string contentKey;        ///< 64 hex digits: what the object shows, without its time
  std::string date;              ///< DICOM DA, UTC
  std::string time;              ///< DICOM TM, UTC
};

/// UIDs under 2.25 (DICOM PS3.5 B.2) made from SHA-256.
/// @param content everything that the object shows, in any stable form
/// @param series what all instances of one series must have alike (PS3.3 A.1.2.3), besides study, maker and settings
/// @throws std::invalid_argument where provenance.created is not such a time
[[nodiscard]] ObjectIdentity identify(ObjectKind kind, const std::string& studyInstanceUid, std::string_view content,
                                      const Provenance& provenance, std::string_view series = {});

/// Whether an object with this UID and number, written at this time, is the one of that content: what lets a finished
/// object be found again and sent again instead of being made anew.
[[nodiscard]] bool belongsTo(const std::string& sopInstanceUid, const std::string& date, const std::string& time,
                             const std::string& contentKey, int instanceNumber = 1);

/// "2.25." and a number made from the text: the same text, the same UID.
[[nodiscard]] std::string uidFromText(std::string_view text);

} // namespace hipcuff::dicom
