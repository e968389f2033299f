// Real ultrasound files through the whole program. None of them shows a lateral hip: nothing may be graded.
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace hipcuff::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

struct ManifestLine {
  std::string file;
  std::string kind;
  std::string syntax;
  std::string rows, columns, frames;
  std::string regions; ///< yes, no or empty
};

std::vector<std::string> columnsOf(const std::string& line) {
  std::vector<std::string> columns(1);
  for (const char c : line)
    if (c == '\t')
      columns.emplace_back();
    else if (c != '\r')
      columns.back() += c;
  columns.resize(12);
  return columns;
}

/// Each test needs the pictures, which are not part of the repository.
class RealUltrasound : public ::testing::Test {
protected:
  void SetUp() override {
    const char* shared = std::getenv("HIPCUFF_SHARED");
    folder =
        (shared != nullptr ? fs::path(shared) : fs::path(HIPCUFF_SOURCE_DIR) / ".." / "shared") / "real-ultrasound";
    if (!fs::exists(folder / "MANIFEST.tsv"))
      GTEST_SKIP() << "the shared real ultrasound files are not here (set HIPCUFF_SHARED)";
    std::ifstream table(folder / "MANIFEST.tsv");
    std::string line;
    std::getline(table, line);
    while (std::getline(table, line)) {
      const auto c = columnsOf(line);
      manifest.push_back({c[0], c[1], c[5], c[7], c[8], c[9], c[10]});
    }
    ASSERT_GT(manifest.size(), 150u);
  }

  [[nodiscard]] json analyze(std::vector<std::string> words, const std::set<int>& codes) {
    words.insert(words.begin(), "analyze");
    words.insert(words.end(), {"--out", out / "results", "--no-overlays", "--quiet"});
    ran = hipcuff(words);
    EXPECT_THAT(codes, ::testing::Contains(ran.code)) << ran.err;
    return json::parse(readFile(out / "results/results.json"));
  }

  static std::vector<json> imagesOf(const json& results) {
    std::vector<json> images;
    for (const json& study : results.at("studies"))
      for (const json& image : study.at("images"))
        images.push_back(image);
    return images;
  }

  fs::path folder;
  std::vector<ManifestLine> manifest;
  TemporaryFolder out;
  Ran ran;
};

TEST_F(RealUltrasound, EveryFileHasAnAnswerAndNoneIsGraded) {
  const json results = analyze({folder.string()}, {0, 3});
  std::set<std::string> answered;
  for (const json& image : imagesOf(results)) {
    answered.insert(image.at("source").at("path").get<std::string>());
    EXPECT_EQ(image.at("grade").at("class"), "not_gradable") << image.at("source");
    EXPECT_FALSE(image.at("quality").at("gradable").get<bool>());
    EXPECT_FALSE(image.at("quality").at("reasons").empty()) << image.at("source");
  }
  EXPECT_GT(answered.size(), 100u);
  for (const char* list : {"failed", "skipped"})
    for (const json& outcome : results.at("inputs").at(list)) {
      answered.insert(outcome.at("path").get<std::string>());
      EXPECT_FALSE(outcome.at("problem").get<std::string>().empty()) << outcome;
    }
  for (const ManifestLine& line : manifest)
    EXPECT_TRUE(answered.contains((folder / line.file).string())) << line.file << " has no answer";
  // One line for each failure, nothing else: the libraries below don't talk on their own.
  EXPECT_EQ(ran.errLines().size(), results.at("inputs").at("failed").size()) << ran.err;
}

TEST_F(RealUltrasound, ScaleAloneDoesNotMakeAHip) {
  std::vector<std::string> words;
  for (const ManifestLine& line : manifest)
    if (line.file.starts_with("bone/ultrabones"))
      words.push_back((folder / line.file).string());
  ASSERT_GT(words.size(), 50u);
  words.insert(words.end(), {"--mm-per-px", "0.05392"});
  const auto images = imagesOf(analyze(words, {0}));
  std::size_t withBone = 0;
  for (const json& image : images) {
    EXPECT_EQ(image.at("grade").at("class"), "not_gradable") << image.at("source");
    EXPECT_THAT(image.at("quality").at("reasons").dump(), HasSubstr("region_unconfirmed"));
    EXPECT_EQ(image.at("calibration").at("origin"), "user");
    withBone += image.at("bone_surface").at("segments").empty() ? 0 : 1;
  }
  // A few show little bone; most show a long bright line with its shadow.
  EXPECT_GE(withBone * 10, images.size() * 9) << withBone << " of " << images.size();
}

TEST_F(RealUltrasound, InfoAgreesWithTheManifest) {
  static const std::map<std::string, std::string> uids = {
      {"ImplicitVRLE", "1.2.840.10008.1.2"},          {"ExplicitVRLE", "1.2.840.10008.1.2.1"},
      {"ExplicitVRBE", "1.2.840.10008.1.2.2"},        {"RLE", "1.2.840.10008.1.2.5"},
      {"JPEGBaseline", "1.2.840.10008.1.2.4.50"},     {"JPEGLosslessSV1", "1.2.840.10008.1.2.4.70"},
      {"JPEG2000Lossless", "1.2.840.10008.1.2.4.90"}, {"JPEG2000", "1.2.840.10008.1.2.4.91"}};
  const Ran info = hipcuff({"info", "--json", "--quiet", (folder / "dicom").string()});
  ASSERT_THAT((std::set<int>{0, 3}), ::testing::Contains(info.code)) << info.err;
  std::map<std::string, json> files;
  const json all = json::parse(info.out);
  for (const json& file : all.at("files"))
    files[file.at("path")] = file;
  int compared = 0;
  for (const ManifestLine& line : manifest) {
    const std::string path = (folder / line.file).string();
    if (line.kind != "dicom-us")
      continue;
    ASSERT_TRUE(files.contains(path)) << line.file << "\n" << info.err << all.at("skipped").dump(1);
    const json& file = files.at(path);
    EXPECT_EQ(file.at("transfer_syntax_uid"), uids.at(line.syntax)) << line.file;
    EXPECT_EQ(std::to_string(file.at("rows").get<int>()), line.rows) << line.file;
    EXPECT_EQ(std::to_string(file.at("columns").get<int>()), line.columns) << line.file;
    EXPECT_EQ(std::to_string(file.at("frames").get<int>()), line.frames) << line.file;
    EXPECT_EQ(!file.at("regions").empty(), line.regions == "yes") << line.file;
    ++compared;
  }
  EXPECT_EQ(compared, 19);
}

TEST_F(RealUltrasound, JobsDoNotChangeTheAnswer) {
  // Stills, a cine, a clip and what fails among them.
  std::vector<std::string> words = {(folder / "malformed").string(),
                                    (folder / "bone/BoneUltrasound_L14.igs.mha").string(),
                                    (folder / "musculoskeletal/clarius-ocular-short.mp4").string()};
  for (const ManifestLine& line : manifest)
    if (line.file.starts_with("bone/ultrabones-1_"))
      words.push_back((folder / line.file).string());
  words.insert(words.end(), {"--mm-per-px", "0.05392", "--region", "lateral-hip", "--jobs"});
  ::setenv("SOURCE_DATE_EPOCH", "0", 1);
  std::string first;
  for (const char* jobs : {"1", "3"}) {
    auto these = words;
    these.push_back(jobs);
    json results = analyze(these, {3});
    results.erase("run"); // holds the command line, jobs included
    const std::string text = results.dump() + "\n" + ran.out;
    if (first.empty())
      first = text;
    EXPECT_EQ(text, first);
  }
}

} // namespace
} // namespace hipcuff::test
