#include "view/pane.h"

#include "hipcuff/core/error.h"
#include "hipcuff/rendering/image_scene.h"
#include "model/workspace.h"
#include "view/grade_badge.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMetaObject>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace hipcuff::viewer {

Pane::Pane(Workspace& workspace, Presentation presentation, QWidget* parent)
    : QFrame(parent)
    , workspace_(workspace)
    , head_(new QLabel(this))
    , badge_(new GradeBadge(this))
    , view_(new PictureWidget(presentation, this)) {
  setObjectName(QStringLiteral("pane"));
  setProperty("active", false);
  head_->setObjectName(QStringLiteral("pane.head"));
  head_->setMinimumWidth(40);
  badge_->setObjectName(QStringLiteral("pane.badge"));
  QFont bold = font();
  bold.setBold(true);
  badge_->setFont(bold);
  view_->setObjectName(QStringLiteral("pane.view"));
  auto* top = new QHBoxLayout;
  top->setContentsMargins(6, 2, 6, 2);
  top->addWidget(head_, 1);
  top->addWidget(badge_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(2, 2, 2, 2);
  layout->setSpacing(0);
  layout->addLayout(top);
  layout->addWidget(view_, 1);
  view_->setMessage(tr("Open or drop files, folders or a results folder here"));

  connect(view_, &PictureWidget::pressed, this, [this](const Pointer& p) {
    emit activated();
    // Middle and right button move the picture and its grey levels, whatever the tool.
    if (p.button != Qt::LeftButton) {
      hand_->press(p);
      return;
    }
    if (toolKind_ != ToolKind::look)
      play(false); // what is drawn is drawn on one frame
    if (tool_)
      tool_->press(p);
  });
  connect(view_, &PictureWidget::moved, this, &Pane::onMoved);
  connect(view_, &PictureWidget::released, this, [this](const Pointer& p) {
    hand_->release(p);
    if (tool_ && p.button == Qt::LeftButton)
      tool_->release(p);
  });
  connect(view_, &PictureWidget::doubleClicked, this, [this](const Pointer& p) {
    if (toolKind_ == ToolKind::look)
      fitPane();
    else if (tool_)
      tool_->doubleClick(p);
  });
  connect(view_, &PictureWidget::wheel, this, [this](const Pointer& p, double steps) {
    if (tool_ && tool_->wheel(p, steps))
      return;
    if (p.modifiers.testFlag(Qt::ControlModifier) || frames() < 2 || p.buttons != Qt::NoButton) {
      view_->viewport().zoomAt(p.window, std::pow(1.2, steps));
      fitted_ = false;
      view_->redraw();
      emit zoomed();
    } else {
      // A touchpad tells small parts of a step; panes that are linked step together.
      turned_ += steps;
      const int whole = static_cast<int>(turned_);
      turned_ -= whole;
      if (whole != 0)
        emit stepped(-whole);
    }
  });
  connect(view_, &PictureWidget::left, this, &Pane::clearHover);
  connect(view_, &PictureWidget::viewportChanged, this, [this] {
    if (fitted_ && view_->hasPicture())
      fitPane();
  });
  hand_ = makeTool(ToolKind::look, *this);
  setTool(ToolKind::look);
}

Pane::~Pane() {
  store_.reset(); // its thread calls back into this
}

void Pane::clearHover() {
  if (hoverMarks_.empty())
    return;
  hoverMarks_.clear();
  updateMarks();
  emit hovered(std::nullopt);
}

void Pane::refresh() {
  preview_.reset();
  clearHover();
  const Picture* p = picture();
  if (p == nullptr && id_ != 0) {
    showPicture(0);
    return;
  }
  if (const ImageResult* result = p != nullptr ? p->result() : nullptr;
      untouched_ && result != nullptr && result->frame && !playing()) {
    // The analysis is done and nobody looked elsewhere meanwhile: to what was measured.
    untouched_ = false;
    frame_ = std::clamp(*result->frame, 0, p->frames() - 1);
    setFrame(frame_);
  } else if (p != nullptr && shownFrame_ < 0)
    setFrame(frame_);
  else if (p != nullptr)
    view_->setScale(p->mmPerPx()); // known only now, or changed by the person
  if (p != nullptr && fitted_ && view_->hasPicture() && !playing())
    fitPane(); // the B-mode area may be known only now
  updateScene();
  updateHead();
  if (tool_)
    tool_->refresh();
}

const ImageResult* Pane::standing() const {
  if (preview_)
    return &*preview_;
  const Picture* p = picture();
  return p != nullptr ? p->result() : nullptr;
}

const ImageResult* Pane::shownResult() const {
  const Picture* p = picture();
  const ImageResult* result = p != nullptr ? p->result() : nullptr;
  return result != nullptr && result->frame && *result->frame == frame_ ? result : nullptr;
}

const ImageResult* Pane::overlaid() const {
  if (preview_)
    return &*preview_;
  const ImageResult* measured = shownResult();
  return measured == nullptr && liveShown() ? live_.get() : measured;
}

review::ImageReview* Pane::review() {
  Picture* p = picture();
  return p != nullptr && p->review ? &*p->review : nullptr;
}

void Pane::updateScene() {
  const ImageResult* result = standing();
  OverlayScene scene;
  // While a frame is being decoded the one before is on screen: lines and measures of another are not for it.
  if (result != nullptr && shownFrame_ == frame_) {
    // Without millimetres there is no scale bar, whatever else there is.
    scene.mmPerPx = result->mmPerPx;
    const bool measured = result->frame && *result->frame == frame_;
    if (!measured && liveShown())
      result = live_.get();
    if (overlay_ && (measured || liveShown()) && !blinded_)
      scene = sceneOf(*result, {0, 0}, workspace_.criteria().value("fibre_angle_max"));
    if (overlay_ && measured && !blinded_)
      addFormer(*result, scene);
    if (result->regionPx)
      scene.ruler.zeroPx = result->regionPx->y0; // depth counts from the probe, not from the screen's edge
    scene.annotations.clear();
    result = standing();
    if (result->review)
      for (const Annotation& annotation : result->review->annotations)
        if (annotation.frame == frame_)
          scene.annotations.push_back(annotation);
  }
  view_->setScene(std::move(scene));
}

/// Where a person redrew a border, the program's own stays to be seen, thin and grey.
void Pane::addFormer(const ImageResult& shown, OverlayScene& scene) const {
  const Picture* p = picture();
  if (p == nullptr || !p->review || p->review->program().frame != shown.frame)
    return;
  const ImageResult& program = p->review->program();
  const auto& now = shown.anatomy.tendon.stations;
  const auto add = [&](bool TendonStation::*byHand, Point TendonStation::*at, OverlayRole role) {
    if (std::none_of(now.begin(), now.end(), [&](const TendonStation& s) { return s.*byHand; }))
      return;
    OverlayLine line;
    line.role = role;
    line.former = true;
    for (const TendonStation& s : program.anatomy.tendon.stations)
      line.px.push_back(program.toFullPixels(s.*at));
    scene.lines.push_back(std::move(line));
  };
  add(&TendonStation::superficialByHand, &TendonStation::superficialMm, OverlayRole::superficialBorder);
  add(&TendonStation::cortexByHand, &TendonStation::cortexMm, OverlayRole::cortex);
}

void Pane::updateHead() {
  const Picture* p = picture();
  if (p == nullptr) {
    head_->clear();
    badge_->set({}, std::nullopt);
    return;
  }
  // A file's name may say who it is of.
  QStringList words{blinded_ && !p->side() && !p->view() ? tr("side and view unknown") : placeWord(*p)};
  // With an earlier exam open too, each picture says of when it is.
  if (const Exam* exam = workspace_.examOf(id_);
      !blinded_ && workspace_.exams() > 1 && exam != nullptr && !exam->date.empty())
    words.prepend(dateWord(exam->date));
  if (p->frames() > 1) {
    if (!playing())
      words << tr("frame %1 of %2").arg(frame_ + 1).arg(p->frames());
    const ImageResult* result = standing();
    if (!blinded_ && liveShown() && shownResult() == nullptr && !playing())
      words << tr("this frame alone: %1").arg(gradeWord(live_->grade.grade));
    if (result != nullptr && result->frame && *result->frame != frame_ && !blinded_)
      words << tr("measured: frame %1").arg(*result->frame + 1);
  }
  if (p->unsaved)
    words << tr("edited");
  if (p->still && !p->cine)
    words << tr("stored picture, the original is not here");
  head_->setText(words.join(QStringLiteral(" · ")));
  head_->setToolTip(blinded_ ? QString() : QString::fromStdString(p->key.path));
  if (blinded_) {
    badge_->set({}, std::nullopt);
    return;
  }
  QString word;
  std::optional<GradeClass> grade;
  switch (p->state) {
  case Picture::State::waiting:
    word = tr("waiting");
    break;
  case Picture::State::analysing:
    word = tr("analysing …");
    break;
  case Picture::State::failed:
    word = tr("failed");
    break;
  case Picture::State::cancelled:
    word = tr("not analysed");
    break;
  case Picture::State::ready:
    grade = standingGrade(*standing());
    word = gradeWord(*grade);
    break;
  }
  badge_->set(word, grade);
  badge_->setToolTip(p->problem);
}

void Pane::setTool(ToolKind kind) {
  if (tool_)
    tool_->cancel();
  tool_.reset();
  toolKind_ = kind;
  setMarks({});
  tool_ = makeTool(kind, *this);
  view_->setCursor(tool_->cursor());
  if (property("active").toBool())
    emit said(tool_->hint());
}

bool Pane::cancelTool() {
  return tool_ && tool_->cancel();
}

void Pane::setStyle(const OverlayStyle& style) {
  style_ = style;
  view_->setStyle(style);
}

void Pane::setOverlayShown(bool shown) {
  overlay_ = shown;
  updateScene();
}

void Pane::setActive(bool active) {
  setProperty("active", active);
  update();
}

void Pane::setBlinded(bool blinded) {
  blinded_ = blinded;
  updateScene();
  updateHead();
}

bool Pane::apply(const review::Edit& edit) {
  preview_.reset();
  emit applying();
  const QString problem = workspace_.edit(id_, edit, frame_);
  if (!problem.isEmpty()) {
    emit said(problem);
    updateScene();
  }
  return problem.isEmpty();
}

void Pane::preview(const review::Edit* edit) {
  if (edit == nullptr) {
    preview_.reset();
  } else if (review::ImageReview* mine = review()) {
    try {
      preview_ = mine->preview(workspace_.record(*edit, frame_));
    } catch (const Error& error) { // the pointer is somewhere where it can't be
      emit said(QString::fromStdString(error.problem()));
      preview_.reset();
    }
  }
  updateScene();
  updateHead();
  emit previewed(preview_ ? &*preview_ : nullptr);
}

void Pane::setMarks(std::vector<ToolMark> marks) {
  toolMarks_ = std::move(marks);
  updateMarks();
}

void Pane::updateMarks() {
  std::vector<ToolMark> all = hoverMarks_;
  all.insert(all.end(), toolMarks_.begin(), toolMarks_.end());
  view_->setTools(std::move(all));
}

void Pane::onMoved(const Pointer& pointer) {
  hand_->move(pointer);
  if (tool_)
    tool_->move(pointer);
  if (!playing())
    hover(pointer);
}

void Pane::hover(const Pointer& pointer) {
  const ImageResult* result = overlaid();
  std::optional<ProbedTendon> found;
  if (result != nullptr && !blinded_)
    found = probe(*result, pointer.px);
  emit hovered(found ? std::optional(found->positionMm) : std::nullopt);
  if (!found) {
    if (!hoverMarks_.empty()) {
      hoverMarks_.clear();
      updateMarks();
    }
    return;
  }
  setMarkAt(found->positionMm);
}

void Pane::setMarkAt(std::optional<double> positionMm) {
  const ImageResult* result = overlaid();
  hoverMarks_.clear();
  if (positionMm && result != nullptr && !blinded_)
    if (const auto found = probeAt(*result, *positionMm)) {
      hoverMarks_.push_back({ToolMark::Kind::line, {found->cortexPx, found->superficialPx}, {}});
      QString words;
      if (found->thickness)
        words = found->byHand ? tr("%1 mm (%2 to %3, by hand)") : tr("%1 mm (%2 to %3)");
      if (found->thickness)
        words = words.arg(found->thickness->valueMm, 0, 'f', 1)
                    .arg(found->thickness->lowerMm, 0, 'f', 1)
                    .arg(found->thickness->upperMm, 0, 'f', 1);
      else if (!result->mmPerPx)
        words = tr("no scale: not measured");
      else
        words = std::any_of(result->measurements.discontinuities.begin(), result->measurements.discontinuities.end(),
                            [&](const Discontinuity& d) {
                              return d.kind == DiscontinuityKind::fullThickness && found->positionMm >= d.beginMm &&
                                     found->positionMm <= d.endMm;
                            })
                    ? tr("full-thickness gap")
                    : tr("not measured here");
      hoverMarks_.push_back({ToolMark::Kind::text, {found->superficialPx}, words.toStdString()});
    }
  updateMarks();
}

std::optional<PixelBox> Pane::bModeBox() const {
  const Picture* p = picture();
  const ImageResult* result = p != nullptr ? p->result() : nullptr;
  std::optional<PixelBox> box = result != nullptr ? result->regionPx : std::nullopt;
  if (!box && p != nullptr && p->cine && p->cine->regions.size() == 1)
    box = p->cine->regions.front().box;
  return box && !box->empty() ? box : std::nullopt;
}

void Pane::fitPane() {
  Viewport& viewport = view_->viewport();
  viewport.fit();
  fitted_ = true;
  if (const auto box = bModeBox()) {
    const double zoom = std::min(viewport.windowWidth() / static_cast<double>(box->width()),
                                 viewport.windowHeight() / (box->height() * viewport.pixelAspect()));
    viewport.setZoom(zoom);
    viewport.centreOn({(box->x0 + box->x1) / 2.0, (box->y0 + box->y1) / 2.0});
  }
  view_->redraw();
  emit fittedAlone();
}

void Pane::alignTop() {
  Viewport& viewport = view_->viewport();
  if (const auto box = bModeBox())
    viewport.centreOn({(box->x0 + box->x1) / 2.0,
                       box->y0 + viewport.windowHeight() / (2 * viewport.zoom() * viewport.pixelAspect())});
  view_->redraw();
}

void Pane::fitWhole() {
  view_->viewport().fit();
  fitted_ = false;
  view_->redraw();
  emit zoomed();
}

void Pane::zoomBy(double factor) {
  Viewport& viewport = view_->viewport();
  viewport.setZoom(viewport.zoom() * factor);
  fitted_ = false;
  view_->redraw();
  emit zoomed();
}

std::optional<double> Pane::pixelsPerMm() const {
  const Picture* p = picture();
  const auto scale = p != nullptr ? p->mmPerPx() : std::nullopt;
  if (!scale || !view_->hasPicture())
    return std::nullopt;
  return view_->viewport().zoom() / scale->x;
}

void Pane::setPixelsPerMm(double windowPxPerMm) {
  const Picture* p = picture();
  const auto scale = p != nullptr ? p->mmPerPx() : std::nullopt;
  if (!scale || !view_->hasPicture())
    return;
  view_->viewport().setZoom(windowPxPerMm * scale->x);
  fitted_ = false;
  view_->redraw();
}

std::optional<QString> Pane::askText(const QString& title, const QString& label) {
  bool ok = false;
  const QString words = QInputDialog::getText(this, title, label, QLineEdit::Normal, {}, &ok);
  return ok ? std::optional(words) : std::nullopt;
}

std::optional<double> Pane::askLength(const QString& title, const QString& label) {
  bool ok = false;
  const double mm = QInputDialog::getDouble(this, title, label, 10, 0.1, 500, 1, &ok);
  return ok ? std::optional(mm) : std::nullopt;
}

void Pane::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), palette().color(property("active").toBool() ? QPalette::Highlight : QPalette::Window));
  painter.fillRect(rect().adjusted(2, 2, -2, -2), palette().color(QPalette::Window));
}

void Pane::contextMenuEvent(QContextMenuEvent* event) {
  event->accept(); // the right button is for grey levels
}

} // namespace hipcuff::viewer
