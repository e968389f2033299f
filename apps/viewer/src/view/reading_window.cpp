#include "view/reading_window.h"

#include "view/focus_keys.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"

#include <QAction>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QRadioButton>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include <algorithm>

namespace hipcuff::viewer {
namespace {

/// What the CSV calls a picture.
std::string nameOf(const Picture& picture) {
  return picture.key.sopInstanceUid.empty() ? picture.key.path : picture.key.sopInstanceUid;
}

} // namespace

ReadingWindow::ReadingWindow(Workspace& workspace, const Graphics& graphics, ReadingPlan plan, QWidget* parent)
    : QMainWindow(parent)
    , workspace_(workspace)
    , plan_(std::move(plan))
    , panes_(new PaneGrid(workspace, graphics.presentation, this))
    , timeline_(new Timeline(this))
    , pages_(new QStackedWidget(this))
    , welcome_(new QLabel(this))
    , start_(new QPushButton(tr("Start"), this))
    , progress_(new QLabel(this)) {
  setWindowTitle(tr("HipCuff blinded reading – research use only"));
  resize(1280, 860);
  panes_->setBlinded(true);

  auto* first = new QWidget(this);
  auto* firstLayout = new QVBoxLayout(first);
  welcome_->setObjectName(QStringLiteral("reading.welcome"));
  welcome_->setWordWrap(true);
  welcome_->setAlignment(Qt::AlignCenter);
  welcome_->setText(tr("Opening the pictures …"));
  start_->setObjectName(QStringLiteral("reading.start"));
  start_->setEnabled(false);
  firstLayout->addStretch();
  firstLayout->addWidget(welcome_);
  firstLayout->addWidget(start_, 0, Qt::AlignCenter);
  firstLayout->addStretch();
  connect(start_, &QPushButton::clicked, this, &ReadingWindow::start);

  auto* second = new QWidget(this);
  auto* secondLayout = new QHBoxLayout(second);
  secondLayout->setContentsMargins(0, 0, 0, 0);
  auto* middle = new QVBoxLayout;
  middle->addWidget(panes_, 1);
  middle->addWidget(timeline_);
  secondLayout->addLayout(middle, 1);
  secondLayout->addWidget(makeForm());

  pages_->addWidget(first);
  pages_->addWidget(second);
  setCentralWidget(pages_);
  timeline_->setPane(&panes_->active());
  makeActions();
  new FocusKeys(this);
  statusBar()->addPermanentWidget(new QLabel(tr("Research use only – not a medical device"), this));

  connect(&workspace_, &Workspace::workDone, this, &ReadingWindow::opened);
  connect(&workspace_, &Workspace::pictureChanged, panes_, &PaneGrid::refresh);
  connect(&workspace_, &Workspace::edited, this, &ReadingWindow::takeCaliper);
  connect(panes_, &PaneGrid::frameChanged, timeline_, &Timeline::refreshFrame);
  connect(panes_, &PaneGrid::said, this, [this](const QString& words) { statusBar()->showMessage(words, 8000); });
  connect(timeline_, &Timeline::playToggled, panes_, &PaneGrid::togglePlay);
  connect(timeline_, &Timeline::seeked, panes_, &PaneGrid::seek);
  connect(timeline_, &Timeline::speedChanged, panes_, &PaneGrid::setSpeed);
  connect(timeline_, &Timeline::loopChanged, this, [this](int from, int to) {
    panes_->setLoop(from, to);
    timeline_->refresh();
  });
}

QWidget* ReadingWindow::makeForm() {
  auto* box = new QWidget(this);
  box->setFixedWidth(300);
  auto* layout = new QVBoxLayout(box);
  progress_->setObjectName(QStringLiteral("reading.progress"));
  layout->addWidget(progress_);
  classes_ = new QButtonGroup(this);
  const std::array<GradeClass, 5> all = {GradeClass::normal, GradeClass::tendinosis, GradeClass::partialThickness,
                                         GradeClass::fullThickness, GradeClass::notGradable};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const QString key = QString::number(i == 4 ? 0 : static_cast<int>(i) + 1);
    auto* button = new QRadioButton(tr("%1 (%2)").arg(gradeWord(all[i]), key), box);
    button->setObjectName(QStringLiteral("reading.class.%1").arg(QString::fromLatin1(toString(all[i]))));
    button->setShortcut(QKeySequence(key));
    classes_->addButton(button, static_cast<int>(all[i]));
    layout->addWidget(button);
  }
  auto* form = new QFormLayout;
  subtype_ = new QComboBox(box);
  subtype_->setObjectName(QStringLiteral("reading.subtype"));
  subtype_->addItem(tr("not said"), QString());
  subtype_->addItem(tr("undersurface"), QStringLiteral("undersurface"));
  subtype_->addItem(tr("bursal"), QStringLiteral("bursal"));
  subtype_->addItem(tr("intrasubstance"), QStringLiteral("intrasubstance"));
  form->addRow(tr("Tear's side"), subtype_);
  depthKnown_ = new QCheckBox(tr("Depth"), box);
  depth_ = new QSpinBox(box);
  depth_->setObjectName(QStringLiteral("reading.depth"));
  depth_->setRange(0, 100); // 0: not said
  depth_->setSpecialValueText(QStringLiteral("–"));
  depth_->setSuffix(tr(" % of the thickness"));
  form->addRow(depthKnown_, depth_);
  thicknessKnown_ = new QCheckBox(tr("Thickest"), box);
  thicknessKnown_->setObjectName(QStringLiteral("reading.thickness.known"));
  thickness_ = new QDoubleSpinBox(box);
  thickness_->setObjectName(QStringLiteral("reading.thickness"));
  thickness_->setRange(0, 40); // 0: not said
  thickness_->setSpecialValueText(QStringLiteral("–"));
  thickness_->setDecimals(1);
  thickness_->setSingleStep(0.1);
  thickness_->setSuffix(tr(" mm"));
  thickness_->setToolTip(tr("Your last caliper stands here"));
  form->addRow(thicknessKnown_, thickness_);
  confidenceKnown_ = new QCheckBox(tr("How sure"), box);
  confidence_ = new QSlider(Qt::Horizontal, box);
  confidence_->setObjectName(QStringLiteral("reading.confidence"));
  confidence_->setRange(0, 100);
  confidence_->setValue(80);
  form->addRow(confidenceKnown_, confidence_);
  layout->addLayout(form);
  answer_ = new QPushButton(tr("Answer, next (Enter)"), box);
  answer_->setObjectName(QStringLiteral("reading.answer"));
  answer_->setShortcut(QKeySequence(Qt::Key_Return));
  back_ = new QPushButton(tr("Back to the last one"), box);
  QPushButton* back = back_;
  back->setObjectName(QStringLiteral("reading.back"));
  back->setToolTip(tr("Takes your last answer back, to give it anew"));
  pause_ = new QPushButton(tr("Pause"), box);
  pause_->setObjectName(QStringLiteral("reading.pause"));
  pause_->setCheckable(true);
  pause_->setToolTip(tr("Hides the picture; the time stands still"));
  layout->addWidget(answer_);
  layout->addWidget(back);
  layout->addWidget(pause_);
  layout->addStretch();
  connect(classes_, &QButtonGroup::idClicked, this, &ReadingWindow::formChanged);
  // Moving a value says that it is known.
  connect(depth_, qOverload<int>(&QSpinBox::valueChanged), depthKnown_,
          [this](int percent) { depthKnown_->setChecked(percent > 0); });
  connect(thickness_, qOverload<double>(&QDoubleSpinBox::valueChanged), thicknessKnown_,
          [this](double mm) { thicknessKnown_->setChecked(mm > 0); });
  connect(confidence_, &QSlider::valueChanged, confidenceKnown_, [this] { confidenceKnown_->setChecked(true); });
  connect(answer_, &QPushButton::clicked, this, &ReadingWindow::answer);
  connect(back, &QPushButton::clicked, this, &ReadingWindow::back);
  connect(pause_, &QPushButton::toggled, this, &ReadingWindow::pause);
  return box;
}

