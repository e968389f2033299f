#include "frame_context.h"

#include "hipcuff/core/error.h"
#include "hipcuff/segmentation/tendon_line.h"
#include "hipcuff/segmentation/working_grid.h"

#include <algorithm>

namespace hipcuff::review {
namespace {

constexpr std::size_t keptFrames = 2; // the representative one, and the one it is compared with

} // namespace

Frames::Frames(std::filesystem::path path, std::optional<PixelBox> box, PictureAccess pictures, Stages stages)
    : path_(std::move(path))
    , box_(box)
    , pictures_(std::move(pictures))
    , stages_(std::move(stages)) {}

std::shared_ptr<const FrameContext> Frames::at(int frame, const std::optional<Spacing>& userScale,
                                               std::optional<View> view) {
  const Key key{frame, userScale, view};
  const auto known = std::find_if(kept_.begin(), kept_.end(), [&](const auto& item) { return item.first == key; });
  if (known != kept_.end())
    return known->second;
  if (!pictures_.pane || !pictures_.frame)
    throw InputError(path_, "the picture is not at hand", "open the original file");
  if (!pane_)
    pane_ = pictures_.pane();
  if (box_ && !(*box_ == pane_->box))
    throw InputError(path_, "the picture is not the one that was analysed: its region lies elsewhere",
                     "analyse the file again");
  if (userScale && pane_->mmPerPx && pane_->calibrationOrigin != CalibrationOrigin::user)
    throw InputError(path_, "the file has its own millimetres", "a ruler is for pictures without any");
  auto context = std::make_shared<FrameContext>();
  context->pane = *pane_;
  if (userScale) {
    context->pane.mmPerPx = userScale;
    context->pane.calibrationOrigin = CalibrationOrigin::user;
    context->pane.calibrationProblem.clear();
  }
  const RgbImage whole = pictures_.frame(frame);
  const PixelBox& box = context->pane.box;
  if (box.empty() || box.x0 < 0 || box.y0 < 0 || box.x1 >= whole.width || box.y1 >= whole.height)
    throw InputError(path_, "the picture is smaller than the one that was analysed", "analyse the file again");
  context->frame = makeFrame(whole, context->pane, frame);
  context->working = makeWorkingFrame(context->frame);
  context->found = findAnatomy(context->frame, context->working, view, stages_);
  context->picture = std::make_shared<const RgbImage>(crop(whole, box));
  kept_.emplace_back(key, context);
  if (kept_.size() > keptFrames) {
    if (tissue_ && tissue_->context == kept_.front().second.get())
      tissue_.reset();
    kept_.pop_front();
  }
  return context;
}

std::shared_ptr<const TissueBand> Frames::tissueOver(const FrameContext& context, const Polyline& cortexMm,
                                                     std::optional<View> view) {
  if (!tissue_ || tissue_->context != &context || tissue_->cortexMm != cortexMm || tissue_->view != view) {
    auto band = hipcuff::tissueOver(context.frame, context.working, cortexMm, view);
    tissue_ = Tissue{&context, cortexMm, view, band ? std::make_shared<const TissueBand>(std::move(*band)) : nullptr};
  }
  return tissue_->band;
}

} // namespace hipcuff::review
