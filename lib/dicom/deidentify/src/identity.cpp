#include "hipcuff/core/folded_text.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "identity_search.h"
#include "latin_letters.h"
#include "profile_table.h"
#include "rules.h"
#include "text_codec.h"
#include "values.h"
#include "vocabulary.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <set>

namespace hipcuff::dicom {
namespace {

std::size_t characters(std::string_view utf8) {
  return decodeUtf8(utf8).size();
}

bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

class Collector {
public:
  explicit Collector(const Profile& profile)
      : profile_(profile) {}

  void item(DcmItem& item, const TextCodec& around) {
    const TextCodec codec(item, around);
    for (unsigned long i = 0; i < item.card(); ++i) {
      auto* element = item.getElement(i);
      if (auto* sequence = dynamic_cast<DcmSequenceOfItems*>(element)) {
        for (unsigned long k = 0; k < sequence->card(); ++k)
          this->item(*sequence->getItem(k), codec);
        continue;
      }
      take(*element, codec);
    }
  }

  Identity identity() && {
    Identity out;
    out.marks.assign(marks_.begin(), marks_.end());
    return out;
  }

  void name(const std::string& utf8, const std::string& raw) {
    for (const auto& word : foldedWords(utf8)) {
      const auto letters = characters(word);
      if (letters >= 3 || (!isAscii(word) && letters >= 2))
        add(IdentityKind::name, word, isAscii(utf8) ? "" : rawPart(raw, utf8, word));
      for (auto& latin : {inLatinLetters(word, true), inLatinLetters(word, false)})
        if (latin != word && isAscii(latin) && latin.size() >= 3)
          add(IdentityKind::name, latin);
    }
    shortNames(utf8);
  }

private:
  /// Words too short to be looked for by themselves are looked for beside each other, in both orders: "Li Wu", "WuLi".
  void shortNames(const std::string& utf8) {
    for (std::size_t at = 0; at <= utf8.size();) { // PNs between backslashes, their groups between '='
      const auto end = std::min(utf8.find_first_of("=\\", at), utf8.size());
      const auto person = utf8.substr(at, end - at);
      at = end + 1;
      auto behindGiven = person.find('^');
      if (behindGiven != std::string::npos)
        behindGiven = person.find('^', behindGiven + 1);
      const auto words = foldedWords(person.substr(0, behindGiven));
      const bool brief = std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return characters(word) <= (isAscii(word) ? 2u : 1u);
      });
      if (!brief || words.size() < 2)
        continue;
      std::string spaced[2], joined[2];
      for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& last = words[(i + 1) % words.size()]; // the family's name comes first in a PN, often last elsewhere
        for (const int order : {0, 1}) {
          const auto& word = order == 0 ? words[i] : last;
          spaced[order] += (i > 0 ? " " : "") + word;
          joined[order] += word;
        }
      }
      for (const auto& name : {spaced[0], spaced[1], joined[0], joined[1]})
        if (characters(name) >= (isAscii(name) ? 4u : 2u))
          add(IdentityKind::name, name);
    }
  }

  void add(IdentityKind kind, std::string text, std::string raw = {}) {
    static const std::set<std::string, std::less<>> fillers = {"anonymous", "anonymized", "unknown", "removed", "none"};
    if (!text.empty() && !fillers.contains(text))
      marks_.insert({kind, std::move(text), std::move(raw)});
  }

  /// The bytes between two delimiters of a name in its own character set that hold `word`, where the parts are as many
  /// as in UTF-8.
  static std::string rawPart(const std::string& raw, const std::string& utf8, const std::string& word) {
    const auto parts = [](const std::string& text) {
      std::vector<std::string> out(1);
      for (const char c : text) {
        if (c == '^' || c == '=' || c == '\\' || c == ' ' || c == ',')
          out.emplace_back();
        else
          out.back() += c;
      }
      return out;
    };
    const auto ours = parts(utf8);
    const auto theirs = parts(raw);
    if (ours.size() != theirs.size())
      return {};
    for (std::size_t i = 0; i < ours.size(); ++i)
      if (foldText(ours[i]) == word)
        return theirs[i];
    return {};
  }

  void take(DcmElement& element, const TextCodec& codec) {
    const auto tag = tagOf(element.getGTag(), element.getETag());
    if (element.getLength() > 16384)
      return; // no name or ID
    const auto vr = element.getVR();
    const auto standard = DcmTag(element.getTag().getXTag()).getEVR();
    const bool text = vr == EVR_LO || vr == EVR_SH || vr == EVR_LT || vr == EVR_ST || vr == EVR_UT || vr == EVR_UC ||
                      vr == EVR_PN || vr == EVR_UI || vr == EVR_DA || vr == EVR_DT || vr == EVR_AE || vr == EVR_CS ||
                      vr == EVR_IS;
    if (!text)
      return;
    const auto raw = rawText(element);
    if (raw.empty())
      return;
    const auto utf8 = codec.utf8(raw, vr == EVR_PN || standard == EVR_PN);
    const auto* row = profileRow(tag);
    const auto group = tag >> 16;
    if (vr == EVR_PN || standard == EVR_PN || tag == 0x00102297) {
      name(utf8, raw);
      return;
    }
    if (vr == EVR_UI) {
      if (!profile_.retainUids && (!row || !row->device || !profile_.retainDevice) && group != 2)
        each(utf8, [&](const std::string& uid) {
          if (tag != 0x00080016 && !staysUid(tag, uid))
            add(IdentityKind::uid, uid);
        });
      return;
    }
    if (tag == 0x00100030) {
      dates(IdentityKind::birthDate, utf8);
      return;
    }
    if (vr == EVR_DA || vr == EVR_DT) {
      dates(IdentityKind::date, utf8);
      return;
    }
    const bool institution = tag == 0x00080080 || tag == 0x00080081 || tag == 0x00081040 || tag == 0x00102299 ||
                             tag == 0x0040A027 || tag == 0x00380400 || tag == 0x0038001E;
    const bool address = tag == 0x00101040 || tag == 0x00102154 || tag == 0x00080092 || tag == 0x00080094 ||
                         tag == 0x00401102 || tag == 0x00401103 || tag == 0x00402010;
    const bool device = row && row->device;
    const bool id = tag == 0x00100020 || tag == 0x00101000 || tag == 0x00080050 || tag == 0x00200010 ||
                    tag == 0x00380010 || tag == 0x00380060 || tag == 0x00402016 || tag == 0x00402017 ||
                    tag == 0x00401001 || tag == 0x00400009 || tag == 0x00400253 || tag == 0x00101090 ||
                    tag == 0x00101050 || tag == 0x00120040 || tag == 0x00120042 || tag == 0x0040050A;
    if (institution && !profile_.retainInstitution) {
      each(utf8, [&](const std::string& value) { institutionName(value); });
    } else if (address) {
      each(utf8, [&](const std::string& value) {
        if (characters(foldText(value)) >= 5)
          add(IdentityKind::address, foldText(value));
      });
    } else if (id || (device && !profile_.retainDevice && vr != EVR_DA)) {
      each(utf8, [&](const std::string& value) {
        const auto folded = foldText(value);
        if (characters(folded) >= 3 && !isGenericInstitutionWord(folded))
          add(id ? IdentityKind::id : IdentityKind::device, folded);
      });
    }
  }

  void institutionName(const std::string& value) {
    const auto folded = foldText(value);
    const auto words = foldedWords(value);
    if (std::all_of(words.begin(), words.end(), isGenericInstitutionWord))
      return;
    if (characters(folded) >= 4)
      add(IdentityKind::institution, folded);
    for (const auto& word : words)
      if (characters(word) >= 6 && !isGenericInstitutionWord(word))
        add(IdentityKind::institution, word);
  }

  void dates(IdentityKind kind, const std::string& text) {
    for (const auto day : daysIn(text))
      if (!isFillerDate(day))
        for (auto& spelling : spellings(day))
          add(kind, std::move(spelling));
  }

  template <class Use>
  static void each(const std::string& values, const Use& use) {
    for (std::size_t at = 0; at <= values.size();) {
      const auto end = std::min(values.find('\\', at), values.size());
      use(values.substr(at, end - at));
      at = end + 1;
    }
  }

  const Profile& profile_;
  std::set<IdentityMark> marks_;
};

} // namespace

