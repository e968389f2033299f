#include "hipcuff/assessment/analysis.h"

#include "frames.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/origins.h"
#include "hipcuff/core/patient_key.h"
#include "hipcuff/grading/decision.h"
#include "hipcuff/measurement/picture_quality.h"
#include "hipcuff/segmentation/facets.h"
#include "hipcuff/segmentation/working_grid.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

namespace hipcuff {
namespace {

/// Runs one stage, and the one that may stand in for it where it fails.
template <class S, class Call>
auto runStage(const Stages& stages, std::shared_ptr<const S> Stages::*which, std::optional<StageOrigin>& by,
              const Call& call) {
  const S& stage = *(stages.*which);
  by = stage.origin();
  if (!stages.fallback || !by)
    return call(stage);
  try {
    return call(stage);
  } catch (const StageError& error) {
    by->fault = error.problem();
    return call(*(*stages.fallback.*which));
  }
}

std::string standInSentence(const StageOrigin& by) {
  return by.fault + "; the built-in stage stood in";
}

/// A thickness is a statement about a gluteal tendon: none without millimetres, none where nobody said it is a hip.
bool mayMeasure(const std::vector<Refusal>& refusalsOfFile) {
  return refusalsOfFile.empty();
}

ImageResult resultFrame(const Cine& cine, int pane) {
  ImageResult result;
  result.path = cine.path;
  result.studyInstanceUid = cine.studyInstanceUid;
  result.sopInstanceUid = cine.sopInstanceUid;
  result.patientKey = patientDigest(cine.identity.patientId, cine.identity.patientName, cine.identity.birthDate);
  result.pane = pane;
  result.rows = cine.rows;
  result.columns = cine.columns;
  result.frames = cine.frames;
  result.side = cine.side;
  result.view = cine.view;
  result.bodyRegion = cine.bodyRegion;
  result.messages = cine.problems;
  return result;
}

std::optional<double> timeOf(const Cine& cine, int frame) {
  if (!cine.frameTimes || frame >= static_cast<int>(cine.frameTimes->size()))
    return std::nullopt;
  return (*cine.frameTimes)[static_cast<std::size_t>(frame)];
}

/// Decodes frames and remembers which could not be.
class Reader {
public:
  explicit Reader(FrameSource& source)
      : source_(source) {}
  std::optional<RgbImage> read(int frame) {
    try {
      return source_.frame(frame);
    } catch (const InputError& error) {
      ++failures;
      if (firstProblem.empty())
        firstProblem = error.problem();
      return std::nullopt;
    }
  }
  int failures = 0;
  std::string firstProblem;

private:
  FrameSource& source_;
};

/// The frames of one cine, one thread's worth at a time, into one slot a frame.
class FrameLoop {
public:
  FrameLoop(const Cine& cine, const Screen& screen, const std::vector<int>& frames, const AnalyzerOptions& options,
            Progress& progress)
      : cine_(cine)
      , screen_(screen)
      , frames_(frames)
      , options_(options)
      , progress_(progress)
      , notes(screen.panes.size(), std::vector<std::optional<FrameNote>>(frames.size())) {}

  void run() {
    const auto owner = std::this_thread::get_id();
    if (!options_.crew) {
      work(*cine_.source);
    } else {
      options_.crew->share([this, owner] {
        if (std::this_thread::get_id() == owner)
          work(*cine_.source);
        else if (next_ < frames_.size()) // a source of its own costs an open file
          work(*cloned());
      });
    }
    if (error_)
      std::rethrow_exception(error_);
  }

  int failures = 0;
  std::string firstProblem;

private:
  [[nodiscard]] std::unique_ptr<FrameSource> cloned() {
    const std::lock_guard lock(mutex_);
    return cine_.source->clone();
  }

