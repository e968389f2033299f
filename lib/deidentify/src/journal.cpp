#include "journal.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace hipcuff::deidentify {
namespace {

constexpr const char* schema = "hipcuff.deidentify-journal/1";

std::string headOf(const Settings& settings) {
  const nlohmann::json head = {{"schema", schema}, {"profile", settings.profile}, {"secret", settings.secret}};
  return head.dump() + "\n";
}

void compare(const std::filesystem::path& file, const std::string& line, const Settings& settings) {
  const auto head = nlohmann::json::parse(line, nullptr, false);
  const auto text = [&](const char* key) {
    return head.is_object() && head.contains(key) && head[key].is_string() ? head[key].get<std::string>() : "";
  };
  if (text("schema") != schema)
    throw ConfigError(file, "is not a journal of this program", "choose another folder with --out");
  if (text("secret") != settings.secret)
    throw ConfigError(file, "the folder was made with another secret: its UIDs would not fit",
                      "use that secret, or another folder with --out");
  if (text("profile") != settings.profile)
    throw ConfigError(file, "the folder was made with another profile (" + text("profile") + ")",
                      "keep the same, or use another folder with --out");
}

/// None: another kind of line.
std::optional<std::vector<std::string>> boxesOf(const std::string& line) {
  const auto object = nlohmann::json::parse(line, nullptr, false);
  if (!object.is_object() || !object.contains("all_boxes") || !object["all_boxes"].is_array())
    return {};
  std::vector<std::string> out;
  for (const auto& box : object["all_boxes"])
    out.push_back(box.is_string() ? box.get<std::string>() : "");
  return out;
}

} // namespace

Journal::Journal(const std::filesystem::path& file, const Settings& settings) {
  std::uint64_t whole = 0;
  std::vector<std::string> boxes;
  std::error_code none;
  if (std::filesystem::exists(file, none)) {
    const auto bytes = contentOf(file);
    for (std::size_t at = 0;;) {
      const auto end = bytes.find('\n', at);
      if (end == std::string::npos)
        break;
      const auto line = bytes.substr(at, end - at);
      if (at == 0)
        compare(file, line, settings);
      else if (auto entry = entryOf(line))
        entries_[entry->path] = std::move(*entry);
      else if (auto known = boxesOf(line))
        boxes = std::move(*known);
      at = end + 1;
      whole = at;
    }
  }
  for (const auto& box : boxes)
    if (std::find(settings.boxes.begin(), settings.boxes.end(), box) == settings.boxes.end())
      throw ConfigError(file,
                        "the folder was made with a profile that blacks out the box " + box + ", and this one doesn't",
                        "give that --profile (it may have more boxes), or use another folder with --out");
  log_ = std::make_unique<PrivateLog>(file, whole);
  if (whole == 0)
    log_->append(headOf(settings));
  if (settings.boxes != boxes)
    log_->append(
        nlohmann::json{{"all_boxes", settings.boxes}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
        "\n");
}

void Journal::add(Entry entry) {
  log_->append(deidentify::lineOf(entry));
  auto path = entry.path;
  entries_[std::move(path)] = std::move(entry);
}

} // namespace hipcuff::deidentify
