#include "hipcuff/review/image_review.h"

#include "fold.h"
#include "snap.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::review {
namespace {

/// Edits and their texts: a picture may have many, and each is written once.
struct Edits {
  std::vector<EditRecord> records;
  std::vector<std::string> texts;
  void push(EditRecord record) {
    texts.push_back(toJson(record));
    records.push_back(std::move(record));
  }
  void pop() {
    texts.pop_back();
    records.pop_back();
  }
};

Edits editsOf(const ImageResult& result) {
  Edits out;
  if (result.review)
    for (const std::string& text : result.review->edits)
      out.push(editFromJson(text));
  return out;
}

ImageResult withoutReview(ImageResult result) {
  result.review.reset();
  return result;
}

int highestId(const std::vector<EditRecord>& edits) {
  int highest = 0;
  for (const EditRecord& record : edits)
    if (const auto* put = std::get_if<PutAnnotation>(&record.edit))
      highest = std::max(highest, put->annotation.id);
  return highest;
}

} // namespace

struct ImageReview::Impl {
  Impl(ImageResult result, PictureAccess pictures, Stages givenStages, Criteria givenCriteria,
       std::optional<ImageResult> asSaved)
      : edits(editsOf(result))
      , program(withoutReview(std::move(result)))
      , access(pictures)
      , stages(std::move(givenStages))
      , criteria(std::move(givenCriteria))
      , frames(program.path, program.regionPx, std::move(pictures), stages)
      , highestAnnotation(highestId(edits.records))
      , current(asSaved && !edits.records.empty() ? std::move(*asSaved) : folded(edits, false)) {}

  [[nodiscard]] FoldInput input(const Edits& of) { return {program, of.records, of.texts, stages, criteria, frames}; }
  [[nodiscard]] ImageResult folded(const Edits& of, bool lastMustAct) { return review::folded(input(of), lastMustAct); }
  [[noreturn]] void refuse(const std::string& problem, const std::string& remedy = {}) const {
    throw InputError(program.path, problem, remedy);
  }
  [[nodiscard]] EditRecord checked(const EditRecord& record) const;
  [[nodiscard]] Edits with(const EditRecord& record) const {
    Edits out = edits;
    out.push(checked(record));
    return out;
  }

  Edits edits;
  std::vector<EditRecord> undone; ///< the last is the next to be done again
  ImageResult program;
  PictureAccess access;
  Stages stages;
  Criteria criteria;
  Frames frames;
  int highestAnnotation = 0;
  ImageResult current;
};

/// As it will be read back, so that a replay gives the very same; refuses what cannot be done to this picture.
EditRecord ImageReview::Impl::checked(const EditRecord& record) const {
  EditRecord out;
  try {
    out = editFromJson(toJson(record));
  } catch (const InputError& error) {
    refuse(error.problem());
  }
  const Standing standing = standingOf(program, edits.records);
  const Edit& edit = out.edit;
  const bool lines = std::holds_alternative<RedrawBorder>(edit) || std::holds_alternative<DrawTendon>(edit) ||
                     std::holds_alternative<SetExtent>(edit) || std::holds_alternative<AddDiscontinuity>(edit) ||
                     std::holds_alternative<RejectDiscontinuity>(edit);
  if (lines && !standing.frame)
    refuse("no frame of it could be analysed", "set a frame first");
  if (lines && out.frame != *standing.frame)
    refuse("it was drawn on frame " + std::to_string(out.frame) + ", and frame " + std::to_string(*standing.frame) +
               " is the one that is measured",
           "set the representative frame first");
  if (const auto* e = std::get_if<RejectDiscontinuity>(&edit); e && e->px.size() < 3)
    refuse("the outline has fewer than three points");
  if (const auto* e = std::get_if<SetFrame>(&edit); e && e->frame >= std::max(1, program.frames))
    refuse("there is no frame " + std::to_string(e->frame));
  if (const auto* e = std::get_if<Calibrate>(&edit)) {
    if (program.mmPerPx && program.calibrationOrigin != CalibrationOrigin::user)
      refuse("the file has its own millimetres", "a ruler is for pictures without any");
    const double px = distance(e->fromPx, e->toPx);
    const double mmPerPx = e->mm / std::max(px, 1e-9);
    // Beyond these no ultrasound picture shows a hip: a slip of the pointer or of the keyboard.
    if (px < 10 || mmPerPx < 0.005 || mmPerPx > 1)
      refuse("such a ruler cannot be on a picture of a hip (" + std::to_string(mmPerPx) + " mm a pixel)",
             "lay it over a long stretch of the scale and check the millimetres");
  }
  if (const auto* e = std::get_if<RemoveAnnotation>(&edit);
      e && std::none_of(standing.annotations.begin(), standing.annotations.end(),
                        [&](const Annotation& a) { return a.id == e->id; }))
    refuse("there is no such annotation");
  if (const auto* e = std::get_if<Decide>(&edit);
      e && e->verdict == Verdict::changed && e->grade == GradeClass::notGradable)
    refuse("a changed grade needs a class", "refuse the picture instead");
  return out;
}

