#include "hipcuff/dicom/results/image_presentation.h"

#include "hipcuff/core/version.h"
#include "label_place.h"
#include "presentation_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testpresentation::resultIn;
using testpresentation::ridgeRow;
using testpresentation::wholePane;

class ImagePresentation : public testing::TestWithParam<int> {
protected:
  testdicom::Folder folder;
  SourceImage source = SourceImage::read(testpresentation::writeImage(folder.path() / "image.dcm", false, GetParam()));
  ImageResult image = resultIn(wholePane(), GetParam());

  [[nodiscard]] Presentation made() const { return presentationOf(source, {&image}, "9.8.7"); }
  static std::vector<std::string> words(const Presentation& p) {
    std::vector<std::string> out;
    for (const auto& t : p.texts)
      out.push_back(t.text);
    return out;
  }
  static std::string all(const Presentation& p) {
    std::string out;
    for (const auto& line : words(p))
      out += line + "\n";
    std::replace(out.begin(), out.end(), '\n', ' ');
    return out;
  }
  static std::vector<PresentationGraphic> on(const Presentation& p, const std::string& layer) {
    std::vector<PresentationGraphic> out;
    for (const auto& g : p.graphics)
      if (g.layer == layer)
        out.push_back(g);
    return out;
  }
};

TEST_P(ImagePresentation, bordersRunAlongTheRidge) {
  const auto p = made();
  const auto borders = on(p, "BORDERS");
  ASSERT_EQ(borders.size(), 3U); // deep; superficial seen and bridged
  EXPECT_FALSE(borders[1].dashed);
  EXPECT_TRUE(borders[2].dashed);
  EXPECT_EQ(borders[1].px.back(), borders[2].px.front());
  for (const auto& g : {borders[1], borders[2]})
    for (double x = g.px.front().x; x <= g.px.back().x; x += 0.5)
      EXPECT_LE(distance(Point{x, ridgeRow(x)}, g.px), presentationTolerancePx + 0.03) << x; // and the stations' chords
  EXPECT_LT(borders[1].px.size(), 40U);                                                      // of 110 stations
  for (const auto& g : p.graphics)
    for (const Point q : g.px)
      EXPECT_EQ(q, (Point{std::round(q.x * 64) / 64, std::round(q.y * 64) / 64}));
}

TEST_P(ImagePresentation, linesLieOnTheMeasuredFrameAndTheGradeOnAll) {
  const auto p = made();
  const std::vector<int> measured = GetParam() > 1 ? std::vector<int>{2} : std::vector<int>{};
  for (const auto& g : p.graphics)
    EXPECT_EQ(g.frames, measured);
  EXPECT_THAT(all(p), HasSubstr("Partial-thickness tear, undersurface, suspected, confidence 82 %"));
  EXPECT_THAT(p.texts.front().frames, IsEmpty());
  EXPECT_THAT(all(p), HasSubstr(notice));
  EXPECT_EQ(all(p).find("Drawn on frame 3 of 4") != std::string::npos, GetParam() > 1);
}

TEST_P(ImagePresentation, calipersStandWhereTheyMeasured) {
  const auto p = made();
  EXPECT_THAT(words(p), Contains("max 6.0 mm (5.7-6.4)"));
  EXPECT_THAT(all(p), AllOf(HasSubstr("at 5 mm: "), Not(HasSubstr("at 10 mm"))));
  EXPECT_THAT(all(p), HasSubstr("tear: length 3.0 mm, depth 3.0 mm (50 %)"));
  const auto calipers = on(p, "CALIPERS");
  // The thickest position is the pane's middle: 40 px from the ridge to the bone.
  ASSERT_GE(calipers.size(), 12U);
  const double middle = 160;
  EXPECT_NEAR(calipers[0].px[0].x, middle, 1.1);
  EXPECT_NEAR(calipers[0].px[0].y, ridgeRow(calipers[0].px[0].x) + 40, 0.05);
  EXPECT_NEAR(calipers[0].px[1].y, ridgeRow(calipers[0].px[1].x), 0.05);
  // The tear's depth: 20 px on the bone.
  const auto depth = std::find_if(calipers.begin(), calipers.end(), [](const auto& g) {
    return g.px.size() == 2 && std::abs(std::abs(g.px[1].y - g.px[0].y) - 20) < 0.8 && g.px[0].x == g.px[1].x;
  });
  EXPECT_NE(depth, calipers.end());
}

