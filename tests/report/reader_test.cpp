// results.json read back: the same text again, and no harm from files that somebody else made.
#include "hipcuff/report/results_reader.h"
#include "json_result.h"
#include "sample_results.h"
#include "temporary_folder.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/report/results_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <stdlib.h>

namespace hipcuff::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Json jsonOf(const ImageResult& image) {
  return toJson(image, "img-000000000001", {"masks/a.png", "pictures/a.png"}, test::sampleCriteria());
}

std::vector<ImageResult> samples() {
  return {test::tornHip(),     test::normalHip(),   test::ruptureHip(),  test::uncalibrated(),
          test::undecodable(), test::reviewedHip(), test::hipByPlugins()};
}

/// The one line that reading gives; empty where it succeeds.
std::string errorOf(const std::function<void()>& reading) {
  try {
    reading();
  } catch (const InputError& e) {
    const std::string text = e.what();
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    EXPECT_LT(text.size(), 600U);
    return text;
  }
  return {};
}

TEST(ResultsReader, AnImageComesBackAsTheSameText) {
  for (const ImageResult& image : samples()) {
    const std::string text = dump(jsonOf(image));
    EXPECT_EQ(dump(jsonOf(imageFromJson(text))), text) << image.path;
  }
}

TEST(ResultsReader, ScalesThatRoundBadlyComeBackAsTheSameText) {
  ImageResult image = test::reviewedHip();
  for (int i = 1; i < 60; ++i) {
    image.mmPerPx = image.scale = {0.05 + 0.00137 * i, 0.031 + 0.00191 * i};
    const std::string text = dump(jsonOf(image));
    ASSERT_EQ(dump(jsonOf(imageFromJson(text))), text) << i;
  }
}

TEST(ResultsReader, GeometryComesBackInFrameMillimetres) {
  const ImageResult image = test::reviewedHip();
  const ImageResult back = imageFromJson(dump(jsonOf(image)));
  EXPECT_EQ(back.scale, image.scale);
  EXPECT_EQ(back.regionPx, image.regionPx);
  EXPECT_EQ(back.side.origin, "reader AB");
  EXPECT_EQ(back.frameSummaries.size(), 24U);
  const auto& was = image.anatomy.tendon.stations;
  const auto& now = back.anatomy.tendon.stations;
  ASSERT_EQ(now.size(), was.size());
  for (std::size_t i = 0; i < was.size(); ++i) {
    EXPECT_LT(distance(now[i].cortexMm, was[i].cortexMm), 0.001);
    EXPECT_LT(distance(now[i].deepMm, was[i].deepMm), 0.001);
    EXPECT_LT(distance(now[i].superficialMm, was[i].superficialMm), 0.001);
    EXPECT_LT(distance(now[i].normal, was[i].normal), 0.001) << "the sample's border lies on its normals";
    EXPECT_NEAR(now[i].positionMm, was[i].positionMm, 0.0006);
    EXPECT_NEAR(now[i].sdMm, was[i].sdMm, 0.0006);
    EXPECT_NEAR(now[i].confidence, was[i].confidence, 0.0006);
    EXPECT_EQ(now[i].superficialInferred, was[i].superficialInferred);
    EXPECT_EQ(now[i].deepInferred, was[i].deepInferred);
    EXPECT_EQ(now[i].superficialByHand, was[i].superficialByHand);
    EXPECT_EQ(now[i].deepByHand, was[i].deepByHand);
    EXPECT_EQ(now[i].cortexByHand, was[i].cortexByHand);
    EXPECT_EQ(now[i].fibreAngleDeg.has_value(), was[i].fibreAngleDeg.has_value());
  }
  EXPECT_FALSE(back.anatomy.tendon.arrivesFromLeft);
  ASSERT_EQ(back.measurements.discontinuities.size(), 2U);
  EXPECT_TRUE(back.measurements.discontinuities[0].byHand);
  EXPECT_LT(
      distance(back.measurements.discontinuities[0].polygonMm[3], image.measurements.discontinuities[0].polygonMm[3]),
      0.001);
  EXPECT_LT(distance(back.measurements.findings.calcifications[0].atMm, {40, 21}), 0.001);
  ASSERT_TRUE(back.anatomy.cortex.facets[0].end.bend);
  EXPECT_LT(distance(back.anatomy.cortex.facets[0].end.apexMm, {33.71234, 22.00337}), 0.001);
  EXPECT_FALSE(back.anatomy.cortex.facets[0].begin.bend);
}

