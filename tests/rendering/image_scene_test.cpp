// From a result in memory to a scene: what the viewer shows and what a report's pictures show.
#include "hipcuff/rendering/image_scene.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace hipcuff {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Stations 1 mm apart on a flat bone at 20 mm depth under a tendon of 4 mm; 0.1 mm per px, pane at (100, 50).
ImageResult flatHip() {
  ImageResult image;
  image.rows = 480;
  image.columns = 640;
  image.frames = 20;
  image.frame = 7;
  image.side.value = Side::right;
  image.view.value = View::longAxis;
  image.scale = {0.1, 0.1};
  image.mmPerPx = image.scale;
  image.regionPx = PixelBox{100, 50, 499, 349};
  CortexSegment bone;
  for (int i = 0; i < 12; ++i) {
    TendonStation s;
    s.positionMm = i;
    s.cortexMm = {10.0 + i, 20};
    s.deepMm = s.cortexMm;
    s.superficialMm = {10.0 + i, 16};
    s.normal = {0, -1};
    s.fibreAngleDeg = 0;
    image.anatomy.tendon.stations.push_back(s);
    bone.interfaceMm.push_back(s.cortexMm);
  }
  bone.ridgeMm = bone.interfaceMm;
  image.anatomy.cortex.segments = {bone};
  image.grade.grade = GradeClass::normal;
  image.grade.confidence = 0.8;
  image.grade.probabilities = {0.8, 0.1, 0.05, 0.05};
  image.grade.reasons = {"Fibrillar throughout.", "Another."};
  return image;
}

std::vector<TendonStation>& stations(ImageResult& image) {
  return image.anatomy.tendon.stations;
}

constexpr Point corner{100, 50};

Review reviewBy(const std::optional<Verdict>& verdict) {
  Review review;
  review.by = "AB";
  review.verdict = verdict;
  return review;
}

TEST(ImageScene, OriginIsWhereThePictureBegins) {
  const ImageResult image = flatHip();
  const OverlayScene pane = sceneOf(image, corner, 7);
  const OverlayScene full = sceneOf(image, {0, 0}, 7);
  ASSERT_EQ(pane.lines.size(), 3U);
  ASSERT_EQ(full.lines.size(), 3U);
  EXPECT_NEAR(pane.lines[2].px[0].x, 100, 1e-9);
  EXPECT_NEAR(pane.lines[2].px[0].y, 160, 1e-9);
  EXPECT_NEAR(full.lines[2].px[0].x, 200, 1e-9);
  EXPECT_NEAR(full.lines[2].px[0].y, 210, 1e-9);
  EXPECT_TRUE(pane.picture.empty());
  EXPECT_EQ(pane.mmPerPx, image.mmPerPx);
  EXPECT_EQ(pane.title, "right, long axis, frame 7 (of 0 to 19)");
}

TEST(ImageScene, ComesWithItsPicture) {
  Criteria criteria;
  criteria.items["fibre_angle_max"] = {7, "degrees", ""};
  ImageResult image = flatHip();
  EXPECT_THROW(static_cast<void>(sceneWithPicture(image, criteria)), InputError);
  image.picture = std::make_shared<RgbImage>(400, 300, std::uint8_t{60});
  const OverlayScene scene = sceneWithPicture(image, criteria);
  EXPECT_EQ(scene.picture, *image.picture);
  ASSERT_EQ(scene.lines.size(), 3U);
  EXPECT_NEAR(scene.lines[2].px[0].x, 100, 1e-9) << "from the pane's corner, where the picture begins";
}

