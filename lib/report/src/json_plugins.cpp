#include "json_plugins.h"

#include "json_values.h"
#include "text.h"

#include <type_traits>

namespace hipcuff::report {
namespace {

constexpr std::size_t mostPlugins = 1000;

Json valueJson(const PluginRecord::Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        using Type = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<Type, std::monostate>)
          return nullptr;
        else if constexpr (std::is_same_v<Type, PluginRecord::File>)
          return {{"file", toUtf8(v.name)}, {"sha256", v.sha256}};
        else if constexpr (std::is_same_v<Type, std::string>)
          return toUtf8(v);
        else
          return v;
      },
      value);
}

PluginRecord::Value valueFrom(const Node& node) {
  const Json& json = node.json();
  if (json.is_null())
    return std::monostate{};
  if (json.is_boolean())
    return json.get<bool>();
  if (json.is_number_integer())
    return json.get<long long>();
  if (json.is_number())
    return json.get<double>();
  if (json.is_string())
    return json.get<std::string>();
  if (!json.is_object())
    node.fail("is no value of a parameter");
  return PluginRecord::File{node["file"].text(), node["sha256"].text()};
}

} // namespace

Json toJson(const std::vector<PluginRecord>& plugins) {
  Json out = Json::array();
  for (const PluginRecord& plugin : plugins) {
    Json parameters = Json::object();
    for (const auto& [name, value] : plugin.parameters)
      parameters[toUtf8(name)] = valueJson(value);
    out.push_back({{"name", toUtf8(plugin.name)},
                   {"version", toUtf8(plugin.version)},
                   {"summary", text(plugin.summary)},
                   {"author", text(plugin.author)},
                   {"license", text(plugin.license)},
                   {"stages", strings(plugin.stages)},
                   {"module_sha256", text(plugin.moduleSha256)},
                   {"parameters", parameters}});
  }
  return out;
}

std::vector<PluginRecord> pluginsFrom(const Node& list) {
  if (list.size() > mostPlugins)
    list.fail("holds more plugins than can be");
  std::vector<PluginRecord> out;
  list.each([&](const Node& json) {
    PluginRecord& plugin = out.emplace_back();
    plugin.name = json["name"].text();
    plugin.version = json["version"].text();
    plugin.summary = json["summary"].text();
    plugin.author = json["author"].text();
    plugin.license = json["license"].text();
    plugin.stages = json["stages"].texts();
    plugin.moduleSha256 = json["module_sha256"].text();
    const Node parameters = json["parameters"];
    if (!parameters.there())
      return;
    if (!parameters.json().is_object())
      parameters.fail("is not an object");
    for (const auto& [name, value] : parameters.json().items())
      plugin.parameters.emplace(name, valueFrom(Node(value, json.origin(), "parameters")));
  });
  return out;
}

Json toJson(const std::vector<NamedOrigin>& origins) {
  Json out = Json::array();
  for (const auto& [stage, by] : origins)
    out.push_back({{"stage", stage},
                   {"plugin", toUtf8(by.plugin)},
                   {"version", toUtf8(by.version)},
                   {"over", text(by.over)},
                   {"fault", text(by.fault)}});
  return out;
}

std::vector<NamedOrigin> originsFrom(const Node& list) {
  std::vector<NamedOrigin> out;
  list.each([&](const Node& json) {
    out.push_back({json["stage"].text(),
                   {json["plugin"].text(), json["version"].text(), json["over"].text(), json["fault"].text()}});
  });
  return out;
}

void setOrigins(const Node& list, ImageResult& image) {
  for (NamedOrigin& origin : originsFrom(list)) {
    if (origin.stage == "cortex")
      image.anatomy.cortex.by = std::move(origin.by);
    else if (origin.stage == "tendon")
      image.anatomy.tendon.by = std::move(origin.by);
    else if (origin.stage == "discontinuities")
      image.measurements.discontinuitiesBy = std::move(origin.by);
    else if (origin.stage == "grader")
      image.grade.by = std::move(origin.by);
  }
}

} // namespace hipcuff::report
