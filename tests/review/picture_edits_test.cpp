// Scale, region, view, frame, extent and a tendon drawn anew; what cannot be done is refused and changes nothing.
#include "reviewed_picture.h"
#include "same_result.h"
#include "temp_folder.h"

#include "hipcuff/core/png.h"
#include "hipcuff/grading/tears.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace hipcuff::review {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

double thickness(const TendonStation& s) {
  return distance(s.cortexMm, s.superficialMm);
}

/// The same picture as a PNG: nothing says how large it is or what it shows.
Opened openedWithoutScale(const ReviewFolder& folder, const std::string& exam, const OpenOptions& options) {
  const Cine cine = openCine(testdata(exam));
  const auto file = folder.path() / "picture.png";
  write(file, encodePng(cine.source->frame(0)));
  return opened(openCine(file, options));
}

TEST(Calibrate, ARulerGivesMillimetresAndAGrade) {
  const ReviewFolder folder;
  const Opened reference = opened("normal-left-long");
  const Opened picture =
      openedWithoutScale(folder, "normal-left-long", {{}, BodyRegion::lateralHip, Side::left, View::longAxis});
  ASSERT_FALSE(picture.result.mmPerPx);
  ASSERT_THAT(picture.result.grade.refusals, ElementsAre(Refusal::noCalibration));
  ImageReview review = picture.review();
  const double mmPerPx = reference.result.mmPerPx->y;
  review.apply(by(Calibrate{{100, 100}, {100, 300}, 200 * mmPerPx}));
  const ImageResult& now = review.current();
  ASSERT_TRUE(now.mmPerPx);
  EXPECT_NEAR(now.mmPerPx->x, mmPerPx, 1e-9);
  EXPECT_NEAR(now.mmPerPx->y, mmPerPx, 1e-9);
  EXPECT_EQ(now.calibrationOrigin, CalibrationOrigin::user);
  EXPECT_EQ(now.grade.grade, GradeClass::normal);
  ASSERT_TRUE(now.measurements.thickness.summary);
  EXPECT_NEAR(now.measurements.thickness.summary->meanMm, reference.result.measurements.thickness.summary->meanMm, 0.3);
  review.undo();
  expectSame(review.current(), picture.result);
}

TEST(Calibrate, AFileWithItsOwnMillimetresKeepsThem) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  EXPECT_THROW(review.apply(by(Calibrate{{100, 100}, {100, 300}, 10})), InputError);
  EXPECT_FALSE(review.canUndo());
}

TEST(Calibrate, MillimetresGivenWhenItWasAnalysedHoldAfterAnEdit) {
  const ReviewFolder folder;
  const double mm = opened("normal-left-long").result.mmPerPx->x;
  Opened picture = openedWithoutScale(folder, "normal-left-long",
                                      {Spacing{mm, mm}, BodyRegion::lateralHip, Side::left, View::longAxis});
  ASSERT_EQ(picture.result.calibrationOrigin, CalibrationOrigin::user);
  // Opened again by the viewer, which knows nothing of that option.
  picture.pictures = accessTo(std::make_shared<const Cine>(openCine(folder.path() / "picture.png")));
  ImageReview review = picture.review();
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.2, 10, 20)}));
  EXPECT_EQ(review.current().mmPerPx, picture.result.mmPerPx);
  EXPECT_EQ(review.current().grade.grade, picture.result.grade.grade);
  review.apply(by(Calibrate{{100, 100}, {100, 300}, 250 * mm})); // it was wrong: a ruler puts it right
  EXPECT_NEAR(review.current().mmPerPx->x, 1.25 * mm, 1e-9);
}

TEST(Calibrate, ASlipIsRefused) {
  const ReviewFolder folder;
  const Opened picture = openedWithoutScale(folder, "normal-left-long", {{}, BodyRegion::lateralHip, {}, {}});
  ImageReview review = picture.review();
  EXPECT_THROW(review.apply(by(Calibrate{{100, 100}, {100, 100}, 10})), InputError);
  EXPECT_THROW(review.apply(by(Calibrate{{100, 100}, {100, 300}, 0})), InputError);
  EXPECT_THROW(review.apply(by(Calibrate{{100, 100}, {100, 300}, 1000})), InputError);
  EXPECT_FALSE(review.current().mmPerPx);
}

