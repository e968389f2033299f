#include "hipcuff/dicom/guard/structure.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/syntax.h"

#include <algorithm>
#include <cstring>

namespace hipcuff::dicom {
namespace {

constexpr std::uint32_t regionsTag = 0x00186011;
constexpr std::uint32_t rowsTag = 0x00280010;
constexpr std::uint32_t pixelTag = 0x7FE00010;
constexpr std::uint64_t maxValueBytes = 1 << 20;    // one text or table: a 16 bit palette takes 128 KiB
constexpr std::uint64_t maxSequenceBytes = 4 << 20; // one sequence
constexpr std::uint64_t resyncReach = 4ULL << 20;   // how far behind a broken sequence the next element is looked for

bool hasVrLetters(const Element& e) {
  return e.vr[0] >= 'A' && e.vr[0] <= 'Z' && e.vr[1] >= 'A' && e.vr[1] <= 'Z';
}

/// How many elements (up to 4) follow each other believably from `at` on; 4 too where the file then ends exactly.
int believable(ElementReader& reader, std::uint64_t at, Encoding encoding) {
  std::uint32_t before = 0;
  for (int count = 0; count < 4; ++count) {
    if (count > 0 && at == reader.size())
      return 4;
    const auto e = reader.element(at, encoding, reader.size());
    if (!e || e->tag <= before)
      return count;
    if (count == 0 && (e->tag >> 16) != 0x0008 && (e->tag >> 16) != 0x0004 && (e->tag >> 16) != 0x0002)
      return 0;
    if (encoding.explicitVr && !hasVrLetters(*e))
      return count;
    if (e->undefinedLength)
      return count + 1;
    before = e->tag;
    at = e->valueAt + e->length;
  }
  return 4;
}

/// What the data set's first bytes show. No value: nothing that could be a data set.
std::optional<Encoding> sniffEncoding(ElementReader& reader, std::uint64_t at) {
  std::optional<Encoding> best;
  int bestCount = 0;
  for (const Encoding encoding : {Encoding{true, false}, Encoding{false, false}, Encoding{true, true}}) {
    const int count = believable(reader, at, encoding);
    if (count > bestCount) {
      best = encoding;
      bestCount = count;
    }
  }
  return bestCount >= 3 ? best : std::nullopt;
}

/// Whether top-level elements stand here: ascending, unbroken, up to Rows (or, behind it, the pixel data).
bool standsOnElements(ElementReader& reader, std::uint64_t at, std::uint32_t after, Encoding encoding) {
  std::uint32_t before = after;
  const auto goal = after < rowsTag ? rowsTag : pixelTag;
  for (int count = 0; count < 400; ++count) {
    const auto e = reader.element(at, encoding, reader.size());
    if (!e || e->tag <= before || e->tag > goal)
      return false;
    if (encoding.explicitVr && !hasVrLetters(*e))
      return false;
    if (e->tag == goal)
      return goal == pixelTag || e->length == 2;
    const auto next = reader.valueEnd(*e, encoding, reader.size(), false);
    if (!next)
      return false;
    before = e->tag;
    at = *next;
  }
  return false;
}

class Walker {
public:
  Walker(Structure& structure, ElementReader& reader, std::span<const Wanted> wanted)
      : out_(structure)
      , reader_(reader)
      , wanted_(wanted) {}

  void walk() {
    const auto encoding = out_.encoding;
    auto at = out_.dataSetAt;
    const auto end = reader_.size();
    while (end - at >= 8) {
      const auto e = reader_.element(at, encoding, end);
      if (!e) {
        // Pixel data may be cut short and still hold whole frames.
        if (takeCutPixelData(at))
          return;
        const auto why = reader_.failure();
        const auto tag = reader_.tagAt(at, encoding.bigEndian).value_or(0);
        if (const auto next = resync(at, at + 8)) {
          leftOut(tag, why);
          at = *next;
          continue;
        }
        out_.cutShort = true;
        return;
      }
      if ((e->tag >> 16) == 0xFFFE) { // a stray delimiter
        at = e->valueAt;
        continue;
      }
      if (e->tag == pixelTag) {
        out_.hasPixelData = true;
        out_.pixelData = *e;
        return;
      }
      if (e->tag == 0x7FE00001)
        out_.extendedOffsets = *e;
      if (e->tag == 0x7FE00008 || e->tag == 0x7FE00009)
        out_.hasOtherPixelData = true;
      const auto next = step(*e);
      if (!next) {
        out_.cutShort = true;
        return;
      }
      at = *next;
    }
    if (end > at && end - at < 8 && !allZero(at, end))
      out_.cutShort = true;
  }

private:
  [[nodiscard]] const Wanted* findWanted(std::uint32_t tag) const {
    const auto it = std::lower_bound(wanted_.begin(), wanted_.end(), tag,
                                     [](const Wanted& w, std::uint32_t t) { return w.tag < t; });
    return it != wanted_.end() && it->tag == tag ? &*it : nullptr;
  }

