#include "cleaner.h"

#include "hipcuff/core/folded_text.h"
#include "hipcuff/dicom/guard/structure.h"
#include "hipcuff/dicom/results/srgb_profile.h"
#include "lookup_tables.h"
#include "values.h"
#include "vocabulary.h"

#include "dcmtk/dcmdata/dctk.h"

#include <memory>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

constexpr const char* removed = "removed";
constexpr std::uint32_t pixelData = 0x7FE00010;

DcmTagKey keyOf(std::uint32_t tag) {
  return {static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF)};
}

/// By the dictionary alone, whatever the file calls it.
DcmEVR standardVr(std::uint32_t tag) {
  const auto vr = DcmTag(keyOf(tag)).getEVR();
  return vr == EVR_UN || vr == EVR_UNKNOWN2B ? EVR_UNKNOWN : vr;
}

KeyKind kindOf(std::uint32_t tag) {
  return tag == 0x0020000D   ? KeyKind::studyUid
         : tag == 0x0020000E ? KeyKind::seriesUid
         : tag == 0x00080018 ? KeyKind::instanceUid
                             : KeyKind::otherUid;
}

} // namespace

void putText(DcmItem& item, std::uint32_t tag, const std::string& text) {
  const auto status = item.putAndInsertString(DcmTag(keyOf(tag)), text.c_str());
  if (status.bad())
    throw std::runtime_error(std::string("cannot set a text: ") + status.text());
}

void putCode(DcmItem& item, std::uint32_t sequence, const char* value, const char* scheme, const char* meaning) {
  DcmItem* entry = nullptr;
  const auto status = item.findOrCreateSequenceItem(DcmTag(keyOf(sequence)), entry, -2);
  if (status.bad() || !entry)
    throw std::runtime_error(std::string("cannot add a code: ") + status.text());
  putText(*entry, 0x00080100, value);
  putText(*entry, 0x00080102, scheme);
  putText(*entry, 0x00080104, meaning);
}

Cleaner::Cleaner(const DeidentifyRequest& request, const Secret& secret, const Patient& patient,
                 const Identity& identity, DeidentifyResult& result)
    : request_(request)
    , secret_(secret)
    , patient_(patient)
    , search_(identity)
    , result_(result) {
  for (const auto& mark : identity.marks)
    if (mark.kind == IdentityKind::name || mark.kind == IdentityKind::id)
      names_.push_back(mark.text);
  for (const auto& term : request.profile.moreTerms)
    moreTerms_.push_back(foldText(term));
}

void Cleaner::dataSet(DcmItem& item) {
  OFString sopClass;
  item.findAndGetOFString(DCM_SOPClassUID, sopClass);
  // ECG, pressure, pulse, respiration, EEG: no voices; in an image there is none at all.
  constexpr std::string_view waveforms = "1.2.840.10008.5.1.4.1.1.9.", voices = "1.2.840.10008.5.1.4.1.1.9.4.";
  const std::string_view name(sopClass.c_str());
  curves_ = name.starts_with(waveforms) && !name.starts_with(voices);
  // Its texts are free; without one, a presentation state of colours is no valid object.
  const bool colours = name.starts_with("1.2.840.10008.5.1.4.1.1.11.") && item.tagExists(DCM_ICCProfile);
  this->item(item, {}, 0);
  if (!colours)
    return;
  auto profile = sRgbProfile();
  profile.resize(profile.size() + profile.size() % 2);
  const auto status = item.putAndInsertUint8Array(DCM_ICCProfile, profile.data(), profile.size());
  if (status.bad())
    throw std::runtime_error(std::string("cannot set the ICC profile: ") + status.text());
  putText(item, 0x00282002, "SRGB");
}

void Cleaner::item(DcmItem& item, const TextCodec& around, int depth) {
  const TextCodec codec(item, around);
  const bool coded = this->coded(item, codec);
  cutTables(item);
  for (unsigned long i = 0; i < item.card();) {
    auto* element = item.getElement(i);
    if (this->element(item, *element, codec, depth, coded)) {
      ++i;
      continue;
    }
    ++result_.removed;
    result_.removedPrivate += element->getGTag() % 2 != 0 ? 1 : 0;
    const std::unique_ptr<DcmElement> gone(item.remove(i));
  }
}

