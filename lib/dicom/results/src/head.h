// What every result object begins with.
#pragma once

#include "hipcuff/dicom/results/codes.h"
#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/dicom/results/source_image.h"

#include <filesystem>
#include <string>
#include <string_view>

class DcmDataset;
class DcmFileFormat;
class DcmItem;
class DcmTagKey;
class OFCondition;

namespace hipcuff::dicom {

struct Head {
  const SourceImage& source;
  const ObjectIdentity& identity;
  const Provenance& provenance;
  ObjectKind kind;
  const char* sopClassUid;
  const char* modality;
  int seriesNumber;
  const char* seriesDescription;
  /// Some text of ours that is to come is not ASCII: patient and study become UTF-8 too, one object having one
  /// character set. Otherwise they stay as they stand in the image, byte for byte: what a PACS matches by.
  bool utf8 = false;
};

/// SOP common, patient, study, series and equipment modules. @throws std::runtime_error where DCMTK can't;
/// InputError where utf8 is asked for and the image's character set can't be converted, or it declares none for names
/// that are not ASCII
void fillHead(DcmDataset& object, const Head& head);

/// Device Serial Number: there is none, so it is made of the settings, and two differently set copies are told apart.
/// The same for all studies, nothing of any patient in it.
[[nodiscard]] std::string serialNumber(const Provenance& provenance);

/// For identify(): patient and study as the image names them.
[[nodiscard]] std::string seriesKey(const SourceImage& source);

[[nodiscard]] bool isAscii(std::string_view text) noexcept;

/// A text of ours: ASCII, or UTF-8 under a head that says so.
void putText(DcmItem& item, const DcmTagKey& tag, const std::string& text);
/// One item more in a code sequence.
void putCode(DcmItem& item, const DcmTagKey& sequence, const Code& code);

/// Says which coding scheme 99HIPCUFF is. Call where privateScheme is used.
void declarePrivateScheme(DcmDataset& object);

/// @throws std::runtime_error "cannot <what>: <DCMTK's words>"
void need(const OFCondition& status, const char* what);

/// The whole file or none, Explicit VR Little Endian. @throws OutputError
void saveWhole(DcmFileFormat& object, const std::filesystem::path& path);

} // namespace hipcuff::dicom