void ReadingWindow::makeActions() {
  QToolBar* bar = addToolBar(tr("Tools"));
  bar->setObjectName(QStringLiteral("toolbar.reading"));
  for (const ToolInfo& info : toolInfos()) {
    if (info.kind != ToolKind::look && info.kind != ToolKind::caliper && info.kind != ToolKind::angle &&
        info.kind != ToolKind::erase)
      continue;
    const ToolKind kind = info.kind;
    auto* action = new QAction(info.name, this);
    if (kind != ToolKind::look) // Esc is below: it gives up what is begun first
      action->setShortcut(QKeySequence(info.key));
    action->setToolTip(info.tip + QStringLiteral(" (") + info.key + QLatin1Char(')'));
    connect(action, &QAction::triggered, this, [this, kind] { panes_->setTool(kind); });
    bar->addAction(action);
  }
  const auto key = [this](const QKeySequence& keys, const std::function<void()>& act) {
    auto* action = new QAction(this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, [act] { act(); });
    addAction(action);
  };
  key(Qt::Key_Space, [this] { panes_->togglePlay(); });
  key(Qt::Key_Right, [this] { panes_->step(1); });
  key(Qt::Key_Left, [this] { panes_->step(-1); });
  key(Qt::Key_Escape, [this] {
    if (!panes_->active().cancelTool())
      panes_->setTool(ToolKind::look);
  });
  key(QKeySequence::Undo, [this] { workspace_.undo(panes_->active().pictureId()); });
}

