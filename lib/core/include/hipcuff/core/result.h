// The result of a run, as plain values. report/ turns them into JSON, CSV and HTML.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/review.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

/// Short result of one analysed frame of a cine.
struct FrameSummary {
  int frame = 0;
  std::optional<double> timeSeconds;
  GradeClass grade = GradeClass::notGradable;
  std::vector<Refusal> refusals;
  double confidence = 0;
  std::optional<double> thicknessMeanMm;
  std::optional<double> thicknessMaxMm;
  int discontinuities = 0;
  std::optional<double> fibreAngleDeg; ///< median along the tendon
};

/// Everything about one pane of one input.
struct ImageResult {
  // source
  std::filesystem::path path;
  std::string studyInstanceUid; ///< empty where not DICOM
  std::string sopInstanceUid;
  std::string
      patientKey; ///< see core/patient_key.h; empty where nobody is named. In memory only: no result names anybody
  int pane = 0;
  int rows = 0;
  int columns = 0;
  int frames = 0;
  Sourced<Side> side;
  Sourced<View> view;
  Sourced<BodyRegion> bodyRegion;
  // calibration
  std::optional<Spacing> mmPerPx;
  std::optional<CalibrationOrigin> calibrationOrigin;
  std::optional<PixelBox> regionPx; ///< the pane's box
  // quality
  std::vector<std::string> messages;
  // the frame that the geometry belongs to
  std::optional<int> frame;                 ///< none where no frame could be analysed
  std::vector<FrameSummary> frameSummaries; ///< where several were analysed
  Spacing scale{1, 1};                      ///< frame mm per px of the geometry below; nominal where mmPerPx is empty
  Anatomy anatomy;
  Measurements measurements; ///< empty where there are no millimetres
  Grade grade;
  /// Raw pixels of the representative frame, cropped to regionPx: never the screen's margins, where names are burned
  /// in.
  std::shared_ptr<const RgbImage> picture;
  std::optional<Review> review; ///< none: nobody touched it

  /// Frame mm -> full-image pixels.
  [[nodiscard]] Point toFullPixels(Point mm) const noexcept;
};

/// What the images of one hip in one plane say together.
struct ViewResult {
  std::optional<View> view;
  int images = 0;                             ///< gradable ones
  std::array<double, 4> probabilities{};      ///< normal, tendinosis, partial, full
  GradeClass grade = GradeClass::notGradable; ///< the likeliest
  std::optional<ThicknessSummary> thickness;  ///< over its gradable images
  double tearDepthMm = 0;                     ///< largest among tears that a grade rests on; 0: none
  double tearLengthMm = 0;
};

/// One measure of a hip then and now.
struct MeasureChange {
  std::string measure; ///< "thickness_mean", "thickness_max", "tear_depth", "tear_length"
  std::optional<View> view;
  double priorMm = 0;
  double nowMm = 0;
  double mdc95Mm = 0;      ///< smallest change that a re-scan with the probe placed anew does not show by itself
  bool measurable = false; ///< |now - prior| beyond mdc95Mm
};

/// Against an earlier exam of what the user says is the same person.
struct HipChange {
  std::string priorStudyUid; ///< empty where that exam was not DICOM
  std::string priorDate;     ///< DICOM DA; empty where unknown
  GradeClass priorGrade = GradeClass::notGradable;
  std::vector<MeasureChange> measures; ///< empty where nothing could be compared; text says why
  std::string text;                    ///< one or two sentences
  [[nodiscard]] bool measurable() const noexcept;
};

/// One hip of one study: its images brought together.
struct HipResult {
  std::optional<Side> side;
  Grade grade;
  std::optional<ThicknessSummary> thickness;
  std::vector<std::string> images;        ///< SOP instance UIDs, or paths where not DICOM
  std::optional<double> sideDifferenceMm; ///< this hip's mean thickness minus the other's; a difference, never a norm
  std::vector<ViewResult> views;          ///< those with a gradable image: long axis, short axis, unknown
  bool contradictory = false;             ///< one plane alone shows a tear and another alone does not
  std::optional<HipChange> change;        ///< where a prior exam was given
};

struct StudyResult {
  std::string studyInstanceUid; ///< empty: inputs that are not DICOM, grouped by folder
  std::string studyDate;
  std::vector<HipResult> hips;
  std::string patientKey{}; ///< of its images; in memory only
  /// Set where the files of one study name several patients: each is a StudyResult of its own, counted from 1.
  std::optional<int> patient{};
};

/// An input that gave no image result, and why.
struct InputOutcome {
  enum class Kind { failed, skipped };
  Kind kind = Kind::failed;
  std::filesystem::path path;
  std::string problem;
  std::string remedy;
};

} // namespace hipcuff
