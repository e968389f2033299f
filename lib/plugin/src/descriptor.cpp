#include "hipcuff/plugin/descriptor.h"

#include "words.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace hipcuff::plugin {
namespace {

using Json = nlohmann::json;

constexpr const char* schemaName = "hipcuff.plugin/1";
constexpr std::uintmax_t largestFile = 1 << 20;
constexpr int deepest = 8;
constexpr std::size_t mostParameters = 256;
constexpr std::array extensions = {Extension::cortex, Extension::tendon, Extension::discontinuities, Extension::grader,
                                   Extension::exporter};
constexpr std::array types = {ValueType::flag, ValueType::integer, ValueType::number, ValueType::text, ValueType::file};

/// A fault of the descriptor, without its file; readDescriptor adds it.
struct Fault {
  std::string problem;
  std::string remedy;
};

template <std::size_t N, class E>
std::vector<std::string> wordsOf(const std::array<E, N>& all) {
  std::vector<std::string> out;
  for (const E e : all)
    out.emplace_back(toString(e));
  return out;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known, const std::string& otherwise) {
  const auto near = closest(word, known);
  return near ? "did you mean '" + *near + "'?" : otherwise;
}

/// One object of the file: every field is asked for by name, and what nobody asked for is a fault.
class Fields {
public:
  Fields(const Json& json, std::string where, std::initializer_list<const char*> known)
      : json_(json)
      , where_(std::move(where)) {
    if (!json.is_object())
      throw Fault{where_.empty() ? "is not a JSON object" : "'" + where_ + "' is not an object", "see docs/plugins.md"};
    const std::vector<std::string> names(known.begin(), known.end());
    for (const auto& [key, value] : json.items())
      if (std::find(names.begin(), names.end(), key) == names.end())
        throw Fault{"has an unknown field '" + tidy(at(key), 80) + "'",
                    suggestion(key, names, "known here: " + listed(names))};
  }

  [[nodiscard]] const Json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }
  [[nodiscard]] const Json& need(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr)
      throw Fault{"has no field '" + at(key) + "'", "add it: see docs/plugins.md"};
    return *value;
  }
  [[nodiscard]] std::string line(const char* key) const { return lineOf(need(key), at(key)); }
  [[nodiscard]] std::string lineOr(const char* key, const std::string& otherwise) const {
    const Json* value = find(key);
    return value == nullptr ? otherwise : lineOf(*value, at(key));
  }
  [[nodiscard]] std::optional<double> numberIf(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr)
      return std::nullopt;
    if (!value->is_number())
      throw Fault{"field '" + at(key) + "' is not a number", ""};
    return value->get<double>();
  }
  [[nodiscard]] std::string at(const std::string& key) const { return where_.empty() ? key : where_ + "." + key; }

  static std::string lineOf(const Json& value, const std::string& where) {
    if (!value.is_string())
      throw Fault{"field '" + where + "' is not a text", "put it in quotes"};
    auto text = value.get<std::string>();
    if (!isOneLine(text) || text.size() > 1000)
      throw Fault{"field '" + where + "' is not one line of text", ""};
    return text;
  }

private:
  const Json& json_;
  std::string where_;
};

template <class E, std::size_t N>
E wordIn(const std::array<E, N>& all, const std::string& word, const std::string& where) {
  const auto found = std::find_if(all.begin(), all.end(), [&](E e) { return word == toString(e); });
  if (found == all.end())
    throw Fault{"field '" + where + "' is \"" + tidy(word, 40) + "\", which is none of " + listed(wordsOf(all)),
                suggestion(word, wordsOf(all), "")};
  return *found;
}

Value presetOf(const Json& json, const Parameter& p, const std::string& where) {
  const Fault wrong{"field '" + where + "' is not of the type " + toString(p.type), ""};
  switch (p.type) {
  case ValueType::flag:
    if (!json.is_boolean())
      throw wrong;
    return json.get<bool>();
  case ValueType::integer:
    if (!json.is_number_integer() || (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX))
      throw wrong;
    return json.get<long long>();
  case ValueType::number:
    if (!json.is_number())
      throw wrong;
    return json.get<double>();
  case ValueType::text:
    return Fields::lineOf(json, where);
  case ValueType::file:
    if (auto text = Fields::lineOf(json, where); !text.empty())
      return std::filesystem::path(text);
    throw wrong;
  }
  throw wrong;
}

