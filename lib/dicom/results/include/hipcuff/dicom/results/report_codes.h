// The public codes that measurement reports use, and what HipCuff's own words are in codes.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/review.h"
#include "hipcuff/dicom/results/codes.h"

#include <optional>
#include <vector>

namespace hipcuff::dicom {

/// Every code of a public scheme that a measurement report of HipCuff can hold.
[[nodiscard]] const std::vector<Code>& publicReportCodes();
/// Of publicReportCodes(), or of the private scheme. @throws std::out_of_range where neither has it
[[nodiscard]] const Code& reportCode(const std::string& value);

[[nodiscard]] const Code& codeOf(GradeClass);
[[nodiscard]] const Code& codeOf(Certainty);
[[nodiscard]] const Code& codeOf(Refusal);
[[nodiscard]] const Code& codeOf(DiscontinuityKind);
[[nodiscard]] const Code& codeOf(TearSubtype::Depth);
[[nodiscard]] const Code& codeOf(FacetKind);
[[nodiscard]] const Code& codeOf(std::optional<CalibrationOrigin>); ///< none: no calibration
[[nodiscard]] const Code& codeOf(std::optional<Verdict>);           ///< none: corrected, not yet decided
[[nodiscard]] const Code& codeOf(Side);
[[nodiscard]] const Code& codeOf(View);
[[nodiscard]] const Code& codeOf(bool yes);

/// Back from a report; none where the code is another.
[[nodiscard]] std::optional<GradeClass> gradeFrom(const Code&);
[[nodiscard]] std::optional<Certainty> certaintyFrom(const Code&);
[[nodiscard]] std::optional<Refusal> refusalFrom(const Code&);
[[nodiscard]] std::optional<DiscontinuityKind> discontinuityKindFrom(const Code&);
[[nodiscard]] std::optional<Side> sideFrom(const Code&);
[[nodiscard]] std::optional<View> viewFrom(const Code&);

} // namespace hipcuff::dicom
