// Reads a DICOM file, a picture or a clip, says what is known of it, and writes its middle frame as a PNG.
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/ingest/open.h"

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3)
    throw hipcuff::UsageError("two arguments are needed", "read_cine INPUT OUT.png");

  const hipcuff::Cine cine = hipcuff::openCine(argv[1]); // reads the header, no pixels
  std::cout << cine.format << ", " << cine.columns << " x " << cine.rows << ", " << cine.frames << " frames\n";
  std::cout << "side: " << (cine.side.known() ? hipcuff::toString(*cine.side.value) : "unknown") << "\n";
  for (const hipcuff::UltrasoundRegion& region : cine.regions)
    if (region.mmPerPx)
      std::cout << hipcuff::toString(region.kind) << ": " << region.mmPerPx->x << " mm per pixel\n";
  for (const std::string& problem : cine.problems)
    std::cout << "note: " << problem << "\n";

  const hipcuff::RgbImage frame = cine.source->frame(cine.frames / 2); // decoded now, and only this one
  hipcuff::writeFileAtomically(argv[2], hipcuff::encodePng(frame));
} catch (const hipcuff::Error& error) {
  std::cerr << "read_cine: " << error.what() << "\n";
  return 1;
}
