#include "tissue_map.h"

namespace hipcuff::phantom {

const char* toString(TissueKind kind) noexcept {
  switch (kind) {
  case TissueKind::none:
    return "none";
  case TissueKind::skin:
    return "skin";
  case TissueKind::fat:
    return "fat";
  case TissueKind::fascia:
    return "fascia";
  case TissueKind::muscle:
    return "muscle";
  case TissueKind::gluteusMediusTendon:
    return "gluteus_medius_tendon";
  case TissueKind::degeneratedTendon:
    return "degenerated_tendon";
  case TissueKind::tear:
    return "tear";
  case TissueKind::bursalFluid:
    return "bursal_fluid";
  case TissueKind::bone:
    return "bone";
  case TissueKind::otherTendon:
    return "other_tendon";
  case TissueKind::calcification:
    return "calcification";
  case TissueKind::subtendinousFluid:
    return "subtendinous_fluid";
  case TissueKind::freeTendon:
    return "free_tendon";
  }
  return "";
}

Raster<std::uint8_t, 1> makeTissueMap(const HipRecipe& r, const Scene& scene, int frame) {
  const Pose pose = poseOf(r, frame);
  const PixelBox& box = r.screen.region;
  Raster<std::uint8_t, 1> map(r.screen.columns, r.screen.rows);
  for (int y = box.y0; y <= box.y1; ++y)
    for (int x = box.x0; x <= box.x1; ++x) {
      const int across = r.screen.flip ? box.x1 - x : x - box.x0;
      const Point p{across * r.screen.mmPerPx, (y - box.y0) * r.screen.mmPerPx};
      if (inField(r.probe, p))
        map.at(x, y) = static_cast<std::uint8_t>(scene.at(pose.toScene(p)).kind);
    }
  return map;
}

} // namespace hipcuff::phantom