const char* toString(IdentityKind kind) noexcept {
  switch (kind) {
  case IdentityKind::name:
    return "name";
  case IdentityKind::id:
    return "ID";
  case IdentityKind::birthDate:
    return "birth date";
  case IdentityKind::date:
    return "date";
  case IdentityKind::institution:
    return "institution";
  case IdentityKind::device:
    return "device";
  case IdentityKind::uid:
    return "UID";
  case IdentityKind::address:
    return "address";
  }
  return "";
}

Identity collectIdentity(DcmItem& dataSet, const Profile& profile) {
  Collector collector(profile);
  collector.item(dataSet, {});
  return std::move(collector).identity();
}

Identity identityOf(const std::filesystem::path& original, const Profile& profile) {
  const auto file = loadWhole(original);
  return collectIdentity(*file->getDataset(), profile);
}

void addName(Identity& identity, const std::string& utf8Name) {
  const Profile profile;
  Collector collector(profile);
  collector.name(utf8Name, utf8Name);
  auto more = std::move(collector).identity();
  identity.marks.insert(identity.marks.end(), more.marks.begin(), more.marks.end());
  std::sort(identity.marks.begin(), identity.marks.end());
  identity.marks.erase(std::unique(identity.marks.begin(), identity.marks.end()), identity.marks.end());
}

} // namespace hipcuff::dicom
