// The files of a run: schema, order, atomicity, threads.
#include "sample_results.h"
#include "temporary_folder.h"

#include "hipcuff/core/error.h"
#include "hipcuff/report/results_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <png.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

namespace hipcuff::report {
namespace {

using nlohmann::json;

const std::filesystem::path schema =
    std::filesystem::path(HIPCUFF_SOURCE_DIR) / "lib/report/schema/hipcuff.results-1.schema.json";

RunInfo run() {
  return {"hipcuff analyze exams --out out", test::sampleCriteria(), 2};
}

json parsed(const std::filesystem::path& folder) {
  return json::parse(test::bytesOf(folder / "results.json"));
}

std::vector<std::string> namesIn(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      names.push_back(entry.path().lexically_relative(folder).string());
  std::sort(names.begin(), names.end());
  return names;
}

void writeSample(const std::filesystem::path& folder) {
  ResultsWriter writer(folder, run());
  for (const ImageResult& image :
       {test::normalHip(), test::tornHip(), test::ruptureHip(), test::undecodable(), test::uncalibrated()})
    writer.add(image);
  writer.addOutcome({InputOutcome::Kind::failed, "cut\xFF.dcm", "is cut off", "copy it again"});
  writer.addOutcome({InputOutcome::Kind::skipped, "a.txt", "is a text file", ""});
  StudyResult first = test::studyOf({test::normalHip(), test::tornHip()});
  first.hips[1].change = test::sampleChange();
  writer.finish({first, test::studyOf({test::ruptureHip()}), test::studyOf({test::undecodable()}),
                 test::studyOf({test::uncalibrated()})});
}

/// Runs jsonschema over a file. @returns its exit status, or nullopt where it is not installed
std::optional<int> validate(const std::filesystem::path& results, const std::filesystem::path& with) {
  if (std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0)
    return std::nullopt;
  const std::string program = "import json,sys,jsonschema\n"
                              "s=json.load(open(sys.argv[1])); v=jsonschema.Draft202012Validator; v.check_schema(s)\n"
                              "e=list(v(s).iter_errors(json.load(open(sys.argv[2]))))\n"
                              "[print(list(x.absolute_path),x.message[:300]) for x in e]\n"
                              "sys.exit(1 if e else 0)\n";
  return std::system(("/usr/bin/python3 -c '" + program + "' " + with.string() + " " + results.string()).c_str());
}

TEST(ResultsJson, TellsOfPluginsAsItsSchemaHasIt) {
  const test::TemporaryFolder folder;
  RunInfo info = run();
  info.plugins = test::samplePlugins();
  info.criteria.items["graded_wrong_bound"] = {0.12, "1", "simulated"};
  for (const char* name : {"normal", "tendinosis", "partial", "full"}) {
    info.criteria.items[std::string("calibration_prior_") + name] = {0.25, "1", "own proposal"};
    info.criteria.items[std::string("prevalence_") + name] = {0.25, "1", "own proposal"};
  }
  {
    ResultsWriter writer(folder.path(), info);
    writer.add(test::hipByPlugins());
    writer.add(test::normalHip());
    writer.finish({test::studyOf({test::hipByPlugins()}), test::studyOf({test::normalHip()})});
  }
  const auto status = validate(folder.path() / "results.json", schema);
  EXPECT_EQ(status.value_or(0), 0);
  const std::string text = test::bytesOf(folder.path() / "results.json");
  const json results = json::parse(text);
  ASSERT_EQ(results.at("plugins").size(), 2U);
  const json& parameters = results.at("plugins")[0].at("parameters");
  EXPECT_EQ(parameters.at("model"), (json{{"file", "net.onnx"}, {"sha256", std::string(64, 'b')}}));
  EXPECT_TRUE(parameters.at("mask").is_null());
  EXPECT_EQ(parameters.at("steps"), 30);
  for (const json& study : results.at("studies")) {
    const json& image = study.at("images")[0];
    const bool ours = image.at("stages").empty();
    EXPECT_EQ(ours, study.at("study_instance_uid") != "2.25.1007");
    EXPECT_EQ(image.at("grade").at("wrong_at_most").is_null(), !ours) << "the bound is of the built-in stages";
    EXPECT_EQ(study.at("hips")[0].at("grade").at("wrong_at_most").is_null(), !ours);
    if (ours)
      continue;
    EXPECT_EQ(image.at("stages")[0], (json{{"stage", "tendon"},
                                           {"plugin", "level_set"},
                                           {"version", "1.0.0"},
                                           {"over", "smooth 0.2.0"},
                                           {"fault", nullptr}}));
    EXPECT_THAT(image.at("stages")[1].at("fault").get<std::string>(), testing::HasSubstr("nonsense"));
  }
  EXPECT_THAT(
      test::bytesOf(folder.path() / "results.csv"),
      testing::HasSubstr("tendon=level_set 1.0.0;discontinuities=gaps 3.1.4 (failed);grader=my_rules 2.0.1\r\n"));
}

TEST(ResultsJson, FollowsItsSchema) {
  const test::TemporaryFolder folder;
  {
    ImageResult undecided = test::normalHip();
    undecided.review = test::reviewedHip().review;
    undecided.review->verdict.reset();
    ImageResult bare = test::uncalibrated();
    bare.review = undecided.review;
    bare.review->program = bare.grade;
    ResultsWriter writer(folder.path(), run());
    for (const ImageResult& image : {test::reviewedHip(), undecided, bare})
      writer.add(image);
    writer.finish({test::studyOf({test::reviewedHip()})});
  }
  if (const auto reviewed = validate(folder.path() / "results.json", schema)) {
    EXPECT_EQ(*reviewed, 0);
    json wrong = parsed(folder.path());
    for (json& study : wrong["studies"])
      for (json& image : study["images"])
        image["review"]["verdict"] = "maybe";
    std::ofstream(folder.path() / "wrong.json") << wrong;
    EXPECT_NE(*validate(folder.path() / "wrong.json", schema), 0);
  }
  writeSample(folder.path());
  const auto status = validate(folder.path() / "results.json", schema);
  if (!status)
    GTEST_SKIP() << "python3-jsonschema is not installed";
  EXPECT_EQ(*status, 0);
  // And the schema refuses what is wrong.
  for (const auto& [pointer, value] :
       std::vector<std::pair<std::string, json>>{{"/studies/0/images/0/grade/class", "torn"},
                                                 {"/studies/0/images/0/unknown", 1},
                                                 {"/studies/0/images/0/thickness/mean_mm", -1},
                                                 {"/studies/0/images/0/source/side", "left"},
                                                 {"/schema", "hipcuff.results/2"}}) {
    json wrong = parsed(folder.path());
    wrong[json::json_pointer(pointer)] = value;
    std::ofstream(folder.path() / "wrong.json") << wrong;
    EXPECT_NE(*validate(folder.path() / "wrong.json", schema), 0) << pointer;
  }
  json incomplete = parsed(folder.path());
  incomplete["studies"][0]["images"][0]["findings"].erase("itb_mm");
  std::ofstream(folder.path() / "wrong.json") << incomplete;
  EXPECT_NE(*validate(folder.path() / "wrong.json", schema), 0);
}

void expectDescribed(const json& node, const std::string& where) {
  if (node.is_array())
    for (const json& item : node)
      expectDescribed(item, where);
  if (!node.is_object())
    return;
  if (node.contains("properties")) {
    EXPECT_EQ(node.value("additionalProperties", true), false) << where;
    EXPECT_EQ(node.at("required").size(), node.at("properties").size()) << where << ": every field is required";
    for (const auto& [key, value] : node.at("properties").items())
      EXPECT_TRUE(value.contains("description")) << where << "/" << key;
  }
  for (const auto& [key, value] : node.items())
    expectDescribed(value, where + "/" + key);
}

TEST(Schema, DescribesEveryFieldAndKnowsEveryCode) {
  const json s = json::parse(test::bytesOf(schema));
  expectDescribed(s, "");
  const json& codes = s.at("$defs").at("refusal").at("enum");
  std::size_t known = 0;
  for (int i = 0; i < 64; ++i)
    if (const std::string code = toString(static_cast<Refusal>(i)); !code.empty()) {
      ++known;
      EXPECT_NE(std::find(codes.begin(), codes.end(), code), codes.end()) << code;
    }
  EXPECT_EQ(codes.size(), known);
}

TEST(ResultsWriter, WritesEverythingAndLeavesNothingElse) {
  const test::TemporaryFolder folder;
  writeSample(folder.path());
  std::vector<std::string> expected = {"report.html", "results.csv", "results.json"};
  for (const ImageResult& image : {test::normalHip(), test::tornHip(), test::ruptureHip(), test::uncalibrated()}) {
    expected.push_back("masks/" + imageId(image) + ".png");
    expected.push_back("pictures/" + imageId(image) + ".png");
  }
  EXPECT_THAT(namesIn(folder.path()), testing::UnorderedElementsAreArray(expected));
}

TEST(ResultsWriter, CountsInputsAndGroupsImages) {
  const test::TemporaryFolder folder;
  writeSample(folder.path());
  const json results = parsed(folder.path());
  EXPECT_EQ(results["inputs"]["total"], 7);
  EXPECT_EQ(results["inputs"]["analysed"], 5);
  EXPECT_EQ(results["inputs"]["failed"][0]["path"], "cut\xEF\xBF\xBD.dcm");
  EXPECT_TRUE(results["inputs"]["skipped"][0]["remedy"].is_null());
  ASSERT_EQ(results["studies"].size(), 4U);
  EXPECT_EQ(results["studies"][0]["images"].size(), 2U);
  EXPECT_EQ(results["studies"][0]["hips"].size(), 2U);
  const json& byFolder = results["studies"][3];
  EXPECT_TRUE(byFolder["study_instance_uid"].is_null());
  EXPECT_EQ(byFolder["folder"], "exported");
  EXPECT_EQ(byFolder["hips"].size(), 1U) << "hips of images without a study UID are found by their paths";
}

TEST(ResultsWriter, MaskAndPictureHoldWhatWasAnalysed) {
  const test::TemporaryFolder folder;
  writeSample(folder.path());
  const json image = parsed(folder.path())["studies"][0]["images"][1];
  const auto decode = [&](const std::string& name, png_uint_32 format) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    EXPECT_TRUE(png_image_begin_read_from_file(&png, (folder.path() / name).c_str())) << name;
    png.format = format;
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(png));
    png_image_finish_read(&png, nullptr, pixels.data(), 0, nullptr);
    return std::pair(std::pair(static_cast<int>(png.width), static_cast<int>(png.height)), pixels);
  };
  const auto [maskSize, mask] = decode(image["masks"]["label_png"], PNG_FORMAT_GRAY);
  EXPECT_EQ(maskSize, std::pair(640, 480));
  EXPECT_EQ(std::set<int>(mask.begin(), mask.end()), (std::set<int>{0, 1, 2}));
  const auto [pictureSize, picture] = decode(image["picture"]["raw_png"], PNG_FORMAT_RGB);
  EXPECT_EQ(pictureSize, std::pair(520, 400));
  EXPECT_EQ(picture, test::tornHip().picture->data) << "raw pixels, unchanged";
}

