// Walks a data set and does to each element, at any depth, what the rules say.
#pragma once

#include "hipcuff/dicom/deidentify/deidentify.h"
#include "identity_search.h"
#include "rules.h"
#include "text_codec.h"

#include <set>
#include <string>

class DcmElement;
class DcmItem;

namespace hipcuff::dicom {

struct Patient {
  std::string id;        ///< UTF-8, as in the file
  std::string name;      ///< likewise
  std::string pseudonym; ///< for both
  int daysBack = 0;
};

class Cleaner {
public:
  Cleaner(const DeidentifyRequest& request, const Secret& secret, const Patient& patient, const Identity& identity,
          DeidentifyResult& result);
  /// Pixel data is left as it is.
  void dataSet(DcmItem& item);
  [[nodiscard]] std::string mapped(const std::string& uid, KeyKind kind);

private:
  struct Where;
  void item(DcmItem& item, const TextCodec& around, int depth);
  /// @return whether the element stays
  bool element(DcmItem& parent, DcmElement& element, const TextCodec& codec, int depth, bool publicCode);
  /// Codes of no published scheme are replaced. @return whether the item is a code
  bool coded(DcmItem& item, const TextCodec& codec);
  bool kept(DcmElement& element, const TextCodec& codec, bool publicCode);
  bool meaning(DcmElement& element, const TextCodec& codec);
  bool openTerms(DcmElement& element);
  bool words(DcmElement& element, const TextCodec& codec);
  bool uids(DcmElement& element);
  bool dummy(DcmElement& element);
  bool put(DcmElement& element, const std::string& value);
  bool empty(DcmElement& element);
  void scrubLocalCode(DcmItem& item);
  void standIn(DcmElement& element);
  void tell(KeyKind kind, const std::string& original, const std::string& replacement);

  const DeidentifyRequest& request_;
  const Secret& secret_;
  const Patient& patient_;
  IdentitySearch search_;
  std::vector<std::string> names_; ///< words no cleaned text may keep
  std::vector<std::string> moreTerms_;
  DeidentifyResult& result_;
  bool curves_ = false; ///< the object is of a class of curves
  std::set<std::pair<KeyKind, std::string>> told_;
};

/// A text of ours. @throws std::runtime_error
void putText(DcmItem& item, std::uint32_t tag, const std::string& text);
/// One item more in a code sequence.
void putCode(DcmItem& item, std::uint32_t sequence, const char* value, const char* scheme, const char* meaning);

} // namespace hipcuff::dicom
