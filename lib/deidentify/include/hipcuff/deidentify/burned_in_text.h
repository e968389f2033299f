// Text that is part of the picture: what is blacked out, and what can't be made sure.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/stages.h"
#include "hipcuff/dicom/deidentify/mask.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::deidentify {

enum class DoubtKind {
  noPane,         ///< no B-mode area was found: nobody knows what of the picture is text
  unsurePane,     ///< something that looks like tissue lies outside of the B-mode area
  textOverTissue, ///< letters over echoes: masking them costs tissue
  masksTooLarge,  ///< the masks would change more of the B-mode area than is allowed
  unreadFrame,    ///< a frame can't be decoded
};

[[nodiscard]] const char* toString(DoubtKind kind) noexcept; ///< "no_pane", "unsure_pane", ...

/// A reason for which the file must not go out without a person having looked at it.
struct Doubt {
  DoubtKind kind = DoubtKind::noPane;
  std::string reason;       ///< one plain sentence, without anything that was read
  std::optional<int> frame; ///< from 0, the first one concerned; none: the whole file
  PixelBox box;             ///< full-picture pixels; empty: the whole picture
};

struct TextOptions {
  /// Text over tissue is masked as well, as long as all masks together stay within `mostOfBmode`.
  bool maskTissue = false;
  double mostOfBmode = 0.01; ///< share of the B-mode area that masks may change
};

struct PixelFindings {
  std::vector<dicom::MaskBox> masks;
  std::vector<PixelBox> kept;    ///< outside of the B-mode area and not masked: ruler ticks, grey bars
  std::vector<PixelBox> inside;  ///< text found in the B-mode area, masked or in doubt
  double maskedShareOfBmode = 0; ///< pixels that the masks may change (whole blocks for lossy JPEG) over B-mode pixels
  std::vector<Doubt> doubts;     ///< empty: the masks leave no text that this search can see
  Mask bmode;                    ///< full picture: 255 in the B-mode area
  int framesRead = 0;
};

/// All frames are looked at: text may come and go, a clock may run.
///
/// Outside of the B-mode area nothing is searched: everything goes that is not a flat background in all frames, in any
/// script and however faint, but for ticks of rulers (thin, alike, at even distances) and grey bars (each row of one
/// grey, steadily brighter or darker along the bar). Numbers beside rulers go. Within the area, letters are strokes
/// with abrupt edges and of even brightness, or of a colour that the grey map doesn't have, or that stand still while
/// the tissue moves. Over black they are masked; over echoes they are a doubt.
///
/// Same cine, same findings. @throws nothing for undecodable frames: they are doubts
[[nodiscard]] PixelFindings findBurnedInText(const Cine& cine, const ScreenReader& screens,
                                             const TextOptions& options = {});

/// Share of the B-mode area that the boxes cover, each pixel once and whatever frame it belongs to.
/// Give it MaskResult::changed for what was really done.
[[nodiscard]] double shareOfBmode(const Mask& bmode, const std::vector<dicom::MaskBox>& boxes);

} // namespace hipcuff::deidentify
