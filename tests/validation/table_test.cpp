// Tables as spreadsheets and statistics programs write them.
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

std::string problemOf(std::string_view text, const std::vector<std::string>& map = {}) {
  return errorOf([&] { return table(text, map); });
}

TEST(Table, OfTheViewerIsReadWithoutAWord) {
  const Reference r =
      table("reader,reading,sop_instance_uid,side,class,subtype,depth_fraction,thickness_max_mm,confidence,seconds\n"
            "R1,1,1.2.826.17,L,partial_thickness,undersurface,0.35,5.25,0.8,41.3\n"
            "R1,2,1.2.826.4,R,normal,,,4.1,0.95,18.7\n"
            "R1,1,data/x.png,L,not_gradable,,,,,12\n");
  ASSERT_EQ(r.entries.size(), 3u);
  EXPECT_THAT(r.warnings, IsEmpty());
  const ReferenceEntry& a = r.entries[0];
  EXPECT_EQ(a.source, (Source{"R1", 1}));
  EXPECT_EQ(a.sopInstanceUid, "1.2.826.17");
  EXPECT_EQ(a.side, Side::left);
  EXPECT_EQ(a.answer.grade, GradeClass::partialThickness);
  EXPECT_EQ(a.answer.subtype, "undersurface");
  EXPECT_DOUBLE_EQ(a.answer.depthFraction.value(), 0.35);
  EXPECT_DOUBLE_EQ(a.answer.thicknessMaxMm.value(), 5.25);
  EXPECT_DOUBLE_EQ(a.answer.confidence.value(), 0.8);
  EXPECT_DOUBLE_EQ(a.answer.seconds.value(), 41.3);
  EXPECT_EQ(a.line, 2u);
  EXPECT_EQ(r.entries[1].source.reading, 2);
  EXPECT_FALSE(r.entries[1].answer.depthFraction.has_value()) << "empty is not said";
  EXPECT_EQ(r.entries[2].file, "data/x.png") << "a picture that has no UID";
  EXPECT_EQ(r.entries[2].answer.grade, GradeClass::notGradable);
}

TEST(Table, SeparatorsBomCrlfAndTrailingEmptiness) {
  for (const std::string_view text :
       {"uid,class\r\n1.2.3,normal\r\n\r\n\r\n", "\xEF\xBB\xBFuid;class;;\r\n1.2.3;normal;;\r\n;;;\r\n",
        "uid\tclass\n1.2.3\tnormal", "sep=;\nuid;class\n1.2.3;normal\n", "\n# exported\nuid,class\n1.2.3,normal\n",
        "\"uid\",\"class\"\r1.2.3,\"normal\"\r"}) {
    const Reference r = table(text);
    ASSERT_EQ(r.entries.size(), 1u) << text;
    EXPECT_EQ(r.entries[0].sopInstanceUid, "1.2.3") << text;
    EXPECT_EQ(r.entries[0].answer.grade, GradeClass::normal) << text;
    EXPECT_THAT(r.warnings, IsEmpty()) << text;
  }
}

TEST(Table, HeadersInAnyCaseWithBlanksAndUnits) {
  const Reference r = table("SOPInstanceUID,Study Instance UID,Laterality,Diagnosis,Thickness max. (mm),Tear length "
                            "[cm],Depth fraction (%),Patient ID\n"
                            "1.2.3,1.9.1,Left,Full-Thickness Tear,5.2,1.1,100,P7\n");
  const ReferenceEntry& e = r.entries.at(0);
  EXPECT_EQ(e.exam, "1.9.1");
  EXPECT_EQ(e.patient, "P7");
  EXPECT_EQ(e.answer.grade, GradeClass::fullThickness);
  EXPECT_DOUBLE_EQ(e.answer.thicknessMaxMm.value(), 5.2);
  EXPECT_DOUBLE_EQ(e.answer.tearLengthMm.value(), 11);
  EXPECT_DOUBLE_EQ(e.answer.depthFraction.value(), 1);
  EXPECT_THAT(r.warnings, IsEmpty());
}

TEST(Table, ColumnsThatAreNotUnderstoodAreSaid) {
  const Reference r = table("uid,class,remarks,Thickness\n1.2.3,normal,x,4\n");
  EXPECT_THAT(r.warnings, Contains(HasSubstr("'remarks', 'Thickness' are passed over")));
  EXPECT_THAT(r.warnings, Contains(HasSubstr("neither mean nor largest")));
  EXPECT_THAT(table("uid,class,remarks\n1.2.3,normal,x\n", {"remarks=-"}).warnings, IsEmpty());
}