TEST(Calibrate, LinesDrawnBeforeActAfterIt) {
  const ReviewFolder folder;
  const Opened picture =
      openedWithoutScale(folder, "normal-left-long", {{}, BodyRegion::lateralHip, {}, View::longAxis});
  ImageReview review = picture.review();
  ASSERT_TRUE(picture.result.anatomy.tendon.found());
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 0.8, 15, 30)}));
  EXPECT_FALSE(review.current().measurements.thickness.summary); // no millimetres from a nominal scale
  review.apply(by(Calibrate{{100, 100}, {100, 300}, 16}));
  const auto& stations = review.current().anatomy.tendon.stations;
  EXPECT_GT(std::count_if(stations.begin(), stations.end(), [](const auto& s) { return s.superficialByHand; }), 10);
  EXPECT_TRUE(review.current().measurements.thickness.summary);
}

TEST(Region, AWordThatItIsAHipLiftsTheRefusal) {
  const ReviewFolder folder;
  const Opened reference = opened("full-left-long");
  const double mm = reference.result.mmPerPx->x;
  const Opened picture = openedWithoutScale(folder, "full-left-long", {Spacing{mm, mm}, {}, {}, View::longAxis});
  ASSERT_THAT(picture.result.grade.refusals, ElementsAre(Refusal::regionUnconfirmed));
  ImageReview review = picture.review();
  review.apply(by(SetRegion{BodyRegion::lateralHip}));
  EXPECT_EQ(review.current().grade.grade, GradeClass::fullThickness);
  EXPECT_EQ(review.current().bodyRegion.origin, "user");
  EXPECT_TRUE(review.current().measurements.thickness.summary);
  review.apply(by(SetRegion{BodyRegion::other}));
  EXPECT_THAT(review.current().grade.refusals, ElementsAre(Refusal::notAHip));
  EXPECT_FALSE(review.current().measurements.thickness.summary);
}

TEST(SideAndView, AreTheUsers) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  review.apply(by(SetSide{Side::right}));
  EXPECT_EQ(review.current().side.value, Side::right);
  EXPECT_EQ(review.current().side.origin, "user");
  EXPECT_EQ(*picture.decoded, 0); // nothing to measure anew
  EXPECT_EQ(review.current().grade.probabilities, picture.result.grade.probabilities);
  review.apply(by(SetView{View::shortAxis}));
  EXPECT_EQ(review.current().view.value, View::shortAxis);
  for (const TendonStation& s : review.current().anatomy.tendon.stations)
    EXPECT_FALSE(s.fibreAngleDeg); // the fibres run through the picture now
  review.apply(by(SetView{View::longAxis}));
  EXPECT_EQ(review.current().anatomy.tendon.stations[10].fibreAngleDeg,
            picture.result.anatomy.tendon.stations[10].fibreAngleDeg);
}

TEST(Cine, EditedGeometryIsGradedFromItsFrameAlone) {
  const Opened picture = opened("undersurface-left-cine");
  const int frame = *picture.result.frame;
  ImageReview review = picture.review();
  review.apply(by(SetSide{Side::right}, frame));
  EXPECT_EQ(review.current().grade.reasons, picture.result.grade.reasons); // the cine's grade stands
  const Polyline px = shifted(picture.result, Border::superficial, 0.2, 5, 15);
  review.apply(by(RedrawBorder{Border::superficial, px}, frame));
  EXPECT_THAT(review.current().grade.reasons, Contains(HasSubstr("frame " + std::to_string(frame) + " alone")));
  EXPECT_EQ(review.current().frameSummaries.size(), picture.result.frameSummaries.size());
  EXPECT_EQ(review.current().measurements.discontinuities.at(0).framesSeen,
            picture.result.measurements.discontinuities.at(0).framesSeen);
}

TEST(Cine, EditsStayWithTheFrameTheyWereMadeOn) {
  const Opened picture = opened("undersurface-left-cine");
  const int frame = *picture.result.frame;
  const int other = frame == 0 ? 1 : frame - 1;
  ImageReview review = picture.review();
  const Polyline px = shifted(picture.result, Border::superficial, 0.5, 5, 15);
  review.apply(by(RedrawBorder{Border::superficial, px}, frame));
  const auto byHand = [&] {
    const auto& stations = review.current().anatomy.tendon.stations;
    return std::count_if(stations.begin(), stations.end(), [](const auto& s) { return s.superficialByHand; });
  };
  EXPECT_EQ(byHand(), 11);
  review.apply(by(SetFrame{other}, other));
  EXPECT_EQ(review.current().frame, other);
  EXPECT_EQ(byHand(), 0);
  EXPECT_TRUE(review.current().picture);
  EXPECT_THROW(review.apply(by(RedrawBorder{Border::superficial, px}, frame)), InputError);
  review.apply(by(SetFrame{frame}, frame));
  EXPECT_EQ(byHand(), 11);
  EXPECT_EQ(review.edits().size(), 3u);
  EXPECT_THROW(review.apply(by(SetFrame{10000}, frame)), InputError);
}

