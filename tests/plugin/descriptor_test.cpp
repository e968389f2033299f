// NAME.plugin.json and what users set by it.
#include "hipcuff/plugin/descriptor.h"

#include "plugin_support.h"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace hipcuff::plugin {
namespace {

using test::messageOf;
using test::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Json = nlohmann::json;

const Json whole = Json::parse(R"({
  "schema": "hipcuff.plugin/1", "name": "smooth", "version": "2.10.0", "summary": "Smooths the border",
  "author": "A. Author", "license": "MIT", "module": "smooth_v2.so", "stages": ["tendon", "exporter"],
  "parameters": [
    {"name": "width", "type": "number", "preset": 0.5, "minimum": 0.1, "maximum": 3, "unit": "mm", "help": "of the filter"},
    {"name": "rounds", "type": "integer", "preset": 10, "minimum": 1},
    {"name": "method", "type": "text", "preset": "level", "choices": ["level", "contour"]},
    {"name": "verbose", "type": "flag", "preset": false},
    {"name": "weights", "type": "file", "preset": "w.bin"},
    {"name": "mask", "type": "file", "optional": true},
    {"name": "label", "type": "text", "help": "shown in the report"}
  ]})");

/// Descriptors and whether they follow the schema, all looked at by one python3-jsonschema; nothing is expected where
/// that is not installed.
class BySchema {
public:
  void expect(const std::string& text, bool valid) {
    folder_.write((valid ? "valid-" : "wrong-") + std::to_string(count_++), text);
  }
  ~BySchema() {
    if (std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0)
      return;
    const std::string schema = HIPCUFF_SOURCE_DIR "/lib/plugin/schema/hipcuff.plugin-1.schema.json";
    const std::string program = "import glob,json,os,sys,jsonschema\n"
                                "s=json.load(open(sys.argv[1])); v=jsonschema.Draft202012Validator; v.check_schema(s)\n"
                                "n=0\n"
                                "for f in sorted(glob.glob(sys.argv[2]+\"/*\")):\n"
                                "  t=open(f).read()\n"
                                "  e=list(v(s).iter_errors(json.loads(t)))\n"
                                "  if bool(e)==os.path.basename(f).startswith(\"valid\"): n+=1; print(f,e[:1],t)\n"
                                "sys.exit(9 if n else 0)\n";
    EXPECT_EQ(std::system(("/usr/bin/python3 -c '" + program + "' " + schema + " " + folder_.path().string()).c_str()),
              0);
  }
  BySchema() = default;
  BySchema(const BySchema&) = delete;
  BySchema& operator=(const BySchema&) = delete;

private:
  TemporaryFolder folder_;
  int count_ = 0;
};

TEST(Descriptor, IsReadWhole) {
  const TemporaryFolder folder;
  const auto file = folder.write("smooth.plugin.json", whole.dump());
  const Descriptor d = readDescriptor(file);
  EXPECT_EQ(d.file, file);
  EXPECT_EQ(d.module, folder.path() / "smooth_v2.so");
  EXPECT_EQ(d.name, "smooth");
  EXPECT_EQ(d.version, "2.10.0");
  EXPECT_EQ(d.author, "A. Author");
  EXPECT_EQ(d.license, "MIT");
  EXPECT_THAT(d.stages, ElementsAre(Extension::tendon, Extension::exporter));
  ASSERT_EQ(d.parameters.size(), 7u);
  EXPECT_EQ(d.parameters[0].minimum, 0.1);
  EXPECT_EQ(d.parameters[0].unit, "mm");
  EXPECT_EQ(std::get<long long>(*d.parameters[1].preset), 10);
  EXPECT_THAT(d.parameters[2].choices, ElementsAre("level", "contour"));
  EXPECT_TRUE(d.parameters[5].optional);
  EXPECT_FALSE(d.parameters[6].preset);
  BySchema schema;
  schema.expect(whole.dump(), true);
  Json least = whole;
  for (const char* key : {"author", "license", "module", "parameters"})
    least.erase(key);
  EXPECT_EQ(readDescriptor(folder.write("least.plugin.json", least.dump())).module, folder.path() / "smooth.so");
  for (const char* faulty : {"misbehaving", "modest", "no_mark"})
    schema.expect(test::bytesOf(test::faultyFolder / (std::string(faulty) + ".plugin.json")), true);
}

struct Wrong {
  const char* pointer;
  const char* value; ///< JSON; "": remove the field
  const char* words;
  bool bySchema = true; ///< whether the schema can see it too
};