TEST(ResultsWriter, NoPicturesWhereNotWanted) {
  const test::TemporaryFolder folder;
  RunInfo info = run();
  info.pictures = false;
  ResultsWriter writer(folder.path(), info);
  writer.add(test::tornHip());
  writer.finish({});
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "pictures"));
  EXPECT_TRUE(parsed(folder.path())["studies"][0]["images"][0]["picture"]["raw_png"].is_null());
  EXPECT_THAT(test::bytesOf(folder.path() / "report.html"), testing::Not(testing::HasSubstr("data:image")));
}

TEST(ResultsWriter, TheSameInstanceTwiceGetsFilesOfItsOwn) {
  const test::TemporaryFolder folder;
  ResultsWriter writer(folder.path(), run());
  writer.add(test::tornHip());
  ImageResult copy = test::tornHip();
  copy.path = "elsewhere/copy.dcm";
  writer.add(copy);
  writer.finish({});
  const json images = parsed(folder.path())["studies"][0]["images"];
  ASSERT_EQ(images.size(), 2U);
  EXPECT_NE(images[0]["id"], images[1]["id"]);
}

TEST(ResultsWriter, NamesOfFilesHoldNoNameOfAPerson) {
  ImageResult image = test::normalHip();
  image.sopInstanceUid.clear();
  image.path = "DOE_JANE.png";
  EXPECT_TRUE(imageId(image).starts_with("img-"));
  EXPECT_EQ(imageId(image).find("DOE"), std::string::npos);
  ImageResult other = image;
  other.pane = 1;
  EXPECT_NE(imageId(image), imageId(other));
}

