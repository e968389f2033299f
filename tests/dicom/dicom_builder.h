// DICOM files byte by byte, so that tests can break them in any way they like.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace testdicom {

using Bytes = std::vector<std::uint8_t>;

inline constexpr const char* implicitLe = "1.2.840.10008.1.2";
inline constexpr const char* explicitLe = "1.2.840.10008.1.2.1";
inline constexpr const char* deflated = "1.2.840.10008.1.2.1.99";
inline constexpr const char* explicitBe = "1.2.840.10008.1.2.2";
inline constexpr const char* rle = "1.2.840.10008.1.2.5";
inline constexpr const char* jpegBaseline = "1.2.840.10008.1.2.4.50";
inline constexpr const char* usImage = "1.2.840.10008.5.1.4.1.1.6.1";
inline constexpr const char* usMultiframe = "1.2.840.10008.5.1.4.1.1.3.1";

/// Appends elements in one encoding.
class Elements {
public:
  bool explicitVr = true;
  bool bigEndian = false;
  Bytes bytes;

  void u16(unsigned v) {
    const auto low = static_cast<std::uint8_t>(v & 0xFF);
    const auto high = static_cast<std::uint8_t>(v >> 8 & 0xFF);
    bytes.push_back(bigEndian ? high : low);
    bytes.push_back(bigEndian ? low : high);
  }
  void u32(std::uint32_t v) {
    u16(bigEndian ? v >> 16 : v & 0xFFFF);
    u16(bigEndian ? v & 0xFFFF : v >> 16);
  }
  void head(std::uint32_t tag, const char* vr, std::uint32_t length) {
    u16(tag >> 16);
    u16(tag & 0xFFFF);
    if (!explicitVr) {
      u32(length);
      return;
    }
    bytes.push_back(static_cast<std::uint8_t>(vr[0]));
    bytes.push_back(static_cast<std::uint8_t>(vr[1]));
    const std::string_view name(vr, 2);
    if (name == "OB" || name == "OW" || name == "SQ" || name == "UN" || name == "UT") {
      u16(0);
      u32(length);
    } else {
      u16(length);
    }
  }
  void raw(std::uint32_t tag, const char* vr, const Bytes& value) {
    head(tag, vr, static_cast<std::uint32_t>(value.size()));
    bytes.insert(bytes.end(), value.begin(), value.end());
  }
  void text(std::uint32_t tag, const char* vr, std::string value) {
    if (value.size() % 2 != 0)
      value.push_back(std::string_view(vr) == "UI" ? '\0' : ' ');
    raw(tag, vr, {value.begin(), value.end()});
  }
  void us(std::uint32_t tag, std::vector<unsigned> values, const char* vr = "US") {
    head(tag, vr, static_cast<std::uint32_t>(values.size() * 2));
    for (const auto v : values)
      u16(v);
  }
  void ul(std::uint32_t tag, std::int64_t value, const char* vr = "UL") {
    head(tag, vr, 4);
    u32(static_cast<std::uint32_t>(value));
  }
  void fd(std::uint32_t tag, double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, 8);
    head(tag, "FD", 8);
    u32(static_cast<std::uint32_t>(bigEndian ? bits >> 32 : bits));
    u32(static_cast<std::uint32_t>(bigEndian ? bits : bits >> 32));
  }
  /// A sequence of items, each filled by a function.
  void sequence(std::uint32_t tag, const std::vector<std::function<void(Elements&)>>& items) {
    Elements inner;
    inner.explicitVr = explicitVr;
    inner.bigEndian = bigEndian;
    for (const auto& fill : items) {
      Elements item;
      item.explicitVr = explicitVr;
      item.bigEndian = bigEndian;
      fill(item);
      inner.u16(0xFFFE);
      inner.u16(0xE000);
      inner.u32(static_cast<std::uint32_t>(item.bytes.size()));
      inner.bytes.insert(inner.bytes.end(), item.bytes.begin(), item.bytes.end());
    }
    raw(tag, "SQ", inner.bytes);
  }
};

struct Region {
  unsigned format = 1, type = 1, unitsX = 3, unitsY = 3;
  std::int64_t x0 = 0, y0 = 0, x1 = 7, y1 = 7;
  double deltaX = 0.01, deltaY = 0.01;
  bool withReference = false;
  std::int64_t referenceX = 0, referenceY = 0;
};

/// A small ultrasound image; every part can be changed before build().
class Image {
public:
  std::string syntax = explicitLe;
  std::string sopClass = usImage;
  std::string modality = "US";
  std::string photometric = "MONOCHROME2";
  unsigned rows = 8, columns = 8, samples = 1, bitsAllocated = 8, bitsStored = 8, pixelRepresentation = 0, planar = 0;
  std::string frames; ///< empty: no Number of Frames
  std::string patientName = "DOE^JANE", patientId = "SECRET-ID", studyUid = "1.2.3";
  bool preamble = true, meta = true;
  Bytes pixels;                 ///< native
  std::vector<Bytes> fragments; ///< encapsulated where not empty
  std::vector<std::uint32_t> offsets;
  const char* pixelVr = nullptr; ///< OB or OW; by default OW for 16 bit and OB for 8
  std::vector<Region> regions;
  // Anything else, in the place where its group belongs.
  std::function<void(Elements&)> in0008, in0010, in0018, in0018late, in0020, in0028, in0028late, in0040;
  std::function<void(Elements&)> insteadOfRegions;