TEST(ResultsReader, WithoutMillimetresTheScaleIsNominalAndThePixelsAreTheSame) {
  const ImageResult image = test::uncalibrated();
  const ImageResult back = imageFromJson(dump(jsonOf(image)));
  EXPECT_FALSE(back.mmPerPx);
  EXPECT_EQ(back.scale, (Spacing{0.1, 0.1})) << "40 mm over a pane of 400 rows";
  EXPECT_FALSE(back.measurements.thickness.summary);
  EXPECT_TRUE(back.measurements.discontinuities.empty());
  ASSERT_EQ(back.anatomy.tendon.stations.size(), image.anatomy.tendon.stations.size());
  const Point was = image.toFullPixels(image.anatomy.tendon.stations[7].superficialMm);
  EXPECT_LT(distance(back.toFullPixels(back.anatomy.tendon.stations[7].superficialMm), was), 0.01);
  EXPECT_GT(back.anatomy.tendon.stations[7].positionMm, back.anatomy.tendon.stations[6].positionMm);
}

TEST(ResultsReader, ReviewKeepsWhatBothSaid) {
  const ImageResult image = test::reviewedHip();
  const ImageResult back = imageFromJson(dump(jsonOf(image)));
  ASSERT_TRUE(back.review);
  EXPECT_EQ(back.review->by, "AB");
  EXPECT_EQ(back.review->verdict, Verdict::changed);
  EXPECT_EQ(back.review->grade, GradeClass::tendinosis);
  EXPECT_EQ(back.review->program.grade, GradeClass::partialThickness);
  EXPECT_EQ(back.review->program.reasons, std::vector<std::string>{"What the program said first."});
  EXPECT_EQ(back.review->programDiscontinuities, 3);
  ASSERT_TRUE(back.review->programThickness && back.review->programThickness->mean95);
  EXPECT_NEAR(back.review->programThickness->mean95->lower, image.review->programThickness->mean95->lower, 0.001);
  ASSERT_EQ(back.review->edits.size(), 2U);
  EXPECT_EQ(Json::parse(back.review->edits[0]), Json::parse(image.review->edits[0]));
  EXPECT_EQ(Json::parse(back.review->edits[1]).at("raw"), "{cut off");
  ASSERT_EQ(back.review->annotations.size(), 3U);
  EXPECT_EQ(back.review->annotations[0].value, 4.12);
  EXPECT_EQ(back.review->annotations[1].value, 131.5);
  EXPECT_EQ(back.review->annotations[2].text, "scar?");
  EXPECT_EQ(back.review->annotations[2].id, 4);
}

void writeSample(const std::filesystem::path& folder) {
  ResultsWriter writer(folder,
                       {"hipcuff analyze exams --out out", test::sampleCriteria(), 2, true, test::samplePlugins()});
  for (const ImageResult& image : samples())
    writer.add(image);
  writer.addOutcome({InputOutcome::Kind::skipped, "a.txt", "is a text file", ""});
  writer.addOutcome({InputOutcome::Kind::failed, "cut.dcm", "is cut off", "copy it again"});
  StudyResult first = test::studyOf({test::normalHip(), test::tornHip()});
  first.hips[1].change = test::sampleChange();
  first.hips[1].contradictory = true;
  writer.finish({first, test::studyOf({test::ruptureHip()}), test::studyOf({test::undecodable()}),
                 test::studyOf({test::uncalibrated()}), test::studyOf({test::reviewedHip()}),
                 test::studyOf({test::hipByPlugins()})});
}

