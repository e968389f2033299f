// sRGB as an ICC profile.
#pragma once

#include <cstdint>
#include <vector>

namespace hipcuff::dicom {

/// An ICC profile (ICC.1:2010, version 4.3) of class input device, three-component matrix and curves, for pictures
/// whose values are sRGB. Always the same bytes.
[[nodiscard]] std::vector<std::uint8_t> sRgbProfile();

} // namespace hipcuff::dicom
