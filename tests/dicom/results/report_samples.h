// Images and results that measurement reports are written about.
#pragma once

#include "../dicom_builder.h"
#include "hipcuff/core/result.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "hipcuff/dicom/results/report_of.h"
#include "sources.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace testreport {

using namespace hipcuff;
using namespace hipcuff::dicom;

struct Patient {
  std::string name = "DOE^JANE"; ///< bytes as they are to stand in the file
  std::string characterSet;
};

inline constexpr const char* latinName = "M\xFCller^J\xF6rg";
inline constexpr const char* japaneseName =
    "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B";

/// Instance `number` of study 1.2.3, as a scanner would have stored it.
inline SourceImage source(const testdicom::Folder& folder, int number = 1, unsigned frames = 1,
                          const Patient& patient = {}) {
  const auto file =
      folder.write("image" + std::to_string(number) + ".dcm", testresults::picture(64, 48, frames).build());
  DcmFileFormat object;
  if (object.loadFile(file.c_str()).bad())
    throw std::runtime_error("the image can't be read");
  DcmDataset& data = *object.getDataset();
  data.putAndInsertString(DCM_SOPInstanceUID, ("1.2.3.1." + std::to_string(number)).c_str());
  data.putAndInsertString(DCM_PatientName, patient.name.c_str());
  data.putAndInsertString(DCM_PatientSex, "F");
  data.putAndInsertString(DCM_PatientBirthDate, "19600101");
  data.putAndInsertString(DCM_StudyTime, "101500");
  data.putAndInsertString(DCM_StudyID, "7");
  data.putAndInsertString(DCM_AccessionNumber, "A1");
  if (!patient.characterSet.empty())
    data.putAndInsertString(DCM_SpecificCharacterSet, patient.characterSet.c_str());
  object.saveFile(file.c_str(), EXS_LittleEndianExplicit);
  return SourceImage::read(file);
}

inline ReportSettings settings() {
  return {"1.2.3", "hipcuff-default", "7", std::string(64, 'a'), 32};
}

/// A tendon of 4 mm over a straight bone, calibrated at 0.1 mm a pixel, in a pane that begins at (5, 3).
inline ImageResult image(const SourceImage& source, Side side = Side::left) {
  ImageResult out;
  out.studyInstanceUid = source.studyInstanceUid;
  out.sopInstanceUid = source.sopInstanceUid;
  out.rows = source.rows;
  out.columns = source.columns;
  out.frames = source.frames;
  out.side = {side, "user"};
  out.view = {View::longAxis, "user"};
  out.bodyRegion = {BodyRegion::lateralHip, "user"};
  out.mmPerPx = Spacing{0.1, 0.1};
  out.scale = {0.1, 0.1};
  out.calibrationOrigin = CalibrationOrigin::ultrasoundRegion;
  out.regionPx = PixelBox{5, 3, 60, 45};
  out.frame = source.frames > 2 ? 2 : 0;
  CortexSegment bone;
  for (int i = 0; i <= 40; ++i) {
    const double at = i * 0.125;
    bone.interfaceMm.push_back({at, 4.2});
    TendonStation s;
    s.positionMm = at;
    s.cortexMm = s.deepMm = {at, 4.2};
    s.normal = {0, -1};
    s.superficialMm = {at, 0.2};
    out.anatomy.tendon.stations.push_back(s);
    out.measurements.thickness.profile.push_back({at, 4.0 + 0.01 * i, 3.6, 4.5, 3.1});
  }
  bone.ridgeMm = bone.interfaceMm;
  out.anatomy.cortex.segments = {bone};
  out.anatomy.tendon.confidence = 0.9;
  auto& m = out.measurements;
  m.thickness.summary = ThicknessSummary{4.2 / 3 * 3, 4.4, 4.0, 0.1 / 3, Interval{3.9, 4.5}, Interval{4.0, 4.8}};
  m.thickness.facets = {{FacetKind::lateral, {4.1, 4.3, 4.0, 0.1, {}, {}}}};
  m.thickness.sites = {{2, ThicknessSample{2, 4.16, 3.6, 4.5, 3.1}, {}}, {10, {}, "beyond the tendon that is seen"}};
  Discontinuity tear;
  tear.kind = DiscontinuityKind::undersurface;
  tear.depthMm = 1.7;
  tear.depthFraction = 1.7 / 4.1;
  tear.lengthMm = 2.3;
  tear.beginMm = 1.2;
  tear.endMm = 3.5;
  tear.bareFacet = true;
  tear.fibreAngleDeg = -3.25;
  tear.fluid = false;
  tear.confidence = 0.8;
  tear.polygonMm = {{1.2, 4.1}, {3.4, 4.1}, {3.0, 2.6}, {1.4, 2.7}};
  m.discontinuities = {tear};
  m.findings.bursalFluidMm = 1.1;
  m.findings.corticalIrregularityMm = 0.21;
  m.findings.calcifications = {{1.5, {2.0, 2.0}}};
  m.findings.assessableFraction = 0.75;
  out.grade.grade = GradeClass::partialThickness;
  out.grade.subtype = "undersurface";
  out.grade.certainty = Certainty::suspected;
  out.grade.probabilities = {0.1, 0.15, 0.7, 0.05};
  out.grade.confidence = 0.7;
  out.grade.reasons = {"an undersurface discontinuity of 42 % of the thickness"};
  out.grade.tear = TearSubtype{TearSubtype::Depth::quarterToHalf, false, false, {}};
  return out;
}

