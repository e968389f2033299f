// hipcuff info on result objects: what an analysis wrote as DICOM comes back as it stands in results.json.
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::DoubleNear;
using testing::HasSubstr;
using testing::Not;
using testing::Pointwise;
using testing::SizeIs;

// Longer than a line of a presentation state: a name that is broken is a name, too.
const std::string reader = "Aubergine Theodora Readerson Featherstonehaugh";

/// The measures of this name, in order; with this derivation only, or with none.
std::vector<const json*> measures(const json& group, const std::string& name, const std::string& derivation = {}) {
  std::vector<const json*> out;
  for (const json& m : group.at("measurements")) {
    const json& d = m.at("derivation");
    if (m.at("name").at("value") == name && m.at("modifiers").empty() &&
        (d.is_null() ? derivation.empty() : d.at("value") == derivation))
      out.push_back(&m);
  }
  return out;
}

/// What the group says in codes of this name; empty where nothing.
std::string said(const json& group, const std::string& name) {
  for (const json& e : group.at("evaluations"))
    if (e.at("name").at("value") == name)
      return e.at("value").at("value");
  return {};
}

bool finds(const json& group, const std::string& finding) {
  return !group.at("finding").is_null() && group.at("finding").at("value") == finding;
}

class InfoObjects : public testing::Test {
protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<TemporaryFolder>();
    const fs::path testdata = fs::path(HIPCUFF_SOURCE_DIR) / "testdata";
    fs::create_directories(*shared / "in");
    for (const char* exam : {"full-left-long", "bursal-left-long", "normal-right-long", "tendinosis-right-short"})
      fs::copy_file(testdata / exam / "image.dcm", fs::path(*shared / "in") / (std::string(exam) + ".dcm"));
    fs::copy_file(testdata / "undersurface-left-cine/cine.dcm", *shared / "in/cine.dcm");
    const std::string out = *shared / "out";
    const Ran ran = hipcuff({"analyze", *shared / "in", "--out", out, "--no-overlays"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    // As overlays would, pictures become secondary captures.
    fs::create_directories(out + "/overlays");
    for (const auto& entry : fs::directory_iterator(out + "/pictures"))
      fs::copy_file(entry.path(), fs::path(out) / "overlays" / entry.path().filename());
    const Ran made = hipcuff({"export", out, "--dicom", "all"});
    ASSERT_EQ(made.code, 0) << made.err;
    results = json::parse(readFile(out + "/results.json"));
  }
  static void TearDownTestSuite() { shared.reset(); }

  [[nodiscard]] static json infoOf(const std::string& path, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"info", path, "--json", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = hipcuff(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return json::parse(ran.out);
  }
  [[nodiscard]] static std::vector<json> ofKind(const json& info, const std::string& kind) {
    std::vector<json> out;
    for (const json& object : info.at("objects"))
      if (object.at("kind") == kind)
        out.push_back(object);
    return out;
  }
  [[nodiscard]] static std::string first(const std::string& folder, const std::string& kind) {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().filename().string().find("-" + kind + "-") != std::string::npos)
        all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return all.empty() ? "none" : all.front();
  }
  static void keepsItsSchema(const json& info) {
    if (runProgram({"/usr/bin/python3", "-c", "import jsonschema"}).code != 0)
      return;
    const TemporaryFolder folder;
    writeFile(folder / "info.json", info.dump());
    const Ran check =
        runProgram({"/usr/bin/python3", "-c",
                    "import json, sys, jsonschema\n"
                    "schema = json.load(open(sys.argv[1]))\n"
                    "jsonschema.Draft202012Validator(schema).validate(json.load(open(sys.argv[2])))",
                    std::string(HIPCUFF_SOURCE_DIR) + "/apps/hipcuff/schema/info.schema.json", folder / "info.json"});
    EXPECT_EQ(check.code, 0) << check.err;
  }
  /// The results with one image accepted by a reader, as objects.
  void reviewed() const {
    json all = results;
    json& image = all["studies"][0]["images"][0];
    image["review"] = {{"by", reader},
                       {"at", "2026-01-01T10:00:00Z"},
                       {"verdict", "accepted"},
                       {"grade", {{"class", image["grade"]["class"]}, {"subtype", image["grade"]["subtype"]}}},
                       {"reason", "clear, says " + reader},
                       {"edits", json::array()},
                       {"annotations", json::array()},
                       {"program",
                        {{"grade", image["grade"]},
                         {"not_gradable_reasons", json::array()},
                         {"thickness", nullptr},
                         {"discontinuities", 0}}}};
    fs::create_directories(folder / "out");
    writeFile(folder / "out/results.json", all.dump());
    const Ran ran = hipcuff({"export", folder / "out", "--dicom", "sr,seg,gsps"});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }

  inline static std::unique_ptr<TemporaryFolder> shared;
  inline static json results;
  TemporaryFolder folder;
};

TEST_F(InfoObjects, TheReportsValuesAreThoseOfTheResults) {
  const std::map<std::string, std::string> grades{{"normal", "A101"},
                                                  {"tendinosis", "A102"},
                                                  {"partial_thickness", "A103"},
                                                  {"full_thickness", "A104"},
                                                  {"not_gradable", "A105"}};
  // results.json has three decimals.
  const double rounding = 0.00051;
  const json info = infoOf(*shared / "out/dicom");
  keepsItsSchema(info);
  const auto reports = ofKind(info, "sr");
  ASSERT_THAT(reports, SizeIs(results.at("studies").size()));
  int thicknesses = 0;
  int discontinuities = 0;
  for (const json& study : results.at("studies")) {
    const auto found = std::find_if(reports.begin(), reports.end(), [&](const json& object) {
      return object.at("study_instance_uid") == study.at("study_instance_uid");
    });
    ASSERT_NE(found, reports.end());
    const json& report = found->at("report");
    EXPECT_THAT(report.at("not_understood"), SizeIs(0));
    for (const json& image : study.at("images")) {
      const std::string uid = image.at("source").at("sop_instance_uid");
      std::vector<double> lengths;
      std::vector<double> expected;
      for (const json& d : image.at("discontinuities"))
        expected.push_back(d.at("length_mm"));
      for (const json& group : report.at("groups")) {
        ASSERT_THAT(group.at("images"), SizeIs(1));
        if (group.at("images")[0].at("sop_instance_uid") != uid || finds(group, "A240"))
          continue;
        if (finds(group, "A241")) {
          EXPECT_EQ(said(group, "A100"), grades.at(image.at("grade").at("class")));
        } else if (finds(group, "A001")) {
          const json& thickness = image.at("thickness");
          for (const auto& [name, code] :
               std::map<std::string, std::string>{{"mean", "373098007"}, {"max", "56851009"}}) {
            const auto m = measures(group, "A180", code);
            ASSERT_THAT(m, SizeIs(1)) << name;
            EXPECT_EQ(m[0]->at("unit").at("value"), "mm");
            EXPECT_NEAR(m[0]->at("value"), thickness.at(name + "_mm"), rounding);
            EXPECT_NEAR(m[0]->at("lower95"), thickness.at(name + "_lower_mm"), rounding);
            EXPECT_NEAR(m[0]->at("upper95"), thickness.at(name + "_upper_mm"), rounding);
            ++thicknesses;
          }
        } else if (finds(group, "A002")) {
          ASSERT_THAT(measures(group, "410668003"), SizeIs(1));
          lengths.push_back(measures(group, "410668003")[0]->at("value"));
          ++discontinuities;
        }
      }
      EXPECT_THAT(lengths, Pointwise(DoubleNear(rounding), expected)) << image.at("id");
    }
  }
  EXPECT_GE(thicknesses, 8);
  EXPECT_GE(discontinuities, 3);
}

TEST_F(InfoObjects, MasksLinesAndCapturesAreToldToo) {
  const json info = infoOf(*shared / "out");
  const std::size_t images = 5;
  int fluids = 0;
  EXPECT_THAT(ofKind(info, "seg"), SizeIs(images));
  EXPECT_THAT(ofKind(info, "gsps"), SizeIs(images));
  EXPECT_THAT(ofKind(info, "sc"), SizeIs(images));
  for (const json& study : results.at("studies"))
    for (const json& image : study.at("images")) {
      const std::string uid = image.at("source").at("sop_instance_uid");
      for (const json& object : info.at("objects")) {
        if (object.at("study_instance_uid") != study.at("study_instance_uid"))
          continue;
        if (object.at("kind") == "seg") {
          const json& segments = object.at("segmentation").at("segments");
          const bool wet = !image.at("findings").at("bursal_fluid_px").is_null();
          EXPECT_EQ(wet, image.at("findings").at("bursal_fluid_mm") > 0) << image.at("id");
          fluids += wet ? 1 : 0;
          ASSERT_THAT(segments, SizeIs(1 + image.at("discontinuities").size() + (wet ? 1 : 0))) << image.at("id");
          EXPECT_EQ(segments.back().at("label") == "Bursal fluid", wet) << image.at("id");
          EXPECT_EQ(segments[0].at("maker"), "automatic");
          EXPECT_EQ(segments[0].at("masks")[0].at("frame"), image.at("frame"));
          EXPECT_EQ(segments[0].at("masks")[0].at("sop_instance_uid"), uid);
          EXPECT_GT(segments[0].at("masks")[0].at("pixels"), 1000);
        } else if (object.at("kind") == "gsps") {
          const json& p = object.at("presentation");
          EXPECT_EQ(p.at("images")[0].at("sop_instance_uid"), uid);
          EXPECT_GE(p.at("graphics").size(), 3U);
          EXPECT_THAT(p.at("texts").dump(), HasSubstr("HipCuff"));
        } else if (object.at("kind") == "sc") {
          EXPECT_EQ(object.at("capture").at("shows")[0].at("sop_instance_uid"), uid);
        }
      }
    }
  EXPECT_GT(fluids, 0);
  const Ran text = hipcuff({"info", *shared / "out"});
  EXPECT_THAT(text.err, HasSubstr("result objects (5 gsps, 5 sc, 5 seg, 5 sr)")) << text.err;
}

TEST_F(InfoObjects, ForAPersonTheReportIsWords) {
  const Ran ran = hipcuff({"info", *shared / "out/dicom"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (const char* part :
       {"Comprehensive SR Storage", "report       complete, not verified, 1 image",
        "Grade of gluteus medius tendon: Full-thickness tear of gluteus medius tendon", "mm, 95 % ",
        "Kind of discontinuity: Bursal-sided", "segment 1    Gluteus medius tendon", ", automatic (HipCuff 0.",
        "pixels\n", "frame 7 of ", " (6 in results.json)", "layer        BORDERS", "shows        "})
    EXPECT_THAT(ran.out, HasSubstr(part));
  EXPECT_THAT(ran.out, Not(HasSubstr("not understood")));
  EXPECT_THAT(ran.out, Not(HasSubstr("A180"))) << "codes are for scripts";
}

TEST_F(InfoObjects, NoPatientAndNoReaderUnlessAsked) {
  reviewed();
  const std::string objects = folder / "out/dicom";
  for (const fs::directory_entry& entry : fs::directory_iterator(objects))
    if (entry.path().extension() == ".dcm") {
      ASSERT_EQ(runProgram({"dcmodify", "--no-backup", "--modify", "PatientName=SECRET^NAME", entry.path()}).code, 0);
    }
  for (const bool asJson : {false, true}) {
    std::vector<std::string> words{"info", objects, "--quiet"};
    if (asJson)
      words.emplace_back("--json");
    const Ran plain = hipcuff(words);
    EXPECT_EQ(plain.code, 0) << plain.err;
    EXPECT_THAT(plain.out, Not(HasSubstr("SECRET")));
    EXPECT_THAT(plain.out, Not(HasSubstr("Aubergine")));
    EXPECT_THAT(plain.out, Not(HasSubstr("Readerson")));
    EXPECT_THAT(plain.out, HasSubstr("accepted by (name)")) << "that somebody did is no secret";
    words.emplace_back("--identity");
    const Ran full = hipcuff(words);
    EXPECT_THAT(full.out, HasSubstr("SECRET^NAME"));
    EXPECT_THAT(full.out, HasSubstr("accepted by " + reader));
    EXPECT_THAT(full.out, HasSubstr("clear, says " + reader));
  }
  const json info = infoOf(objects, {"--identity"});
  keepsItsSchema(info);
  keepsItsSchema(infoOf(objects));
  std::vector<std::string> persons;
  for (const json& object : ofKind(info, "sr"))
    for (const json& person : object.at("report").at("persons"))
      persons.push_back(person);
  EXPECT_THAT(persons, testing::ElementsAre(reader));
}

TEST_F(InfoObjects, DamagedOnesFailAndOthersOfAnotherKindAreSkipped) {
  for (const char* kind : {"sr", "seg", "gsps", "sc"}) {
    const std::string whole = readFile(first(*shared / "out/dicom", kind));
    writeFile(folder / (std::string("cut/") + kind + ".dcm"), whole.substr(0, whole.size() * 3 / 4));
  }
  const Ran cut = hipcuff({"info", folder / "cut", "--quiet"});
  EXPECT_EQ(cut.code, 1);
  EXPECT_THAT(cut.errLines(), SizeIs(4)) << cut.err;

  fs::create_directories(folder / "others");
  fs::copy_file(first(*shared / "out/dicom", "seg"), folder / "others/seg.dcm");
  fs::copy_file(first(*shared / "out/dicom", "sr"), folder / "others/sr.dcm");
  fs::copy_file(first(*shared / "out/dicom", "gsps"), folder / "others/gsps.dcm");
  for (const char* change : {"Manufacturer=Somebody", "SegmentationType=FRACTIONAL"})
    ASSERT_EQ(runProgram({"dcmodify", "--no-backup", "--insert", change, folder / "others/seg.dcm"}).code, 0);
  for (const char* change : {"Manufacturer=Somebody", "ConceptNameCodeSequence[0].CodeValue=125200"})
    ASSERT_EQ(runProgram({"dcmodify", "--no-backup", "--insert", change, folder / "others/sr.dcm"}).code, 0);
  ASSERT_EQ(
      runProgram({"dcmodify", "--no-backup", "--modify", "Manufacturer=Somebody", folder / "others/gsps.dcm"}).code, 0);
  const json info = infoOf(folder / "others");
  ASSERT_THAT(info.at("objects"), SizeIs(1)) << "what can be read is shown, whoever wrote it";
  EXPECT_EQ(info.at("objects")[0].at("manufacturer"), "Somebody");
  EXPECT_THAT(info.at("failed"), SizeIs(0));
  ASSERT_THAT(info.at("skipped"), SizeIs(2));
  EXPECT_THAT(info.at("skipped")[0].at("problem"), HasSubstr("FRACTIONAL"));
  EXPECT_THAT(info.at("skipped")[1].at("problem"), HasSubstr("another kind"));
}

} // namespace
} // namespace hipcuff::test