void ReadingWindow::open(const QStringList& paths) {
  workspace_.open(paths);
}

void ReadingWindow::opened() {
  if (complete_)
    return;
  complete_ = true;
  std::vector<std::string> pictures;
  for (std::size_t e = 0; e < workspace_.exams(); ++e)
    for (const auto& picture : workspace_.exam(e).pictures)
      if (picture->review && picture->key.pane == 0)
        pictures.push_back(nameOf(*picture));
  // Why, not which: names of files may hold names of patients.
  QString words;
  for (const Broken& broken : workspace_.broken())
    if (!broken.skipped)
      words += tr("A file can't be read: %1").arg(broken.problem) + QLatin1Char('\n');
  if (pictures.empty()) {
    welcome_->setText(words + tr("There is nothing to read here."));
    return;
  }
  try {
    const std::string early =
        review::ReaderStudy::tooEarly(plan_.folder, plan_.reader.toStdString(), plan_.reading, pictures.size());
    study_ = std::make_unique<review::ReaderStudy>(plan_.folder, plan_.reader.toStdString(), plan_.reading, pictures);
    words += tr("Reader %1, reading %2: %3 of %4 pictures are read.")
                 .arg(plan_.reader)
                 .arg(plan_.reading)
                 .arg(study_->done())
                 .arg(study_->total());
    if (!early.empty()) {
      words += QStringLiteral("\n\n") + QString::fromStdString(early);
      start_->setText(tr("Start all the same"));
    }
    words +=
        QStringLiteral("\n\n") + tr("The program's answers and the patients' names are hidden. Research use only.");
    welcome_->setText(words);
    start_->setEnabled(true);
    start_->setFocus();
  } catch (const Error& error) {
    welcome_->setText(QString::fromUtf8(error.what()));
  }
}

void ReadingWindow::start() {
  pages_->setCurrentIndex(1);
  showNext();
}