void writeAgain(const StoredResults& results, const std::filesystem::path& folder) {
  const Json run = Json::parse(test::bytesOf(results.folder / "results.json")).at("run");
  ResultsWriter writer(folder, {run.at("command_line"), results.criteria, run.at("jobs"), true, results.plugins});
  std::vector<StudyResult> studies;
  for (const StoredStudy& study : results.studies) {
    for (const StoredImage& image : study.images) {
      ImageResult result = image.result;
      if (!image.picture.empty())
        result.picture = std::make_shared<RgbImage>(readPng(image.picture, 5000));
      writer.add(result);
    }
    studies.push_back(study.study);
  }
  for (const InputOutcome& outcome : results.outcomes)
    writer.addOutcome(outcome);
  writer.finish(studies);
}

class FixedTime {
public:
  FixedTime() { ::setenv("SOURCE_DATE_EPOCH", "1770000000", 1); }
  ~FixedTime() { ::unsetenv("SOURCE_DATE_EPOCH"); }
  FixedTime(const FixedTime&) = delete;
  FixedTime& operator=(const FixedTime&) = delete;
};

TEST(ResultsReader, AFileComesBackWhole) {
  const FixedTime time;
  const test::TemporaryFolder folder;
  writeSample(folder.path() / "one");
  const StoredResults results = readResults(folder.path() / "one");
  EXPECT_EQ(results.folder, std::filesystem::absolute(folder.path() / "one"));
  EXPECT_EQ(results.created, "2026-02-02T02:40:00Z");
  EXPECT_EQ(results.criteria.value("fibre_angle_max"), 7);
  EXPECT_EQ(results.criteria.items.at("fibre_angle_max").source, "Crass 1988 <Radiology>");
  ASSERT_EQ(results.outcomes.size(), 2U);
  EXPECT_EQ(results.outcomes[0].remedy, "copy it again");
  EXPECT_EQ(results.outcomes[1].kind, InputOutcome::Kind::skipped);
  EXPECT_EQ(results.plugins, test::samplePlugins());
  ASSERT_EQ(results.studies.size(), 6U);
  const auto torn = std::find_if(results.studies.begin(), results.studies.end(),
                                 [](const StoredStudy& s) { return s.study.studyInstanceUid == "2.25.1001"; });
  ASSERT_NE(torn, results.studies.end());
  ASSERT_EQ(torn->images.size(), 2U);
  ASSERT_EQ(torn->study.hips.size(), 2U);
  EXPECT_TRUE(torn->study.hips[1].change->measurable());
  for (const StoredImage& image : torn->images) {
    EXPECT_TRUE(std::filesystem::exists(image.picture)) << image.picture;
    EXPECT_TRUE(std::filesystem::exists(image.mask)) << image.mask;
    EXPECT_EQ(image.id, imageId(image.result));
    EXPECT_FALSE(image.result.picture);
  }

  writeAgain(results, folder.path() / "two");
  EXPECT_EQ(test::bytesOf(folder.path() / "two/results.json"), test::bytesOf(folder.path() / "one/results.json"));
  EXPECT_EQ(test::bytesOf(folder.path() / "two/results.csv"), test::bytesOf(folder.path() / "one/results.csv"));
  EXPECT_EQ(readResults(folder.path() / "two/results.json").studies.size(), 6U) << "the file itself may be named too";
}

TEST(ResultsReader, WhoDidAStageComesBack) {
  const ImageResult image = test::hipByPlugins();
  const ImageResult back = imageFromJson(dump(jsonOf(image)));
  EXPECT_EQ(back.anatomy.tendon.by, image.anatomy.tendon.by);
  EXPECT_EQ(back.measurements.discontinuitiesBy, image.measurements.discontinuitiesBy);
  EXPECT_EQ(back.grade.by, image.grade.by);
  EXPECT_FALSE(back.anatomy.cortex.by);
  Json later = jsonOf(image);
  later["stages"].push_back({{"stage", "dreaming"}, {"plugin", "x"}, {"version", "1.0.0"}, {"over", nullptr}});
  EXPECT_EQ(dump(jsonOf(imageFromJson(dump(later)))), dump(jsonOf(image))) << "a stage of a later version";
  Json earlier = jsonOf(test::tornHip());
  earlier.erase("stages");
  EXPECT_TRUE(jsonOf(imageFromJson(dump(earlier)))["stages"].empty());
}

