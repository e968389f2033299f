#include "view/main_window.h"

#include "view/focus_keys.h"

#include "hipcuff/core/version.h"

#include <QAction>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QStatusBar>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace hipcuff::viewer {

MainWindow::MainWindow(Workspace& workspace, const Graphics& graphics, QWidget* parent)
    : QMainWindow(parent)
    , workspace_(workspace)
    , graphics_(graphics)
    , panes_(new PaneGrid(workspace, graphics.presentation, this))
    , timeline_(new Timeline(this))
    , tree_(new ExamTree(workspace, this))
    , grade_(new GradePanel(workspace.criteria(), this))
    , layers_(new LayersPanel(this))
    , profile_(new ProfilePanel(graphics.presentation, this))
    , unrolled_(new UnrolledPanel(graphics.presentation, this))
    , bar_(new QLabel(this))
    , barBox_(new QWidget(this))
    , said_(new QLabel(this))
    , progress_(new QProgressBar(this))
    , stop_(new QToolButton(this)) {
  setWindowTitle(tr("HipCuff viewer – research use only"));
  setAcceptDrops(true);
  resize(1440, 900);

  auto* middle = new QWidget(this);
  auto* layout = new QVBoxLayout(middle);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  bar_->setObjectName(QStringLiteral("bar.words"));
  bar_->setWordWrap(true);
  bar_->setTextInteractionFlags(Qt::TextBrowserInteraction);
  auto* hide = new QToolButton(barBox_);
  hide->setText(QStringLiteral("✕"));
  hide->setToolTip(tr("Hide this message"));
  hide->setAutoRaise(true);
  connect(hide, &QToolButton::clicked, barBox_, &QWidget::hide);
  barBox_->setObjectName(QStringLiteral("bar"));
  auto* barLayout = new QHBoxLayout(barBox_);
  barLayout->setContentsMargins(10, 4, 6, 4);
  barLayout->addWidget(bar_, 1);
  barLayout->addWidget(hide);
  barBox_->hide();
  layout->addWidget(barBox_);
  layout->addWidget(panes_, 1);
  layout->addWidget(timeline_);
  setCentralWidget(middle);

  makeDocks();
  makeActions();
  makeStatus(graphics);
  connectAll();
  restore();
  new FocusKeys(this);
  refreshActive();
  if (graphics.noOpenGl)
    notify(
        tr("This screen has no OpenGL: pictures are drawn by the processor. Everything works, cines may play slower."));
}

void MainWindow::makeDocks() {
  const auto dock = [this](const QString& id, const QString& title, QWidget* widget, Qt::DockWidgetArea area) {
    auto* out = new QDockWidget(title, this);
    out->setObjectName(QStringLiteral("dock.") + id);
    out->setWidget(widget);
    addDockWidget(area, out);
    return out;
  };
  dock(QStringLiteral("exams"), tr("Exams"), tree_, Qt::LeftDockWidgetArea);
  dock(QStringLiteral("grade"), tr("Grade"), grade_, Qt::RightDockWidgetArea);
  dock(QStringLiteral("layers"), tr("Shown on the picture"), layers_, Qt::RightDockWidgetArea);
  QDockWidget* profile =
      dock(QStringLiteral("profile"), tr("Thickness along the tendon"), profile_, Qt::BottomDockWidgetArea);
  QDockWidget* unrolled =
      dock(QStringLiteral("unrolled"), tr("Tendon laid out flat"), unrolled_, Qt::BottomDockWidgetArea);
  splitDockWidget(profile, unrolled, Qt::Horizontal);
  // The side panels keep their full height; profile and unrolled tendon lie under the pictures.
  setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  resizeDocks(
      {findChild<QDockWidget*>(QStringLiteral("dock.exams")), findChild<QDockWidget*>(QStringLiteral("dock.grade"))},
      {270, 330}, Qt::Horizontal);
  resizeDocks({profile}, {190}, Qt::Vertical);
  resizeDocks(
      {findChild<QDockWidget*>(QStringLiteral("dock.grade")), findChild<QDockWidget*>(QStringLiteral("dock.layers"))},
      {560, 220}, Qt::Vertical);
}

