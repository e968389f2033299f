// sRGB (IEC 61966-2-1) as DICOM wants colours named.
#pragma once

#include "hipcuff/dicom/results/srgb_profile.h"

#include <array>
#include <cstdint>

namespace hipcuff::dicom {

using Rgb8 = std::array<std::uint8_t, 3>;
/// CIELab under D50, scaled to 16 bits as in DICOM PS3.3 C.10.7.1.1: L* 0..100 and a*, b* -128..127 over 0..65535.
using Lab16 = std::array<std::uint16_t, 3>;

[[nodiscard]] Lab16 toLab(Rgb8 rgb) noexcept;
/// The nearest colour of sRGB.
[[nodiscard]] Rgb8 fromLab(Lab16 lab) noexcept;

} // namespace hipcuff::dicom