  std::optional<std::uint64_t> step(const Element& e) {
    const auto encoding = out_.encoding;
    out_.regionsSeen = out_.regionsSeen || e.tag == regionsTag;
    const auto end = reader_.size();
    const auto* wanted = findWanted(e.tag);
    const bool sequence = wanted && std::strcmp(wanted->vr, "SQ") == 0;
    auto next = sequence && !e.undefinedLength ? reader_.sequenceEnd(e.valueAt, e.length, encoding, end, true)
                                               : reader_.valueEnd(e, encoding, end, sequence);
    if (sequence) {
      // Believed only where items end where the sequence does and the data set goes on behind it.
      const bool goesOn = next && (*next == end || believableNext(*next, e.tag));
      if (goesOn) {
        copySequence(e, *next);
        return next;
      }
      leftOut(e.tag, next ? "its length is wrong" : reader_.failure());
      next.reset();
      if (!e.undefinedLength && standsOnElements(reader_, e.valueAt + e.length, e.tag, encoding))
        return e.valueAt + e.length;
      return resync(e.at, e.valueAt);
    }
    if (!next) {
      const std::string why = reader_.failure();
      next = resync(e.at, e.valueAt);
      if (next)
        leftOut(e.tag, why);
      else
        failedWith(why);
      return next;
    }
    if (wanted)
      copyValue(e, wanted->vr);
    return next;
  }

  static std::string name(std::uint32_t tag) {
    return (tag == regionsTag ? "the ultrasound region sequence " : "the sequence ") + tagText(tag);
  }

  void leftOut(std::uint32_t tag, const std::string& why) {
    const auto* wanted = findWanted(tag);
    const bool sequence = wanted && std::strcmp(wanted->vr, "SQ") == 0;
    out_.problems.push_back((sequence ? name(tag) : tagText(tag)) + " is broken (" + why + ") and was left out");
    if (tag == regionsTag)
      out_.regionsBroken = true;
  }

  void failedWith(const std::string& why) {
    if (why.find("nested") != std::string::npos)
      throw InputError(out_.source->path(), why, "it is damaged or made to do harm; export it again");
  }

  bool believableNext(std::uint64_t at, std::uint32_t after) {
    const auto e = reader_.element(at, out_.encoding, reader_.size());
    if (!e)
      return reader_.tagAt(at, out_.encoding.bigEndian).value_or(0) == pixelTag;
    return e->tag > after && (e->tag >> 16) < 0xFFFE;
  }

  bool allZero(std::uint64_t at, std::uint64_t end) {
    const auto rest = reader_.bytes(at, static_cast<std::size_t>(end - at));
    return std::all_of(rest.begin(), rest.end(), [](std::uint8_t b) { return b == 0; });
  }

  /// The next place where the data set goes on, looked for byte by byte.
  std::optional<std::uint64_t> resync(std::uint64_t brokenAt, std::uint64_t from) {
    const auto big = out_.encoding.bigEndian;
    const auto broken = reader_.tagAt(brokenAt, big).value_or(0);
    const auto stop = std::min(reader_.size(), from + resyncReach);
    for (auto at = from; at + 8 <= stop; ++at) {
      const auto tag = reader_.tagAt(at, big).value_or(0);
      if (tag <= broken || tag > pixelTag || (tag >> 16) < 0x0008)
        continue;
      if (standsOnElements(reader_, at, broken, out_.encoding))
        return at;
    }
    return {};
  }

  bool takeCutPixelData(std::uint64_t at) {
    const auto encoding = out_.encoding;
    if (reader_.tagAt(at, encoding.bigEndian).value_or(0) != pixelTag)
      return false;
    const auto header = reader_.bytes(at, 12);
    const std::size_t need = encoding.explicitVr ? 12 : 8;
    if (header.size() < need)
      return false;
    Element e;
    e.tag = pixelTag;
    e.at = at;
    if (encoding.explicitVr)
      e.vr = {static_cast<char>(header[4]), static_cast<char>(header[5])};
    e.valueAt = at + need;
    e.length = reader_.u32(at + need - 4, encoding.bigEndian).value_or(0);
    out_.hasPixelData = true;
    out_.pixelData = e;
    return true;
  }

