// objects.json: what was written for which results, so that nothing is looked at twice.
#pragma once

#include "hipcuff/pacs/result_objects.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::pacs {

/// The objects of these kinds, where the folder's list says that they were made from these very results by this
/// version and nothing was left out, and where all of them are there. @throws nothing
[[nodiscard]] std::optional<std::vector<ResultObject>> listed(const std::filesystem::path& folder,
                                                              const std::string& resultsSha256,
                                                              const std::vector<dicom::ObjectKind>& kinds) noexcept;

/// @throws OutputError
void writeList(const std::filesystem::path& folder, const std::string& resultsSha256,
               const std::vector<dicom::ObjectKind>& kinds, const ResultObjects& made);

} // namespace hipcuff::pacs
