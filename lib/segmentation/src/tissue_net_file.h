// The file of a network: a text header that lists the layers, then all parameters.
//
//   hcnet 1
//   type float16                          or float32
//   input x 5                             name and channels of the input
//   e0 conv x kernel=3 out=8 relu=1       also dilation=N; zeros beyond the border, same size as its input
//   p0 maxpool2 e0
//   u0 upsample2 p0                       nearest neighbour
//   c0 concat u0,e0                       channels of u0, then those of e0
//   o conv c0 kernel=1 out=6
//   y softmax o                           last line of the list: over the channels
//   end
//
// After the line feed of "end", for each conv in the order of the list, little-endian: weights [out][in][row][column],
// then bias [out]. Empty lines and lines that begin with # say nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::segmentation {

struct NetLayer {
  enum class Kind { input, conv, maxpool2, upsample2, concat, softmax };
  Kind kind = Kind::input;
  std::string name;
  std::vector<int> inputs; ///< indices of earlier layers
  int channels = 0;
  int level = 0; ///< how often the picture has been halved
  // conv only
  int kernel = 1;
  int dilation = 1;
  bool relu = false;
  std::vector<float> weights; ///< [out][in][row][column]
  std::vector<float> bias;
};

/// Layers in the order of the file: the input first, softmax last. @throws ConfigError
[[nodiscard]] std::vector<NetLayer> parseNet(std::string_view bytes);

} // namespace hipcuff::segmentation