TEST(Table, ClassWords) {
  for (const char* word : {"normal", "Intact", "No tear"})
    EXPECT_EQ(classFromWord(word), GradeClass::normal) << word;
  for (const char* word : {"tendinosis", "TENDINOPATHY"})
    EXPECT_EQ(classFromWord(word), GradeClass::tendinosis) << word;
  for (const char* word : {"partial", "partial-thickness", "PTT", "Partial Thickness Tear"})
    EXPECT_EQ(classFromWord(word), GradeClass::partialThickness) << word;
  for (const char* word : {"full", "full_thickness", "FTT", "complete"})
    EXPECT_EQ(classFromWord(word), GradeClass::fullThickness) << word;
  for (const char* word : {"not_gradable", "ungradable", "nd"})
    EXPECT_EQ(classFromWord(word), GradeClass::notGradable) << word;
  EXPECT_FALSE(classFromWord("tear").has_value());
  EXPECT_THAT(table("uid,class\n1.2.3,no tear\n").warnings, Contains(HasSubstr("line 2")));
}

TEST(Table, UnknownClassSaysLineColumnAndWhatWasPerhapsMeant) {
  const std::string problem = problemOf("uid,Diagnosis\n1.2.3,normal\n1.2.4,partail\n1.2.5,Riss\n1.2.6,partail\n");
  EXPECT_THAT(
      problem,
      HasSubstr(
          "lines 3 and 5, column 'Diagnosis': 'partail' is no class that is known (did you mean partial_thickness?)"));
  EXPECT_THAT(problem, HasSubstr("line 4, column 'Diagnosis': 'Riss'"));
  EXPECT_EQ(table("uid,class\n1.2.5,Riss\n", {"class:Riss=full"}).entries[0].answer.grade, GradeClass::fullThickness);
}

TEST(Table, NumbersAreClassesOnlyWhereSaid) {
  EXPECT_THAT(problemOf("uid,grade\n1.2.3,2\n"), AllOf(HasSubstr("line 2"), HasSubstr("class:0-3")));
  EXPECT_EQ(table("uid,grade\n1.2.3,2\n", {"grade=class:0-3"}).entries[0].answer.grade, GradeClass::partialThickness);
  EXPECT_EQ(table("uid,grade\n1.2.3,4.0\n", {"grade=class:1-4"}).entries[0].answer.grade, GradeClass::fullThickness);
  EXPECT_EQ(table("uid,grade\n1.2.3,9\n", {"class:9=not_gradable"}).entries[0].answer.grade, GradeClass::notGradable);
  EXPECT_THAT(problemOf("uid,grade\n1.2.3,7\n", {"grade=class:0-3"}), HasSubstr("'7' is not between 0 and 3"));
}

TEST(Table, DecimalCommas) {
  const Reference r = table("uid;class;thickness_max_mm;seconds\n1.2.3;normal;5,2;41,3\n1.2.4;normal;4;7\n");
  EXPECT_DOUBLE_EQ(r.entries[0].answer.thicknessMaxMm.value(), 5.2);
  EXPECT_DOUBLE_EQ(r.entries[0].answer.seconds.value(), 41.3);
  EXPECT_THAT(r.warnings, ElementsAre(AllOf(HasSubstr("decimal comma"), HasSubstr("line 2"))));
  // Thousands of millimetres are no thickness: there is one reading only.
  EXPECT_DOUBLE_EQ(table("uid;thickness_max_mm\n1.2.3;5,234\n").entries[0].answer.thicknessMaxMm.value(), 5.234);
  EXPECT_DOUBLE_EQ(table("uid;confidence\n1.2.3;0,345\n").entries[0].answer.confidence.value(), 0.345);
  EXPECT_DOUBLE_EQ(table("uid,seconds\n1.2.3,\"1.234,5\"\n").entries[0].answer.seconds.value(), 1234.5);
}

TEST(Table, AmbiguousNumbersAreErrorsUnlessTheTableTellsItsHabit) {
  EXPECT_THAT(problemOf("uid;seconds\n1.2.3;1,234\n"), AllOf(HasSubstr("line 2"), HasSubstr("1.234 or 1234")));
  EXPECT_THAT(problemOf("uid;seconds\n1.2.3;1.234\n"), HasSubstr("line 2")) << "thousands with a point";
  EXPECT_DOUBLE_EQ(table("uid;seconds\n1.2.3;1,234\n1.2.4;41,3\n").entries[0].answer.seconds.value(), 1.234);
  EXPECT_DOUBLE_EQ(table("uid,seconds\n1.2.3,1.234\n1.2.4,41.35\n").entries[0].answer.seconds.value(), 1.234);
  EXPECT_THAT(problemOf("uid;seconds\n1.2.3;1,234\n1.2.4;41,3\n1.2.5;41.3\n"), HasSubstr("line 2"));
}

