#include "fold.h"

#include "geometry_edits.h"
#include "reviewed_stages.h"
#include "tissue_edits.h"

#include "hipcuff/core/error.h"
#include "hipcuff/grading/tears.h"
#include "hipcuff/measurement/drawn_tear.h"
#include "hipcuff/measurement/tracking.h"
#include "hipcuff/segmentation/facets.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::review {
namespace {

constexpr double sameTear = 0.3; // of the shorter one's length, as between frames of a cine

template <typename... Ts>
bool isAny(const Edit& edit) {
  return (std::holds_alternative<Ts>(edit) || ...);
}

bool isGeometry(const Edit& edit) {
  return isAny<RedrawBorder, DrawTendon, SetExtent, AddDiscontinuity, RejectDiscontinuity>(edit);
}

/// What a grade rests on: who decided before decided about something else.
bool changesGrounds(const Edit& edit) {
  return isGeometry(edit) || isAny<SetFrame, SetView, SetRegion, Calibrate>(edit);
}

Polyline toMm(const Frame& frame, const Polyline& px) {
  Polyline out;
  for (const Point p : px)
    out.push_back(frame.toMm(p));
  return out;
}

/// Refusals of the file as the program had them and as they are now.
bool fileSaysOtherwise(const ImageResult& program, const Sourced<BodyRegion>& region) {
  Pane pane;
  pane.mmPerPx = program.mmPerPx;
  return fileRefusals(program.bodyRegion, pane) != fileRefusals(region, pane);
}

/// One frame with a person's geometry on it.
class Corrected {
public:
  Corrected(const FoldInput& in, const FrameContext& context, Anatomy anatomy, std::optional<View> view)
      : in_(in)
      , context_(context)
      , view_(view)
      , anatomy_(std::move(anatomy)) {}

  /// @returns what is wrong; empty where it acted
  std::string act(const Edit& edit) {
    const Surroundings around{context_.frame, view_, in_.criteria};
    const Frame& frame = context_.frame;
    if (const auto* e = std::get_if<RedrawBorder>(&edit))
      return redraw(anatomy_, e->border, toMm(frame, e->px), around);
    if (const auto* e = std::get_if<DrawTendon>(&edit)) {
      const std::string problem =
          drawTendon(anatomy_, toMm(frame, e->cortexPx), toMm(frame, e->superficialPx), e->arrivesFromLeft, around);
      drawn_ = drawn_ || problem.empty();
      return problem;
    }
    if (const auto* e = std::get_if<SetExtent>(&edit))
      return setExtent(anatomy_, frame.toMm(e->arrivalPx), frame.toMm(e->endPx), around);
    if (const auto* e = std::get_if<AddDiscontinuity>(&edit))
      return add(toMm(frame, e->px));
    if (const auto* e = std::get_if<RejectDiscontinuity>(&edit)) {
      const Polyline outline = toMm(frame, e->px);
      if (!describeOutline(context_.working, anatomy_.tendon, outline, in_.criteria))
        return "the outline lies nowhere within the tendon";
      std::erase_if(outlines_.torn, [&](const Polyline& other) { return overlap(outline, other) > sameOutline; });
      outlines_.rejected.push_back(outline);
    }
    return {};
  }

  FrameResult judged(const Sourced<BodyRegion>& region, const std::vector<std::string>& notes) {
    layTissue();
    Stages stages = in_.stages;
    const auto correct = [&](Stages& which) {
      which.discontinuities = reviewedDetector(which.discontinuities, outlines_, bare_);
      which.grader = reviewedGrader(which.grader, notes);
    };
    correct(stages);
    if (stages.fallback) { // what stands in for a plugin's stage must know the person's outlines too
      auto standIns = std::make_shared<Stages>(*stages.fallback);
      correct(*standIns);
      stages.fallback = std::move(standIns);
    }
    return judgeAnatomy(context_.frame, context_.working, std::move(anatomy_), context_.pane, view_,
                        fileRefusals(region, context_.pane), stages, in_.criteria);
  }

private:
  std::string add(const Polyline& outline) {
    if (!describeOutline(context_.working, anatomy_.tendon, outline, in_.criteria))
      return "the outline lies nowhere within the tendon";
    std::erase_if(outlines_.torn, [&](const Polyline& other) { return overlap(outline, other) > sameOutline; });
    outlines_.torn.push_back(outline);
    return {};
  }

