// Text of unknown encoding as UTF-8.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::validation {

/// @param asSaid "utf-8", "utf-16le", "utf-16be", "windows-1252"; empty: found out. A byte order mark decides where
/// there is one; else zeros at every second byte are UTF-16; else what is not UTF-8 is Windows-1252 (which Latin-1 is
/// a part of), line by line. What was assumed is said in `warnings`.
/// @throws InputError where the bytes are no text, UsageError where `asSaid` is unknown
[[nodiscard]] std::string decodedText(std::string_view bytes, const std::filesystem::path& name,
                                      const std::string& asSaid, std::vector<std::string>& warnings);

/// "3, 5, 9 and 12 more"
[[nodiscard]] std::string listOfLines(const std::vector<std::size_t>& lines, std::size_t most = 5);

} // namespace hipcuff::validation
