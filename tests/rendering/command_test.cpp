// hipcuff-render as a process: exit codes, one line for each trouble, no X server left behind.
#include "hipcuff/core/png.h"
#include "render_process.h"
#include "sample_scene.h"
#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hipcuff {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using test::contentsOf;
using test::Outcome;
using testing::HasSubstr;

Json points(const Polyline& line, Point origin) {
  Json out = Json::array();
  for (const Point p : line)
    out.push_back({p.x + origin.x, p.y + origin.y});
  return out;
}

class RenderCommand : public testing::Test {
protected:
  void SetUp() override { fs::create_directories(folder_ / "results/pictures"); }

  /// Runs with no DISPLAY. `environment` is put before the command, for env(1).
  Outcome run(const std::string& arguments, const std::string& environment = {}) {
    return test::runRender(folder_, arguments, environment);
  }

  Json image(const std::string& id, bool torn) {
    const OverlayScene scene = test::sampleScene(torn);
    const Point origin{100, 50};
    Polyline superficial = scene.lines[2].px;
    for (const std::size_t line : {3U, 4U})
      superficial.insert(superficial.end(), scene.lines[line].px.begin() + 1, scene.lines[line].px.end());
    std::ofstream(folder_ / "results/pictures" / (id + ".png"), std::ios::binary) << encodePng(scene.picture);
    Json json = {{"id", id},
                 {"source", {{"side", "L"}, {"view", "long"}, {"frames", 50}, {"pane", 0}}},
                 {"calibration",
                  {{"mm_per_px", {0.1, 0.1}}, {"origin", "ultrasound_region"}, {"region_px", {100, 50, 499, 349}}}},
                 {"quality", {{"gradable", true}, {"reasons", Json::array()}, {"messages", Json::array()}}},
                 {"frame", 12},
                 {"bone_surface",
                  {{"segments", {{{"points_px", points(scene.lines[0].px, origin)}, {"confidence", 0.9}}}},
                   {"facets",
                    {{{"kind", "lateral"},
                      {"begin_px", {170, test::cortexY(70) + 50}},
                      {"end_px", {340, test::cortexY(240) + 50}}}}}}},
                 {"tendon",
                  {{"superficial_px", points(superficial, origin)},
                   {"deep_px", points(scene.lines[1].px, origin)},
                   {"border_inferred", {{{"border", "superficial"}, {"begin_index", 10}, {"end_index", 25}}}}}},
                 {"picture", {{"raw_png", "pictures/" + id + ".png"}}},
                 {"discontinuities", Json::array()},
                 {"grade",
                  {{"class", torn ? "partial_thickness" : "normal"},
                   {"subtype", nullptr},
                   {"certainty", "suspected"},
                   {"confidence", 0.7},
                   {"reasons", {"The fibrillar band is unbroken."}}}}};
    if (torn)
      json["discontinuities"].push_back({{"kind", "undersurface"},
                                         {"depth_fraction", 0.62},
                                         {"polygon_px", points(scene.regions[0].px, origin)},
                                         {"suspected_anisotropy", false}});
    return json;
  }

  fs::path write(const std::vector<Json>& images, const std::string& schema = "hipcuff.results/1") {
    const Json results = {{"schema", schema}, {"studies", {{{"images", images}, {"hips", Json::array()}}}}};
    std::ofstream(folder_ / "results/results.json") << results.dump();
    return folder_ / "results/results.json";
  }
  std::string overlays(const fs::path& results) { return "overlays --results '" + results.string() + "'"; }

  /// Of this user, anywhere: any X server that a run left behind.
  static int xServers() {
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc"))
      if (std::ifstream in(entry.path() / "cmdline"); in) {
        std::string words{std::istreambuf_iterator<char>(in), {}};
        std::replace(words.begin(), words.end(), '\0', ' ');
        std::ifstream status(entry.path() / "environ");
        const std::string environment{std::istreambuf_iterator<char>(status), {}};
        count += words.find("Xvfb") != std::string::npos && environment.find("HIPCUFF_TEST_MARK=") != std::string::npos;
      }
    return count;
  }