class NoTendon final : public TendonSegmenter {
public:
  Tendon segment(const Frame&, const WorkingFrame&, const Cortex&, std::optional<View>) const override { return {}; }
};

TEST(DrawTendon, WhereNoneWasFoundItIsMeasuredAndGradedFromItsTissue) {
  for (const char* exam : {"normal-left-long", "full-left-long", "undersurface-right-long"}) {
    const Opened reference = opened(exam);
    Stages stages = builtinStages();
    stages.tendon = std::make_shared<NoTendon>();
    Cine cine = openCine(testdata(exam));
    SilentProgress silent;
    ImageResult none =
        Analyzer({.stages = stages, .criteria = builtinCriteria(), .frames = {}}).analyze(cine, silent).front();
    ASSERT_THAT(none.grade.refusals, Contains(Refusal::noTendon));
    ImageReview review(none, accessTo(std::make_shared<const Cine>(std::move(cine))), stages, builtinCriteria());
    const auto last = reference.result.anatomy.tendon.stations.size() - 1;
    DrawTendon drawn{shifted(reference.result, Border::cortex, 0, 0, last),
                     shifted(reference.result, Border::superficial, 0, 0, last),
                     reference.result.anatomy.tendon.arrivesFromLeft};
    review.apply(by(drawn));
    const ImageResult& now = review.current();
    ASSERT_TRUE(now.anatomy.tendon.found());
    EXPECT_THAT(now.grade.refusals, IsEmpty()) << exam;
    EXPECT_EQ(now.grade.grade, reference.result.grade.grade) << exam;
    ASSERT_TRUE(now.measurements.thickness.summary);
    EXPECT_NEAR(now.measurements.thickness.summary->meanMm, reference.result.measurements.thickness.summary->meanMm,
                0.2); // the tissue is told anew over the drawn line alone: a gap may end a station earlier
    EXPECT_TRUE(now.measurements.findings.tornAreaMm2); // the tissue was looked at
    EXPECT_EQ(now.anatomy.tendon.arrivesFromLeft, drawn.arrivesFromLeft);
    const TendonStation& first = now.anatomy.tendon.stations.front();
    EXPECT_NEAR(distance(first.cortexMm, reference.result.anatomy.tendon.stations.front().cortexMm), 0, 0.4);
    EXPECT_TRUE(first.superficialByHand && first.cortexByHand);
    ASSERT_TRUE(now.anatomy.tendon.stations[20].fibreAngleDeg);
    EXPECT_NEAR(*now.anatomy.tendon.stations[20].fibreAngleDeg,
                *reference.result.anatomy.tendon.stations[20].fibreAngleDeg, 3);
    EXPECT_TRUE(std::any_of(now.anatomy.cortex.segments.begin(), now.anatomy.cortex.segments.end(),
                            [](const CortexSegment& s) { return s.confidence == 1; }));
    EXPECT_TRUE(std::any_of(now.anatomy.cortex.facets.begin(), now.anatomy.cortex.facets.end(),
                            [](const Facet& f) { return f.kind == FacetKind::lateral; }));
  }
}

TEST(DrawTendon, FromTheOtherSideItArrivesThere) {
  const Opened picture = opened("normal-left-long");
  const auto last = picture.result.anatomy.tendon.stations.size() - 1;
  ImageReview review = picture.review();
  Polyline cortex = shifted(picture.result, Border::cortex, 0, 0, last);
  std::reverse(cortex.begin(), cortex.end()); // in whichever direction it is drawn
  review.apply(by(DrawTendon{cortex, shifted(picture.result, Border::superficial, 0, 0, last),
                             !picture.result.anatomy.tendon.arrivesFromLeft}));
  const Tendon& tendon = review.current().anatomy.tendon;
  EXPECT_NE(tendon.arrivesFromLeft, picture.result.anatomy.tendon.arrivesFromLeft);
  EXPECT_EQ(tendon.stations.front().cortexMm.x < tendon.stations.back().cortexMm.x, tendon.arrivesFromLeft);
  EXPECT_EQ(tendon.stations.front().positionMm, 0);
}

TEST(SetExtent, DropsWhatLiesOutsideAndCountsFromTheArrival) {
  const Opened picture = opened("normal-left-long");
  const auto& before = picture.result.anatomy.tendon.stations;
  ImageReview review = picture.review();
  const auto px = [&](std::size_t i) { return picture.result.toFullPixels(before[i].cortexMm); };
  review.apply(by(SetExtent{px(8), px(40)}));
  const auto& now = review.current().anatomy.tendon.stations;
  ASSERT_EQ(now.size(), 33u);
  EXPECT_EQ(now.front().cortexMm, before[8].cortexMm);
  EXPECT_EQ(now.front().positionMm, 0);
  EXPECT_NEAR(now.back().positionMm, 8, 1e-9);
  EXPECT_EQ(now.back().superficialMm, before[40].superficialMm);
  EXPECT_EQ(review.current().measurements.thickness.profile.size(), 33u);
}

