#include "hipcuff/core/strict_json.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"
#include "hipcuff/core/suggest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

namespace hipcuff {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longestLine = 1000;
constexpr std::size_t longestQuoted = 80;

struct Document {
  std::filesystem::path file;
  StrictJsonKind kind;
  Json root;

  [[noreturn]] void fail(const std::string& problem, const std::string& remedy) const {
    throw ConfigError(file, "the " + kind.called + " " + problem, remedy);
  }
};

/// "a, b and c"
std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return out;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known, const std::string& otherwise) {
  const auto near = closest(word, known);
  return near ? "did you mean '" + *near + "'?" : otherwise;
}

std::string shown(double value) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << value;
  return out.str();
}

/// Keys that stand twice would silently hide each other.
Json parsed(std::string_view text, const Document& document) {
  std::vector<std::set<std::string>> keys;
  return Json::parse(text, [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > document.kind.deepest)
      document.fail("is nested too deeply", "");
    if (event == Json::parse_event_t::object_start)
      keys.emplace_back();
    else if (event == Json::parse_event_t::object_end)
      keys.pop_back();
    else if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second)
      document.fail("has the field '" + tidy(value.get<std::string>(), longestQuoted) + "' twice",
                    "leave one of them out");
    return true;
  });
}

} // namespace

struct StrictJson::Value {
  std::shared_ptr<const Document> document;
  const Json* json; // of the document
  std::string where;

  /// What stands here is an object with no fields but these.
  void requireObject(const std::vector<std::string>& known) const {
    if (!json->is_object())
      document->fail(where.empty() ? "is not a JSON object" : "field '" + where + "' is not an object",
                     "see " + document->kind.guide);
    for (const auto& [key, value] : json->items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        document->fail("has an unknown field '" + tidy(at(key), longestQuoted) + "'",
                       suggestion(key, known, "known here: " + listed(known)));
  }
  [[nodiscard]] std::string at(const std::string& key) const { return where.empty() ? key : where + "." + key; }
  [[nodiscard]] const Json* find(const std::string& key) const {
    const auto found = json->find(key);
    return found == json->end() ? nullptr : &*found;
  }
  [[nodiscard]] const Json& need(const std::string& key) const {
    const Json* value = find(key);
    if (value == nullptr)
      document->fail("has no field '" + at(key) + "'", "add it: see " + document->kind.guide);
    return *value;
  }
  [[noreturn]] void isNot(const std::string& key, const std::string& what, const std::string& remedy = {}) const {
    document->fail("field '" + at(key) + "' is not " + what, remedy);
  }
  [[noreturn]] void cannotBe(const std::string& key, double value, const std::string& takes) const {
    document->fail("field '" + at(key) + "' is " + shown(value) + ", which can't be", takes);
  }
  [[nodiscard]] std::string line(const Json& value, const std::string& key) const {
    if (!value.is_string())
      isNot(key, "a text", "put it in quotes");
    auto text = value.get<std::string>();
    if (!isOneLine(text) || text.size() > longestLine)
      isNot(key, "one line of text");
    return text;
  }
};

StrictJson::StrictJson(std::shared_ptr<const Value> value)
    : value_(std::move(value)) {}

StrictJson StrictJson::read(const std::filesystem::path& given, const StrictJsonKind& kind,
                            const std::vector<std::string>& known) {
  const std::filesystem::path file = std::filesystem::absolute(given).lexically_normal();
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    throw ConfigError(file, "there is no such " + kind.called, "check the path");
  if (!std::filesystem::is_regular_file(file, error)) // a pipe would make the reader wait
    throw ConfigError(file, "is no file, and so no " + kind.called, "see " + kind.guide);
  if (std::filesystem::file_size(file, error) > kind.mostBytes)
    throw ConfigError(file, "is too large for a " + kind.called, "one has a few kB");
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    throw ConfigError(file, "the " + kind.called + " can't be read", "check its permissions");
  return parse(text.view(), file, kind, known);
}

StrictJson StrictJson::parse(std::string_view text, const std::filesystem::path& file, const StrictJsonKind& kind,
                             const std::vector<std::string>& known) {
  const auto document = std::make_shared<Document>(Document{file, kind, {}});
  try {
    document->root = parsed(text, *document);
  } catch (const Json::exception& why) {
    const std::string words = why.what(); // "[json.exception...] parse error at line 3, column 4: ..."
    const auto begin = words.find("] ");
    document->fail("is not valid JSON: " + tidy(begin == std::string::npos ? words : words.substr(begin + 2)),
                   "correct it there");
  }
  const std::string line = "\"schema\": \"" + kind.schema + "\"";
  if (document->root.is_object()) {
    const auto schema = document->root.find("schema");
    if (schema == document->root.end())
      document->fail("has no field 'schema'", "add " + line + ": see " + kind.guide);
    if (*schema != kind.schema)
      document->fail("is not a " + kind.schema + " file", "it is to say " + line);
  }
  auto value = std::make_shared<Value>(Value{document, &document->root, {}});
  std::vector<std::string> all{"schema"};
  all.insert(all.end(), known.begin(), known.end());
  value->requireObject(all);
  return StrictJson(std::move(value));
}

bool StrictJson::has(const std::string& key) const {
  return value_->find(key) != nullptr;
}

StrictJson::Type StrictJson::type(const std::string& key) const {
  const Json* value = value_->find(key);
  if (value == nullptr)
    return Type::nothing;
  switch (value->type()) {
  case Json::value_t::boolean:
    return Type::flag;
  case Json::value_t::number_integer:
  case Json::value_t::number_unsigned:
    return Type::whole;
  case Json::value_t::number_float:
    return Type::number;
  case Json::value_t::string:
    return Type::text;
  case Json::value_t::array:
    return Type::list;
  case Json::value_t::object:
    return Type::object;
  default:
    return Type::nothing;
  }
}

std::string StrictJson::text(const std::string& key) const {
  std::string out = value_->line(value_->need(key), key);
  if (out.empty())
    fail("field '" + at(key) + "' is empty", "see " + value_->document->kind.guide);
  return out;
}

std::string StrictJson::textOr(const std::string& key, const std::string& otherwise) const {
  const Json* value = value_->find(key);
  return value == nullptr ? otherwise : value_->line(*value, key);
}

std::vector<std::string> StrictJson::texts(const std::string& key, std::size_t most) const {
  const Json& list = value_->need(key);
  if (!list.is_array() || list.empty())
    value_->isNot(key, "a list of at least one text", "see " + value_->document->kind.guide);
  if (list.size() > most)
    value_->isNot(key, "a list of at most " + std::to_string(most));
  std::vector<std::string> out;
  for (const Json& one : list)
    out.push_back(value_->line(one, key));
  return out;
}

double StrictJson::number(const std::string& key) const {
  const Json& value = value_->need(key);
  if (!value.is_number() || !std::isfinite(value.get<double>()))
    value_->isNot(key, "a number");
  return value.get<double>();
}

double StrictJson::numberAbove(const std::string& key, double above, double most) const {
  const double value = number(key);
  if (!(value > above) || value > most)
    value_->cannotBe(key, value, "more than " + shown(above) + ", at most " + shown(most));
  return value;
}

long long StrictJson::whole(const std::string& key, long long least, long long most) const {
  const Json& value = value_->need(key);
  if (!value.is_number_integer())
    value_->isNot(key, "a whole number");
  const bool tooLarge = value.is_number_unsigned() &&
                        value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<long long>::max());
  if (tooLarge || value.get<long long>() < least || value.get<long long>() > most)
    value_->cannotBe(key, value.get<double>(), std::to_string(least) + " to " + std::to_string(most));
  return value.get<long long>();
}