  void layTissue() {
    Tendon& tendon = anatomy_.tendon;
    if (!tendon.found())
      return;
    const Tendon& found = context_.found.tendon;
    const bool untouched = found.tissue && tendon.tissue == found.tissue && sameBones(tendon, found);
    std::shared_ptr<const TissueBand> band = tendon.tissue ? tendon.tissue : found.tissue;
    if (!untouched) {
      if (!band || !liesOn(*band, tendon.stations)) {
        // A tendon that the program did not find, or whose bone lies elsewhere. A segmenter that found this tendon and
        // told no tissue does not tell any (a plugin).
        Polyline cortex;
        for (const TendonStation& s : tendon.stations)
          cortex.push_back(s.cortexMm);
        if (!tendon.arrivesFromLeft)
          std::reverse(cortex.begin(), cortex.end());
        band = band || drawn_ || !found.found() ? in_.frames.tissueOver(context_, cortex, view_) : nullptr;
      }
      band = band ? cutTo(*band, tendon) : nullptr;
    }
    bare_ = painted(band, outlines_.rejected, Paint::intact);
    tendon.tissue = painted(bare_, outlines_.torn, Paint::torn);
  }

  static bool sameBones(const Tendon& a, const Tendon& b) {
    return a.stations.size() == b.stations.size() &&
           std::equal(a.stations.begin(), a.stations.end(), b.stations.begin(),
                      [](const auto& s, const auto& t) { return s.cortexMm == t.cortexMm && s.column == t.column; });
  }

  static std::shared_ptr<const TissueBand> painted(std::shared_ptr<const TissueBand> band,
                                                   const std::vector<Polyline>& outlines, Paint what) {
    if (!band || outlines.empty())
      return band;
    auto copy = std::make_shared<TissueBand>(*band);
    for (const Polyline& outline : outlines)
      paint(*copy, outline, what);
    return copy;
  }

  const FoldInput& in_;
  const FrameContext& context_;
  std::optional<View> view_;
  Anatomy anatomy_;
  Outlines outlines_;
  bool drawn_ = false;
  std::shared_ptr<const TissueBand> bare_; ///< without what a person outlined as torn
};

std::vector<std::string> notesOf(const ImageResult& program, const Standing& standing) {
  std::vector<std::string> notes;
  const auto lines = std::count_if(standing.geometry.begin(), standing.geometry.end(), [](const EditRecord* r) {
    return isAny<RedrawBorder, DrawTendon, SetExtent>(r->edit);
  });
  if (lines > 0)
    notes.emplace_back("The tendon's borders were corrected by a reader.");
  if (program.frames > 1)
    notes.push_back("Graded from frame " + std::to_string(*standing.frame) +
                    " alone, because a reader changed what it rests on; the program's grade over the frames of the "
                    "cine was: " +
                    inWords(program.grade.grade) + ".");
  return notes;
}

void judge(const FoldInput& in, const Standing& standing, bool lastMustAct, ImageResult& result) {
  const auto context = contextOf(in, standing);
  const bool own = standing.frame == in.program.frame && !standing.ruler;
  Anatomy anatomy = own ? in.program.anatomy : context->found;
  const std::optional<View> view = standing.view.value;
  if (own && view != in.program.view.value) {
    turnTo(anatomy, view, context->frame);
    nameFacets(anatomy.cortex, anatomy.tendon, view);
  }
  Corrected corrected(in, *context, std::move(anatomy), view);
  for (const EditRecord* record : standing.geometry) {
    const std::string problem = corrected.act(record->edit);
    if (!problem.empty() && lastMustAct && record == &in.edits.back())
      throw InputError(in.program.path, problem, "draw it again");
  }
  FrameResult judged = corrected.judged(standing.bodyRegion, notesOf(in.program, standing));
  if (lastMustAct && std::holds_alternative<AddDiscontinuity>(in.edits.back().edit) &&
      std::none_of(judged.measurements.discontinuities.begin(), judged.measurements.discontinuities.end(),
                   [](const Discontinuity& d) { return d.byHand; }))
    throw InputError(in.program.path,
                     judged.grade.reasons.empty() ? "nothing is measured on it"
                                                  : "nothing is measured on it: " + judged.grade.reasons.back(),
                     "mend that first; then outline the tear");
  result.frame = standing.frame;
  result.mmPerPx = context->pane.mmPerPx;
  result.calibrationOrigin = context->pane.calibrationOrigin;
  result.regionPx = context->pane.box;
  result.scale = context->frame.scale;
  result.anatomy = std::move(judged.anatomy);
  result.measurements = std::move(judged.measurements);
  result.grade = std::move(judged.grade);
  result.picture = context->picture;
  // In how many frames a discontinuity was seen is not counted anew; what was seen before still was.
  if (own)
    for (Discontinuity& d : result.measurements.discontinuities)
      for (const Discontinuity& before : in.program.measurements.discontinuities)
        if (overlap(d, before) >= sameTear)
          d.framesSeen = std::max(d.framesSeen, before.framesSeen);
}

Review reviewOf(const FoldInput& in, const Standing& standing, const ImageResult& result) {
  Review review;
  const EditRecord& last = standing.decision ? *standing.decision : in.edits.back();
  review.by = last.by;
  review.at = last.at;
  review.edits = in.texts;
  review.annotations = standing.annotations;
  for (Annotation& annotation : review.annotations)
    annotation.value = valueOf(annotation.kind, annotation.px, result.mmPerPx);
  review.program = in.program.grade;
  review.programThickness = in.program.measurements.thickness.summary;
  review.programDiscontinuities = static_cast<int>(in.program.measurements.discontinuities.size());
  if (standing.decision) {
    const auto& decide = std::get<Decide>(standing.decision->edit);
    review.verdict = decide.verdict;
    review.reason = decide.reason;
    if (decide.verdict == Verdict::changed) {
      review.grade = decide.grade;
      review.subtype = decide.subtype;
    } else if (decide.verdict == Verdict::accepted) {
      review.grade = result.grade.grade;
      review.subtype = result.grade.subtype;
    }
  }
  return review;
}

} // namespace