  void put16(std::uint16_t value) {
    const auto low = static_cast<std::uint8_t>(value & 0xFF);
    const auto high = static_cast<std::uint8_t>(value >> 8);
    const bool big = out_.encoding.bigEndian;
    out_.header.push_back(big ? high : low);
    out_.header.push_back(big ? low : high);
  }
  void put32(std::uint32_t value) {
    const auto low = static_cast<std::uint16_t>(value & 0xFFFF);
    const auto high = static_cast<std::uint16_t>(value >> 16);
    put16(out_.encoding.bigEndian ? high : low);
    put16(out_.encoding.bigEndian ? low : high);
  }

  void copyValue(const Element& e, const char* expectedVr) {
    if (e.length > maxValueBytes || e.undefinedLength) {
      out_.problems.push_back(tagText(e.tag) + " is far too long and was left out");
      return;
    }
    if (!ascending(e.tag))
      return;
    auto value = reader_.bytes(e.valueAt, static_cast<std::size_t>(e.length));
    if (value.size() % 2 != 0)
      value.push_back(std::strcmp(expectedVr, "OW") == 0 || std::strcmp(expectedVr, "UI") == 0 ? 0 : ' ');
    put16(static_cast<std::uint16_t>(e.tag >> 16));
    put16(static_cast<std::uint16_t>(e.tag & 0xFFFF));
    if (out_.encoding.explicitVr) {
      // Where the file's VR is no help, the dictionary's.
      const bool numeric = e.is("US") || e.is("SS") || e.is("OW") || e.is("OB");
      const bool expectNumeric = expectedVr[0] == 'U' && expectedVr[1] == 'S';
      const bool keepBytes = expectedVr[0] == 'O' && e.is("OB"); // not swapped as words are
      const std::string vr = (expectNumeric && numeric) || keepBytes ? std::string{e.vr[0], e.vr[1]} : expectedVr;
      out_.header.push_back(static_cast<std::uint8_t>(vr[0]));
      out_.header.push_back(static_cast<std::uint8_t>(vr[1]));
      if (vr == "OW" || vr == "OB") {
        put16(0);
        put32(static_cast<std::uint32_t>(value.size()));
      } else if (value.size() <= 0xFFFE) {
        put16(static_cast<std::uint16_t>(value.size()));
      } else {
        value.resize(0xFFFE);
        put16(0xFFFE);
      }
    } else {
      put32(static_cast<std::uint32_t>(value.size()));
    }
    out_.header.insert(out_.header.end(), value.begin(), value.end());
  }

  void copySequence(const Element& e, std::uint64_t next) {
    if (next - e.at > maxSequenceBytes) {
      out_.problems.push_back(name(e.tag) + " is far too long and was left out");
      if (e.tag == regionsTag)
        out_.regionsBroken = true;
      return;
    }
    // Only a sequence that says SQ (or, implicit, nothing) is copied as it stands.
    if (out_.encoding.explicitVr && !e.is("SQ")) {
      out_.problems.push_back(name(e.tag) + " is not marked as a sequence and was left out");
      if (e.tag == regionsTag)
        out_.regionsBroken = true;
      return;
    }
    if (!ascending(e.tag))
      return;
    const auto raw = reader_.bytes(e.at, static_cast<std::size_t>(next - e.at));
    out_.sequencesInHeader.emplace_back(out_.header.size(), out_.header.size() + raw.size());
    out_.header.insert(out_.header.end(), raw.begin(), raw.end());
  }

  /// DCMTK keeps the last of two elements of one tag; here the first counts and the second is told.
  bool ascending(std::uint32_t tag) {
    if (tag > last_) {
      last_ = tag;
      return true;
    }
    out_.problems.push_back(tagText(tag) + " stands out of order or twice; the first one counts");
    return false;
  }

