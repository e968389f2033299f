// DICOM segmentations and reports as references: HipCuff's own, and others' as foreign_objects.py writes them.
#include "made_up.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/dicom/results/measurement_report.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "hipcuff/dicom/results/segmentation_object.h"
#include "hipcuff/validation/masks.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace hipcuff::validation {
namespace {

using test::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;

const std::string testdata = std::string(HIPCUFF_SOURCE_DIR) + "/testdata/";

/// A picture of testdata/ with a program's result on it: a square as tendon, a smaller one in it as discontinuity.
class ObjectReference : public ::testing::Test {
protected:
  void use(const std::string& exam, std::optional<int> frame = 0) {
    path = testdata + exam + (exam.ends_with("cine") ? "/cine.dcm" : "/image.dcm");
    source = dicom::SourceImage::read(path);
    labels = GreyImage(source->columns, source->rows);
    square(labels, 100, 100, 20, 1);
    square(labels, 105, 105, 5, 2);
    SystemImage image;
    image.id = "img-1";
    image.path = path;
    image.sopInstanceUid = source->sopInstanceUid;
    image.exam = source->studyInstanceUid;
    image.rows = source->rows;
    image.columns = source->columns;
    image.frame = frame;
    image.side = Side::left;
    image.mmPerPx = Spacing{0.1, 0.1};
    image.mask = folder.write("label.png", encodePng(labels));
    image.answer.grade = GradeClass::partialThickness;
    image.answer.thicknessMeanMm = 4;
    system = {};
    system.images = {image};
    std::filesystem::create_directory(folder / "objects");
  }
  static void square(GreyImage& image, int x0, int y0, int side, std::uint8_t value) {
    for (int y = y0; y < y0 + side; ++y)
      for (int x = x0; x < x0 + side; ++x)
        image.at(x, y) = value;
  }

