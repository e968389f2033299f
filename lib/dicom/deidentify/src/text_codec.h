// The texts of one item as UTF-8.
#pragma once

#include <memory>
#include <string>

class DcmElement;
class DcmItem;

namespace hipcuff::dicom {

class TextCodec {
public:
  TextCodec() = default;
  /// The item's own character set, or else the one around it.
  TextCodec(DcmItem& item, const TextCodec& around);

  /// A byte string that can't be converted stays as it is.
  /// @param name whether '^' and '=' end a stretch of escape codes, as in a PN
  [[nodiscard]] std::string utf8(const std::string& raw, bool name) const;

private:
  struct Converter;
  std::shared_ptr<Converter> converter_; ///< none: ASCII
};

/// The element's bytes as text, without padding; empty where it holds none. Never throws.
[[nodiscard]] std::string rawText(DcmElement& element);

} // namespace hipcuff::dicom
