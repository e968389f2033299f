// What a file says of lossy compression (PS3.3 C.7.6.1.1.5).
#pragma once

#include <optional>
#include <string>

class DcmDataset;

namespace hipcuff::dicom {

struct Loss {
  std::string method; ///< defined term of (0028,2114)
  double ratio = 0;   ///< uncompressed over compressed bytes
};

/// Of the frames as they are stored. None: they are not compressed with loss, or it can't be told.
[[nodiscard]] std::optional<Loss> lossOf(DcmDataset& data);
/// Sets what is missing or wrong of the three attributes; a history of several compressions stays as it is.
void sayLoss(DcmDataset& data, const std::optional<Loss>& loss);

} // namespace hipcuff::dicom
