// The saved review as DICOM objects.
#include "session.h"

#include "model/dicom_export.h"

#include "hipcuff/dicom/results/measurement_report.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace hipcuff::viewer {
namespace {

/// What an export told.
class Exporter {
public:
  explicit Exporter(Session& session)
      : export_(*session) {
    QObject::connect(&export_, &DicomExport::done, [this](int objects, const QString& folder, int out, const QString&) {
      objects_ = objects;
      folder_ = folder.toStdString();
      leftOut_ = out;
      ++ended_;
    });
    QObject::connect(&export_, &DicomExport::failed, [this](const QString& problem) {
      problem_ = problem.toStdString();
      ++ended_;
    });
    QObject::connect(&export_, &DicomExport::progress, [this](int done, int total) {
      EXPECT_LE(done, total);
      ++told_;
    });
  }
  [[nodiscard]] bool run(const Exam& exam) {
    const int before = ended_;
    export_.start(exam);
    return until([&] { return ended_ > before; });
  }

  DicomExport export_;
  int objects_ = -1;
  int leftOut_ = -1;
  int told_ = 0;
  int ended_ = 0;
  fs::path folder_;
  std::string problem_;
};

int filesIn(const fs::path& folder) {
  return static_cast<int>(std::count_if(fs::directory_iterator(folder), fs::directory_iterator(),
                                        [](const auto& entry) { return entry.path().extension() == ".dcm"; }));
}

TEST(ExportingDicom, TheSavedReviewBecomesObjectsAndNothingElseDoes) {
  const Folder folder;
  const Folder out;
  Session session;
  ASSERT_TRUE(session.open(folder.copy("full-left-long")));
  Exporter exporter(session);
  const Exam& exam = session->exam(0);
  EXPECT_THAT(exporter.export_.refusal(exam).toStdString(), testing::HasSubstr("there is none yet"));
  Picture& picture = session.picture();
  ASSERT_TRUE(
      session->edit(picture.id, review::Decide{Verdict::changed, GradeClass::tendinosis, "", "no gap"}, 0).isEmpty());
  EXPECT_THAT(exporter.export_.refusal(exam).toStdString(), testing::HasSubstr("not saved"));
  exporter.export_.start(exam);
  EXPECT_FALSE(exporter.export_.running()) << "refused";
  ASSERT_TRUE(session.save(0, out.path()));

  ASSERT_EQ(exporter.export_.refusal(exam).toStdString(), "");
  ASSERT_TRUE(exporter.run(exam));
  EXPECT_EQ(exporter.problem_, "");
  EXPECT_EQ(exporter.folder_, out / "reviewed/dicom");
  EXPECT_EQ(exporter.objects_, 3) << "report, segmentation, presentation state";
  EXPECT_EQ(exporter.leftOut_, 0);
  EXPECT_EQ(filesIn(exporter.folder_), 3);
  EXPECT_GT(exporter.told_, 0);
  EXPECT_FALSE(exporter.export_.running());
  // The person's grade is the report's.
  for (const auto& entry : fs::directory_iterator(exporter.folder_))
    if (entry.path().filename().string().find("-sr-") != std::string::npos) {
      const auto stored = dicom::readMeasurementReport(entry.path());
      EXPECT_THAT(stored.report.persons, testing::ElementsAre("Reader A"));
      EXPECT_THAT(stored.report.conclusions,
                  testing::Contains(testing::HasSubstr("changed to tendinosis by Reader A")));
    }

  // Another change: refused until it is saved, then other objects take their place.
  ASSERT_TRUE(session->edit(picture.id, pull(picture), frameOf(picture)).isEmpty());
  EXPECT_FALSE(exporter.export_.refusal(exam).isEmpty());
  ASSERT_TRUE(session.save(0, out.path()));
  ASSERT_TRUE(exporter.run(exam));
  EXPECT_EQ(filesIn(exporter.folder_), 3);
}

TEST(ExportingDicom, WhatCannotBeWrittenOrHasNoHeaderIsTold) {
  const Folder folder;
  const Folder out;
  Session session;
  ASSERT_TRUE(session.open(folder.copy("full-left-long")));
  ASSERT_TRUE(
      session->edit(session.picture().id, review::Decide{Verdict::accepted, GradeClass::fullThickness, "", ""}, 0)
          .isEmpty());
  ASSERT_TRUE(session.save(0, out.path()));
  Exporter exporter(session);
  out.write("reviewed/dicom", "a file where the folder should be");
  ASSERT_TRUE(exporter.run(session->exam(0)));
  EXPECT_NE(exporter.problem_, "");
  fs::remove(out / "reviewed/dicom");

  fs::remove(folder / "full-left-long.dcm"); // gone meanwhile: an object can't take patient and study from it
  ASSERT_TRUE(exporter.run(session->exam(0)));
  EXPECT_EQ(exporter.objects_, 0);
  EXPECT_GE(exporter.leftOut_, 1);
}

} // namespace
} // namespace hipcuff::viewer