  /// Objects of another program. @param what see foreign_objects.py
  void foreign(const std::string& what) const {
    const std::string command = "/usr/bin/python3 '" HIPCUFF_SOURCE_DIR "/tests/validation/foreign_objects.py' '" +
                                (folder / "objects").string() + "' '" + path + "' '" + what + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  [[nodiscard]] Reference reference(const std::vector<std::string>& map = {}) const {
    return readReference(folder / "objects", {parseTableMap(map), {}});
  }
  [[nodiscard]] Matched matched(const Reference& from, const MatchOptions& options = {}) const {
    return match(system, from, options);
  }
  /// Of the one image with both.
  [[nodiscard]] std::vector<StructureOverlap> overlaps(const Matched& m) const {
    const Case* c = caseOf(m, "img-1");
    if (!c || !c->masks)
      return {};
    return compareMasks(*c->masks);
  }
  static std::string allLeftovers(const Matched& m) {
    std::string out;
    for (const Leftover& l : m.leftovers)
      out += l.what + ": " + l.why + "\n";
    return out;
  }
  static std::string allWarnings(const Matched& m) {
    std::string out;
    for (const std::string& w : m.warnings)
      out += w + "\n";
    return out;
  }

  /// HipCuff's own segmentation of label maps: the tendon is both labels, as segmentsOf() has it.
  void writeOwn(const std::map<int, GreyImage>& frames, const std::string& creator = {}) const {
    dicom::Segmentation content;
    content.creator = creator;
    for (const int label : {1, 2}) {
      dicom::Segment segment;
      segment.label = label == 1 ? "Gluteus medius tendon" : "Discontinuity 1";
      segment.category = {"123037004", "SCT", "Anatomical Structure"};
      segment.type = dicom::privateCode(label == 1 ? "A001" : "A002");
      segment.algorithm = "HipCuff";
      for (const auto& [frame, image] : frames) {
        dicom::PackedMask mask(image.width, image.height);
        for (int y = 0; y < image.height; ++y)
          for (int x = 0; x < image.width; ++x)
            if (image.at(x, y) >= label)
              mask.set(x, y);
        if (mask.count() > 0)
          segment.masks.push_back({frame, mask, source->sopInstanceUid});
      }
      if (!segment.masks.empty())
        content.segments.push_back(std::move(segment));
    }
    (void)dicom::writeSegmentation(folder / "objects" / (creator + "seg.dcm"), *source, content,
                                   {"HipCuff", "1.0", "", "2026-01-31T09:30:05Z"});
  }

  /// A group of HipCuff's own report. @param label as reports have it: "Image 1, picture 2 of 2"
  [[nodiscard]] dicom::MeasurementGroup group(const std::string& label, const char* finding) const {
    dicom::MeasurementGroup out;
    out.trackingId = label;
    out.trackingUid = dicom::uidFromText(label + finding);
    out.finding = dicom::reportCode(finding);
    out.site = dicom::reportCode("A001");
    out.laterality = Side::left;
    out.images = {{source->sopClassUid, source->sopInstanceUid, {}}};
    return out;
  }
  [[nodiscard]] static dicom::Measurement mean(double mm) {
    dicom::Measurement out;
    out.name = dicom::reportCode("A180");
    out.value = mm;
    out.unit = dicom::reportCode("mm");
    out.derivation = dicom::reportCode("373098007");
    return out;
  }
  void writeOwn(const std::vector<dicom::MeasurementGroup>& groups) const {
    dicom::MeasurementReport report;
    report.device = dicom::Device{"2.25.7", "HipCuff", "HipCuff", "HipCuff sr", {}};
    report.procedures = {dicom::reportCode("24760-1")};
    report.images = {{{source->sopClassUid, source->sopInstanceUid, {}}, {}, {}, {}, {}, {}, {}, {}, {}}};
    report.groups = groups;
    for (const auto& g : groups)
      if (!g.person.empty())
        report.persons = {g.person};
    const dicom::Provenance made{"HipCuff", "1.0", "", "2026-01-31T09:30:05Z"};
    dicom::writeMeasurementReport(folder / "objects/sr.dcm", {*source},
                                  dicom::identifyMeasurementReport({*source}, report, made), made, report);
  }

  TemporaryFolder folder;
  std::string path;
  std::optional<dicom::SourceImage> source;
  GreyImage labels;
  SystemResults system;
};

TEST_F(ObjectReference, OwnSegmentationOfTheSameOutlinesIsEqual) {
  use("full-left-long");
  writeOwn({{0, labels}});
  const Matched m = matched(reference());
  const auto all = overlaps(m);
  ASSERT_EQ(all.size(), 3U) << allLeftovers(m);
  for (const StructureOverlap& o : all) {
    EXPECT_EQ(o.dice, 1) << toString(o.structure);
    EXPECT_NEAR(o.distance->hausdorffMm, 0, 1e-6);
  }
  EXPECT_THAT(allWarnings(m), HasSubstr("not independent"));
}

TEST_F(ObjectReference, ShiftedOutlinesHaveTheirKnownDice) {
  use("full-left-long");
  GreyImage shifted(labels.width, labels.height);
  square(shifted, 103, 100, 20, 1);
  writeOwn({{0, shifted}});
  const auto all = overlaps(matched(reference()));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_DOUBLE_EQ(all[0].dice.value(), 17.0 / 20);
  EXPECT_NEAR(all[0].distance->hausdorffMm, 0.3, 1e-6);
  EXPECT_EQ(all[2].presence, Presence::systemOnly); // HipCuff looks for discontinuities: none is an answer
}

TEST_F(ObjectReference, OthersAreKnownByTheirWordsOrByACodeOfTheirType) {
  use("full-left-long");
  foreign("words");
  const Matched m = matched(reference());
  const auto all = overlaps(m);
  ASSERT_EQ(all.size(), 3U) << allLeftovers(m);
  EXPECT_EQ(all[0].dice, 1);
  EXPECT_EQ(all[2].dice, 1);
  EXPECT_THAT(allWarnings(m), HasSubstr("words.dcm: passed over are the segments 'Bone' (Tissue)"));
  EXPECT_THAT(allWarnings(m), HasSubstr("The outlines of DOE JANE are the reference for outlines."));
  EXPECT_THAT(allWarnings(m), Not(HasSubstr("not independent")));
}

TEST_F(ObjectReference, ALabelThatSaysNothingGoesByItsType) {
  use("full-left-long");
  foreign("generic");
  const Matched m = matched(reference());
  const auto all = overlaps(m);
  // No tear was drawn anywhere: outlines of the whole tendon.
  ASSERT_EQ(all.size(), 1U) << allLeftovers(m);
  EXPECT_EQ(all[0].dice, 1);
  EXPECT_THAT(allWarnings(m), HasSubstr("outlines of the whole tendon"));
}

TEST_F(ObjectReference, UnknownSegmentsAreRefusedWithWhatThereIsUntilSomebodySays) {
  use("full-left-long");
  foreign("unknown");
  EXPECT_THAT(errorOf([&] { return reference(); }),
              testing::AllOf(HasSubstr("unknown.dcm"),
                             HasSubstr("it has 'Supraspinatus tendon' (Tendon), 'Sehne X' (Tissue)"),
                             HasSubstr("--map 'segment:Supraspinatus tendon=tendon'"), Not(HasSubstr("\n"))));
  const Matched m = matched(reference({"segment:Sehne X=tendon"}));
  const auto all = overlaps(m);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].dice, 1);
}

