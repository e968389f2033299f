// Plugins that are loaded, and plugins that are refused by name.
#include "hipcuff/plugin/plugins.h"

#include "plugin_support.h"
#include "scenes.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/plugin_record.h"
#include "hipcuff/plugin/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff::plugin {
namespace {

using test::messageOf;
using test::TemporaryFolder;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Loaded loaded(const std::string& request, OnFault onFault = OnFault::stop) {
  return loadPlugins({parseRequest(request)}, {test::faultyFolder}, builtinStages(), onFault);
}

struct Refusal {
  const char* request;
  const char* words;
};

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, ByNameInOneLineOrLeftOut) {
  const auto [request, words] = GetParam();
  const std::string name = parseRequest(request).plugin;
  const std::string message = messageOf<ConfigError>([&] { static_cast<void>(loaded(request)); });
  EXPECT_THAT(message, AllOf(HasSubstr("plugin '" + name + "'"), HasSubstr(words), Not(HasSubstr("\n")),
                             EndsWith(")"))); // the remedy
  EXPECT_LT(message.size(), 700u);

  const Loaded without = loaded(request, OnFault::builtin);
  EXPECT_TRUE(without.plugins.empty());
  ASSERT_EQ(without.problems.size(), 1u);
  EXPECT_THAT(without.problems.front(), AllOf(HasSubstr(words), HasSubstr("left out")));
  EXPECT_FALSE(without.stages.tendon->origin());
  EXPECT_THAT(without.leftOut,
              testing::ElementsAre("plugin '" + name + "' was asked for and could not be loaded: done without it"));
}

INSTANTIATE_TEST_SUITE_P(
    Loader, Refused,
    testing::Values(
        Refusal{"other_version", "was built against HipCuff 0.0.1, and this is HipCuff "},
        Refusal{"other_headers", "another state of HipCuff"}, Refusal{"other_compiler", "by another compiler"},
        Refusal{"unreadable_abi", "marked as a plugin in a way"},
        Refusal{"no_entry", "has no function hipcuffPluginMake"},
        Refusal{"undefined_symbol", "undefined symbol: elsewhere::forgotten(double)"},
        Refusal{"misbehaving,fault=throws", "could not be made ready: the model is upset"},
        Refusal{"misbehaving,fault=throws_hipcuff", "weights.bin: weights are damaged (copy them again"},
        Refusal{"misbehaving,fault=throws_value", "threw a value that is no std::exception (int)"},
        Refusal{"misbehaving,fault=throws_memory", "ran out of memory"},
        Refusal{"misbehaving,fault=throws_binary", "could not be made ready: ????"},
        Refusal{"misbehaving,fault=asks_wrongly", "parameter 'fault' is of another type in the descriptor"},
        Refusal{"misbehaving,fault=offers_less", "does not make what its descriptor lists: grader"},
        Refusal{"misbehaving,fault=offers_nothing", "lists: cortex, tendon, discontinuities, grader and exporter"},
        Refusal{"modest", "makes what its descriptor does not list: cortex, discontinuities, grader and exporter"}),
    [](const auto& tested) {
      std::string name = tested.param.request;
      for (char& c : name)
        c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

TEST(Refused, WhereTheLibraryIsNoPlugin) {
  const std::string message = messageOf<ConfigError>([] { static_cast<void>(loaded("no_mark")); });
  EXPECT_THAT(message, AllOf(HasSubstr("no_mark.so"), HasSubstr("no HipCuff plugin")));
}

TEST(Refused, WrongUseWhateverIsAllowed) {
  for (const OnFault onFault : {OnFault::stop, OnFault::builtin}) {
    EXPECT_THAT(messageOf<UsageError>([&] { static_cast<void>(loaded("misbehaving,falt=x", onFault)); }),
                HasSubstr("did you mean 'fault'?"));
    EXPECT_THAT(messageOf<UsageError>([&] {
                  static_cast<void>(loadPlugins({{"misbehaving", {}}, {"misbehaving", {}}}, {test::faultyFolder},
                                                builtinStages(), onFault));
                }),
                HasSubstr("'misbehaving' is asked for twice"));
  }
}

TEST(Loader, PutsStagesInTheirPlacesWithTheirOrigin) {
  const Loaded one = loaded("misbehaving");
  ASSERT_EQ(one.plugins.size(), 1u);
  EXPECT_TRUE(one.problems.empty());
  const StageOrigin expected{"misbehaving", "1.2.3", "", ""};
  EXPECT_EQ(one.stages.cortex->origin(), expected);
  EXPECT_EQ(one.stages.tendon->origin(), expected);
  EXPECT_EQ(one.stages.discontinuities->origin(), expected);
  EXPECT_EQ(one.stages.grader->origin(), expected);
  EXPECT_FALSE(one.stages.measurer->origin());
  EXPECT_EQ(one.stages.fallback, nullptr);
  EXPECT_NE(loaded("misbehaving", OnFault::builtin).stages.fallback, nullptr);
  EXPECT_EQ(one.plugins.front().moduleDigest, sha256OfFile(test::faultyFolder / "misbehaving.so"));
  EXPECT_TRUE(one.plugins.front().exporter);
}

/// A second plugin of the same library, so that one can stand on the other.
std::filesystem::path copyAs(const TemporaryFolder& folder, const std::string& name) {
  std::string text = test::bytesOf(test::faultyFolder / "misbehaving.plugin.json");
  text.replace(text.find("\"misbehaving\""), 13, "\"" + name + "\"");
  std::filesystem::copy_file(test::faultyFolder / "misbehaving.so", folder.path() / (name + ".so"));
  return folder.write(name + ".plugin.json", text);
}

TEST(Loader, HandsAPluginTheGuardedStagesOfTheOneBefore) {
  const TemporaryFolder folder;
  copyAs(folder, "upper");
  const auto both = [&](const std::string& lower, OnFault onFault) {
    return loadPlugins({parseRequest(lower), {"upper", {}}}, {test::faultyFolder, folder.path()}, builtinStages(),
                       onFault);
  };
  const Loaded fine = both("misbehaving", OnFault::stop);
  EXPECT_EQ(fine.stages.tendon->origin(), (StageOrigin{"upper", "1.2.3", "misbehaving 1.2.3", ""}));
  // The lower one's fault is found before the upper one could build on it, and is not laid at the upper one's door.
  const Loaded broken = both("misbehaving,stage=tendon,fault=nan", OnFault::stop);
  const test::Scene& scene = test::tornScene();
  const Cortex cortex = builtinStages().cortex->segment(scene.frame, scene.working);
  const std::string message = messageOf<StageError>(
      [&] { static_cast<void>(broken.stages.tendon->segment(scene.frame, scene.working, cortex, scene.view)); });
  EXPECT_THAT(message, AllOf(HasSubstr("plugin 'misbehaving' 1.2.3, tendon segmenter"), Not(HasSubstr("'upper'"))));
}

TEST(Loader, KeysAreEqualExactlyWhereResultsAre) {
  const TemporaryFolder folder;
  const std::string text = R"({"schema": "hipcuff.plugin/1", "name": "misbehaving", "version": "1.2.3", "summary": "s",
    "stages": ["cortex", "tendon", "discontinuities", "grader", "exporter"], "parameters": [
    {"name": "fault", "type": "text", "preset": "none"}, {"name": "stage", "type": "text", "preset": "make"},
    {"name": "weights", "type": "file", "optional": true}, {"name": "width", "type": "number", "preset": 0.1}]})";
  const auto file = folder.write("misbehaving.plugin.json", text);
  std::filesystem::copy_file(test::faultyFolder / "misbehaving.so", folder.path() / "misbehaving.so");
  const auto a = folder.write("a.bin", "weights");
  const auto b = folder.write("b.bin", "weights");
  const auto key = [&](const std::vector<std::pair<std::string, std::string>>& values) {
    return loadPlugins({{file.string(), values}}, {}, builtinStages(), OnFault::stop).plugins.front().key;
  };
  const std::string plain = key({});
  EXPECT_EQ(key({{"width", "0.10"}}), plain);
  EXPECT_NE(key({{"width", "0.1000000001"}}), plain);
  EXPECT_NE(key({{"weights", a.string()}}), plain);
  EXPECT_EQ(key({{"weights", a.string()}}), key({{"weights", b.string()}})); // what is in it, not where it lies
  const std::string before = key({{"weights", a.string()}});
  folder.write("a.bin", "other weights");
  EXPECT_NE(key({{"weights", a.string()}}), before);
}