TEST(ResultsWriter, OrderOfAddingDoesNotShow) {
  ::setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
  std::vector<ImageResult> images;
  for (int i = 0; i < 40; ++i) {
    ImageResult image = i % 3 == 0 ? test::normalHip() : test::tornHip();
    image.path = "exams/" + std::to_string(i) + ".dcm";
    image.sopInstanceUid = "2.25.1001." + std::to_string(i);
    image.grade.confidence = 0.5 + 0.001 * i;
    image.picture.reset();
    images.push_back(std::move(image));
  }
  const std::vector<StudyResult> studies = {test::studyOf({images[0], images[1]})};
  const test::TemporaryFolder one;
  const test::TemporaryFolder many;
  {
    ResultsWriter writer(one.path(), run());
    for (const ImageResult& image : images)
      writer.add(image);
    writer.finish(studies);
  }
  {
    ResultsWriter writer(many.path(), run());
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < images.size(); i += 8) {
          writer.add(images[images.size() - 1 - i]);
          writer.addOutcome({InputOutcome::Kind::skipped, std::to_string(i), "", ""});
        }
      });
    for (std::thread& thread : threads)
      thread.join();
    writer.finish(studies);
  }
  ::unsetenv("SOURCE_DATE_EPOCH");
  const json a = parsed(one.path());
  const json b = parsed(many.path());
  EXPECT_EQ(a["created"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(a["studies"], b["studies"]);
  EXPECT_EQ(b["inputs"]["skipped"].size(), images.size());
  EXPECT_EQ(test::bytesOf(one.path() / "results.csv"), test::bytesOf(many.path() / "results.csv"));
}

TEST(ResultsWriter, NoImagesIsAnAnswerToo) {
  const test::TemporaryFolder folder;
  ResultsWriter(folder.path(), run()).finish({});
  EXPECT_EQ(parsed(folder.path())["studies"], json::array());
  if (const auto status = validate(folder.path() / "results.json", schema)) {
    EXPECT_EQ(*status, 0);
  }
}

TEST(ResultsWriter, AFolderThatCannotBeWrittenIsAnError) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_THROW(ResultsWriter(folder.path() / "file" / "out", run()), OutputError);
  EXPECT_THROW(ResultsWriter("/proc/hipcuff-out", run()), OutputError);
  if (::geteuid() != 0) {
    std::filesystem::create_directory(folder.path() / "locked");
    std::filesystem::permissions(folder.path() / "locked", std::filesystem::perms::owner_read);
    EXPECT_THROW(ResultsWriter(folder.path() / "locked", run()), OutputError);
  }
}