TEST_F(ObjectReference, OfACineOnlyTheSameFrameIsCompared) {
  use("undersurface-left-cine", 4);
  foreign("cine");
  const auto same = overlaps(matched(reference()));
  ASSERT_EQ(same.size(), 3U);
  EXPECT_EQ(same[0].dice, 1);
  EXPECT_EQ(same[2].dice, 1);

  system.images[0].frame = 2; // only the tear was drawn there
  const auto tear = overlaps(matched(reference()));
  ASSERT_EQ(tear.size(), 1U);
  EXPECT_EQ(tear[0].structure, Structure::discontinuity);

  system.images[0].frame = 3;
  const Matched other = matched(reference());
  EXPECT_TRUE(overlaps(other).empty());
  EXPECT_THAT(allLeftovers(other), HasSubstr("outlines frames 2, 4, the program frame 3: not compared"));

  system.images[0].mask.clear(); // nothing found in the whole cine: missed whatever the frame
  const Matched none = matched(reference());
  ASSERT_FALSE(overlaps(none).empty()) << allLeftovers(none);
  EXPECT_EQ(overlaps(none)[0].presence, Presence::referenceOnly);
}

TEST_F(ObjectReference, OutlinesOfTwoReadersAreNotMixed) {
  use("full-left-long");
  foreign("readers");
  const Matched both = matched(reference());
  EXPECT_TRUE(overlaps(both).empty());
  EXPECT_THAT(allLeftovers(both), HasSubstr("is outlined by DOE JANE and ROE RICHARD"));
  MatchOptions options;
  options.standard = "ROE RICHARD";
  const Matched one = matched(reference(), options);
  ASSERT_EQ(overlaps(one).size(), 1U) << allLeftovers(one);
  EXPECT_DOUBLE_EQ(overlaps(one)[0].dice.value(), 17.0 / 20);
  EXPECT_THAT(allWarnings(one), HasSubstr("On 1 image outlines of other readers"));
  options.standard = "R2";
  const Matched named = matched(reference({"reader:Roe^Richard=R2"}), options);
  ASSERT_EQ(overlaps(named).size(), 1U);
  EXPECT_DOUBLE_EQ(overlaps(named)[0].dice.value(), 17.0 / 20);
}

TEST_F(ObjectReference, BadObjectsAreListedAndTheOthersUsed) {
  use("full-left-long");
  foreign("bad");
  foreign("generic");
  const Matched m = matched(reference());
  EXPECT_EQ(overlaps(m).size(), 1U);
  const std::string left = allLeftovers(m);
  EXPECT_THAT(left, HasSubstr("fractional.dcm: it is a segmentation of the kind FRACTIONAL"));
  EXPECT_THAT(left, HasSubstr("the mask has 400 x 300 pixels, the picture " + std::to_string(labels.width)));
  EXPECT_THAT(left, HasSubstr("cut.dcm: "));
  EXPECT_THAT(left, HasSubstr("1.2.3.4.5 (stranger.dcm): is not among the results"));
  EXPECT_THAT(errorOf([&] { return readReference(folder / "objects/fractional.dcm"); }), HasSubstr("FRACTIONAL"));
  EXPECT_THAT(errorOf([&] { return readReference(path); }), HasSubstr("is neither a DICOM segmentation nor"));
}

