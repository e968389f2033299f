#include "view/panels.h"

#include <QVTKOpenGLNativeWidget.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>

#include <QCheckBox>
#include <QCoreApplication>
#include <QGridLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include <array>
#include <cmath>

namespace hipcuff::viewer {
namespace {

struct LayerText {
  OverlayLayer layer;
  const char* id;
  const char* name;
  const char* tip;
};

constexpr std::array<LayerText, overlayLayerCount> layerTexts = {{
    {OverlayLayer::cortex, "cortex", QT_TRANSLATE_NOOP("Layers", "Cortex"),
     QT_TRANSLATE_NOOP("Layers", "The bone's surface that the program found")},
    {OverlayLayer::facets, "facets", QT_TRANSLATE_NOOP("Layers", "Facets"),
     QT_TRANSLATE_NOOP("Layers", "The trochanter's faces, with their ends")},
    {OverlayLayer::borders, "borders", QT_TRANSLATE_NOOP("Layers", "Tendon borders"),
     QT_TRANSLATE_NOOP("Layers", "Superficial border and underside of the gluteus medius tendon")},
    {OverlayLayer::discontinuities, "discontinuities", QT_TRANSLATE_NOOP("Layers", "Discontinuities"),
     QT_TRANSLATE_NOOP("Layers", "Where fibres are interrupted; hatched by kind")},
    {OverlayLayer::unassessable, "unassessable", QT_TRANSLATE_NOOP("Layers", "Can't be judged"),
     QT_TRANSLATE_NOOP("Layers", "Where the beam meets the fibres too obliquely: darkness means nothing there")},
    {OverlayLayer::labels, "labels", QT_TRANSLATE_NOOP("Layers", "Labels"),
     QT_TRANSLATE_NOOP("Layers", "Words beside what is drawn")},
    {OverlayLayer::annotations, "annotations", QT_TRANSLATE_NOOP("Layers", "My measurements"),
     QT_TRANSLATE_NOOP("Layers", "Calipers, angles and notes of your own")},
    {OverlayLayer::scale, "scale", QT_TRANSLATE_NOOP("Layers", "Scale"),
     QT_TRANSLATE_NOOP("Layers", "Millimetres at the picture's edge")},
}};

} // namespace

LayersPanel::LayersPanel(QWidget* parent)
    : QWidget(parent) {
  setObjectName(QStringLiteral("layers"));
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(8, 4, 8, 4);
  grid->setVerticalSpacing(2);
  int row = 0;
  for (const LayerText& text : layerTexts) {
    auto* box = new QCheckBox(QCoreApplication::translate("Layers", text.name), this);
    box->setObjectName(QStringLiteral("layer.") + QLatin1String(text.id));
    box->setToolTip(QCoreApplication::translate("Layers", text.tip));
    box->setChecked(true);
    auto* slider = new QSlider(Qt::Horizontal, this);
    slider->setObjectName(QStringLiteral("opacity.") + QLatin1String(text.id));
    slider->setToolTip(tr("How strongly it is drawn"));
    slider->setAccessibleName(tr("Opacity of %1").arg(box->text()));
    slider->setRange(10, 100);
    slider->setValue(100);
    grid->addWidget(box, row, 0);
    grid->addWidget(slider, row, 1);
    const OverlayLayer layer = text.layer;
    connect(box, &QCheckBox::toggled, this, [this, layer, slider](bool on) {
      style_.of(layer).shown = on;
      slider->setEnabled(on);
      emit styleChanged(style_);
    });
    connect(slider, &QSlider::valueChanged, this, [this, layer](int value) {
      style_.of(layer).opacity = value / 100.0;
      emit styleChanged(style_);
    });
    ++row;
  }
  grid->setColumnStretch(1, 1);
  grid->setRowStretch(row, 1);
}

void LayersPanel::setStyle(const OverlayStyle& style) {
  for (const LayerText& text : layerTexts) {
    auto* box = findChild<QCheckBox*>(QStringLiteral("layer.") + QLatin1String(text.id));
    auto* slider = findChild<QSlider*>(QStringLiteral("opacity.") + QLatin1String(text.id));
    const QSignalBlocker quietBox(box);
    const QSignalBlocker quietSlider(slider);
    box->setChecked(style.of(text.layer).shown);
    slider->setValue(static_cast<int>(std::lround(100 * style.of(text.layer).opacity)));
    slider->setEnabled(style.of(text.layer).shown);
  }
  style_ = style;
  emit styleChanged(style_);
}

ProfilePanel::ProfilePanel(Presentation presentation, QWidget* parent)
    : QWidget(parent)
    , presentation_(presentation) {
  setObjectName(QStringLiteral("profile"));
  setMouseTracking(true);
  setMinimumSize(160, 90);
  setToolTip(tr("Thickness along the tendon with its 95 % interval; point at it to see the place in the picture"));
  if (presentation_ == Presentation::openGl) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    surface_ = new QVTKOpenGLNativeWidget(this);
    surface_->setAttribute(Qt::WA_TransparentForMouseEvents);
    vtkNew<vtkGenericOpenGLRenderWindow> window;
    window->SetMultiSamples(0);
    surface_->setRenderWindow(window);
    layout->addWidget(surface_);
    chart_ = std::make_unique<ProfileChart>(window);
  } else {
    setAttribute(Qt::WA_OpaquePaintEvent);
    chart_ = std::make_unique<ProfileChart>();
  }
}

