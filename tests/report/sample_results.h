// Hand-made results with every field filled, and a picture of speckle that looks like the hip they describe.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/plugin_record.h"
#include "hipcuff/core/result.h"

#include <string>

namespace hipcuff::test {

/// Long axis, right hip: undersurface tear, a cine, calibrated 0.1 mm per px, pane at (60, 40) of 640 x 480.
[[nodiscard]] ImageResult tornHip();
/// The same without tear, left hip, a still.
[[nodiscard]] ImageResult normalHip();
/// The same as tornHip with a gap through the whole tendon.
[[nodiscard]] ImageResult ruptureHip();
/// A bone with tendon borders, but no calibration: geometry in nominal mm, not gradable.
[[nodiscard]] ImageResult uncalibrated();
/// A file of which no frame could be decoded.
[[nodiscard]] ImageResult undecodable();

/// Left hip, short axis, pixels not square, calibrated and corrected by a person who changed the grade to tendinosis.
[[nodiscard]] ImageResult reviewedHip();

/// ruptureHip with a plugin's tendon over another's, a discontinuity detector that failed, and a plugin's grader.
[[nodiscard]] ImageResult hipByPlugins();
/// The plugins of hipByPlugins(): every kind of parameter.
[[nodiscard]] std::vector<PluginRecord> samplePlugins();

[[nodiscard]] HipResult hipOf(const ImageResult& image);
[[nodiscard]] HipChange sampleChange();
[[nodiscard]] StudyResult studyOf(const std::vector<ImageResult>& images);
[[nodiscard]] Criteria sampleCriteria();

} // namespace hipcuff::test
