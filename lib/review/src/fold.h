// Program's result and edits in force -> the result as it stands.
#pragma once

#include "frame_context.h"

#include "hipcuff/core/result.h"
#include "hipcuff/review/edits.h"

#include <string>
#include <vector>

namespace hipcuff::review {

/// What the edits in force come to, before anything is measured. Points stay in full-image pixels.
struct Standing {
  std::optional<int> frame;         ///< the representative one
  std::optional<Spacing> userScale; ///< millimetres that a person gave, here or when it was analysed
  bool ruler = false;               ///< here, with a ruler
  Sourced<Side> side;
  Sourced<View> view;
  Sourced<BodyRegion> bodyRegion;
  std::vector<const EditRecord*> geometry; ///< made on that frame, in order
  std::vector<Annotation> annotations;
  const EditRecord* decision = nullptr; ///< none where the grade's grounds were edited after it
};

[[nodiscard]] Standing standingOf(const ImageResult& program, const std::vector<EditRecord>& edits);

struct FoldInput {
  const ImageResult& program; ///< without review
  const std::vector<EditRecord>& edits;
  const std::vector<std::string>& texts; ///< of the edits, toJson()
  const Stages& stages;
  const Criteria& criteria;
  Frames& frames;
};

/// Edits that cannot act any more (a border redrawn where no tendon is left) are passed over, all but the last.
/// @param lastMustAct what the last edit cannot do is an InputError
/// @throws InputError
[[nodiscard]] ImageResult folded(const FoldInput& in, bool lastMustAct);

/// The context that the geometry of a standing lies on. @throws InputError
[[nodiscard]] std::shared_ptr<const FrameContext> contextOf(const FoldInput& in, const Standing& standing);

} // namespace hipcuff::review
