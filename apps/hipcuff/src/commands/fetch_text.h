// What a PACS has, and what came of it, as tables and as JSON.
#pragma once

#include "hipcuff/dicom/network/fetch.h"
#include "hipcuff/dicom/network/studies.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace hipcuff::cli {

/// "2024-02-29"; what is no date as it is.
[[nodiscard]] std::string dateText(const std::string& date);
/// Patients' names, numbers, birth dates and accession numbers only with `identity`.
[[nodiscard]] std::string studiesText(const std::vector<dicom::FoundStudy>& studies, bool identity);
[[nodiscard]] std::string worklistText(const std::vector<dicom::WorklistItem>& items, bool identity);
[[nodiscard]] nlohmann::json jsonOf(const dicom::FoundStudy& study, bool identity);
[[nodiscard]] nlohmann::json jsonOf(const dicom::WorklistItem& item, bool identity);
/// To be put beside what jsonOf() says of the study.
[[nodiscard]] nlohmann::json jsonOf(const dicom::FetchedStudy& fetched);

} // namespace hipcuff::cli