TEST(Descriptor, SaysWhatIsWrong) {
  const std::vector<Wrong> all = {
      {"/name", "", "has no field 'name'"},
      {"/name", "\"Smooth\"", "field 'name' is \"Smooth\""},
      {"/name", "7", "'name' is not a text"},
      {"/version", "\"1.0\"", "'version' is \"1.0\""},
      {"/version", "\"1.0.0-rc\"", "'version'"},
      {"/version", "\"1.0.01\"", "'version'"},
      {"/summary", "\"two\\nlines\"", "'summary' is not one line"},
      {"/summary", "\"\"", "'summary' is empty"},
      {"/summary", "\"two\\u0085lines\"", "'summary' is not one line"},
      {"/summary", "\"evil\\u202egnp.exe\"", "'summary' is not one line"},
      {"/author", "\"two\\u2028lines\"", "'author' is not one line"},
      {"/schema", "\"hipcuff.plugin/2\"", "is not a hipcuff.plugin/1 file"},
      {"/schema", "", "has no field 'schema'"},
      {"/sumary", "\"x\"", "unknown field 'sumary' (did you mean 'summary'?)"},
      {"/parameters/0/defualt", "1", "unknown field 'parameters[0].defualt'"},
      {"/parameters/0/prest", "1", "did you mean 'preset'?"},
      {"/module", "\"../x.so\"", "field 'module'"},
      {"/stages", "[]", "'stages' is not a list of at least one"},
      {"/stages/0", "\"tendons\"", "(did you mean 'tendon'?)"},
      {"/stages/1", "\"tendon\"", "names tendon twice"},
      {"/stages/0", "3", "'stages' is not a text"},
      {"/parameters", "{}", "'parameters' is not a list"},
      {"/parameters/0/type", "\"double\"", "none of flag, integer, number, text and file"},
      {"/parameters/0/name", "\"Width\"", "'parameters[0].name' is \"Width\""},
      {"/parameters/1/name", "\"width\"", "names the parameter 'width' twice", false},
      {"/parameters/0/preset", "\"0.5\"", "'parameters[0].preset' is not of the type number"},
      {"/parameters/0/preset", "9", "outside of its own range", false},
      {"/parameters/0/maximum", "0", "minimum beyond its maximum", false},
      {"/parameters/1/preset", "1.5", "not of the type integer"},
      {"/parameters/2/preset", "\"other\"", "none of its own choices", false},
      {"/parameters/2/minimum", "1", "and is no number"},
      {"/parameters/3/preset", "0", "not of the type flag"},
      {"/parameters/3/optional", "true", "is optional and no file"},
      {"/parameters/0/choices", "[\"a\"]", "'parameters[0].choices'"},
  };
  const TemporaryFolder folder;
  BySchema schema;
  for (const Wrong& wrong : all) {
    Json json = whole;
    const Json::json_pointer pointer(wrong.pointer);
    if (std::string(wrong.value).empty())
      json.at(pointer.parent_pointer()).erase(pointer.back());
    else
      json[pointer] = Json::parse(wrong.value);
    const auto file = folder.write("x.plugin.json", json.dump());
    const std::string message = messageOf<ConfigError>([&] { static_cast<void>(readDescriptor(file)); });
    EXPECT_THAT(message, AllOf(HasSubstr(file.string()), HasSubstr(wrong.words))) << wrong.pointer;
    if (wrong.bySchema)
      schema.expect(json.dump(), false);
  }
}

TEST(Descriptor, SurvivesAnyFile) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& text) {
    const auto file = folder.write("x.plugin.json", text);
    return messageOf<ConfigError>([&] { static_cast<void>(readDescriptor(file)); });
  };
  EXPECT_THAT(message(""), HasSubstr("is not valid JSON"));
  EXPECT_THAT(message("{\"name\": "), HasSubstr("is not valid JSON"));
  EXPECT_THAT(message("[]"), HasSubstr("is not a JSON object"));
  EXPECT_THAT(message("null"), HasSubstr("is not a JSON object"));
  EXPECT_THAT(message(std::string(100000, '[')), HasSubstr("nested too deeply"));
  EXPECT_THAT(message("{\"name\": \"\xff\"}"), HasSubstr("is not valid JSON"));
  EXPECT_THAT(message("{\"name\": 1e999}"), HasSubstr("is not valid JSON"));
  EXPECT_THAT(message("{\"name\": \"a\", \"name\": \"b\"}"), HasSubstr("has the field 'name' twice"));
  EXPECT_THAT(message(std::string(2 << 20, ' ')), HasSubstr("too large"));
  EXPECT_THAT(messageOf<ConfigError>([&] { static_cast<void>(readDescriptor(folder.path())); }),
              HasSubstr("is no file"));
  EXPECT_THAT(messageOf<ConfigError>([&] { static_cast<void>(readDescriptor(folder.path() / "none")); }),
              HasSubstr("there is no such"));
  const auto pipe = folder.path() / "pipe.plugin.json";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(messageOf<ConfigError>([&] { static_cast<void>(readDescriptor(pipe)); }), HasSubstr("is no file"));
}

