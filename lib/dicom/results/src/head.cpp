#include "head.h"

#include "derived_image.h"
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "source_data.h"
#include "to_utf8.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

void copy(DcmItem& to, DcmItem& from, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (from.findAndGetElement(tag, element, OFFalse, OFTrue).good() && element)
    need(to.insert(element, OFTrue), "copy an element of the image");
}

/// Type 2: there even where the image has none.
void copyOrEmpty(DcmItem& to, DcmItem& from, const DcmTagKey& tag) {
  copy(to, from, tag);
  if (!to.tagExists(tag))
    need(to.insertEmptyElement(tag), "add an empty element");
}

/// Dates and times as ACR-NEMA wrote them, 1994.11.05 and 11:20:00, which no object of today may hold: the same date,
/// written today's way.
void modernise(DcmItem& item, const DcmTagKey& tag, std::string_view shape) {
  OFString value;
  if (item.findAndGetOFString(tag, value).bad() || value.size() < shape.size())
    return;
  std::string digits;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool digit = value[i] >= '0' && value[i] <= '9';
    if (i < shape.size() && (shape[i] == 'd' ? !digit : value[i] != shape[i]))
      return;
    if (digit || i >= shape.size())
      digits += value[i];
  }
  putText(item, tag, digits);
}

/// Patient and study: the same in all instances of a series.
void copySubject(DcmDataset& object, DcmDataset& from) {
  for (const auto& tag :
       {DCM_IssuerOfAccessionNumberSequence, DCM_StudyDescription, DCM_ProcedureCodeSequence, DCM_IssuerOfPatientID,
        DCM_IssuerOfPatientIDQualifiersSequence, DCM_PatientAge, DCM_ClinicalTrialSponsorName,
        DCM_ClinicalTrialProtocolID, DCM_ClinicalTrialProtocolName, DCM_ClinicalTrialSiteID, DCM_ClinicalTrialSiteName,
        DCM_ClinicalTrialSubjectID, DCM_ClinicalTrialSubjectReadingID, DCM_PatientIdentityRemoved,
        DCM_DeidentificationMethod, DCM_DeidentificationMethodCodeSequence})
    copy(object, from, tag);
  for (const auto& tag : {DCM_StudyDate, DCM_StudyTime, DCM_AccessionNumber, DCM_ReferringPhysicianName,
                          DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_PatientSex, DCM_StudyID})
    copyOrEmpty(object, from, tag);
  for (const auto& tag : {DCM_StudyDate, DCM_PatientBirthDate})
    modernise(object, tag, "dddd.dd.dd");
  modernise(object, DCM_StudyTime, "dd:dd:dd");
}

} // namespace

bool isAscii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void need(const OFCondition& status, const char* what) {
  if (status.bad())
    throw std::runtime_error(std::string("cannot ") + what + ": " + status.text());
}

void putText(DcmItem& item, const DcmTagKey& tag, const std::string& text) {
  need(item.putAndInsertString(DcmTag(tag), text.c_str()), "set a text");
}

void putCode(DcmItem& item, const DcmTagKey& sequence, const Code& code) {
  DcmItem* entry = nullptr;
  need(item.findOrCreateSequenceItem(DcmTag(sequence), entry, -2), "add a code");
  putText(*entry, DCM_CodeValue, code.value);
  putText(*entry, DCM_CodingSchemeDesignator, code.scheme);
  putText(*entry, DCM_CodeMeaning, code.meaning);
}

void declarePrivateScheme(DcmDataset& object) {
  DcmItem* entry = nullptr;
  need(object.findOrCreateSequenceItem(DcmTag(DCM_CodingSchemeIdentificationSequence), entry, -2), "name the scheme");
  putText(*entry, DCM_CodingSchemeDesignator, privateScheme);
  putText(*entry, DCM_CodingSchemeName, "HipCuff private codes");
  putText(*entry, DCM_CodingSchemeVersion, version);
  putText(*entry, DCM_CodingSchemeResponsibleOrganization, "HipCuff");
}

std::string serialNumber(const Provenance& provenance) {
  return sha256("device\n" + provenance.software + "\n" + provenance.settings).substr(0, 16);
}

std::string seriesKey(const SourceImage& source) {
  DcmDataset from(*source.data().elements);
  DcmDataset subject;
  copySubject(subject, from);
  return digestOf(subject);
}

void fillHead(DcmDataset& object, const Head& head) {
  silenceDcmtk();
  const auto& [source, identity, provenance, kind, sopClassUid, modality, seriesNumber, seriesDescription, utf8] = head;
  DcmDataset from(*source.data().elements);
  if (utf8 && source.undeclaredText)
    throw InputError(source.path,
                     "it declares no character set, but its names are not ASCII: a reader's name or words in another "
                     "alphabet can't stand beside them",
                     "declare it in the image (dcmodify -i \"SpecificCharacterSet=ISO_IR 100\" where they are Western "
                     "European), or review under a name in ASCII");
  if (utf8 && !becomesUtf8(from))
    throw InputError(source.path, "its character set (" + source.characterSet + ") can't be converted",
                     "export it again with UTF-8 (ISO_IR 192)");
  copy(object, from, DCM_SpecificCharacterSet);
  copySubject(object, from);
  putText(object, DCM_StudyInstanceUID, source.studyInstanceUid);

  putText(object, DCM_SOPClassUID, sopClassUid);
  putText(object, DCM_SOPInstanceUID, identity.sopInstanceUid);
  putText(object, DCM_InstanceCreationDate, identity.date);
  putText(object, DCM_InstanceCreationTime, identity.time);
  // Our own times are UTC, the study's are the image's. Its Timezone Offset From UTC is left out: it would be said of
  // ours, too.
  putText(object, DCM_Modality, modality);
  putText(object, DCM_SeriesInstanceUID, identity.seriesInstanceUid);
  putText(object, DCM_SeriesNumber, std::to_string(seriesNumber));
  putText(object, DCM_SeriesDescription, seriesDescription);
  putText(object, DCM_InstanceNumber, std::to_string(provenance.instanceNumber));

  putText(object, DCM_Manufacturer, provenance.software);
  putText(object, DCM_ManufacturerModelName, provenance.software + " " + toString(kind));
  putText(object, DCM_DeviceSerialNumber, serialNumber(provenance));
  putText(object, DCM_SoftwareVersions,
          provenance.version + (measuringVersion(provenance) == provenance.version
                                    ? std::string()
                                    : "\\" + measuringVersion(provenance)));
}

void saveWhole(DcmFileFormat& object, const std::filesystem::path& path) {
  AtomicFile out(path);
  const auto status = object.saveFile(out.temporaryPath().c_str(), EXS_LittleEndianExplicit, EET_ExplicitLength,
                                      EGL_recalcGL, EPD_withoutPadding);
  if (status.bad())
    throw OutputError(path, std::string("cannot write the file: ") + status.text(), "");
  out.commit();
}

} // namespace hipcuff::dicom
