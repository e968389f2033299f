#include "hipcuff/grading/criteria.h"

#include "hipcuff/core/error.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <sstream>

namespace hipcuff {

namespace {

using nlohmann::json;

constexpr const char* remedy = "compare it with lib/grading/criteria/hipcuff.json; docs/methods.md lists all criteria";

std::string textField(const json& object, const char* field, const std::string& where,
                      const std::filesystem::path& path) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty())
    throw ConfigError(path, where + " has no text '" + field + "'", remedy);
  return found->get<std::string>();
}

Criteria parse(std::string_view text, const std::filesystem::path& path) {
  json root;
  try {
    root = json::parse(text);
  } catch (const json::exception& e) {
    throw ConfigError(path, std::string("not a JSON criteria file: ") + e.what(), remedy);
  }
  if (!root.is_object())
    throw ConfigError(path, "a criteria file is one JSON object", remedy);
  Criteria criteria;
  criteria.name = textField(root, "name", "the criteria file", path);
  criteria.version = textField(root, "version", "the criteria file", path);
  const auto items = root.find("items");
  if (items == root.end() || !items->is_object() || items->empty())
    throw ConfigError(path, "the criteria file has no 'items'", remedy);
  for (const auto& [key, item] : items->items()) {
    const std::string where = "criterion '" + key + "'";
    if (!item.is_object())
      throw ConfigError(path, where + " is not an object", remedy);
    const auto value = item.find("value");
    if (value == item.end() || !value->is_number() || !std::isfinite(value->get<double>()))
      throw ConfigError(path, where + " has no number 'value'", remedy);
    criteria.items[key] = {value->get<double>(), textField(item, "unit", where, path),
                           textField(item, "source", where, path)};
  }
  return criteria;
}

} // namespace

const Criteria& builtinCriteria() {
  static const Criteria criteria = parse(builtinCriteriaJson(), "built-in criteria");
  return criteria;
}

Criteria parseCriteria(std::string_view text, const std::filesystem::path& path) {
  Criteria criteria = parse(text, path);
  for (const auto& [key, item] : builtinCriteria().items)
    if (!criteria.items.contains(key))
      throw ConfigError(path, "criterion '" + key + "' (" + item.unit + ") is missing", remedy);
  return criteria;
}

Criteria loadCriteria(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    throw ConfigError(path, "the criteria file cannot be read", "give an existing JSON file to --criteria");
  return parseCriteria(text.view(), path);
}

} // namespace hipcuff