TEST(SetExtent, GrowsAlongTheBoneWithTheBordersAsTheyRan) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  const auto& all = picture.result.anatomy.tendon.stations;
  const auto px = [&](std::size_t i) { return picture.result.toFullPixels(all[i].cortexMm); };
  review.apply(by(SetExtent{px(10), px(40)}));
  review.apply(by(SetExtent{px(0), px(46)})); // back to where the program had it, and on
  const auto& now = review.current().anatomy.tendon.stations;
  ASSERT_NEAR(static_cast<double>(now.size()), 47, 2);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_LT(distance(now[i].cortexMm, all[i].cortexMm), 0.5) << i; // the same bone
    EXPECT_NEAR(thickness(now[i]), thickness(all[10]), 1e-6) << i;
    EXPECT_TRUE(now[i].superficialInferred);
    EXPECT_NEAR(now[i].positionMm, 0.25 * static_cast<double>(i), 1e-9);
    EXPECT_TRUE(now[i].fibreAngleDeg);
  }
  EXPECT_FALSE(now[20].superficialInferred && !all[20].superficialInferred);
  EXPECT_TRUE(review.current().measurements.findings.tornAreaMm2);
}

TEST(SetExtent, TheArrivalOnTheOtherEndTurnsTheTendonRound) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  const auto& all = picture.result.anatomy.tendon.stations;
  const auto px = [&](std::size_t i) { return picture.result.toFullPixels(all[i].cortexMm); };
  review.apply(by(SetExtent{px(40), px(5)}));
  const Tendon& now = review.current().anatomy.tendon;
  EXPECT_NE(now.arrivesFromLeft, picture.result.anatomy.tendon.arrivesFromLeft);
  EXPECT_EQ(now.stations.front().cortexMm, all[40].cortexMm);
  EXPECT_EQ(now.stations.front().positionMm, 0);
}

TEST(Borders, TheCortexTakesTheBoneAndTheUndersideWithIt) {
  const Opened picture = opened("normal-left-long");
  const auto& before = picture.result.anatomy.tendon.stations;
  ImageReview review = picture.review();
  review.apply(by(RedrawBorder{Border::cortex, shifted(picture.result, Border::cortex, -0.5, 15, 30)}));
  const auto& now = review.current().anatomy.tendon.stations;
  for (std::size_t i = 15; i <= 30; ++i) {
    EXPECT_EQ(now[i].superficialMm, before[i].superficialMm) << i; // stays where it is in the picture
    EXPECT_NEAR(thickness(now[i]), thickness(before[i]) + 0.5, 0.02) << i;
    EXPECT_TRUE(now[i].cortexByHand);
    if (before[i].deepMm == before[i].cortexMm) {
      EXPECT_EQ(now[i].deepMm, now[i].cortexMm) << i;
    }
    double nearest = 1e9;
    for (const CortexSegment& segment : review.current().anatomy.cortex.segments)
      nearest = std::min(nearest, distance(now[i].cortexMm, segment.interfaceMm));
    EXPECT_LT(nearest, 0.3) << i;
  }
  EXPECT_EQ(now[31].cortexMm, before[31].cortexMm);
}

TEST(Borders, TissueStaysWhereItIsInThePictureWhenTheCortexIsMoved) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  const auto last = picture.result.anatomy.tendon.stations.size() - 1;
  // Within what the classifier's map is cut to, not told anew.
  review.apply(by(RedrawBorder{Border::cortex, shifted(picture.result, Border::cortex, -0.45, 0, last)}));
  ASSERT_EQ(review.current().measurements.discontinuities.size(), 1u);
  const auto top = [](const ImageResult& image) {
    double y = 1e9;
    for (const Point p : image.measurements.discontinuities.front().polygonMm)
      y = std::min(y, p.y);
    return y;
  };
  EXPECT_NEAR(top(review.current()), top(picture.result), 0.2);
}

