#include "view/pane_grid.h"

#include <QGridLayout>

namespace hipcuff::viewer {

PaneGrid::PaneGrid(Workspace& workspace, Presentation presentation, QWidget* parent)
    : QWidget(parent)
    , layout_(new QGridLayout(this)) {
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(2);
  for (int i = 0; i < 4; ++i) {
    auto* pane = new Pane(workspace, presentation, this);
    panes_[static_cast<std::size_t>(i)] = pane;
    layout_->addWidget(pane, i / 2, i % 2);
    pane->setVisible(i == 0);
    connect(pane, &Pane::activated, this, [this, i] { setActive(i); });
    connect(pane, &Pane::frameChanged, this, [this, i] {
      if (i == active_)
        emit frameChanged();
    });
    connect(pane, &Pane::stepped, this, [this, i](int frames) {
      setActive(i);
      step(frames);
    });
    connect(pane, &Pane::applying, this, &PaneGrid::applying);
    connect(pane, &Pane::said, this, &PaneGrid::said);
    connect(pane, &Pane::wantsTool, this, &PaneGrid::wantsTool);
    connect(pane, &Pane::hovered, this, [this, i](std::optional<double> position) {
      if (i == active_)
        emit hovered(position);
    });
    connect(pane, &Pane::previewed, this, [this, i](const ImageResult* result) {
      if (i == active_)
        emit previewed(result);
    });
    connect(pane, &Pane::fittedAlone, this, [this] {
      if (linked_ && count_ > 1 && !fitting_)
        refit_.start();
    });
    connect(pane, &Pane::zoomed, this, [this, i] {
      if (linked_ && count_ > 1)
        sameScale(i);
    });
  }
  panes_[0]->setActive(true);
  refit_.setSingleShot(true); // once for all panes that a change of the layout resized
  connect(&refit_, &QTimer::timeout, this, &PaneGrid::joinScale);
  // Finer than any frame: a frame is due when its time has come, not when a 16 ms grid says so.
  tick_.setTimerType(Qt::PreciseTimer);
  tick_.setInterval(2);
  connect(&tick_, &QTimer::timeout, this, [this] {
    const double now = secondsNow();
    bool playing = false;
    for (int i = 0; i < count_; ++i) {
      pane(i).tick(now);
      playing = playing || pane(i).playing();
    }
    if (!playing)
      tick_.stop();
  });
}

template <typename Do>
void PaneGrid::each(const Do& act) {
  for (int i = 0; i < count_; ++i)
    if (linked_ || i == active_)
      act(pane(i));
}

void PaneGrid::setCount(int count) {
  count_ = count >= 4 ? 4 : count >= 2 ? 2 : 1;
  for (int i = 0; i < 4; ++i) {
    if (i >= count_)
      pane(i).play(false);
    pane(i).setVisible(i < count_);
  }
  if (active_ >= count_)
    setActive(0);
  for (int i = 0; i < count_; ++i) // each pane has another size now
    pane(i).fitPane();
  emit countChanged();
}

void PaneGrid::setActive(int index) {
  if (index == active_)
    return;
  active().setActive(false);
  active_ = index;
  active().setActive(true);
  emit activeChanged();
}

void PaneGrid::setLinked(bool linked) {
  linked_ = linked;
  if (linked_ && count_ > 1)
    sameScale(active_);
}

void PaneGrid::sameScale(int from) {
  const auto scale = pane(from).pixelsPerMm();
  if (!scale)
    return;
  for (int i = 0; i < count_; ++i)
    if (i != from)
      pane(i).setPixelsPerMm(*scale);
}

void PaneGrid::togglePlay() {
  const bool on = !active().playing();
  each([on](Pane& p) { p.play(on); });
  if (on)
    tick_.start();
  emit frameChanged();
}

void PaneGrid::step(int frames) {
  each([frames](Pane& p) {
    p.play(false);
    p.setFrame(p.frame() + frames);
  });
}

void PaneGrid::seek(int frame) {
  const double at = active().clock().timeOf(frame);
  Pane* const mine = &active();
  each([&](Pane& p) {
    p.play(false);
    if (&p == mine) {
      p.setFrame(frame);
      return;
    }
    p.clock().seekTime(at, secondsNow());
    p.setFrame(p.clock().frameAt(secondsNow()));
  });
}

void PaneGrid::fit() {
  if (!linked_ || count_ < 2) {
    active().fitPane();
    return;
  }
  fitting_ = true;
  std::optional<double> smallest;
  for (int i = 0; i < count_; ++i) {
    pane(i).fitPane();
    if (const auto scale = pane(i).pixelsPerMm(); scale && (!smallest || *scale < *smallest))
      smallest = scale;
  }
  for (int i = 0; i < count_ && smallest; ++i)
    if (pane(i).pixelsPerMm()) {
      pane(i).setPixelsPerMm(*smallest);
      pane(i).alignTop();
    }
  fitting_ = false;
}

void PaneGrid::joinScale() {
  if (!linked_ || count_ < 2)
    return;
  // A picture that comes to others takes their scale; where all are new, the smallest goes for all.
  std::optional<double> others;
  for (int i = 0; i < count_ && !others; ++i)
    if (!pane(i).fitted())
      others = pane(i).pixelsPerMm();
  if (!others) {
    fit();
    return;
  }
  for (int i = 0; i < count_; ++i)
    if (pane(i).fitted() && pane(i).pixelsPerMm()) {
      pane(i).setPixelsPerMm(*others);
      pane(i).alignTop();
    }
}

void PaneGrid::setLoop(int first, int last) {
  active().clock().setLoop(first, last);
}

void PaneGrid::setSpeed(double factor) {
  for (Pane* p : panes_) {
    const double now = secondsNow();
    const double at = p->clock().positionAt(now);
    p->clock().setSpeed(factor);
    p->clock().seekTime(at, now);
  }
}

void PaneGrid::setTool(ToolKind kind) {
  for (Pane* p : panes_)
    p->setTool(kind);
}

void PaneGrid::setSnapping(bool on) {
  for (Pane* p : panes_)
    p->setSnapping(on);
}

void PaneGrid::setStyle(const OverlayStyle& style) {
  for (Pane* p : panes_)
    p->setStyle(style);
}

void PaneGrid::setOverlayShown(bool shown) {
  for (Pane* p : panes_)
    p->setOverlayShown(shown);
}

void PaneGrid::setLive(bool live) {
  for (Pane* p : panes_)
    p->setLive(live);
}

void PaneGrid::setBlinded(bool blinded) {
  for (Pane* p : panes_)
    p->setBlinded(blinded);
}

void PaneGrid::setSmooth(bool smooth) {
  for (Pane* p : panes_)
    p->widget().setSmooth(smooth);
}

void PaneGrid::refresh(int picture) {
  for (Pane* p : panes_)
    if (p->pictureId() == picture || (p->pictureId() != 0 && p->picture() == nullptr))
      p->refresh();
}

} // namespace hipcuff::viewer