TEST(ResultsWriter, WithoutFinishTheOldResultStays) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "results.json") << "old";
  {
    ResultsWriter writer(folder.path(), run());
    writer.add(test::tornHip());
  }
  EXPECT_EQ(test::bytesOf(folder.path() / "results.json"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "report.html"));
}

/// Files can't grow beyond `bytes` while this lives: what a full disk does to a program.
class FullDisk {
public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_DFL);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

private:
  rlimit before_{};
};

TEST(ResultsWriter, AFullDiskWhileAddingIsAnError) {
  const test::TemporaryFolder folder;
  ResultsWriter writer(folder.path(), run());
  const FullDisk full(2000);
  EXPECT_THROW(writer.add(test::tornHip()), OutputError);
}

TEST(ResultsWriter, AFullDiskAtTheEndLeavesTheOldFilesAsTheyWere) {
  const test::TemporaryFolder folder;
  for (const char* name : {"results.json", "results.csv", "report.html"})
    std::ofstream(folder.path() / name) << "old";
  ResultsWriter writer(folder.path(), run());
  ImageResult image = test::tornHip();
  image.picture.reset();
  writer.add(image);
  {
    // Enough for the JSON and the CSV, not for the report.
    const FullDisk full(30000);
    EXPECT_THROW(writer.finish({}), OutputError);
  }
  for (const char* name : {"results.json", "results.csv", "report.html"})
    EXPECT_EQ(test::bytesOf(folder.path() / name), "old") << name;
  for (const std::string& name : namesIn(folder.path()))
    EXPECT_FALSE(name.starts_with(".")) << "left behind: " << name;
}

} // namespace
} // namespace hipcuff::report
