// From a result to its segments.
#pragma once

#include "hipcuff/core/result.h"
#include "hipcuff/dicom/results/segmentation_object.h"
#include "hipcuff/dicom/results/source_image.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// Segments of one DICOM image: the gluteus medius tendon (its discontinuities belong to it, as they do to its measured
/// thickness), each discontinuity by itself, and the fluid on the tendon, on the representative frame; pane by pane
/// where the picture holds several. What covers no pixel centre is left out; no segments at all: there is nothing to
/// write.
///
/// Made by: automatic; semiautomatic where a person corrected the tendon's borders, or the tendon under it; manual
/// where a person outlined the discontinuity.
/// @param panes the results of one image, one each pane, in order
/// @param measuredBy the version of HipCuff that the results are of
/// @throws std::invalid_argument panes of different images, or of another size than the source
[[nodiscard]] Segmentation segmentsOf(const SourceImage& source, std::span<const ImageResult* const> panes,
                                      const std::string& measuredBy);

/// Tracking UID of a finding: the same in every object that speaks of it, of whichever result of the image.
/// @param finding "tendon", "bursal-fluid", one of discontinuityKeys()
[[nodiscard]] std::string trackingUid(const std::string& sopInstanceUid, int pane, const std::string& finding);

/// Tracking Identifier to it, for people: "series 2, image 5, picture 1, discontinuity 1". Depends on the image alone.
[[nodiscard]] std::string trackingId(const SourceImage& source, std::optional<int> pane, const std::string& what);

/// Which finding each discontinuity is, for trackingUid(): by the 5 mm of the picture that its middle lies in, and the
/// order within. An outline that is redrawn a little stays the same finding, and none takes the place of another that
/// is gone; one whose middle moves on is a new one.
[[nodiscard]] std::vector<std::string> discontinuityKeys(const ImageResult& pane);

} // namespace hipcuff::dicom
