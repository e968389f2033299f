#include "hipcuff/core/error.h"
#include "hipcuff/core/folded_text.h"
#include "hipcuff/dicom/guard/byte_source.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "identity_search.h"
#include "rules.h"
#include "text_codec.h"
#include "vocabulary.h"

#include "dcmtk/dcmdata/dctk.h"

#include <set>

namespace hipcuff::dicom {
namespace {

class Looker {
public:
  Looker(const IdentitySearch& search, std::vector<IdentityPlace>& places)
      : search_(search)
      , places_(places) {}

  void item(DcmItem& item, const TextCodec& around, const std::string& path) {
    const TextCodec codec(item, around);
    OFString scheme;
    const bool publicCode = item.findAndGetOFString(DCM_CodingSchemeDesignator, scheme).good() &&
                            isPublicScheme(std::string(scheme.c_str()));
    for (unsigned long i = 0; i < item.card(); ++i) {
      auto* element = item.getElement(i);
      const auto tag = tagOf(element->getGTag(), element->getETag());
      const auto where = path + tagText(tag);
      if (element->getGTag() % 2 != 0)
        places_.push_back({"private element " + where, IdentityKind::id, {}});
      if (auto* sequence = dynamic_cast<DcmSequenceOfItems*>(element)) {
        for (unsigned long k = 0; k < sequence->card(); ++k)
          this->item(*sequence->getItem(k), codec, where + "[" + std::to_string(k + 1) + "].");
        continue;
      }
      look(*element, codec, where, publicCode);
    }
  }

private:
  void look(DcmElement& element, const TextCodec& codec, const std::string& where, bool publicCode) {
    const auto vr = element.getVR();
    if (element.getLength() > (1U << 20))
      return; // no text; its bytes are looked through with the file's
    std::string raw;
    if (!element.isaString() && element.getTag().getGroup() != 0x7FE0 && wordsInBytes(element, where))
      return;
    if (vr == EVR_OB || vr == EVR_UN || vr == EVR_OW) {
      Uint8* bytes = nullptr;
      if (element.getUint8Array(bytes).good() && bytes)
        search_.inBytes({bytes, element.getLength()}, [&](std::size_t, const IdentityMark& mark) { add(where, mark); });
      return;
    }
    raw = rawText(element);
    if (raw.empty())
      return;
    const auto place = vr == EVR_UI                                   ? TextPlace::uid
                       : vr == EVR_DS || vr == EVR_IS                 ? TextPlace::number
                       : vr == EVR_CS || publicCode || vr == EVR_SH   ? TextPlace::technical
                       : vr == EVR_LO || vr == EVR_ST || vr == EVR_LT ? TextPlace::technical
                                                                      : TextPlace::free;
    const auto try1 = [&](const std::string& text) {
      if (const auto* mark = search_.inText(text, place)) {
        add(where, *mark);
        return true;
      }
      return false;
    };
    if (vr == EVR_UI) {
      for (std::size_t at = 0; at <= raw.size();) {
        const auto end = std::min(raw.find('\\', at), raw.size());
        if (try1(raw.substr(at, end - at)))
          return;
        at = end + 1;
      }
      return;
    }
    // By the character set that the file says, and as the bytes stand.
    if (try1(codec.utf8(raw, vr == EVR_PN)))
      return;
    try1(raw);
  }

  /// Marks that are too short for a search in any bytes, as words in texts that stand among numbers: profiles of
  /// colours, tables. In a short row of letters, which can be there by chance, marks of fewer than 4 are no find.
  bool wordsInBytes(DcmElement& element, const std::string& where) {
    std::vector<std::uint8_t> bytes(element.getLength());
    if (bytes.empty() || element.getPartialValue(bytes.data(), 0, element.getLength(), nullptr, EBO_LittleEndian).bad())
      return false;
    constexpr std::size_t shortestRow = 4, surelyText = 12;
    std::string row;
    bytes.push_back(0);
    for (const auto byte : bytes) {
      if (byte >= 0x20 && byte < 0x7F) {
        row += static_cast<char>(byte);
        continue;
      }
      if (row.size() >= shortestRow)
        if (const auto* mark = search_.inText(row, TextPlace::free);
            mark && (row.size() >= surelyText || mark->text.size() >= shortestRow)) {
          add(where, *mark);
          return true;
        }
      row.clear();
    }
    return false;
  }

  void add(const std::string& where, const IdentityMark& mark) { places_.push_back({where, mark.kind, mark.text}); }

  const IdentitySearch& search_;
  std::vector<IdentityPlace>& places_;
};

void lookThroughBytes(const ByteSource& source, const IdentitySearch& search, std::uint64_t dataSetAt,
                      std::vector<IdentityPlace>& places) {
  constexpr std::size_t piece = 4 << 20;
  const std::size_t overlap = search.longestBytes() + 2;
  std::vector<std::uint8_t> buffer(piece + overlap);
  std::set<std::uint64_t> seen;
  for (std::uint64_t at = 0; at < source.size(); at += piece) {
    const auto got = source.readSome(at, buffer);
    search.inBytes({buffer.data(), got}, [&](std::size_t offset, const IdentityMark& mark) {
      const auto byte = at + offset;
      if (!seen.insert(byte).second)
        return;
      const char* part = byte < 128 ? " (preamble)" : byte < dataSetAt ? " (meta header)" : "";
      places.push_back({"byte " + std::to_string(byte) + part, mark.kind, mark.text});
    });
  }
}

} // namespace

std::vector<IdentityPlace> identityLeftBehind(const std::filesystem::path& file, const Identity& identity) {
  const auto loaded = loadWhole(file);
  const IdentitySearch search(identity);
  std::vector<IdentityPlace> places;
  Looker looker(search, places);
  looker.item(*loaded->getMetaInfo(), {}, "");
  looker.item(*loaded->getDataset(), {}, "");
  const auto structure = checkWhole(file, 16ULL << 30);
  const auto source = ByteSource::open(file);
  const auto start = recogniseStart(*source);
  if (start && start->metaAt == 132) {
    std::vector<std::uint8_t> preamble(128);
    source->read(0, preamble);
    if (std::any_of(preamble.begin(), preamble.end(), [](std::uint8_t b) { return b != 0; }))
      places.push_back({"preamble is not empty", IdentityKind::id, {}});
  }
  lookThroughBytes(*source, search, structure.inflated ? source->size() : structure.dataSetAt, places);
  if (structure.inflated)
    lookThroughBytes(*structure.source, search, 0, places);
  return places;
}

} // namespace hipcuff::dicom
