// The groups of a measurement report, one function for each kind.
#pragma once

#include "hipcuff/dicom/results/report_of.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// What all groups of one image (one pane of it) share.
struct ImageContext {
  const ImageResult& image;
  const SourceImage& source;
  const ReportSettings& settings;
  std::string label; ///< in sentences: "Series 2, image 5" or "Image 5, picture 1 of 2": two on one screen, read apart
  bool ofSeveral = false; ///< such a picture
};

[[nodiscard]] Algorithm algorithmOf(const ReportSettings& settings);
/// A plugin's, where one made the value.
[[nodiscard]] Algorithm algorithmOf(const ReportSettings& settings, const std::optional<StageOrigin>& by);

/// A group of the image: tracking, site with its side, reference to the frame that was measured.
/// @param key what segmentations track it by (trackingUid); empty: `what`
[[nodiscard]] MeasurementGroup groupOf(const ImageContext& at, const std::string& what, const Code& finding,
                                       const Code& site, const std::optional<StageOrigin>& by,
                                       const std::string& key = {});
[[nodiscard]] ImageReference referenceTo(const ImageContext& at, std::optional<int> frame);
/// Full-image points on the object's grid; none where fewer than `least` are left.
[[nodiscard]] std::optional<Geometry> geometryOf(const ImageContext& at, Geometry::Kind kind, const Polyline& frameMm);

[[nodiscard]] Measurement measured(const char* name, double value, const char* unit);
[[nodiscard]] Measurement millimetres(const char* name, double value);
/// Thickness: mean, maximum, minimum, standard deviation; with their intervals.
void addSummary(std::vector<Measurement>& to, const ThicknessSummary& summary,
                const std::vector<Evaluation>& modifiers);
/// Grade, subtype, what it was seen in, probabilities, reasons.
void addGrade(MeasurementGroup& to, const Grade& grade, const char* name);
void comment(MeasurementGroup& to, const char* name, const std::string& text);

/// The reviewer's name as one component of a DICOM person name; "not named" where there is none.
[[nodiscard]] std::string reviewerName(const Review& review);

[[nodiscard]] std::vector<MeasurementGroup> assessmentGroups(const ImageContext& at);
[[nodiscard]] std::vector<MeasurementGroup> tendonGroups(const ImageContext& at);
[[nodiscard]] std::vector<MeasurementGroup> discontinuityGroups(const ImageContext& at);
[[nodiscard]] std::vector<MeasurementGroup> findingGroups(const ImageContext& at);
[[nodiscard]] std::vector<MeasurementGroup> profileGroups(const ImageContext& at);
[[nodiscard]] MeasurementGroup hipGroup(const HipResult& hip, const StudyResult& study,
                                        const std::vector<ImageContext>& images, const ReportSettings& settings);

// In words, for people.
[[nodiscard]] const char* words(GradeClass) noexcept;        ///< "partial-thickness tear"
[[nodiscard]] const char* seenIn(const Grade&) noexcept;     ///< "suspected: seen in one frame or plane"
[[nodiscard]] std::string hipName(std::optional<Side> side); ///< "Left hip"
[[nodiscard]] std::string tenths(double value);              ///< "4.3"

} // namespace hipcuff::dicom