TEST(Table, ScalesAreNeverGuessed) {
  EXPECT_THAT(problemOf("uid,confidence\n1.2.3,85\n"),
              AllOf(HasSubstr("not between 0 and 1"), HasSubstr("confidence:percent")));
  EXPECT_DOUBLE_EQ(
      table("uid,Sicherheit\n1.2.3,85\n", {"Sicherheit=confidence:percent"}).entries[0].answer.confidence.value(),
      0.85);
  EXPECT_DOUBLE_EQ(table("uid,conf\n1.2.3,4\n", {"conf=confidence:1-5"}).entries[0].answer.confidence.value(), 0.75);
  EXPECT_THAT(problemOf("uid,conf\n1.2.3,6\n", {"conf=confidence:1-5"}), HasSubstr("not between 1 and 5"));
  EXPECT_DOUBLE_EQ(table("uid,confidence\n1.2.3,85 %\n").entries[0].answer.confidence.value(), 0.85)
      << "the cell says it";
  EXPECT_THAT(problemOf("uid,thickness_max_mm\n1.2.3,0\n"), HasSubstr("leave the cell empty"));
}

TEST(Table, AllProblemsAtOnceUpToTwenty) {
  std::string text = "uid,side,class,confidence\n";
  for (int i = 0; i < 30; ++i)
    text += "1.2." + std::to_string(i) + ",X" + std::to_string(i) + ",normal,2\n";
  const std::string problem = problemOf(text);
  EXPECT_THAT(problem, HasSubstr("'X0' is no side"));
  EXPECT_THAT(problem, HasSubstr("confidence"));
  EXPECT_THAT(problem, HasSubstr("'X18' is no side"));
  EXPECT_THAT(problem, Not(HasSubstr("'X19' is no side")));
  EXPECT_THAT(problem, HasSubstr("and 11 more"));
}

