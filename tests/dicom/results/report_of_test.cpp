#include "report_samples.h"

#include "hipcuff/dicom/results/result_segments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace testreport {
namespace {

using testing::HasSubstr;

const MeasurementGroup& group(const MeasurementReport& report, const std::string& end) {
  for (const MeasurementGroup& g : report.groups)
    if (g.trackingId.ends_with(end))
      return g;
  throw std::out_of_range("no group " + end);
}

const Measurement& measure(const MeasurementGroup& g, const char* name, const char* derivation = nullptr) {
  for (const Measurement& m : g.measurements)
    if (m.name == reportCode(name) && m.modifiers.empty() &&
        (!derivation ? !m.derivation : m.derivation == reportCode(derivation)))
      return m;
  throw std::out_of_range(std::string("no measurement ") + name);
}

std::vector<Code> values(const MeasurementGroup& g, const char* name) {
  std::vector<Code> out;
  for (const Evaluation& e : g.evaluations)
    if (e.name == reportCode(name))
      out.push_back(e.value);
  return out;
}

std::vector<Code> everyUnit(const MeasurementReport& report) {
  std::vector<Code> out;
  for (const MeasurementGroup& g : report.groups)
    for (const Measurement& m : g.measurements) {
      out.push_back(m.unit);
      for (const Quantity& q : m.properties)
        out.push_back(q.unit);
    }
  return out;
}

TEST(ReportOf, holdsWhatWasMeasured) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto result = image(from);
  const auto report = reportOf(study({result}), {result}, {from}, settings());
  const auto& tendon = group(report, from.label + ", gluteus medius tendon");
  EXPECT_EQ(measure(tendon, "A180", "373098007").value, result.measurements.thickness.summary->meanMm);
  EXPECT_EQ(measure(tendon, "A180", "373098007").lower95, 3.9);
  EXPECT_EQ(measure(tendon, "A180", "56851009").value, 4.4);
  EXPECT_EQ(measure(tendon, "A180", "255605001").value, 4.0);
  const auto& site = measure(tendon, "A180");
  EXPECT_EQ(site.value, 4.16);
  EXPECT_EQ(site.properties.front().value, 2);
  ASSERT_TRUE(site.geometry);
  // From the bone, at the pane's corner plus 2 mm, 4.16 mm towards the skin.
  EXPECT_NEAR(site.geometry->px[0].x, 5 + 20, 0.01);
  EXPECT_NEAR(site.geometry->px[0].y, 3 + 42, 0.01);
  EXPECT_NEAR(site.geometry->px[1].y, 3 + 42 - 41.6, 0.01);
  EXPECT_EQ(site.geometry->image.frames, std::vector<int>{2});
  ASSERT_TRUE(tendon.region);
  EXPECT_EQ(tendon.laterality, Side::left);
  const auto& tear = group(report, "discontinuity 1");
  EXPECT_EQ(measure(tear, "131197000").value, 1.7);
  EXPECT_EQ(measure(tear, "410668003").value, 2.3);
  EXPECT_EQ(measure(tear, "A168").value, 100 * (1.7 / 4.1));
  EXPECT_EQ(values(tear, "A160"), std::vector<Code>{codeOf(DiscontinuityKind::undersurface)});
  EXPECT_EQ(values(tear, "A171"), std::vector<Code>{codeOf(true)});
  ASSERT_TRUE(tear.region);
  EXPECT_NEAR(tear.region->px[0].x, 5 + 12, 0.01);
  EXPECT_NEAR(tear.region->px[0].y, 3 + 41, 0.01);
  EXPECT_EQ(measure(group(report, "bursal fluid"), "A220").value, 1.1);
  EXPECT_EQ(measure(group(report, "bone surface"), "A222").value, 0.21);
  EXPECT_EQ(measure(group(report, "calcification 1"), "A225").value, 1.5);
  const auto& said = group(report, "assessment");
  EXPECT_EQ(gradeFrom(values(said, "A100").front()), GradeClass::partialThickness);
  EXPECT_EQ(certaintyFrom(values(said, "A110").front()), Certainty::suspected);
  EXPECT_EQ(values(said, "A200"), std::vector<Code>{codeOf(CalibrationOrigin::ultrasoundRegion)});
  EXPECT_EQ(measure(said, "A132").value, 70);
  EXPECT_EQ(measure(said, "111012").value, 70);
  EXPECT_EQ(report.procedures, std::vector<Code>{reportCode("26251-9")});
  EXPECT_THAT(report.conclusions.front(), HasSubstr("Left hip: partial-thickness tear"));
  EXPECT_THAT(report.conclusions.front(),
              HasSubstr("undersurface, 2.3 mm long, 1.7 mm deep (41 % of the local thickness), bare facet; " +
                        from.label + "."));
  EXPECT_EQ(report.conclusions.back(), researchNotice());
}

