// What a batch left in its folder, ready to be compared with another's.
#pragma once

#include "program.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hipcuff::test {

/// Path in the batch's folder -> bytes. Without times (they differ) and the catalogue (its pages do).
using Tree = std::map<std::string, std::string>;
[[nodiscard]] Tree treeOf(const std::filesystem::path& batchFolder);

/// One line for each file that is missing, too many or other.
[[nodiscard]] std::vector<std::string> differences(const Tree& expected, const Tree& found);

[[nodiscard]] std::vector<std::filesystem::path> examFolders(const std::filesystem::path& batchFolder);

/// The same time in every file.
extern const RunOptions fixedTime;

} // namespace hipcuff::test
