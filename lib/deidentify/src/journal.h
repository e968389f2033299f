// What earlier runs and this one did, input by input; a kill loses at most the line that was being written.
#pragma once

#include "entry.h"
#include "private_files.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff::deidentify {

/// What must be the same in all runs into one folder.
struct Settings {
  std::string profile; ///< the tags' profile as text
  std::string secret;  ///< what only this secret gives
  /// Boxes of the profile as text, sorted. More may come, none may go: without one, what it covered would go out.
  std::vector<std::string> boxes = {};
};

class Journal {
public:
  /// @throws ConfigError made with other settings
  Journal(const std::filesystem::path& file, const Settings& settings);
  void add(Entry entry);
  /// The last of each path.
  [[nodiscard]] const std::map<std::string, Entry>& entries() const noexcept { return entries_; }
  void sync() { log_->sync(); }

private:
  std::map<std::string, Entry> entries_;
  std::unique_ptr<PrivateLog> log_;
};

} // namespace hipcuff::deidentify
