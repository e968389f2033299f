#include "view/timeline.h"

#include "model/exam.h"
#include "view/grade_colour.h"
#include "view/pane.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff::viewer {
namespace {

constexpr int margin = 10;
constexpr std::array<double, 7> speeds = {0.1, 0.25, 0.5, 1, 1.5, 2, 4};

} // namespace

TimelineStrip::TimelineStrip(QWidget* parent)
    : QWidget(parent) {
  setObjectName(QStringLiteral("timeline.strip"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setMinimumHeight(40);
  setToolTip(tr("Drag to go through the cine; drag the triangles to loop a part of it. Ticks: analysed frames, the "
                "taller the worse the grade."));
}

void TimelineStrip::setFrames(int frames) {
  frames_ = frames;
  update();
}
void TimelineStrip::setFrame(int frame) {
  if (frame == frame_)
    return;
  frame_ = frame;
  update();
}
void TimelineStrip::setMeasured(std::optional<int> frame) {
  measured_ = frame;
  update();
}
void TimelineStrip::setAnalysed(std::vector<FrameSummary> frames) {
  analysed_ = std::move(frames);
  update();
}
void TimelineStrip::setLoop(int first, int last) {
  first_ = first;
  last_ = last;
  update();
}

int TimelineStrip::frameAt(int x) const {
  if (frames_ < 2)
    return 0;
  const double t = static_cast<double>(x - margin) / std::max(1, width() - 2 * margin);
  return std::clamp(static_cast<int>(std::lround(t * (frames_ - 1))), 0, frames_ - 1);
}

int TimelineStrip::xOf(int frame) const {
  if (frames_ < 2)
    return margin;
  return margin + static_cast<int>(std::lround(static_cast<double>(frame) / (frames_ - 1) * (width() - 2 * margin)));
}

void TimelineStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QColor text = palette().color(QPalette::WindowText);
  const int base = height() - 12;
  painter.setPen(Qt::NoPen);
  painter.setBrush(palette().color(QPalette::Mid));
  painter.drawRect(margin, base, width() - 2 * margin, 3);
  if (frames_ < 2)
    return;
  painter.setBrush(palette().color(QPalette::Highlight));
  painter.drawRect(xOf(first_), base, std::max(1, xOf(last_) - xOf(first_)), 3);
  for (const FrameSummary& f : analysed_) {
    const int tall = f.grade == GradeClass::notGradable ? 4 : 7 + 5 * severity(f.grade);
    painter.setBrush(colourOf(f.grade));
    painter.drawRect(xOf(f.frame) - 1, base - 2 - std::min(tall, base - 4), 3, std::min(tall, base - 4));
  }
  painter.setBrush(text);
  for (const auto& [frame, side] : {std::pair(first_, 1), std::pair(last_, -1)}) {
    const int x = xOf(frame);
    const std::array<QPoint, 3> triangle = {QPoint(x, base + 4), QPoint(x, base + 12), QPoint(x - side * 7, base + 12)};
    painter.drawPolygon(triangle.data(), 3);
  }
  if (measured_) {
    const int x = xOf(*measured_);
    painter.setPen(QPen(text, 1, Qt::DotLine));
    painter.drawLine(x, 2, x, base);
  }
  painter.setPen(QPen(text, 2));
  painter.drawLine(xOf(frame_), 0, xOf(frame_), base + 4);
}

void TimelineStrip::mousePressEvent(QMouseEvent* event) {
  if (frames_ < 2 || event->button() != Qt::LeftButton)
    return;
  drag_ = Drag::frame;
  if (event->y() > height() - 12) {
    const int toFirst = std::abs(event->x() - xOf(first_));
    const int toLast = std::abs(event->x() - xOf(last_));
    if (std::min(toFirst, toLast) < 12)
      drag_ = toFirst <= toLast ? Drag::first : Drag::last;
  }
  mouseMoveEvent(event);
}

void TimelineStrip::mouseMoveEvent(QMouseEvent* event) {
  const int frame = frameAt(event->x());
  switch (drag_) {
  case Drag::frame:
    emit scrubbed(frame);
    break;
  case Drag::first:
    emit loopChanged(std::min(frame, last_), last_);
    break;
  case Drag::last:
    emit loopChanged(first_, std::max(frame, first_));
    break;
  case Drag::none:
    break;
  }
}

void TimelineStrip::mouseReleaseEvent(QMouseEvent*) {
  drag_ = Drag::none;
}

bool TimelineStrip::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && !analysed_.empty()) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const FrameSummary* nearest = nullptr;
    for (const FrameSummary& f : analysed_)
      if (std::abs(xOf(f.frame) - help->x()) < 5 &&
          (nearest == nullptr || std::abs(xOf(f.frame) - help->x()) < std::abs(xOf(nearest->frame) - help->x())))
        nearest = &f;
    if (nearest != nullptr) {
      QString words = tr("Frame %1: %2").arg(nearest->frame + 1).arg(gradeWord(nearest->grade));
      if (nearest->grade != GradeClass::notGradable)
        words += tr(", %1 %").arg(std::lround(100 * nearest->confidence));
      if (nearest->thicknessMaxMm)
        words += tr(", at most %1 mm thick").arg(*nearest->thicknessMaxMm, 0, 'f', 1);
      QToolTip::showText(help->globalPos(), words, this);
      return true;
    }
  }
  return QWidget::event(event);
}