class GivenValues : public testing::Test {
protected:
  GivenValues() {
    folder_.write("w.bin", "weights");
    descriptor_ = readDescriptor(folder_.write("smooth.plugin.json", whole.dump()));
  }
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] Values of(Pairs pairs) const {
    pairs.emplace_back("label", "x");
    return checkedValues(descriptor_, pairs);
  }
  [[nodiscard]] std::string refusal(const Pairs& pairs) const {
    return messageOf<UsageError>([&] { static_cast<void>(of(pairs)); });
  }
  TemporaryFolder folder_;
  Descriptor descriptor_;
};

TEST_F(GivenValues, ArePresetsWhereNothingIsGiven) {
  const Values values = of({});
  EXPECT_EQ(values.number("width"), 0.5);
  EXPECT_EQ(values.integer("rounds"), 10);
  EXPECT_EQ(values.text("method"), "level");
  EXPECT_FALSE(values.flag("verbose"));
  EXPECT_EQ(values.file("weights"), folder_.path() / "w.bin"); // beside the descriptor
  EXPECT_TRUE(values.file("mask").empty());
  EXPECT_EQ(values.all().size(), 7u);
  EXPECT_THROW(static_cast<void>(values.number("rounds")), std::out_of_range);
}

TEST_F(GivenValues, AreRead) {
  const auto mask = folder_.write("m.png", "mask");
  const Values values = of({{"width", "3"},
                            {"rounds", "1"},
                            {"method", "contour"},
                            {"verbose", "yes"},
                            {"mask", std::filesystem::relative(mask).string()}});
  EXPECT_EQ(values.number("width"), 3);
  EXPECT_EQ(values.integer("rounds"), 1);
  EXPECT_TRUE(values.flag("verbose"));
  EXPECT_EQ(values.file("mask"), mask); // of the user: from the working directory
}

TEST_F(GivenValues, AreRefusedWithWhatIsTaken) {
  EXPECT_THAT(refusal({{"widht", "1"}}), HasSubstr("plugin 'smooth' has no parameter 'widht' (did you mean 'width'?)"));
  EXPECT_THAT(refusal({{"width", "3.01"}}), HasSubstr("a number from 0.1 to 3 mm"));
  for (const char* text : {"", "nan", "inf", "1,5", "0x1", "1 ", " 1", "1mm", "1e400"})
    EXPECT_THAT(refusal({{"width", text}}), HasSubstr("can't be")) << text;
  for (const char* text : {"0", "1.5", "99999999999999999999", "-1"})
    EXPECT_THAT(refusal({{"rounds", text}}), HasSubstr("a whole number of at least 1")) << text;
  EXPECT_THAT(refusal({{"method", "contuor"}}), HasSubstr("did you mean 'contour'?"));
  EXPECT_THAT(refusal({{"verbose", "maybe"}}), HasSubstr("true or false"));
  EXPECT_THAT(refusal({{"width", "1"}, {"width", "1"}}), HasSubstr("is given twice"));
  EXPECT_THAT(refusal({{"mask", "nowhere.png"}}), HasSubstr("does not exist"));
  EXPECT_THAT(refusal({{"mask", folder_.path().string()}}), HasSubstr("is not a file"));
  EXPECT_THAT(refusal({{"mask", "/dev/null"}}), HasSubstr("is not a file"));
  EXPECT_THAT(messageOf<UsageError>([&] { static_cast<void>(checkedValues(descriptor_, {})); }),
              HasSubstr("needs a value for its parameter 'label' (shown in the report)"));
  std::filesystem::remove(folder_.path() / "w.bin");
  EXPECT_THAT(refusal({}), HasSubstr("w.bin does not exist"));
}

} // namespace
} // namespace hipcuff::plugin
