// The picture above a line of bone, laid out flat for the tissue classifier.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/segmentation/tendon_line.h"

#include <optional>
#include <vector>

namespace hipcuff::segmentation {

inline constexpr double tissueStepMm = stationStepMm; ///< between columns, along the bone
inline constexpr double tissueHeightMm = 0.15;        ///< between rows, along the bone's normal
inline constexpr double tissueLowestMm = -1.2;        ///< of row 0: inside the bone
inline constexpr int tissueRows = 96;                 ///< up to 13 mm over the bone
inline constexpr double tissueContextMm = 6.0;        ///< the line is carried on straight by this at either end

/// One line of bone, left to right, and its normals towards the skin; a column for each point.
struct TissueLayout {
  Polyline base;
  std::vector<Point> normals;
  std::size_t first = 0; ///< columns first..last lie over bone that was seen (or a gap of up to 5 mm in it)
  std::size_t last = 0;
  double confidence = 0; ///< of the bone, 0..1
};

/// Pieces of the cortex that lie on one line, the best line first, at most `most`. Lines shorter than 8 mm are no
/// trochanter.
[[nodiscard]] std::vector<TissueLayout> tissueLayouts(const Frame& frame, const Cortex& cortex, std::size_t most);

/// The line laid out; it must have two points and a length.
[[nodiscard]] TissueLayout layOutLine(const Frame& frame, const Polyline& interfaceMm, double confidence);

/// What the classifier sees, each tissueRows high and a column for each base point:
/// 0 grey over the picture's own range (echo-free 0, strong tissue 1), 0..2;
/// 1 where there is a picture (1) and where not (0);
/// 2 height over the bone in centimetres;
/// 3 the bone's slope against the perpendicular to the beam, in units of 30 degrees, positive = deeper to the right;
/// 4 view: 0 long axis, 1 short axis, 0.5 not known.
inline constexpr int tissueChannelCount = 5;
[[nodiscard]] std::vector<FloatImage> tissueChannels(const Frame& frame, const WorkingFrame& working,
                                                     const TissueLayout& layout, std::optional<View> view);

} // namespace hipcuff::segmentation
