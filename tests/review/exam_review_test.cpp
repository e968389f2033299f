// One exam: hips from what a person decided, and saving it.
#include "reviewed_picture.h"
#include "same_result.h"
#include "temp_folder.h"

#include "hipcuff/core/error.h"
#include "hipcuff/report/results_reader.h"
#include "hipcuff/review/exam_review.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <numeric>

namespace hipcuff::review {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

ExamReview examOf(const std::vector<const ImageReview*>& images) {
  return {images, "20261122", builtinCriteria()};
}

HipResult onlyHip(const std::vector<StudyResult>& studies) {
  EXPECT_EQ(studies.size(), 1u);
  EXPECT_EQ(studies.at(0).hips.size(), 1u);
  return studies.at(0).hips.at(0);
}

EditRecord changed(GradeClass grade, const char* why) {
  return by(Decide{Verdict::changed, grade, grade == GradeClass::partialThickness ? "bursal" : "", why});
}

TEST(Decide, IsKeptUntilTheGeometryIsEdited) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  review.apply(by(Decide{Verdict::accepted, {}, {}, {}}));
  ASSERT_TRUE(review.current().review->verdict);
  EXPECT_EQ(*review.current().review->verdict, Verdict::accepted);
  EXPECT_EQ(review.current().review->grade, picture.result.grade.grade);
  review.apply(by(SetSide{Side::left})); // the grade does not rest on it
  EXPECT_TRUE(review.current().review->verdict);
  review.apply(by(RejectDiscontinuity{outlinePx(picture.result, picture.result.measurements.discontinuities.at(0))}));
  EXPECT_FALSE(review.current().review->verdict); // it was decided about another geometry
  review.undo();
  EXPECT_EQ(review.current().review->verdict, Verdict::accepted);
  EditRecord later = changed(GradeClass::tendinosis, "no gap to see");
  later.by = "AB";
  later.at = "2026-11-23T08:00:00Z";
  review.apply(later);
  EXPECT_EQ(review.current().review->verdict, Verdict::changed);
  EXPECT_EQ(review.current().review->grade, GradeClass::tendinosis);
  EXPECT_EQ(review.current().review->by, "AB");
  EXPECT_EQ(review.current().review->at, "2026-11-23T08:00:00Z");
  EXPECT_EQ(review.current().review->program.grade, picture.result.grade.grade);
  EXPECT_EQ(review.current().grade.grade, picture.result.grade.grade); // what the program says of it is kept beside
}

TEST(Annotations, FollowTheScaleAndKeepTheirIds) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  Annotation caliper{review.newAnnotationId(), 0, Annotation::Kind::caliper, {{10, 10}, {10, 110}}, "", {}};
  review.apply(by(PutAnnotation{caliper}));
  ASSERT_EQ(review.current().review->annotations.size(), 1u);
  EXPECT_NEAR(*review.current().review->annotations[0].value, 100 * picture.result.mmPerPx->y, 1e-9);
  caliper.px[1].y = 60;
  review.apply(by(PutAnnotation{caliper}));
  EXPECT_NEAR(*review.current().review->annotations.at(0).value, 50 * picture.result.mmPerPx->y, 1e-9);
  const int second = review.newAnnotationId();
  EXPECT_GT(second, caliper.id);
  review.apply(by(RemoveAnnotation{caliper.id}));
  EXPECT_THAT(review.current().review->annotations, IsEmpty());
  EXPECT_EQ(review.newAnnotationId(), second); // the removed one's is not given again
  review.undo();
  review.undo();
  review.undo();
  EXPECT_EQ(review.newAnnotationId(), second);
  EXPECT_EQ(*picture.decoded, 0);
}

TEST(Exam, TheHipFollowsWhatAPersonDecided) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  EXPECT_EQ(onlyHip(examOf({&review}).studies()).grade.grade, GradeClass::partialThickness);
  review.apply(changed(GradeClass::normal, "the gap is an edge shadow"));
  const auto studies = examOf({&review}).studies();
  EXPECT_EQ(onlyHip(studies).grade.grade, GradeClass::normal);
  EXPECT_THAT(onlyHip(studies).grade.reasons, Contains(HasSubstr("Graded by a reader (MK): normal, because: the gap")));
  EXPECT_THAT(examOf({&review}).narrative(), HasSubstr("ormal"));
  review.apply(by(Decide{Verdict::refused, {}, {}, "moved"}));
  const auto refused = examOf({&review}).studies();
  EXPECT_EQ(onlyHip(refused).grade.grade, GradeClass::notGradable);
  EXPECT_FALSE(onlyHip(refused).grade.refusals.empty());
}