bool Cleaner::coded(DcmItem& item, const TextCodec& codec) {
  constexpr std::uint32_t value = 0x00080100, scheme = 0x00080102, version = 0x00080103, meaning = 0x00080104,
                          longValue = 0x00080119, urn = 0x00080120;
  const auto has = [&](std::uint32_t tag) { return item.tagExists(keyOf(tag)); };
  if (!has(value) && !has(scheme) && !has(meaning) && !has(longValue) && !has(urn))
    return false;
  const auto text = [&](std::uint32_t tag) {
    DcmElement* element = nullptr;
    return item.findAndGetElement(keyOf(tag), element).good() && element ? codec.utf8(rawText(*element), false)
                                                                         : std::string();
  };
  const auto drop = [&](std::uint32_t tag) {
    if (const std::unique_ptr<DcmElement> gone(item.remove(keyOf(tag))); gone)
      ++result_.removed;
  };
  const auto digits = text(longValue);
  drop(version);
  if (isPublicScheme(text(scheme)) && isCodeValue(text(value)) &&
      digits.find_first_not_of("0123456789") == std::string::npos)
    return true;
  drop(longValue);
  if (has(value) || has(meaning) || !has(scheme) || !digits.empty()) {
    scrubLocalCode(item);
  } else { // of the list of schemes
    putText(item, scheme, "99REMOVED");
    drop(0x0008010C);
    ++result_.replaced;
  }
  return true;
}

bool Cleaner::element(DcmItem&, DcmElement& element, const TextCodec& codec, int depth, bool publicCode) {
  const auto tag = tagOf(element.getGTag(), element.getETag());
  if (tag == pixelData)
    return depth == 0;
  if (tag >> 16 == 0x5400 && !curves_)
    return false;
  const auto deed = decide(tag, standardVr(tag), element.getVR(), request_.profile);
  switch (deed) {
  case Deed::keep:
    return (tag != 0x00080104 || meaning(element, codec)) && kept(element, codec, publicCode);
  case Deed::remove:
    return false;
  case Deed::empty:
    return empty(element);
  case Deed::dummy:
    return dummy(element);
  case Deed::uid:
    return uids(element);
  case Deed::date: {
    const auto before = rawText(element);
    if (before.empty())
      return true;
    ++result_.datesShifted;
    return put(element, shiftDates(before, patient_.daysBack));
  }
  case Deed::time:
    if (request_.profile.times == TimesOfDay::empty || !isTime(rawText(element)))
      return empty(element);
    return true;
  case Deed::words:
    return words(element, codec);
  case Deed::age: {
    const auto before = rawText(element);
    const auto after = capAge(before);
    if (after == before)
      return true;
    ++result_.replaced;
    return put(element, after);
  }
  case Deed::pseudonym: {
    tell(tag == 0x00100010 ? KeyKind::patientName : KeyKind::patientId, codec.utf8(rawText(element), tag == 0x00100010),
         patient_.pseudonym);
    ++result_.replaced;
    return put(element, patient_.pseudonym);
  }
  case Deed::coded:
    if (!isCodeString(rawText(element)))
      return words(element, codec);
    // Of the code strings without a closed list of values, those that people or their stations fill.
    if (tag == 0x00080008 || tag == 0x00080060 || tag == 0x00180015)
      return openTerms(element) && kept(element, codec, true);
    return kept(element, codec, true);
  case Deed::number:
    if (!isNumberString(rawText(element)) || readsAsDay(rawText(element)))
      return empty(element);
    return kept(element, codec, publicCode);
  case Deed::recurse:
  case Deed::standIn: {
    auto* sequence = dynamic_cast<DcmSequenceOfItems*>(&element);
    if (!sequence || sequence->getVR() != EVR_SQ)
      return false;
    if (deed == Deed::standIn) {
      standIn(element);
      return true;
    }
    for (unsigned long i = 0; i < sequence->card(); ++i)
      item(*sequence->getItem(i), codec, depth + 1);
    return true;
  }
  }
  return false;
}

bool Cleaner::kept(DcmElement& element, const TextCodec& codec, bool publicCode) {
  const auto vr = element.getVR();
  const bool number = vr == EVR_DS || vr == EVR_IS;
  const bool coded = vr == EVR_CS || publicCode;
  if (vr == EVR_UI || (!isTextVr(vr) && !number && vr != EVR_CS))
    return true;
  if (!search_.inText(codec.utf8(rawText(element), false), number  ? TextPlace::number
                                                           : coded ? TextPlace::technical
                                                                   : TextPlace::free))
    return true;
  return number || vr == EVR_CS ? empty(element) : dummy(element);
}

bool Cleaner::meaning(DcmElement& element, const TextCodec& codec) {
  const auto before = codec.utf8(rawText(element), false);
  const auto after = keepMeaning(before, moreTerms_, names_);
  if (after == before)
    return true;
  ++result_.replaced;
  return put(element, after.empty() ? removed : after);
}

