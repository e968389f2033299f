// Stored samples -> the RGB that is shown.
#pragma once

#include "header.h"

#include "hipcuff/core/image.h"
#include "hipcuff/dicom/reading.h"

namespace hipcuff::dicom {

/// @throws DecodeFailure where the samples can't be shown (no palette, strange sample count)
[[nodiscard]] RgbImage toDisplay(const StoredFrame& frame, const ImageInfo& image);

/// What three-component samples most likely are, judged by the picture itself: ultrasound is mostly grey, and grey
/// looks grey in one reading only (black read wrongly is green).
enum class ColourGuess { undecided, rgb, ybr };
[[nodiscard]] ColourGuess guessColour(const StoredFrame& frame);

} // namespace hipcuff::dicom
