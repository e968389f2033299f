// The interactive picture on the processor: where OpenGL is done in software, this costs a quarter of what OpenGL does.
// No VTK.
#pragma once

#include "drawing.h"
#include "hipcuff/core/image.h"

#include <array>
#include <cstdint>
#include <vector>

namespace hipcuff::drawing {

/// 4 bytes a pixel, rows from top to bottom without padding.
struct Pixels32 {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> data;
  void resize(int w, int h);
  [[nodiscard]] std::uint8_t* row(int y) noexcept { return data.data() + static_cast<std::size_t>(y) * width * 4; }
  [[nodiscard]] const std::uint8_t* row(int y) const noexcept {
    return data.data() + static_cast<std::size_t>(y) * width * 4;
  }
};

enum class ByteOrder { rgba, bgra };

/// @param curve grey level to grey level, for each channel; nullptr: none
void convert(const RgbImage& from, const std::array<std::uint8_t, 256>* curve, ByteOrder order, std::uint8_t* to);

/// Stretches the picture over a rectangle of the output (x1 < x0: mirrored), the same pixels as a textured quad would
/// give; opaque black elsewhere.
class PictureScaler {
public:
  void draw(const Pixels32& picture, const Rect& rect, bool smooth, Pixels32& out);

private:
  void sharp(const Pixels32& picture, const Rect& rect, Pixels32& out);
  void smooth(const Pixels32& picture, const Rect& rect, Pixels32& out);
  void stretchRow(const Pixels32& picture, int y, std::uint16_t* to) const;

  int first_ = 0; ///< columns of the output that the picture covers
  int last_ = -1;
  std::vector<int> column_;           ///< of the picture, for each covered column of the output
  std::vector<int> nextColumn_;       ///< smooth: its right neighbour
  std::vector<std::uint16_t> weight_; ///< smooth: of the right neighbour, 0..128
  std::array<std::vector<std::uint16_t>, 2> rows_;
  std::array<int, 2> rowNumber_{-1, -1};
};

/// A drawn overlay (premultiplied by its own alpha, as blending onto nothing leaves it), kept as the spans where there
/// is something: few pixels of a picture.
class SparseOverlay {
public:
  void clear() { spans_.clear(); }
  /// @param pixels width * height * 4 bytes; the fourth is the coverage
  void set(const std::uint8_t* pixels, int width, int height);
  void blendOnto(Pixels32& picture) const;

private:
  struct Span {
    int y = 0;
    int x = 0;
    int count = 0;
    std::size_t first = 0; ///< byte in pixels_
  };
  int width_ = 0;
  int height_ = 0;
  std::vector<Span> spans_;
  std::vector<std::uint8_t> pixels_;
};

} // namespace hipcuff::drawing