TEST_F(ObjectReference, ATableBesideThemIsReadToo) {
  use("full-left-long");
  foreign("generic");
  std::ofstream(folder / "objects/surgery.csv") << "sop_instance_uid,class,patient\n"
                                                << source->sopInstanceUid << ",full_thickness,P1\n";
  const Matched m = matched(reference());
  EXPECT_EQ(overlaps(m).size(), 1U);
  EXPECT_EQ(caseOf(m, "img-1")->reference()->grade, GradeClass::fullThickness);
  EXPECT_EQ(caseOf(m, "img-1")->patient, "P1");
}

TEST_F(ObjectReference, EachPaneIsComparedWithItsPartOfTheScreen) {
  use("full-left-long");
  system.images[0].box = PixelBox{0, 0, 149, labels.height - 1};
  SystemImage right = system.images[0];
  right.id = "img-2";
  right.pane = 1;
  right.box = PixelBox{150, 0, labels.width - 1, labels.height - 1};
  GreyImage other(labels.width, labels.height);
  square(other, 200, 100, 20, 1);
  right.mask = folder.write("right.png", encodePng(other));
  system.images.push_back(right);
  GreyImage screen = labels;
  square(screen, 202, 100, 20, 1);
  writeOwn({{0, screen}});
  const Matched m = matched(reference());
  EXPECT_EQ(overlaps(m).at(0).dice, 1);
  ASSERT_TRUE(caseOf(m, "img-2")->masks);
  EXPECT_DOUBLE_EQ(compareMasks(*caseOf(m, "img-2")->masks).at(0).dice.value(), 18.0 / 20);
}

TEST_F(ObjectReference, AReportOfAnotherProgramIsReadByItsWords) {
  use("full-left-long");
  foreign("report");
  const Reference read = reference();
  ASSERT_EQ(read.entries.size(), 1U);
  const ReferenceEntry& entry = read.entries[0];
  EXPECT_EQ(entry.sopInstanceUid, source->sopInstanceUid);
  EXPECT_EQ(entry.source.name, "DOE JANE");
  EXPECT_EQ(entry.answer.grade, GradeClass::partialThickness);
  EXPECT_DOUBLE_EQ(entry.answer.thicknessMeanMm.value(), 4.5);
  EXPECT_DOUBLE_EQ(entry.answer.thicknessMaxMm.value(), 5.25);
  EXPECT_DOUBLE_EQ(entry.answer.tearLengthMm.value(), 6.5);
  EXPECT_FALSE(entry.answer.depthFraction); // nobody said it
  MatchOptions options;
  options.standard = "DOE JANE";
  const Matched m = matched(read, options);
  EXPECT_EQ(caseOf(m, "img-1")->reference()->thicknessMeanMm, 4.5);
  EXPECT_THAT(allWarnings(m), HasSubstr("report.dcm: passed over is what is said of 'Gluteus minimus tendon'"));
}

TEST_F(ObjectReference, WhatAReportLeavesOpenIsMissingNotZero) {
  use("full-left-long");
  foreign("odd report");
  EXPECT_THAT(errorOf([&] { return reference(); }), HasSubstr("says nothing of a gluteus medius tendon"));
  const Reference read = reference({"class:Teilriss=partial_thickness"});
  ASSERT_EQ(read.entries.size(), 1U);
  EXPECT_EQ(read.entries[0].answer.grade, GradeClass::partialThickness);
  EXPECT_FALSE(read.entries[0].answer.thicknessMeanMm); // pixels are no millimetres
  EXPECT_FALSE(read.entries[0].answer.thicknessMaxMm);  // nor is 0 a thickness
  std::string said;
  for (const std::string& w : read.warnings)
    said += w + "\n";
  EXPECT_THAT(said, HasSubstr("which says neither mean nor largest"));
  EXPECT_THAT(said, HasSubstr("in the unit '{pixels}'"));
}