  test::TemporaryFolder own_;
  const fs::path folder_ = own_.path();
};

TEST_F(RenderCommand, DrawsEveryImageWithoutADisplay) {
  const auto results = write({image("img-a", false), image("img-b", true)});
  const Outcome outcome = run(overlays(results), "HIPCUFF_TEST_MARK=1");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char* name : {"img-a.png", "img-b.png"}) {
    const fs::path file = folder_ / "results/overlays" / name;
    EXPECT_THAT(outcome.out, HasSubstr(file.string() + "\n"));
    EXPECT_GT(readPng(file, 5000).width, 800);
  }
  EXPECT_NE(contentsOf(folder_ / "results/overlays/img-a.png"), contentsOf(folder_ / "results/overlays/img-b.png"));
  EXPECT_EQ(xServers(), 0);
}

TEST_F(RenderCommand, SameInputSameBytes) {
  const auto results = write({image("img-a", true)});
  ASSERT_EQ(run(overlays(results)).code, 0);
  const std::string first = contentsOf(folder_ / "results/overlays/img-a.png");
  ASSERT_EQ(run(overlays(results)).code, 0);
  EXPECT_EQ(contentsOf(folder_ / "results/overlays/img-a.png"), first);
}

TEST_F(RenderCommand, NullsAreLeftOut) {
  Json bare = image("img-bare", false);
  bare["calibration"]["mm_per_px"] = nullptr;
  bare["bone_surface"] = {{"segments", nullptr}, {"facets", nullptr}};
  bare["tendon"] = {{"superficial_px", nullptr}, {"deep_px", nullptr}, {"border_inferred", nullptr}};
  bare["discontinuities"] = nullptr;
  bare["grade"] = {{"class", "not_gradable"}, {"confidence", nullptr}};
  bare["quality"]["reasons"] = {"no_calibration", "no_cortex"};
  Json none = image("img-none", false);
  none["picture"]["raw_png"] = nullptr;
  const Outcome outcome = run(overlays(write({bare, none})));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(fs::exists(folder_ / "results/overlays/img-bare.png"));
  EXPECT_FALSE(fs::exists(folder_ / "results/overlays/img-none.png"));
  EXPECT_THAT(outcome.err, HasSubstr("1 images have no picture"));
}

TEST_F(RenderCommand, OneBadImageDoesNotStopTheOthers) {
  Json outside = image("img-outside", false);
  outside["picture"]["raw_png"] = "../pictures/secret.png";
  Json broken = image("img-broken", false);
  std::ofstream(folder_ / "results/pictures/img-broken.png") << "no picture";
  Json other = image("img-other", false);
  other["calibration"]["region_px"] = {0, 0, 9, 9};
  Json wild = image("img-wild", false);
  wild["tendon"]["deep_px"] = {{1e9, 3}, {4, 5}};
  Json words = image("img-words", false);
  words["tendon"]["deep_px"] = {"a", "b"};
  const Outcome outcome = run(overlays(write({outside, broken, other, wild, words, image("img-good", true)})));
  EXPECT_EQ(outcome.code, 3) << outcome.err;
  for (const char* id : {"img-outside", "img-broken", "img-other", "img-wild", "img-words"}) {
    EXPECT_THAT(outcome.err, HasSubstr(id));
    EXPECT_FALSE(fs::exists(folder_ / "results/overlays" / (std::string(id) + ".png")));
  }
  EXPECT_TRUE(fs::exists(folder_ / "results/overlays/img-good.png"));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 6) << outcome.err; // a line each, and the sum
}

TEST_F(RenderCommand, WithoutDisplayAndXvfbSaysWhatToInstall) {
  const auto results = write({image("img-a", false)});
  for (const char* environment : {"PATH=/nonexistent", "HIPCUFF_XVFB=/nonexistent/Xvfb"}) {
    const Outcome outcome = run(overlays(results), environment);
    EXPECT_EQ(outcome.code, 4) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("apt-get install xvfb"));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_FALSE(fs::exists(folder_ / "results/overlays/img-a.png"));
  }
}

