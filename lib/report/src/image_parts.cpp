#include "hipcuff/report/image_parts.h"

#include "json_result.h"

#include "hipcuff/report/results_writer.h"

namespace hipcuff::report {

std::string imageText(const ImageResult& image, const Criteria& criteria) {
  return dump(toJson(image, imageId(image), {}, criteria));
}

} // namespace hipcuff::report
