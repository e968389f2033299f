// What stands on and around a thickness chart, in window pixels. No VTK.
#pragma once

#include "drawing.h"
#include "hipcuff/core/result.h"
#include "hipcuff/rendering/profile_chart.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::drawing {

struct ChartColours {
  Colour background;
  Colour words;
  Colour faint; ///< grid, facets' ends
  Colour thickness;
  Colour intact;
  Colour band;
  Colour compared;
  Colour defect;
  Colour doubtful;
};
[[nodiscard]] ChartColours coloursOf(const ChartStyle& style);

/// A stretch of the profile without a gap.
struct ProfileRun {
  std::vector<ThicknessSample> samples;
};
/// Split where positions were left out (inside a full-thickness gap, outside the picture).
[[nodiscard]] std::vector<ProfileRun> runsOf(const std::vector<ThicknessSample>& profile);
/// Those parts of the runs where less than all is intact.
[[nodiscard]] std::vector<ProfileRun> tornRunsOf(const std::vector<ProfileRun>& runs);

struct ChartRange {
  double x0 = 0;
  double x1 = 1;
  double y1 = 1; ///< y begins at 0
};
/// Of everything that is drawn. @param compared may be null
[[nodiscard]] ChartRange rangeOf(const ImageResult& image, const ImageResult* compared);

/// Why there is nothing to draw; empty where there is.
[[nodiscard]] std::string emptyWords(const ImageResult* image);

/// What the profile says at a position: "12.3 mm: 5.1 mm thick (4.8 to 5.4), 3.2 mm intact".
[[nodiscard]] std::string wordsAt(const ImageResult& image, double positionMm);
/// The sample at a position; none where the profile has none within half a step.
[[nodiscard]] std::optional<ThicknessSample> sampleAt(const ImageResult& image, double positionMm);

struct ChartContent {
  const ImageResult* image = nullptr;
  bool compared = false; ///< there is a compared profile, of this name
  std::string comparedName;
  std::optional<double> markMm;
  ChartStyle style;
};

/// Legend above the axes; bands, facets' ends and the mark within them.
/// @param axes the plot's rectangle
[[nodiscard]] DisplayList decorate(const ChartContent& content, const ChartRange& range, const Rect& axes,
                                   const TextWidth& textWidth);

/// Height of the row above the axes.
[[nodiscard]] double legendHeight(const ChartStyle& style);

} // namespace hipcuff::drawing
