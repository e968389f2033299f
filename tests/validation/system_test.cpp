// Results and truth from disk.
#include "made_up.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace hipcuff::validation {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

Json grade(const std::string& name, std::array<double, 4> p) {
  const bool gradable = name != "not_gradable";
  return {{"class", name},
          {"subtype", nullptr},
          {"probabilities",
           gradable
               ? Json{{"normal", p[0]}, {"tendinosis", p[1]}, {"partial_thickness", p[2]}, {"full_thickness", p[3]}}
               : Json(nullptr)},
          {"confidence", gradable ? Json(0.7) : Json(nullptr)}};
}

Json imageJson(const std::string& number, const std::string& name, bool calibrated = true) {
  Json image{{"id", "img-" + number},
             {"source",
              {{"path", "data/" + number + ".dcm"},
               {"study_instance_uid", "1.9.1"},
               {"sop_instance_uid", "1.2." + number},
               {"pane", 0},
               {"rows", 480},
               {"columns", 640},
               {"frames", 20},
               {"side", "L"},
               {"view", "long"}}},
             {"calibration", {{"mm_per_px", calibrated ? Json{0.1, 0.2} : Json(nullptr)}}},
             {"quality", {{"reasons", name == "not_gradable" ? Json{"too_dark"} : Json::array()}}},
             {"frame", 3},
             {"bone_surface", {{"segments", Json::array({{{"points_px", "never looked at"}}})}}},
             {"tendon", {{"superficial_px", "never looked at"}}},
             {"masks", {{"label_png", "masks/img-" + number + ".png"}}},
             {"thickness", {{"mean_mm", 4.1}, {"max_mm", 5.2}, {"min_mm", 3.0}, {"sd_mm", 0.5}}},
             {"discontinuities", Json::array({{{"kind", "undersurface"},
                                               {"depth_fraction", 0.4},
                                               {"depth_mm", 2},
                                               {"length_mm", 6.5},
                                               {"confidence", 0.9}},
                                              {{"kind", "undersurface"},
                                               {"depth_fraction", 0.9},
                                               {"length_mm", 9},
                                               {"confidence", 0.9},
                                               {"suspected_anisotropy", true}}})},
             {"grade", grade(name, {0.1, 0.2, 0.4, 0.3})},
             {"review", nullptr}};
  return image;
}

std::string results(const std::vector<Json>& images, const Json& failed = Json::array()) {
  const Json hip{{"side", "L"}, {"grade", grade("partial_thickness", {0.1, 0.1, 0.5, 0.3})}, {"images", {"1.2.1"}}};
  return Json{
      {"schema", "hipcuff.results/1"},
      {"software", {{"version", "0.4"}}},
      {"criteria", {{"name", "hipcuff"}, {"version", "2.0"}, {"items", Json::object()}}},
      {"inputs", {{"failed", failed}}},
      {"studies", Json::array({{{"study_instance_uid", "1.9.1"}, {"images", images}, {"hips", Json::array({hip})}}})}}
      .dump();
}

TEST(System, AnalyzeFolder) {
  const test::TemporaryFolder folder;
  write(folder.path() / "results.json",
        results({imageJson("1", "partial_thickness"), imageJson("2", "not_gradable"), imageJson("3", "normal", false)},
                Json::array({{{"path", "data/9.dcm"}, {"problem", "is damaged"}}})));
  const SystemResults s = readSystem({folder.path()});
  ASSERT_EQ(s.images.size(), 3u);
  const SystemImage& a = s.images[0];
  EXPECT_EQ(a.answer.grade, GradeClass::partialThickness);
  EXPECT_DOUBLE_EQ(a.answer.probabilities->at(2), 0.4);
  EXPECT_DOUBLE_EQ(a.answer.depthFraction.value(), 0.4) << "what is only suspected is no tear";
  EXPECT_DOUBLE_EQ(a.answer.tearLengthMm.value(), 6.5);
  EXPECT_DOUBLE_EQ(a.answer.thicknessMaxMm.value(), 5.2);
  EXPECT_EQ(a.frame, 3);
  EXPECT_EQ(a.mmPerPx, (Spacing{0.1, 0.2}));
  EXPECT_EQ(a.mask, std::filesystem::absolute(folder.path() / "masks/img-1.png"));
  EXPECT_FALSE(s.images[1].answer.probabilities.has_value());
  EXPECT_FALSE(s.images[1].answer.confidence.has_value());
  EXPECT_THAT(s.images[1].answer.reasons, testing::ElementsAre("too_dark"));
  EXPECT_FALSE(s.images[2].answer.thicknessMaxMm.has_value()) << "no millimetres";
  ASSERT_EQ(s.hips.size(), 1u);
  EXPECT_EQ(s.hips[0].exam, "1.9.1");
  ASSERT_EQ(s.failed.size(), 1u);
  EXPECT_EQ(s.failed[0].problem, "is damaged");
  EXPECT_EQ(s.software, "HipCuff 0.4");
  EXPECT_EQ(s.files.at(0).sha256.size(), 64u);
}