std::optional<double> asDouble(const Value& value) {
  if (const auto* i = std::get_if<long long>(&value))
    return static_cast<double>(*i);
  if (const auto* d = std::get_if<double>(&value))
    return *d;
  return std::nullopt;
}

Parameter parameterFrom(const Json& json, const std::string& where) {
  const Fields fields(json, where,
                      {"name", "type", "preset", "optional", "minimum", "maximum", "choices", "unit", "help"});
  Parameter p;
  p.name = fields.line("name");
  if (!isName(p.name))
    throw Fault{"field '" + fields.at("name") + "' is \"" + tidy(p.name, 80) + "\"",
                "lower case letters, digits and _, beginning with a letter"};
  p.type = wordIn(types, fields.line("type"), fields.at("type"));
  const bool numeric = p.type == ValueType::integer || p.type == ValueType::number;
  p.unit = fields.lineOr("unit", "");
  p.help = fields.lineOr("help", "");
  p.minimum = fields.numberIf("minimum");
  p.maximum = fields.numberIf("maximum");
  if ((p.minimum || p.maximum) && !numeric)
    throw Fault{"'" + where + "' has a minimum or maximum, and is no number", "leave it out"};
  if (p.minimum && p.maximum && *p.minimum > *p.maximum)
    throw Fault{"'" + where + "' has a minimum beyond its maximum", ""};
  if (const Json* optional = fields.find("optional")) {
    if (!optional->is_boolean())
      throw Fault{"field '" + fields.at("optional") + "' is neither true nor false", ""};
    p.optional = optional->get<bool>();
    if (p.optional && p.type != ValueType::file)
      throw Fault{"'" + where + "' is optional and no file", "give it a preset instead"};
  }
  if (const Json* choices = fields.find("choices")) {
    if (p.type != ValueType::text || !choices->is_array() || choices->empty())
      throw Fault{"field '" + fields.at("choices") + "' is not a list of texts, or its parameter is no text", ""};
    for (const Json& choice : *choices)
      p.choices.push_back(Fields::lineOf(choice, fields.at("choices")));
  }
  if (const Json* preset = fields.find("preset")) {
    p.preset = presetOf(*preset, p, fields.at("preset"));
    const auto value = asDouble(*p.preset);
    if (value && ((p.minimum && *value < *p.minimum) || (p.maximum && *value > *p.maximum)))
      throw Fault{"field '" + fields.at("preset") + "' is outside of its own range", ""};
    const auto* text = std::get_if<std::string>(&*p.preset);
    if (text != nullptr && !p.choices.empty() &&
        std::find(p.choices.begin(), p.choices.end(), *text) == p.choices.end())
      throw Fault{"field '" + fields.at("preset") + "' is none of its own choices", ""};
  }
  return p;
}

bool isVersion(const std::string& text) {
  int parts = 0;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, '.'); ++parts)
    if (part.empty() || part.size() > 9 || (part.size() > 1 && part.front() == '0') ||
        part.find_first_not_of("0123456789") != std::string::npos)
      return false;
  return parts == 3 && text.back() != '.';
}

/// Keys that stand twice would silently hide each other.
Json parsed(const std::string& text) {
  std::vector<std::set<std::string>> keys;
  return Json::parse(text, [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > deepest)
      throw Fault{"is nested too deeply", ""};
    if (event == Json::parse_event_t::object_start)
      keys.emplace_back();
    else if (event == Json::parse_event_t::object_end)
      keys.pop_back();
    else if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second)
      throw Fault{"has the field '" + tidy(value.get<std::string>(), 80) + "' twice", "leave one of them out"};
    return true;
  });
}

