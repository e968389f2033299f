#include "averaging.h"

namespace hipcuff::drawing {

RgbImage averagedDown(const unsigned char* rows, int width, int height, int factor) {
  RgbImage out(width, height);
  const auto side = static_cast<std::size_t>(factor);
  const std::size_t stride = static_cast<std::size_t>(width) * side * 3;
  const int samples = factor * factor;
  for (int y = 0; y < height; ++y) {
    const std::size_t lowest = static_cast<std::size_t>(height - 1 - y) * side;
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (std::size_t j = 0; j < side; ++j)
          for (std::size_t i = 0; i < side; ++i)
            sum += rows[(lowest + j) * stride + (static_cast<std::size_t>(x) * side + i) * 3 +
                        static_cast<std::size_t>(c)];
        out.at(x, y, c) = static_cast<std::uint8_t>((sum + samples / 2) / samples);
      }
  }
  return out;
}

} // namespace hipcuff::drawing