TEST(Exam, WhoLookedIsNotOutvotedByWhatNobodyLookedAt) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview decided = picture.review();
  const ImageReview second = picture.review();
  const ImageReview third = picture.review();
  decided.apply(changed(GradeClass::normal, "an edge shadow"));
  const HipResult hip = onlyHip(examOf({&decided, &second, &third}).studies());
  EXPECT_EQ(hip.grade.grade, GradeClass::normal);
}

TEST(Exam, TwoReadersInTwoPlanesWhoContradictEachOtherLeaveNumbers) {
  const Opened first = opened("undersurface-right-long");
  Opened other = opened("full-right-short");
  other.result.studyInstanceUid = first.result.studyInstanceUid;
  other.result.patientKey = first.result.patientKey;
  ImageReview a = first.review();
  ImageReview b = other.review();
  a.apply(changed(GradeClass::normal, "x"));
  b.apply(changed(GradeClass::fullThickness, "y"));
  const auto studies = examOf({&a, &b}).studies();
  const HipResult hip = onlyHip(studies);
  EXPECT_TRUE(hip.contradictory);
  for (const double p : hip.grade.probabilities)
    EXPECT_TRUE(std::isfinite(p));
  // An outlined tear leaves no room for a normal tendon in its own picture, and none for nonsense in the hip.
  ImageReview c = first.review();
  const auto& stations = first.result.anatomy.tendon.stations;
  Polyline px;
  for (std::size_t i = 20; i <= 30; ++i)
    px.push_back(first.result.toFullPixels(stations[i].cortexMm - stations[i].normal * 0.2));
  for (std::size_t i = 31; i-- > 20;)
    px.push_back(first.result.toFullPixels(stations[i].superficialMm + stations[i].normal * 0.2));
  c.apply(by(AddDiscontinuity{px}));
  ImageReview d = other.review();
  d.apply(changed(GradeClass::normal, "z"));
  const auto mixed = examOf({&c, &d}).studies();
  const auto p = onlyHip(mixed).grade.probabilities;
  for (const double value : p)
    EXPECT_TRUE(std::isfinite(value));
}

TEST(Save, WritesWhatTheProgramSaidOnceAndWhatThePersonSaidEachTime) {
  const ReviewFolder folder;
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.6, 10, 30)}));
  review.apply(changed(GradeClass::partialThickness, "seen on the other plane too"));
  const SaveOptions options{folder.path() / "out", "hipcuff-viewer"};
  examOf({&review}).save(options);
  const std::string program = bytesOf(options.folder / "results.json");
  const report::StoredResults first = report::readResults(options.folder);
  const report::StoredResults reviewed = report::readResults(options.folder / "reviewed");
  ASSERT_EQ(first.studies.at(0).images.size(), 1u);
  EXPECT_FALSE(first.studies[0].images[0].result.review);
  EXPECT_TRUE(fs::exists(first.studies[0].images[0].picture));
  const ImageResult& stored = reviewed.studies.at(0).images.at(0).result;
  ASSERT_TRUE(stored.review);
  EXPECT_EQ(stored.review->verdict, Verdict::changed);
  EXPECT_EQ(stored.review->edits, review.current().review->edits);
  EXPECT_EQ(stored.review->program.grade, picture.result.grade.grade);
  EXPECT_NEAR(stored.measurements.thickness.summary->meanMm, review.current().measurements.thickness.summary->meanMm,
              0.01);
  EXPECT_EQ(std::count_if(stored.anatomy.tendon.stations.begin(), stored.anatomy.tendon.stations.end(),
                          [](const auto& s) { return s.superficialByHand; }),
            21);
  // A second time: the program's results stay, byte for byte, the review is the new one, and nothing lies about.
  write(options.folder / "reviewed" / "old.txt", "of the former review");
  review.undo();
  examOf({&review}).save(options);
  EXPECT_EQ(bytesOf(options.folder / "results.json"), program);
  EXPECT_FALSE(report::readResults(options.folder / "reviewed").studies.at(0).images.at(0).result.review->verdict);
  EXPECT_FALSE(fs::exists(options.folder / "reviewed" / "old.txt"));
  for (const auto& entry : fs::directory_iterator(options.folder))
    EXPECT_NE(entry.path().filename().string().front(), '.') << entry.path();
}

TEST(Save, PluginsStayNamedWhoeverSavesLater) {
  const ReviewFolder folder;
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  PluginRecord plugin;
  plugin.name = "level_set";
  plugin.version = "1.0.0";
  plugin.parameters["smoothing_mm"] = 0.5;
  examOf({&review}).save({folder.path(), "hipcuff-viewer", {plugin}});
  review.apply(changed(GradeClass::partialThickness, "seen"));
  examOf({&review}).save({folder.path(), "hipcuff-viewer"});
  EXPECT_EQ(report::readResults(folder.path()).plugins, std::vector<PluginRecord>{plugin});
  EXPECT_EQ(report::readResults(folder.path() / "reviewed").plugins, std::vector<PluginRecord>{plugin});
}

