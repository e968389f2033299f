// From a result to its segments.
#pragma once

#include "hipcuff/core/result.h"
#include "hipcuff/dicom/results/segmentation_object.h"

#include <span>

namespace hipcuff::dicom {

/// Segments of one DICOM image: the gluteus medius tendon (its discontinuities belong to it, as they do to its measured
/// thickness), and each discontinuity by itself, on the representative frame; pane by pane where the picture holds
/// several. What covers no pixel centre is left out; no segments at all: there is nothing to write.
///
/// Made by: automatic; semiautomatic where a person corrected the tendon's borders, or the tendon under it; manual
/// where a person outlined the discontinuity. Bursal fluid is measured as a thickness only and has no outline yet.
/// @param panes the results of one image, one each pane, in order
/// @throws std::invalid_argument panes of different images
[[nodiscard]] Segmentation segmentsOf(std::span<const ImageResult* const> panes);

/// Tracking UID of a finding: the same in every object that speaks of it.
/// @param finding "tendon", "discontinuity-1", ...; counted from 1
[[nodiscard]] std::string trackingUid(const std::string& sopInstanceUid, int pane, const std::string& finding);

} // namespace hipcuff::dicom
