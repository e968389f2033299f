// Finds the B-mode panes of a scanner's screen, and what in them is not tissue.
#pragma once

#include "hipcuff/core/stages.h"

namespace hipcuff {

/// From the file's ultrasound regions where it declares them, refined by the picture inside; otherwise from the picture
/// alone. All lengths below are pixels of the full picture.
///
/// How: the screen's background is the grey value that most flat pixels have. Small cells (1/96 of the picture's
/// shorter side) that are filled and textured are tissue, blocks of them that no line of text can make are a pane's
/// core; the pane's edges are where many rows or columns begin at the same place (linear pictures) or the convex
/// outline (sectors), whose straight sides meet in the beam's apex. Two panes that touch are told apart by the columns
/// on both sides of the seam having nothing in common. Thin, abrupt, constant lines are graphics. Colour is Doppler
/// where it is not a function of brightness (a tinted grey map is).
///
/// Panes without edges of their own (a cropped picture, all tissue) get a probe of kind unknown with beams straight
/// down.
class ScreenFinder final : public ScreenReader {
public:
  /// Uses at most four of the samples, which must all have the cine's size. No samples, or empty ones: no panes.
  [[nodiscard]] Screen read(const Cine& cine, const std::vector<RgbImage>& samples) const override;
};

} // namespace hipcuff
