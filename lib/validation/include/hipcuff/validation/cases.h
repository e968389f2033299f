// What is compared with what: the program's answers, the reference's and the readers', case by case.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/core/grade.h"

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::validation {

/// What somebody says of an image, hip or patient. What was not said is empty.
struct Answer {
  std::optional<GradeClass> grade; ///< notGradable: declined to answer; none: said nothing of the class
  std::string subtype;             ///< of a partial tear: "undersurface", ...
  std::optional<std::array<double, 4>> probabilities; ///< normal, tendinosis, partial, full; sum 1
  std::optional<double> confidence;                   ///< 0..1
  std::optional<double> depthFraction;                ///< 0..1
  std::optional<double> thicknessMeanMm;
  std::optional<double> thicknessMaxMm;
  std::optional<double> tearLengthMm;
  std::optional<double> seconds;    ///< time that a reader took
  std::vector<std::string> reasons; ///< codes of why not gradable
};

/// The reference standard, a reader, or another program.
struct Source {
  std::string name; ///< as in the `reader` column; empty: the reference standard (surgery, truth, consensus)
  int reading = 1;
  friend auto operator<=>(const Source&, const Source&) = default;
};

struct SourcedAnswer {
  Source source;
  Answer answer;
};

/// What the grey values of a reference's masks stand for, and what these masks can say.
struct LabelCoding {
  std::map<int, int> labels;   ///< grey value -> 0, 1 tendon, 2 discontinuity; empty: the value is the label
  bool discontinuities = true; ///< false: outlines of the whole tendon, which say nothing of its discontinuities
  bool tendon = true;          ///< false: masks of discontinuities only
};

/// What of a DICOM segmentation (SEG) is a mask: of one image, a label for each segment that counts. Several segments
/// of one label are joined; where tendon and discontinuity overlap it is discontinuity.
struct SegmentChoice {
  std::string sopInstanceUid; ///< of the image
  int frame = 0;              ///< counted from 0
  int width = 0;
  int height = 0;
  std::map<std::size_t, int> labels; ///< place in Segmentation::segments as read -> 1 tendon, 2 discontinuity
};

/// Where a label map (0 background, 1 tendon, 2 discontinuity) lies, and its scale.
struct MaskPair {
  std::filesystem::path system; ///< empty: the program outlined nothing
  std::filesystem::path reference;
  std::optional<Spacing> mmPerPx;          ///< none: distances can't be said in mm
  LabelCoding coding{};                    ///< of the reference's mask
  std::optional<SegmentChoice> segments{}; ///< `reference` is a DICOM segmentation, and this of it is the mask
  /// What of the reference's mask counts: the pane, where the screen has several and the mask is of the whole screen.
  std::optional<PixelBox> within{};
};

enum class Unit { image, hip, patient };
[[nodiscard]] const char* toString(Unit) noexcept; ///< "image", ...

/// One case of the analysis. For images: pane 0 unless the reference says which. Hips: one side of one study. Patients:
/// all studies of one patient, the worst hip counts.
struct Case {
  std::string id;      ///< image id, "study/side", or patient: unique, for tables
  std::string patient; ///< what cases are clustered by; see Matched::patientsFrom
  std::string studyInstanceUid;
  std::string sopInstanceUid; ///< images only
  std::filesystem::path path; ///< images only
  std::optional<Side> side;
  std::optional<View> view;
  std::optional<Answer> system;       ///< none: the program has no result of it
  std::vector<SourcedAnswer> answers; ///< the reference standard's first, then by reader and reading
  std::optional<MaskPair> masks;
  /// Why the program gave no result although it was given the input; empty otherwise. Counts as not answered.
  std::string failure;
  /// Whether the reference standard was applied: false where the reference says it was not (its class is then not
  /// used), none where it says nothing of that.
  std::optional<bool> verified;

  /// The reference standard's answer; null where there is none.
  [[nodiscard]] const Answer* reference() const noexcept;
  [[nodiscard]] const Answer* of(const Source& source) const noexcept;
};

/// Something that found no partner, or that had to be left out, and why. Never dropped in silence.
struct Leftover {
  enum class Kind { resultWithoutReference, referenceWithoutResult, failedInput, duplicate, conflict };
  Kind kind;
  std::string what; ///< SOP instance UID, file or exam, with the line of the table
  std::string why;
};
[[nodiscard]] const char* toString(Leftover::Kind) noexcept;

struct Matched {
  Unit unit = Unit::image;
  std::vector<Case> cases; ///< with a program's result, a reference's, or both; in the order of their ids
  std::vector<Leftover> leftovers;
  std::vector<Source> readers; ///< all but the reference standard, in order
  /// "patient column", "results (study)": whether clusters are patients, or exams because nobody said who is who.
  std::string patientsFrom;
  std::vector<std::string> warnings; ///< sentences for the report: conversions made, columns passed over
  /// The reader whose first reading is the reference standard, "majority" of the readers, or empty: rows of no reader.
  std::string standard{};
};

} // namespace hipcuff::validation
