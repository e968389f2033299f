// Words with a smooth dark edge, painted once into one sheet of pixels.
#pragma once

#include "drawing.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace hipcuff::drawing {

/// RGBA pixels of one text; `left` and `middle` say where its pixels lie against Text::x and Text::y.
struct TextImage {
  int width = 0;
  int height = 0;
  int left = 0; ///< of pixel (0, 0) against Text::x
  int top = 0;  ///< against Text::y
  std::vector<std::uint8_t> rgba;
};

/// Keeps what it painted: most words are the same from one layout to the next.
class TextPainter {
public:
  [[nodiscard]] const TextImage& image(const Text& text);
  [[nodiscard]] double width(const std::string& words, double size);

private:
  std::map<std::tuple<std::string, int, std::uint32_t, std::uint32_t>, TextImage> images_;
  std::map<std::pair<std::string, int>, double> widths_;
};

} // namespace hipcuff::drawing
