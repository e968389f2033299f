// What de-identification takes out and what it may leave (DICOM PS3.15 2024b, annex E).
#pragma once

#include <string>
#include <vector>

namespace hipcuff::dicom {

enum class Dates {
  remove, ///< dates and times are emptied, removed or replaced, as the basic profile says
  shift,  ///< Retain Longitudinal Temporal Information with Modified Dates: all of a patient's by the same days
};

enum class TimesOfDay { keep, empty }; ///< matters where dates are shifted

/// The Basic Application Level Confidentiality Profile and which of its options are on. Private elements go always:
/// Retain Safe Private is not offered. Pixels are a matter of the masks, see mask.h.
struct Profile {
  Dates dates = Dates::remove;
  TimesOfDay times = TimesOfDay::keep;
  bool retainUids = false;
  bool retainDevice = false;
  bool retainInstitution = false;
  /// Sex, age (over 89 becomes 90), height, weight, ethnic group and the like.
  bool retainPatient = false;
  /// Clean Descriptors: of descriptions, only the words of a list of ultrasound terms stay. Otherwise they go whole.
  bool cleanDescriptors = false;
  /// Clean Graphics: shapes of graphic annotations stay, their texts go. Otherwise the annotations go whole.
  /// Overlays and curves go always.
  bool cleanGraphics = false;
  /// Clean Structured Content: an SR's tree of codes, numbers, coordinates and references stays; names and dates are
  /// replaced and texts go. Otherwise one item stands in for the tree.
  bool cleanContent = false;
  /// ASCII words that descriptions may keep beside the built-in ones, in any case.
  std::vector<std::string> moreTerms;
  friend bool operator==(const Profile&, const Profile&) = default;
};

} // namespace hipcuff::dicom