Timeline::Timeline(QWidget* parent)
    : QWidget(parent)
    , play_(new QToolButton(this))
    , strip_(new TimelineStrip(this))
    , words_(new QLabel(this))
    , speed_(new QComboBox(this)) {
  setObjectName(QStringLiteral("timeline"));
  play_->setObjectName(QStringLiteral("timeline.play"));
  play_->setToolTip(tr("Play or pause (Space)"));
  play_->setAutoRaise(true);
  words_->setObjectName(QStringLiteral("timeline.words"));
  speed_->setObjectName(QStringLiteral("timeline.speed"));
  speed_->setToolTip(tr("Speed against the recording"));
  for (const double speed : speeds)
    speed_->addItem(tr("%1 ×").arg(speed), speed);
  speed_->setCurrentIndex(3);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(6, 2, 6, 2);
  layout->addWidget(play_);
  layout->addWidget(strip_, 1);
  layout->addWidget(words_);
  layout->addWidget(speed_);
  connect(play_, &QToolButton::clicked, this, &Timeline::playToggled);
  connect(strip_, &TimelineStrip::scrubbed, this, &Timeline::seeked);
  connect(strip_, &TimelineStrip::loopChanged, this, &Timeline::loopChanged);
  connect(speed_, qOverload<int>(&QComboBox::currentIndexChanged), this, [this] { emit speedChanged(speed()); });
}

double Timeline::speed() const {
  return speed_->currentData().toDouble();
}

void Timeline::setPane(Pane* pane) {
  pane_ = pane;
  refresh();
}

void Timeline::refresh() {
  const Picture* picture = pane_ != nullptr ? pane_->picture() : nullptr;
  const int frames = picture != nullptr ? picture->frames() : 0;
  setEnabled(frames > 1);
  strip_->setFrames(frames);
  const ImageResult* result = picture != nullptr ? picture->result() : nullptr;
  strip_->setMeasured(frames > 1 && result != nullptr ? result->frame : std::nullopt);
  strip_->setAnalysed(result != nullptr && frames > 1 ? result->frameSummaries : std::vector<FrameSummary>());
  if (pane_ != nullptr)
    strip_->setLoop(pane_->clock().loopFirst(), pane_->clock().loopLast());
  refreshFrame();
}

void Timeline::refreshFrame() {
  const Picture* picture = pane_ != nullptr ? pane_->picture() : nullptr;
  if (picture == nullptr || picture->frames() < 2) {
    words_->setText(picture != nullptr ? tr("still") : QString());
    play_->setText(QStringLiteral("▶"));
    return;
  }
  play_->setText(pane_->playing() ? QStringLiteral("❚❚") : QStringLiteral("▶"));
  strip_->setFrame(pane_->frame());
  const PlayClock& clock = pane_->clock();
  QString words = tr("%1 / %2 · %3 s · %4 fps")
                      .arg(pane_->frame() + 1)
                      .arg(picture->frames())
                      .arg(clock.timeOf(pane_->frame()), 0, 'f', 2)
                      .arg(clock.framesPerSecond(), 0, 'f', clock.framesPerSecond() < 10 ? 1 : 0);
  if (!clock.timesKnown())
    words += tr(" (assumed)");
  words_->setText(words);
}

} // namespace hipcuff::viewer
