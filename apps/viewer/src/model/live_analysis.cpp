#include "model/live_analysis.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/frame.h"

#include <exception>

namespace hipcuff::viewer {

LiveAnalysis::LiveAnalysis(Stages stages, Criteria criteria,
                           std::function<void(std::shared_ptr<const ImageResult>)> done,
                           std::function<void(const std::string&)> failed)
    : stages_(std::move(stages))
    , criteria_(std::move(criteria))
    , done_(std::move(done))
    , failed_(std::move(failed))
    , thread_([this](const std::stop_token& stop) { work(stop); }) {}

LiveAnalysis::~LiveAnalysis() = default;

void LiveAnalysis::analyse(std::shared_ptr<const RgbImage> picture, int frame, const hipcuff::Pane& pane,
                           const ImageResult& like) {
  {
    const std::lock_guard lock(mutex_);
    next_ = Job{std::move(picture), frame, pane, like};
  }
  wake_.notify_one();
}

void LiveAnalysis::work(const std::stop_token& stop) {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return next_.has_value(); }) || stop.stop_requested())
        return;
      job = std::move(*next_);
      next_.reset();
    }
    try {
      FrameResult found = analyzeFrame(*job.picture, job.pane, job.frame, job.like.view.value,
                                       fileRefusals(job.like.bodyRegion, job.pane), stages_, criteria_);
      auto result = std::make_shared<ImageResult>(std::move(job.like));
      result->frame = job.frame;
      result->frameSummaries.clear();
      result->review.reset();
      result->scale = scaleOf(job.pane);
      result->anatomy = std::move(found.anatomy);
      result->measurements = std::move(found.measurements);
      result->grade = std::move(found.grade);
      result->picture = std::make_shared<const RgbImage>(crop(*job.picture, job.pane.box));
      done_(std::move(result));
    } catch (const Error& error) {
      failed_(error.problem());
    } catch (const std::exception& error) {
      failed_(error.what());
    }
  }
}

} // namespace hipcuff::viewer
