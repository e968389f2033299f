// What a model says of itself: NAME.model.json beside NAME.onnx, schema hipcuff.onnx-model/1 (see README.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::onnx {

/// What one of a network's maps shows.
enum class MapClass { other, cortex, tendon, discontinuity };
[[nodiscard]] const char* toString(MapClass) noexcept; ///< "other", ...

enum class Activation { none, softmax, sigmoid };

enum class Normalisation { fixed, perFrame };

struct ModelFile {
  std::filesystem::path file; ///< the descriptor itself
  std::filesystem::path onnx; ///< the network, beside it
  std::string sha256;         ///< of the network, hex; empty: not stated
  std::string name;
  std::string version;

  int width = 256; ///< of what the network sees at once: a tile
  int height = 256;
  double spacingMm = 0.2;
  int channels = 1; ///< 3: the grey three times
  int multiple = 0; ///< the network also takes smaller pictures whose sides are multiples of this; 0: it does not
  Normalisation normalisation = Normalisation::fixed;
  double scale = 1; ///< what grey values are multiplied with first
  double mean = 0;  ///< taken away then (fixed)
  double sd = 1;    ///< divided by then (fixed); the least divisor (per frame)

  Activation activation = Activation::softmax;
  std::vector<MapClass> classes; ///< of each map, in their order; maps of one class are added up
  int overlapPx = 32;            ///< of neighbouring tiles

  [[nodiscard]] bool has(MapClass) const noexcept;
};

/// Reads and checks it; the network is not looked into yet.
/// @throws ConfigError naming the descriptor and the field that is wrong
[[nodiscard]] ModelFile readModelFile(const std::filesystem::path& file);

} // namespace hipcuff::onnx
