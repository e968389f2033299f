// Who is compared with whom.
#include "made_up.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>

namespace hipcuff::validation {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using enum GradeClass;

/// Exam a: left images 1, 2 and right image 3; exam b: left image 4.
SystemResults sample() {
  SystemResults s;
  s.images = {image("a", "1", Side::left, normal), image("a", "2", Side::left, partialThickness),
              image("a", "3", Side::right, normal), image("b", "4", Side::left, fullThickness)};
  s.hips = {hip("a", Side::left, partialThickness, {"1.2.1", "1.2.2"}), hip("a", Side::right, normal, {"1.2.3"}),
            hip("b", Side::left, fullThickness, {"1.2.4"})};
  return s;
}

Matched matched(std::string_view text, const MatchOptions& options = {}) {
  return match(sample(), table(text), options);
}

std::string referenceOf(const Matched& m, std::string_view id) {
  const Case* c = caseOf(m, id);
  return !c                       ? "no case"
         : !c->reference()        ? "none"
         : !c->reference()->grade ? "said nothing"
                                  : toString(*c->reference()->grade);
}

TEST(MatchImages, ByUidIdPathAndName) {
  for (const char* key : {"1.2.3", "img-3", "data/a/3.dcm", "/elsewhere/data/a/3.dcm", "C:\\study\\data\\a\\3.dcm",
                          "a/3.dcm", "3.dcm", "a/3", "./data/a/3.dcm"}) {
    const Matched m = matched(std::string("image,class\n") + key + ",tendinosis\n");
    EXPECT_EQ(referenceOf(m, "img-3"), "tendinosis") << key;
    EXPECT_EQ(countOf(m, Leftover::Kind::resultWithoutReference), 3u) << key;
    EXPECT_EQ(countOf(m, Leftover::Kind::referenceWithoutResult), 0u) << key;
  }
}

TEST(MatchImages, ANameThatTwoPicturesHaveIsNoName) {
  SystemResults s = sample();
  s.images[3].path = "data/b/3.dcm";
  const Matched m = match(s, table("file,class\n3.dcm,normal\na/3.dcm,full\n"));
  EXPECT_EQ(countOf(m, Leftover::Kind::conflict), 1u);
  EXPECT_THAT(m.leftovers.back().why, HasSubstr("names 2 pictures"));
  EXPECT_EQ(referenceOf(m, "img-3"), "full_thickness");
}

TEST(MatchImages, OtherFoldersAreOtherPictures) {
  const Matched m = matched("file,class\nother/c/3.dcm,normal\n");
  EXPECT_EQ(countOf(m, Leftover::Kind::referenceWithoutResult), 1u);
  EXPECT_EQ(countOf(m, Leftover::Kind::resultWithoutReference), 4u);
}

TEST(MatchImages, NothingIsDropped) {
  const Matched m = matched("uid,class\n1.2.1,normal\n1.2.99,full\n");
  EXPECT_EQ(m.cases.size(), 5u) << "with a result, a reference or both";
  const Case* missing = caseOf(m, "1.2.99");
  ASSERT_NE(missing, nullptr);
  EXPECT_FALSE(missing->system.has_value());
  EXPECT_EQ(countOf(m, Leftover::Kind::referenceWithoutResult), 1u);
  EXPECT_THAT(m.leftovers, Contains(testing::Field(&Leftover::what, HasSubstr("1.2.99 (table.csv, line 3)"))));
}

TEST(MatchImages, FailedInputsCountAsNotAnswered) {
  SystemResults s = sample();
  s.failed = {{"data/c/9.dcm", "is damaged"}};
  const Matched m = match(s, table("file,class\ndata/c/9.dcm,full\n"));
  EXPECT_EQ(countOf(m, Leftover::Kind::failedInput), 1u);
  EXPECT_EQ(countOf(m, Leftover::Kind::referenceWithoutResult), 0u) << "said once";
  EXPECT_EQ(caseOf(m, "data/c/9.dcm")->failure, "is damaged");
  EXPECT_EQ(referenceOf(m, "data/c/9.dcm"), "full_thickness");
}

TEST(MatchImages, ReadersAndReadings) {
  const Matched m =
      matched("uid,reader,reading,class\n1.2.1,,,full\n1.2.1,B,2,normal\n1.2.1,B,1,partial\n1.2.1,A,1,normal\n");
  EXPECT_THAT(m.readers, ElementsAre(Source{"A", 1}, Source{"B", 1}, Source{"B", 2}));
  const Case* c = caseOf(m, "img-1");
  ASSERT_EQ(c->answers.size(), 4u);
  EXPECT_TRUE(c->answers[0].source == Source{}) << "the standard's first";
  EXPECT_EQ(c->of({"B", 1})->grade, partialThickness);
}

TEST(MatchImages, DuplicatesAreUsedOnceAndPartsAreJoined) {
  const Matched m = matched("uid,class,thickness_max_mm\n1.2.1,full,\n1.2.1,full,\n1.2.1,,5.5\n");
  EXPECT_EQ(countOf(m, Leftover::Kind::duplicate), 1u);
  EXPECT_THAT(m.leftovers.back().what, HasSubstr("line 2; table.csv, line 3"));
  EXPECT_DOUBLE_EQ(caseOf(m, "img-1")->reference()->thicknessMaxMm.value(), 5.5);
  EXPECT_EQ(referenceOf(m, "img-1"), "full_thickness");
}

TEST(MatchImages, ConflictsAreUsedOnlyWhereAsked) {
  const std::string text =
      "uid,reader,class\n1.2.1,,full\n1.2.1,,normal\n1.2.2,A,full\n1.2.2,A,normal\n1.2.2,B,normal\n";
  const Matched neither = matched(text);
  EXPECT_EQ(countOf(neither, Leftover::Kind::conflict), 2u);
  EXPECT_EQ(referenceOf(neither, "img-1"), "none");
  EXPECT_EQ(caseOf(neither, "img-2")->of({"A", 1}), nullptr);
  EXPECT_NE(caseOf(neither, "img-2")->of({"B", 1}), nullptr);
  MatchOptions options;
  options.conflicts = ConflictPolicy::first;
  EXPECT_EQ(referenceOf(matched(text, options), "img-1"), "full_thickness");
  options.conflicts = ConflictPolicy::last;
  const Matched last = matched(text, options);
  EXPECT_EQ(referenceOf(last, "img-1"), "normal");
  EXPECT_EQ(countOf(last, Leftover::Kind::conflict), 2u) << "still listed";
}

TEST(MatchImages, TheSamePictureByUidAndByPathIsOne) {
  const Matched m = matched("uid,file,reader,class\n1.2.1,,A,full\n,data/a/1.dcm,A,normal\n");
  EXPECT_EQ(countOf(m, Leftover::Kind::conflict), 1u);
}

TEST(MatchImages, FurtherPanesOnlyWhereNamed) {
  SystemResults s = sample();
  SystemImage pane = s.images[0];
  pane.pane = 1;
  pane.id = "img-1b";
  s.images.push_back(pane);
  EXPECT_EQ(match(s, table("uid,class\n1.2.1,normal\n")).cases.size(), 4u);
  EXPECT_THAT(match(s, table("uid,class\n1.2.1,normal\n")).warnings, Contains(HasSubstr("1 further pane")));
  EXPECT_EQ(referenceOf(match(s, table("uid,pane,class\n1.2.1,1,full\n")), "img-1b"), "full_thickness");
}

TEST(MatchStandard, AReaderOrTheMajority) {
  const std::string text = "uid,reader,reading,class,thickness_max_mm\n1.2.1,A,1,full,4\n1.2.1,A,2,normal,\n1.2.1,B,1,"
                           "full,5\n1.2.1,C,1,normal,6\n"
                           "1.2.2,A,1,full,\n1.2.2,B,1,normal,\n";
  EXPECT_THAT(matched(text).warnings, Contains(HasSubstr("No row is the reference standard's")));
  MatchOptions options;
  options.standard = "A";
  const Matched reader = matched(text, options);
  EXPECT_EQ(referenceOf(reader, "img-1"), "full_thickness");
  EXPECT_THAT(reader.readers, ElementsAre(Source{"A", 2}, Source{"B", 1}, Source{"C", 1}));
  options.standard = "majority";
  const Matched majority = matched(text, options);
  EXPECT_EQ(referenceOf(majority, "img-1"), "full_thickness");
  EXPECT_DOUBLE_EQ(caseOf(majority, "img-1")->reference()->thicknessMaxMm.value(), 5) << "mean of first readings";
  EXPECT_EQ(referenceOf(majority, "img-2"), "none") << "a tie";
  EXPECT_THAT(majority.leftovers,
              Contains(AllOf(testing::Field(&Leftover::what, "img-2"),
                             testing::Field(&Leftover::why, HasSubstr("no class has a majority")))));
  EXPECT_THAT(majority.warnings, Contains(HasSubstr("majority")));
  options.standard = "Anna";
  EXPECT_THAT(errorOf([&] { return matched(text, options); }),
              HasSubstr("no row of the reference is of reader 'Anna'"));
  options.standard = "majority";
  EXPECT_THAT(errorOf([&] { return matched("uid,class\n1.2.1,normal\n", options); }), HasSubstr("two readers"));
}

TEST(MatchStandard, WhatWasNotVerifiedIsNoReference) {
  const Matched m = matched("uid,class,verified\n1.2.1,full,yes\n1.2.2,normal,no\n1.2.3,,no\n");
  EXPECT_EQ(referenceOf(m, "img-1"), "full_thickness");
  EXPECT_EQ(referenceOf(m, "img-2"), "none");
  EXPECT_EQ(caseOf(m, "img-2")->verified, false);
  EXPECT_EQ(caseOf(m, "img-3")->verified, false);
  EXPECT_FALSE(caseOf(m, "img-4")->verified.has_value());
  EXPECT_EQ(countOf(m, Leftover::Kind::resultWithoutReference), 1u);
  EXPECT_THAT(m.warnings, Contains(HasSubstr("not verified")));
}

MatchOptions of(Unit unit) {
  MatchOptions options;
  options.unit = unit;
  return options;
}

// A presumed class of one picture must not become that of the hip because another picture was verified.
TEST(MatchHips, APresumedClassOfAPartIsNotTheWholes) {
  const std::string_view text = "uid,class,verified\n1.2.1,normal,yes\n1.2.2,full,no\n1.2.3,full,no\n";
  const Matched hips = matched(text, of(Unit::hip));
  EXPECT_EQ(referenceOf(hips, "1.9.a/L"), "normal");
  EXPECT_EQ(caseOf(hips, "1.9.a/L")->verified, true);
  EXPECT_EQ(referenceOf(hips, "1.9.a/R"), "none");
  EXPECT_EQ(caseOf(hips, "1.9.a/R")->verified, false);
  EXPECT_THAT(hips.warnings, Contains(HasSubstr("1 hip or patient was verified in part")));
  MatchOptions reader = of(Unit::hip);
  reader.standard = "A";
  const Matched byReader = matched("uid,reader,class,verified\n1.2.1,A,normal,yes\n1.2.2,A,full,no\n", reader);
  EXPECT_EQ(referenceOf(byReader, "1.9.a/L"), "normal");
  // The patient: neither the presumed class nor the program's tear of the hip that was not verified counts.
  const Matched patients =
      matched("exam,side,class,verified\n1.9.a,L,full,no\n1.9.a,R,normal,yes\n", of(Unit::patient));
  EXPECT_EQ(referenceOf(patients, "1.9.a"), "normal");
  EXPECT_EQ(caseOf(patients, "1.9.a")->system->grade, normal);
}

TEST(MatchHips, NamedByExamAndSide) {
  const Matched m = matched("exam,side,class\n1.9.a,L,full\n1.9.b,L,normal\n1.9.b,R,normal\n", of(Unit::hip));
  EXPECT_EQ(referenceOf(m, "1.9.a/L"), "full_thickness");
  EXPECT_EQ(caseOf(m, "1.9.a/L")->system->grade, partialThickness) << "the program's hip result";
  EXPECT_EQ(referenceOf(m, "1.9.b/R"), "normal");
  EXPECT_EQ(countOf(m, Leftover::Kind::referenceWithoutResult), 1u);
  EXPECT_EQ(countOf(m, Leftover::Kind::resultWithoutReference), 1u);
}

TEST(MatchHips, OfAnExamWithOneHipTheSideNeedNotBeSaid) {
  const Matched m = matched("exam,class\n1.9.b,full\n1.9.a,normal\n", of(Unit::hip));
  EXPECT_EQ(referenceOf(m, "1.9.b/L"), "full_thickness");
  EXPECT_THAT(m.leftovers, Contains(testing::Field(&Leftover::why, HasSubstr("does not say which hip"))));
}

TEST(MatchHips, FromImagesTheWorstCounts) {
  const Matched m = matched(
      "uid,class,thickness_max_mm,depth_fraction\n1.2.1,normal,4,\n1.2.2,partial,5,0.4\n1.2.3,nd,,\n", of(Unit::hip));
  EXPECT_EQ(referenceOf(m, "1.9.a/L"), "partial_thickness");
  EXPECT_DOUBLE_EQ(caseOf(m, "1.9.a/L")->reference()->depthFraction.value(), 0.4);
  EXPECT_FALSE(caseOf(m, "1.9.a/L")->reference()->thicknessMaxMm.has_value()) << "two images, two thicknesses";
  EXPECT_EQ(referenceOf(m, "1.9.a/R"), "not_gradable");
  EXPECT_THAT(m.warnings, Contains(HasSubstr("the worst class among them")));
}

TEST(MatchHips, WhatIsSaidOfTheHipGoesBeforeItsImages) {
  const Matched m = matched("uid,exam,side,class\n1.2.2,,,partial\n,1.9.a,L,full\n", of(Unit::hip));
  EXPECT_EQ(referenceOf(m, "1.9.a/L"), "full_thickness");
}

TEST(MatchHips, AnImageInConflictLeavesItsHipOut) {
  const Matched m = matched("uid,class\n1.2.1,normal\n1.2.2,full\n1.2.2,normal\n", of(Unit::hip));
  EXPECT_EQ(referenceOf(m, "1.9.a/L"), "none") << "normal might be too mild";
}

TEST(MatchHips, NamedByPatientAndSide) {
  const Matched m =
      matched("patient,exam,side,class\nP1,1.9.a,,\nP2,1.9.b,,\nP1,,R,full\nP3,,L,normal\n", of(Unit::hip));
  EXPECT_EQ(referenceOf(m, "1.9.a/R"), "full_thickness");
  EXPECT_EQ(caseOf(m, "1.9.a/R")->patient, "P1");
  EXPECT_EQ(caseOf(m, "1.9.b/L")->patient, "P2");
  EXPECT_EQ(referenceOf(m, "P3/L"), "normal");
  const Matched two = matched("patient,exam,side,class\nP1,1.9.a,,\nP1,1.9.b,,\nP1,,L,full\n", of(Unit::hip));
  EXPECT_THAT(two.leftovers, Contains(testing::Field(&Leftover::why, HasSubstr("has 2 exams"))));
}

TEST(MatchHips, AreNotTakenForImagesUnlessAsked) {
  const std::string text = "exam,side,class,thickness_max_mm\n1.9.a,L,full,5\n";
  EXPECT_THAT(errorOf([&] { return matched(text); }), AllOf(HasSubstr("of no image"), HasSubstr("--unit hip")));
  MatchOptions options;
  options.spread = true;
  const Matched m = matched(text, options);
  EXPECT_EQ(referenceOf(m, "img-1"), "full_thickness");
  EXPECT_EQ(referenceOf(m, "img-2"), "full_thickness");
  EXPECT_EQ(referenceOf(m, "img-3"), "none");
  EXPECT_FALSE(caseOf(m, "img-1")->reference()->thicknessMaxMm.has_value());
  EXPECT_THAT(m.warnings, Contains(HasSubstr("2 images are compared with what is said of the whole hip")));
  // Beside rows of images they are listed.
  EXPECT_THAT(matched("uid,exam,side,class\n1.2.1,,,normal\n,1.9.a,L,full\n").leftovers,
              Contains(testing::Field(&Leftover::why, HasSubstr("speaks of a hip"))));
}

TEST(MatchPatients, TheWorstHipThatTheReferenceSpeaksOf) {
  SystemResults s = sample();
  const Matched m = match(s, table("patient,exam,side,class\nP1,1.9.a,R,full\nP1,1.9.b,,\n"), of(Unit::patient));
  ASSERT_EQ(m.cases.size(), 1u);
  EXPECT_EQ(m.cases[0].id, "P1");
  EXPECT_EQ(m.cases[0].system->grade, normal) << "the program's tears lie on hips that nobody looked at";
  EXPECT_EQ(referenceOf(m, "P1"), "full_thickness");
  EXPECT_THAT(m.warnings, Contains(HasSubstr("only the hips that it speaks of count")));
  const Matched whole = match(s, table("patient,exam,class\nP1,1.9.a,\nP1,1.9.b,\nP1,,full\n"), of(Unit::patient));
  ASSERT_EQ(whole.cases.size(), 1u);
  EXPECT_EQ(whole.cases[0].system->grade, fullThickness) << "the patient as a whole";
  EXPECT_THAT(errorOf([&] { return match(s, table("patient,reader,class\nP1,A,full\n"), of(Unit::hip)); }),
              HasSubstr("--unit patient"));
}

TEST(MatchPatients, ClustersAreSaid) {
  EXPECT_EQ(matched("uid,patient,class\n1.2.1,P1,normal\n1.2.4,P1,full\n").patientsFrom, "patient column");
  const Matched m = matched("uid,patient,class\n1.2.1,P1,normal\n");
  EXPECT_EQ(caseOf(m, "img-3")->patient, "P1") << "the same exam";
  EXPECT_EQ(caseOf(m, "img-4")->patient, "1.9.b");
  EXPECT_THAT(m.patientsFrom, HasSubstr("1 of 4 cases"));
  EXPECT_EQ(matched("uid,class\n1.2.1,normal\n").patientsFrom, "results (study)");
  EXPECT_THAT(matched("uid,patient,class\n1.2.1,P1,normal\n1.2.3,P2,normal\n").leftovers,
              Contains(testing::Field(&Leftover::why, HasSubstr("another row to P1"))));
}

TEST(Match, UnitsThatAReferenceSpeaksOf) {
  EXPECT_THAT(unitsOf(table("uid,class\n1.2.1,normal\n")), ElementsAre(Unit::image, Unit::hip, Unit::patient));
  EXPECT_THAT(unitsOf(table("exam,side,class\n1.9.a,L,normal\n")), ElementsAre(Unit::hip, Unit::patient));
  EXPECT_THAT(unitsOf(table("patient,reader,class\nP,A,normal\n")), ElementsAre(Unit::patient));
}

TEST(Match, NothingInCommonIsSaidFirst) {
  const Matched m = matched("uid,class\n1.2.99,normal\n");
  EXPECT_THAT(m.warnings.at(0), AllOf(HasSubstr("No case has both"), HasSubstr("1.2.99"), HasSubstr("data/b/4.dcm")));
  EXPECT_THAT(matched("uid,class\n1.2.99,normal\n1.2.1,normal\n").warnings,
              Not(Contains(HasSubstr("No case has both"))));
}

TEST(Match, AnotherSideIsSaid) {
  EXPECT_THAT(matched("uid,side,class\n1.2.1,R,normal\n").warnings, Contains(HasSubstr("another side")));
  EXPECT_THAT(matched("uid,side,class\n1.2.1,L,normal\n").warnings, Not(Contains(HasSubstr("another side"))));
}

TEST(Match, OtherResultsAreAReferenceOrAReader) {
  SystemResults other = sample();
  other.images[0].answer.grade = fullThickness;
  other.images[0].answer.probabilities = std::array{0.1, 0.1, 0.1, 0.7};
  const Matched standard = match(sample(), referenceFrom(other));
  EXPECT_EQ(referenceOf(standard, "img-1"), "full_thickness");
  EXPECT_DOUBLE_EQ(caseOf(standard, "img-1")->reference()->probabilities->at(3), 0.7);
  EXPECT_THAT(standard.leftovers, IsEmpty()) << "hips of the other results are for the other units";
  const Matched reader = match(sample(), referenceFrom(other, {"B", 1}));
  EXPECT_THAT(reader.readers, ElementsAre(Source{"B", 1}));
  EXPECT_EQ(match(sample(), referenceFrom(other), of(Unit::hip)).cases.size(), 3u);
}

} // namespace
} // namespace hipcuff::validation
