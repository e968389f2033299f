#include "hipcuff/dicom/deidentify/deidentify.h"

#include "cleaner.h"
#include "codestream_text.h"
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/guard/syntax.h"
#include "loss.h"
#include "pixels.h"

#include "dcmtk/dcmdata/dctk.h"

#include <memory>
#include <system_error>

namespace hipcuff::dicom {
namespace {

std::string textOf(DcmDataset& data, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (data.findAndGetElement(tag, element).bad() || !element)
    return {};
  return TextCodec(data, {}).utf8(rawText(*element), element->getVR() == EVR_PN);
}

void refuseWhatCannotBeCleaned(const std::filesystem::path& file, DcmDataset& data, DcmMetaInfo& meta) {
  OFString mediaClass;
  meta.findAndGetOFString(DCM_MediaStorageSOPClassUID, mediaClass);
  if (isDirectory(mediaClass.c_str()) || data.tagExists(DCM_DirectoryRecordSequence))
    throw Refused(RefusalKind::directory, file, "it is a DICOMDIR, an index of other files",
                  "de-identify the files and index them anew");
  if (!data.tagExistsWithValue(DCM_SOPClassUID) || !data.tagExistsWithValue(DCM_SOPInstanceUID))
    throw Refused(RefusalKind::noObject, file, "it doesn't say what object it is (SOP Class and Instance UID)",
                  "export it again");
  if (data.tagExists(DCM_EncapsulatedDocument))
    throw Refused(RefusalKind::document, file, "it holds a document (PDF or the like), which cannot be cleaned",
                  "leave it out");
  const auto sopClass = textOf(data, DCM_SOPClassUID);
  for (const char* opaque : {UID_RawDataStorage, UID_BasicVoiceAudioWaveformStorage, UID_GeneralAudioWaveformStorage,
                             UID_SurfaceScanMeshStorage, UID_SurfaceScanPointCloudStorage})
    if (sopClass == opaque)
      throw Refused(RefusalKind::opaque, file, "it is of a class that cannot be cleaned (" + className(sopClass) + ")",
                    "leave it out");
}

Patient patientOf(DcmDataset& data, const Secret& secret) {
  Patient patient;
  patient.id = textOf(data, DCM_PatientID);
  patient.name = textOf(data, DCM_PatientName);
  const auto key =
      patientKey(patient.id, patient.name, textOf(data, DCM_PatientBirthDate), textOf(data, DCM_StudyInstanceUID));
  patient.pseudonym = secret.pseudonym(key);
  patient.daysBack = secret.daysBack(key);
  return patient;
}

/// PS3.15 E.1.1 item 6 and table CID 7050.
void sayWhatWasDone(DcmDataset& data, const DeidentifyRequest& request) {
  const auto& profile = request.profile;
  putText(data, 0x00120062, "YES");
  const std::unique_ptr<DcmElement> method(data.remove(DCM_DeidentificationMethod));
  const std::unique_ptr<DcmElement> codes(data.remove(DCM_DeidentificationMethodCodeSequence));
  putText(data, 0x00120063, std::string("HipCuff ") + version + " DICOM PS3.15 2024b annex E");
  const auto code = [&](bool used, const char* value, const char* meaning) {
    if (used)
      putCode(data, 0x00120064, value, "DCM", meaning);
  };
  const bool shifted = profile.dates == Dates::shift;
  code(true, "113100", "Basic Application Confidentiality Profile");
  code(request.pixelsAreClean, "113101", "Clean Pixel Data Option");
  code(profile.cleanGraphics, "113103", "Clean Graphics Option");
  code(profile.cleanContent, "113104", "Clean Structured Content Option");
  code(profile.cleanDescriptors, "113105", "Clean Descriptors Option");
  code(shifted, "113107", "Retain Longitudinal Temporal Information Modified Dates Option");
  code(profile.retainPatient, "113108", "Retain Patient Characteristics Option");
  code(profile.retainDevice, "113109", "Retain Device Identity Option");
  code(profile.retainUids, "113110", "Retain UIDs Option");
  code(profile.retainInstitution, "113112", "Retain Institution Identity Option");
  putText(data, 0x00280303, shifted ? "MODIFIED" : "REMOVED");
  if (request.pixelsAreClean && data.tagExists(DCM_PixelData))
    putText(data, 0x00280301, "NO");
  if (request.noFeatures && data.tagExists(DCM_PixelData))
    putText(data, 0x00280302, "NO");
}

/// Masked pixels make a derived image (PS3.3 C.7.6.1.1.2: the pixel values were changed).
void sayPixelsChanged(DcmDataset& data, const MaskResult& pixels) {
  if (pixels.method == MaskMethod::none)
    return;
  OFString type;
  data.findAndGetOFStringArray(DCM_ImageType, type);
  const auto slash = type.find('\\');
  putText(data, 0x00080008,
          slash == OFString_npos ? "DERIVED\\PRIMARY" : std::string("DERIVED") + type.substr(slash).c_str());
  putText(data, 0x00082111, "Areas with text blacked out for de-identification");
}

void save(DcmFileFormat& file, const DeidentifyRequest& request, E_TransferSyntax syntax, const MaskResult& pixels) {
  const auto& output = request.output;
  AtomicFile out(output);
  // A preamble and a meta header of its own: the old ones can hold application entity titles and private information.
  DcmFileFormat whole(file.getAndRemoveDataset(), OFFalse);
  const auto status = whole.saveFile(out.temporaryPath().c_str(), syntax, EET_ExplicitLength, EGL_recalcGL,
                                     EPD_withoutPadding, 0, 0, EWM_createNewMeta);
  if (status.bad())
    throw OutputError(output, std::string("cannot write the file: ") + status.text(), "");
  provePixelsOutside(request, out.temporaryPath(), pixels);
  out.commit();
}

void cleanTags(DcmDataset& data, const DeidentifyRequest& request, const Secret& secret, const Identity& identity,
               DeidentifyResult& result) {
  const auto patient = patientOf(data, secret);
  result.patientPseudonym = patient.pseudonym;
  Cleaner(request, secret, patient, identity, result).dataSet(data);
  putText(data, 0x00100010, patient.pseudonym);
  putText(data, 0x00100020, patient.pseudonym);
  if (request.key && request.profile.dates == Dates::shift)
    request.key({KeyKind::daysBack, patient.id, std::to_string(patient.daysBack)});
}

} // namespace

const char* toString(KeyKind kind) noexcept {
  switch (kind) {
  case KeyKind::patientId:
    return "patient ID";
  case KeyKind::patientName:
    return "patient name";
  case KeyKind::studyUid:
    return "study UID";
  case KeyKind::seriesUid:
    return "series UID";
  case KeyKind::instanceUid:
    return "instance UID";
  case KeyKind::otherUid:
    return "other UID";
  case KeyKind::daysBack:
    return "days back";
  }
  return "";
}

const char* toString(RefusalKind kind) noexcept {
  switch (kind) {
  case RefusalKind::directory:
    return "directory";
  case RefusalKind::noObject:
    return "no_object";
  case RefusalKind::document:
    return "document";
  case RefusalKind::opaque:
    return "opaque";
  case RefusalKind::video:
    return "video";
  case RefusalKind::pixels:
    return "pixels";
  }
  return "";
}

Refused::Refused(RefusalKind kind, std::filesystem::path path, std::string problem, std::string remedy)
    : InputError(std::move(path), std::move(problem), std::move(remedy))
    , kind_(kind) {}

DeidentifyResult deidentify(const DeidentifyRequest& request, const Secret& secret) {
  std::error_code ignored;
  if (std::filesystem::equivalent(request.input, request.output, ignored))
    throw OutputError(request.output, "it is the input itself", "write to another folder");
  const auto file = loadWhole(request.input, request.maxBytes);
  auto& data = *file->getDataset();
  refuseWhatCannotBeCleaned(request.input, data, *file->getMetaInfo());

  DeidentifyResult result;
  const auto lossy = lossOf(data);
  const auto identity = collectIdentity(data, request.profile);
  const auto syntax = PixelWork(request, data, result).run();
  cleanTags(data, request, secret, identity, result);
  sayLoss(data, lossy);
  // Type 2 of plain images, where nothing is better than a date that never was; type 1 of other objects.
  const auto sopClass = textOf(data, DCM_SOPClassUID);
  if (request.profile.dates == Dates::remove && (isUltrasoundImage(sopClass) || isSecondaryCapture(sopClass)))
    for (const auto& tag : {DCM_ContentDate, DCM_ContentTime})
      if (data.tagExists(tag))
        data.insertEmptyElement(tag, OFTrue);
  // Type 2 of structured reports alone; of images an empty one is an error.
  if (data.tagExists(DCM_ContentSequence) && !data.tagExists(DCM_ReferencedPerformedProcedureStepSequence))
    data.insertEmptyElement(DCM_ReferencedPerformedProcedureStepSequence);
  sayWhatWasDone(data, request);
  sayPixelsChanged(data, result.pixels);
  result.studyUid = textOf(data, DCM_StudyInstanceUID);
  result.seriesUid = textOf(data, DCM_SeriesInstanceUID);
  result.instanceUid = textOf(data, DCM_SOPInstanceUID);
  save(*file, request, syntax, result.pixels);
  return result;
}

void keysOf(const std::filesystem::path& input, const Profile& profile, const Secret& secret,
            const std::function<void(const KeyEntry&)>& key) {
  DeidentifyRequest request;
  request.input = input;
  request.profile = profile;
  request.key = key;
  const auto file = loadWhole(input, request.maxBytes);
  auto& data = *file->getDataset();
  refuseWhatCannotBeCleaned(input, data, *file->getMetaInfo());
  DeidentifyResult result;
  cleanTags(data, request, secret, collectIdentity(data, profile), result);
}

} // namespace hipcuff::dicom
