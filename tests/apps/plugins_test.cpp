// Plugins on the command line: used, refused, recorded, tried, made new.
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string faulty = HIPCUFF_FAULTY_PLUGINS;
const std::string misbehaving = faulty + "/misbehaving.so";

class Plugins : public testing::Test {
protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<TemporaryFolder>();
    const Ran made = hipcuff({"phantom", "--out", *shared / "in", "--cases", "2", "--seed", "77", "--screen", "400x300",
                              "--frames", "3", "--quiet"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static void TearDownTestSuite() { shared.reset(); }

  /// Nobody else's plugins.
  static Ran program(std::vector<std::string> words) {
    return hipcuff(words, {.environment = {{"HIPCUFF_PLUGIN_PATH", ""},
                                           {"XDG_DATA_HOME", *shared / "none"},
                                           {"SOURCE_DATE_EPOCH", "1770000000"}}});
  }
  [[nodiscard]] Ran analyze(const std::string& out, std::vector<std::string> more) const {
    std::vector<std::string> words{"analyze", *shared / "in/case0001", "--out", folder / out, "--no-overlays"};
    words.insert(words.end(), more.begin(), more.end());
    return program(words);
  }
  [[nodiscard]] json results(const std::string& out) const {
    return json::parse(readFile(folder / (out + "/results.json")));
  }

  inline static std::unique_ptr<TemporaryFolder> shared;
  TemporaryFolder folder;
};

TEST_F(Plugins, StandInTheResultsWithAllThatTracesThem) {
  const Ran ran = analyze("out", {"--plugin", misbehaving});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("Plugin misbehaving 1.2.3: cortex, tendon, discontinuities, grader, exporter"));
  const json all = results("out");
  ASSERT_EQ(all.at("plugins").size(), 1U);
  const json& plugin = all.at("plugins")[0];
  EXPECT_EQ(plugin.at("name"), "misbehaving");
  EXPECT_EQ(plugin.at("parameters"), (json{{"fault", "none"}, {"stage", "make"}}));
  EXPECT_EQ(plugin.at("module_sha256").get<std::string>().size(), 64U);
  EXPECT_THAT(plugin.dump(), Not(HasSubstr("/"))) << "no path";
  for (const json& study : all.at("studies"))
    for (const json& image : study.at("images")) {
      // Nobody grades what was refused before.
      const json& reasons = image.at("quality").at("reasons");
      const bool graded = reasons.empty() || reasons == json{"unsure"};
      const auto grader = std::count_if(image.at("stages").begin(), image.at("stages").end(),
                                        [](const json& stage) { return stage.at("stage") == "grader"; });
      ASSERT_EQ(grader, graded ? 1 : 0) << image.at("id");
      ASSERT_GE(image.at("stages").size(), graded ? 4U : 2U) << image.at("id");
      for (const json& stage : image.at("stages")) {
        EXPECT_EQ(stage.at("plugin"), "misbehaving");
        EXPECT_TRUE(stage.at("over").is_null());
        EXPECT_TRUE(stage.at("fault").is_null());
      }
      EXPECT_TRUE(image.at("grade").at("wrong_at_most").is_null());
    }
  EXPECT_TRUE(fs::exists(folder / "out/exports/misbehaving"));
  EXPECT_NE(readFile(folder / "out/report.html").find("Plugins used"), std::string::npos);
}

TEST_F(Plugins, WithoutThemNothingSpeaksOfThem) {
  const Ran ran = analyze("out", {"--plugin-path", faulty});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(results("out").at("plugins"), json::array());
  EXPECT_FALSE(fs::exists(folder / "out/exports"));
  const std::string page = readFile(folder / "out/report.html");
  EXPECT_EQ(page.find("By plugins"), std::string::npos);
  EXPECT_EQ(page.find("Plugins used"), std::string::npos);
}

TEST_F(Plugins, JobsDoNotShow) {
  ASSERT_EQ(analyze("one", {"--plugin", misbehaving, "--jobs", "1"}).code, 0);
  ASSERT_EQ(analyze("four", {"--plugin", misbehaving, "--jobs", "4"}).code, 0);
  EXPECT_EQ(results("one").at("studies"), results("four").at("studies"));
}

TEST_F(Plugins, AFaultEndsTheRunByNameOrIsStoodInFor) {
  const std::string request = misbehaving + ",stage=tendon,fault=nan";
  const Ran stopped = analyze("stopped", {"--plugin", request});
  EXPECT_EQ(stopped.code, 1);
  ASSERT_EQ(stopped.errLinesWith("hipcuff: ").size(), 1U) << stopped.err;
  EXPECT_THAT(stopped.errLinesWith("hipcuff: ").front(),
              testing::AllOf(HasSubstr(".dcm"), HasSubstr("plugin 'misbehaving' 1.2.3, tendon segmenter"),
                             HasSubstr("station 3"), HasSubstr("--plugin-fault builtin")));
  EXPECT_FALSE(fs::exists(folder / "stopped/results.json"));

  const Ran went = analyze("went", {"--plugin", request, "--plugin-fault", "builtin"});
  ASSERT_EQ(went.code, 0) << went.err;
  std::size_t standIns = 0;
  const json all = results("went");
  for (const json& study : all.at("studies"))
    for (const json& image : study.at("images"))
      for (const json& stage : image.at("stages"))
        if (!stage.at("fault").is_null()) {
          EXPECT_EQ(stage.at("stage"), "tendon");
          ++standIns;
        }
  EXPECT_GT(standIns, 0U);
  EXPECT_NE(readFile(folder / "went/report.html").find("a plugin failed on this picture (tendon: misbehaving 1.2.3)"),
            std::string::npos);
}

TEST_F(Plugins, OneThatDoesNotFitIsRefusedOrLeftOut) {
  for (const auto& [name, words] :
       {std::pair("other_version", "was built against HipCuff 0.0.1"),
        std::pair("other_headers", "another state of HipCuff"), std::pair("other_compiler", "another compiler"),
        std::pair("no_mark", "no HipCuff plugin"), std::pair("undefined_symbol", "undefined_symbol")}) {
    const Ran refused = analyze("refused", {"--plugin-path", faulty, "--plugin", name});
    EXPECT_EQ(refused.code, 1) << name;
    ASSERT_EQ(refused.errLines().size(), 1U) << refused.err;
    EXPECT_THAT(refused.err, testing::AllOf(HasSubstr(name), HasSubstr(words)));
    EXPECT_FALSE(fs::exists(folder / "refused")) << "before anything is written";
  }
  const Ran without =
      analyze("without", {"--plugin-path", faulty, "--plugin", "other_version", "--plugin-fault", "builtin"});
  EXPECT_EQ(without.code, 0);
  EXPECT_EQ(without.errLinesWith("left out").size(), 1U) << without.err;
  EXPECT_EQ(results("without").at("plugins"), json::array());
}

TEST_F(Plugins, WrongWordsAreWrongUsage) {
  const auto says = [&](std::vector<std::string> more, int code, const std::string& words) {
    more.insert(more.begin(), {"--plugin-path", faulty});
    const Ran ran = analyze("wrong", more);
    EXPECT_EQ(ran.code, code) << words;
    EXPECT_EQ(ran.errLines().size(), 1U) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(words));
  };
  says({"--plugin", "misbehavng"}, 1, "did you mean 'misbehaving'?");
  says({"--plugin", "misbehaving,falt=x"}, 2, "did you mean 'fault'?");
  says({"--plugin", "misbehaving,stage=tendn"}, 2, "did you mean 'tendon'?");
  says({"--plugin", "misbehaving,stage"}, 2, "is no parameter=value");
  says({"--plugin", "misbehaving", "--plugin", "misbehaving"}, 2, "asked for twice");
  says({"--plugin", "misbehaving", "--plugin-fault", "ignore"}, 2, "--plugin-fault");
  says({"--plugin", folder / "nothing.so"}, 1, "nothing.so");
  says({"--plugin-path", folder / "nowhere"}, 2, "is no folder");
}