TEST_P(ImagePresentation, textsCoverNeitherTheTendonNorEachOtherAndStayInThePane) {
  const auto p = made();
  for (const auto& t : p.texts) {
    ASSERT_TRUE(t.box);
    EXPECT_GE(t.box->begin.x, 10);
    EXPECT_GE(t.box->begin.y, 10);
    EXPECT_LE(t.box->end.x, testpresentation::columns - 11);
    EXPECT_LE(t.box->end.y, testpresentation::rows - 11);
    for (double x = 30; x <= 290; x += 1)
      for (const double below : {0.0, 20.0, 40.0}) {
        const double y = ridgeRow(x) + below;
        EXPECT_FALSE(x > t.box->begin.x && x < t.box->end.x && y > t.box->begin.y && y < t.box->end.y)
            << t.text << " at " << x << ", " << y;
      }
    for (const auto& other : p.texts)
      if (&other != &t) {
        EXPECT_FALSE(t.box->begin.x < other.box->end.x && other.box->begin.x < t.box->end.x &&
                     t.box->begin.y < other.box->end.y && other.box->begin.y < t.box->end.y)
            << t.text << " and " << other.text;
      }
  }
}

TEST_P(ImagePresentation, withoutCalibrationNoMillimetres) {
  image.mmPerPx.reset();
  image.grade = {};
  image.grade.refusals = {Refusal::noCalibration};
  const auto p = made();
  EXPECT_THAT(on(p, "CALIPERS"), IsEmpty());
  EXPECT_THAT(all(p), AllOf(HasSubstr("Not gradable"), HasSubstr("no believable millimetres"), Not(HasSubstr(" mm "))));
  EXPECT_FALSE(on(p, "BORDERS").empty());
  for (const auto& g : on(p, "DISCONTINUITIES"))
    EXPECT_TRUE(g.dashed);
}

TEST_P(ImagePresentation, nothingFoundIsItsReasonAlone) {
  image.anatomy = {};
  image.measurements = {};
  image.grade = {};
  image.frame.reset();
  image.grade.refusals = {Refusal::noCortex};
  const auto p = made();
  EXPECT_THAT(p.graphics, IsEmpty());
  ASSERT_EQ(p.texts.size(), 1U);
  EXPECT_THAT(all(p), AllOf(HasSubstr("No bone surface"), HasSubstr(notice)));
}

TEST_P(ImagePresentation, aPersonsDecisionAndCalipersAreShown) {
  image.review.emplace();
  image.review->by = "J\xC3\xBCrgen";
  image.review->verdict = Verdict::changed;
  image.review->grade = GradeClass::tendinosis;
  image.review->reason = "no fluid\nin it";
  image.review->annotations = {{1, 0, Annotation::Kind::caliper, {{40, 40}, {40, 60}}, "bursa", 3.0},
                               {2, 0, Annotation::Kind::angle, {{200, 30}, {220, 40}, {240, 30}}, "", 127.0},
                               {3, GetParam() - 1, Annotation::Kind::text, {{250, 50}}, "look here", {}}};
  const auto p = made();
  EXPECT_EQ(p.creator, "J\xC3\xBCrgen");
  EXPECT_THAT(all(p), AllOf(HasSubstr("Tendinosis, decided by J\xC3\xBCrgen"), HasSubstr("Because: no fluid in it"),
                            HasSubstr("The program: Partial-thickness tear")));
  EXPECT_THAT(all(p), AllOf(HasSubstr("3.0 mm, bursa"), HasSubstr("127 deg"), HasSubstr("look here")));
  EXPECT_THAT(all(p), Not(HasSubstr("tear: length"))); // not by the person's class
  const std::vector<int> first = GetParam() > 1 ? std::vector<int>{0} : std::vector<int>{};
  EXPECT_THAT(p.graphics,
              Contains(PresentationGraphic{.layer = "CALIPERS", .px = {{40, 40}, {40, 60}}, .frames = first}));
  if (GetParam() > 1) {
    const auto remark =
        std::find_if(p.texts.begin(), p.texts.end(), [](const auto& t) { return t.text == "look here"; });
    ASSERT_NE(remark, p.texts.end());
    EXPECT_EQ(remark->frames, (std::vector<int>{GetParam() - 1}));
  }
}

