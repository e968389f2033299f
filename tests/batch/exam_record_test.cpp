#include "exam_record.h"
#include "temporary_folder.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <gtest/gtest.h>

#include <unistd.h>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

ImageResult gradedImage() {
  ImageResult image;
  image.path = "/in/a.dcm";
  image.sopInstanceUid = "1.2.3";
  image.frames = 1;
  image.side.value = Side::left;
  image.view.value = View::longAxis;
  image.mmPerPx = Spacing{0.08, 0.08};
  image.calibrationOrigin = CalibrationOrigin::ultrasoundRegion;
  image.grade.grade = GradeClass::partialThickness;
  image.grade.subtype = "bursal";
  image.grade.confidence = 0.84999;
  image.grade.probabilities = {0.05, 0.10001, 0.84999, 0};
  image.measurements.thickness.summary = ThicknessSummary{4.6312, 6.2, 2.5, 0.5};
  Discontinuity deep;
  deep.kind = DiscontinuityKind::bursal;
  deep.depthMm = 2.9877;
  deep.depthFraction = 0.6;
  deep.lengthMm = 6.25;
  deep.confidence = 0.9;
  Discontinuity shallow = deep;
  shallow.depthMm = 1;
  shallow.depthFraction = 0.2;
  image.measurements.discontinuities = {shallow, deep};
  return image;
}

TEST(ExamRecord, AnImagesRowHasTheWorstDiscontinuity) {
  const ImageRecord record = recordOf(gradedImage(), "img-1");
  EXPECT_EQ(record.grade, "partial_thickness");
  EXPECT_EQ(record.severity, 3);
  EXPECT_DOUBLE_EQ(*record.confidence, 0.85);
  EXPECT_DOUBLE_EQ(*record.thicknessMeanMm, 4.631);
  EXPECT_EQ(record.worstKind, "bursal");
  EXPECT_DOUBLE_EQ(*record.worstDepthMm, 2.988);
  EXPECT_EQ(record.discontinuities, 2);
}

TEST(ExamRecord, NoMillimetreWithoutAScale) {
  ImageResult image = gradedImage();
  image.mmPerPx.reset();
  const ImageRecord record = recordOf(image, "img-1");
  EXPECT_FALSE(record.thicknessMeanMm || record.thicknessMaxMm || record.worstDepthMm || record.worstLengthMm ||
               record.bursalFluidMm);
}

TEST(ExamRecord, NotGradableHasReasonsAndNoConfidence) {
  ImageResult image;
  image.grade.refusals = {Refusal::noCalibration, Refusal::tooDark};
  const ImageRecord record = recordOf(image, "img-1");
  EXPECT_FALSE(record.gradable);
  EXPECT_EQ(record.severity, 0);
  EXPECT_EQ(record.reasons, "no_calibration;too_dark");
  EXPECT_FALSE(record.confidence || record.probabilities);
}

TEST(ExamRecord, ReadsBackWhatItWrote) {
  ExamRecord record;
  record.key = "1.2.3.4";
  record.name = examName(record.key);
  record.studyInstanceUid = record.key;
  record.studyDate = "20260101";
  record.settings = "0123456789abcdef";
  record.version = "0.1.0";
  record.criteria = "hipcuff 2.0";
  record.finished = "2026-01-01T00:00:00Z";
  record.seconds = 1.25;
  InputRecord input;
  input.path = "/in/\"a\" <b>.dcm";
  input.size = 123456789012;
  input.modified = 1760000000123456789;
  input.sha256 = std::string(64, 'a');
  input.state = InputState::failed;
  input.problem = "no frame could be decoded";
  input.milliseconds = 12.5;
  record.inputs = {input};
  record.images = {recordOf(gradedImage(), "img-1")};
  HipResult hip;
  hip.side = Side::right;
  hip.grade = gradedImage().grade;
  hip.views.push_back({View::longAxis, 1, {}, GradeClass::partialThickness, {}, 2.5, 7});
  hip.images = {"1.2.3"};
  record.hips = {recordOf(hip)};
  record.hips[0].thumbnail = "thumb-R.jpg";
  EXPECT_DOUBLE_EQ(*record.hips[0].tearLengthMm, 7);

  const test::TemporaryFolder folder;
  const fs::path file = folder / "exam.json";
  writeFileAtomically(file, toJson(record));
  const ExamRecord back = readExamRecord(file);
  EXPECT_EQ(toJson(back), toJson(record));
  EXPECT_EQ(back.inputs.at(0).modified, input.modified);
  EXPECT_EQ(back.inputs.at(0).milliseconds, 12.5);
  EXPECT_EQ(fingerprintOf(back), fingerprintOf(record));

  for (const char* nonsense :
       {"", "{", "[]", "{\"schema\": \"hipcuff.exam/2\"}", "{\"schema\": \"hipcuff.exam/1\"}", "{\"schema\": 7}"}) {
    writeFileAtomically(file, nonsense);
    EXPECT_THROW((void)readExamRecord(file), InputError) << nonsense;
  }
  fs::remove(file);
}

} // namespace
} // namespace hipcuff::batch