TEST_F(Plugins, AnExporterThatFailsEndsTheRunOrIsTold) {
  const std::string request = misbehaving + ",stage=exporter,fault=throws_value";
  const Ran stopped = analyze("stopped", {"--plugin", request});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_THAT(stopped.err, HasSubstr("plugin 'misbehaving' 1.2.3, exporter"));
  const Ran went = analyze("went", {"--plugin", request, "--plugin-fault", "builtin"});
  EXPECT_EQ(went.code, 3) << "half an export is not all done";
  EXPECT_EQ(went.errLinesWith("exporter").size(), 1U + 1U) << "once, and where the plugin is named first: " << went.err;
  EXPECT_TRUE(fs::exists(folder / "went/results.json"));
}

TEST_F(Plugins, AreListedAndShownWithoutBeingLoaded) {
  const Ran list = program({"plugins", "--plugin-path", faulty});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, testing::AllOf(HasSubstr("misbehaving"), HasSubstr("1.2.3"), HasSubstr("other_version"),
                                       HasSubstr("was built against HipCuff 0.0.1")));
  const json all = json::parse(program({"plugins", "--json", "--plugin-path", faulty}).out);
  EXPECT_EQ(all.at("schema"), "hipcuff.plugins/1");
  for (const json& entry : all.at("plugins"))
    EXPECT_EQ(entry.at("usable"), entry.at("problem").is_null()) << entry.dump();
  const Ran shown = program({"plugins", "show", misbehaving});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("Set them with --plugin " + std::string(misbehaving) + ","))
      << "by path, not by name";
  EXPECT_THAT(shown.out,
              testing::AllOf(HasSubstr("Does what it is told to do wrong"), HasSubstr("what to do wrong"),
                             HasSubstr("cortex, tendon, discontinuities, grader, exporter"), HasSubstr("fits")));
  const Ran foreign = program({"plugins", "show", "other_version", "--plugin-path", faulty});
  EXPECT_EQ(foreign.code, 1);
  EXPECT_THAT(foreign.out, HasSubstr("does not fit: "));
  EXPECT_EQ(program({"plugins", "show", "nobody", "--plugin-path", faulty}).code, 1);
  EXPECT_THAT(program({"plugins", "shw", "x"}).err, HasSubstr("did you mean 'plugins show'?"));
  EXPECT_THAT(program({"--version", "--verbose"}).out, HasSubstr("plugins: hipcuff 0.1.0 headers "));
}

