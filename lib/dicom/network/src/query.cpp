#include "query.h"

#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/guard/to_utf8.h"

#include "dcmtk/dcmdata/dcpath.h"

#include <algorithm>

namespace hipcuff::dicom {
namespace {

const char* levelName(Level level) noexcept {
  switch (level) {
  case Level::study:
    return "STUDY";
  case Level::series:
    return "SERIES";
  case Level::image:
    return "IMAGE";
  case Level::worklist:
    break;
  }
  return nullptr;
}

/// A path of DCMTK's: keywords, tags, [0]. Nothing else gets to its parser.
bool looksLikePath(const std::string& key) {
  return !key.empty() && key.size() <= 300 && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '[' ||
           c == ']' || c == '(' || c == ')' || c == ',';
  });
}

} // namespace

const char* findClass(Level level) noexcept {
  return level == Level::worklist ? UID_FINDModalityWorklistInformationModel
                                  : UID_FINDStudyRootQueryRetrieveInformationModel;
}

std::unique_ptr<DcmDataset> identifier(Level level, const Keys& keys) {
  prepareDcmtk();
  auto out = std::make_unique<DcmDataset>();
  bool ascii = true;
  DcmPathProcessor paths;
  for (const auto& [key, value] : keys) {
    if (!looksLikePath(key))
      throw UsageError("'" + tidy(key, 80) + "' is no DICOM keyword or tag");
    if (!isOneLine(value) || value.size() > 1024)
      throw UsageError("the value for " + key + " is not one short line of UTF-8");
    ascii = ascii && std::all_of(value.begin(), value.end(), [](char c) { return (c & 0x80) == 0; });
    // Without a sign of equality DCMTK makes the element empty.
    const auto override = value.empty() ? key : key + "=" + value;
    if (const auto put = paths.applyPathWithValue(out.get(), override.c_str()); put.bad())
      throw UsageError("'" + key + "' is no key for a query: " + words(put));
  }
  if (!ascii)
    out->putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
  if (const auto* name = levelName(level))
    out->putAndInsertString(DCM_QueryRetrieveLevel, name);
  return out;
}

Keys answerOf(DcmDataset& answer, const Keys& wanted) {
  // Where that can't be, the text is made fit below.
  (void)becomesUtf8(answer);
  Keys out;
  for (const auto& [key, unused] : wanted) {
    DcmPathProcessor paths;
    OFList<DcmPath*> found;
    if (paths.findOrCreatePath(&answer, key.c_str(), OFFalse).bad() || paths.getResults(found) == 0)
      continue;
    auto* object = found.front()->back()->m_obj;
    auto* element = dynamic_cast<DcmElement*>(object);
    OFString text;
    if (element == nullptr || !element->isLeaf() || element->getOFStringArray(text).bad())
      continue;
    out[key] = tidy(std::string(text.c_str(), text.length()), 1024);
  }
  return out;
}

} // namespace hipcuff::dicom
