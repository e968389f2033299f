// The elements of the source image that result objects copy.
#pragma once

#include <memory>

class DcmDataset;

namespace hipcuff::dicom {

struct SourceData {
  std::shared_ptr<DcmDataset> elements; ///< never changed after reading
};

} // namespace hipcuff::dicom
