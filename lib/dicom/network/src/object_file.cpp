#include "object_file.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"
#include "hipcuff/dicom/guard/structure.h"
#include "hipcuff/dicom/network/inbox.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcuid.h"

namespace hipcuff::dicom {
namespace {

constexpr Encoding metaEncoding{true, false};

std::string uidIn(ElementReader& reader, const Element& element) {
  if (element.length > 66)
    return {};
  const auto bytes = reader.bytes(element.valueAt, static_cast<std::size_t>(element.length));
  std::string text(bytes.begin(), bytes.end());
  while (!text.empty() && (text.back() == '\0' || text.back() == ' '))
    text.pop_back();
  return isUid(text) ? text : std::string();
}

void append(std::string& out, std::uint16_t element, const char* vr, std::string value, char pad) {
  if (value.size() % 2 != 0)
    value.push_back(pad);
  const auto u16 = [&](std::size_t number) {
    out.push_back(static_cast<char>(number & 0xff));
    out.push_back(static_cast<char>((number >> 8) & 0xff));
  };
  u16(2);
  u16(element);
  out += vr;
  if (vr[0] == 'O') {
    u16(0);
    u16(value.size() & 0xffff);
    u16(value.size() >> 16);
  } else
    u16(value.size());
  out += value;
}

} // namespace

ObjectFile openObjectFile(const std::filesystem::path& file) {
  ObjectFile out;
  out.source = ByteSource::open(file);
  const auto start = recogniseStart(*out.source);
  if (!start || !start->hasMeta)
    throw InputError(file, "is no DICOM file with file meta information", "only such files can be sent");
  ElementReader reader(*out.source);
  auto at = start->metaAt;
  while (const auto element = reader.element(at, metaEncoding, reader.size())) {
    if ((element->tag >> 16) != 2 || element->undefinedLength)
      break;
    if (element->tag == tagOf(0x0002, 0x0002))
      out.classUid = uidIn(reader, *element);
    else if (element->tag == tagOf(0x0002, 0x0003))
      out.instanceUid = uidIn(reader, *element);
    else if (element->tag == tagOf(0x0002, 0x0010))
      out.syntaxUid = uidIn(reader, *element);
    at = element->valueAt + element->length;
  }
  out.dataSetAt = at;
  if (out.classUid.empty() || out.instanceUid.empty() || out.syntaxUid.empty())
    throw InputError(file, "its file meta information lacks class, instance or transfer syntax", "export it again");
  if (at >= out.source->size())
    throw InputError(file, "has no data set", "export it again");
  return out;
}

std::string fileMeta(const std::string& classUid, const std::string& instanceUid, const std::string& syntaxUid) {
  std::string group;
  append(group, 0x0001, "OB", std::string("\0\1", 2), '\0');
  append(group, 0x0002, "UI", classUid, '\0');
  append(group, 0x0003, "UI", instanceUid, '\0');
  append(group, 0x0010, "UI", syntaxUid, '\0');
  // The bytes of the data set come from elsewhere; DCMTK received them.
  append(group, 0x0012, "UI", OFFIS_IMPLEMENTATION_CLASS_UID, '\0');
  append(group, 0x0013, "SH", OFFIS_DTK_IMPLEMENTATION_VERSION_NAME, ' ');
  std::string out(128, '\0');
  out += "DICM";
  const auto size = group.size();
  std::string length;
  for (int byte = 0; byte < 4; ++byte)
    length.push_back(static_cast<char>((size >> (8 * byte)) & 0xff));
  append(out, 0x0000, "UL", length, '\0');
  return out + group;
}

} // namespace hipcuff::dicom