TEST(ReportOf, withoutCalibrationThereIsNoMillimetre) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto result = uncalibrated(from);
  result.measurements = image(from).measurements; // as a careless caller might leave them
  const auto report = reportOf(study({uncalibrated(from)}), {result}, {from}, settings());
  for (const Code& unit : everyUnit(report))
    EXPECT_FALSE(unit.value.starts_with("mm")) << unit.value;
  for (const std::string& text : report.conclusions)
    EXPECT_THAT(text, testing::Not(HasSubstr(" mm")));
  EXPECT_FALSE(report.images.front().mmPerPx);
  EXPECT_EQ(report.images.front().calibration, codeOf(std::optional<CalibrationOrigin>{}));
  const auto& said = group(report, "assessment");
  EXPECT_EQ(values(said, "A100"), std::vector<Code>{codeOf(GradeClass::notGradable)});
  ASSERT_EQ(values(said, "A140").size(), 2U);
  EXPECT_EQ(refusalFrom(values(said, "A140")[0]), Refusal::noCalibration);
  EXPECT_EQ(refusalFrom(values(said, "A140")[1]), Refusal::regionUnconfirmed);
  EXPECT_TRUE(group(report, "gluteus medius tendon").region); // the outline is still shown
}

TEST(ReportOf, noHipHasMillimetresThatNoImageHas) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto result = reviewed(from, "AB");
  const auto calibrated = study({result});
  ASSERT_TRUE(calibrated.hips.front().thickness);
  result.mmPerPx.reset(); // a file of results that somebody changed
  const auto report = reportOf(calibrated, {result}, {from}, settings());
  for (const Code& unit : everyUnit(report)) {
    EXPECT_FALSE(unit.value.starts_with("mm")) << unit.value;
    EXPECT_NE(unit.value, "deg");
  }
  for (const std::string& text : report.conclusions)
    EXPECT_THAT(text, testing::Not(HasSubstr(" mm")));
}

TEST(ReportOf, tracksFindingsAsSegmentationsDo) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  auto result = image(from);
  result.measurements.findings.bursalFluidOutlineMm = {{0.5, 0.2}, {4.5, 0.2}, {4.5, -1}, {0.5, -1}};
  const auto report = reportOf(study({result}), {result}, {from}, settings());
  const std::array<const ImageResult*, 1> panes{&result};
  const auto segments = segmentsOf(from, panes, "1").segments;
  ASSERT_EQ(segments.size(), 3U);
  for (const Segment& segment : segments) {
    const auto same = std::find_if(report.groups.begin(), report.groups.end(),
                                   [&](const MeasurementGroup& g) { return g.trackingUid == segment.trackingUid; });
    ASSERT_NE(same, report.groups.end()) << segment.label;
    EXPECT_EQ(same->trackingId, segment.trackingId);
    EXPECT_TRUE(same->region) << segment.label;
  }
}

TEST(ReportOf, trackingDependsOnNoOtherImage) {
  const testdicom::Folder folder;
  const auto first = source(folder, 1);
  const auto second = source(folder, 2);
  const auto result = image(second);
  const auto alone = reportOf(study({result}), {result}, {second}, settings());
  const auto other = image(first);
  const auto both = reportOf(study({other, result}), {other, result}, {first, second}, settings());
  for (const MeasurementGroup& group : alone.groups)
    EXPECT_TRUE(std::any_of(both.groups.begin(), both.groups.end(), [&](const MeasurementGroup& g) {
      return g.trackingId == group.trackingId && g.trackingUid == group.trackingUid;
    })) << group.trackingId;
}

