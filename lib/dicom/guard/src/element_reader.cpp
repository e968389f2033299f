#include "hipcuff/dicom/guard/structure.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

namespace hipcuff::dicom {
namespace {

constexpr std::uint32_t itemTag = 0xFFFEE000;
constexpr std::uint32_t itemEndTag = 0xFFFEE00D;
constexpr std::uint32_t sequenceEndTag = 0xFFFEE0DD;
constexpr std::uint32_t undefinedLength = 0xFFFFFFFF;

enum class VrForm { shortLength, longLength, unknown };

VrForm formOf(const std::uint8_t* vr) {
  static constexpr const char* shortForms[] = {"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO",
                                               "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US"};
  static constexpr const char* longForms[] = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                              "SV", "UC", "UN", "UR", "UT", "UV"};
  for (const char* form : shortForms)
    if (vr[0] == form[0] && vr[1] == form[1])
      return VrForm::shortLength;
  for (const char* form : longForms)
    if (vr[0] == form[0] && vr[1] == form[1])
      return VrForm::longLength;
  return VrForm::unknown;
}

std::uint16_t get16(const std::uint8_t* p, bool big) {
  return static_cast<std::uint16_t>(big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

std::uint32_t get32(const std::uint8_t* p, bool big) {
  const std::uint32_t a = get16(p, big);
  const std::uint32_t b = get16(p + 2, big);
  return big ? a << 16 | b : b << 16 | a;
}

std::uint32_t getTag(const std::uint8_t* p, bool big) {
  return tagOf(get16(p, big), get16(p + 2, big));
}

} // namespace

std::string tagText(std::uint32_t tag) {
  char text[16];
  std::snprintf(text, sizeof text, "(%04X,%04X)", tag >> 16, tag & 0xFFFF);
  return text;
}

bool ElementReader::peek(std::uint64_t at, std::uint8_t* into, std::size_t count) {
  if (at > source_.size() || source_.size() - at < count)
    return false;
  if (!windows_[0].holds(at, count)) {
    std::swap(windows_[0], windows_[1]); // the one used last is in front, the other gives way
    if (!windows_[0].holds(at, count)) {
      Window& window = windows_[0];
      window.bytes.resize(1 << 14);
      window.at = at;
      window.bytes.resize(source_.readSome(at, window.bytes));
      if (window.bytes.size() < count)
        return false;
    }
  }
  std::memcpy(into, windows_[0].bytes.data() + (at - windows_[0].at), count);
  return true;
}

std::vector<std::uint8_t> ElementReader::bytes(std::uint64_t at, std::size_t count) {
  if (at >= source_.size())
    return {};
  std::vector<std::uint8_t> result(static_cast<std::size_t>(std::min<std::uint64_t>(count, source_.size() - at)));
  result.resize(source_.readSome(at, result));
  return result;
}

std::optional<std::uint32_t> ElementReader::tagAt(std::uint64_t at, bool bigEndian) {
  std::uint8_t raw[4];
  if (!peek(at, raw, 4))
    return {};
  return getTag(raw, bigEndian);
}

std::optional<std::uint32_t> ElementReader::u32(std::uint64_t at, bool bigEndian) {
  std::uint8_t raw[4];
  if (!peek(at, raw, 4))
    return {};
  return get32(raw, bigEndian);
}

std::optional<std::uint16_t> ElementReader::u16(std::uint64_t at, bool bigEndian) {
  std::uint8_t raw[2];
  if (!peek(at, raw, 2))
    return {};
  return get16(raw, bigEndian);
}

std::optional<Element> ElementReader::element(std::uint64_t at, Encoding encoding, std::uint64_t end) {
  end = std::min(end, source_.size());
  if (budget_ == 0) {
    failure_ = "the file holds too many elements";
    return {};
  }
  --budget_;
  std::uint8_t raw[12]{};
  if (at > end || end - at < 8 || !peek(at, raw, 8)) {
    failure_ = "the file ends inside an element's header";
    return {};
  }
  Element e;
  e.tag = getTag(raw, encoding.bigEndian);
  e.at = at;
  const auto fits = [&](std::uint64_t valueAt, std::uint64_t length) {
    e.valueAt = valueAt;
    e.length = length;
    e.undefinedLength = length == undefinedLength;
    return valueAt <= end && (e.undefinedLength || length <= end - valueAt);
  };
  const auto isSequenceLike = [&] { return e.is("SQ") || e.is("UN") || e.tag == tagOf(0x7FE0, 0x0010); };
  const bool delimiter = (e.tag >> 16) == 0xFFFE;
  if (!encoding.explicitVr || delimiter) {
    if (fits(at + 8, get32(raw + 4, encoding.bigEndian)))
      return e;
  } else {
    e.vr = {static_cast<char>(raw[4]), static_cast<char>(raw[5])};
    const auto form = formOf(raw + 4);
    if (form == VrForm::shortLength) {
      if (fits(at + 8, get16(raw + 6, encoding.bigEndian)))
        return e;
    } else if (form == VrForm::longLength) {
      if (end - at >= 12 && peek(at, raw, 12) && fits(at + 12, get32(raw + 8, encoding.bigEndian)) &&
          (!e.undefinedLength || isSequenceLike()))
        return e;
    } else {
      // Not a VR: a short form by another name, a future long form, or an implicit element among explicit ones.
      // Taken is the first reading after which a believable tag (or the end) stands.
      const auto follows = [&](std::uint64_t next) {
        const auto tag = tagAt(next, encoding.bigEndian);
        return next == end || (tag && *tag > e.tag && (*tag >> 16) - (e.tag >> 16) < 0x8000);
      };
      if (fits(at + 8, get16(raw + 6, encoding.bigEndian)) && follows(e.valueAt + e.length))
        return e;
      if (end - at >= 12 && peek(at, raw, 12) && fits(at + 12, get32(raw + 8, encoding.bigEndian)) &&
          !e.undefinedLength && follows(e.valueAt + e.length))
        return e;
      e.vr = {};
      if (fits(at + 8, get32(raw + 4, encoding.bigEndian)) && !e.undefinedLength && follows(e.valueAt + e.length))
        return e;
    }
  }
  failure_ = tagText(e.tag) + " is longer than what holds it";
  return {};
}

std::optional<std::uint64_t> ElementReader::valueEnd(const Element& e, Encoding encoding, std::uint64_t end, bool deep,
                                                     int depth) {
  if (e.undefinedLength) {
    Encoding inner = encoding;
    if (e.is("UN")) {
      // By the standard implicit little endian inside; by some writers left explicit.
      std::uint8_t raw[16]{};
      const bool explicitInside = peek(e.valueAt, raw, 16) && formOf(raw + 12) != VrForm::unknown;
      inner.explicitVr = explicitInside;
      inner.bigEndian = explicitInside && encoding.bigEndian;
    }
    return sequenceEnd(e.valueAt, {}, inner, end, deep, depth + 1);
  }
  if (deep && e.length >= 8) {
    const bool looksLikeItems = e.vr[0] == 0 && tagAt(e.valueAt, encoding.bigEndian) == itemTag;
    if (e.is("SQ") || looksLikeItems)
      return sequenceEnd(e.valueAt, e.length, encoding, end, deep, depth + 1);
  }
  return e.valueAt + e.length;
}

std::optional<std::uint64_t> ElementReader::sequenceEnd(std::uint64_t at, std::optional<std::uint64_t> length,
                                                        Encoding encoding, std::uint64_t end, bool deep, int depth) {
  const auto fail = [&](const char* why) -> std::optional<std::uint64_t> {
    failure_ = why;
    return {};
  };
  if (depth > maxNesting)
    return fail("sequences are nested deeper than 32 levels");
  end = std::min(end, source_.size());
  if (length && (at > end || *length > end - at))
    return fail("a sequence is longer than what holds it");
  const auto stop = length ? at + *length : end;
  while (true) {
    if (budget_ == 0)
      return fail("the file holds too many elements");
    --budget_;
    if (length && at == stop)
      return at;
    const auto tag = stop - at >= 8 ? tagAt(at, encoding.bigEndian) : std::nullopt;
    if (!tag)
      return fail("a sequence has no end");
    if (*tag == sequenceEndTag)
      return length ? stop : at + 8;
    if (*tag != itemTag)
      return fail("a sequence holds bytes that are no item");
    const auto itemLength = u32(at + 4, encoding.bigEndian).value_or(0);
    at += 8;
    const bool open = itemLength == undefinedLength;
    if (!open && itemLength > stop - at)
      return fail("an item is longer than its sequence");
    const auto itemEnd = open ? stop : at + itemLength;
    if (!open && !deep) {
      at = itemEnd;
      continue;
    }
    while (open || at < itemEnd) {
      if (tagAt(at, encoding.bigEndian) == itemEndTag && itemEnd - at >= 8) {
        at += 8;
        break;
      }
      const auto inner = element(at, encoding, itemEnd);
      if (!inner)
        return {};
      const auto next = valueEnd(*inner, encoding, itemEnd, deep, depth);
      if (!next)
        return {};
      at = *next;
    }
    if (!open)
      at = itemEnd;
  }
}

} // namespace hipcuff::dicom
