// The frame on screen analysed as it is shown, on a thread of its own; frames that come faster than that are left out.
#pragma once

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/core/screen.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace hipcuff::viewer {

class LiveAnalysis {
public:
  /// @param done called on the worker's thread with each result
  /// @param failed called there where a frame can't be analysed: a plugin fails on it. The words say why
  LiveAnalysis(Stages stages, Criteria criteria, std::function<void(std::shared_ptr<const ImageResult>)> done,
               std::function<void(const std::string&)> failed);
  ~LiveAnalysis();
  LiveAnalysis(const LiveAnalysis&) = delete;
  LiveAnalysis& operator=(const LiveAnalysis&) = delete;

  /// Takes the place of what waits. @param like the picture's result: its source, side, view and scale hold for the
  ///        frame too, its geometry and grade don't
  void analyse(std::shared_ptr<const RgbImage> picture, int frame, const hipcuff::Pane& pane, const ImageResult& like);

private:
  struct Job {
    std::shared_ptr<const RgbImage> picture;
    int frame = 0;
    hipcuff::Pane pane;
    ImageResult like;
  };
  void work(const std::stop_token& stop);

  Stages stages_;
  Criteria criteria_;
  std::function<void(std::shared_ptr<const ImageResult>)> done_;
  std::function<void(const std::string&)> failed_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Job> next_;
  std::jthread thread_; ///< last
};

} // namespace hipcuff::viewer