TEST(ResultsReader, ARealRunComesBackWhole) {
  const FixedTime time;
  const test::TemporaryFolder folder;
  const std::filesystem::path source = HIPCUFF_SOURCE_DIR;
  const std::string command = "'" HIPCUFF_BIN_DIR "/hipcuff' analyze '" + (source / "testdata").string() +
                              "' --no-overlays --quiet --out '" + (folder.path() / "one").string() +
                              "' > /dev/null 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const StoredResults results = readResults(folder.path() / "one");
  std::size_t images = 0;
  for (const StoredStudy& study : results.studies)
    images += study.images.size();
  EXPECT_GE(images, 13U);
  writeAgain(results, folder.path() / "two");
  EXPECT_EQ(test::bytesOf(folder.path() / "two/results.json"), test::bytesOf(folder.path() / "one/results.json"));
  EXPECT_EQ(test::bytesOf(folder.path() / "two/results.csv"), test::bytesOf(folder.path() / "one/results.csv"));
  // Rounding to 0.01 px moves an outline across the centre of a pixel now and then, no more.
  for (const StoredStudy& study : results.studies)
    for (const StoredImage& image : study.images) {
      if (image.mask.empty())
        continue;
      const RgbImage was = readPng(image.mask, 5000);
      const RgbImage now = readPng(folder.path() / "two/masks" / image.mask.filename(), 5000);
      ASSERT_EQ(now.data.size(), was.data.size());
      std::size_t differ = 0;
      for (std::size_t i = 0; i < was.data.size(); i += 3)
        differ += now.data[i] != was.data[i];
      EXPECT_LE(differ, 30U) << image.mask;
    }
}

TEST(ResultsReader, ImagesGoByOneAtATimeAndABadOneDoesNotStopTheOthers) {
  const test::TemporaryFolder folder;
  writeSample(folder.path());
  std::string text = test::bytesOf(folder.path() / "results.json");
  const std::size_t at = text.find("\"kind\":\"full_thickness\"");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 23, "\"kind\":\"torn\"");
  std::ofstream(folder.path() / "results.json") << text;
  int seen = 0;
  int bad = 0;
  readImages(folder.path(), [&](const PassingImage& image) {
    ++seen;
    EXPECT_EQ(image.criteria.value("fibre_angle_max"), 7);
    try {
      const StoredImage stored = image.read();
      EXPECT_EQ(image.hasPicture, !stored.picture.empty());
    } catch (const InputError& e) {
      ++bad;
      EXPECT_THAT(e.what(), HasSubstr(image.id + ": 'kind' is no known word"));
    }
  });
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(bad, 1);
  EXPECT_THAT(errorOf([&] { (void)readResults(folder.path()); }), HasSubstr("'kind' is no known word"));
}

TEST(ResultsReader, OldFilesWithoutTheCortexUnderTheTendonStillRead) {
  Json json = jsonOf(test::reviewedHip());
  for (const char* key : {"cortex_px", "sd_mm", "station_confidence", "by_hand"})
    json["tendon"].erase(key);
  json["discontinuities"][0].erase("by_hand");
  json["review"] = nullptr;
  const ImageResult back = imageFromJson(dump(json));
  ASSERT_FALSE(back.anatomy.tendon.stations.empty());
  for (const TendonStation& s : back.anatomy.tendon.stations) {
    EXPECT_EQ(s.cortexMm, s.deepMm);
    EXPECT_NEAR(norm(s.normal), 1, 1e-9);
    EXPECT_LT(s.normal.y, 0);
    EXPECT_FALSE(s.superficialByHand);
  }
  EXPECT_FALSE(back.review);
}

