// A result object (SR, SEG, GSPS, SC) as text for a person and as JSON for a script.
#pragma once

#include "hipcuff/dicom/results/measurement_report.h"
#include "hipcuff/dicom/results/presentation.h"
#include "hipcuff/dicom/results/secondary_capture.h"
#include "hipcuff/dicom/results/segmentation_object.h"
#include "hipcuff/dicom/results/stored_object.h"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hipcuff::cli {

struct ResultObjectInfo {
  dicom::ObjectKind kind = dicom::ObjectKind::sr;
  dicom::StoredObject head;
  std::variant<dicom::StoredReport, dicom::StoredSegmentation, dicom::ReadPresentation, dicom::StoredSecondaryCapture>
      content;
};

/// None where the file is no result object: no DICOM, another class, a secondary capture that names no picture that it
/// shows (a scanned letter).
/// @throws InputError damaged, or one of ours that can't be read; NotForUs somebody else's of a kind that is not read
[[nodiscard]] std::optional<ResultObjectInfo> readResultObject(const std::filesystem::path& path);

/// A block of lines. @param identity whether to show who the patient is and who reviewed
[[nodiscard]] std::string objectText(const ResultObjectInfo& info, bool identity);
/// One object of "objects" in schema hipcuff.info/1, on one line.
[[nodiscard]] std::string objectJson(const ResultObjectInfo& info, bool identity);

/// Takes the names that an object gives as its reviewers' or makers' out of its texts.
class NameFilter {
public:
  /// Lets everything through where identity may be shown.
  NameFilter(const ResultObjectInfo& info, bool identity);
  [[nodiscard]] std::string operator()(const std::string& text) const;

private:
  std::vector<std::string> names_; ///< the longest first
};

} // namespace hipcuff::cli
