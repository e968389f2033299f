// One file as text for a person and as JSON for a script.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/screen.h"

#include <optional>
#include <string>

namespace hipcuff::cli {

struct FileInfo {
  Cine cine;                      ///< its source may be empty: only the facts are shown
  std::optional<Screen> screen{}; ///< none where no frame could be decoded
};

/// A block of lines. @param identity whether to show who it is
[[nodiscard]] std::string infoText(const FileInfo& info, bool identity);
/// One object of "files" in schema hipcuff.info/1, on one line.
[[nodiscard]] std::string infoJson(const FileInfo& info, bool identity);

} // namespace hipcuff::cli
