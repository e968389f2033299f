// The pane's cine: which frame is on screen, and when.
#include "view/pane.h"

#include "model/workspace.h"

#include "hipcuff/report/plugin_words.h"

#include <QMetaObject>

#include <algorithm>
#include <chrono>
#include <exception>

namespace hipcuff::viewer {

double secondsNow() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Picture* Pane::picture() const {
  return workspace_.picture(id_);
}

int Pane::frames() const {
  const Picture* p = picture();
  return p != nullptr ? p->frames() : 0;
}

void Pane::showPicture(int id) {
  if (id == id_ && id != 0) {
    workspace_.prefer(id); // its analysis may have been stopped
    refresh();
    return;
  }
  // What is half drawn is of the picture before, and so is what the pointer showed.
  if (tool_)
    tool_->cancel();
  clearHover();
  play(false);
  store_.reset();
  preview_.reset();
  live_.reset();
  liveAnalysis_.reset(); // what it was working on is of another picture
  id_ = id;
  frame_ = 0;
  shownFrame_ = -1;
  fitted_ = true;
  Picture* p = picture();
  if (p == nullptr) {
    view_->setPicture(nullptr, std::nullopt);
    view_->setMessage(tr("Open or drop files, folders or a results folder here"));
    updateHead();
    return;
  }
  // Nothing of the picture before, not even for the moment until this one is decoded: it may be another person's.
  view_->setPicture(nullptr, std::nullopt);
  clock_.setCine(p->frames(), p->cine && p->cine->frameTimes ? *p->cine->frameTimes : std::vector<double>());
  const ImageResult* result = p->result();
  untouched_ = result == nullptr;
  if (result != nullptr && result->frame)
    frame_ = std::clamp(*result->frame, 0, p->frames() - 1);
  clock_.seek(frame_, secondsNow());
  view_->setMessage({});
  if (p->cine) {
    // Called on the store's thread; the widget may be gone by the time the call arrives, the pane as its context is
    // not.
    store_ = std::make_unique<FrameStore>(p->cine->source->clone(), p->frames(), [this, id](int frame) {
      QMetaObject::invokeMethod(
          this,
          [this, id, frame] {
            if (id == id_ && store_ && !playing() && frame == frame_ && shownFrame_ != frame_)
              setFrame(frame_);
          },
          Qt::QueuedConnection);
    });
  }
  workspace_.prefer(id);
  setFrame(frame_);
  if (tool_)
    tool_->refresh();
}

void Pane::setFrame(int frame) {
  Picture* p = picture();
  if (p == nullptr)
    return;
  if (frame != frame_) {
    untouched_ = false;
    if (tool_)
      tool_->cancel();
  }
  clearHover();
  frame_ = std::clamp(frame, 0, p->frames() - 1);
  clock_.seek(frame_, secondsNow());
  if (p->still && !p->cine) {
    const ImageResult* result = p->result();
    frame_ = result != nullptr ? result->frame.value_or(0) : 0;
    showFrame(p->still);
    shownFrame_ = frame_;
  } else if (store_) {
    if (const auto problem = store_->problemOf(frame_)) {
      view_->setPicture(nullptr, std::nullopt);
      view_->setMessage(QString::fromStdString(*problem));
    } else if (auto decoded = store_->get(frame_, 4)) {
      view_->setMessage({});
      shownFrame_ = frame_;
      showFrame(decoded);
    }
  } else if (!p->problem.isEmpty()) {
    view_->setMessage(p->problem);
  }
  updateScene();
  updateHead();
  if (tool_)
    tool_->refresh();
  emit frameChanged(frame_);
}

void Pane::showFrame(const FrameStore::Picture& decoded) {
  const Picture* p = picture();
  view_->setPicture(blinded(decoded), p != nullptr ? p->mmPerPx() : std::nullopt);
  analyseLive(decoded);
  if (fitted_ && !playing())
    fitPane();
}

void Pane::play(bool on) {
  if (on)
    untouched_ = false;
  if (on == clock_.playing() || (on && frames() < 2))
    return;
  const double now = secondsNow();
  if (on) {
    shown_ = late_ = 0;
    preview_.reset();
    clock_.play(now);
  } else {
    clock_.pause(now);
    live_.reset(); // while playing it was drawn a frame or two late
    setFrame(clock_.frameAt(now));
  }
  updateScene();
  updateHead();
}

void Pane::tick(double now) {
  if (!clock_.playing() || !store_)
    return;
  const int due = clock_.frameAt(now);
  if (due == shownFrame_)
    return;
  constexpr int ahead = 12;
  FrameStore::Picture decoded = store_->get(due, ahead, clock_.loopFirst(), clock_.loopLast());
  int got = due;
  if (!decoded) {
    ++late_;
    // Better a frame late than none: what is decoded between the one on screen and the one that is due.
    decoded = store_->nearestBefore(due, 8, got);
    if (!decoded || got == shownFrame_ || (got < shownFrame_ && shownFrame_ < due))
      return;
  }
  ++shown_;
  const Picture* p = picture();
  const ImageResult* result = p != nullptr ? p->result() : nullptr;
  const int measured = result != nullptr ? result->frame.value_or(-1) : -1;
  const auto marked = [&](int f) {
    if (f == measured)
      return true;
    return result != nullptr && result->review &&
           std::any_of(result->review->annotations.begin(), result->review->annotations.end(),
                       [f](const Annotation& a) { return a.frame == f; });
  };
  const bool sceneDiffers = marked(shownFrame_) || marked(got);
  frame_ = shownFrame_ = got;
  clearHover();
  view_->setMessage({});
  view_->setPicture(blinded(decoded), p != nullptr ? p->mmPerPx() : std::nullopt);
  // Playing, the overlay is the last analysed frame's until the next one is ready.
  if (sceneDiffers)
    updateScene();
  analyseLive(decoded);
  view_->redrawNow();
  emit frameChanged(frame_);
}

void Pane::goToMeasured() {
  const Picture* p = picture();
  if (p != nullptr && p->result() != nullptr && p->result()->frame) {
    play(false);
    setFrame(*p->result()->frame);
  }
}

void Pane::setLive(bool live) {
  liveOn_ = live;
  live_.reset();
  if (!live)
    liveAnalysis_.reset();
  updateScene();
  updateHead();
  if (live && shownFrame_ >= 0 && !playing())
    setFrame(frame_);
}

void Pane::analyseLive(const FrameStore::Picture& decoded) {
  Picture* p = picture();
  if (!liveOn_ || blinded_ || p == nullptr || !p->review || !p->cine || p->frames() < 2 || shownResult() != nullptr)
    return;
  if (!liveAnalysis_)
    liveAnalysis_ = std::make_unique<LiveAnalysis>(
        workspace_.stages(), workspace_.criteria(),
        [this, id = id_](std::shared_ptr<const ImageResult> result) {
          QMetaObject::invokeMethod(
              this,
              [this, id, result] {
                if (id != id_ || !liveOn_)
                  return;
                live_ = result;
                if (playing())
                  live_ = std::make_shared<const ImageResult>([&] {
                    ImageResult shifted = *result; // a frame or two late, and drawn as of now
                    shifted.frame = frame_;
                    return shifted;
                  }());
                updateScene();
                if (!playing())
                  updateHead();
                if (const std::string failed = report::standInsText(*result); !failed.empty())
                  emit said(tr("A plugin failed on frame %1 (%2): HipCuff's own stage stood in")
                                .arg(result->frame.value_or(0))
                                .arg(QString::fromStdString(failed)));
              },
              Qt::QueuedConnection);
        },
        [this, id = id_](const std::string& why) {
          QMetaObject::invokeMethod(
              this,
              [this, id, why] {
                if (id != id_ || !liveOn_)
                  return;
                live_.reset(); // no lines of an earlier frame
                updateScene();
                updateHead();
                emit said(QString::fromStdString(why));
              },
              Qt::QueuedConnection);
        });
  try {
    hipcuff::Pane pane = p->access.pane();
    pane.mmPerPx = p->review->current().mmPerPx; // a person may have calibrated it
    pane.calibrationOrigin = p->review->current().calibrationOrigin;
    liveAnalysis_->analyse(decoded, frame_, pane, p->review->current());
  } catch (const std::exception& error) {
    emit said(QString::fromUtf8(error.what()));
  }
}

FrameStore::Picture Pane::blinded(const FrameStore::Picture& decoded) const {
  const Picture* mine = picture();
  const Exam* exam = workspace_.examOf(id_);
  if (!blinded_ || mine == nullptr || exam == nullptr || !decoded)
    return decoded;
  auto out = std::make_shared<RgbImage>(decoded->width, decoded->height);
  for (const auto& other : exam->pictures) {
    if (other->key.path != mine->key.path || other->result() == nullptr || !other->result()->regionPx)
      continue;
    const PixelBox box = intersection(*other->result()->regionPx, {0, 0, decoded->width - 1, decoded->height - 1});
    for (int y = box.y0; y <= box.y1; ++y)
      std::copy_n(decoded->data.data() + decoded->index(box.x0, y), static_cast<std::size_t>(box.width()) * 3,
                  out->data.data() + out->index(box.x0, y));
  }
  return out;
}

} // namespace hipcuff::viewer