bool Cleaner::openTerms(DcmElement& element) {
  const auto before = rawText(element);
  std::string after;
  for (std::size_t at = 0; at <= before.size();) {
    const auto end = std::min(before.find('\\', at), before.size());
    const auto value = before.substr(at, end - at);
    if (at > 0)
      after += '\\';
    // Of ultrasound, the fourth value of Image Type is four digits.
    const bool number = value.size() <= 4 && value.find_first_not_of("0123456789") == std::string::npos;
    if (number || keepMeaning(value, moreTerms_, {}) == value)
      after += value;
    at = end + 1;
  }
  if (after == before)
    return true;
  ++result_.replaced;
  return after.empty() ? empty(element) : put(element, after);
}

bool Cleaner::words(DcmElement& element, const TextCodec& codec) {
  const auto before = rawText(element);
  if (before.empty())
    return true;
  const auto text = codec.utf8(before, false);
  const auto kind = element.getVR();
  const bool several = kind == EVR_CS || kind == EVR_LO || kind == EVR_SH; // values between backslashes
  std::string after;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = several ? std::min(text.find('\\', at), text.size()) : text.size();
    if (at > 0 && !after.empty())
      after += '\\';
    after += keepTerms(text.substr(at, end - at), moreTerms_, names_);
    at = end + 1;
  }
  while (!after.empty() && after.back() == '\\')
    after.pop_back();
  if (after == before)
    return true;
  ++result_.replaced;
  if (after.empty())
    return kind == EVR_CS ? empty(element) : put(element, removed);
  return put(element, after); // never longer than it was
}

bool Cleaner::uids(DcmElement& element) {
  const auto before = rawText(element);
  const auto tag = tagOf(element.getGTag(), element.getETag());
  std::string after;
  for (std::size_t at = 0; at <= before.size();) {
    const auto end = std::min(before.find('\\', at), before.size());
    const auto uid = before.substr(at, end - at);
    if (at > 0)
      after += '\\';
    after += staysUid(tag, uid) ? uid : mapped(uid, kindOf(tag));
    at = end + 1;
  }
  if (after == before)
    return true;
  ++result_.uidsMapped;
  return put(element, after);
}

std::string Cleaner::mapped(const std::string& uid, KeyKind kind) {
  auto after = secret_.uid(uid);
  tell(kind, uid, after);
  return after;
}

bool Cleaner::dummy(DcmElement& element) {
  const auto vr = element.getVR();
  ++result_.replaced;
  switch (vr) {
  case EVR_DA:
    return put(element, "19000101");
  case EVR_TM:
    return put(element, "000000");
  case EVR_DT:
    return put(element, "19000101000000");
  case EVR_AS:
    return put(element, "000Y");
  case EVR_PN:
    return put(element, "Anonymous");
  case EVR_AE:
    return put(element, "REMOVED");
  case EVR_UI:
    return uids(element);
  default:
    return isTextVr(vr) && put(element, removed);
  }
}

bool Cleaner::put(DcmElement& element, const std::string& value) {
  return element.putOFStringArray(OFString(value.c_str(), value.size())).good();
}

bool Cleaner::empty(DcmElement& element) {
  if (element.getLength() == 0)
    return true;
  ++result_.emptied;
  return element.clear().good();
}

void Cleaner::scrubLocalCode(DcmItem& item) {
  ++result_.replaced;
  putText(item, 0x00080100, removed);
  putText(item, 0x00080102, "99REMOVED");
  putText(item, 0x00080104, removed);
}

void Cleaner::standIn(DcmElement& element) {
  auto& sequence = dynamic_cast<DcmSequenceOfItems&>(element);
  sequence.clear();
  ++result_.replaced;
  auto entry = std::make_unique<DcmItem>();
  if (element.getGTag() == 0x0040 && element.getETag() == 0xA730) {
    putText(*entry, 0x0040A010, "CONTAINS");
    putText(*entry, 0x0040A040, "TEXT");
    putCode(*entry, 0x0040A043, "121106", "DCM", "Comment");
    putText(*entry, 0x0040A160, removed);
  } else {
    putText(*entry, 0x00080100, removed);
    putText(*entry, 0x00080102, "99REMOVED");
    putText(*entry, 0x00080104, removed);
  }
  sequence.insert(entry.release());
}

void Cleaner::tell(KeyKind kind, const std::string& original, const std::string& replacement) {
  if (request_.key && !original.empty() && told_.insert({kind, original}).second)
    request_.key({kind, original, replacement});
}

} // namespace hipcuff::dicom
