// Where ultrasound is on the screen, and what outside of it may stay.
#pragma once

#include "text_frames.h"

#include "hipcuff/core/cine.h"
#include "hipcuff/core/screen.h"

#include <vector>

namespace hipcuff::deidentify {

struct UltrasoundArea {
  Mask bmode; ///< full picture: 255 in the panes' outlines, whatever is drawn over them
  Mask data;  ///< the same, with declared M-mode, spectra and curves
};
[[nodiscard]] UltrasoundArea ultrasoundArea(const Screen& screen, const Cine& cine);

/// Connected stretches (8 neighbours) of `content`.
struct Stretch {
  PixelBox box;
  int pixels = 0;
};
[[nodiscard]] std::vector<Stretch> stretchesOf(const Mask& content);

/// Ruler ticks and grey bars among the content outside of `data`; see findBurnedInText() for the rules.
[[nodiscard]] std::vector<PixelBox> harmlessOutside(const Mask& content, const FrameExtremes& extremes, bool lossy);

/// Large filled and textured stretches of `content` outside of `data`: tissue that no pane has.
[[nodiscard]] std::vector<PixelBox> tissueOutside(const Mask& content, const Mask& data, const FrameExtremes& extremes);

/// 255 within `reach` px (square) of where `mask` is set.
[[nodiscard]] Mask grown(const Mask& mask, int reach);

/// The set pixels as boxes that don't overlap.
[[nodiscard]] std::vector<PixelBox> boxesOf(const Mask& mask);

} // namespace hipcuff::deidentify