TEST_F(Plugins, CheckTellsWhatIsWrongAndSurvivesIt) {
  const auto check = [](const std::string& values, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"plugins", "check", misbehaving + values});
    return program(more);
  };
  const Ran fine = check("");
  EXPECT_EQ(fine.code, 0) << fine.out << fine.err;
  EXPECT_THAT(fine.out, testing::AllOf(HasSubstr("tendon on 'black'"), HasSubstr("ms a call"),
                                       HasSubstr("not asked: there are no millimetres"), HasSubstr("exporter"),
                                       Not(HasSubstr("WRONG"))));
  const Ran wrong = check(",stage=tendon,fault=nan");
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.out, testing::AllOf(HasSubstr("WRONG"), HasSubstr("station 3")));
  const Ran restless = check(",stage=cortex,fault=restless");
  EXPECT_EQ(restless.code, 1) << restless.out;
  const Ran crashed = check(",stage=tendon,fault=crashes");
  EXPECT_EQ(crashed.code, 1);
  EXPECT_THAT(crashed.err, testing::AllOf(HasSubstr("plugin 'misbehaving' 1.2.3 crashed (SIG"),
                                          HasSubstr("while trying: tendon on 'simulated, long axis'")));
  const Ran ended = check(",stage=grader,fault=ends");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, testing::AllOf(HasSubstr("ended the process"), HasSubstr("while trying: grader on")));
  const Ran hung = check(",stage=cortex,fault=hangs", {"--seconds", "8"});
  EXPECT_EQ(hung.code, 1);
  EXPECT_THAT(hung.err,
              testing::AllOf(HasSubstr("did not come back within 8 s"), HasSubstr("while trying: cortex on")));
  EXPECT_EQ(check("", {"--on", *shared / "in/case0001/long.dcm"}).code, 0);
  const Ran missing = check("", {"--on", folder / "missing.dcm"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("missing.dcm"));
}