TEST(ImageScene, BordersComeInStretchesThatLookAlike) {
  ImageResult image = flatHip();
  for (int i = 2; i <= 4; ++i)
    stations(image)[static_cast<std::size_t>(i)].superficialInferred = true;
  for (int i = 7; i <= 9; ++i)
    stations(image)[static_cast<std::size_t>(i)].superficialByHand = true;
  stations(image)[11].deepByHand = true;
  const OverlayScene scene = sceneOf(image, corner, 7);
  std::vector<std::string> looks;
  std::size_t pieces = 0;
  for (const OverlayLine& line : scene.lines)
    if (line.role == OverlayRole::superficialBorder) {
      looks.emplace_back(line.inferred ? "inferred" : line.drawnByHand ? "hand" : "seen");
      pieces += line.px.size() - 1;
    }
  EXPECT_THAT(looks, ElementsAre("seen", "inferred", "seen", "hand", "seen"));
  EXPECT_EQ(pieces, 11U) << "each piece once";
  EXPECT_EQ(std::count_if(scene.lines.begin(), scene.lines.end(),
                          [](const OverlayLine& l) { return l.role == OverlayRole::deepBorder; }),
            2);
  EXPECT_TRUE(std::none_of(scene.lines.begin(), scene.lines.end(), [](const OverlayLine& l) { return l.former; }));
}

TEST(ImageScene, CortexByHandIsMarkedOnce) {
  ImageResult image = flatHip();
  for (std::size_t i = 3; i < 6; ++i)
    stations(image)[i].cortexByHand = true;
  image.anatomy.cortex.segments[0].interfaceMm.push_back({40, 20}); // bone far beyond the last station
  const OverlayScene scene = sceneOf(image, corner, 7);
  std::vector<std::pair<bool, std::size_t>> bone;
  for (const OverlayLine& line : scene.lines)
    if (line.role == OverlayRole::cortex)
      bone.emplace_back(line.drawnByHand, line.px.size());
  EXPECT_THAT(bone, ElementsAre(std::pair(false, 4U), std::pair(true, 3U), std::pair(false, 8U)));
}

TEST(ImageScene, ZonesAreWhereTheAngleHidesDarkness) {
  ImageResult image = flatHip();
  for (std::size_t i = 4; i <= 6; ++i)
    stations(image)[i].fibreAngleDeg = -8.0 - static_cast<double>(i);
  stations(image)[9].fibreAngleDeg = 7.01; // a zone of one station
  stations(image)[10].fibreAngleDeg = 7;   // at the limit: still read
  stations(image)[1].fibreAngleDeg.reset();
  const OverlayScene scene = sceneOf(image, corner, 7);
  ASSERT_EQ(scene.zones.size(), 2U);
  EXPECT_EQ(scene.zones[0].angleDeg, -14);
  // From half-way before station 4 to half-way behind 6, over the tendon's 4 mm.
  EXPECT_NEAR(area(scene.zones[0].px), 30 * 40, 1e-6);
  EXPECT_TRUE(contains(scene.zones[0].px, {136, 180}));
  EXPECT_FALSE(contains(scene.zones[0].px, {134, 180}));
  EXPECT_NEAR(area(scene.zones[1].px), 10 * 40, 1e-6);
  EXPECT_TRUE(sceneOf(image, corner, 20).zones.empty());
}

TEST(ImageScene, RegionsSayWhetherTheyCountAndWhoDrewThem) {
  ImageResult image = flatHip();
  Discontinuity tear;
  tear.kind = DiscontinuityKind::undersurface;
  tear.depthFraction = 0.4;
  tear.polygonMm = {{12, 20}, {15, 20}, {14, 18.5}};
  tear.byHand = true;
  tear.suspectedAnisotropy = true;
  image.measurements.discontinuities = {tear};
  EXPECT_FALSE(sceneOf(image, corner, 7).regions.at(0).counted);
  image.grade.grade = GradeClass::partialThickness;
  const OverlayRegion region = sceneOf(image, corner, 7).regions.at(0);
  EXPECT_TRUE(region.counted);
  EXPECT_TRUE(region.drawnByHand);
  EXPECT_TRUE(region.suspectedAnisotropy);
  EXPECT_NEAR(region.px[0].x, 120, 1e-9);
  // A person says that there is none.
  image.review = reviewBy(Verdict::changed);
  image.review->grade = GradeClass::normal;
  EXPECT_FALSE(sceneOf(image, corner, 7).regions.at(0).counted);
}

