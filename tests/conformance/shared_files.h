// The shared pictures, where they are: HIPCUFF_SHARED, or the folder beside the checkout.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace conformance {

/// .../real-ultrasound; empty where it is absent.
[[nodiscard]] std::filesystem::path picturesFolder();
/// The regular files of one of its folders, sorted, as "dicom/NAME"; empty where absent.
[[nodiscard]] std::vector<std::string> filesOf(const std::string& folder);
/// MANIFEST.tsv: file -> column name -> value.
[[nodiscard]] std::map<std::string, std::map<std::string, std::string>> manifest();
/// A name that GoogleTest accepts.
[[nodiscard]] std::string testName(const std::string& file);

} // namespace conformance
