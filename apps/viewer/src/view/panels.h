// The panels around the picture: layers, profile chart, unrolled tendon.
#pragma once

#include "view/picture_widget.h"

#include "hipcuff/core/result.h"
#include "hipcuff/rendering/overlay_style.h"
#include "hipcuff/rendering/profile_chart.h"
#include "hipcuff/rendering/unrolled.h"

#include <QWidget>

#include <memory>
#include <optional>

class QVTKOpenGLNativeWidget;

namespace hipcuff::viewer {

/// A switch and an opacity for each layer of the overlay.
class LayersPanel : public QWidget {
  Q_OBJECT
public:
  explicit LayersPanel(QWidget* parent = nullptr);
  void setStyle(const OverlayStyle& style);
  [[nodiscard]] const OverlayStyle& style() const noexcept { return style_; }

signals:
  void styleChanged(const hipcuff::OverlayStyle& style);

private:
  OverlayStyle style_;
};

/// VTK's chart in a Qt widget; the pointer is handed on as a position along the tendon.
class ProfilePanel : public QWidget {
  Q_OBJECT
public:
  explicit ProfilePanel(Presentation presentation, QWidget* parent = nullptr);
  ~ProfilePanel() override;
  void setImage(const ImageResult* image); ///< null: empty
  void setCompared(const ImageResult* image, const QString& name);
  void setMark(std::optional<double> positionMm);
  void setStyle(const ChartStyle& style);
  [[nodiscard]] QSize sizeHint() const override { return {600, 190}; }

signals:
  void hovered(std::optional<double> positionMm);
  void clicked(double positionMm);

protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;

private:
  [[nodiscard]] std::optional<double> positionAt(const QPointF& at) const;
  void redraw();
  Presentation presentation_;
  QVTKOpenGLNativeWidget* surface_ = nullptr;
  std::unique_ptr<ProfileChart> chart_;
  bool stale_ = true;
  bool empty_ = true;
  QImage shown_;
};

/// The tendon laid out flat.
class UnrolledPanel : public QWidget {
  Q_OBJECT
public:
  explicit UnrolledPanel(Presentation presentation, QWidget* parent = nullptr);
  /// @param picture the pane's pixels of the frame measured; null: empty
  void setImage(const ImageResult* image, const RgbImage* picture, double angleMaxDeg);
  void setMark(std::optional<double> positionMm);
  void setStyle(const OverlayStyle& style);
  [[nodiscard]] QSize sizeHint() const override { return {600, 190}; }

signals:
  void hovered(std::optional<double> positionMm);

private:
  PictureWidget* view_;
  std::optional<UnrolledTendon> unrolled_;
};

} // namespace hipcuff::viewer