TEST(Save, AReviewReadBackAndAppliedAgainIsTheSame) {
  const ReviewFolder folder;
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  const auto& found = picture.result.measurements.discontinuities;
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.6, 10, 30)}));
  review.apply(by(RejectDiscontinuity{outlinePx(picture.result, found.at(0))}));
  const SaveOptions options{folder.path(), "hipcuff-viewer"};
  examOf({&review}).save(options);
  // As the viewer opens it: the program's geometry from its own file, the edits from the review.
  ImageResult stored = report::readResults(folder.path()).studies.at(0).images.at(0).result;
  stored.review = report::readResults(folder.path() / "reviewed").studies.at(0).images.at(0).result.review;
  const ImageReview again(stored, picture.pictures, builtinStages(), builtinCriteria());
  const ImageResult& a = again.current();
  const ImageResult& b = review.current();
  EXPECT_EQ(a.grade.grade, b.grade.grade);
  for (std::size_t k = 0; k < 4; ++k)
    EXPECT_NEAR(a.grade.probabilities[k], b.grade.probabilities[k], 0.02);
  EXPECT_NEAR(a.measurements.thickness.summary->meanMm, b.measurements.thickness.summary->meanMm, 0.01);
  EXPECT_NEAR(*a.measurements.findings.tornAreaMm2, *b.measurements.findings.tornAreaMm2, 0.1);
  EXPECT_THAT(a.measurements.discontinuities, IsEmpty());
  EXPECT_EQ(a.review->edits, b.review->edits);
}

/// What a stored result lacks, its tissue map, comes from looking at the picture again.
TEST(Stored, AnEditOnAResultFromAFileGivesWhatItGivesOnTheFreshOne) {
  const ReviewFolder folder;
  for (const char* exam : {"undersurface-right-long", "normal-right-short", "full-left-long"}) {
    const Opened picture = opened(exam);
    ImageReview fresh = picture.review();
    examOf({&fresh}).save({folder.path() / exam, ""});
    ImageReview stored(report::readResults(folder.path() / exam).studies.at(0).images.at(0).result, picture.pictures,
                       builtinStages(), builtinCriteria());
    ASSERT_FALSE(stored.program().anatomy.tendon.tissue);
    const auto edit = by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.2, 10, 20)});
    fresh.apply(edit);
    stored.apply(edit);
    const ImageResult& a = stored.current();
    const ImageResult& b = fresh.current();
    EXPECT_EQ(a.grade.grade, b.grade.grade) << exam;
    for (std::size_t k = 0; k < 4; ++k)
      EXPECT_NEAR(a.grade.probabilities[k], b.grade.probabilities[k], 0.05) << exam;
    ASSERT_EQ(a.measurements.discontinuities.size(), b.measurements.discontinuities.size()) << exam;
    EXPECT_NEAR(*a.measurements.findings.tornAreaMm2, *b.measurements.findings.tornAreaMm2,
                0.05 + 0.05 * *b.measurements.findings.tornAreaMm2)
        << exam;
    EXPECT_NEAR(a.measurements.thickness.summary->meanMm, b.measurements.thickness.summary->meanMm, 0.02) << exam;
  }
}

TEST(Save, AnotherExamsReviewInTheSameFolderStays) {
  const ReviewFolder folder;
  const Opened first = opened("undersurface-right-long");
  const Opened second = opened("full-left-long");
  ImageReview a = first.review();
  ImageReview b = second.review();
  a.apply(changed(GradeClass::normal, "an edge shadow"));
  const SaveOptions options{folder.path(), "hipcuff-viewer"};
  examOf({&a, &b}).save(options); // the program's results are of both
  b.apply(by(Decide{Verdict::accepted, GradeClass::notGradable, {}, {}}));
  examOf({&b}).save(options); // and this exam alone is saved later
  const report::StoredResults stored = report::readResults(folder.path() / "reviewed");
  ASSERT_EQ(stored.studies.size(), 2U);
  int changedOnes = 0;
  int accepted = 0;
  for (const report::StoredStudy& study : stored.studies)
    for (const report::StoredImage& image : study.images) {
      ASSERT_TRUE(image.result.review) << image.id;
      changedOnes += image.result.review->verdict == Verdict::changed ? 1 : 0;
      accepted += image.result.review->verdict == Verdict::accepted ? 1 : 0;
      EXPECT_FALSE(image.picture.empty());
      ASSERT_EQ(study.study.hips.size(), 1U);
      EXPECT_EQ(study.study.hips.front().grade.grade, image.result.review->grade);
    }
  EXPECT_EQ(changedOnes, 1);
  EXPECT_EQ(accepted, 1);
}

