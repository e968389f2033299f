// One picture under review: what the program found, a person's edits over it, and what follows from both.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/core/screen.h"
#include "hipcuff/review/edits.h"

#include "hipcuff/assessment/analysis.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace hipcuff::review {

/// Where pixels come from when something is to be measured anew.
struct PictureAccess {
  /// The pane of the file, with the millimetres that the file itself gives.
  std::function<Pane()> pane;
  /// A full picture; frames that are not at hand (a results folder whose original is gone holds one frame) throw
  /// InputError.
  std::function<RgbImage(int frame)> frame;
  int frames = 1; ///< how many may be asked for; 1: only the result's own
};

/// Not thread-safe.
///
/// Nothing is read or analysed until an edit needs it; then the frame's analysis is done once and kept (about 10 ms at
/// 800x600), and each edit costs a measurement and a grade (about 2 ms).
///
/// How edits act: borders move along the normals of the cortex and hold from then on as seen, with the uncertainty of
/// a line drawn by hand (criterion manual_repeatability). What a person outlines is torn, what a person rejects is
/// not; both are carried into the tissue map, so that measures and probabilities follow; a tear that a person outlined
/// is taken as certain, so the classes without a tear have probability 0. Where geometry is edited in a cine, the
/// grade is that of the edited frame alone, and its reasons say so. docs/methods.md, "Correction".
///
/// Lines and outlines belong to the frame they were made on: while another one is the representative, they stay in the
/// list and do not act. A decision falls with a later edit of what the grade rests on (lines, outlines, frame, view,
/// region, scale). Coordinates are taken to 0.01 px, as they are written, so that a replay gives the very same.
class ImageReview {
public:
  /// @param program the program's result, never changed; a result that was read from a file may carry a review, whose
  ///        edits are then applied. (The file must be the program's own results: corrected geometry is not corrected
  ///        twice.)
  /// @throws InputError where a review's edits can't be read, or need pixels that can't be read
  /// @param asSaved what the same edits led to when they were saved: taken as it is, so that opening a reviewed exam
  ///        analyses nothing. Its review must be that of `program`. The next edit starts from the program's result anew
  ImageReview(ImageResult program, PictureAccess pictures, Stages stages, Criteria criteria,
              std::optional<ImageResult> asSaved = std::nullopt);
  ~ImageReview();
  ImageReview(ImageReview&&) noexcept;
  ImageReview& operator=(ImageReview&&) noexcept;

  [[nodiscard]] const ImageResult& program() const noexcept; ///< as it was before any edit
  /// With all edits; its review is filled as soon as there is one.
  [[nodiscard]] const ImageResult& current() const noexcept;

  /// Adds an edit and drops what was undone. @throws InputError where it can't be done (a frame that can't be read, a
  /// line that meets no tendon, a line drawn on another frame than the representative one, an outline where nothing is
  /// measured, a picture that has its own millimetres); nothing is changed then
  void apply(EditRecord record);
  /// What apply() would lead to, nothing kept: for the number beside the pointer while a border is dragged.
  [[nodiscard]] ImageResult preview(const EditRecord& record);
  [[nodiscard]] bool canUndo() const noexcept;
  [[nodiscard]] bool canRedo() const noexcept;
  void undo(); ///< nothing where !canUndo()
  void redo();
  [[nodiscard]] const std::vector<EditRecord>& edits() const noexcept; ///< those in force, first to last
  [[nodiscard]] const EditRecord* nextRedo() const noexcept;

  /// Reads and analyses the frame now, so that the first edit is quick. May throw InputError.
  void prepare();
  /// A border line moved along its own normals to the strongest edge of its kind within `reachMm`, smooth; full-image
  /// pixels, a point every 0.25 mm. Needs no tendon. A line that is no line, or lies off the picture, comes back.
  /// @throws InputError where the frame can't be read
  [[nodiscard]] Polyline snapped(Border border, const Polyline& px, double reachMm = 0.8);

  /// The pane's raw pixels of the frame that `of` (program() or current()) rests on: its own where it has them, else
  /// read now, on the caller's thread. nullptr where they can't be read.
  [[nodiscard]] std::shared_ptr<const RgbImage> pictureOf(const ImageResult& of) const;

  /// An id that no annotation of this picture has had.
  [[nodiscard]] int newAnnotationId() const noexcept;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A caliper's or angle's value from its points; none where the picture has no millimetres, and for texts.
[[nodiscard]] std::optional<double> valueOf(Annotation::Kind kind, const Polyline& px,
                                            const std::optional<Spacing>& mmPerPx);

/// A border as a person can pull it: a few handles on a smooth line. Handles lie about `everyMm` apart.
[[nodiscard]] Polyline handlesOf(const ImageResult& image, Border border, double everyMm = 3.0);
/// The stretch of the border that moves when it is taken at the place nearest to `from` and pulled to `to`: a smooth
/// bump of `widthMm` either side, along the cortex normals, a point for each station. For RedrawBorder. Full-image
/// pixels; empty without a tendon.
[[nodiscard]] Polyline pulled(const ImageResult& image, Border border, Point from, Point to, double widthMm = 3.0);

} // namespace hipcuff::review