  void work(FrameSource& source) {
    Reader reader(source);
    try {
      for (std::size_t i = next_++; i < frames_.size() && !stop_ && !progress_.stopRequested(); i = next_++) {
        if (const auto picture = reader.read(frames_[i]))
          for (std::size_t pane = 0; pane < screen_.panes.size(); ++pane)
            notes[pane][i] = noteOf(analyzeFrame(*picture, screen_.panes[pane], frames_[i], cine_.view.value,
                                                 fileRefusals(cine_.bodyRegion, screen_.panes[pane]), options_.stages,
                                                 options_.criteria, false),
                                    frames_[i], timeOf(cine_, frames_[i]));
        progress_.advance();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      stop_ = true;
      if (!error_)
        error_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    failures += reader.failures;
    if (firstProblem.empty())
      firstProblem = reader.firstProblem;
  }

  const Cine& cine_;
  const Screen& screen_;
  const std::vector<int>& frames_;
  const AnalyzerOptions& options_;
  Progress& progress_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::exception_ptr error_;

public:
  std::vector<std::vector<std::optional<FrameNote>>> notes; ///< [pane][frame]; none where the frame was not decoded
};

void fill(ImageResult& result, FrameResult&& found, const RgbImage& picture, const Pane& pane, int frame) {
  const std::vector<NamedOrigin> origins = originsOf(found.anatomy, found.measurements, found.grade);
  result.frame = frame;
  result.mmPerPx = pane.mmPerPx;
  result.calibrationOrigin = pane.calibrationOrigin;
  result.regionPx = pane.box;
  result.scale = scaleOf(pane);
  result.anatomy = std::move(found.anatomy);
  result.measurements = std::move(found.measurements);
  result.grade = std::move(found.grade);
  result.picture = std::make_shared<const RgbImage>(crop(picture, pane.box));
  for (const NamedOrigin& origin : origins)
    if (!origin.by.fault.empty())
      result.messages.push_back(standInSentence(origin.by));
  if (!pane.calibrationProblem.empty() &&
      std::find(result.messages.begin(), result.messages.end(), pane.calibrationProblem) == result.messages.end())
    result.messages.push_back(pane.calibrationProblem);
}

/// Up to three pictures over the length of the cine: enough to tell moving tissue from still text.
std::vector<RgbImage> sampleScreen(Reader& reader, int frames) {
  std::vector<RgbImage> samples;
  for (const int frame : chooseFrames({FrameChoice::Kind::count, 3}, frames))
    if (auto picture = reader.read(frame))
      samples.push_back(std::move(*picture));
  // A cine whose ends and middle are broken may still have a good frame.
  for (int frame = 0; samples.empty() && frame < std::min(frames, 64); ++frame)
    if (auto picture = reader.read(frame))
      samples.push_back(std::move(*picture));
  return samples;
}

} // namespace

std::vector<int> chooseFrames(const FrameChoice& choice, int frames) {
  int wanted = frames;
  if (choice.kind == FrameChoice::Kind::automatic)
    wanted = std::min(frames, FrameChoice::automaticCount);
  else if (choice.kind == FrameChoice::Kind::count)
    wanted = std::clamp(choice.count, 1, std::max(frames, 1));
  std::vector<int> chosen;
  for (int i = 0; i < wanted && frames > 0; ++i)
    chosen.push_back(wanted == 1 ? (frames - 1) / 2
                                 : static_cast<int>(static_cast<long long>(i) * (frames - 1) / (wanted - 1)));
  return chosen;
}

std::vector<Refusal> fileRefusals(const Sourced<BodyRegion>& bodyRegion, const Pane& pane) {
  std::vector<Refusal> refusals;
  if (!pane.mmPerPx)
    refusals.push_back(Refusal::noCalibration);
  if (!bodyRegion.known())
    refusals.push_back(Refusal::regionUnconfirmed);
  else if (*bodyRegion.value == BodyRegion::other)
    refusals.push_back(Refusal::notAHip);
  return refusals;
}

Anatomy findAnatomy(const Frame& frame, const WorkingFrame& working, std::optional<View> view, const Stages& stages) {
  Anatomy anatomy;
  std::optional<StageOrigin> by;
  anatomy.cortex = runStage(stages, &Stages::cortex, by,
                            [&](const CortexSegmenter& stage) { return stage.segment(frame, working); });
  anatomy.cortex.by = std::exchange(by, std::nullopt);
  anatomy.tendon = runStage(stages, &Stages::tendon, by, [&](const TendonSegmenter& stage) {
    return stage.segment(frame, working, anatomy.cortex, view);
  });
  anatomy.tendon.by = std::move(by);
  nameFacets(anatomy.cortex, anatomy.tendon, view);
  return anatomy;
}

FrameResult judgeAnatomy(const Frame& frame, const WorkingFrame& working, Anatomy anatomy, const Pane& pane,
                         std::optional<View> view, const std::vector<Refusal>& refusalsOfFile, const Stages& stages,
                         const Criteria& criteria, bool abstain) {
  FrameResult result;
  result.anatomy = std::move(anatomy);
  std::vector<Refusal> refusals = refusalsOfFile;
  for (const Refusal refusal : checkPicture(frame, working, result.anatomy, pane, criteria))
    if (std::find(refusals.begin(), refusals.end(), refusal) == refusals.end())
      refusals.push_back(refusal);
  const bool tendonStands = std::find(refusals.begin(), refusals.end(), Refusal::noTendon) == refusals.end() &&
                            std::find(refusals.begin(), refusals.end(), Refusal::noCortex) == refusals.end();
  if (mayMeasure(refusalsOfFile) && tendonStands && result.anatomy.tendon.found()) {
    std::optional<StageOrigin> by;
    std::vector<Discontinuity> tears =
        runStage(stages, &Stages::discontinuities, by, [&](const DiscontinuityDetector& stage) {
          return stage.detect(frame, working, result.anatomy, criteria);
        });
    result.measurements = stages.measurer->measure(frame, working, result.anatomy, std::move(tears), criteria);
    result.measurements.discontinuitiesBy = std::move(by);
  }
  std::optional<StageOrigin> graded;
  result.grade = runStage(stages, &Stages::grader, graded, [&](const Grader& stage) {
    return stage.grade({result.anatomy, result.measurements, view, refusals}, criteria);
  });
  if (refusals.empty()) // otherwise nobody graded: the picture was refused before
    result.grade.by = std::move(graded);
  if (abstain)
    refuseIfUnsure(result.grade, criteria);
  return result;
}

FrameResult analyzeFrame(const RgbImage& picture, const Pane& pane, int index, std::optional<View> view,
                         const std::vector<Refusal>& refusalsOfFile, const Stages& stages, const Criteria& criteria,
                         bool abstain) {
  const Frame frame = makeFrame(picture, pane, index);
  const WorkingFrame working = makeWorkingFrame(frame);
  return judgeAnatomy(frame, working, findAnatomy(frame, working, view, stages), pane, view, refusalsOfFile, stages,
                      criteria, abstain);
}

Analyzer::Analyzer(AnalyzerOptions options)
    : options_(std::move(options)) {
  const Stages& s = options_.stages;
  if (!s.screen || !s.cortex || !s.tendon || !s.discontinuities || !s.measurer || !s.grader)
    throw std::invalid_argument("Analyzer: every stage needs an implementation");
  requireCineCriteria(options_.criteria); // now, not after a night's work at the first cine
}

std::vector<ImageResult> Analyzer::analyze(const Cine& cine, Progress& progress) const {
  Reader reader(*cine.source);
  std::vector<RgbImage> samples = sampleScreen(reader, cine.frames);
  if (samples.empty())
    throw InputError(cine.path, "no frame could be decoded: " + reader.firstProblem,
                     "check the file with 'hipcuff info' or export it again");
  const Screen screen = options_.stages.screen->read(cine, samples);

  std::vector<ImageResult> results;
  if (screen.panes.empty()) {
    ImageResult result = resultFrame(cine, 0);
    result.grade.refusals = {Refusal::noBMode};
    result.grade.reasons = {explain(Refusal::noBMode)};
    result.mmPerPx = cine.imageMmPerPx;
    result.calibrationOrigin = cine.imageMmOrigin;
    results.push_back(std::move(result));
    return results;
  }

  // A still has been decoded already; a cine drops the samples before its frames are walked.
  if (cine.frames == 1) {
    for (std::size_t i = 0; i < screen.panes.size(); ++i) {
      const Pane& pane = screen.panes[i];
      ImageResult result = resultFrame(cine, static_cast<int>(i));
      fill(result,
           analyzeFrame(samples.front(), pane, 0, cine.view.value, fileRefusals(cine.bodyRegion, pane), options_.stages,
                        options_.criteria),
           samples.front(), pane, 0);
      results.push_back(std::move(result));
    }
    return results;
  }
  samples.clear();
  samples.shrink_to_fit();

  const std::vector<int> frames = chooseFrames(options_.frames, cine.frames);
  FrameLoop loop(cine, screen, frames, options_, progress);
  loop.run();

  for (std::size_t p = 0; p < screen.panes.size(); ++p) {
    const Pane& pane = screen.panes[p];
    std::vector<FrameNote> notes;
    for (auto& note : loop.notes[p])
      if (note)
        notes.push_back(std::move(*note));
    ImageResult result = resultFrame(cine, static_cast<int>(p));
    if (loop.failures > 0)
      result.messages.push_back(std::to_string(loop.failures) + " of " + std::to_string(frames.size()) +
                                " frames could not be decoded: " + loop.firstProblem);
    const std::size_t left = frames.size() - notes.size() - static_cast<std::size_t>(loop.failures);
    if (progress.stopRequested() && left > 0)
      result.messages.push_back("stopped after " + std::to_string(notes.size()) + " of " +
                                std::to_string(frames.size()) + " frames: graded from these alone");
    if (notes.empty())
      throw InputError(cine.path, "no frame was analysed: " + loop.firstProblem, "export the file again");
    const auto stoodIn = std::count_if(notes.begin(), notes.end(), [](const FrameNote& n) { return !n.fault.empty(); });
    if (stoodIn > 0) {
      const auto first = std::find_if(notes.begin(), notes.end(), [](const FrameNote& n) { return !n.fault.empty(); });
      result.messages.push_back(standInFramesSentence(static_cast<std::size_t>(stoodIn), notes.size(), first->fault));
    }
    const CineVerdict verdict = judgeCine(notes, options_.criteria);
    const int frame = notes[static_cast<std::size_t>(verdict.representative)].summary.frame;
    // Only the representative frame's geometry is wanted whole: analysed once more, so that no other had to be kept.
    const RgbImage picture = cine.source->frame(frame);
    fill(result,
         analyzeFrame(picture, pane, frame, cine.view.value, fileRefusals(cine.bodyRegion, pane), options_.stages,
                      options_.criteria, false),
         picture, pane, frame);
    for (Discontinuity& tear : result.measurements.discontinuities)
      tear.framesSeen = std::max(1, framesWith(tear, notes));
    if (verdict.grade) {
      const Grade shown = std::move(result.grade); // of the representative frame alone
      result.grade = *verdict.grade;
      result.grade.reasons.insert(result.grade.reasons.end(), shown.reasons.begin(), shown.reasons.end());
      result.grade.evidence = shown.evidence;
      result.grade.by = shown.by;
      if (shown.grade == result.grade.grade) {
        result.grade.subtype = shown.subtype;
        result.grade.tear = shown.tear;
      }
      refuseIfUnsure(result.grade, options_.criteria);
    }
    for (FrameNote& note : notes)
      result.frameSummaries.push_back(std::move(note.summary));
    results.push_back(std::move(result));
  }
  return results;
}

} // namespace hipcuff
