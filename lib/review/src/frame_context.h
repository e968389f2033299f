// A frame analysed once, for all the edits that are made on it.
#pragma once

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/review/image_review.h"

#include <deque>
#include <memory>
#include <optional>

namespace hipcuff::review {

struct FrameContext {
  Pane pane; ///< with the millimetres that hold: the file's, else those of a person
  Frame frame;
  WorkingFrame working;
  Anatomy found; ///< what the program finds on this frame
  std::shared_ptr<const RgbImage> picture;
};

/// Reads and analyses frames when they are asked for, and keeps the last few.
class Frames {
public:
  /// @param box the result's region: a file whose pane lies elsewhere now is not the one that was analysed
  Frames(std::filesystem::path path, std::optional<PixelBox> box, PictureAccess pictures, Stages stages);

  /// @param userScale millimetres per pixel that a person gave
  /// @throws InputError where the frame can't be read, or there is a ruler though the file has its own millimetres
  [[nodiscard]] std::shared_ptr<const FrameContext> at(int frame, const std::optional<Spacing>& userScale,
                                                       std::optional<View> view);
  /// The tissue over a line of bone, kept for the last line: a border is dragged many times over one cortex.
  [[nodiscard]] std::shared_ptr<const TissueBand> tissueOver(const FrameContext& context, const Polyline& cortexMm,
                                                             std::optional<View> view);

private:
  struct Key {
    int frame = 0;
    std::optional<Spacing> scale;
    std::optional<View> view;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Tissue {
    const FrameContext* context = nullptr;
    Polyline cortexMm;
    std::optional<View> view;
    std::shared_ptr<const TissueBand> band;
  };
  std::filesystem::path path_;
  std::optional<PixelBox> box_;
  PictureAccess pictures_;
  Stages stages_;
  std::optional<Pane> pane_;
  std::deque<std::pair<Key, std::shared_ptr<const FrameContext>>> kept_;
  std::optional<Tissue> tissue_;
};

} // namespace hipcuff::review
