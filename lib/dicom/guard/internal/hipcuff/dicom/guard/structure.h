// The guard in front of DCMTK: walks over a DICOM file's structure, checks every length against what is left of the
// file, limits nesting, and hands on only the elements that reading an image needs.
#pragma once

#include "hipcuff/dicom/guard/byte_source.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hipcuff::dicom {

constexpr std::uint32_t tagOf(std::uint16_t group, std::uint16_t element) noexcept {
  return (static_cast<std::uint32_t>(group) << 16) | element;
}

/// (0018,6011) as people write it.
[[nodiscard]] std::string tagText(std::uint32_t tag);

struct Encoding {
  bool explicitVr = true;
  bool bigEndian = false;
  friend bool operator==(const Encoding&, const Encoding&) = default;
};

struct Element {
  std::uint32_t tag = 0;
  std::array<char, 2> vr{}; ///< as in the file; zeros for implicit VR
  std::uint64_t at = 0;     ///< of its header
  std::uint64_t valueAt = 0;
  std::uint64_t length = 0; ///< of its value; meaningless where undefinedLength
  bool undefinedLength = false;
  [[nodiscard]] bool is(const char* wanted) const noexcept { return vr[0] == wanted[0] && vr[1] == wanted[1]; }
};

/// Reads elements through two small windows of the file: a look far ahead does not lose the place it started from.
class ElementReader {
public:
  explicit ElementReader(const ByteSource& source)
      : source_(source) {}
  [[nodiscard]] std::uint64_t size() const noexcept { return source_.size(); }
  /// The element whose header begins at `at`, if header and value fit before `end`.
  [[nodiscard]] std::optional<Element> element(std::uint64_t at, Encoding encoding, std::uint64_t end);
  /// `count` bytes, or fewer where the file ends.
  [[nodiscard]] std::vector<std::uint8_t> bytes(std::uint64_t at, std::size_t count);
  [[nodiscard]] std::optional<std::uint32_t> tagAt(std::uint64_t at, bool bigEndian);
  [[nodiscard]] std::optional<std::uint32_t> u32(std::uint64_t at, bool bigEndian);
  [[nodiscard]] std::optional<std::uint16_t> u16(std::uint64_t at, bool bigEndian);
  /// Where the sequence that begins at `at` ends. `length`: none for undefined length. `deep` looks into items and
  /// nested sequences of defined length too, instead of stepping over them.
  /// No value: broken; failure() says how.
  [[nodiscard]] std::optional<std::uint64_t> sequenceEnd(std::uint64_t at, std::optional<std::uint64_t> length,
                                                         Encoding encoding, std::uint64_t end, bool deep,
                                                         int depth = 1);
  /// Where an element's value ends. No value: broken.
  [[nodiscard]] std::optional<std::uint64_t> valueEnd(const Element& element, Encoding encoding, std::uint64_t end,
                                                      bool deep, int depth = 0);
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

private:
  bool peek(std::uint64_t at, std::uint8_t* into, std::size_t count);
  const ByteSource& source_;
  struct Window {
    std::vector<std::uint8_t> bytes;
    std::uint64_t at = 0;
    [[nodiscard]] bool holds(std::uint64_t from, std::size_t count) const noexcept {
      return from >= at && from + count <= at + bytes.size();
    }
  };
  std::array<Window, 2> windows_;
  std::string failure_;
  // However the bytes are arranged, walking them ends: every element and item looked at costs one.
  std::uint64_t budget_ = 20'000'000;
};

/// Nesting deeper than this is no ultrasound exam: region items hold no sequences at all, code sequences two levels.
inline constexpr int maxNesting = 32;

struct Structure {
  std::shared_ptr<const ByteSource> source; ///< the file, or the inflated data set
  bool inflated = false;
  std::string mediaClassUid; ///< (0002,0002); empty where the meta header doesn't say
  std::string syntaxUid;     ///< (0002,0010), or what the bytes show where the file doesn't say
  Encoding encoding;
  /// The elements that matter, as one data set in `encoding` (explicit little or big endian, implicit little endian).
  std::vector<std::uint8_t> header;
  /// Where in `header` its sequences lie: (begin, end), ascending.
  std::vector<std::pair<std::size_t, std::size_t>> sequencesInHeader;
  std::uint64_t dataSetAt = 0;
  /// Pixel data (7FE0,0010).
  bool hasPixelData = false;
  Element pixelData;
  std::optional<Element> extendedOffsets; ///< (7FE0,0001)
  bool hasOtherPixelData = false;         ///< float or double float pixel data
  bool regionsSeen = false;               ///< the region sequence is there, whole or broken
  bool regionsBroken = false;             ///< the region sequence was there but could not be followed
  bool cutShort = false;                  ///< the file ends inside an element before the pixel data
  std::vector<std::string> problems;
};

/// What the first bytes look like. No value: not DICOM.
struct FileStart {
  std::uint64_t metaAt = 0; ///< where group 0002 begins
  bool hasMeta = false;
  std::uint64_t dataSetAt = 0; ///< only where !hasMeta
};
[[nodiscard]] std::optional<FileStart> recogniseStart(const ByteSource& source);

/// An element to hand on, with the VR that the standard gives it.
struct Wanted {
  std::uint32_t tag;
  const char* vr;
};

/// Walks the file up to its pixel data.
/// @param wanted what to hand on in Structure::header, in ascending order
/// @throws InputError not DICOM, empty, nested too deep, damaged beyond use
[[nodiscard]] Structure walkStructure(const std::filesystem::path& file, std::uint64_t maxInflatedBytes,
                                      std::span<const Wanted> wanted);

/// Walks over everything in the file, pixel data and all nested sequences too, and hands on nothing: what passes can be
/// given to DCMTK as a whole. @throws InputError as above, and where any length does not fit
[[nodiscard]] Structure checkWhole(const std::filesystem::path& file, std::uint64_t maxInflatedBytes);

} // namespace hipcuff::dicom
