// Which parts of the picture look like tissue, cell by cell.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <array>
#include <cstdint>
#include <vector>

namespace hipcuff::screen {

/// The flat greys of the screen.
struct Backdrop {
  int background = -1;           ///< behind everything; -1 where nothing is flat (all tissue)
  std::array<bool, 256> panel{}; ///< of headers and bars
};
[[nodiscard]] Backdrop backdropOf(const GreyImage& grey);

struct Evidence {
  int cell = 8; ///< side in px
  int columns = 0;
  int rows = 0;
  Backdrop backdrop;
  bool lossy = false;                ///< the background itself is grainy
  int off = 0;                       ///< grey steps from the background up to which a pixel counts as background
  std::vector<std::uint8_t> tissue;  ///< filled and textured
  std::vector<std::uint8_t> quiet;   ///< filled with something just above the background
  std::vector<std::uint8_t> content; ///< anything but background
  std::vector<std::uint8_t> noise;   ///< 1 in a cell that holds nothing clear, 2 where it is grainy
  std::vector<std::uint8_t> hushed;  ///< `quiet` before a lossy background cleared it
  [[nodiscard]] std::size_t at(int x, int y) const noexcept {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(x);
  }
};

/// Cells outside of `within` stay 0. `within` lies inside the picture.
[[nodiscard]] Evidence gatherEvidence(const GreyImage& grey, const Backdrop& backdrop, const PixelBox& within);

/// The same as gatherEvidence(grey, backdrop, within) where `whole` was gathered from all of that picture.
[[nodiscard]] Evidence evidenceWithin(const Evidence& whole, const GreyImage& grey, const PixelBox& within);

/// One connected patch of tissue.
struct Patch {
  PixelBox box;                    ///< px
  int cells = 0;                   ///< tissue cells
  std::vector<std::uint8_t> cover; ///< cells of the patch and a margin of one cell around
};

/// Patches large enough to be a picture, largest first; patches above each other are one.
[[nodiscard]] std::vector<Patch> findPatches(const Evidence& evidence);

/// Boxes (px) around connected content outside all `panes`: text, rulers, bars, marks.
[[nodiscard]] std::vector<PixelBox> contentOutside(const Evidence& evidence, const std::vector<PixelBox>& panes,
                                                   int width, int height);

} // namespace hipcuff::screen
