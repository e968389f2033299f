#include "hipcuff/plugin/descriptor.h"

#include "words.h"

#include "hipcuff/core/strict_json.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

namespace hipcuff::plugin {
namespace {

const StrictJsonKind kind{"plugin descriptor", "docs/plugins.md", "hipcuff.plugin/1"};
constexpr std::size_t mostParameters = 256;
constexpr std::array extensions = {Extension::cortex, Extension::tendon, Extension::discontinuities, Extension::grader,
                                   Extension::exporter};
constexpr std::array types = {ValueType::flag, ValueType::integer, ValueType::number, ValueType::text, ValueType::file};

template <std::size_t N, class E>
std::vector<std::string> wordsOf(const std::array<E, N>& all) {
  std::vector<std::string> out;
  for (const E e : all)
    out.emplace_back(toString(e));
  return out;
}

template <class E, std::size_t N>
E wordIn(const std::array<E, N>& all, const StrictJson& fields, const char* key, const std::string& given) {
  return all[fields.oneOf(key, given, wordsOf(all))];
}

Value presetOf(const StrictJson& fields, const Parameter& p) {
  using Type = StrictJson::Type;
  const Type given = fields.type("preset");
  const auto require = [&](bool fits) {
    if (!fits)
      fields.fail("field '" + fields.at("preset") + "' is not of the type " + toString(p.type));
  };
  switch (p.type) {
  case ValueType::flag:
    require(given == Type::flag);
    return fields.flag("preset");
  case ValueType::integer:
    require(given == Type::whole);
    return fields.whole("preset");
  case ValueType::number:
    require(given == Type::whole || given == Type::number);
    return fields.number("preset");
  case ValueType::text:
    return fields.textOr("preset", "");
  case ValueType::file:
    require(given == Type::text);
    return std::filesystem::path(fields.text("preset"));
  }
  throw std::logic_error("a parameter without a type");
}

std::optional<double> asDouble(const Value& value) {
  if (const auto* i = std::get_if<long long>(&value))
    return static_cast<double>(*i);
  if (const auto* d = std::get_if<double>(&value))
    return *d;
  return std::nullopt;
}

std::optional<double> numberIf(const StrictJson& fields, const char* key) {
  return fields.has(key) ? std::optional(fields.number(key)) : std::nullopt;
}

Parameter parameterFrom(const StrictJson& fields) {
  const std::string where = fields.at("").substr(0, fields.at("").size() - 1);
  Parameter p;
  p.name = fields.text("name");
  if (!isName(p.name))
    fields.fail("field '" + fields.at("name") + "' is \"" + tidy(p.name, 80) + "\"",
                "lower case letters, digits and _, beginning with a letter");
  p.type = wordIn(types, fields, "type", fields.text("type"));
  const bool numeric = p.type == ValueType::integer || p.type == ValueType::number;
  p.unit = fields.textOr("unit", "");
  p.help = fields.textOr("help", "");
  p.minimum = numberIf(fields, "minimum");
  p.maximum = numberIf(fields, "maximum");
  if ((p.minimum || p.maximum) && !numeric)
    fields.fail("'" + where + "' has a minimum or maximum, and is no number", "leave it out");
  if (p.minimum && p.maximum && *p.minimum > *p.maximum)
    fields.fail("'" + where + "' has a minimum beyond its maximum");
  p.optional = fields.has("optional") && fields.flag("optional");
  if (p.optional && p.type != ValueType::file)
    fields.fail("'" + where + "' is optional and no file", "give it a preset instead");
  if (fields.has("choices")) {
    if (p.type != ValueType::text)
      fields.fail("field '" + fields.at("choices") + "' belongs to a parameter that is no text", "leave it out");
    p.choices = fields.texts("choices");
  }
  if (fields.has("preset")) {
    p.preset = presetOf(fields, p);
    const auto value = asDouble(*p.preset);
    if (value && ((p.minimum && *value < *p.minimum) || (p.maximum && *value > *p.maximum)))
      fields.fail("field '" + fields.at("preset") + "' is outside of its own range");
    const auto* text = std::get_if<std::string>(&*p.preset);
    if (text != nullptr && !p.choices.empty() &&
        std::find(p.choices.begin(), p.choices.end(), *text) == p.choices.end())
      fields.fail("field '" + fields.at("preset") + "' is none of its own choices");
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

Descriptor descriptorFrom(const StrictJson& fields, const std::filesystem::path& file) {
  Descriptor d;
  d.file = file;
  d.name = fields.text("name");
  if (!isName(d.name))
    fields.fail("field 'name' is \"" + tidy(d.name, 80) + "\"",
                "lower case letters, digits and _, beginning with a letter, at most 64");
  d.version = fields.text("version");
  if (!isVersion(d.version))
    fields.fail("field 'version' is \"" + tidy(d.version, 80) + "\"",
                d.version.find('@') == std::string::npos
                    ? "three numbers: MAJOR.MINOR.PATCH"
                    : "this is the source; CMake writes the one to use into the build folder");
  d.summary = fields.text("summary");
  d.author = fields.textOr("author", "");
  d.license = fields.textOr("license", "");
  const std::string module = fields.textOr("module", d.name + ".so");
  if (module.empty() || module == "." || module == ".." || module.find('/') != std::string::npos)
    fields.fail("field 'module' is \"" + tidy(module, 80) + "\"",
                "the name of the shared library beside this file, without folders");
  d.module = file.parent_path() / module;
  for (const std::string& stage : fields.texts("stages")) {
    const Extension e = wordIn(extensions, fields, "stages", stage);
    if (std::find(d.stages.begin(), d.stages.end(), e) != d.stages.end())
      fields.fail(std::string("field 'stages' names ") + toString(e) + " twice");
    d.stages.push_back(e);
  }
  if (!fields.has("parameters"))
    return d;
  for (const StrictJson& one : fields.objects(
           "parameters", {"name", "type", "preset", "optional", "minimum", "maximum", "choices", "unit", "help"},
           mostParameters)) {
    Parameter p = parameterFrom(one);
    if (std::any_of(d.parameters.begin(), d.parameters.end(), [&](const Parameter& q) { return q.name == p.name; }))
      fields.fail("names the parameter '" + p.name + "' twice");
    d.parameters.push_back(std::move(p));
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
  return descriptorFrom(
      StrictJson::read(file, kind,
                       {"name", "version", "summary", "author", "license", "module", "stages", "parameters"}),
      file);
}

} // namespace hipcuff::plugin
