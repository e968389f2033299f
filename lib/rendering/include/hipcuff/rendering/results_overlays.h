// From results.json (schema hipcuff.results/1) to overlay scenes.
#pragma once

#include "hipcuff/rendering/overlay_scene.h"

#include <filesystem>
#include <functional>
#include <string>

namespace hipcuff {

/// One image of a results.json.
struct ResultOverlay {
  std::string id;                      ///< the image's id; its overlay is named ID.png
  std::function<OverlayScene()> scene; ///< empty: the image has no picture (no frame could be decoded)
};

/// Calls `each` for every image in the file's order. The file is read as a stream: one image and, once its scene is
/// asked for, one picture are in memory, however many there are. Reading is tolerant: what is null or missing is not
/// drawn. An exception from `each` ends the reading.
///
/// `scene()` throws InputError where the picture can't be read, lies outside the results' folder, or doesn't fit the
/// geometry.
/// @throws InputError where the file can't be read, is not JSON or not a hipcuff.results/1 file
void readResultOverlays(const std::filesystem::path& resultsJson,
                        const std::function<void(const ResultOverlay&)>& each);

} // namespace hipcuff