TEST(System, NamesPluginsAndTellsOfStandIns) {
  const test::TemporaryFolder folder;
  const auto with = [&](const std::string& exam, double smoothing, const Json& fault) {
    Json image = imageJson(exam, "normal");
    image["stages"] =
        Json::array({{{"stage", "tendon"}, {"plugin", "smooth"}, {"version", "1.0.0"}, {"fault", fault}}});
    Json file = Json::parse(results({image}));
    file["plugins"] =
        Json::array({{{"name", "smooth"}, {"version", "1.0.0"}, {"parameters", {{"smoothing_mm", smoothing}}}}});
    write(folder.path() / exam / "results.json", file.dump());
    return folder.path() / exam;
  };
  const auto one = with("1", 0.5, nullptr);
  const auto other = with("2", 0.6, "threw");
  const SystemResults alone = readSystem({one});
  EXPECT_EQ(alone.software, "HipCuff 0.4 with smooth 1.0.0");
  EXPECT_THAT(alone.warnings, testing::IsEmpty());
  const SystemResults both = readSystem({one, other});
  EXPECT_THAT(both.warnings, Contains(HasSubstr("its parameters differ")));
  EXPECT_THAT(both.warnings, Contains(HasSubstr("In 1 image a plugin failed")));
}

TEST(System, BatchFolderWithoutItsReviews) {
  const test::TemporaryFolder folder;
  write(folder.path() / "studies/ab/exam-1/results.json", results({imageJson("1", "normal")}));
  write(folder.path() / "studies/cd/exam-2/results.json",
        results({imageJson("2", "normal"), imageJson("1", "normal")}));
  Json reviewed = imageJson("2", "normal");
  reviewed["review"] = {{"by", "AB"},
                        {"verdict", "changed"},
                        {"grade", {{"class", "full_thickness"}}},
                        {"program", {{"grade", grade("normal", {0.7, 0.1, 0.1, 0.1})}}}};
  write(folder.path() / "studies/cd/exam-2/reviewed/results.json", results({reviewed}));
  const SystemResults s = readSystem({folder.path()});
  EXPECT_EQ(s.images.size(), 2u);
  ASSERT_EQ(s.leftovers.size(), 2u) << "the image and the hip that stand in both";
  EXPECT_THAT(s.leftovers[0].why, HasSubstr("twice"));
  EXPECT_EQ(s.images[1].answer.grade, GradeClass::normal);
  const SystemResults asReviewed = readSystem({folder.path()}, {true});
  ASSERT_EQ(asReviewed.images.size(), 2u);
  EXPECT_EQ(asReviewed.images[1].sopInstanceUid, "1.2.2");
  EXPECT_EQ(asReviewed.images[1].answer.grade, GradeClass::fullThickness);
  EXPECT_FALSE(asReviewed.images[1].answer.probabilities.has_value()) << "those were the program's";
  const SystemResults given = readSystem({folder.path() / "studies/cd/exam-2/reviewed"});
  EXPECT_EQ(given.images[0].answer.grade, GradeClass::normal) << "the program's, unless asked for";
  EXPECT_THAT(given.warnings, Contains(HasSubstr("reviewed by a person")));
}