void MainWindow::makeStatus(const Graphics& graphics) {
  auto* notice = new QLabel(tr("Research use only – not a medical device"), this);
  notice->setObjectName(QStringLiteral("status.notice"));
  notice->setToolTip(QString::fromUtf8(hipcuff::notice));
  said_->setObjectName(QStringLiteral("status.said"));
  progress_->setObjectName(QStringLiteral("status.progress"));
  progress_->setMaximumWidth(220);
  progress_->hide();
  stop_->setObjectName(QStringLiteral("status.stop"));
  stop_->setText(tr("Stop"));
  stop_->setToolTip(tr("Stop analysing; what is done stays"));
  stop_->hide();
  connect(stop_, &QToolButton::clicked, this, [this] { workspace_.cancelWork(); });
  statusBar()->addWidget(said_, 1);
  statusBar()->addPermanentWidget(progress_);
  statusBar()->addPermanentWidget(stop_);
  statusBar()->addPermanentWidget(notice);
  statusBar()->setToolTip(tr("Drawn by %1").arg(graphics.renderer.isEmpty() ? tr("software") : graphics.renderer));
}

void MainWindow::connectAll() {
  connectExport();
  connect(tree_, &ExamTree::chosen, this, &MainWindow::choose);
  connect(tree_, &ExamTree::told, this, &MainWindow::notify);
  connect(panes_, &PaneGrid::activeChanged, this, [this] {
    tree_->select(panes_->active().pictureId());
    refreshActive();
  });
  connect(panes_, &PaneGrid::frameChanged, this, [this] {
    timeline_->refreshFrame();
    if (!panes_->active().playing())
      refreshActions();
  });
  // A correction is somebody's too; who would rather not say is asked again only when they decide.
  connect(panes_, &PaneGrid::applying, this, [this] {
    if (!askedReader_)
      (void)readerName();
    askedReader_ = true;
  });
  connect(panes_, &PaneGrid::countChanged, this, &MainWindow::fillPanes);
  connect(panes_, &PaneGrid::said, said_, &QLabel::setText);
  connect(panes_, &PaneGrid::wantsTool, this, [this](ToolKind kind) {
    for (const ToolInfo& info : toolInfos())
      if (info.kind == kind)
        actions_.value(QString::fromLatin1(info.id))->trigger();
  });
  connect(panes_, &PaneGrid::hovered, this, [this](std::optional<double> position) {
    profile_->setMark(position);
    unrolled_->setMark(position);
  });
  connect(panes_, &PaneGrid::previewed, this, [this](const ImageResult* result) {
    const ImageResult* shown = result != nullptr ? result : panes_->active().standing();
    refreshGrade(shown);
    // Picture and numbers at once; chart and unrolled tendon a little later, so that the hand never waits for them.
    if (result == nullptr)
      refreshChart(shown);
    else if (!later_.isActive()) // not put off again and again by a hand that never rests
      later_.start();
  });
  later_.setSingleShot(true);
  later_.setInterval(10);
  connect(&later_, &QTimer::timeout, this, [this] { refreshChart(panes_->active().standing()); });
  connect(profile_, &ProfilePanel::hovered, this, &MainWindow::markAt);
  connect(profile_, &ProfilePanel::clicked, this, [this](double position) {
    panes_->active().goToMeasured();
    markAt(position);
  });
  connect(unrolled_, &UnrolledPanel::hovered, this, &MainWindow::markAt);
  connect(timeline_, &Timeline::playToggled, panes_, &PaneGrid::togglePlay);
  connect(timeline_, &Timeline::seeked, panes_, &PaneGrid::seek);
  connect(timeline_, &Timeline::speedChanged, panes_, &PaneGrid::setSpeed);
  connect(timeline_, &Timeline::loopChanged, this, [this](int first, int last) {
    panes_->setLoop(first, last);
    timeline_->refresh();
  });
  connect(layers_, &LayersPanel::styleChanged, this, [this](const OverlayStyle& style) {
    panes_->setStyle(style);
    unrolled_->setStyle(style);
  });
  connect(grade_, &GradePanel::decided, this, &MainWindow::decide);
  connect(grade_, &GradePanel::formClosed, this, [this] { panes_->active().widget().setFocus(); });
  connect(grade_, &GradePanel::edit, this, [this](const review::Edit& edit) {
    if (!panes_->active().apply(edit))
      refreshActive(); // the boxes show what is, not what was wished for
  });

  connect(&workspace_, &Workspace::pictureAdded, this, [this](int id) {
    // The first picture is on screen as soon as its file is open.
    if (first_) {
      first_ = false;
      choose(id);
      tree_->select(id);
    }
  });
  connect(&workspace_, &Workspace::pictureChanged, this, [this](int id) {
    panes_->refresh(id);
    if (id == panes_->active().pictureId())
      refreshActive();
  });
  exams_.setSingleShot(true);
  exams_.setInterval(20);
  connect(&workspace_, &Workspace::examsChanged, this, [this] {
    if (!exams_.isActive()) // files come by the hundred
      exams_.start();
  });
  connect(&exams_, &QTimer::timeout, this, [this] {
    // A closed exam leaves the screen too; the next that is opened comes up by itself.
    panes_->refresh(0);
    if (panes_->active().pictureId() == 0) {
      first_ = true;
      refreshActive();
      return;
    }
    refreshActions();
    refreshGrade(panes_->active().standing());
  });
  connect(&workspace_, &Workspace::analysisProgress, this, [this](int done, int total, const QString& what) {
    progress_->setRange(0, std::max(total, 1));
    progress_->setValue(done);
    progress_->setFormat(tr("%1 of %2").arg(done).arg(total));
    progress_->setToolTip(what);
    progress_->setVisible(total > 0);
    stop_->setVisible(total > 0);
  });
  connect(&workspace_, &Workspace::workDone, this, [this] {
    progress_->hide();
    stop_->hide();
    const auto& broken = workspace_.broken();
    const auto failed = std::count_if(broken.begin(), broken.end(), [](const Broken& b) { return !b.skipped; });
    if (failed > 0)
      said_->setText(
          tr("%n file(s) could not be opened; the list on the left says why", nullptr, static_cast<int>(failed)));
  });
  connect(&workspace_, &Workspace::saved, this, [this](const QString&, const QString& folder) {
    said_->setText(tr("Saved in %1").arg(folder));
    if (!offering_)
      notify({}); // "not saved" and "save to keep" are no longer true
    refreshActive();
    if (!closingExam_.empty()) {
      workspace_.closeExam(std::exchange(closingExam_, {}));
      return;
    }
    if (closing_ && workspace_.unsaved()) {
      save(false);
      if (!workspace_.saving())
        closing_ = false; // the person thought better of it
    } else if (closing_)
      close();
  });
  connect(&workspace_, &Workspace::saveFailed, this, [this](const QString&, const QString& problem) {
    closing_ = false;
    closingExam_.clear();
    notify(workspace_.journalSafe() ? tr("Not saved: %1. Your work is kept in the journal and is offered again at the "
                                         "next start; save it elsewhere with Ctrl+Shift+S.")
                                          .arg(problem)
                                    : tr("Not saved: %1. The journal can't be written either: save elsewhere with "
                                         "Ctrl+Shift+S before you close.")
                                          .arg(problem));
  });
  connect(&workspace_, &Workspace::trouble, this, &MainWindow::notify);
  connect(&workspace_, &Workspace::recovered, this, [this](int pictures, const QString& missing) {
    QString words = tr("Recovered the unsaved edits of %n picture(s). Save to keep them.", nullptr, pictures);
    if (!missing.isEmpty())
      words += QLatin1Char(' ') + tr("Not found any more: %1").arg(missing);
    notify(words);
  });
}