  Structure& out_;
  ElementReader& reader_;
  std::span<const Wanted> wanted_;
  std::uint32_t last_ = 0;
};

void readMeta(Structure& out, ElementReader& reader, std::uint64_t at) {
  const Encoding encoding{true, false};
  while (reader.tagAt(at, false).value_or(0) >> 16 == 0x0002) {
    const auto e = reader.element(at, encoding, reader.size());
    if (!e || e->undefinedLength)
      throw InputError(out.source->path(), "its meta header is damaged", "export it again");
    if (e->tag == 0x00020002 || e->tag == 0x00020010) {
      const auto raw = reader.bytes(e->valueAt, static_cast<std::size_t>(std::min<std::uint64_t>(e->length, 64)));
      std::string text(raw.begin(), raw.end());
      while (!text.empty() && (text.back() == 0 || text.back() == ' '))
        text.pop_back();
      (e->tag == 0x00020002 ? out.mediaClassUid : out.syntaxUid) = text;
    }
    at = e->valueAt + e->length;
  }
  out.dataSetAt = at;
}

} // namespace

std::optional<FileStart> recogniseStart(const ByteSource& source) {
  ElementReader reader(source);
  const auto head = reader.bytes(0, 140);
  FileStart start;
  if (head.size() >= 132 && std::memcmp(head.data() + 128, "DICM", 4) == 0) {
    start.metaAt = 132;
    start.dataSetAt = 132;
    start.hasMeta = reader.tagAt(132, false).value_or(0) >> 16 == 0x0002;
    return start;
  }
  if (reader.tagAt(0, false).value_or(0) >> 16 == 0x0002 && believable(reader, 0, {true, false}) >= 2) {
    start.hasMeta = true;
    return start;
  }
  if (sniffEncoding(reader, 0))
    return start;
  return {};
}

namespace {

Structure begin(const std::filesystem::path& file, std::uint64_t maxInflatedBytes) {
  Structure out;
  out.source = ByteSource::open(file);
  if (out.source->size() == 0)
    throw InputError(file, "it is empty", "copy or export it again");
  const auto start = recogniseStart(*out.source);
  if (!start)
    throw InputError(file, "it is not a DICOM file", {});
  {
    ElementReader reader(*out.source);
    out.dataSetAt = start->dataSetAt;
    if (start->hasMeta)
      readMeta(out, reader, start->metaAt);
  }
  if (isDeflated(out.syntaxUid)) {
    if (out.dataSetAt >= out.source->size())
      throw InputError(file, "it holds a meta header and no data set", "export it again");
    out.source = ByteSource::inflated(*out.source, out.dataSetAt, maxInflatedBytes);
    out.inflated = true;
    out.dataSetAt = 0;
  }
  ElementReader reader(*out.source);
  if (out.dataSetAt >= reader.size())
    throw InputError(file, "it holds a meta header and no data set", "export it again");
  const auto declared = encodingOf(out.syntaxUid);
  auto seen = sniffEncoding(reader, out.dataSetAt);
  if (declared && (!seen || believable(reader, out.dataSetAt, *declared) >= 3))
    seen = declared;
  if (!seen)
    throw InputError(file, "its data set can't be read: it starts with nothing that is an element", "export it again");
  out.encoding = *seen;
  if (declared && *declared != *seen)
    out.problems.push_back("the data set is not encoded as its transfer syntax says");
  if (out.syntaxUid.empty()) {
    out.syntaxUid = uidOf(*seen);
    out.problems.push_back("the file names no transfer syntax; its bytes look like " + syntaxName(out.syntaxUid));
  }
  return out;
}

} // namespace

Structure walkStructure(const std::filesystem::path& file, std::uint64_t maxInflatedBytes,
                        std::span<const Wanted> wanted) {
  auto out = begin(file, maxInflatedBytes);
  ElementReader reader(*out.source);
  Walker(out, reader, wanted).walk();
  return out;
}

Structure checkWhole(const std::filesystem::path& file, std::uint64_t maxInflatedBytes) {
  auto out = begin(file, maxInflatedBytes);
  ElementReader reader(*out.source);
  const auto end = reader.size();
  const auto broken = [&](std::uint64_t at) {
    const auto tag = reader.tagAt(at, out.encoding.bigEndian);
    return InputError(file,
                      "it is damaged" + (tag ? " at " + tagText(*tag) : std::string()) + " (" + reader.failure() + ")",
                      "export it again");
  };
  for (auto at = out.dataSetAt; at < end;) {
    const auto e = reader.element(at, out.encoding, end);
    if (!e)
      throw broken(at);
    const bool pixels = e->tag == pixelTag;
    if (pixels) {
      out.hasPixelData = true;
      out.pixelData = *e;
    }
    // Fragments of pixel data are items whose bytes are no elements.
    const auto next = reader.valueEnd(*e, out.encoding, end, !pixels);
    if (!next)
      throw broken(at);
    at = *next;
  }
  return out;
}

} // namespace hipcuff::dicom
