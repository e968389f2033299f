#include "journal.h"

#include "hipcuff/core/error.h"

#include <nlohmann/json.hpp>

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

} // namespace

Journal::Journal(const std::filesystem::path& file, const Settings& settings) {
  std::uint64_t whole = 0;
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
      at = end + 1;
      whole = at;
    }
  }
  log_ = std::make_unique<PrivateLog>(file, whole);
  if (whole == 0)
    log_->append(headOf(settings));
}

void Journal::add(Entry entry) {
  log_->append(deidentify::lineOf(entry));
  auto path = entry.path;
  entries_[std::move(path)] = std::move(entry);
}

} // namespace hipcuff::deidentify