TEST(Loader, FilesThatNoParameterNamesCountByWhatIsInThem) {
  const TemporaryFolder folder;
  const auto file = copyAs(folder, "besides");
  const auto load = [&](const char* fault) {
    return loadPlugins({{file.string(), {{"fault", fault}}}}, {}, builtinStages(), OnFault::stop).plugins.front();
  };
  EXPECT_THAT(messageOf<ConfigError>([&] { static_cast<void>(load("beside")); }),
              AllOf(HasSubstr("names a file that is not there: "), HasSubstr("beside.bin")));
  EXPECT_THAT(messageOf<ConfigError>([&] { static_cast<void>(load("beside_as_parameter")); }),
              HasSubstr("names a file 'stage', which is a parameter"));
  folder.write("beside.bin", "weights");
  const InUse before = load("beside");
  const auto recorded = std::get<PluginRecord::File>(recordOf(before).parameters.at("beside"));
  EXPECT_EQ(recorded.name, "beside.bin");
  EXPECT_EQ(recorded.sha256, sha256("weights"));
  EXPECT_EQ(load("beside").key, before.key);
  folder.write("beside.bin", "other weights");
  EXPECT_NE(load("beside").key, before.key);
}

TEST(Exporter, KeepsTheKindOfItsErrorsAndNamesThePlugin) {
  const TemporaryFolder folder;
  const auto exporting = [&](const std::string& fault) {
    const Loaded one = loaded("misbehaving,stage=exporter,fault=" + fault);
    const auto exporter = one.plugins.front().exporter(folder.path());
    ImageResult image;
    image.path = "a.dcm";
    exporter->add(image);
    exporter->finish({{}});
  };
  exporting("none");
  EXPECT_EQ(test::bytesOf(folder.path() / "misbehaving.txt"), "a.dcm\n1 studies\n");
  EXPECT_THAT(messageOf<OutputError>([&] { exporting("throws_output"); }),
              AllOf(HasSubstr("out/file.txt"), HasSubstr("plugin 'misbehaving' 1.2.3, exporter: the disk is full")));
  EXPECT_THAT(messageOf<StageError>([&] { exporting("throws_value"); }),
              HasSubstr("plugin 'misbehaving' 1.2.3, exporter: threw a value that is no std::exception (int)"));
  EXPECT_THAT(messageOf<StageError>([&] { exporting("null"); }), HasSubstr("exporter: was not made"));
}

} // namespace
} // namespace hipcuff::plugin
