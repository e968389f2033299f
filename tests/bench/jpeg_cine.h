// Writes ultrasound cines with JPEG baseline frames, for the benchmark and for the memory measurement.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::bench {

enum class JpegColour {
  rgb,       ///< codestream holds RGB, Photometric Interpretation RGB (dcmcjpeg +cr)
  ybrFull422 ///< codestream holds YCbCr with halved chroma, as most scanners write
};

struct CineFile {
  std::vector<RgbImage> pictures; ///< shown in turn, to and fro
  int frames = 1;
  JpegColour colour = JpegColour::ybrFull422;
  int quality = 90;
  PixelBox region;
  Spacing mmPerPx;
  double frameMs = 50;
  std::string studyUid; ///< empty: a study of its own
};

[[nodiscard]] std::string newStudyUid();

/// @throws std::runtime_error where libjpeg or DCMTK fail
void writeJpegCine(const std::filesystem::path& file, const CineFile& cine);

/// Some frames of a simulated hip in the long axis, as a cine of `frames` frames of this size that repeats them.
[[nodiscard]] CineFile simulatedCine(int columns, int rows, int differentFrames, int frames);

} // namespace hipcuff::bench