TEST(ReportOf, aReadersWordsStandUnderTheReadersName) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  auto result = reviewed(from, "AB");
  result.review->reason = "the gap is seen on the cine too";
  Annotation remark;
  remark.kind = Annotation::Kind::text;
  remark.frame = 3;
  remark.px = {{20, 20}};
  remark.text = "look here";
  result.review->annotations.push_back(remark);
  const auto report = reportOf(study({result}), {result}, {from}, settings());
  const auto& person = group(report, "review by a person");
  EXPECT_EQ(person.person, "AB");
  EXPECT_THAT(report.persons, testing::Contains("AB"));
  const auto said = [&](const char* name, const std::string& text) {
    return std::find(person.comments.begin(), person.comments.end(), Comment{reportCode(name), text}) !=
           person.comments.end();
  };
  EXPECT_TRUE(said("A215", "the gap is seen on the cine too"));
  EXPECT_TRUE(said("A218", "Frame 4: look here"));
  EXPECT_THAT(report.conclusions, testing::Contains(HasSubstr("AB says: the gap is seen on the cine too")));
}

TEST(ReportOf, aReviewersGradeIsThatPersonsAndTheProgramsStandsBesideIt) {
  const testdicom::Folder folder;
  const auto from = source(folder, 1, 5);
  const auto result = reviewed(from, "A^B=\\");
  const auto report = reportOf(study({result}), {result}, {from}, settings());
  const auto& person = group(report, "review by a person");
  EXPECT_EQ(person.person, "A B");
  EXPECT_FALSE(person.algorithm);
  EXPECT_EQ(values(person, "A100"), std::vector<Code>{codeOf(GradeClass::fullThickness)});
  EXPECT_EQ(values(person, "A210"), std::vector<Code>{codeOf(Verdict::changed)});
  EXPECT_EQ(measure(person, "121206").value, 1.05);
  EXPECT_EQ(measure(person, "121206").geometry->px, (Polyline{{10.25, 12.5}, {20.75, 12.5}}));
  EXPECT_EQ(measure(person, "121206").geometry->image.frames, std::vector<int>{3});
  EXPECT_EQ(measure(person, "1483009").value, 63.4);
  EXPECT_THAT(report.conclusions, testing::Contains(HasSubstr(": changed to full-thickness tear by A B; the program by "
                                                              "itself: partial-thickness tear.")));
  const auto& program = group(report, "assessment");
  EXPECT_TRUE(program.person.empty());
  EXPECT_TRUE(values(program, "A100").empty());
  EXPECT_EQ(values(program, "A106"), std::vector<Code>{codeOf(GradeClass::partialThickness)});
  EXPECT_EQ(values(program, "A107"), std::vector<Code>{codeOf(GradeClass::partialThickness)});
}

TEST(ReportOf, saysWhoDidAStage) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto result = image(from);
  result.measurements.discontinuitiesBy = StageOrigin{"level_set", "1.0.0", "", ""};
  result.anatomy.tendon.by = StageOrigin{"other", "2.0", "", "out of memory"};
  const auto report = reportOf(study({result}), {result}, {from}, settings());
  EXPECT_EQ(group(report, "discontinuity 1").algorithm->name, "plugin level_set");
  EXPECT_EQ(group(report, "discontinuity 1").algorithm->version, "1.0.0");
  EXPECT_EQ(group(report, ", gluteus medius tendon").algorithm->name, "HipCuff");
  std::string said;
  for (const Comment& c : group(report, "assessment").comments)
    said += c.text + "\n";
  EXPECT_THAT(said, HasSubstr("level_set 1.0.0"));
  EXPECT_THAT(said, HasSubstr("out of memory"));
}