inline HipResult hip(const ImageResult& image) {
  HipResult out;
  out.side = image.side.value;
  out.grade = image.grade;
  out.thickness = image.measurements.thickness.summary;
  out.images = {image.sopInstanceUid};
  return out;
}

inline StudyResult study(const std::vector<ImageResult>& images) {
  StudyResult out;
  out.studyInstanceUid = "1.2.3";
  for (const ImageResult& image : images)
    out.hips.push_back(hip(image));
  return out;
}

inline ImageResult uncalibrated(const SourceImage& source) {
  ImageResult out = image(source);
  out.mmPerPx.reset();
  out.calibrationOrigin.reset();
  out.measurements = {};
  out.grade = {};
  out.grade.refusals = {Refusal::noCalibration, Refusal::regionUnconfirmed};
  return out;
}

inline ImageResult reviewed(const SourceImage& source, const std::string& by) {
  ImageResult out = image(source);
  Review review;
  review.by = by;
  review.at = "2026-05-04T09:30:00Z";
  review.verdict = Verdict::changed;
  review.grade = GradeClass::fullThickness;
  review.subtype = "retracted";
  review.reason = "stump seen on the next picture\nand on the MRI";
  review.edits = {"{}", "{}"};
  review.program = out.grade;
  const int frame = source.frames > 3 ? 3 : 0;
  review.annotations = {{1, frame, Annotation::Kind::caliper, {{10.25, 12.5}, {20.75, 12.5}}, "gap", 1.05},
                        {2, frame, Annotation::Kind::angle, {{10, 10}, {12, 14}, {18, 14}}, "", 63.4},
                        {3, frame, Annotation::Kind::text, {{8, 8}}, "see here", {}}};
  out.review = review;
  return out;
}

/// Written, and where it stands.
inline std::filesystem::path written(const testdicom::Folder& folder, const std::vector<SourceImage>& sources,
                                     const MeasurementReport& report) {
  const auto file = folder.path() / "report.dcm";
  const auto who = identifyMeasurementReport(sources, report, testresults::made());
  writeMeasurementReport(file, sources, who, testresults::made(), report);
  return file;
}

inline std::string element(const std::filesystem::path& file, const DcmTagKey& tag) {
  DcmFileFormat object;
  OFString value;
  if (object.loadFile(file.c_str()).bad() || object.getDataset()->findAndGetOFStringArray(tag, value, OFTrue).bad())
    return "missing";
  return value.c_str();
}

} // namespace testreport