TEST(Table, StructureThatCantBe) {
  EXPECT_THAT(problemOf(""), HasSubstr("is empty"));
  EXPECT_THAT(problemOf("\n\n"), HasSubstr("is empty"));
  EXPECT_THAT(problemOf("uid,class\n"), HasSubstr("no rows"));
  EXPECT_THAT(problemOf("age,class\n3,normal\n"), HasSubstr("names an image, exam or patient"));
  EXPECT_THAT(problemOf("uid,age\n1.2.3,4\n"), HasSubstr("class or a measure"));
  EXPECT_THAT(problemOf("uid,class,grade\n1.2.3,normal,full\n"), HasSubstr("'class' and 'grade' both say class"));
  EXPECT_THAT(problemOf("uid,class\n1.2.3,normal,4\n"), AllOf(HasSubstr("line 2"), HasSubstr("3 cells")));
  EXPECT_THAT(problemOf("uid,class\n1.2.3,\"normal\n1.2.4,full\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("never ends")));
  EXPECT_THAT(problemOf("uid,class\n,normal\n"), AllOf(HasSubstr("line 2"), HasSubstr("names no image")));
  EXPECT_THAT(problemOf("patient,side,class\n1.23457E+15,L,normal\n"), HasSubstr("format the column as text"));
  EXPECT_THAT(problemOf("uid,class\n1.2.3,normal\n", {"Befund=class"}),
              HasSubstr("mapped column 'befund' is not there"));
  EXPECT_THAT(table("uid,class,side\n1.2.3,normal\n").warnings, Contains(HasSubstr("fewer cells")));
}

TEST(Table, QuotedCellsMayHoldSeparatorsAndLineBreaks) {
  const Reference r =
      table("uid,reader,class\n1.2.3,\"Dr. A, B \"\"C\"\"\nD\",normal\n1.2.4,E,bad\n", {"class:bad=full"});
  EXPECT_EQ(r.entries[0].source.name, "Dr. A, B \"C\"\nD");
  EXPECT_EQ(r.entries[1].line, 4u) << "lines of the file, not of the table";
}

TEST(Table, WideWithOneColumnForEachReader) {
  const Reference r = table("uid,class,class_R1,class_R2,confidence "
                            "R1,class_R1_reading2\n1.2.3,full,partial,normal,0.7,normal\n1.2.4,,normal,,,\n");
  ASSERT_EQ(r.entries.size(), 5u);
  EXPECT_EQ(r.entries[0].source, (Source{"", 1}));
  EXPECT_EQ(r.entries[1].source, (Source{"R1", 1}));
  EXPECT_DOUBLE_EQ(r.entries[1].answer.confidence.value(), 0.7);
  EXPECT_EQ(r.entries[2].source, (Source{"R2", 1}));
  EXPECT_EQ(r.entries[3].source, (Source{"R1", 2}));
  EXPECT_EQ(r.entries[4].source, (Source{"R1", 1})) << "who said nothing has no entry";
}

TEST(Table, WideWithOneColumnForEachHip) {
  const Reference r = table("patient,class_left,class_right\nP1,normal,full\n");
  ASSERT_EQ(r.entries.size(), 2u);
  EXPECT_EQ(r.entries[0].side, Side::left);
  EXPECT_EQ(r.entries[1].side, Side::right);
  EXPECT_EQ(r.entries[1].answer.grade, GradeClass::fullThickness);
  EXPECT_TRUE(r.entries[1].source.name.empty());
  EXPECT_EQ(table("patient,class_L,class_R\nP1,normal,full\n").entries[1].side, Side::right);
  const Reference readers = table("uid,class_A,class_R\n1.2.3,normal,full\n");
  EXPECT_EQ(readers.entries[1].source.name, "R") << "beside another reader, R is one";
}

TEST(Table, ProbabilitiesAreAllOrNone) {
  const Reference r = table("uid,p_normal,p_tendinosis,p_partial,p_full\n1.2.3,0.7,0.2,0.1,0.01\n");
  EXPECT_NEAR(r.entries[0].answer.probabilities->at(0), 0.7 / 1.01, 1e-12);
  EXPECT_THAT(problemOf("uid,p_normal,p_tendinosis,p_partial,p_full\n1.2.3,0.7,,0.1,0.01\n"), HasSubstr("not all"));
  EXPECT_THAT(problemOf("uid,p_normal,p_tendinosis,p_partial,p_full\n1.2.3,0.7,0.7,0.1,0.01\n"),
              HasSubstr("add up to 1"));
}

TEST(Map, WhatCantBeMeantIsSaid) {
  EXPECT_THAT(errorOf([] { return parseTableMap({"Befund"}); }), HasSubstr("COLUMN=NAME"));
  EXPECT_THAT(errorOf([] { return parseTableMap({"x=confidense"}); }), HasSubstr("did you mean confidence?"));
  EXPECT_THAT(errorOf([] { return parseTableMap({"class:3=foo"}); }), HasSubstr("is no class"));
  EXPECT_THAT(errorOf([] { return parseTableMap({"conf=confidence:often"}); }), HasSubstr("no scale"));
  EXPECT_THAT(errorOf([] { return parseTableMap({"label:x=tendon"}); }), HasSubstr("label:128=tendon"));
  EXPECT_EQ(parseTableMap({"label:128=tendon", "label:255=discontinuity"}).labels,
            (std::map<int, int>{{128, 1}, {255, 2}}));
}

// ---- encodings

std::string utf16(std::string_view ascii, bool little, bool mark) {
  std::string out = mark ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
  for (const char c : ascii) {
    out += little ? c : '\0';
    out += little ? '\0' : c;
  }
  return out;
}

TEST(Encoding, Utf16WithAndWithoutMark) {
  for (const bool little : {true, false})
    for (const bool mark : {true, false}) {
      const Reference r = table(utf16("uid\tclass\r\n1.2.3\tnormal\r\n", little, mark));
      EXPECT_EQ(r.entries.at(0).sopInstanceUid, "1.2.3");
      EXPECT_EQ(r.warnings.size(), mark ? 0u : 1u);
    }
}

TEST(Encoding, Windows1252IsFoundAndSaid) {
  const Reference r = table("uid,reader,class\n1.2.3,A,normal\n1.2.4,M\xFCller \x80,normal\n");
  EXPECT_EQ(r.entries[1].source.name, "M\xC3\xBCller \xE2\x82\xAC");
  EXPECT_THAT(r.warnings, ElementsAre(AllOf(HasSubstr("Windows-1252"), HasSubstr("line 3"))));
}

TEST(Encoding, MixedIsToldWithItsLines) {
  const Reference r = table("uid,reader,class\n1.2.3,M\xC3\xBCller,normal\n1.2.4,M\xFCller,normal\n");
  EXPECT_EQ(r.entries[0].source.name, r.entries[1].source.name);
  EXPECT_THAT(r.warnings, ElementsAre(AllOf(HasSubstr("two encodings"), HasSubstr("line 3"))));
}

TEST(Encoding, WhatIsNoTextIsRefused) {
  EXPECT_THAT(problemOf(std::string_view("PK\x03\x04 rest")), HasSubstr("workbook"));
  EXPECT_THAT(problemOf(std::string_view("uid,class\n1.2\0.3,normal\n", 24)), HasSubstr("no text has"));
  EXPECT_THAT(errorOf([] { return readTable("uid,class\n", "t.csv", {{}, "ebcdic"}); }), HasSubstr("utf-8"));
}

} // namespace
} // namespace hipcuff::validation
