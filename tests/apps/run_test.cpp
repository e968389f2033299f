// Whole runs that go well: info, phantom, analyze, interruption, results of an earlier run.
#include "dicom_bytes.h"
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hipcuff::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Run : public ::testing::Test {
protected:
  TemporaryFolder folder;
};

TEST_F(Run, InfoShowsTheFactsAndNoIdentityUnlessAsked) {
  const std::string file = folder / "a.dcm";
  writeFile(file, ultrasoundFile({}));
  const Ran plain = hipcuff({"info", file});
  EXPECT_EQ(plain.code, 0) << plain.err;
  for (const char* fact : {"Ultrasound Image Storage", "Explicit VR Little Endian", "320 x 240", "b_mode",
                           "0.08000 x 0.08000 mm/px (ultrasound_region)"})
    EXPECT_THAT(plain.out, HasSubstr(fact));
  EXPECT_THAT(plain.out + plain.err, Not(HasSubstr("SECRET")));
  EXPECT_THAT(hipcuff({"info", file, "--json", "--verbose"}).out, Not(HasSubstr("SECRET")));
  EXPECT_THAT(hipcuff({"info", file, "--identity"}).out, HasSubstr("SECRET^NAME"));
  EXPECT_THAT(hipcuff({"info", file, "--identity", "--json"}).out, HasSubstr("SECRET-ID"));
}

TEST_F(Run, InfoJsonKeepsItsSchema) {
  if (runProgram({"/usr/bin/python3", "-c", "import jsonschema"}).code != 0)
    GTEST_SKIP() << "python3-jsonschema is not installed";
  writeFile(folder / "in/a.dcm", ultrasoundFile({}));
  writeFile(folder / "in/b.dcm", ultrasoundFile({.regions = "broken"}));
  writeFile(folder / "in/c.dcm", "not DICOM");
  writeFile(folder / "in/d.txt", "a letter");
  const Ran ran = hipcuff({"info", folder / "in", "--json", "--identity", "--quiet"});
  EXPECT_EQ(ran.code, 3) << ran.err;
  writeFile(folder / "info.json", ran.out);
  const json all = json::parse(ran.out);
  EXPECT_EQ(all.at("files").size(), 2u);
  EXPECT_EQ(all.at("failed").size(), 1u);
  EXPECT_EQ(all.at("skipped").size(), 1u);
  const std::string schema = std::string(HIPCUFF_SOURCE_DIR) + "/apps/hipcuff/schema/info.schema.json";
  const Ran check = runProgram({"/usr/bin/python3", "-c",
                                "import json, sys, jsonschema\n"
                                "schema = json.load(open(sys.argv[1]))\n"
                                "jsonschema.Draft202012Validator.check_schema(schema)\n"
                                "jsonschema.Draft202012Validator(schema).validate(json.load(open(sys.argv[2])))",
                                schema, folder / "info.json"});
  EXPECT_EQ(check.code, 0) << check.err;
}

