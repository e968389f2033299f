#include "rules.h"

#include "profile_table.h"
#include "values.h"

#include <algorithm>
#include <array>

namespace hipcuff::dicom {
namespace {

/// Free text that reading an ultrasound image needs and that devices, not people, fill.
constexpr std::array<std::uint32_t, 21> keptTexts = {
    0x00080070, 0x00080100, 0x00080102, 0x00080103, 0x00080104, 0x00080119, 0x00081090,
    0x00181016, 0x00181018, 0x00181019, 0x00181020, 0x00181022, 0x00181023, 0x00185010,
    0x00185020, 0x00185021, 0x00620009, 0x00660031, 0x00660036, 0x00701306, 0x00686510};

/// Free text of which known terms stay.
constexpr std::array<std::uint32_t, 15> cleanedTexts = {0x00082120, 0x00082127, 0x00209421, 0x00280A04, 0x00281055,
                                                        0x00283003, 0x00283010, 0x00620005, 0x00620006, 0x00620020,
                                                        0x00660030, 0x00700068, 0x00700081, 0x00700306, 0x00720014};

/// Binary values that are picture, palette, table or curve of an examination.
constexpr std::array<std::uint32_t, 18> keptBinary = {
    0x00281101, 0x00281102, 0x00281103, 0x00281104, 0x00281201, 0x00281202, 0x00281203, 0x00281204, 0x00281221,
    0x00281222, 0x00281223, 0x00283006, 0x54001010, 0x5400100A, 0x00281408, 0x7FE00001, 0x7FE00002, 0x00660023};

template <std::size_t n>
bool in(const std::array<std::uint32_t, n>& list, std::uint32_t tag) {
  return std::find(list.begin(), list.end(), tag) != list.end();
}

Deed dateOr(DcmEVR vr, const Profile& profile, Deed otherwise) {
  if (profile.dates != Dates::shift)
    return otherwise;
  return vr == EVR_TM ? Deed::time : vr == EVR_DA || vr == EVR_DT ? Deed::date : Deed::keep;
}

Deed required(std::uint32_t tag, Action action, DcmEVR vr) {
  const bool sequence = vr == EVR_SQ;
  switch (action) {
  case Action::X:
    // Type 1 in presentation states.
    return tag == 0x00700082 || tag == 0x00700083 ? Deed::dummy : Deed::remove;
  case Action::Z:
    return tag == 0x00100010 ? Deed::pseudonym : Deed::empty;
  case Action::D:
    if (tag == 0x0040A730 || tag == 0x00401101)
      return Deed::standIn;
    if (tag == 0x00700001)
      return Deed::remove; // Type 1C: a presentation state may have no annotation at all
    return sequence ? Deed::recurse : Deed::dummy;
  case Action::U:
    return Deed::uid;
  case Action::ZD:
    return tag == 0x00100020 ? Deed::pseudonym : tag == 0x00700084 || tag == 0x00180010 ? Deed::empty : Deed::dummy;
  case Action::XZ:
    return sequence && tag != 0x00400555 ? Deed::remove : Deed::empty;
  case Action::XD:
    return Deed::remove;
  case Action::XZD:
    return tag == 0x00181000 ? Deed::dummy : Deed::remove; // Type 1 of enhanced equipment; else type 3 or 1C
  case Action::XZU:
    return Deed::recurse;
  }
  return Deed::remove;
}

Deed byRow(const ProfileRow& row, DcmEVR vr, const Profile& profile) {
  const bool sequence = vr == EVR_SQ;
  const bool temporal = vr == EVR_DA || vr == EVR_TM || vr == EVR_DT;
  const Deed whole = sequence ? Deed::recurse : Deed::keep;
  if (row.uids && profile.retainUids)
    return whole;
  if (row.dates && profile.dates == Dates::shift)
    return dateOr(vr, profile, Deed::remove);
  if ((row.device && profile.retainDevice && !temporal) || (row.institution && profile.retainInstitution))
    return whole;
  if (row.patient && profile.retainPatient)
    return vr == EVR_AS ? Deed::age : whole;
  if ((row.patientText && profile.retainPatient) || (row.descriptor && profile.cleanDescriptors))
    return sequence ? Deed::recurse : Deed::words;
  if ((row.graphics && profile.cleanGraphics) || (row.content && profile.cleanContent))
    return Deed::recurse;
  return required(row.tag, row.action, vr);
}

Deed byVr(std::uint32_t tag, DcmEVR vr, const Profile& profile) {
  switch (vr) {
  case EVR_SQ:
    return tag == 0x4FFE0001 ? Deed::remove : Deed::recurse;
  case EVR_PN:
  case EVR_AS:
    return Deed::empty;
  case EVR_DA:
  case EVR_DT:
  case EVR_TM:
    return dateOr(vr, profile, Deed::empty);
  case EVR_UI:
    // What object this is can't be said otherwise.
    return tag == 0x00080016 || profile.retainUids ? Deed::keep : Deed::uid;
  case EVR_CS:
    return Deed::coded;
  case EVR_DS:
  case EVR_IS:
    return Deed::number;
  case EVR_LO:
  case EVR_SH:
  case EVR_LT:
  case EVR_ST:
  case EVR_UT:
  case EVR_UC:
    if (tag == 0x0040A160 || tag == 0x00700006)
      return profile.cleanDescriptors ? Deed::words : Deed::dummy;
    if (tag == 0x00185010 && !profile.retainDevice) // vendors write the serial number into Transducer Data
      return Deed::words;
    return in(keptTexts, tag) ? Deed::keep : in(cleanedTexts, tag) ? Deed::words : Deed::empty;
  case EVR_US:
  case EVR_SS:
  case EVR_UL:
  case EVR_SL:
  case EVR_UV:
  case EVR_SV:
  case EVR_FL:
  case EVR_FD:
  case EVR_AT:
    return Deed::keep;
  case EVR_OB:
  case EVR_OW:
  case EVR_OF:
  case EVR_OD:
  case EVR_OL:
  case EVR_OV:
    return in(keptBinary, tag) ? Deed::keep : Deed::remove;
  default: // AE, UR, UN and what is none
    return Deed::remove;
  }
}

/// What DCMTK's dictionary names where the standard leaves a choice.
/// What stands in a file without VRs, there.
DcmEVR settled(DcmEVR vr) {
  return vr == EVR_xs ? EVR_US : vr == EVR_ox || vr == EVR_px || vr == EVR_lt ? EVR_OW : vr == EVR_up ? EVR_UL : vr;
}

bool isChoice(DcmEVR vr) {
  return vr == EVR_xs || vr == EVR_ox || vr == EVR_px || vr == EVR_lt || vr == EVR_na || vr == EVR_up;
}

} // namespace

bool staysUid(std::uint32_t tag, std::string_view uid) {
  const auto* row = profileRow(tag);
  // Frames of reference and palettes have well-known ones.
  const bool mapped = row && row->action == Action::U && tag != 0x00200052 && tag != 0x00281199;
  return !mapped && isPublishedUid(uid);
}

bool isTextVr(DcmEVR vr) noexcept {
  return vr == EVR_LO || vr == EVR_SH || vr == EVR_LT || vr == EVR_ST || vr == EVR_UT || vr == EVR_UC || vr == EVR_PN;
}

Deed decide(std::uint32_t tag, DcmEVR standard, DcmEVR inFile, const Profile& profile) {
  const auto stored = settled(inFile);
  const auto group = tag >> 16;
  if (group % 2 != 0 || group < 8 || (tag & 0xFFFF) == 0 || (group & 0xFF00) == 0x5000 || (group & 0xFF00) == 0x6000)
    return Deed::remove;
  const auto* row = profileRow(tag);
  // Newer than the dictionary: nobody can say what it is.
  if (standard == EVR_UNKNOWN && !row)
    return Deed::remove;
  const auto vr = standard == EVR_UNKNOWN || isChoice(standard) ? stored : standard;
  const bool words = vr == EVR_OW || vr == EVR_OB;
  const bool stranger =
      vr != stored && (vr == EVR_SQ || stored == EVR_SQ || stored == EVR_UN || (stored == EVR_OB && !words));
  const auto deed = row ? byRow(*row, vr, profile) : byVr(tag, vr, profile);
  // A sequence that isn't one, or a text as bytes: what it holds can't be looked at.
  return stranger || stored == EVR_UN ? Deed::remove : deed;
}

} // namespace hipcuff::dicom
