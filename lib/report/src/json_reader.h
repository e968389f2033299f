// The way back from JSON to the values of core. All throw InputError where the JSON is nonsense.
#pragma once

#include "json_node.h"

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

namespace hipcuff::report {

enum class ImagePart {
  facts, ///< what words need: no geometry, profiles or frame lists
  everything,
};
[[nodiscard]] ImageResult imageFrom(const Node& image, ImagePart part);

/// Cortex and tendon, of an image whose calibration is read already; the outlines of discontinuities and the places of
/// calcifications, of measurements that are read already.
void readGeometry(const Node& image, ImageResult& into);

[[nodiscard]] Grade gradeFrom(const Node& grade, const Node& refusals);
[[nodiscard]] std::optional<Review> reviewFrom(const Node& review, const ImageResult& image);
[[nodiscard]] std::optional<ThicknessSummary> summaryFrom(const Node& json);
[[nodiscard]] HipResult hipFrom(const Node& hip);
[[nodiscard]] Criteria criteriaFrom(const Node& criteria);

/// A point far outside of what it lies in belongs to another picture.
[[nodiscard]] Point pointIn(const PixelBox& box, const Node& point);
[[nodiscard]] Polyline lineIn(const PixelBox& box, const Node& line);
/// The pane, else the whole picture, else as much as any picture.
[[nodiscard]] PixelBox boundsOf(const ImageResult& image);
[[nodiscard]] PixelBox pictureOf(const ImageResult& image);

} // namespace hipcuff::report
