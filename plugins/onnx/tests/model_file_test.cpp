// Every mistake in a description gives one clear line.
#include "model_file.h"
#include "support.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace hipcuff::onnx {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json good() {
  return testing::description("blur", {"other", "cortex", "tendon"});
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const ConfigError& error) {
    const std::string line = error.what();
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    return line;
  }
  return "accepted";
}

TEST(ModelFile, AGoodOneIsRead) {
  const testing::Folder folder;
  json j = good();
  j["input"]["multiple"] = 16;
  j["training"] = {{"anything", {1, 2, 3}}};
  const ModelFile m = readModelFile(testing::written(folder, j));
  EXPECT_EQ(m.name, "blur");
  EXPECT_EQ(m.onnx, folder.path() / "blur.onnx");
  EXPECT_EQ(m.width, 64);
  EXPECT_EQ(m.multiple, 16);
  EXPECT_EQ(m.overlapPx, 16);
  EXPECT_EQ(m.activation, Activation::softmax);
  EXPECT_EQ(m.classes, (std::vector{MapClass::other, MapClass::cortex, MapClass::tendon}));
  EXPECT_TRUE(m.has(MapClass::tendon));
  EXPECT_FALSE(m.has(MapClass::discontinuity));
}

TEST(ModelFile, WhatItNeedNotSay) {
  const testing::Folder folder;
  json j = good();
  j.erase("tiling");
  j["input"].erase("channels");
  j["input"]["normalisation"] = {{"kind", "per_frame"}};
  const ModelFile m = readModelFile(testing::written(folder, j));
  EXPECT_EQ(m.channels, 1);
  EXPECT_EQ(m.overlapPx, 32);
  EXPECT_EQ(m.normalisation, Normalisation::perFrame);
  EXPECT_EQ(m.scale, 1);
}

struct Mistake {
  const char* name;
  std::function<void(json&)> make;
  const char* said;
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreNamed) {
  const testing::Folder folder;
  json j = good();
  GetParam().make(j);
  const auto file = testing::written(folder, j);
  EXPECT_THAT(refusal([&] { (void)readModelFile(file); }), HasSubstr(GetParam().said));
  EXPECT_THAT(refusal([&] { (void)readModelFile(file); }), HasSubstr("a.model.json"));
}

