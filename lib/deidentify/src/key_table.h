// The table of originals and their replacements, where somebody asked for one.
#pragma once

#include "hipcuff/dicom/deidentify/deidentify.h"
#include "private_files.h"

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

namespace hipcuff::deidentify {

/// CSV: kind, original, replacement. What is there stays; each pair is written once. A line that was torn by a kill is
/// cut off.
class KeyTable {
public:
  /// @throws ConfigError not such a table, or made with another secret
  /// @throws OutputError it can't be written
  KeyTable(std::filesystem::path file, const dicom::Secret& secret);
  /// @throws ConfigError another replacement is there for the same original
  void add(const std::vector<dicom::KeyEntry>& entries);

private:
  std::filesystem::path file_;
  std::map<std::pair<std::string, std::string>, std::string> known_;
  std::unique_ptr<PrivateLog> log_;
};

} // namespace hipcuff::deidentify
