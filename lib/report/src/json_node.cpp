#include "json_node.h"

#include "text.h"

#include <limits>

namespace hipcuff::report {
namespace {

/// No quantity of a result comes near it.
constexpr double largestNumber = 1e9;

constexpr const char* remedy = "run hipcuff analyze again";

} // namespace

void Node::fail(const std::string& problem) const {
  const std::string where = origin_->what.empty() ? std::string() : origin_->what + ": ";
  const std::string name = name_;
  throw InputError(origin_->file, where + (name.empty() ? "" : "'" + name + "' ") + problem, remedy);
}

Node Node::operator[](const char* key) const {
  static const Json null;
  if (!there())
    return {null, *origin_, key};
  if (!json_->is_object())
    fail("is not an object");
  const auto found = json_->find(key);
  return {found == json_->end() ? null : *found, *origin_, key};
}

std::size_t Node::size() const {
  if (!there())
    return 0;
  if (!json_->is_array())
    fail("is not a list");
  return json_->size();
}

Node Node::item(std::size_t index) const {
  return {(*json_)[index], *origin_, name_};
}

std::optional<double> Node::number() const {
  if (!there())
    return std::nullopt;
  if (!json_->is_number())
    fail("is not a number");
  const double value = json_->get<double>();
  if (!(std::abs(value) <= largestNumber))
    fail("is not a believable number");
  return value;
}

double Node::numberOrNan() const {
  return number().value_or(std::numeric_limits<double>::quiet_NaN());
}

double Node::share() const {
  const double value = number().value_or(0);
  if (value < 0 || value > 1)
    fail("is not between 0 and 1");
  return value;
}

std::optional<int> Node::whole(int least, int most) const {
  const auto value = number();
  if (!value)
    return std::nullopt;
  if (*value != std::floor(*value))
    fail("is not a whole number");
  if (*value < least || *value > most)
    fail("is out of range");
  return static_cast<int>(*value);
}

std::optional<bool> Node::flag() const {
  if (!there())
    return std::nullopt;
  if (!json_->is_boolean())
    fail("is neither true nor false");
  return json_->get<bool>();
}

std::string Node::text() const {
  if (!there())
    return {};
  if (!json_->is_string())
    fail("is not a text");
  return json_->get<std::string>();
}

std::vector<std::string> Node::texts() const {
  std::vector<std::string> out;
  each([&](const Node& item) { out.push_back(item.text()); });
  return out;
}

bool Node::isFirstOf(const char* first, const char* second) const {
  if (!there())
    return false;
  const std::string given = text();
  if (given != first && given != second)
    fail("is no known word");
  return given == first;
}

Json parseBounded(std::string_view text, const Origin& origin) {
  const auto notTooDeep = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > deepestNesting)
      Node(Json(), origin).fail("is nested too deeply");
    return true;
  };
  try {
    return Json::parse(text, notTooDeep);
  } catch (const Json::exception& e) {
    throw InputError(
        origin.file,
        (origin.what.empty() ? std::string() : origin.what + ": ") + "is not valid JSON: " + toUtf8(e.what()), remedy);
  }
}

} // namespace hipcuff::report