TEST(System, WhatIsNoResultIsRefused) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(errorOf([&] { return readSystem({folder.path()}); }), HasSubstr("no results.json"));
  EXPECT_THAT(errorOf([&] { return readSystem({folder.path() / "nowhere"}); }), HasSubstr("is not there"));
  write(folder.path() / "results.json", "{\"schema\": \"other\"}");
  EXPECT_THAT(errorOf([&] { return readSystem({folder.path()}); }), HasSubstr("hipcuff.results/1"));
}

TEST(Truth, IsReadWithItsFrames) {
  const test::TemporaryFolder folder;
  const auto frame = [](int n, double mean) {
    return Json{{"frame", n},
                {"mask", "x.f" + std::to_string(n) + ".mask.png"},
                {"thickness", {{"mean_mm", mean}, {"max_mm", mean + 1}}},
                {"discontinuities", Json::array({{{"kind", "bursal"}, {"depth_fraction", 0.6}, {"length_mm", 7}},
                                                 {{"kind", "bursal"}, {"depth_fraction", 0.2}, {"length_mm", 9}}})}};
  };
  const Json truth{{"schema", "hipcuff.truth/1"},
                   {"side", "L"},
                   {"pathology", "bursal"},
                   {"grade", "partial_thickness"},
                   {"frames", {frame(0, 4), frame(3, 5)}}};
  write(folder.path() / "a/1.truth.json", truth.dump());
  write(folder.path() / "a/1.dcm", "");
  const Reference r = readReference(folder.path());
  ASSERT_EQ(r.entries.size(), 1u);
  EXPECT_EQ(r.entries[0].answer.subtype, "bursal");
  SystemResults s;
  s.images = {image("e", "1", Side::left, GradeClass::normal)};
  s.images[0].path = folder.path() / "a/1.dcm";
  s.images[0].frame = 3;
  const Matched m = match(s, r);
  EXPECT_EQ(m.cases.at(0).reference()->grade, GradeClass::partialThickness);
  EXPECT_DOUBLE_EQ(m.cases[0].reference()->thicknessMeanMm.value(), 5) << "of the frame that was looked at";
  EXPECT_DOUBLE_EQ(m.cases[0].reference()->depthFraction.value(), 0.6);
  EXPECT_DOUBLE_EQ(m.cases[0].reference()->tearLengthMm.value(), 7);
  write(folder.path() / "a/2.truth.json", "{\"schema\": \"x\"}");
  EXPECT_THAT(errorOf([&] { return readReference(folder.path()); }), HasSubstr("hipcuff.truth/1"));
}

TEST(Truth, OfTheSimulatorsExamples) {
  const std::filesystem::path testdata = std::filesystem::path(HIPCUFF_SOURCE_DIR) / "testdata";
  const Reference r = readReference(testdata);
  EXPECT_GE(r.entries.size(), 13u);
  for (const ReferenceEntry& e : r.entries) {
    EXPECT_TRUE(e.answer.grade.has_value()) << e.file;
    EXPECT_TRUE(e.side.has_value()) << e.file;
    EXPECT_TRUE(e.answer.grade == GradeClass::notGradable || e.frames.at(0).answer.thicknessMeanMm) << e.file;
  }
}

TEST(References, AreRecognizedAndJoined) {
  const test::TemporaryFolder folder;
  write(folder.path() / "readers/readings-A-1.csv", "reader,uid,class\nA,1.2.1,normal\n");
  write(folder.path() / "readers/readings-B-1.csv", "reader,uid,class\nB,1.2.1,full\n");
  write(folder.path() / "surgery.tsv", "uid\tclass\n1.2.1\tpartial\n");
  const Reference r = readReferences({folder.path() / "readers", folder.path() / "surgery.tsv"});
  ASSERT_EQ(r.entries.size(), 3u);
  ASSERT_EQ(r.files.size(), 3u);
  EXPECT_EQ(r.whereIs(r.entries[2]), "surgery.tsv, line 2");
  EXPECT_EQ(r.files[0].sha256.size(), 64u);
  write(folder.path() / "other/x.bin", "");
  EXPECT_THAT(errorOf([&] { return readReference(folder.path() / "other"); }),
              HasSubstr("nothing that can be a reference"));
  EXPECT_THAT(errorOf([&] { return readReference(folder.path() / "no.csv"); }), HasSubstr("is not there"));
}

} // namespace
} // namespace hipcuff::validation