TEST_F(ObjectReference, AReviewedReportIsTheReviewers) {
  use("full-left-long");
  auto program = group("Image 1, assessment", "A241");
  program.evaluations = {{dicom::reportCode("A106"), dicom::codeOf(GradeClass::fullThickness)},
                         {dicom::reportCode("A107"), dicom::codeOf(GradeClass::fullThickness)}};
  auto review = group("Image 1, review by a person", "A242");
  review.person = "Reader A";
  review.evaluations = {{dicom::reportCode("A100"), dicom::codeOf(GradeClass::tendinosis)}};
  auto tendon = group("Image 1, gluteus medius tendon", "A001");
  tendon.measurements = {mean(4.25)};
  auto ofFacet = mean(9);
  ofFacet.modifiers = {{dicom::reportCode("A190"), dicom::codeOf(FacetKind::lateral)}};
  tendon.measurements.push_back(ofFacet);
  writeOwn({program, review, tendon});
  const Reference read = reference();
  ASSERT_EQ(read.entries.size(), 1U) << "the program's own class is no reference beside the reviewer's";
  EXPECT_EQ(read.entries[0].source.name, "Reader A");
  EXPECT_EQ(read.entries[0].answer.grade, GradeClass::tendinosis);
  EXPECT_EQ(read.entries[0].answer.thicknessMeanMm, 4.25);

  // Without a verdict the class is the program's, and nobody's in particular.
  review.evaluations.clear();
  program.evaluations = {{dicom::reportCode("A100"), dicom::codeOf(GradeClass::fullThickness)}};
  std::filesystem::remove(folder / "objects/sr.dcm");
  writeOwn({program, review, tendon});
  const Reference open = reference();
  ASSERT_EQ(open.entries.size(), 1U);
  EXPECT_EQ(open.entries[0].source.name, "");
  EXPECT_EQ(open.entries[0].answer.grade, GradeClass::fullThickness);
}

TEST_F(ObjectReference, EachPaneOfAReportIsItsOwn) {
  use("full-left-long");
  std::vector<dicom::MeasurementGroup> groups;
  for (const int pane : {1, 2}) {
    auto one = group("Image 1, picture " + std::to_string(pane) + " of 2, assessment", "A241");
    one.evaluations = {
        {dicom::reportCode("A100"), dicom::codeOf(pane == 1 ? GradeClass::normal : GradeClass::partialThickness)}};
    groups.push_back(std::move(one));
  }
  writeOwn(groups);
  const Reference read = reference();
  ASSERT_EQ(read.entries.size(), 2U);
  EXPECT_EQ(read.entries[0].pane, 0);
  EXPECT_EQ(read.entries[0].answer.grade, GradeClass::normal);
  EXPECT_EQ(read.entries[1].pane, 1);
  EXPECT_EQ(read.entries[1].answer.grade, GradeClass::partialThickness);
}

TEST_F(ObjectReference, NumbersOfAnotherFrameAreNotComparedUnlessAskedFor) {
  use("undersurface-left-cine", 3);
  foreign("cine report");
  MatchOptions options;
  options.standard = "DOE JANE";
  const Matched strict = matched(reference(), options);
  EXPECT_EQ(caseOf(strict, "img-1")->reference(), nullptr);
  EXPECT_THAT(allLeftovers(strict), HasSubstr("was measured on frame 2, by the program on frame 3"));
  options.anyFrame = true;
  const Matched any = matched(reference(), options);
  ASSERT_NE(caseOf(any, "img-1")->reference(), nullptr) << allLeftovers(any);
  EXPECT_EQ(caseOf(any, "img-1")->reference()->thicknessMeanMm, 4.0);
  system.images[0].frame = 2;
  options.anyFrame = false;
  EXPECT_EQ(caseOf(matched(reference(), options), "img-1")->reference()->thicknessMeanMm, 4.0);
}

} // namespace
} // namespace hipcuff::validation
