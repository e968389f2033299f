#include "view/picture_widget.h"

#include <QVTKOpenGLNativeWidget.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>

#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <cmath>

namespace hipcuff::viewer {

PictureWidget::PictureWidget(Presentation presentation, QWidget* parent)
    : QWidget(parent)
    , presentation_(presentation) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(120, 90);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  if (presentation_ == Presentation::openGl) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    surface_ = new QVTKOpenGLNativeWidget(this);
    // The pointer is read by this widget, so that tools work the same however the picture is shown.
    surface_->setAttribute(Qt::WA_TransparentForMouseEvents);
    surface_->setEnableHiDPI(true);
    vtkNew<vtkGenericOpenGLRenderWindow> window;
    window->SetMultiSamples(0);
    surface_->setRenderWindow(window);
    layout->addWidget(surface_);
    view_ = std::make_unique<PictureView>(window);
  } else {
    setAttribute(Qt::WA_OpaquePaintEvent);
    view_ = std::make_unique<PictureView>();
  }
  view_->setSmooth(smooth_);
}

PictureWidget::~PictureWidget() {
  view_.reset(); // before the window that it draws into
}

void PictureWidget::setPicture(std::shared_ptr<const RgbImage> picture, std::optional<Spacing> mmPerPx) {
  if (picture_ == picture && mmPerPx_ == mmPerPx)
    return;
  picture_ = std::move(picture);
  mmPerPx_ = mmPerPx;
  if (picture_)
    view_->setPicture(*picture_, mmPerPx_);
  redraw();
}

void PictureWidget::setScale(std::optional<Spacing> mmPerPx) {
  if (picture_)
    setPicture(picture_, mmPerPx);
}

void PictureWidget::setScene(OverlayScene scene) {
  view_->setScene(std::move(scene));
  redraw();
}

void PictureWidget::setStyle(const OverlayStyle& style) {
  view_->setStyle(style);
  redraw();
}

void PictureWidget::setTools(std::vector<ToolMark> marks) {
  view_->setTools(std::move(marks));
  redraw();
}

void PictureWidget::setCurve(const GreyCurve& curve) {
  if (curve == curve_)
    return;
  curve_ = curve;
  view_->setCurve(curve);
  redraw();
}

void PictureWidget::setSmooth(bool smooth) {
  smooth_ = smooth;
  view_->setSmooth(smooth);
  redraw();
}

void PictureWidget::setMessage(const QString& message) {
  if (message_ == message)
    return;
  message_ = message;
  update();
}

void PictureWidget::redraw() {
  stale_ = true;
  update();
  if (surface_ == nullptr || queued_)
    return;
  // Several changes, one drawing.
  queued_ = true;
  QMetaObject::invokeMethod(
      this,
      [this] {
        queued_ = false;
        if (picture_ && isVisible())
          view_->render();
      },
      Qt::QueuedConnection);
}

void PictureWidget::redrawNow() {
  if (!isVisible())
    return;
  if (surface_ != nullptr) {
    view_->render();
    surface_->repaint();
  } else {
    repaint();
  }
}

void PictureWidget::renderIfNeeded() {
  if (!stale_ || !picture_)
    return;
  view_->render();
  const PictureView::Pixels pixels = view_->grab();
  // The view keeps the pixels until the next grab, which comes with the next render.
  shown_ = pixels.data == nullptr
               ? QImage()
               : QImage(pixels.data, pixels.width, pixels.height, pixels.width * 4, QImage::Format_RGB32);
  stale_ = false;
}

void PictureWidget::paintEvent(QPaintEvent*) {
  if (presentation_ == Presentation::openGl) {
    if (surface_ != nullptr)
      surface_->setVisible(picture_ != nullptr && message_.isEmpty());
    if (picture_ && message_.isEmpty())
      return;
  }
  QPainter painter(this);
  if (!picture_ || !message_.isEmpty()) {
    painter.fillRect(rect(), Qt::black);
    painter.setPen(palette().color(QPalette::Disabled, QPalette::WindowText));
    painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, message_);
    return;
  }
  renderIfNeeded();
  shown_.setDevicePixelRatio(devicePixelRatioF());
  painter.drawImage(0, 0, shown_);
}

void PictureWidget::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  takeSize();
}

void PictureWidget::takeSize() {
  const double ratio = devicePixelRatioF();
  view_->setSize(std::max(1, static_cast<int>(std::lround(width() * ratio))),
                 std::max(1, static_cast<int>(std::lround(height() * ratio))));
  redraw();
  emit viewportChanged();
}

Pointer PictureWidget::pointerAt(const QPointF& position) const {
  Pointer pointer;
  pointer.window = {position.x() * devicePixelRatioF(), position.y() * devicePixelRatioF()};
  pointer.px = viewport().toPicture(pointer.window);
  return pointer;
}

Pointer PictureWidget::pointerOf(const QMouseEvent& event) const {
  Pointer pointer = pointerAt(event.localPos());
  pointer.button = event.button();
  pointer.buttons = event.buttons();
  pointer.modifiers = event.modifiers();
  return pointer;
}

QPoint PictureWidget::positionOf(Point px) const {
  const Point window = viewport().toWindow(px);
  return {static_cast<int>(std::lround(window.x / devicePixelRatioF())),
          static_cast<int>(std::lround(window.y / devicePixelRatioF()))};
}

QImage PictureWidget::snapshot() {
  if (presentation_ == Presentation::openGl)
    return surface_->grabFramebuffer();
  renderIfNeeded();
  return shown_.copy();
}

void PictureWidget::mousePressEvent(QMouseEvent* event) {
  setFocus(Qt::MouseFocusReason);
  emit pressed(pointerOf(*event));
}

void PictureWidget::mouseMoveEvent(QMouseEvent* event) {
  emit moved(pointerOf(*event));
}

void PictureWidget::mouseReleaseEvent(QMouseEvent* event) {
  emit released(pointerOf(*event));
}

void PictureWidget::mouseDoubleClickEvent(QMouseEvent* event) {
  emit doubleClicked(pointerOf(*event));
}

void PictureWidget::wheelEvent(QWheelEvent* event) {
  Pointer pointer = pointerAt(event->position());
  pointer.modifiers = event->modifiers();
  pointer.buttons = event->buttons();
  const QPoint turn = event->angleDelta();
  emit wheel(pointer, (turn.y() != 0 ? turn.y() : turn.x()) / 120.0);
  event->accept();
}

void PictureWidget::leaveEvent(QEvent*) {
  emit left();
}

bool PictureWidget::event(QEvent* event) {
  if (event->type() == QEvent::ScreenChangeInternal) // its pixels may be of another size
    takeSize();
  else if (event->type() == QEvent::PaletteChange)
    redraw();
  return QWidget::event(event);
}

} // namespace hipcuff::viewer
