// Finding plugins without running any of them.
#include "hipcuff/plugin/plugins.h"

#include "plugin_support.h"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff::plugin {
namespace {

using test::messageOf;
using test::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Sets a variable for one test.
class Variable {
public:
  Variable(const char* name, const char* value)
      : name_(name) {
    if (const char* was = std::getenv(name))
      was_ = was;
    set(value);
  }
  ~Variable() { set(was_ ? was_->c_str() : nullptr); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

private:
  void set(const char* value) const {
    if (value == nullptr)
      ::unsetenv(name_);
    else
      ::setenv(name_, value, 1);
  }
  const char* name_;
  std::optional<std::string> was_;
};

std::string descriptor(const std::string& name, const std::string& more = "") {
  return R"({"schema": "hipcuff.plugin/1", "name": ")" + name +
         R"(", "version": "1.0.0", "summary": "s", "stages": ["tendon"])" + more + "}";
}

/// A plugin as far as can be seen without loading.
std::filesystem::path put(const TemporaryFolder& folder, const std::string& name) {
  std::filesystem::copy_file(test::faultyFolder / "no_entry.so", folder.path() / (name + ".so"),
                             std::filesystem::copy_options::overwrite_existing);
  return folder.write(name + ".plugin.json", descriptor(name));
}

TEST(SearchPath, GoesFromTheNearestToTheInstalled) {
  const Variable own("HIPCUFF_PLUGIN_PATH", "/b:/c/::/a/.:/b");
  const Variable home("HOME", "/home/x");
  const Variable data("XDG_DATA_HOME", nullptr);
  auto path = searchPath({"/a", "here"});
  ASSERT_EQ(path.size(), 6u);
  const auto installed = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
  EXPECT_THAT(path, ElementsAre("/a", std::filesystem::current_path() / "here", "/b", "/c",
                                "/home/x/.local/share/hipcuff/plugins", installed / "lib/hipcuff/plugins"));
  const Variable other("XDG_DATA_HOME", "/data");
  EXPECT_EQ(searchPath({})[3], "/data/hipcuff/plugins");
  const Variable wrong("XDG_DATA_HOME", "data");
  EXPECT_EQ(searchPath({})[3], "/home/x/.local/share/hipcuff/plugins");
}

TEST(FindPlugins, ListsWhatIsThereWithWhatIsWrong) {
  const TemporaryFolder first;
  const TemporaryFolder second;
  put(first, "beta");
  put(first, "alpha");
  put(second, "alpha"); // hidden by the first folder's
  std::filesystem::create_directories(second.path() / "own");
  std::filesystem::copy_file(test::faultyFolder / "no_entry.so", second.path() / "own/own.so");
  second.write("own/own.plugin.json", descriptor("own")); // in a folder of its own
  second.write("broken.plugin.json", "{");
  second.write("lost.plugin.json", descriptor("lost")); // without its library
  second.write("readme.json", "{}");
  const auto all = findPlugins({first.path(), "/no/such/folder", second.path(), first.path()});
  std::vector<std::string> lines;
  for (const Found& found : all)
    lines.push_back(found.file.filename().string() + (found.hidden ? " hidden" : "") +
                    (found.problem.empty() ? "" : ": " + found.problem.substr(0, 40)));
  EXPECT_THAT(lines, ElementsAre("alpha.plugin.json", "beta.plugin.json", "alpha.plugin.json hidden",
                                 "broken.plugin.json: the plugin descriptor is not valid JSON:",
                                 "lost.plugin.json: the plugin's shared library is missing", "own.plugin.json"));
}

TEST(FindPlugins, OfOneNameInSeveralFoldersTakesTheFirstByNameNotByDisk) {
  const TemporaryFolder folder;
  for (const char* inner : {"d", "h", "b", "f", "a", "g", "c", "e"}) {
    std::filesystem::create_directories(folder.path() / inner);
    std::filesystem::copy_file(test::faultyFolder / "no_entry.so", folder.path() / inner / "same.so");
    folder.write(std::string(inner) + "/same.plugin.json", descriptor("same"));
  }
  std::string order;
  for (const Found& found : findPlugins({folder.path()}))
    order += found.file.parent_path().filename().string() + (found.hidden ? "" : "!");
  EXPECT_EQ(order, "a!bcdefgh");
}

TEST(ChoosePlugin, TakesTheFolderThatOneStandsIn) {
  const TemporaryFolder folder;
  const auto file = put(folder, "alpha");
  const auto was = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto chosen = choosePlugin(".", {}).file;
  std::filesystem::current_path(was);
  EXPECT_EQ(chosen.filename(), file.filename());
}

TEST(ChoosePlugin, TakesANameOrAPath) {
  const TemporaryFolder folder;
  const auto file = put(folder, "alpha");
  folder.write("broken.plugin.json", "{");
  const auto choose = [&](const std::string& what) { return choosePlugin(what, {folder.path()}).file; };
  EXPECT_EQ(choose("alpha"), file);
  EXPECT_EQ(choose(file.string()), file);
  EXPECT_EQ(choose((folder.path() / "alpha.so").string()), file);
  EXPECT_EQ(choosePlugin(std::filesystem::relative(file).string(), {}).file, file);
  const auto refusal = [&](const std::string& what) {
    return messageOf<ConfigError>([&] { static_cast<void>(choose(what)); });
  };
  EXPECT_THAT(refusal("alhpa"), AllOf(HasSubstr("there is no plugin 'alhpa'"), HasSubstr("did you mean 'alpha'?")));
  EXPECT_THAT(refusal("else"), HasSubstr("hipcuff plugins"));
  EXPECT_THAT(refusal("broken"), AllOf(HasSubstr("broken.plugin.json"), HasSubstr("not valid JSON")));
  EXPECT_THAT(refusal("other.so"), HasSubstr("shared library is missing"));
  EXPECT_THAT(refusal(folder.path().string()), HasSubstr("2 plugins in this folder"));
  std::filesystem::remove(folder.path() / "broken.plugin.json");
  EXPECT_EQ(choose(folder.path().string()), file);
  std::filesystem::rename(folder.path() / "alpha.plugin.json", folder.path() / "renamed.plugin.json");
  EXPECT_EQ(choose((folder.path() / "alpha.so").string()), folder.path() / "renamed.plugin.json");
  std::filesystem::remove(folder.path() / "renamed.plugin.json");
  EXPECT_THAT(refusal((folder.path() / "alpha.so").string()), HasSubstr("no plugin descriptor beside"));
  EXPECT_THAT(refusal(folder.path().string()), HasSubstr("no plugin descriptor"));
}

TEST(ParseRequest, SplitsAtCommas) {
  const Request request = parseRequest(R"(level_set,width=0.5,label=a\,b\\c,empty=,sum=a=b)");
  EXPECT_EQ(request.plugin, "level_set");
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(request.values,
              ElementsAre(Pair{"width", "0.5"}, Pair{"label", "a,b\\c"}, Pair{"empty", ""}, Pair{"sum", "a=b"}));
  EXPECT_EQ(parseRequest(R"(/a\,b/x.so)").plugin, "/a,b/x.so");
  for (const char* wrong : {"", ",a=b", "x,", "x,a", "x,=b", R"(x\)", R"(x,a=\n)"})
    EXPECT_THAT(messageOf<UsageError>([&] { static_cast<void>(parseRequest(wrong)); }), HasSubstr("--plugin '"))
        << wrong;
}

} // namespace
} // namespace hipcuff::plugin