TEST(Save, AnExamThatHasGrownIsSavedInItsOwnFolder) {
  const ReviewFolder folder;
  const Opened first = opened("undersurface-right-long");
  const Opened second = opened("full-left-long");
  const ImageReview a = first.review();
  const ImageReview b = second.review();
  examOf({&a}).save({folder.path(), ""});
  examOf({&a, &b}).save({folder.path(), ""});
  EXPECT_EQ(report::readResults(folder.path()).studies.size(), 2U);
  EXPECT_EQ(report::readResults(folder.path() / "reviewed").studies.size(), 2U);
}

TEST(Save, AFolderOfOtherPicturesIsRefused) {
  const ReviewFolder folder;
  const Opened first = opened("undersurface-right-long");
  const Opened second = opened("full-left-long");
  const ImageReview a = first.review();
  const ImageReview b = second.review();
  examOf({&a}).save({folder.path(), ""});
  EXPECT_THROW(examOf({&b}).save({folder.path(), ""}), OutputError);
  const report::StoredResults stored = report::readResults(folder.path() / "reviewed");
  ASSERT_EQ(stored.studies.size(), 1U);
  EXPECT_EQ(stored.studies.front().images.front().result.sopInstanceUid, first.result.sopInstanceUid);
}

TEST(Save, WhatWasSavedIsTakenAsItIsAndEditedOn) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview before = picture.review();
  before.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.6, 10, 30)}));
  ImageResult program = picture.result;
  program.review = before.current().review;
  PictureAccess nothing; // nobody may ask for pixels
  nothing.pane = []() -> Pane { throw InputError({}, "asked for", ""); };
  nothing.frame = [](int) -> RgbImage { throw InputError({}, "asked for", ""); };
  const ImageReview again(program, nothing, builtinStages(), builtinCriteria(), before.current());
  EXPECT_EQ(again.current().measurements.thickness.summary->maxMm,
            before.current().measurements.thickness.summary->maxMm);
  EXPECT_EQ(again.edits().size(), 1U);
  EXPECT_FALSE(again.program().review);
  EXPECT_THROW(ImageReview(program, nothing, builtinStages(), builtinCriteria()), InputError);
  ImageReview on(program, picture.pictures, builtinStages(), builtinCriteria(), before.current());
  on.undo();
  EXPECT_EQ(on.current().measurements.thickness.summary->maxMm, picture.result.measurements.thickness.summary->maxMm);
}

TEST(Save, AFolderThatCannotBeWrittenIsSaidAndStaysAsItWas) {
  const ReviewFolder folder;
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  review.apply(by(SetSide{Side::right}));
  write(folder.path() / "file", "not a folder");
  EXPECT_THROW(examOf({&review}).save({folder.path() / "file", ""}), OutputError);
  if (::geteuid() != 0) { // root may write anywhere
    const fs::path locked = folder.path() / "locked";
    fs::create_directory(locked);
    fs::permissions(locked, fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_THROW(examOf({&review}).save({locked, ""}), OutputError);
    fs::permissions(locked, fs::perms::owner_all);
  }
  // "reviewed" that is a file, not a folder.
  const fs::path odd = folder.path() / "odd";
  fs::create_directory(odd);
  write(odd / "reviewed", "mine");
  try {
    examOf({&review}).save({odd, ""});
  } catch (const OutputError&) {
  }
  EXPECT_FALSE(fs::exists(odd / ".reviewed"));
}

/// A file size limit does to writing what a full disk does.
class NoSpace {
public:
  explicit NoSpace(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    old_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~NoSpace() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, old_);
  }
  NoSpace(const NoSpace&) = delete;
  NoSpace& operator=(const NoSpace&) = delete;

private:
  rlimit before_{};
  void (*old_)(int) = SIG_DFL;
};

TEST(Save, ADiskThatFillsUpLeavesTheFormerReview) {
  const ReviewFolder folder;
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  {
    const NoSpace full(20000);
    EXPECT_THROW(examOf({&review}).save({folder.path() / "new", ""}), OutputError);
  }
  EXPECT_FALSE(fs::exists(folder.path() / "new"));
  review.apply(by(SetSide{Side::right}));
  examOf({&review}).save({folder.path(), ""});
  const std::string before = bytesOf(folder.path() / "reviewed" / "results.json");
  const std::size_t files = folder.files().size();
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.6, 10, 30)}));
  {
    const NoSpace full(20000);
    EXPECT_THROW(examOf({&review}).save({folder.path(), ""}), OutputError);
  }
  EXPECT_EQ(bytesOf(folder.path() / "reviewed" / "results.json"), before);
  EXPECT_EQ(folder.files().size(), files);
  examOf({&review}).save({folder.path(), ""}); // and once there is room again
  EXPECT_NE(bytesOf(folder.path() / "reviewed" / "results.json"), before);
}

} // namespace
} // namespace hipcuff::review
