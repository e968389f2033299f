#include "text_codec.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcspchrs.h"
#include "dcmtk/dcmdata/dctk.h"

namespace hipcuff::dicom {

struct TextCodec::Converter {
  DcmSpecificCharacterSet set;
};

TextCodec::TextCodec(DcmItem& item, const TextCodec& around)
    : converter_(around.converter_) {
  OFString name;
  if (item.findAndGetOFStringArray(DCM_SpecificCharacterSet, name).bad() || name.empty())
    return;
  auto own = std::make_shared<Converter>();
  // Where DCMTK doesn't know the set, the bytes stay as they are and are compared as they are.
  converter_ = own->set.selectCharacterSet(name, "ISO_IR 192").good() ? std::move(own) : nullptr;
}

std::string TextCodec::utf8(const std::string& raw, bool name) const {
  if (!converter_)
    return raw;
  OFString out;
  const auto status =
      converter_->set.convertString(raw.c_str(), raw.size(), out, name ? OFString("\\^=") : OFString("\\\r\n\f\t"));
  return status.good() ? std::string(out.c_str(), out.size()) : raw;
}

std::string rawText(DcmElement& element) {
  char* bytes = nullptr;
  Uint32 size = 0;
  if (element.getString(bytes, size).bad() || !bytes)
    return {};
  std::string text(bytes, size);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0'))
    text.pop_back();
  return text;
}

} // namespace hipcuff::dicom
