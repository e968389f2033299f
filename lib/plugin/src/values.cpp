// What a user sets of a plugin's parameters.
#include "hipcuff/plugin/descriptor.h"

#include "words.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unistd.h>

namespace hipcuff::plugin {
namespace {

std::string plural(const std::vector<Parameter>& parameters) {
  std::vector<std::string> names;
  for (const Parameter& p : parameters)
    names.push_back(p.name);
  return names.empty() ? "it has none" : "it has " + listed(names);
}

/// "a number from 0.1 to 3 mm"
std::string takes(const Parameter& p) {
  std::string out;
  switch (p.type) {
  case ValueType::flag:
    return "true or false";
  case ValueType::file:
    return "a file";
  case ValueType::text:
    return p.choices.empty() ? "a text" : "one of " + listed(p.choices);
  case ValueType::integer:
    out = "a whole number";
    break;
  case ValueType::number:
    out = "a number";
    break;
  }
  if (p.minimum && p.maximum)
    out += " from " + number(*p.minimum) + " to " + number(*p.maximum);
  else if (p.minimum)
    out += " of at least " + number(*p.minimum);
  else if (p.maximum)
    out += " of at most " + number(*p.maximum);
  return out + (p.unit.empty() ? "" : " " + p.unit);
}

std::string called(const Descriptor& d, const Parameter& p) {
  return "parameter '" + p.name + "' of plugin '" + d.name + "'";
}

template <class T>
std::optional<T> numeral(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end)
    return std::nullopt;
  return value;
}

/// An absolute path to what can be read.
/// @throws UsageError
std::filesystem::path readable(const Descriptor& d, const Parameter& p, const std::filesystem::path& file) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(file).lexically_normal();
  const auto status = std::filesystem::status(absolute, error);
  const auto refuse = [&](const char* why) {
    throw UsageError(called(d, p) + ": " + absolute.string() + " " + why, "name a file that can be read");
  };
  if (!std::filesystem::exists(status))
    refuse("does not exist");
  if (!std::filesystem::is_regular_file(status))
    refuse("is not a file");
  if (::access(absolute.c_str(), R_OK) != 0)
    refuse("may not be read");
  return absolute;
}

Value valueOf(const Descriptor& d, const Parameter& p, const std::string& text) {
  const auto wrong = [&]() -> UsageError {
    const auto near = p.choices.empty() ? std::nullopt : closest(text, p.choices);
    return UsageError(called(d, p) + " can't be '" + tidy(text, 80) + "'",
                      "it takes " + takes(p) + (near ? "; did you mean '" + *near + "'?" : ""));
  };
  const auto outside = [&](double v) { return (p.minimum && v < *p.minimum) || (p.maximum && v > *p.maximum); };
  switch (p.type) {
  case ValueType::flag:
    for (const char* yes : {"true", "yes", "on", "1"})
      if (text == yes)
        return true;
    for (const char* no : {"false", "no", "off", "0"})
      if (text == no)
        return false;
    throw wrong();
  case ValueType::integer: {
    const auto value = numeral<long long>(text);
    if (!value || outside(static_cast<double>(*value)))
      throw wrong();
    return *value;
  }
  case ValueType::number: {
    const auto value = numeral<double>(text);
    if (!value || !std::isfinite(*value) || outside(*value))
      throw wrong();
    return *value;
  }
  case ValueType::text:
    if (!isOneLine(text) || text.size() > 4096 ||
        (!p.choices.empty() && std::find(p.choices.begin(), p.choices.end(), text) == p.choices.end()))
      throw wrong();
    return text;
  case ValueType::file:
    if (text.empty())
      throw wrong();
    return readable(d, p, text);
  }
  throw wrong();
}

Value presetOf(const Descriptor& d, const Parameter& p) {
  if (!p.preset) {
    if (p.optional)
      return std::filesystem::path();
    throw UsageError("plugin '" + d.name + "' needs a value for its parameter '" + p.name + "'" +
                         (p.help.empty() ? "" : " (" + p.help + ")"),
                     "add ," + p.name + "=... to it: " + takes(p));
  }
  if (const auto* file = std::get_if<std::filesystem::path>(&*p.preset))
    return readable(d, p, d.file.parent_path() / *file);
  return *p.preset;
}

} // namespace

Values checkedValues(const Descriptor& descriptor, const std::vector<std::pair<std::string, std::string>>& given) {
  std::map<std::string, Value> values;
  for (const auto& [name, text] : given) {
    const auto found = std::find_if(descriptor.parameters.begin(), descriptor.parameters.end(),
                                    [&](const Parameter& p) { return p.name == name; });
    if (found == descriptor.parameters.end()) {
      std::vector<std::string> names;
      for (const Parameter& p : descriptor.parameters)
        names.push_back(p.name);
      const auto near = closest(name, names);
      throw UsageError("plugin '" + descriptor.name + "' has no parameter '" + tidy(name, 80) + "'",
                       near ? "did you mean '" + *near + "'?" : plural(descriptor.parameters));
    }
    if (!values.emplace(name, valueOf(descriptor, *found, text)).second)
      throw UsageError(called(descriptor, *found) + " is given twice", "leave one of them out");
  }
  for (const Parameter& p : descriptor.parameters)
    if (!values.contains(p.name))
      values.emplace(p.name, presetOf(descriptor, p));
  return Values(std::move(values));
}

} // namespace hipcuff::plugin
