// One image's part of what ResultsWriter writes, for callers that keep results in memory and write no folder.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/image.h"
#include "hipcuff/core/result.h"

#include <string>

namespace hipcuff::report {

/// The element of studies[].images[] (schema hipcuff.results/1) as ResultsWriter writes it, on one line of UTF-8. There
/// are no files beside it: masks.label_png and picture.raw_png are null.
[[nodiscard]] std::string imageText(const ImageResult& image, const Criteria& criteria);

/// What masks/ID.png holds. Full image size: 0 background, 1 gluteus medius tendon, 2 discontinuity. A pixel has a
/// label where its centre lies inside the outline (winding number not 0; a centre on the left or upper edge counts as
/// inside). Discontinuities are painted over the tendon.
[[nodiscard]] GreyImage labelMask(const ImageResult& image);

} // namespace hipcuff::report