TEST_F(RenderCommand, XvfbThatFailsIsOneLineToo) {
  const auto results = write({image("img-a", false)});
  const Outcome outcome = run(overlays(results), "HIPCUFF_XVFB=/bin/false");
  EXPECT_EQ(outcome.code, 4) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

TEST_F(RenderCommand, XvfbWithoutOpenGlIsOneLineToo) {
  const auto results = write({image("img-a", false)});
  const fs::path server = folder_ / "plain-xvfb";
  std::ofstream(server) << "#!/bin/sh\nexec Xvfb \"$@\" -extension GLX\n";
  fs::permissions(server, fs::perms::owner_all);
  const Outcome outcome = run(overlays(results), "HIPCUFF_XVFB=" + server.string());
  EXPECT_EQ(outcome.code, 4) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

TEST_F(RenderCommand, DisplayThatDoesNotAnswerIsReplaced) {
  const auto results = write({image("img-a", false)});
  EXPECT_EQ(run(overlays(results), "DISPLAY=:4711").code, 0);
}

TEST_F(RenderCommand, KilledLeavesNoXServer) {
  std::vector<Json> many;
  for (int i = 0; i < 200; ++i) {
    many.push_back(image("img-a", true));
    many.back()["id"] = "img-" + std::to_string(i);
  }
  const auto results = write(many);
  const fs::path first = folder_ / "results/overlays/img-0.png";
  const std::string command = "env -u DISPLAY HIPCUFF_TEST_MARK=1 " HIPCUFF_BIN_DIR "/hipcuff-render " +
                              overlays(results) + " >/dev/null 2>&1 & child=$!; while [ ! -e '" + first.string() +
                              "' ] && kill -0 $child; do sleep 0.05; done; kill -9 $child; wait $child 2>/dev/null; "
                              "exit 0";
  ASSERT_EQ(std::system(command.c_str()), 0);
  ASSERT_TRUE(fs::exists(first));
  for (int i = 0; i < 100 && xServers() > 0; ++i)
    ::usleep(50'000);
  EXPECT_EQ(xServers(), 0);
}

TEST_F(RenderCommand, WrongUsageIsTwo) {
  EXPECT_EQ(run("").code, 2);
  EXPECT_EQ(run("charts").code, 2);
  EXPECT_EQ(run("overlays").code, 2);
  EXPECT_EQ(run("overlays --no-such-option").code, 2);
  EXPECT_EQ(run("overlays --results a --results b").code, 2);
  EXPECT_EQ(run("overlays extra --results a").code, 2);
}

TEST_F(RenderCommand, HelpAndVersionGoToStdout) {
  const Outcome help = run("--help");
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("Exit codes"));
  EXPECT_EQ(help.err, "");
  EXPECT_EQ(run("--version").code, 0);
}

TEST_F(RenderCommand, ResultsThatAreNoneFail) {
  EXPECT_EQ(run(overlays(folder_ / "none.json")).code, 1);
  const fs::path file = folder_ / "results/results.json";
  for (const char* words : {"", "not json", "{}", "[]", "{\"schema\": \"hipcuff.results/9\", \"studies\": []}"}) {
    std::ofstream(file) << words;
    const Outcome outcome = run(overlays(file));
    EXPECT_EQ(outcome.code, 1) << words;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  EXPECT_EQ(run(overlays(write({}))).code, 0); // a run without images: nothing to draw, no display needed
}

TEST_F(RenderCommand, OutputThatCantBeWrittenFails) {
  const auto results = write({image("img-a", false)});
  std::ofstream(folder_ / "file") << "in the way";
  EXPECT_EQ(run(overlays(results) + " --out '" + (folder_ / "file/overlays").string() + "'").code, 1);
}

} // namespace
} // namespace hipcuff