void MainWindow::notify(const QString& words) {
  bar_->setText(words);
  barBox_->setVisible(!words.isEmpty());
}

void MainWindow::open(const QStringList& paths) {
  if (paths.isEmpty())
    return;
  rememberRecent(paths);
  workspace_.open(paths);
}

void MainWindow::choose(int picture) {
  said_->clear();
  panes_->active().showPicture(picture);
  if (comparing_) { // its millimetres are of the pictures before
    comparing_ = false;
    notify({});
  }
  refreshActive();
}

void MainWindow::refreshActive() {
  Pane& pane = panes_->active();
  timeline_->setPane(&pane);
  refreshGrade(pane.standing());
  refreshChart(pane.standing());
  refreshActions();
}

void MainWindow::refreshGrade(const ImageResult* shown) {
  Pane& pane = panes_->active();
  Exam* exam = workspace_.examOf(pane.pictureId());
  static const std::vector<StudyResult> none;
  grade_->show(pane.picture(), shown, exam != nullptr ? exam->assessed(workspace_.criteria()) : none);
}

void MainWindow::refreshChart(const ImageResult* shown) {
  const Picture* picture = panes_->active().picture();
  profile_->setImage(shown);
  const bool corrected = picture != nullptr && picture->review && shown != nullptr && !picture->review->edits().empty();
  profile_->setCompared(corrected ? &picture->review->program() : nullptr, tr("before correction"));
  std::shared_ptr<const RgbImage> pixels;
  if (shown != nullptr && shown->frame) {
    if (flatOf_ != std::pair(panes_->active().pictureId(), *shown->frame) || !flat_) {
      flat_ = picture->review->pictureOf(*shown);
      flatOf_ = {panes_->active().pictureId(), *shown->frame};
    }
    pixels = flat_;
  }
  unrolled_->setImage(shown, pixels.get(), workspace_.criteria().value("fibre_angle_max"));
}