TEST_P(ImagePresentation, longWordsOfAPersonNeverPushTheNoticeOut) {
  image.review.emplace();
  image.review->verdict = Verdict::refused;
  image.review->by = std::string(500, 'b');
  image.review->reason = std::string(1000, 'r') + " " + std::string(1000, 'e');
  image.review->annotations = {{1, 0, Annotation::Kind::text, {{250, 50}}, std::string(2000, 'a'), {}}};
  const auto p = made();
  EXPECT_THAT(all(p), HasSubstr(notice));
  writePresentation(folder.path() / "state.dcm", source, p, testpresentation::made()); // texts are not too long
}

TEST_P(ImagePresentation, twoPanesInOneObject) {
  const PixelBox left{0, 10, 157, 229};
  const PixelBox right{162, 10, 319, 229};
  const auto a = resultIn(left, GetParam());
  const auto b = resultIn(right, GetParam());
  const auto p = presentationOf(source, {&a, &b}, "9.8.7");
  EXPECT_EQ(on(p, "BORDERS").size(), 6U);
  int notices = 0;
  for (const auto& t : p.texts) {
    std::string flat = t.text;
    std::replace(flat.begin(), flat.end(), '\n', ' ');
    notices += flat.find("Research software") != std::string::npos;
    const auto& pane = t.box->begin.x < 160 ? left : right;
    EXPECT_TRUE(t.box->begin.x >= pane.x0 && t.box->end.x <= pane.x1) << t.text;
  }
  EXPECT_EQ(notices, 1);
}

TEST_P(ImagePresentation, linesEndAtThePicturesEdge) {
  image.anatomy.cortex.segments[0].interfaceMm = {{-10, 3}, {10, 3}, {20, -20}, {30, 3}, {100, 3}};
  const auto bone = on(made(), "CORTEX");
  ASSERT_EQ(bone.size(), 2U);
  EXPECT_EQ(bone[0].px.front().x, -0.5);
  EXPECT_EQ(bone[0].px.back().y, -0.5);
  EXPECT_EQ(bone[1].px.back().x, testpresentation::columns - 0.5);
}

TEST_P(ImagePresentation, refusesResultsOfOtherImages) {
  EXPECT_THROW((void)presentationOf(source, {}, "9.8.7"), std::invalid_argument);
  image.columns = 5;
  EXPECT_THROW((void)made(), std::invalid_argument);
  image.columns = testpresentation::columns;
  image.frame = 9;
  EXPECT_THROW((void)made(), std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(all, ImagePresentation, testing::Values(1, 4),
                         [](const auto& p) { return p.param > 1 ? "cine" : "single"; });

TEST(Wrapped, breaksAtSpacesAndKeepsLongWords) {
  EXPECT_EQ(wrapped("one two three\nfour", 7), "one two\nthree\nfour");
  EXPECT_EQ(wrapped("incomprehensible yes", 5), "incomprehensible\nyes");
  EXPECT_EQ(wrapped("", 5), "");
}

} // namespace
} // namespace hipcuff::dicom