TEST_F(Plugins, NewWritesWhatTheTemplateIsAndNothingOver) {
  const std::string out = folder / "made";
  fs::create_directories(out);
  ASSERT_EQ(program({"plugins", "new", "template", "--out", out}).code, 0);
  const fs::path source = fs::path(HIPCUFF_SOURCE_DIR) / "plugins/template";
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(out) / "template")) {
    ++files;
    EXPECT_EQ(readFile(entry.path()), readFile(source / entry.path().filename()))
        << "plugins/template is stale: hipcuff plugins new template --out plugins";
  }
  EXPECT_EQ(files, static_cast<std::size_t>(std::distance(fs::directory_iterator(source), fs::directory_iterator())));
  const Ran again = program({"plugins", "new", "template", "--out", out});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  for (const char* name : {"My-Tendon", "7up", "a b", "../x", ""})
    EXPECT_EQ(program({"plugins", "new", name, "--out", out}).code, 2) << name;
  EXPECT_EQ(program({"plugins", "new", "x", "--stage", "measurer", "--out", out}).code, 2);
  for (const char* stage : {"tendon", "cortex", "discontinuities", "grader", "exporter"}) {
    const std::string name = std::string("own_") + stage;
    ASSERT_EQ(program({"plugins", "new", name, "--stage", stage, "--out", out}).code, 0) << stage;
    for (const auto& entry : fs::directory_iterator(fs::path(out) / name)) {
      std::string text = readFile(entry.path());
      for (std::size_t at = text.find("@PROJECT_VERSION@"); at != std::string::npos;
           at = text.find("@PROJECT_VERSION@"))
        text.erase(at, 17);
      EXPECT_THAT(text, Not(HasSubstr("@"))) << entry.path() << ": a gap that was not filled in";
    }
  }
}

TEST_F(Plugins, ABatchTakesUpAgainWhatAnotherStateWouldChange) {
  const auto batch = [&](const std::string& values, const std::vector<std::string>& more) {
    std::vector<std::string> words{"batch", *shared / "in", "--out", folder / "b", "--no-pictures", "--resume"};
    if (!values.empty())
      words.insert(words.end(), {"--plugin", values});
    words.insert(words.end(), more.begin(), more.end());
    return program(words);
  };
  const auto analysed = [](const Ran& ran) {
    return ran.errLinesWith("Analysed ").empty() ? "" : ran.errLinesWith("Analysed ").front();
  };
  const Ran first = batch(misbehaving, {});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(analysed(first), HasSubstr("Analysed 2 exams"));
  std::size_t exports = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "b/studies")) {
    exports += entry.path().filename() == "misbehaving" && entry.path().parent_path().filename() == "exports";
    if (entry.path().filename() == "exam.json") {
      EXPECT_EQ(json::parse(readFile(entry.path())).at("plugins"), "misbehaving 1.2.3");
    }
  }
  EXPECT_EQ(exports, 2U);
  EXPECT_THAT(analysed(batch(misbehaving, {})), HasSubstr("Analysed 0 exams")) << "nothing has changed";
  // The same by its name.
  EXPECT_THAT(analysed(batch("misbehaving", {"--plugin-path", faulty})), HasSubstr("Analysed 0 exams"));
  EXPECT_THAT(analysed(batch(misbehaving + ",stage=cortex", {})), HasSubstr("Analysed 2 exams")) << "a parameter";
  EXPECT_EQ(program({"query", folder / "b", "plugins ~ misbehaving", "--count"}).out, "2\n");
  EXPECT_EQ(program({"query", folder / "b", "plugins is unknown", "--count"}).out, "0\n");
  EXPECT_THAT(analysed(batch("", {})), HasSubstr("Analysed 2 exams")) << "without it";
  EXPECT_EQ(program({"query", folder / "b", "plugins is unknown", "--count"}).out, "2\n");
  const Ran stopped = batch(misbehaving + ",stage=cortex,fault=throws", {});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_THAT(stopped.err,
              testing::AllOf(HasSubstr(".dcm"), HasSubstr("plugin 'misbehaving' 1.2.3, cortex segmenter")));
}

