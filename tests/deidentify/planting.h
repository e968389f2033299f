// Text planted into pictures at known places: what a search for burned-in text is measured with.
#pragma once

#include "hipcuff/core/cine.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace hipcuff::test {

enum class Place {
  outside, ///< of the B-mode area
  dark,    ///< in it, where nothing echoes
  tissue,  ///< over echoes
  edge,    ///< half across the pane's edge
  cut,     ///< half beyond the picture's edge
};
enum class Style {
  white,    ///< 255
  grey,     ///< 150 to 220
  colour,   ///< yellow, green, cyan, orange, red
  outlined, ///< light with a dark rim
  plate,    ///< dark letters on a light plate
  black,    ///< black letters
  faint,    ///< 35 to 60 grey steps brighter than what is behind
  bitmap,   ///< white without anti-aliasing
};
enum class Script { latin, umlauts, cyrillic, japanese, digits };
enum class Packing { lossless, jpeg90, jpeg75 };

[[nodiscard]] const char* nameOf(Place place) noexcept;
[[nodiscard]] const char* nameOf(Style style) noexcept;
[[nodiscard]] const char* nameOf(Script script) noexcept;
[[nodiscard]] const char* nameOf(Packing packing) noexcept;

constexpr int places = 5, styles = 8, scripts = 5, packings = 3;

struct Plant {
  Place place = Place::outside;
  Style style = Style::white;
  Script script = Script::latin;
  Packing packing = Packing::lossless;
  int height = 16; ///< px of a capital letter with what hangs below
  std::string text;
};
[[nodiscard]] Plant randomPlant(std::mt19937& random);

struct Planted {
  RgbImage picture;
  PixelBox box;        ///< around the ink
  Mask ink;            ///< full picture
  bool placed = false; ///< false: the picture has no such place
};
/// @param bmode full picture, 255 in the B-mode area
[[nodiscard]] Planted plant(const RgbImage& picture, const Mask& bmode, const Plant& what, std::mt19937& random);

/// A text's ink, 0 to 255. @param height px of the font's em @throws std::runtime_error without the fonts
[[nodiscard]] GreyImage drawText(const std::string& utf8, int height, bool smooth, int font);
constexpr int fonts = 5;

/// Through JPEG with colour at half the resolution, or as it is.
[[nodiscard]] RgbImage packed(const RgbImage& picture, Packing packing);

/// A cine of pictures held in memory, otherwise like `like`.
[[nodiscard]] Cine cineOf(std::vector<RgbImage> pictures, const Cine& like, Packing packing);

} // namespace hipcuff::test