void MainWindow::markAt(std::optional<double> positionMm) {
  panes_->active().setMarkAt(positionMm);
  profile_->setMark(positionMm);
  unrolled_->setMark(positionMm);
}

void MainWindow::decide(const review::Decide& decision) {
  panes_->active().widget().setFocus(); // the keys go back to the picture
  (void)readerName();                   // a decision is somebody's
  askedReader_ = true;
  if (panes_->active().apply(decision))
    next(1);
}

void MainWindow::next(int step) {
  if (const int id = tree_->neighbour(panes_->active().pictureId(), step); id != 0) {
    tree_->select(id);
    choose(id);
  } else {
    said_->setText(step > 0 ? tr("That was the last picture; Ctrl+S saves the exam") : tr("This is the first picture"));
  }
}

bool MainWindow::mayLose(const Exam* only) {
  if (only != nullptr ? !only->unsaved() : !workspace_.unsaved())
    return true;
  QMessageBox box(QMessageBox::Question, tr("Unsaved work"), tr("There is work that is not saved."),
                  QMessageBox::NoButton, this);
  box.setObjectName(QStringLiteral("unsaved"));
  QPushButton* save = box.addButton(tr("Save"), QMessageBox::AcceptRole);
  QPushButton* leave = box.addButton(tr("Leave it"), QMessageBox::DestructiveRole);
  box.addButton(tr("Go back"), QMessageBox::RejectRole);
  box.setDefaultButton(save);
  box.exec();
  if (box.clickedButton() == leave) {
    workspace_.discardUnsaved(only != nullptr ? only->key : std::string());
    return true;
  }
  if (box.clickedButton() == save) {
    if (only != nullptr)
      closingExam_ = only->key;
    else
      closing_ = true;
    this->save(false);
    if (!workspace_.saving()) {
      closing_ = false;
      closingExam_.clear();
    }
  }
  return false;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!mayLose()) {
    event->ignore();
    return;
  }
  keep();
  workspace_.cancelWork();
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls())
    event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  QStringList paths;
  for (const QUrl& url : event->mimeData()->urls())
    if (url.isLocalFile())
      paths << url.toLocalFile();
  open(paths);
  event->acceptProposedAction();
}

} // namespace hipcuff::viewer