TEST_F(Run, InfoOfACopyIsShownAndSaid) {
  writeFile(folder / "a.dcm", ultrasoundFile({}));
  writeFile(folder / "b.dcm", ultrasoundFile({}));
  const Ran ran = hipcuff({"info", folder / "a.dcm", folder / "b.dcm"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("b.dcm\n"));
  EXPECT_THAT(ran.out, HasSubstr("same SOP instance as " + (folder / "a.dcm")));
}

TEST_F(Run, PhantomThenAnalyze) {
  const std::string sim = folder / "sim", out = folder / "out";
  const Ran made = hipcuff({"phantom", "--out", sim, "--cases", "1", "--seed", "3", "--screen", "640x480", "--quiet"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.err, "");
  const Ran ran = hipcuff({"analyze", sim, "--out", out, "--no-overlays"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const json results = json::parse(readFile(out + "/results.json"));
  std::size_t images = 0;
  for (const json& study : results.at("studies"))
    for (const json& image : study.at("images")) {
      ++images;
      EXPECT_EQ(image.at("source").at("region"), "lateral_hip");
      EXPECT_EQ(image.at("calibration").at("origin"), "ultrasound_region");
    }
  EXPECT_EQ(images, 3u) << "long axis, short axis, cine; the truth beside them is no picture\n" << ran.out;
  EXPECT_THAT(ran.err, HasSubstr("label mask"));
  EXPECT_THAT(ran.out, HasSubstr("long.dcm"));
  EXPECT_THAT(ran.out, Not(HasSubstr("mask.png")));

  // The same exam given as its own prior is not compared; the prevalence given is printed with the result.
  const std::string again = folder / "again";
  const Ran later = hipcuff({"analyze", sim, "--out", again, "--no-overlays", "--frames", "2", "--prior", out,
                             "--prevalence", "normal=0.7,tendinosis=0.1,partial=0.1,full=0.1"});
  EXPECT_EQ(later.code, 0) << later.err;
  EXPECT_THAT(later.err, HasSubstr("--prior: no hip was compared"));
  const json shifted = json::parse(readFile(again + "/results.json"));
  EXPECT_DOUBLE_EQ(shifted.at("criteria").at("items").at("prevalence_normal").at("value").get<double>(), 0.7);
  EXPECT_TRUE(shifted.at("studies").at(0).at("hips").at(0).at("change").is_null());
  EXPECT_TRUE(shifted.at("studies").at(0).at("hips").at(0).at("grade").at("wrong_at_most").is_null());
}

TEST_F(Run, ARecipeIsFollowedAndMakesTheSamePictureAgain) {
  writeFile(folder / "r.json", R"({"view": "short", "pathology": "undersurface", "side": "L",
    "geometry": {"tendon_mm": [4, 4.5]}, "tear": {"depth_fraction": 0.5}, "screen": {"columns": 640, "rows": 480}})");
  const std::string sim = folder / "sim";
  const Ran made = hipcuff({"phantom", "--recipe", folder / "r.json", "--out", sim, "--cases", "2", "--quiet"});
  ASSERT_EQ(made.code, 0) << made.err;
  std::vector<json> truths;
  for (const char* name : {"case0001", "case0002"}) {
    truths.push_back(json::parse(readFile(sim + "/" + name + "/short.truth.json")));
    EXPECT_EQ(truths.back().at("view"), "short");
    EXPECT_EQ(truths.back().at("side"), "L");
    EXPECT_EQ(truths.back().at("pathology"), "undersurface");
    EXPECT_EQ(truths.back().at("columns"), 640);
    const json recipe = json::parse(readFile(sim + "/" + name + "/short.recipe.json"));
    EXPECT_EQ(recipe.at("tear").at("depth_fraction"), 0.5);
    EXPECT_GE(recipe.at("geometry").at("tendon_mm"), 4);
    EXPECT_LE(recipe.at("geometry").at("tendon_mm"), 4.5);
  }
  EXPECT_NE(truths[0].at("seed"), truths[1].at("seed")) << "what is not fixed is drawn anew";

  const Ran again =
      hipcuff({"phantom", "--recipe", sim + "/case0001/short.recipe.json", "--out", folder / "again", "-q"});
  ASSERT_EQ(again.code, 0) << again.err;
  for (const char* file : {"short.dcm", "short.mask.png"})
    EXPECT_TRUE(readFile(folder / ("again/case0001/" + std::string(file))) == readFile(sim + "/case0001/" + file))
        << file;
  EXPECT_FALSE(readFile(sim + "/case0001/short.mask.png") == readFile(sim + "/case0002/short.mask.png"));
}

TEST_F(Run, AWrongRecipeIsRefusedBeforeAnythingIsWritten) {
  const auto refused = [&](const std::string& recipe, const std::string& word) {
    writeFile(folder / "bad.json", recipe);
    const Ran ran = hipcuff({"phantom", "--recipe", folder / "bad.json", "--out", folder / "none"});
    EXPECT_EQ(ran.code, 1) << recipe;
    EXPECT_EQ(ran.errLines().size(), 1u) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("bad.json"));
    EXPECT_THAT(ran.err, HasSubstr(word));
    EXPECT_FALSE(std::filesystem::exists(folder / "none"));
  };
  refused("{", "JSON");
  refused(R"({"viev": "short"})", "'viev'");
  refused(R"({"view": "sideways"})", "'view'");
  refused(R"({"geometry": {"tendon_mm": 80}})", "tendon_mm");
  refused(R"({"tear": {"depth_fraction": [0.9, 0.1]}})", "depth_fraction");
  EXPECT_EQ(hipcuff({"phantom", "--recipe", folder / "bad.json", "--demo", "--out", folder / "none"}).code, 2);
}

TEST_F(Run, TheHipIsComparedWithAnEarlierExam) {
  // The results of another exam of the same side stand for the earlier one.
  const std::string sim = folder / "sim";
  ASSERT_EQ(hipcuff({"phantom", "--out", sim, "--cases", "1", "--seed", "3", "--screen", "640x480", "--quiet"}).code,
            0);
  ASSERT_EQ(hipcuff({"analyze", sim, "--out", folder / "now", "--no-overlays", "--frames", "1", "--quiet"}).code, 0);
  std::string earlier = readFile(folder / "now/results.json");
  const json now = json::parse(earlier);
  const std::string uid = now.at("studies").at(0).at("study_instance_uid");
  for (std::size_t at = earlier.find(uid); at != std::string::npos; at = earlier.find(uid, at + 1))
    earlier.replace(at, uid.size(), std::string(uid.size() - 1, '1') + "2");
  writeFile(folder / "then/results.json", earlier);
  const Ran ran =
      hipcuff({"analyze", sim, "--out", folder / "out", "--no-overlays", "--frames", "1", "--prior", folder / "then"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const json hip = json::parse(readFile(folder / "out/results.json")).at("studies").at(0).at("hips").at(0);
  ASSERT_FALSE(hip.at("change").is_null()) << ran.err;
  EXPECT_EQ(hip.at("change").at("measurable"), false) << "the same pictures: nothing has changed";
  EXPECT_THAT(readFile(folder / "out/report.html"), HasSubstr("Since the exam of"));
}

TEST_F(Run, SameSeedSameBytes) {
  for (const char* name : {"a", "b"})
    ASSERT_EQ(hipcuff({"phantom", "--out", folder / name, "--cases", "2", "--seed", "5", "--screen", "400x300",
                       "--quiet", "--jobs", *name == 'a' ? "1" : "2"})
                  .code,
              0);
  const Ran difference = runProgram({"diff", "-r", folder / "a", folder / "b"});
  EXPECT_EQ(difference.code, 0) << difference.out << difference.err;
}

TEST_F(Run, ResultsOfAnEarlierRunAreNoInput) {
  writeFile(folder / "exam/a.dcm", ultrasoundFile({}));
  const std::string exam = folder / "exam";
  std::string first;
  for (int i = 0; i < 2; ++i) {
    const Ran ran = hipcuff({"analyze", exam, "--out", exam, "--no-overlays"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("Analysed 1 input."));
    EXPECT_TRUE(first.empty() || first == ran.out);
    first = ran.out;
  }
}

TEST_F(Run, InterruptedRunWritesWhatIsFinished) {
  constexpr int many = 2000; // far more than any machine analyses in the time that it is given
  for (int i = 0; i < many; ++i)
    writeFile(folder / ("in/" + std::to_string(1000 + i) + ".dcm"),
              ultrasoundFile({.sopInstanceUid = "1.2.3.4." + std::to_string(1000 + i)}));
  const Ran ran =
      runProgram({"timeout", "--preserve-status", "--signal=INT", "1", std::string(HIPCUFF_BIN_DIR) + "/hipcuff",
                  "analyze", folder / "in", "--out", folder / "out", "--no-overlays"});
  if (ran.code == 0)
    GTEST_SKIP() << "this machine analysed " << many << " pictures before it could be interrupted";
  EXPECT_EQ(ran.code, 130) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("Stopped"));
  const json results = json::parse(readFile(folder / "out/results.json"));
  EXPECT_LT(results.at("inputs").at("analysed").get<int>(), many);
}

} // namespace
} // namespace hipcuff::test
