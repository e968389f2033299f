// What HipCuff found in a study, as a measurement report.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/dicom/results/measurement_report.h"

#include <string>
#include <vector>

namespace hipcuff::dicom {

struct ReportSettings {
  std::string version;      ///< of HipCuff
  std::string criteriaName; ///< as printed with every result
  std::string criteriaVersion;
  std::string criteriaDigest; ///< SHA-256 of the criteria; empty: left out
  /// The thickness profile is given at every second millimetre, and at no more places than this: a longer one at every
  /// fourth, and so on. The whole profile is in results.json.
  int mostProfilePlaces = 32;
};

/// Said in every report.
[[nodiscard]] const std::string& researchNotice();

/// One report for one study.
///
/// Hips first, then image by image: the assessment, the tendon with its outline and thickness, each discontinuity with
/// its outline, fluid, bone surface, calcifications, the profile. Of a picture without calibration there is no
/// millimetre in it, only outlines. A reviewed picture has the reviewer's grade in a group of that person and the
/// program's own beside it.
/// @param images every pane of every image of the study that is in `sources`
/// @param sources all images that the report is about, those without a result too
/// @throws std::invalid_argument where an image result belongs to none of the sources
[[nodiscard]] MeasurementReport reportOf(const StudyResult& study, const std::vector<ImageResult>& images,
                                         const std::vector<SourceImage>& sources, const ReportSettings& settings);

} // namespace hipcuff::dicom
