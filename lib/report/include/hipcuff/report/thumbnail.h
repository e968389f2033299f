// A small picture of a result, for lists of many exams.
#pragma once

#include "hipcuff/core/result.h"

#include <string>

namespace hipcuff::report {

/// The representative frame as a JPEG (baseline, 15 to 30 kB at the usual size), scaled down by area averaging, with
/// the outlines of tendon and discontinuities in the colours and line styles of report.html. Only the pane is in it,
/// no words and no metadata. Millimetres are as long in x as in y. Safe to call from several threads; the same result
/// gives the same bytes.
/// @param longerSide of the thumbnail in pixels, 16 to 4096; smaller pictures are not enlarged
/// @return empty where the result has no picture
/// @throws std::invalid_argument longerSide out of range; OutputError libjpeg fails
[[nodiscard]] std::string thumbnailJpeg(const ImageResult& image, int longerSide = 360);

} // namespace hipcuff::report
