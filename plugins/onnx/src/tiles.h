// A picture of any size, through a network that sees tiles.
#pragma once

#include "hipcuff/core/image.h"

#include <functional>
#include <vector>

namespace hipcuff::onnx {

/// Tiles along one side: each begins at starts[k] and is `size` long; the last may reach beyond the picture.
struct TileRow {
  int size = 0;
  std::vector<int> starts;
  /// Share of tile k in the result at its pixel i, 0..1; those of all tiles sum to 1 at every pixel of the picture.
  [[nodiscard]] double share(std::size_t k, int i) const;
};

/// As few tiles as cover `length` with neighbours that share at least `overlap` pixels (at most half of a tile), spread
/// evenly. In the pixels that two tiles share, one gives way to the other within the middle quarter, as half a period
/// of a cosine; so nothing counts that lies nearer to a tile's inner edge than 3/8 of `overlap`.
/// @param multiple the network takes shorter tiles of a multiple of this, and starts lie on multiples of it; 0: neither
[[nodiscard]] TileRow tileRow(int length, int size, int overlap, int multiple);

/// Maps of the picture's size, made of those of its tiles. Beyond the picture tiles hold 0.
/// @param run of one tile: its maps, as many each time, of the tile's size
[[nodiscard]] std::vector<FloatImage> tiled(const FloatImage& picture, const TileRow& columns, const TileRow& rows,
                                            const std::function<std::vector<FloatImage>(const FloatImage&)>& run);

} // namespace hipcuff::onnx