const std::vector<Mistake> mistakes{
    {"schema", [](json& j) { j["schema"] = "hipcuff.plugin/1"; }, "is not a hipcuff.onnx-model/1 file"},
    {"noSchema", [](json& j) { j.erase("schema"); }, "has no field 'schema' (add \"schema\": \"hipcuff.onnx-model/1\""},
    {"noObject", [](json& j) { j = json::array(); }, "is not a JSON object"},
    {"unknownField", [](json& j) { j["inputs"] = 1; }, "unknown field 'inputs' (did you mean 'input'?)"},
    {"unknownFieldLikeNone", [](json& j) { j["colour"] = 1; }, "unknown field 'colour' (known here: schema, name,"},
    {"unknownInnerField", [](json& j) { j["input"]["sizes"] = 1; }, "unknown field 'input.sizes'"},
    {"noInput", [](json& j) { j.erase("input"); }, "no field 'input'"},
    {"noWidth", [](json& j) { j["input"].erase("width"); }, "no field 'input.width'"},
    {"widthText", [](json& j) { j["input"]["width"] = "64"; }, "'input.width' is not a whole number"},
    {"widthFraction", [](json& j) { j["input"]["width"] = 64.5; }, "'input.width' is not a whole number"},
    {"widthSmall", [](json& j) { j["input"]["width"] = 8; }, "'input.width' is 8, which can't be (16 to 2048)"},
    {"heightHuge", [](json& j) { j["input"]["height"] = 1e9; }, "'input.height'"},
    {"heightHugeWhole", [](json& j) { j["input"]["height"] = 4000000000U; }, "'input.height' is 4e+09"},
    {"spacingZero", [](json& j) { j["input"]["spacing_mm"] = 0; }, "'input.spacing_mm' is 0"},
    {"spacingText", [](json& j) { j["input"]["spacing_mm"] = "0.2"; }, "'input.spacing_mm' is not a number"},
    {"channelsTwo", [](json& j) { j["input"]["channels"] = 2; }, "'input.channels' is 2"},
    {"multiple", [](json& j) { j["input"]["multiple"] = 48; }, "'input.multiple' is 48, of which width and height"},
    {"kind", [](json& j) { j["input"]["normalisation"]["kind"] = "zscore"; },
     "'input.normalisation.kind' is \"zscore\", which is none of fixed and per_frame"},
    {"noMean", [](json& j) { j["input"]["normalisation"].erase("mean"); }, "no field 'input.normalisation.mean'"},
    {"sdZero", [](json& j) { j["input"]["normalisation"]["sd"] = 0; }, "'input.normalisation.sd' is 0"},
    {"meanPerFrame", [](json& j) { j["input"]["normalisation"]["kind"] = "per_frame"; },
     "'input.normalisation.mean' has no use with per_frame"},
    {"activation", [](json& j) { j["output"]["activation"] = "relu"; },
     "'output.activation' is \"relu\", which is none of softmax, sigmoid and none"},
    {"unknownClass", [](json& j) { j["output"]["classes"][1] = "bone"; },
     "names the class \"bone\", which is not known (other, cortex, tendon or discontinuity"},
    {"noClasses", [](json& j) { j["output"]["classes"] = json::array(); }, "'output.classes' is not a list"},
    {"classNumber", [](json& j) { j["output"]["classes"][0] = 1; }, "'output.classes' is not a text"},
    {"othersOnly",
     [](json& j) {
       j["output"]["classes"] = {"other", "other"};
     },
     "names nothing that can be used"},
    {"oneSoftmax", [](json& j) { j["output"]["classes"] = {"cortex"}; }, "one class and activation softmax"},
    {"fileMissing", [](json& j) { j["file"] = "absent.onnx"; }, "\"absent.onnx\", which is not beside it"},
    {"fileElsewhere", [](json& j) { j["file"] = "../blur.onnx"; }, "without folders"},
    {"overlap", [](json& j) { j["tiling"]["overlap_px"] = 40; }, "'tiling.overlap_px' is 40, more than half"},
    {"overlapNegative", [](json& j) { j["tiling"]["overlap_px"] = -1; }, "'tiling.overlap_px' is -1"},
    {"nameEmpty", [](json& j) { j["name"] = ""; }, "'name' is empty"},
};

INSTANTIATE_TEST_SUITE_P(Table, Mistakes, ::testing::ValuesIn(mistakes),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(ModelFile, WhatIsNoDescription) {
  const testing::Folder folder;
  const auto refused = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder.path() / name) << text;
    return refusal([&] { (void)readModelFile(folder.path() / name); });
  };
  EXPECT_THAT(refused("b.model.json", "{\"schema\": "), HasSubstr("is not valid JSON: parse error at line 1"));
  EXPECT_THAT(refused("c.model.json", R"({"schema":"hipcuff.onnx-model/1","name":"a","name":"b"})"),
              HasSubstr("has the field 'name' twice"));
  EXPECT_THAT(refused("d.onnx", "x"), HasSubstr("is a network; what is needed is its description"));
  EXPECT_THAT(refused("e.model.json", std::string(2U << 20U, ' ')), HasSubstr("too large"));
  EXPECT_THAT(refusal([&] { (void)readModelFile(folder.path() / "absent.model.json"); }),
              HasSubstr("there is no such model"));
  EXPECT_THAT(refusal([&] { (void)readModelFile(folder.path()); }), HasSubstr("there is no such model"));
}

} // namespace
} // namespace hipcuff::onnx