Standing standingOf(const ImageResult& program, const std::vector<EditRecord>& edits) {
  Standing out;
  out.frame = program.frame;
  out.side = program.side;
  out.view = program.view;
  out.bodyRegion = program.bodyRegion;
  if (program.calibrationOrigin == CalibrationOrigin::user)
    out.userScale = program.mmPerPx;
  for (const EditRecord& record : edits) {
    const Edit& edit = record.edit;
    if (const auto* frame = std::get_if<SetFrame>(&edit))
      out.frame = frame->frame;
    else if (const auto* side = std::get_if<SetSide>(&edit))
      out.side = {side->side, "user"};
    else if (const auto* view = std::get_if<SetView>(&edit))
      out.view = {view->view, "user"};
    else if (const auto* region = std::get_if<SetRegion>(&edit))
      out.bodyRegion = {region->region, "user"};
    else if (const auto* ruler = std::get_if<Calibrate>(&edit)) {
      const double mmPerPx = ruler->mm / distance(ruler->fromPx, ruler->toPx);
      out.userScale = Spacing{mmPerPx, mmPerPx};
      out.ruler = true;
    } else if (const auto* put = std::get_if<PutAnnotation>(&edit)) {
      const auto same = std::find_if(out.annotations.begin(), out.annotations.end(),
                                     [&](const Annotation& a) { return a.id == put->annotation.id; });
      if (same != out.annotations.end())
        *same = put->annotation;
      else
        out.annotations.push_back(put->annotation);
    } else if (const auto* gone = std::get_if<RemoveAnnotation>(&edit))
      std::erase_if(out.annotations, [&](const Annotation& a) { return a.id == gone->id; });
    else if (std::holds_alternative<Decide>(edit))
      out.decision = &record;
    if (changesGrounds(edit))
      out.decision = nullptr;
  }
  for (const EditRecord& record : edits)
    if (isGeometry(record.edit) && record.frame == out.frame)
      out.geometry.push_back(&record);
  return out;
}

std::shared_ptr<const FrameContext> contextOf(const FoldInput& in, const Standing& standing) {
  if (!standing.frame)
    throw InputError(in.program.path, "no frame of it could be analysed", "set a frame first");
  // The program's frame is looked at as the program did: its tissue belongs to its own stations.
  const bool own = standing.frame == in.program.frame && !standing.ruler;
  return in.frames.at(*standing.frame, standing.userScale, own ? in.program.view.value : standing.view.value);
}

ImageResult folded(const FoldInput& in, bool lastMustAct) {
  ImageResult result = in.program;
  if (in.edits.empty())
    return result;
  const Standing standing = standingOf(in.program, in.edits);
  result.side = standing.side;
  result.view = standing.view;
  result.bodyRegion = standing.bodyRegion;
  const bool still = in.program.frames <= 1;
  const bool anew = !standing.geometry.empty() || standing.frame != in.program.frame || standing.ruler ||
                    (still && standing.view.value != in.program.view.value) ||
                    fileSaysOtherwise(in.program, standing.bodyRegion);
  // Without a region on the screen there is nothing that a person's word could change.
  if (anew && (in.program.regionPx || !standing.geometry.empty() || standing.ruler))
    judge(in, standing, lastMustAct, result);
  result.review = reviewOf(in, standing, result);
  return result;
}

} // namespace hipcuff::review