TEST(ImageScene, BadgeSaysWhoseGradeItIs) {
  ImageResult image = flatHip();
  EXPECT_EQ(sceneOf(image, corner, 7).badge, "Normal, suspected, confidence 80 %");
  EXPECT_THAT(sceneOf(image, corner, 7).remarks, ElementsAre("Fibrillar throughout."));

  image.review = reviewBy(std::nullopt);
  image.review->edits = {"{}"};
  EXPECT_THAT(sceneOf(image, corner, 7).badge, HasSubstr("corrected, not yet decided"));
  image.review->verdict = Verdict::accepted;
  EXPECT_EQ(sceneOf(image, corner, 7).badge, "Normal, suspected, confidence 80 %, accepted by a reader");

  image.review = reviewBy(Verdict::changed);
  image.review->grade = GradeClass::partialThickness;
  image.review->subtype = "undersurface";
  image.review->reason = "Seen on the short axis.";
  const OverlayScene changed = sceneOf(image, corner, 7);
  EXPECT_EQ(changed.grade, GradeClass::partialThickness);
  EXPECT_EQ(changed.badge, "Partial-thickness tear, undersurface, decided by a reader");
  EXPECT_THAT(changed.remarks,
              ElementsAre("The reader: Seen on the short axis.", "The program: Normal, suspected, confidence 80 %."));

  image.review->verdict = Verdict::refused;
  const OverlayScene refused = sceneOf(image, corner, 7);
  EXPECT_EQ(refused.grade, GradeClass::notGradable);
  EXPECT_EQ(refused.badge, "Not gradable, decided by a reader");
  EXPECT_EQ(refused.title.find("AB"), std::string::npos);
}

TEST(ImageScene, AnnotationsOfTheFrameLieInThePicture) {
  ImageResult image = flatHip();
  image.review = reviewBy(std::nullopt);
  image.review->annotations = {{1, 7, Annotation::Kind::caliper, {{200, 210}, {200, 250}}, {}, 4.0},
                               {2, 3, Annotation::Kind::text, {{300, 100}}, "elsewhere", std::nullopt}};
  const OverlayScene scene = sceneOf(image, corner, 7);
  ASSERT_EQ(scene.annotations.size(), 1U);
  EXPECT_EQ(scene.annotations[0].id, 1);
  EXPECT_EQ(scene.annotations[0].px, (Polyline{{100, 160}, {100, 200}}));
  EXPECT_EQ(scene.annotations[0].value, 4.0);
}

TEST(ImageScene, NothingFoundIsAnEmptyScene) {
  ImageResult image;
  image.grade.refusals = {Refusal::noBMode};
  const OverlayScene scene = sceneOf(image, {0, 0}, 7);
  EXPECT_TRUE(scene.lines.empty() && scene.zones.empty() && scene.regions.empty() && scene.facets.empty());
  EXPECT_EQ(scene.badge, "Not gradable");
  EXPECT_THAT(scene.remarks, ElementsAre(explain(Refusal::noBMode)));
  EXPECT_EQ(scene.title, "side unknown, view unknown");
}

TEST(ImageScene, PluginsAreNamed) {
  ImageResult image = flatHip();
  image.anatomy.tendon.by = StageOrigin{"level_set", "1.0.0", "", ""};
  EXPECT_THAT(sceneOf(image, corner, 7).remarks,
              ElementsAre("Fibrillar throughout.", "By plugins: tendon by level_set 1.0.0."));
  image.review = reviewBy(Verdict::refused); // whoever decides, the lines stay the plugin's
  EXPECT_THAT(sceneOf(image, corner, 7).remarks, testing::Contains("By plugins: tendon by level_set 1.0.0."));
  image.review.reset();
  image.anatomy.tendon.by->fault = "the model is upset";
  EXPECT_THAT(sceneOf(image, corner, 7).remarks,
              ElementsAre("Fibrillar throughout.", "A plugin failed on this picture (tendon: level_set 1.0.0) and "
                                                   "HipCuff's own stage stood in."));
}

} // namespace
} // namespace hipcuff