TEST(ReportOf, theProfileIsBounded) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto result = image(from);
  auto& profile = result.measurements.thickness.profile;
  profile.clear();
  for (int i = 0; i < 1000; ++i) // 0.25 mm apart, without 100 to 120 mm
    if (i < 400 || i > 480)
      profile.push_back({i * 0.25, 4, 3, 5, 4});
  const auto report = reportOf(study({result}), {result}, {from}, settings());
  const auto& g = group(report, "thickness profile");
  EXPECT_LE(g.measurements.size(), 32U);
  EXPECT_GE(g.measurements.size(), 16U);
  for (const Measurement& m : g.measurements) {
    const double place = m.properties.front().value;
    EXPECT_FALSE(place > 100 && place < 120);
  }
  EXPECT_THAT(g.comments.front().text, HasSubstr("of 919 measured places"));
}

TEST(ReportOf, noFluidIsSaidAndIsNoFinding) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto result = image(from);
  for (const double mm : {0.0, 0.4}) {
    result.measurements.findings.bursalFluidMm = mm;
    const auto report = reportOf(study({result}), {result}, {from}, settings());
    EXPECT_EQ(values(group(report, "assessment"), "A227"), std::vector<Code>{codeOf(mm > 0)});
    EXPECT_EQ(std::any_of(report.groups.begin(), report.groups.end(),
                          [](const MeasurementGroup& g) { return g.trackingId.ends_with("bursal fluid"); }),
              mm > 0);
  }
}

TEST(ReportOf, twoPicturesOnOneScreenAreToldApart) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto left = image(from);
  auto right = image(from, Side::right);
  right.pane = 1;
  right.mmPerPx = Spacing{0.2, 0.2};
  const auto report = reportOf(study({left, right}), {left, right}, {from}, settings());
  EXPECT_EQ(group(report, "picture 1, assessment").laterality, Side::left);
  EXPECT_EQ(group(report, "picture 2, assessment").laterality, Side::right);
  EXPECT_FALSE(report.images.front().laterality);
  EXPECT_FALSE(report.images.front().mmPerPx);
  EXPECT_EQ(report.procedures, std::vector<Code>{reportCode("26250-1")});
  std::set<std::string> uids;
  for (const MeasurementGroup& g : report.groups)
    EXPECT_TRUE(uids.insert(g.trackingUid).second) << g.trackingId;
}

TEST(ReportOf, refusesAnImageThatIsNoSource) {
  const testdicom::Folder folder;
  const auto from = source(folder);
  auto result = image(from);
  result.sopInstanceUid = "1.2.3.99";
  EXPECT_THROW((void)reportOf({}, {result}, {from}, settings()), std::invalid_argument);
}

TEST(ReportCodes, everyWordHasACodeOfItsOwnAndComesBack) {
  for (int i = 0; i <= static_cast<int>(GradeClass::notGradable); ++i)
    EXPECT_EQ(gradeFrom(codeOf(static_cast<GradeClass>(i))), static_cast<GradeClass>(i));
  for (int i = 0; i <= static_cast<int>(Refusal::unsure); ++i)
    EXPECT_EQ(refusalFrom(codeOf(static_cast<Refusal>(i))), static_cast<Refusal>(i));
  EXPECT_EQ(codeOf(GradeClass::fullThickness).meaning, "Full-thickness tear of gluteus medius tendon");
  EXPECT_EQ(codeOf(Refusal::unsure).meaning, "Too little confidence");
  EXPECT_EQ(codeOf(Refusal::colourBox).meaning, "Colour over the tendon");
  EXPECT_EQ(codeOf(Certainty::confirmed).meaning, "Two planes");
  EXPECT_EQ(codeOf(FacetKind::unknown).meaning, "Facet not identified");
  EXPECT_EQ(codeOf(std::optional(CalibrationOrigin::user)).meaning, "Given by a person");
  EXPECT_EQ(codeOf(std::optional(Verdict::refused)).meaning, "Refused as not gradable");
  EXPECT_EQ(codeOf(TearSubtype::Depth::full).meaning, "Full thickness");
  EXPECT_EQ(codeOf(DiscontinuityKind::fullThickness).meaning, "Full-thickness");
  std::set<std::string> seen;
  for (const auto* codes : {&privateCodes(), &publicReportCodes()})
    for (const Code& code : *codes) {
      EXPECT_TRUE(seen.insert(code.value).second) << code.value;
      EXPECT_LE(code.meaning.size(), 64U) << code.meaning;
    }
}

} // namespace
} // namespace testreport
