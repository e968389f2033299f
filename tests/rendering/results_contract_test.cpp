// What lib/report writes is what the overlays show.
#include "hipcuff/core/result.h"
#include "hipcuff/rendering/image_scene.h"
#include "hipcuff/rendering/results_overlays.h"
#include "hipcuff/report/results_writer.h"
#include "sample_scene.h"
#include "temporary_folder.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

namespace hipcuff {
namespace {

class ResultsContract : public testing::Test {
protected:
  static ImageResult image() {
    ImageResult result;
    result.path = "exam/long.dcm";
    result.rows = 480;
    result.columns = 640;
    result.frames = 50;
    result.frame = 12;
    result.side = {Side::left, "user"};
    result.view = {View::longAxis, "user"};
    result.scale = {0.1, 0.1};
    result.mmPerPx = result.scale;
    result.calibrationOrigin = CalibrationOrigin::ultrasoundRegion;
    result.regionPx = PixelBox{100, 50, 499, 349};
    result.picture = std::make_shared<RgbImage>(test::samplePicture());
    CortexSegment segment;
    for (int x = 20; x <= 380; x += 4)
      segment.interfaceMm.push_back(Point{static_cast<double>(x), test::cortexY(x)} * 0.1);
    segment.ridgeMm = segment.interfaceMm;
    segment.confidence = 0.9;
    result.anatomy.cortex.segments = {segment};
    result.anatomy.cortex.facets = {{FacetKind::lateral, 0, {7, 20}, {24, 18}, -5}};
    for (int i = 0; i < 40; ++i) {
      TendonStation station;
      const double x = 60 + 6 * i;
      station.positionMm = 0.6 * i;
      station.cortexMm = Point{x, test::cortexY(x)} * 0.1;
      station.deepMm = station.cortexMm;
      station.superficialMm = Point{x, test::cortexY(x) - test::thicknessAt(x)} * 0.1;
      station.superficialInferred = i >= 10 && i < 20;
      result.anatomy.tendon.stations.push_back(station);
    }
    Discontinuity tear;
    tear.kind = DiscontinuityKind::bursal;
    tear.depthFraction = 0.4;
    tear.polygonMm = {{15, 13}, {20, 12.5}, {20, 14}};
    result.measurements.discontinuities = {tear};
    result.grade.grade = GradeClass::partialThickness;
    result.grade.subtype = "bursal";
    result.grade.confidence = 0.7;
    result.grade.probabilities = {0.1, 0.1, 0.7, 0.1};
    result.grade.reasons = {"The weightiest reason.", "Another."};
    return result;
  }

  /// The scenes that come out where these results go in; null for an image without a picture.
  std::vector<std::optional<OverlayScene>> throughTheFile(const std::vector<ImageResult>& results) {
    report::RunInfo run;
    run.criteria.items["fibre_angle_max"] = {7, "degrees", "test"};
    report::ResultsWriter writer(folder_, run);
    for (const ImageResult& result : results)
      writer.add(result);
    writer.finish({});
    std::vector<std::optional<OverlayScene>> scenes;
    readResultOverlays(folder_ / "results.json", [&](const ResultOverlay& overlay) {
      EXPECT_TRUE(overlay.id.starts_with("img-")) << overlay.id;
      scenes.push_back(overlay.scene ? std::optional(overlay.scene()) : std::nullopt);
    });
    return scenes;
  }