Descriptor descriptorFrom(const Json& json, const std::filesystem::path& file) {
  if (const auto schema = json.is_object() ? json.find("schema") : json.end();
      schema != json.end() && *schema != schemaName)
    throw Fault{"is not a " + std::string(schemaName) + " file",
                "\"schema\" is to be \"" + std::string(schemaName) + "\""};
  const Fields fields(json, "",
                      {"schema", "name", "version", "summary", "author", "license", "module", "stages", "parameters"});
  static_cast<void>(fields.need("schema"));
  Descriptor d;
  d.file = file;
  d.name = fields.line("name");
  if (!isName(d.name))
    throw Fault{"field 'name' is \"" + tidy(d.name, 80) + "\"",
                "lower case letters, digits and _, beginning with a letter, at most 64"};
  d.version = fields.line("version");
  if (!isVersion(d.version))
    throw Fault{"field 'version' is \"" + tidy(d.version, 80) + "\"",
                d.version.find('@') == std::string::npos
                    ? "three numbers: MAJOR.MINOR.PATCH"
                    : "this is the source; CMake writes the one to use into the build folder"};
  d.summary = fields.line("summary");
  d.author = fields.lineOr("author", "");
  d.license = fields.lineOr("license", "");
  const std::string module = fields.lineOr("module", d.name + ".so");
  if (module.empty() || module == "." || module == ".." || module.find('/') != std::string::npos)
    throw Fault{"field 'module' is \"" + tidy(module, 80) + "\"",
                "the name of the shared library beside this file, without folders"};
  d.module = file.parent_path() / module;
  const Json& stages = fields.need("stages");
  if (!stages.is_array() || stages.empty())
    throw Fault{"field 'stages' is not a list of at least one of " + listed(wordsOf(extensions)), ""};
  for (const Json& stage : stages) {
    const Extension e = wordIn(extensions, Fields::lineOf(stage, "stages"), "stages");
    if (std::find(d.stages.begin(), d.stages.end(), e) != d.stages.end())
      throw Fault{std::string("field 'stages' names ") + toString(e) + " twice", ""};
    d.stages.push_back(e);
  }
  if (const Json* parameters = fields.find("parameters")) {
    if (!parameters->is_array() || parameters->size() > mostParameters)
      throw Fault{"field 'parameters' is not a list of at most " + std::to_string(mostParameters), ""};
    for (std::size_t i = 0; i < parameters->size(); ++i) {
      Parameter p = parameterFrom((*parameters)[i], "parameters[" + std::to_string(i) + "]");
      if (std::any_of(d.parameters.begin(), d.parameters.end(), [&](const Parameter& q) { return q.name == p.name; }))
        throw Fault{"names the parameter '" + p.name + "' twice", ""};
      d.parameters.push_back(std::move(p));
    }
  }
  return d;
}

} // namespace

const char* toString(Extension extension) noexcept {
  switch (extension) {
  case Extension::cortex:
    return "cortex";
  case Extension::tendon:
    return "tendon";
  case Extension::discontinuities:
    return "discontinuities";
  case Extension::grader:
    return "grader";
  case Extension::exporter:
    return "exporter";
  }
  return "";
}

const char* toString(ValueType type) noexcept {
  switch (type) {
  case ValueType::flag:
    return "flag";
  case ValueType::integer:
    return "integer";
  case ValueType::number:
    return "number";
  case ValueType::text:
    return "text";
  case ValueType::file:
    return "file";
  }
  return "";
}

Descriptor readDescriptor(const std::filesystem::path& given) {
  const std::filesystem::path file = std::filesystem::absolute(given).lexically_normal();
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    throw ConfigError(file, "there is no such plugin descriptor", "check the path");
  if (!std::filesystem::is_regular_file(file, error)) // a pipe would make the reader wait
    throw ConfigError(file, "is no file, and so no plugin descriptor", "name a *.plugin.json");
  if (std::filesystem::file_size(file, error) > largestFile)
    throw ConfigError(file, "is too large for a plugin descriptor", "a descriptor has a few kB");
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    throw ConfigError(file, "the plugin descriptor can't be read", "check its permissions");
  try {
    return descriptorFrom(parsed(text.str()), file);
  } catch (const Fault& fault) {
    throw ConfigError(file, "the plugin descriptor " + fault.problem, fault.remedy);
  } catch (const Json::exception& why) {
    const std::string words = why.what(); // "[json.exception...] parse error at line 3, column 4: ..."
    const auto begin = words.find("] ");
    throw ConfigError(file,
                      "the plugin descriptor is not valid JSON: " +
                          tidy(begin == std::string::npos ? words : words.substr(begin + 2)),
                      "correct it there");
  }
}

} // namespace hipcuff::plugin
