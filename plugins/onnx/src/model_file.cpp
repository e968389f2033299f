#include "model_file.h"

#include "hipcuff/core/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <set>
#include <sstream>
#include <utility>

namespace hipcuff::onnx {
namespace {

using Json = nlohmann::json;

constexpr const char* schemaName = "hipcuff.onnx-model/1";
constexpr std::uintmax_t largestFile = 1U << 20U; // a description, not the weights
constexpr int smallestSide = 16;
constexpr int largestSide = 2048;
constexpr std::size_t mostClasses = 64;

struct Wrong {
  std::string problem;
  std::string remedy;
};

std::string listed(std::initializer_list<const char*> names) {
  std::string out;
  for (const char* name : names)
    out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

/// One object of the file: knows where it stands, and refuses fields that nobody reads.
class Fields {
public:
  Fields(const Json& json, std::string where, std::initializer_list<const char*> known)
      : json_(json)
      , where_(std::move(where)) {
    if (!json.is_object())
      throw Wrong{where_.empty() ? "is not a JSON object" : "field '" + where_ + "' is not an object", ""};
    for (const auto& [key, value] : json.items())
      if (std::none_of(known.begin(), known.end(), [&k = key](const char* name) { return k == name; }))
        throw Wrong{"has an unknown field '" + at(key.substr(0, 60)) + "'", "known here: " + listed(known)};
  }
  [[nodiscard]] std::string at(const std::string& key) const { return where_.empty() ? key : where_ + "." + key; }
  [[nodiscard]] bool has(const char* key) const { return json_.contains(key); }
  [[nodiscard]] const Json& need(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end())
      throw Wrong{"has no field '" + at(key) + "'", "add it: see README.md of the onnx plugin"};
    return *found;
  }
  [[nodiscard]] std::string text(const char* key) const {
    const Json& value = need(key);
    if (!value.is_string() || value.get<std::string>().empty())
      throw Wrong{"field '" + at(key) + "' is not a text", ""};
    return value.get<std::string>();
  }
  [[nodiscard]] double number(const char* key) const {
    const Json& value = need(key);
    if (!value.is_number() || !std::isfinite(value.get<double>()))
      throw Wrong{"field '" + at(key) + "' is not a number", ""};
    return value.get<double>();
  }
  [[nodiscard]] double numberAbove(const char* key, double least, double most) const {
    const double value = number(key);
    if (!(value > least) || value > most)
      throw Wrong{"field '" + at(key) + "' is " + shown(value) + ", which can't be",
                  "more than " + shown(least) + ", at most " + shown(most)};
    return value;
  }
  [[nodiscard]] int whole(const char* key, int least, int most) const {
    const Json& value = need(key);
    if (!value.is_number_integer())
      throw Wrong{"field '" + at(key) + "' is not a whole number", ""};
    const double asDouble = value.get<double>();
    if (asDouble < least || asDouble > most)
      throw Wrong{"field '" + at(key) + "' is " + shown(asDouble) + ", which can't be",
                  std::to_string(least) + " to " + std::to_string(most)};
    return value.get<int>();
  }
  template <class T>
  [[nodiscard]] T word(const char* key, std::initializer_list<std::pair<const char*, T>> words) const {
    const std::string given = text(key);
    std::string all;
    for (const auto& [name, value] : words) {
      if (given == name)
        return value;
      all += (all.empty() ? "" : ", ") + std::string(name);
    }
    throw Wrong{"field '" + at(key) + "' is \"" + given.substr(0, 60) + "\"", "one of " + all};
  }

private:
  static std::string shown(double value) {
    std::ostringstream out;
    out << value;
    return out.str();
  }
  const Json& json_;
  std::string where_;
};

MapClass classOf(const std::string& name) {
  for (const MapClass c : {MapClass::other, MapClass::cortex, MapClass::tendon, MapClass::discontinuity})
    if (name == toString(c))
      return c;
  throw Wrong{"field 'output.classes' names the class \"" + name.substr(0, 60) + "\", which is not known",
              "other, cortex, tendon or discontinuity; call what is none of these \"other\", as often as needed"};
}

void readInput(const Json& json, ModelFile& model) {
  const Fields input(json, "input", {"width", "height", "spacing_mm", "channels", "multiple", "normalisation"});
  model.width = input.whole("width", smallestSide, largestSide);
  model.height = input.whole("height", smallestSide, largestSide);
  model.spacingMm = input.numberAbove("spacing_mm", 0.009, 2);
  model.channels = input.has("channels") ? input.whole("channels", 1, 3) : 1;
  if (model.channels == 2)
    throw Wrong{"field 'input.channels' is 2", "1, or 3 for the grey three times"};
  if (input.has("multiple")) {
    model.multiple = input.whole("multiple", 1, largestSide);
    if (model.width % model.multiple != 0 || model.height % model.multiple != 0)
      throw Wrong{"field 'input.multiple' is " + std::to_string(model.multiple) +
                      ", of which width and height are no multiples",
                  "leave it out if the network takes pictures of one size only"};
  }
  const Fields normalisation(input.need("normalisation"), "input.normalisation",
                             {"kind", "scale", "mean", "sd", "least_sd"});
  model.normalisation = normalisation.word<Normalisation>(
      "kind", {{"fixed", Normalisation::fixed}, {"per_frame", Normalisation::perFrame}});
  model.scale = normalisation.has("scale") ? normalisation.numberAbove("scale", 0, 1e6) : 1;
  const bool fixed = model.normalisation == Normalisation::fixed;
  for (const char* key : {"mean", "sd"})
    if (!fixed && normalisation.has(key))
      throw Wrong{std::string("field 'input.normalisation.") + key + "' has no use with per_frame",
                  "leave it out: each picture has its own"};
  if (fixed && normalisation.has("least_sd"))
    throw Wrong{"field 'input.normalisation.least_sd' has no use with fixed", "leave it out"};
  if (fixed) {
    model.mean = normalisation.number("mean");
    model.sd = normalisation.numberAbove("sd", 0, 1e9);
  } else {
    model.sd = normalisation.has("least_sd") ? normalisation.numberAbove("least_sd", 0, 1e9) : 1e-6;
  }
}

void readOutput(const Json& json, ModelFile& model) {
  const Fields output(json, "output", {"activation", "classes"});
  model.activation = output.word<Activation>(
      "activation", {{"softmax", Activation::softmax}, {"sigmoid", Activation::sigmoid}, {"none", Activation::none}});
  const Json& classes = output.need("classes");
  if (!classes.is_array() || classes.empty() || classes.size() > mostClasses)
    throw Wrong{"field 'output.classes' is not a list of 1 to " + std::to_string(mostClasses) + " names", ""};
  for (const Json& name : classes) {
    if (!name.is_string())
      throw Wrong{"field 'output.classes' is not a list of names", "\"other\", \"cortex\", ..."};
    model.classes.push_back(classOf(name.get<std::string>()));
  }
  if (std::all_of(model.classes.begin(), model.classes.end(), [](MapClass c) { return c == MapClass::other; }))
    throw Wrong{"field 'output.classes' names nothing that can be used",
                "at least one of cortex, tendon, discontinuity"};
  if (model.activation == Activation::softmax && model.classes.size() < 2)
    throw Wrong{"has one class and activation softmax, which makes it 1 everywhere", "activation sigmoid"};
}

ModelFile modelFrom(const Json& json, const std::filesystem::path& file) {
  if (!json.is_object() || !json.contains("schema") || json["schema"] != schemaName)
    throw Wrong{"is not a " + std::string(schemaName) + " file",
                "\"schema\" is to be \"" + std::string(schemaName) + "\""};
  const Fields fields(
      json, "", {"schema", "name", "version", "summary", "file", "sha256", "input", "output", "tiling", "training"});
  ModelFile model;
  model.file = file;
  model.name = fields.text("name");
  model.version = fields.text("version");
  static_cast<void>(fields.text("summary"));
  const std::string onnx = fields.text("file");
  if (onnx.find('/') != std::string::npos || onnx == "..")
    throw Wrong{"field 'file' is \"" + onnx.substr(0, 80) + "\"",
                "the name of a file beside this one, without folders"};
  model.onnx = file.parent_path() / onnx;
  if (fields.has("sha256"))
    model.sha256 = fields.text("sha256");
  readInput(fields.need("input"), model);
  readOutput(fields.need("output"), model);
  if (fields.has("tiling")) {
    const Fields tiling(fields.need("tiling"), "tiling", {"overlap_px"});
    model.overlapPx = tiling.whole("overlap_px", 0, largestSide);
  }
  if (2 * model.overlapPx > std::min(model.width, model.height))
    throw Wrong{"field 'tiling.overlap_px' is " + std::to_string(model.overlapPx) + ", more than half of a tile",
                "a quarter of the tile's shorter side or less"};
  std::error_code error;
  if (!std::filesystem::is_regular_file(model.onnx, error))
    throw Wrong{"names the network \"" + onnx + "\", which is not beside it", "put it there, or correct field 'file'"};
  return model;
}

Json parsed(const std::string& text) {
  std::vector<std::set<std::string>> keys;
  return Json::parse(text, [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start)
      keys.emplace_back();
    else if (event == Json::parse_event_t::object_end)
      keys.pop_back();
    else if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second)
      throw Wrong{"has the field '" + value.get<std::string>().substr(0, 60) + "' twice", "leave one of them out"};
    return true;
  });
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
  if (std::filesystem::file_size(file, error) > largestFile)
    throw ConfigError(file, "is too large for the description of a model",
                      "it has a few kB; the weights lie beside it");
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    throw ConfigError(file, "can't be read", "check its permissions");
  try {
    return modelFrom(parsed(text.str()), file);
  } catch (const Wrong& wrong) {
    throw ConfigError(file, "the description of the model " + wrong.problem, wrong.remedy);
  } catch (const Json::exception& why) {
    const std::string words = why.what(); // "[json.exception...] parse error at line 3, column 4: ..."
    const auto begin = words.find("] ");
    throw ConfigError(file, "is not valid JSON: " + (begin == std::string::npos ? words : words.substr(begin + 2)),
                      "correct it there");
  }
}

} // namespace hipcuff::onnx
