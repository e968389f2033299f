// A picture with its overlay in a Qt widget, and the pointer's doings handed on in picture pixels.
#pragma once

#include "view/presentation.h"

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"
#include "hipcuff/rendering/picture_view.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QVTKOpenGLNativeWidget;

namespace hipcuff::viewer {

/// Where the pointer is and what it does.
struct Pointer {
  Point px;     ///< picture pixels
  Point window; ///< window (device) pixels
  Qt::MouseButton button = Qt::NoButton;
  Qt::MouseButtons buttons;
  Qt::KeyboardModifiers modifiers;
};

class PictureWidget : public QWidget {
  Q_OBJECT
public:
  explicit PictureWidget(Presentation presentation, QWidget* parent = nullptr);
  ~PictureWidget() override;

  /// The picture is shared, not copied, until it is drawn.
  void setPicture(std::shared_ptr<const RgbImage> picture, std::optional<Spacing> mmPerPx);
  void setScale(std::optional<Spacing> mmPerPx); ///< of the picture that is there
  void setScene(OverlayScene scene);
  void setStyle(const OverlayStyle& style);
  void setTools(std::vector<ToolMark> marks);
  void setCurve(const GreyCurve& curve);
  [[nodiscard]] const GreyCurve& curve() const noexcept { return curve_; }
  void setSmooth(bool smooth);
  [[nodiscard]] bool smooth() const noexcept { return smooth_; }
  /// Words in the middle instead of a picture; empty: none.
  void setMessage(const QString& message);

  /// After a change through it call redraw().
  [[nodiscard]] Viewport& viewport() noexcept { return view_->viewport(); }
  [[nodiscard]] const Viewport& viewport() const noexcept { return view_->viewport(); }
  void redraw();
  /// Draws now rather than when Qt comes to it: a playing cine is on time or it is not.
  void redrawNow();
  [[nodiscard]] bool hasPicture() const noexcept { return picture_ != nullptr; }
  [[nodiscard]] Pointer pointerAt(const QPointF& position) const;
  /// Widget position of a picture pixel (tests drive the pointer with it).
  [[nodiscard]] QPoint positionOf(Point px) const;
  /// What is on screen.
  [[nodiscard]] QImage snapshot();

signals:
  void pressed(const hipcuff::viewer::Pointer& pointer);
  void moved(const hipcuff::viewer::Pointer& pointer);
  void released(const hipcuff::viewer::Pointer& pointer);
  void doubleClicked(const hipcuff::viewer::Pointer& pointer);
  void wheel(const hipcuff::viewer::Pointer& pointer, double steps);
  void left();
  void viewportChanged(); ///< by a resize

protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  bool event(QEvent* event) override;

private:
  void takeSize();
  void renderIfNeeded();
  [[nodiscard]] Pointer pointerOf(const QMouseEvent& event) const;

  Presentation presentation_;
  QVTKOpenGLNativeWidget* surface_ = nullptr; ///< Presentation::openGl only
  std::unique_ptr<PictureView> view_;
  std::shared_ptr<const RgbImage> picture_;
  std::optional<Spacing> mmPerPx_;
  GreyCurve curve_;
  bool smooth_ = true;
  bool stale_ = true;
  bool queued_ = false; ///< a drawing by OpenGL
  QString message_;
  QImage shown_;
};

} // namespace hipcuff::viewer