bool StrictJson::flag(const std::string& key) const {
  const Json& value = value_->need(key);
  if (!value.is_boolean())
    fail("field '" + at(key) + "' is neither true nor false");
  return value.get<bool>();
}

std::size_t StrictJson::oneOf(const std::string& key, const std::vector<std::string>& words) const {
  return oneOf(key, text(key), words);
}

std::size_t StrictJson::oneOf(const std::string& key, const std::string& given,
                              const std::vector<std::string>& words) const {
  const auto found = std::find(words.begin(), words.end(), given);
  if (found == words.end())
    fail("field '" + at(key) + "' is \"" + tidy(given, longestQuoted) + "\", which is none of " + listed(words),
         suggestion(given, words, ""));
  return static_cast<std::size_t>(found - words.begin());
}

StrictJson StrictJson::object(const std::string& key, const std::vector<std::string>& known) const {
  auto value = std::make_shared<Value>(Value{value_->document, &value_->need(key), at(key)});
  value->requireObject(known);
  return StrictJson(std::move(value));
}

std::vector<StrictJson> StrictJson::objects(const std::string& key, const std::vector<std::string>& known,
                                            std::size_t most) const {
  const Json& list = value_->need(key);
  if (!list.is_array() || list.size() > most)
    value_->isNot(key, "a list of at most " + std::to_string(most));
  std::vector<StrictJson> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto value = std::make_shared<Value>(Value{value_->document, &list[i], at(key) + "[" + std::to_string(i) + "]"});
    value->requireObject(known);
    out.push_back(StrictJson(std::move(value)));
  }
  return out;
}

std::string StrictJson::at(const std::string& key) const {
  return value_->at(key);
}

void StrictJson::fail(const std::string& problem, const std::string& remedy) const {
  value_->document->fail(problem, remedy);
}

} // namespace hipcuff
