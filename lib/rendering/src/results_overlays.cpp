#include "hipcuff/rendering/results_overlays.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/rendering/image_scene.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "hipcuff/report/results_reader.h"

#include <algorithm>
#include <limits>

namespace hipcuff {
namespace {

/// ID, or another name where it could leave the output folder.
std::string safeFileStem(const std::string& id) {
  const bool safe =
      !id.empty() && id.size() < 200 && id.front() != '.' && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
               c == '.';
      });
  return safe ? id : "image";
}

/// Criterion fibre_angle_max; where the file has none, no zones are drawn.
double angleMaxDeg(const Criteria& criteria) {
  const auto item = criteria.items.find("fibre_angle_max");
  return item == criteria.items.end() ? std::numeric_limits<double>::infinity() : item->second.value;
}

OverlayScene readScene(const std::filesystem::path& file, const report::PassingImage& passing) {
  const report::StoredImage image = passing.read();
  RgbImage picture = readPng(image.picture, largestOverlaySide);
  Point corner;
  if (const auto& region = image.result.regionPx) {
    if (region->width() != picture.width || region->height() != picture.height)
      throw InputError(file, "image " + image.id + ": its picture does not have the size of region_px",
                       "run hipcuff analyze again");
    corner = {static_cast<double>(region->x0), static_cast<double>(region->y0)};
  }
  OverlayScene scene = sceneOf(image.result, corner, angleMaxDeg(passing.criteria));
  scene.picture = std::move(picture);
  scene.title += "   " + image.id;
  return scene;
}

} // namespace

void readResultOverlays(const std::filesystem::path& resultsJson,
                        const std::function<void(const ResultOverlay&)>& each) {
  report::readImages(resultsJson, [&](const report::PassingImage& image) {
    ResultOverlay overlay;
    overlay.id = safeFileStem(image.id);
    if (image.hasPicture)
      overlay.scene = [&] { return readScene(resultsJson, image); };
    each(overlay);
  });
}

} // namespace hipcuff
