#include "commands/plugin_text.h"

#include "cli/table.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <type_traits>

namespace hipcuff::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string number(double value) {
  std::array<char, 64> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string rangeText(const plugin::Parameter& p) {
  if (!p.choices.empty()) {
    std::string list;
    for (const std::string& choice : p.choices)
      list += (list.empty() ? "" : ", ") + choice;
    return list;
  }
  if (p.minimum && p.maximum)
    return number(*p.minimum) + " to " + number(*p.maximum);
  if (p.minimum)
    return "at least " + number(*p.minimum);
  if (p.maximum)
    return "at most " + number(*p.maximum);
  return p.type == plugin::ValueType::flag ? "true, false" : "";
}

std::string presetText(const plugin::Parameter& p) {
  if (!p.preset)
    return p.optional ? "none (optional)" : "must be given";
  return std::visit(
      [](const auto& v) -> std::string {
        using Type = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<Type, bool>)
          return v ? "true" : "false";
        else if constexpr (std::is_same_v<Type, std::filesystem::path>)
          return v.string();
        else if constexpr (std::is_same_v<Type, std::string>)
          return v;
        else if constexpr (std::is_same_v<Type, long long>)
          return std::to_string(v);
        else
          return number(v);
      },
      *p.preset);
}

Json presetJson(const plugin::Parameter& p) {
  if (!p.preset)
    return nullptr;
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::filesystem::path>)
          return v.string();
        else
          return v;
      },
      *p.preset);
}

Json nullable(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

} // namespace

std::string stagesText(const plugin::Descriptor& descriptor) {
  std::string text;
  for (const plugin::Extension stage : descriptor.stages)
    text += (text.empty() ? "" : ", ") + std::string(toString(stage));
  return text;
}

std::string descriptorText(const plugin::Descriptor& d, const std::string& asked) {
  std::string text = d.name + " " + d.version + ": " + d.summary + "\n\n";
  for (const auto& [name, value] :
       {std::pair("stages", stagesText(d)), std::pair("author", d.author), std::pair("license", d.license),
        std::pair("descriptor", d.file.string()), std::pair("module", d.module.string())}) {
    std::string line = name;
    line.resize(12, ' ');
    text += line + tail(value, 400) + "\n";
  }
  if (d.parameters.empty())
    return text + "\nNo parameters.\n";
  Table table({"parameter", "type", "preset", "unit", "range or choices", "what it is"});
  for (const plugin::Parameter& p : d.parameters)
    table.add({p.name, toString(p.type), presetText(p), p.unit, rangeText(p), p.help});
  return text + "\n" + table.text() + "\nSet them with --plugin " + asked + "," + d.parameters.front().name + "=...\n";
}

nlohmann::ordered_json descriptorJson(const plugin::Descriptor& d) {
  Json json = {{"name", d.name},
               {"version", d.version},
               {"summary", d.summary},
               {"author", d.author},
               {"license", d.license},
               {"descriptor", d.file.string()},
               {"module", d.module.string()},
               {"stages", Json::array()},
               {"parameters", Json::array()}};
  for (const plugin::Extension stage : d.stages)
    json["stages"].push_back(toString(stage));
  for (const plugin::Parameter& p : d.parameters)
    json["parameters"].push_back({{"name", p.name},
                                  {"type", toString(p.type)},
                                  {"preset", presetJson(p)},
                                  {"optional", p.optional},
                                  {"minimum", nullable(p.minimum)},
                                  {"maximum", nullable(p.maximum)},
                                  {"choices", p.choices},
                                  {"unit", p.unit},
                                  {"help", p.help}});
  return json;
}

plugin::Descriptor describedPlugin(const std::string& nameOrFile, const std::vector<std::filesystem::path>& folders) {
  // One that does not fit is to be shown all the same.
  for (const plugin::Found& found : plugin::findPlugins(folders))
    if (found.descriptor && !found.hidden && found.descriptor->name == nameOrFile)
      return *found.descriptor;
  const std::filesystem::path path = nameOrFile;
  if (nameOrFile.ends_with(".json"))
    return plugin::readDescriptor(path);
  if (nameOrFile.ends_with(".so")) {
    std::filesystem::path beside = path;
    beside.replace_extension(".plugin.json");
    if (std::error_code ignored; std::filesystem::exists(beside, ignored))
      return plugin::readDescriptor(beside);
  }
  return plugin::choosePlugin(nameOrFile, folders);
}

} // namespace hipcuff::cli