  test::TemporaryFolder own_;
  const std::filesystem::path folder_ = own_.path();
};

TEST_F(ResultsContract, EverythingDrawnArrives) {
  const ImageResult result = image();
  const auto scenes = throughTheFile({result});
  ASSERT_EQ(scenes.size(), 1U);
  ASSERT_TRUE(scenes[0]);
  const OverlayScene& scene = *scenes[0];
  EXPECT_EQ(scene.picture, *result.picture);
  ASSERT_TRUE(scene.mmPerPx);
  EXPECT_EQ(*scene.mmPerPx, *result.mmPerPx);

  // Cortex, deep border, and a superficial border of three stretches of which the middle one was bridged.
  ASSERT_EQ(scene.lines.size(), 5U);
  EXPECT_EQ(scene.lines[0].role, OverlayRole::cortex);
  const Point first = result.anatomy.cortex.segments[0].interfaceMm[0];
  EXPECT_NEAR(scene.lines[0].px[0].x, first.x / 0.1, 0.01);
  EXPECT_NEAR(scene.lines[0].px[0].y, first.y / 0.1, 0.01);
  EXPECT_EQ(scene.lines[1].role, OverlayRole::deepBorder);
  EXPECT_FALSE(scene.lines[2].inferred);
  EXPECT_TRUE(scene.lines[3].inferred);
  EXPECT_EQ(scene.lines[3].px.size(), 12U); // ten bridged points and the seen ones on either side
  EXPECT_FALSE(scene.lines[4].inferred);
  EXPECT_EQ(scene.lines[2].px.back(), scene.lines[3].px.front());

  ASSERT_EQ(scene.regions.size(), 1U);
  EXPECT_EQ(regionLabel(scene.regions[0]), "bursal 40 %");
  EXPECT_TRUE(scene.regions[0].counted);
  EXPECT_EQ(scene.regions[0].px.size(), 3U);
  ASSERT_EQ(scene.facets.size(), 1U);
  EXPECT_EQ(scene.facets[0].name, "lateral facet");
  EXPECT_NEAR(scene.facets[0].endPx.x, 240, 0.01);

  EXPECT_EQ(scene.grade, GradeClass::partialThickness);
  EXPECT_TRUE(scene.badge.starts_with("Partial-thickness tear, bursal, suspected, confidence 70 %")) << scene.badge;
  EXPECT_TRUE(scene.title.starts_with("left, long axis, frame 12 (of 0 to 49)")) << scene.title;
  EXPECT_EQ(scene.remarks, std::vector<std::string>{"The weightiest reason."});
}

TEST_F(ResultsContract, TheFileGivesTheSameSceneAsTheResultItself) {
  ImageResult result = image();
  auto& stations = result.anatomy.tendon.stations;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    stations[i].fibreAngleDeg = i < 8 ? 11.5 : 2;
    stations[i].deepByHand = i > 25;
  }
  result.measurements.discontinuities[0].byHand = true;
  Review review;
  review.by = "AB";
  review.verdict = Verdict::changed;
  review.grade = GradeClass::tendinosis;
  review.reason = "Anisotropy.";
  review.annotations = {{1, 12, Annotation::Kind::caliper, {{200, 200}, {200, 240.5}}, "cuff", 4.05}};
  result.review = review;
  const auto scenes = throughTheFile({result});
  ASSERT_EQ(scenes.size(), 1U);
  ASSERT_TRUE(scenes[0]);
  const OverlayScene& scene = *scenes[0];
  const OverlayScene direct = sceneOf(result, {100, 50}, 7);
  const auto same = [](const Polyline& a, const Polyline& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
      EXPECT_LT(distance(a[i], b[i]), 0.01);
  };
  ASSERT_EQ(scene.lines.size(), direct.lines.size());
  for (std::size_t i = 0; i < scene.lines.size(); ++i) {
    same(scene.lines[i].px, direct.lines[i].px);
    EXPECT_EQ(scene.lines[i].inferred, direct.lines[i].inferred);
    EXPECT_EQ(scene.lines[i].drawnByHand, direct.lines[i].drawnByHand);
  }
  ASSERT_EQ(scene.zones.size(), 1U);
  ASSERT_EQ(direct.zones.size(), 1U);
  same(scene.zones[0].px, direct.zones[0].px);
  EXPECT_EQ(scene.zones[0].angleDeg, 11.5);
  ASSERT_EQ(scene.annotations.size(), 1U);
  same(scene.annotations[0].px, direct.annotations[0].px);
  EXPECT_EQ(scene.annotations[0].text, "cuff");
  ASSERT_EQ(scene.regions.size(), 1U);
  EXPECT_TRUE(scene.regions[0].drawnByHand);
  EXPECT_FALSE(scene.regions[0].counted);
  EXPECT_EQ(scene.badge, direct.badge);
  EXPECT_EQ(scene.remarks, direct.remarks);
  EXPECT_EQ(scene.grade, GradeClass::tendinosis);
}

TEST_F(ResultsContract, WhatANormalGradeDidNotCountIsNotShownAsATear) {
  ImageResult result = image();
  result.grade.grade = GradeClass::normal;
  const auto scenes = throughTheFile({result});
  ASSERT_EQ(scenes.size(), 1U);
  ASSERT_TRUE(scenes[0]);
  ASSERT_EQ(scenes[0]->regions.size(), 1U);
  EXPECT_FALSE(scenes[0]->regions[0].counted);
}

TEST_F(ResultsContract, AbstentionsSayWhy) {
  ImageResult result = image();
  result.mmPerPx.reset();
  result.calibrationOrigin.reset();
  result.measurements = {};
  result.grade = {};
  result.grade.refusals = {Refusal::noCalibration, Refusal::regionUnconfirmed};
  ImageResult empty;
  empty.path = "exam/broken.dcm";
  empty.grade.refusals = {Refusal::noBMode};
  const auto scenes = throughTheFile({result, empty});
  ASSERT_EQ(scenes.size(), 2U);
  const bool order = scenes[0].has_value();
  ASSERT_TRUE(scenes[order ? 0 : 1]);
  EXPECT_FALSE(scenes[order ? 1 : 0]); // no picture: nothing to draw
  const OverlayScene& scene = *scenes[order ? 0 : 1];
  EXPECT_FALSE(scene.mmPerPx);
  EXPECT_EQ(scene.badge, "Not gradable");
  EXPECT_EQ(scene.remarks,
            (std::vector<std::string>{explain(Refusal::noCalibration), explain(Refusal::regionUnconfirmed)}));
  EXPECT_EQ(scene.lines.size(), 5U); // what was seen is still shown
}

} // namespace
} // namespace hipcuff