TEST(ResultsReader, WhatIsMissingIsNotThere) {
  const ImageResult bare = imageFromJson(R"({"id": "img-1", "calibration": {"region_px": null}, "tendon": null})");
  EXPECT_FALSE(bare.mmPerPx);
  EXPECT_FALSE(bare.anatomy.tendon.found());
  EXPECT_EQ(bare.grade.grade, GradeClass::notGradable);
  // Whatever is taken out of a full image, the rest is read.
  const Json full = jsonOf(test::reviewedHip());
  for (const auto& [key, value] : full.items()) {
    Json without = full;
    without.erase(key);
    EXPECT_NO_THROW((void)imageFromJson(dump(without))) << key;
    without[key] = nullptr;
    EXPECT_NO_THROW((void)imageFromJson(dump(without))) << key;
    if (value.is_object())
      for (const auto& [inner, ignored] : value.items()) {
        Json less = full;
        less[key][inner] = nullptr;
        const std::string problem = errorOf([&] { (void)imageFromJson(dump(less)); });
        // Lists in parallel with what is gone contradict it.
        const bool parallel = key == "thickness" || inner == "superficial_px" || inner == "segments";
        EXPECT_TRUE(problem.empty() || parallel) << key << "/" << inner << ": " << problem;
      }
  }
}

TEST(ResultsReader, NonsenseIsAnErrorThatNamesTheField) {
  const Json full = jsonOf(test::reviewedHip());
  const std::vector<std::pair<const char*, Json>> nonsense = {
      {"/source", 3},
      {"/source/rows", -1},
      {"/source/rows", 1e300},
      {"/source/frames", 2.5},
      {"/source/side", "left"},
      {"/source/path", Json::array()},
      {"/calibration/mm_per_px", {0, 0.1}},
      {"/calibration/mm_per_px", {"a", "b"}},
      {"/calibration/mm_per_px", {0.1}},
      {"/calibration/region_px", {5, 5, 4, 4}},
      {"/calibration/region_px", {0, 0, 2000000000, 2000000000}},
      {"/calibration/region_px", {0, 0, 4000, 100}},
      {"/frame", 24},
      {"/frame", 1.5},
      {"/frames", "none"},
      {"/quality/messages/0", 7},
      {"/bone_surface/segments/0/points_px/0", {1e9, 3}},
      {"/bone_surface/segments/0/points_px/0", {1, 2, 3}},
      {"/bone_surface/segments/0/points_px", {{1, 2}}},
      {"/bone_surface/segments/0/ridge_px", {{100, 100}}},
      {"/bone_surface/facets/0/segment", 1},
      {"/tendon/deep_px", {{100, 100}}},
      {"/tendon/superficial_px/3", {"a", "b"}},
      {"/tendon/superficial_px/3", nullptr},
      {"/tendon/position_mm/3", -50},
      {"/tendon/border_inferred/0/end_index", 4000000000},
      {"/tendon/border_inferred/0/begin_index", -1},
      {"/tendon/by_hand/0/border", "left"},
      {"/tendon/station_confidence/0", 7},
      {"/thickness/profile_mm", {1, 2}},
      {"/thickness/mean_mm", "thick"},
      {"/discontinuities", {{"kind", "bursal"}}},
      {"/discontinuities/0/kind", nullptr},
      {"/discontinuities/0/polygon_px/0", {-1e6, 0}},
      {"/discontinuities/0/bare_facet", "yes"},
      {"/grade/class", "torn"},
      {"/grade/confidence", 12},
      {"/grade/probabilities", {1, 0, 0, 0}},
      {"/review/verdict", "maybe"},
      {"/review/edits/0", "text"},
      {"/review/annotations/0/points_px", {{1, 2}}},
      {"/review/annotations/0/points_px/0", {1e8, 2}},
      {"/review/annotations/0/kind", "ruler"},
  };
  for (const auto& [pointer, value] : nonsense) {
    Json wrong = full;
    wrong[Json::json_pointer(pointer)] = value;
    EXPECT_THAT(errorOf([&] { (void)imageFromJson(dump(wrong), "a/results.json"); }),
                HasSubstr("a/results.json: image"))
        << pointer << " " << value;
  }
}

