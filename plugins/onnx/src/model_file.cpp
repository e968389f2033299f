#include "model_file.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"
#include "hipcuff/core/strict_json.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hipcuff::onnx {
namespace {

const StrictJsonKind kind{"description of the model", "README.md of the onnx plugin", "hipcuff.onnx-model/1"};
constexpr int smallestSide = 16;
constexpr int largestSide = 2048;
constexpr std::size_t mostClasses = 64;

template <class T>
T wordOf(const StrictJson& json, const char* key, const std::vector<std::pair<const char*, T>>& words) {
  std::vector<std::string> names;
  for (const auto& word : words)
    names.emplace_back(word.first);
  return words[json.oneOf(key, names)].second;
}

MapClass classOf(const StrictJson& output, const std::string& name) {
  for (const MapClass c : {MapClass::other, MapClass::cortex, MapClass::tendon, MapClass::discontinuity})
    if (name == toString(c))
      return c;
  output.fail("field 'output.classes' names the class \"" + tidy(name, 60) + "\", which is not known",
              "other, cortex, tendon or discontinuity; call what is none of these \"other\", as often as needed");
}

int wholeOf(const StrictJson& json, const char* key, int least, int most) {
  return static_cast<int>(json.whole(key, least, most));
}

void readInput(const StrictJson& json, ModelFile& model) {
  const StrictJson input =
      json.object("input", {"width", "height", "spacing_mm", "channels", "multiple", "normalisation"});
  model.width = wholeOf(input, "width", smallestSide, largestSide);
  model.height = wholeOf(input, "height", smallestSide, largestSide);
  model.spacingMm = input.numberAbove("spacing_mm", 0.009, 2);
  model.channels = input.has("channels") ? wholeOf(input, "channels", 1, 3) : 1;
  if (model.channels == 2)
    input.fail("field 'input.channels' is 2", "1, or 3 for the grey three times");
  if (input.has("multiple")) {
    model.multiple = wholeOf(input, "multiple", 1, largestSide);
    if (model.width % model.multiple != 0 || model.height % model.multiple != 0)
      input.fail("field 'input.multiple' is " + std::to_string(model.multiple) +
                     ", of which width and height are no multiples",
                 "leave it out if the network takes pictures of one size only");
  }
  const StrictJson normalisation = input.object("normalisation", {"kind", "scale", "mean", "sd", "least_sd"});
  model.normalisation = wordOf<Normalisation>(
      normalisation, "kind", {{"fixed", Normalisation::fixed}, {"per_frame", Normalisation::perFrame}});
  model.scale = normalisation.has("scale") ? normalisation.numberAbove("scale", 0, 1e6) : 1;
  const bool fixed = model.normalisation == Normalisation::fixed;
  for (const char* key : {"mean", "sd"})
    if (!fixed && normalisation.has(key))
      input.fail(std::string("field 'input.normalisation.") + key + "' has no use with per_frame",
                 "leave it out: each picture has its own");
  if (fixed && normalisation.has("least_sd"))
    input.fail("field 'input.normalisation.least_sd' has no use with fixed", "leave it out");
  if (fixed) {
    model.mean = normalisation.number("mean");
    model.sd = normalisation.numberAbove("sd", 0, 1e9);
  } else {
    model.sd = normalisation.has("least_sd") ? normalisation.numberAbove("least_sd", 0, 1e9) : 1e-6;
  }
}

void readOutput(const StrictJson& json, ModelFile& model) {
  const StrictJson output = json.object("output", {"activation", "classes"});
  model.activation = wordOf<Activation>(
      output, "activation",
      {{"softmax", Activation::softmax}, {"sigmoid", Activation::sigmoid}, {"none", Activation::none}});
  for (const std::string& name : output.texts("classes", mostClasses))
    model.classes.push_back(classOf(output, name));
  if (std::all_of(model.classes.begin(), model.classes.end(), [](MapClass c) { return c == MapClass::other; }))
    output.fail("field 'output.classes' names nothing that can be used",
                "at least one of cortex, tendon, discontinuity");
  if (model.activation == Activation::softmax && model.classes.size() < 2)
    output.fail("has one class and activation softmax, which makes it 1 everywhere", "activation sigmoid");
}

ModelFile modelFrom(const StrictJson& json, const std::filesystem::path& file) {
  ModelFile model;
  model.file = file;
  model.name = json.text("name");
  model.version = json.text("version");
  static_cast<void>(json.text("summary"));
  const std::string onnx = json.text("file");
  if (onnx.find('/') != std::string::npos || onnx == "..")
    json.fail("field 'file' is \"" + onnx.substr(0, 80) + "\"", "the name of a file beside this one, without folders");
  model.onnx = file.parent_path() / onnx;
  if (json.has("sha256"))
    model.sha256 = json.text("sha256");
  readInput(json, model);
  readOutput(json, model);
  if (json.has("tiling")) {
    const StrictJson tiling = json.object("tiling", {"overlap_px"});
    model.overlapPx = wholeOf(tiling, "overlap_px", 0, largestSide);
  }
  if (2 * model.overlapPx > std::min(model.width, model.height))
    json.fail("field 'tiling.overlap_px' is " + std::to_string(model.overlapPx) + ", more than half of a tile",
              "a quarter of the tile's shorter side or less");
  std::error_code error;
  if (!std::filesystem::is_regular_file(model.onnx, error))
    json.fail("names the network \"" + onnx + "\", which is not beside it", "put it there, or correct field 'file'");
  return model;
}

} // namespace

const char* toString(MapClass c) noexcept {
  switch (c) {
  case MapClass::other:
    return "other";
  case MapClass::cortex:
    return "cortex";
  case MapClass::tendon:
    return "tendon";
  case MapClass::discontinuity:
    return "discontinuity";
  }
  return "";
}

bool ModelFile::has(MapClass c) const noexcept {
  return std::find(classes.begin(), classes.end(), c) != classes.end();
}

ModelFile readModelFile(const std::filesystem::path& given) {
  const std::filesystem::path file = std::filesystem::absolute(given).lexically_normal();
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    throw ConfigError(file, "there is no such model", "name a *.model.json with its .onnx beside it");
  if (file.extension() == ".onnx")
    throw ConfigError(file, "is a network; what is needed is its description",
                      "name the *.model.json beside it, or write one: see README.md of the onnx plugin");
  return modelFrom(
      StrictJson::read(file, kind,
                       {"name", "version", "summary", "file", "sha256", "input", "output", "tiling", "training"}),
      file);
}

} // namespace hipcuff::onnx
