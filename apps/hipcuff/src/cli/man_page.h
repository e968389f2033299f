// Manual pages in troff with the man(7) macros, from the commands themselves.
#pragma once

#include "cli/reference.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::cli {

struct ManPage {
  std::string name{}; ///< hipcuff-analyze, in section 1
  std::string text{};
};

/// Plain text as troff shows it unchanged: backslashes, hyphens, quotes, dots at the beginning of a line.
[[nodiscard]] std::string troff(const std::string& text);

/// The program's page and, where each command has its own, those.
[[nodiscard]] std::vector<ManPage> manPages(const Program& program);

/// Writes NAME.1 for each page. @throws OutputError
void writeManPages(const std::vector<ManPage>& pages, const std::filesystem::path& folder);

} // namespace hipcuff::cli
