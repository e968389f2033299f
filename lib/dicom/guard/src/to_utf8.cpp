#include "hipcuff/dicom/guard/to_utf8.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <cerrno>
#include <iconv.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hipcuff::dicom {
namespace {

/// An encoding of iconv's, and the escape sequence that it has no use for.
struct Encoding {
  const char* name;
  std::string_view dropped;
};

std::optional<Encoding> encodingOf(const std::string& characterSet) {
  std::optional<Encoding> out;
  for (std::size_t at = 0; at <= characterSet.size();) {
    const std::size_t end = std::min(characterSet.find('\\', at), characterSet.size());
    const std::string part = characterSet.substr(at, end - at);
    at = end + 1;
    std::optional<Encoding> here;
    if (part.empty() || part == "ISO_IR 6" || part == "ISO 2022 IR 6")
      continue;
    if (part == "ISO 2022 IR 87" || part == "ISO 2022 IR 159")
      here = Encoding{"ISO-2022-JP-2", {}};
    else if (part == "ISO 2022 IR 149")
      here = Encoding{"EUC-KR", "\x1B$)C"}; // G1 with the high bit set, as EUC-KR has it
    else if (part == "ISO 2022 IR 58")
      here = Encoding{"GB2312", "\x1B$)A"};
    if (!here || (out && std::string_view(out->name) != here->name))
      return {};
    out = here;
  }
  return out;
}

std::optional<std::string> utf8Of(std::string text, const Encoding& encoding) {
  if (!encoding.dropped.empty())
    for (std::size_t at = text.find(encoding.dropped); at != std::string::npos; at = text.find(encoding.dropped, at))
      text.erase(at, encoding.dropped.size());
  const auto converter = iconv_open("UTF-8", encoding.name);
  if (converter == reinterpret_cast<iconv_t>(-1)) // NOLINT: as POSIX says it
    return {};
  const auto close = [](void* c) { iconv_close(c); };
  const std::unique_ptr<void, decltype(close)> closed(converter, close);
  std::string out(text.size() * 4 + 16, '\0');
  char* from = text.data();
  std::size_t left = text.size();
  char* to = out.data();
  std::size_t room = out.size();
  if (iconv(converter, &from, &left, &to, &room) == static_cast<std::size_t>(-1) || left != 0)
    return {};
  out.resize(out.size() - room);
  return out;
}

bool hasCharacterSet(DcmEVR vr) {
  switch (vr) {
  case EVR_LO:
  case EVR_LT:
  case EVR_PN:
  case EVR_SH:
  case EVR_ST:
  case EVR_UC:
  case EVR_UT:
    return true;
  default:
    return false;
  }
}

} // namespace

bool becomesUtf8(DcmDataset& data) {
  if (DcmDataset converted(data); converted.convertToUTF8().good())
    return data.convertToUTF8().good();
  OFString characterSet;
  if (data.findAndGetOFStringArray(DCM_SpecificCharacterSet, characterSet).bad())
    return false;
  const auto encoding = encodingOf(characterSet.c_str());
  if (!encoding)
    return false;
  std::vector<std::pair<DcmElement*, std::string>> changes;
  DcmStack stack;
  while (data.nextObject(stack, OFTrue).good()) {
    auto* element = dynamic_cast<DcmElement*>(stack.top());
    if (!element || !hasCharacterSet(element->ident()))
      continue;
    OFString value;
    if (element->getOFStringArray(value, OFFalse).bad())
      return false;
    auto utf8 = utf8Of({value.data(), value.size()}, *encoding);
    if (!utf8)
      return false;
    changes.emplace_back(element, std::move(*utf8));
  }
  for (const auto& [element, utf8] : changes)
    if (element->putOFStringArray(OFString(utf8.data(), utf8.size())).bad())
      return false;
  return data.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192").good();
}

} // namespace hipcuff::dicom