ImageReview::ImageReview(ImageResult program, PictureAccess pictures, Stages stages, Criteria criteria,
                         std::optional<ImageResult> asSaved)
    : impl_(std::make_unique<Impl>(std::move(program), std::move(pictures), std::move(stages), std::move(criteria),
                                   std::move(asSaved))) {}
ImageReview::~ImageReview() = default;
ImageReview::ImageReview(ImageReview&&) noexcept = default;
ImageReview& ImageReview::operator=(ImageReview&&) noexcept = default;

const ImageResult& ImageReview::program() const noexcept {
  return impl_->program;
}
const ImageResult& ImageReview::current() const noexcept {
  return impl_->current;
}

void ImageReview::apply(EditRecord record) {
  Edits edits = impl_->with(record);
  ImageResult next = impl_->folded(edits, true);
  impl_->highestAnnotation = std::max(impl_->highestAnnotation, highestId(edits.records));
  impl_->edits = std::move(edits);
  impl_->current = std::move(next);
  impl_->undone.clear();
}

ImageResult ImageReview::preview(const EditRecord& record) {
  const Edits edits = impl_->with(record);
  return impl_->folded(edits, true);
}

bool ImageReview::canUndo() const noexcept {
  return !impl_->edits.records.empty();
}
bool ImageReview::canRedo() const noexcept {
  return !impl_->undone.empty();
}

void ImageReview::undo() {
  if (!canUndo())
    return;
  Edits edits = impl_->edits;
  EditRecord last = edits.records.back();
  edits.pop();
  impl_->current = impl_->folded(edits, false);
  impl_->edits = std::move(edits);
  impl_->undone.push_back(std::move(last));
}

void ImageReview::redo() {
  if (!canRedo())
    return;
  Edits edits = impl_->edits;
  edits.push(impl_->undone.back());
  impl_->current = impl_->folded(edits, false);
  impl_->edits = std::move(edits);
  impl_->undone.pop_back();
}

const std::vector<EditRecord>& ImageReview::edits() const noexcept {
  return impl_->edits.records;
}
const EditRecord* ImageReview::nextRedo() const noexcept {
  return impl_->undone.empty() ? nullptr : &impl_->undone.back();
}

void ImageReview::prepare() {
  (void)contextOf(impl_->input(impl_->edits), standingOf(impl_->program, impl_->edits.records));
}

Polyline ImageReview::snapped(Border border, const Polyline& px, double reachMm) {
  const auto context = contextOf(impl_->input(impl_->edits), standingOf(impl_->program, impl_->edits.records));
  return snappedTo(*context, border, px, reachMm);
}

std::shared_ptr<const RgbImage> ImageReview::pictureOf(const ImageResult& of) const {
  if (of.picture || !of.frame || !of.regionPx || !impl_->access.frame)
    return of.picture;
  try {
    const RgbImage whole = impl_->access.frame(*of.frame);
    const PixelBox all{0, 0, whole.width - 1, whole.height - 1};
    if (of.regionPx->empty() || !(intersection(*of.regionPx, all) == *of.regionPx))
      return nullptr;
    return std::make_shared<const RgbImage>(crop(whole, *of.regionPx));
  } catch (const InputError&) {
    return nullptr;
  }
}

int ImageReview::newAnnotationId() const noexcept {
  return impl_->highestAnnotation + 1;
}

} // namespace hipcuff::review