TEST_F(Plugins, ABatchIsNotDoneOverBecauseItsPluginIsMissing) {
  const fs::path mine = folder / "mine";
  fs::create_directories(mine);
  for (const char* file : {"misbehaving.so", "misbehaving.plugin.json"})
    fs::copy_file(fs::path(faulty) / file, mine / file);
  const std::vector<std::string> with{"--plugin", "misbehaving", "--plugin-path", mine, "--plugin-fault", "builtin"};
  const auto batch = [&](const fs::path& out, std::vector<std::string> more) {
    more.insert(more.begin(), {"batch", *shared / "in", "--out", out, "--no-pictures", "--resume"});
    return program(more);
  };
  ASSERT_EQ(batch(folder / "b", with).code, 0);
  fs::remove(mine / "misbehaving.so");
  const Ran refused = batch(folder / "b", with);
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(
      refused.errLinesWith("exams here were done with plugin 'misbehaving 1.2.3' (2), which is not there now").size(),
      1U)
      << refused.err;
  EXPECT_EQ(program({"query", folder / "b", "plugins ~ misbehaving", "--count"}).out, "2\n");
  // Also where the catalogue was lost.
  fs::remove(folder / "b/catalogue.sqlite");
  EXPECT_EQ(batch(folder / "b", with).code, 1);
  EXPECT_EQ(program({"query", folder / "b", "plugins ~ misbehaving", "--count"}).out, "2\n");
  // Where nothing would be lost it goes on, and so it does without asking for the plugin, or with the plugin back.
  EXPECT_EQ(batch(folder / "fresh", with).code, 0);
  EXPECT_EQ(batch(folder / "fresh", with).code, 0);
  fs::copy_file(fs::path(faulty) / "misbehaving.so", mine / "misbehaving.so");
  const Ran back = batch(folder / "b", with);
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_EQ(back.errLinesWith("Analysed 0 exams").size(), 1U) << back.err;
  fs::remove(mine / "misbehaving.so");
  EXPECT_EQ(batch(folder / "b", {}).code, 0);
  EXPECT_EQ(program({"query", folder / "b", "plugins is unknown", "--count"}).out, "2\n");
}

TEST_F(Plugins, ShardsOfDifferentPluginsAreToldWhenMerged) {
  // Enough exams that some fall into either part.
  ASSERT_EQ(program({"phantom", "--out", folder / "in", "--cases", "6", "--seed", "77", "--screen", "400x300",
                     "--frames", "2", "--quiet"})
                .code,
            0);
  const auto shard = [&](const std::string& which, const std::vector<std::string>& more) {
    std::vector<std::string> words{"batch", folder / "in", "--out", folder / "s", "--no-pictures", "--shard", which};
    words.insert(words.end(), more.begin(), more.end());
    return program(words).code;
  };
  ASSERT_EQ(shard("1/2", {"--plugin", misbehaving}), 0);
  ASSERT_EQ(shard("2/2", {}), 0);
  const Ran merged = program({"merge", folder / "s"});
  EXPECT_EQ(merged.code, 0) << merged.err;
  EXPECT_NE(program({"query", folder / "s", "plugins ~ misbehaving", "--count"}).out, "0\n");
  EXPECT_NE(program({"query", folder / "s", "plugins is unknown", "--count"}).out, "0\n");
  EXPECT_EQ(merged.errLinesWith("not all analysed with the same plugins").size(), 1U) << merged.err;
  const Ran again =
      program({"batch", folder / "in", "--out", folder / "s", "--no-pictures", "--shard", "1/2", "--resume"});
  ASSERT_EQ(again.code, 0) << again.err;
  const Ran same = program({"merge", folder / "s"});
  EXPECT_TRUE(same.errLinesWith("not all analysed with the same plugins").empty()) << same.err;
}

} // namespace
} // namespace hipcuff::test