TEST(Borders, TheyKeepTheirOrder) {
  const Opened picture = opened("normal-left-long");
  ImageReview review = picture.review();
  review.apply(by(RedrawBorder{Border::deep, shifted(picture.result, Border::cortex, 1.5, 15, 30)}));
  EXPECT_NEAR(distance(review.current().anatomy.tendon.stations[20].cortexMm,
                       review.current().anatomy.tendon.stations[20].deepMm),
              1.5, 0.02);
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::cortex, 1, 15, 30)}));
  for (const TendonStation& s : review.current().anatomy.tendon.stations) {
    const double deep = dot(s.deepMm - s.cortexMm, s.normal);
    const double superficial = dot(s.superficialMm - s.cortexMm, s.normal);
    EXPECT_GE(deep, -1e-9);
    EXPECT_GE(superficial, deep - 1e-9);
  }
  review.apply(by(RedrawBorder{Border::superficial, shifted(picture.result, Border::cortex, -1, 15, 30)}));
  for (std::size_t i = 16; i < 30; ++i)
    EXPECT_NEAR(thickness(review.current().anatomy.tendon.stations[i]), 0, 1e-9);
}

TEST(Hostile, LinesThatCannotBeAreRefusedAndChangeNothing) {
  const Opened picture = opened("undersurface-right-long");
  ImageReview review = picture.review();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  const Polyline good = shifted(picture.result, Border::superficial, 0.3, 5, 20);
  const Polyline cortex = shifted(picture.result, Border::cortex, 0, 5, 40);
  Polyline zigzag;
  for (int i = 0; i < 20000; ++i)
    zigzag.push_back({i % 2 ? 0.0 : 900000.0, static_cast<double>(i)});
  const std::vector<Polyline> bad = {{},
                                     {{5, 5}},
                                     {{nan, 5}, {6, 6}},
                                     {{5, inf}, {6, 6}},
                                     {{1e9, 1e9}, {2e9, 1e9}},
                                     {{-5000, -5000}, {-4000, -4000}},
                                     {{7, 7}, {7, 7}}};
  review.apply(by(RedrawBorder{Border::superficial, good}));
  const ImageResult before = review.current();
  for (const Polyline& px : bad) {
    for (const Border border : {Border::cortex, Border::deep, Border::superficial})
      EXPECT_THROW(review.apply(by(RedrawBorder{border, px})), InputError) << px.size();
    EXPECT_THROW(review.apply(by(DrawTendon{px, good, true})), InputError) << px.size();
    EXPECT_THROW(review.apply(by(DrawTendon{cortex, px, true})), InputError) << px.size();
    EXPECT_THROW(review.apply(by(AddDiscontinuity{px})), InputError) << px.size();
    EXPECT_THROW(review.apply(by(RejectDiscontinuity{px})), InputError) << px.size();
    EXPECT_THROW((void)review.preview(by(RedrawBorder{Border::superficial, px})), InputError);
    if (!px.empty()) {
      EXPECT_THROW(review.apply(by(SetExtent{px.front(), px.back()})), InputError) << px.size();
    }
    (void)review.snapped(Border::superficial, px);
  }
  EXPECT_THROW(review.apply(by(DrawTendon{zigzag, zigzag, true})), InputError);
  EXPECT_THROW(review.apply(by(SetExtent{cortex[3], cortex[5]})), InputError); // half a millimetre of tendon
  EXPECT_THROW(review.apply(by(RedrawBorder{Border::superficial, good}, 7)), InputError);
  EXPECT_THROW(review.apply(by(RemoveAnnotation{3})), InputError);
  EXPECT_THROW(review.apply(by(Decide{Verdict::refused, {}, {}, " "})), InputError);
  EXPECT_THROW(review.apply(by(Decide{Verdict::changed, GradeClass::notGradable, {}, "why"})), InputError);
  expectSame(review.current(), before);
  EXPECT_EQ(review.edits().size(), 1u);
}

TEST(Hostile, APictureThatIsGoneOrAnotherOneIsNamed) {
  Opened picture = opened("normal-left-long");
  const auto redraw = by(RedrawBorder{Border::superficial, shifted(picture.result, Border::superficial, 1, 5, 20)});
  const PictureAccess there = picture.pictures;
  picture.pictures.frame = [](int) -> RgbImage { throw InputError("gone.dcm", "no such file", {}); };
  ImageReview gone = picture.review();
  EXPECT_THROW(gone.apply(redraw), InputError);
  EXPECT_FALSE(gone.canUndo());
  gone.apply(by(SetSide{Side::right})); // needs no pixels
  picture.pictures = there;
  picture.pictures.frame = [](int) { return RgbImage(20, 20, 0); };
  ImageReview other = picture.review();
  EXPECT_THROW(other.apply(redraw), InputError);
  picture.pictures = {};
  ImageReview nothing = picture.review();
  EXPECT_THROW(nothing.apply(redraw), InputError);
}

} // namespace
} // namespace hipcuff::review