  [[nodiscard]] Elements dataSet() const {
    Elements e;
    e.explicitVr = syntax != implicitLe;
    e.bigEndian = syntax == explicitBe;
    if (in0008Charset)
      in0008Charset(e);
    if (!sopClass.empty())
      e.text(0x00080016, "UI", sopClass);
    e.text(0x00080018, "UI", "1.2.3.4");
    e.text(0x00080060, "CS", modality);
    call(in0008, e);
    e.text(0x00100010, "PN", patientName);
    e.text(0x00100020, "LO", patientId);
    call(in0010, e);
    call(in0018, e);
    if (insteadOfRegions)
      insteadOfRegions(e);
    else if (!regions.empty())
      e.sequence(0x00186011, regionItems());
    call(in0018late, e);
    e.text(0x0020000D, "UI", studyUid);
    e.text(0x0020000E, "UI", "1.2.3.1");
    call(in0020, e);
    e.us(0x00280002, {samples});
    e.text(0x00280004, "CS", photometric);
    if (samples == 3)
      e.us(0x00280006, {planar});
    if (!frames.empty())
      e.text(0x00280008, "IS", frames);
    e.us(0x00280010, {rows});
    e.us(0x00280011, {columns});
    call(in0028, e);
    e.us(0x00280100, {bitsAllocated});
    e.us(0x00280101, {bitsStored});
    e.us(0x00280102, {bitsStored - 1});
    e.us(0x00280103, {pixelRepresentation});
    call(in0028late, e);
    call(in0040, e);
    const char* vr = pixelVr ? pixelVr : bitsAllocated > 8 ? "OW" : "OB";
    if (!fragments.empty()) {
      e.head(0x7FE00010, "OB", 0xFFFFFFFF);
      const auto item = [&](std::size_t length) {
        e.u16(0xFFFE);
        e.u16(0xE000);
        e.u32(static_cast<std::uint32_t>(length));
      };
      item(offsets.size() * 4);
      for (const auto offset : offsets)
        e.u32(offset);
      for (auto fragment : fragments) {
        if (fragment.size() % 2 != 0)
          fragment.push_back(0);
        item(fragment.size());
        e.bytes.insert(e.bytes.end(), fragment.begin(), fragment.end());
      }
      e.u16(0xFFFE);
      e.u16(0xE0DD);
      e.u32(0);
    } else if (!noPixels) {
      auto value = pixels;
      if (value.size() % 2 != 0)
        value.push_back(0);
      e.raw(0x7FE00010, vr, value);
    }
    return e;
  }

  [[nodiscard]] Bytes build() const {
    Bytes out;
    if (preamble) {
      out.assign(128, 0);
      for (const char c : std::string_view("DICM"))
        out.push_back(static_cast<std::uint8_t>(c));
    }
    if (meta) {
      Elements m;
      m.text(0x00020002, "UI", sopClass);
      if (!syntax.empty() && namesSyntax)
        m.text(0x00020010, "UI", syntax);
      out.insert(out.end(), m.bytes.begin(), m.bytes.end());
    }
    const auto data = dataSet().bytes;
    out.insert(out.end(), data.begin(), data.end());
    return out;
  }

  std::function<void(Elements&)> in0008Charset;
  bool noPixels = false;
  bool namesSyntax = true;

private:
  static void call(const std::function<void(Elements&)>& fill, Elements& e) {
    if (fill)
      fill(e);
  }
  [[nodiscard]] std::vector<std::function<void(Elements&)>> regionItems() const {
    std::vector<std::function<void(Elements&)>> items;
    for (const auto& region : regions)
      items.emplace_back([region](Elements& e) {
        e.us(0x00186012, {region.format});
        e.us(0x00186014, {region.type});
        e.ul(0x00186016, 0);
        e.ul(0x00186018, region.x0);
        e.ul(0x0018601A, region.y0);
        e.ul(0x0018601C, region.x1);
        e.ul(0x0018601E, region.y1);
        if (region.withReference) {
          e.ul(0x00186020, region.referenceX, "SL");
          e.ul(0x00186022, region.referenceY, "SL");
        }
        e.us(0x00186024, {region.unitsX});
        e.us(0x00186026, {region.unitsY});
        e.fd(0x0018602C, region.deltaX);
        e.fd(0x0018602E, region.deltaY);
      });
    return items;
  }
};

/// A folder that vanishes with the test.
class Folder {
public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "hipcuff-dicom-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const Bytes& bytes) const {
    const auto file = path_ / name;
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file;
  }
  std::filesystem::path write(const Image& image) const { return write("image.dcm", image.build()); }

private:
  std::filesystem::path path_;
};

/// 0, 1, 2, ... for a frame of this many bytes.
inline Bytes ramp(std::size_t count, unsigned start = 0) {
  Bytes out(count);
  for (std::size_t i = 0; i < count; ++i)
    out[i] = static_cast<std::uint8_t>(start + i);
  return out;
}

} // namespace testdicom