TEST(ResultsReader, AnyOtherTypeAnywhereIsReadOrRefusedButNeverMore) {
  ImageResult image = test::reviewedHip();
  image.frameSummaries.resize(2); // lists are many and alike
  image.anatomy.cortex.segments[0].interfaceMm.resize(2);
  image.anatomy.cortex.segments[0].ridgeMm.resize(2);
  image.anatomy.tendon.stations.resize(14);
  image.measurements.thickness.profile.resize(2);
  for (Discontinuity& d : image.measurements.discontinuities)
    d.polygonMm.resize(3);
  const Json full = jsonOf(image);
  const std::vector<Json> others = {Json(nullptr), Json(-1),      Json(1e308),    Json("x"),
                                    Json(true),    Json::array(), Json::object(), Json::array({1e9, -1e9})};
  const Json flat = full.flatten();
  int refused = 0;
  for (const auto& [pointer, value] : flat.items()) {
    for (const Json& other : others) {
      Json wrong = full;
      wrong[Json::json_pointer(pointer)] = other;
      try {
        (void)dump(jsonOf(imageFromJson(dump(wrong))));
      } catch (const InputError&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(ResultsReader, FilesThatAreNoResultsSaySo) {
  const test::TemporaryFolder folder;
  const auto error = [&](const std::string& text) {
    std::ofstream(folder.path() / "results.json", std::ios::trunc) << text;
    return errorOf([&] { (void)readResults(folder.path()); });
  };
  EXPECT_THAT(errorOf([&] { (void)readResults(folder.path()); }), HasSubstr("results.json: is not there"));
  EXPECT_THAT(errorOf([&] { (void)readResults(folder.path() / "none"); }), HasSubstr("none: is not there"));
  EXPECT_THAT(error(""), HasSubstr("is empty"));
  EXPECT_THAT(error("hello"), HasSubstr("is not valid JSON"));
  EXPECT_THAT(error("{\"schema\": \"hipcuff.results/1\", \"studies\": ["), HasSubstr("is not valid JSON"));
  EXPECT_THAT(error("[]"), HasSubstr("is not a hipcuff.results/1 file"));
  EXPECT_THAT(error("{}"), HasSubstr("is not a hipcuff.results/1 file"));
  EXPECT_THAT(error(R"({"schema": "hipcuff.results/2", "studies": []})"), HasSubstr("is not a hipcuff.results/1 file"));
  EXPECT_THAT(error(R"({"schema": "hipcuff.results/1", "created": 1e999})"), HasSubstr("is not valid JSON"));
  EXPECT_THAT(error(R"({"schema": "hipcuff.results/1", "x": )" + std::string(1000000, '[')), HasSubstr("too deeply"));
  EXPECT_THAT(error(R"({"schema": "hipcuff.results/1", "criteria": {"items": {"a": {"value": "b"}}}})"),
              HasSubstr("'value' is not a number"));
  EXPECT_THAT(error(R"({"schema": "hipcuff.results/1", "studies": [{"hips": [{"side": "X"}]}]})"), HasSubstr("'side'"));
  EXPECT_EQ(error(R"({"schema": "hipcuff.results/1"})"), "");
  EXPECT_EQ(error(R"({"schema": "hipcuff.results/1", "studies": {"images": [3]}})"), "");
  EXPECT_THAT(error(R"({"schema": "hipcuff.results/1", "studies": [{"images": [{"id": "i", "picture":
                    {"raw_png": "../../secret.png"}}]}]})"),
              HasSubstr("image i: 'raw_png' lies outside"));
  EXPECT_THAT(error(R"({"schema": "hipcuff.results/1", "studies": [{"images": [{"id": "i", "masks":
                    {"label_png": "/etc/passwd"}}]}]})"),
              HasSubstr("image i: 'label_png' lies outside"));
}

TEST(ResultsReader, DeepNestingDoesNotOverrunTheStack) {
  const std::string deep =
      "{\"review\": {\"edits\": [{\"a\": " + std::string(200000, '[') + std::string(200000, ']') + "}]}}";
  EXPECT_THAT(errorOf([&] { (void)imageFromJson(deep); }), HasSubstr("too deeply"));
  ImageResult image = test::reviewedHip();
  image.review->edits = {"{\"a\": " + std::string(200000, '[') + std::string(200000, ']') + "}"};
  EXPECT_TRUE(jsonOf(image)["review"]["edits"][0].contains("raw"));
}

} // namespace
} // namespace hipcuff::report
