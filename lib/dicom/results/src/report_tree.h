// MeasurementReport <-> the content tree of TID 1500.
#pragma once

#include "content_item.h"
#include "hipcuff/dicom/results/measurement_report.h"

#include <string>
#include <vector>

namespace hipcuff::dicom {

/// @throws std::invalid_argument what no object can hold: see writeMeasurementReport
[[nodiscard]] ContentItem treeFrom(const MeasurementReport& report);

/// The root is taken to be a measurement report. What is not understood gets a line each.
[[nodiscard]] MeasurementReport reportFrom(const ContentItem& root, std::vector<std::string>& notUnderstood);

} // namespace hipcuff::dicom
