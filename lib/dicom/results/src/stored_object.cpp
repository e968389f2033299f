#include "hipcuff/dicom/results/stored_object.h"

#include "derived_image.h"
#include "to_utf8.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/guard/syntax.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

namespace hipcuff::dicom {
namespace {

// What storedObject() reads; ascending.
constexpr Wanted elements[] = {
    {0x00080005, "CS"}, {0x00080012, "DA"}, {0x00080013, "TM"}, {0x00080016, "UI"},
    {0x00080018, "UI"}, {0x00080050, "SH"}, {0x00080060, "CS"}, {0x00080070, "LO"},
    {0x0008103E, "LO"}, {0x00100010, "PN"}, {0x00100020, "LO"}, {0x00100030, "DA"},
    {0x00181020, "LO"}, {0x0020000D, "UI"}, {0x0020000E, "UI"}, {0x00200013, "IS"},
};

} // namespace

StoredObject readStoredObject(const std::filesystem::path& path) {
  constexpr std::uint64_t maxInflated = 1ULL << 30;
  const auto parsed = parseHeader(walkStructure(path, maxInflated, elements));
  (void)becomesUtf8(*parsed.data); // what can't be converted stays as it is
  return storedObject(path, *parsed.data);
}

std::optional<ObjectKind> kindOf(const std::string& uid) {
  for (const char* report : {UID_BasicTextSRStorage, UID_EnhancedSRStorage, UID_ComprehensiveSRStorage,
                             UID_Comprehensive3DSRStorage, UID_ExtensibleSRStorage})
    if (uid == report)
      return ObjectKind::sr;
  if (uid == UID_SegmentationStorage)
    return ObjectKind::seg;
  if (uid == UID_GrayscaleSoftcopyPresentationStateStorage || uid == UID_ColorSoftcopyPresentationStateStorage)
    return ObjectKind::gsps;
  return isSecondaryCapture(uid) ? std::optional(ObjectKind::sc) : std::nullopt;
}

bool isDamaged(const std::filesystem::path& path) {
  try {
    (void)loadWhole(path);
    return false;
  } catch (const Error&) {
    return true;
  }
}

} // namespace hipcuff::dicom
