#include "dicom_bytes.h"

#include <cstring>

namespace hipcuff::test {
namespace {

constexpr std::uint32_t undefinedLength = 0xFFFFFFFFu;

std::string le16(std::uint16_t value) {
  return {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
}
std::string le32(std::uint32_t value) {
  return le16(static_cast<std::uint16_t>(value & 0xFFFF)) + le16(static_cast<std::uint16_t>(value >> 16));
}
std::string tag(std::uint16_t group, std::uint16_t element) {
  return le16(group) + le16(element);
}

/// Something like speckle, the same every time.
std::string speckle(std::size_t size) {
  std::string pixels(size, '\0');
  std::uint32_t state = 12345;
  for (char& c : pixels) {
    state = state * 1664525u + 1013904223u;
    c = static_cast<char>(40 + (state >> 26));
  }
  return pixels;
}

/// Sequences of undefined length, one in the other.
std::string nest(std::uint16_t group, std::uint16_t element, int depth) {
  std::string open, close;
  for (int i = 0; i < depth; ++i) {
    open += tag(group, element) + "SQ" + le16(0) + le32(undefinedLength) + tag(0xFFFE, 0xE000) + le32(undefinedLength);
    close += tag(0xFFFE, 0xE00D) + le32(0) + tag(0xFFFE, 0xE0DD) + le32(0);
  }
  return open + close;
}

DicomBytes region(int columns, int rows) {
  DicomBytes item;
  item.us(0x0018, 0x6012, 1).us(0x0018, 0x6014, 1).ul(0x0018, 0x6016, 0);
  item.ul(0x0018, 0x6018, 0).ul(0x0018, 0x601A, 0);
  item.ul(0x0018, 0x601C, static_cast<std::uint32_t>(columns - 1))
      .ul(0x0018, 0x601E, static_cast<std::uint32_t>(rows - 1));
  item.us(0x0018, 0x6024, 3).us(0x0018, 0x6026, 3).fd(0x0018, 0x602C, 0.008).fd(0x0018, 0x602E, 0.008);
  return item;
}

} // namespace

DicomBytes& DicomBytes::text(std::uint16_t group, std::uint16_t element, const char* vr, std::string value) {
  if (value.size() % 2 != 0)
    value += std::strcmp(vr, "UI") == 0 ? '\0' : ' ';
  data_ += tag(group, element) + vr + le16(static_cast<std::uint16_t>(value.size())) + value;
  return *this;
}

DicomBytes& DicomBytes::us(std::uint16_t group, std::uint16_t element, std::uint16_t value) {
  data_ += tag(group, element) + "US" + le16(2) + le16(value);
  return *this;
}

DicomBytes& DicomBytes::ul(std::uint16_t group, std::uint16_t element, std::uint32_t value) {
  data_ += tag(group, element) + "UL" + le16(4) + le32(value);
  return *this;
}

DicomBytes& DicomBytes::fd(std::uint16_t group, std::uint16_t element, double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  data_ += tag(group, element) + "FD" + le16(8) + le32(static_cast<std::uint32_t>(bits)) +
           le32(static_cast<std::uint32_t>(bits >> 32));
  return *this;
}

DicomBytes& DicomBytes::bytes(std::uint16_t group, std::uint16_t element, const char* vr, const std::string& value,
                              std::int64_t declared) {
  const auto length = static_cast<std::uint32_t>(declared < 0 ? static_cast<std::int64_t>(value.size()) : declared);
  data_ += tag(group, element) + vr + le16(0) + le32(length) + value;
  return *this;
}

DicomBytes& DicomBytes::sequence(std::uint16_t group, std::uint16_t element, const std::vector<DicomBytes>& items) {
  std::string content;
  for (const DicomBytes& item : items)
    content += tag(0xFFFE, 0xE000) + le32(static_cast<std::uint32_t>(item.data().size())) + item.data();
  return bytes(group, element, "SQ", content);
}

DicomBytes& DicomBytes::raw(const std::string& value) {
  data_ += value;
  return *this;
}

std::string ultrasoundFile(const UltrasoundFile& wishes) {
  DicomBytes meta;
  meta.bytes(0x0002, 0x0001, "OB", std::string("\0\1", 2));
  meta.text(0x0002, 0x0002, "UI", wishes.sopClassUid).text(0x0002, 0x0003, "UI", wishes.sopInstanceUid);
  meta.text(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1").text(0x0002, 0x0012, "UI", "1.2.3.4");
  DicomBytes all;
  all.raw(std::string(128, '\0') + "DICM").ul(0x0002, 0x0000, static_cast<std::uint32_t>(meta.data().size()));
  all.raw(meta.data());

  all.text(0x0008, 0x0016, "UI", wishes.sopClassUid).text(0x0008, 0x0018, "UI", wishes.sopInstanceUid);
  all.text(0x0008, 0x0060, "CS", "US");
  if (wishes.nested > 0 && !wishes.nestInRegions)
    all.raw(nest(0x0008, 0x1140, wishes.nested));
  all.text(0x0010, 0x0010, "PN", "SECRET^NAME").text(0x0010, 0x0020, "LO", "SECRET-ID");
  if (wishes.nested > 0 && wishes.nestInRegions) {
    all.raw(nest(0x0018, 0x6011, wishes.nested));
  } else if (wishes.regions == "good") {
    all.sequence(0x0018, 0x6011, {region(wishes.columns, wishes.rows)});
  } else if (wishes.regions == "broken") {
    // The second item claims more bytes than its sequence has.
    const std::string good = region(wishes.columns, wishes.rows).data();
    all.bytes(0x0018, 0x6011, "SQ",
              tag(0xFFFE, 0xE000) + le32(static_cast<std::uint32_t>(good.size())) + good + tag(0xFFFE, 0xE000) +
                  le32(0x00FFFFF0u) + good);
  }
  all.text(0x0020, 0x000D, "UI", "1.2.3.4").text(0x0020, 0x000E, "UI", "1.2.3.5");
  all.us(0x0028, 0x0002, 1).text(0x0028, 0x0004, "CS", "MONOCHROME2");
  if (!wishes.frames.empty())
    all.text(0x0028, 0x0008, "IS", wishes.frames);
  all.us(0x0028, 0x0010, static_cast<std::uint16_t>(wishes.rows))
      .us(0x0028, 0x0011, static_cast<std::uint16_t>(wishes.columns));
  all.us(0x0028, 0x0100, 8).us(0x0028, 0x0101, 8).us(0x0028, 0x0102, 7).us(0x0028, 0x0103, 0);
  if (wishes.pixels) {
    std::int64_t size = wishes.pixelBytes;
    if (size < 0)
      size = static_cast<std::int64_t>(wishes.rows) * wishes.columns *
             (wishes.frames.empty() ? 1 : std::max(1, std::atoi(wishes.frames.c_str())));
    all.bytes(0x7FE0, 0x0010, "OB", speckle(static_cast<std::size_t>(size)), wishes.pixelLength);
  }
  return all.data();
}

} // namespace hipcuff::test