ProfilePanel::~ProfilePanel() {
  chart_.reset();
}

void ProfilePanel::redraw() {
  stale_ = true;
  if (surface_ != nullptr && isVisible())
    chart_->render();
  update();
}

void ProfilePanel::setImage(const ImageResult* image) {
  empty_ = image == nullptr;
  if (image != nullptr)
    chart_->setImage(*image);
  if (surface_ != nullptr)
    surface_->setVisible(!empty_);
  redraw();
}

void ProfilePanel::setCompared(const ImageResult* image, const QString& name) {
  chart_->setCompared(image, name.toStdString());
  redraw();
}

void ProfilePanel::setMark(std::optional<double> positionMm) {
  chart_->setMark(positionMm);
  redraw();
}

void ProfilePanel::setStyle(const ChartStyle& style) {
  chart_->setStyle(style);
  redraw();
}

void ProfilePanel::paintEvent(QPaintEvent*) {
  if (surface_ != nullptr && !empty_)
    return;
  QPainter painter(this);
  if (empty_) {
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.setPen(palette().color(QPalette::Disabled, QPalette::WindowText));
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, tr("The thickness along the tendon stands here"));
    return;
  }
  if (stale_) {
    chart_->render();
    const PictureView::Pixels pixels = chart_->grab();
    shown_ = pixels.data == nullptr
                 ? QImage()
                 : QImage(pixels.data, pixels.width, pixels.height, pixels.width * 4, QImage::Format_RGB32);
    stale_ = false;
  }
  shown_.setDevicePixelRatio(devicePixelRatioF());
  painter.drawImage(0, 0, shown_);
}

void ProfilePanel::resizeEvent(QResizeEvent*) {
  const double ratio = devicePixelRatioF();
  chart_->setSize(std::max(1, static_cast<int>(width() * ratio)), std::max(1, static_cast<int>(height() * ratio)));
  redraw();
}

std::optional<double> ProfilePanel::positionAt(const QPointF& at) const {
  if (empty_)
    return std::nullopt;
  return chart_->positionAt({at.x() * devicePixelRatioF(), at.y() * devicePixelRatioF()});
}

void ProfilePanel::mouseMoveEvent(QMouseEvent* event) {
  emit hovered(positionAt(event->localPos()));
}

void ProfilePanel::mousePressEvent(QMouseEvent* event) {
  if (const auto position = positionAt(event->localPos()))
    emit clicked(*position);
}

void ProfilePanel::leaveEvent(QEvent*) {
  emit hovered(std::nullopt);
}

UnrolledPanel::UnrolledPanel(Presentation presentation, QWidget* parent)
    : QWidget(parent)
    , view_(new PictureWidget(presentation, this)) {
  setObjectName(QStringLiteral("unrolled"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(view_);
  view_->setObjectName(QStringLiteral("unrolled.view"));
  view_->setMessage(tr("The tendon, laid out flat along the cortex, stands here"));
  connect(view_, &PictureWidget::moved, this, [this](const Pointer& p) {
    emit hovered(unrolled_ ? std::optional(unrolled_->positionMm(p.px.x)) : std::nullopt);
  });
  connect(view_, &PictureWidget::left, this, [this] { emit hovered(std::nullopt); });
  connect(view_, &PictureWidget::wheel, this, [this](const Pointer& p, double steps) {
    view_->viewport().zoomAt(p.window, std::pow(1.2, steps));
    view_->redraw();
  });
  connect(view_, &PictureWidget::doubleClicked, this, [this] {
    view_->viewport().fit();
    view_->redraw();
  });
}

void UnrolledPanel::setImage(const ImageResult* image, const RgbImage* picture, double angleMaxDeg) {
  unrolled_.reset();
  if (image != nullptr && picture != nullptr)
    unrolled_ = unrolled(*image, *picture, angleMaxDeg);
  if (!unrolled_) {
    view_->setPicture(nullptr, std::nullopt);
    view_->setMessage(tr("The tendon, laid out flat along the cortex, stands here"));
    return;
  }
  view_->setMessage({});
  auto pixels = std::make_shared<const RgbImage>(std::move(unrolled_->scene.picture));
  unrolled_->scene.picture = {};
  view_->setPicture(std::move(pixels), unrolled_->scene.mmPerPx);
  view_->setScene(unrolled_->scene);
}

void UnrolledPanel::setMark(std::optional<double> positionMm) {
  std::vector<ToolMark> marks;
  if (positionMm && unrolled_)
    marks.push_back(
        {ToolMark::Kind::line, {unrolled_->toUnrolled(*positionMm, -2), unrolled_->toUnrolled(*positionMm, 30)}, {}});
  view_->setTools(std::move(marks));
}

void UnrolledPanel::setStyle(const OverlayStyle& style) {
  view_->setStyle(style);
}

} // namespace hipcuff::viewer