void ReadingWindow::showNext() {
  const auto next = study_->next();
  if (!next) {
    panes_->active().showPicture(0);
    shown_.clear();
    pages_->setCurrentIndex(0);
    start_->hide();
    welcome_->setText(tr("All %1 pictures are read. Thank you. The table is in %2.")
                          .arg(study_->total())
                          .arg(QString::fromStdString(plan_.folder.string())));
    return;
  }
  shown_ = *next;
  for (std::size_t e = 0; e < workspace_.exams(); ++e)
    for (const auto& picture : workspace_.exam(e).pictures)
      if (picture->review && picture->key.pane == 0 && nameOf(*picture) == shown_) {
        // Given anew: the calipers of the first look are gone.
        while (picture->review->canUndo())
          workspace_.undo(picture->id);
        panes_->active().showPicture(picture->id);
      }
  timeline_->refresh();
  panes_->setTool(ToolKind::look);
  progress_->setText(tr("Picture %1 of %2").arg(study_->done() + 1).arg(study_->total()));
  classes_->setExclusive(false);
  for (QAbstractButton* button : classes_->buttons())
    button->setChecked(false);
  classes_->setExclusive(true);
  subtype_->setCurrentIndex(0);
  caliper_.reset();
  depth_->setValue(0);
  thickness_->setValue(thickness_->minimum());
  confidence_->setValue(80);
  depthKnown_->setChecked(false);
  thicknessKnown_->setChecked(false);
  confidenceKnown_->setChecked(false);
  formChanged();
  secondsBefore_ = 0;
  running_.start();
}

double ReadingWindow::seconds() const {
  return secondsBefore_ + (running_.isValid() ? running_.elapsed() / 1000.0 : 0.0);
}

void ReadingWindow::formChanged() {
  const int grade = classes_->checkedId();
  const bool tear =
      grade == static_cast<int>(GradeClass::partialThickness) || grade == static_cast<int>(GradeClass::fullThickness);
  subtype_->setEnabled(grade == static_cast<int>(GradeClass::partialThickness));
  depthKnown_->setEnabled(tear);
  depth_->setEnabled(tear);
  answer_->setEnabled(grade >= 0 && !pause_->isChecked());
}

void ReadingWindow::takeCaliper() {
  const Picture* picture = panes_->active().picture();
  const ImageResult* result = picture != nullptr ? picture->result() : nullptr;
  if (result == nullptr)
    return;
  std::optional<std::pair<int, double>> last;
  for (const Annotation& annotation : result->review ? result->review->annotations : std::vector<Annotation>())
    if (annotation.kind == Annotation::Kind::caliper && annotation.value)
      last = {annotation.id, *annotation.value};
  if (last == caliper_)
    return; // an angle, say: what the reader typed stays
  caliper_ = last;
  if (last)
    thickness_->setValue(last->second);
  thicknessKnown_->setChecked(last.has_value());
}

void ReadingWindow::answer() {
  if (!study_ || shown_.empty() || classes_->checkedId() < 0)
    return;
  const Picture* picture = panes_->active().picture();
  review::Reading reading;
  reading.picture = shown_;
  reading.side = picture != nullptr ? picture->side() : std::nullopt;
  reading.grade = static_cast<GradeClass>(classes_->checkedId());
  if (subtype_->isEnabled())
    reading.subtype = subtype_->currentData().toString().toStdString();
  if (depth_->isEnabled() && depthKnown_->isChecked() && depth_->value() > 0)
    reading.depthFraction = depth_->value() / 100.0;
  if (thicknessKnown_->isChecked() && thickness_->value() > 0)
    reading.thicknessMaxMm = thickness_->value();
  if (confidenceKnown_->isChecked())
    reading.confidence = confidence_->value() / 100.0;
  reading.seconds = seconds();
  try {
    study_->answer(reading);
  } catch (const Error& error) {
    QMessageBox::critical(this, tr("Not written"), QString::fromUtf8(error.what()));
    return;
  }
  showNext();
}

void ReadingWindow::back() {
  if (!study_)
    return;
  try {
    if (!study_->takeBack()) {
      statusBar()->showMessage(tr("There is no answer of this sitting to take back"), 8000);
      return;
    }
  } catch (const Error& error) {
    QMessageBox::critical(this, tr("Not written"), QString::fromUtf8(error.what()));
    return;
  }
  showNext();
}

void ReadingWindow::pause(bool on) {
  panes_->setVisible(!on);
  back_->setEnabled(!on);
  if (on) {
    secondsBefore_ = seconds();
    running_.invalidate();
    panes_->active().play(false);
  } else {
    running_.start();
  }
  formChanged();
}

} // namespace hipcuff::viewer
