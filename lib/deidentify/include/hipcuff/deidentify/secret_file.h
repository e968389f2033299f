// The secret of a cohort in a file of its own.
#pragma once

#include "hipcuff/dicom/deidentify/secret.h"

#include <filesystem>

namespace hipcuff::deidentify {

struct FoundSecret {
  dicom::Secret secret;
  bool made = false; ///< the file was not there before
};

/// Reads it, white space at the end apart; makes one of 64 random hexadecimal digits, for its owner alone (mode 600
/// from its first moment), where the file is missing.
/// @throws ConfigError others may read it, it is too short (16 bytes) or too long (4 KiB), or no regular file
/// @throws OutputError it can't be made
[[nodiscard]] FoundSecret secretFromFile(const std::filesystem::path& file);

} // namespace hipcuff::deidentify
