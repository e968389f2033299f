#include "class_maps.h"

#include "tiles.h"

#include "hipcuff/core/digest.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <thread>
#include <utility>

namespace hipcuff::onnx {
namespace {

/// A frame is asked for by its own thread's stages, one after the other; some to spare.
std::size_t framesKept() {
  return 2 * std::max<std::size_t>(4, std::thread::hardware_concurrency());
}

/// All of a frame that its maps depend on.
std::string keyOf(const Frame& frame) {
  Sha256 digest;
  const auto add = [&digest](const void* data, std::size_t bytes) {
    digest.add(std::string_view(static_cast<const char*>(data), bytes));
  };
  const int sides[] = {frame.pixels.width, frame.pixels.height};
  const double scale[] = {frame.scale.x, frame.scale.y};
  add(sides, sizeof sides);
  add(scale, sizeof scale);
  add(frame.pixels.data.data(), frame.pixels.data.size());
  add(frame.usable.data.data(), frame.usable.data.size());
  return digest.hex();
}

} // namespace

bool ClassMaps::covers(Point mm) const noexcept {
  const double x = (mm.x - originMm.x) / spacingMm;
  const double y = (mm.y - originMm.y) / spacingMm;
  return x >= -0.5 && y >= -0.5 && x <= planes[0].width - 0.5 && y <= planes[0].height - 0.5;
}

float ClassMaps::at(MapClass c, Point mm) const noexcept {
  const FloatImage& plane = of(c);
  const double x = std::clamp((mm.x - originMm.x) / spacingMm, 0.0, plane.width - 1.0);
  const double y = std::clamp((mm.y - originMm.y) / spacingMm, 0.0, plane.height - 1.0);
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, plane.width - 1);
  const int y1 = std::min(y0 + 1, plane.height - 1);
  const auto tx = static_cast<float>(x - x0);
  const auto ty = static_cast<float>(y - y0);
  return (plane.at(x0, y0) * (1 - tx) + plane.at(x1, y0) * tx) * (1 - ty) +
         (plane.at(x0, y1) * (1 - tx) + plane.at(x1, y1) * tx) * ty;
}

Mapper::Mapper(ModelFile model)
    : network_(std::move(model))
    , cache_(framesKept()) {}

std::shared_ptr<const ClassMaps> Mapper::maps(const Frame& frame) const {
  return cache_.get(keyOf(frame), [&] { return computed(frame); });
}

std::shared_ptr<const ClassMaps> Mapper::computed(const Frame& frame) const {
  ++passes_;
  const ModelFile& m = model();
  const NetworkPicture picture = pictureOf(frame, m);
  const TileRow columns = tileRow(picture.values.width, m.width, m.overlapPx, m.multiple);
  const TileRow rows = tileRow(picture.values.height, m.height, m.overlapPx, m.multiple);
  const std::vector<FloatImage> outputs =
      tiled(picture.values, columns, rows, [this](const FloatImage& tile) { return network_.run(tile); });
  auto maps = std::make_shared<ClassMaps>();
  maps->spacingMm = picture.spacingMm;
  maps->originMm = picture.originMm;
  maps->hasTendon = m.has(MapClass::tendon);
  maps->planes.fill(FloatImage(picture.values.width, picture.values.height));
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    FloatImage& plane = maps->planes[static_cast<std::size_t>(m.classes[k])];
    for (std::size_t i = 0; i < plane.data.size(); ++i)
      plane.data[i] = std::min(1.0F, plane.data[i] + outputs[k].data[i]);
  }
  if (!m.has(MapClass::other)) {
    FloatImage& other = maps->planes[0];
    for (std::size_t i = 0; i < other.data.size(); ++i)
      other.data[i] = std::max(0.0F, 1 - maps->planes[1].data[i] - maps->planes[2].data[i] - maps->planes[3].data[i]);
  }
  return maps;
}

} // namespace hipcuff::onnx
