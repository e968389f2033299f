// Millimetres per pixel from the file, or the reason why there are none.
#pragma once

#include "header.h"

#include "hipcuff/core/cine.h"

namespace hipcuff::dicom {

/// Limits outside of which a scale is not believed. 0.005 mm: a tenth of a wavelength at 30 MHz, finer than any scanner
/// samples; 2 mm: a hundred pixels would show 20 cm. 3: the widest stretch that scanners' screens have.
inline constexpr double minMmPerPx = 0.005;
inline constexpr double maxMmPerPx = 2.0;
inline constexpr double maxAspect = 3.0;
/// Two statements of one scale may differ by this much before they contradict each other.
inline constexpr double maxDisagreement = 0.05;
/// A region's far corner is often written as width and height; beyond this the picture was changed after the scanner.
inline constexpr long maxOvershootPx = 2;

/// Fills regions, imageMmPerPx, imageMmOrigin and adds to problems.
/// @param regionsBroken the region sequence was there but unreadable: then nothing gives millimetres
void calibrate(Cine& cine, const Header& header, bool regionsBroken);

} // namespace hipcuff::dicom
