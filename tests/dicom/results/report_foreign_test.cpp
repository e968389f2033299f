// A measurement report by another writer: DCMTK's own TID 1500.
#include "report_samples.h"

#include "dcmtk/dcmsr/cmr/tid1500.h"
#include "dcmtk/dcmsr/dsrdoc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace testreport {
namespace {

using testing::HasSubstr;

void good(const OFCondition& status) {
  ASSERT_TRUE(status.good()) << status.text();
}

TEST(ForeignReport, isReadAsFarAsItIsUnderstoodAndTheRestIsNamed) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  TID1500_MeasurementReport report(CMR_CID7021::ImagingMeasurementReport);
  good(report.setLanguage(DSRCodedEntryValue("fra", "RFC5646", "French")));
  good(report.getObservationContext().addPersonObserver("Doe^Jane", "Some Organization"));
  good(report.getObservationContext().addDeviceObserver("1.2.4.5", "Box", "Maker"));
  good(report.addProcedureReported(DSRCodedEntryValue("24760-1", "LN", "US Hip")));
  DcmFileFormat image;
  good(image.loadFile(from.path.c_str()));
  auto& library = report.getImageLibrary();
  good(library.createNewImageLibrary());
  good(library.addImageGroup());
  good(library.addImageEntry(*image.getDataset(), TID1600_ImageLibrary::withAllDescriptors));
  auto& group = report.getIndividualMeasurements();
  good(group.setActivitySession("1"));
  good(group.setTrackingIdentifier("tendon"));
  good(group.setTrackingUniqueIdentifier("1.2.7"));
  good(group.setFinding(DSRCodedEntryValue("13024002", "SCT", "Tendon")));
  good(group.addFindingSite(DSRCodedEntryValue("29836001", "SCT", "Hip"), CID244e_Laterality::Left));
  good(group.addMeasurement(CID7469_GenericIntensityAndSizeMeasurements::Length,
                            TID1500_MeasurementReport::TID1501_Measurements::MeasurementValue(
                                "4.5", CID7181_AbstractMultiDimensionalImageModelComponentUnits::Millimeter)));
  good(group.getMeasurement().setDerivation(CID7464_GeneralRegionOfInterestMeasurementModifiers::Mean));
  good(group.addQualitativeEvaluation(DSRCodedEntryValue("X", "99X", "Looks"), DSRCodedEntryValue("Y", "99X", "Good")));
  good(report.addQualitativeEvaluation(DSRCodedEntryValue("Z", "99X", "All"), "fine"));
  DSRDocument document;
  good(document.setTreeFromRootTemplate(report));
  DcmFileFormat object;
  good(document.write(*object.getDataset()));
  const auto file = folder.path() / "foreign.dcm";
  good(object.saveFile(file.c_str(), EXS_LittleEndianExplicit));

  const auto read = readMeasurementReport(file);
  EXPECT_EQ(read.sopClassUid, UID_EnhancedSRStorage);
  EXPECT_FALSE(read.complete);
  EXPECT_EQ(read.report.language.value, "fra");
  EXPECT_THAT(read.report.persons, testing::ElementsAre("Doe^Jane"));
  ASSERT_TRUE(read.report.device);
  EXPECT_EQ(read.report.device->manufacturer, "Maker");
  ASSERT_EQ(read.report.images.size(), 1U);
  EXPECT_EQ(read.report.images[0].image.sopInstanceUid, from.sopInstanceUid);
  EXPECT_EQ(read.report.images[0].rows, 48);
  ASSERT_EQ(read.report.groups.size(), 1U);
  const MeasurementGroup& said = read.report.groups[0];
  EXPECT_EQ(said.trackingId, "tendon");
  EXPECT_EQ(said.finding->meaning, "Tendon");
  EXPECT_EQ(said.laterality, Side::left);
  ASSERT_EQ(said.measurements.size(), 1U);
  EXPECT_EQ(said.measurements[0].value, 4.5);
  EXPECT_EQ(said.measurements[0].unit, reportCode("mm"));
  EXPECT_EQ(said.measurements[0].derivation, reportCode("373098007"));
  ASSERT_EQ(said.evaluations.size(), 1U);
  EXPECT_EQ(said.evaluations[0].value.meaning, "Good");
  ASSERT_EQ(read.report.comments.size(), 1U);
  EXPECT_EQ(read.report.comments[0].text, "fine");
  EXPECT_THAT(read.notUnderstood, testing::Contains(HasSubstr("Person Observer's Organization Name")));
  EXPECT_THAT(read.notUnderstood, testing::Contains(HasSubstr("Measurement Group > Activity Session")));
  EXPECT_THAT(read.notUnderstood, testing::Contains(HasSubstr("Study Date")));
}

} // namespace
} // namespace testreport
