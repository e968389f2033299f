// What the window can do, with its keys; menus, toolbar and the sheet of keys are made from the same list.
#include "view/dialogs.h"
#include "view/main_window.h"

#include "hipcuff/core/version.h"
#include "hipcuff/review/exam_review.h"

#include <QActionGroup>
#include <QApplication>
#include <QDateTime>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QStandardPaths>
#include <QToolBar>

namespace hipcuff::viewer {
namespace {

QString toolId(ToolKind kind) {
  for (const ToolInfo& info : toolInfos())
    if (info.kind == kind)
      return QString::fromLatin1(info.id);
  return {};
}

} // namespace

QAction* MainWindow::add(QMenu* menu, const QString& id, const QString& text, const QList<QKeySequence>& keys,
                         const QString& tip, const std::function<void()>& act, bool checkable) {
  auto* action = new QAction(text, this);
  action->setObjectName(QStringLiteral("action.") + id);
  action->setShortcuts(keys);
  action->setCheckable(checkable);
  action->setToolTip(keys.isEmpty() ? tip : tip + QStringLiteral(" (") + keys.front().toString() + QLatin1Char(')'));
  action->setStatusTip(tip);
  connect(action, &QAction::triggered, this, [act] { act(); });
  if (menu != nullptr)
    menu->addAction(action);
  addAction(action); // keys work whatever has the focus
  actions_.insert(id, action);
  ordered_ << action;
  return action;
}

void MainWindow::makeActions() {
  makeFileMenu();
  makeEditMenu();
  makeViewMenu();
  makeCineMenu();
  makeToolMenu();
  makeReviewMenu();
  makeHelpMenu();
}

void MainWindow::makeFileMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&File"));
  add(menu, QStringLiteral("open"), tr("Open files …"), {QKeySequence::Open}, tr("DICOM, pictures, clips, DICOMDIR"),
      [this] { open(QFileDialog::getOpenFileNames(this, tr("Open files"))); });
  add(menu, QStringLiteral("open.folder"), tr("Open folder …"), {QKeySequence(tr("Ctrl+Shift+O"))},
      tr("A folder of files, or a results folder of hipcuff analyze"), [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Open folder"));
        if (!folder.isEmpty())
          open({folder});
      });
  add(menu, QStringLiteral("open.pacs"), tr("Open from PACS …"), {QKeySequence(tr("Ctrl+Shift+P"))},
      tr("Search an archive for a study, fetch it and open it"), [this] { openFromPacs(); });
  recent_ = menu->addMenu(tr("Recent"));
  recent_->setObjectName(QStringLiteral("menu.recent"));
  connect(recent_, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
  menu->addSeparator();
  add(menu, QStringLiteral("save"), tr("Save"), {QKeySequence::Save},
      tr("Write the review beside the program's results"), [this] { save(false); });
  add(menu, QStringLiteral("save.as"), tr("Save in …"), {QKeySequence(tr("Ctrl+Shift+S"))},
      tr("Choose the results folder"), [this] { save(true); });
  add(menu, QStringLiteral("export.dicom"), tr("Export as DICOM …"), {},
      tr("The saved review as report, masks and lines for the PACS"), [this] { exportDicom(); });
  add(menu, QStringLiteral("send.pacs"), tr("Send results to PACS …"), {},
      tr("The saved review as DICOM objects, into the patient's study"), [this] { sendToPacs(); });
  add(menu, QStringLiteral("report"), tr("Report …"), {QKeySequence(tr("P"))},
      tr("The exam in words, to edit, copy or print"), [this] { showReport(); });
  menu->addSeparator();
  add(menu, QStringLiteral("close"), tr("Close exam"), {QKeySequence::Close}, tr("Take the exam off the list"), [this] {
    if (Exam* exam = workspace_.examOf(panes_->active().pictureId()); exam != nullptr && mayLose(exam))
      workspace_.closeExam(exam->key);
  });
  add(menu, QStringLiteral("quit"), tr("Quit"), {QKeySequence::Quit}, tr("End the program"), [this] { close(); });
}

void MainWindow::makeEditMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Edit"));
  add(menu, QStringLiteral("undo"), tr("Undo"), {QKeySequence::Undo}, tr("Take the last edit of this picture back"),
      [this] {
        if (!panes_->active().cancelTool()) // what is half drawn goes first
          workspace_.undo(panes_->active().pictureId());
      });
  add(menu, QStringLiteral("redo"), tr("Redo"), {QKeySequence::Redo, QKeySequence(tr("Ctrl+Y"))},
      tr("Do again what was undone"), [this] { workspace_.redo(panes_->active().pictureId()); });
  menu->addSeparator();
  add(menu, QStringLiteral("reader"), tr("Who reads …"), {}, tr("Your name or initials, kept with what you decide"),
      [this] {
        const QString before = readerName();
        const QString name =
            QInputDialog::getText(this, tr("Who reads"), tr("Your name or initials:"), QLineEdit::Normal, before)
                .trimmed();
        if (!name.isEmpty()) {
          QSettings().setValue(QStringLiteral("reader"), name);
          workspace_.setReader(name);
        }
      });
}

void MainWindow::makeViewMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&View"));
  add(menu, QStringLiteral("zoom.in"), tr("Zoom in"), {QKeySequence(tr("+")), QKeySequence(tr("="))}, tr("Larger"),
      [this] { panes_->active().zoomBy(1.25); });
  add(menu, QStringLiteral("zoom.out"), tr("Zoom out"), {QKeySequence(tr("-"))}, tr("Smaller"),
      [this] { panes_->active().zoomBy(0.8); });
  add(menu, QStringLiteral("fit"), tr("Fit the ultrasound"), {QKeySequence(tr("0"))},
      tr("The B-mode picture fills the pane"), [this] { panes_->fit(); });
  add(menu, QStringLiteral("fit.whole"), tr("Fit the whole screen"), {QKeySequence(tr("9"))},
      tr("All that the scanner showed"), [this] { panes_->active().fitWhole(); });
  add(menu, QStringLiteral("flip"), tr("Flip left and right"), {QKeySequence(tr("F"))},
      tr("Mirror the picture on the screen; measures do not change"), [this] {
        PictureWidget& widget = panes_->active().widget();
        widget.viewport().setMirrored(!widget.viewport().mirrored());
        widget.redraw();
      });
  add(menu, QStringLiteral("levels"), tr("Reset brightness and contrast"), {QKeySequence(tr("Backspace"))},
      tr("As recorded"), [this] { panes_->active().widget().setCurve({}); });
  add(menu, QStringLiteral("brighten"), tr("Brighten the dark parts"), {QKeySequence(tr("."))}, tr("Gain curve up"),
      [this] {
        GreyCurve curve = panes_->active().widget().curve();
        curve.gamma = std::min(4.0, curve.gamma * 1.15);
        panes_->active().widget().setCurve(curve);
      });
  add(menu, QStringLiteral("darken"), tr("Darken the dark parts"), {QKeySequence(tr(","))}, tr("Gain curve down"),
      [this] {
        GreyCurve curve = panes_->active().widget().curve();
        curve.gamma = std::max(0.25, curve.gamma / 1.15);
        panes_->active().widget().setCurve(curve);
      });
  add(
      menu, QStringLiteral("smooth"), tr("Smooth pixels"), {QKeySequence(tr("I"))},
      tr("Off: every pixel a sharp square"),
      [this] { panes_->setSmooth(actions_.value(QStringLiteral("smooth"))->isChecked()); }, true)
      ->setChecked(true);
  menu->addSeparator();
  add(
      menu, QStringLiteral("overlay"), tr("Show the analysis"), {QKeySequence(tr("H"))},
      tr("Borders, discontinuities and names on the picture, or the bare picture"),
      [this] { panes_->setOverlayShown(actions_.value(QStringLiteral("overlay"))->isChecked()); }, true)
      ->setChecked(true);
  menu->addSeparator();
  auto* layouts = new QActionGroup(this);
  for (const int n : {1, 2, 4}) {
    QAction* action = add(
        menu, QStringLiteral("panes.%1").arg(n), tr("%n pane(s)", nullptr, n), {QKeySequence(QString::number(n))},
        tr("%n picture(s) on screen", nullptr, n), [this, n] { panes_->setCount(n); }, true);
    layouts->addAction(action);
    action->setChecked(n == 1);
  }
  add(
      menu, QStringLiteral("panes.link"), tr("Link panes"), {QKeySequence(tr("L"))},
      tr("Panes play together and show the same millimetres as large"),
      [this] { panes_->setLinked(actions_.value(QStringLiteral("panes.link"))->isChecked()); }, true)
      ->setChecked(true);
  add(menu, QStringLiteral("compare.sides"), tr("Left beside right"), {QKeySequence(tr("S"))},
      tr("This picture beside the other hip's, same axis, same scale"), [this] { compareSides(); });
  add(menu, QStringLiteral("compare.views"), tr("Long beside short axis"), {QKeySequence(tr("Y"))},
      tr("This hip in both axes, same scale"), [this] { compareViews(); });
  add(menu, QStringLiteral("compare.prior"), tr("Now beside prior"), {QKeySequence(tr("Z"))},
      tr("This picture beside the same side and axis of the earlier open exam"), [this] { comparePrior(); });
  add(menu, QStringLiteral("pane.next"), tr("Next pane"), {QKeySequence(tr("F6"))}, tr("Make the next pane active"),
      [this] { panes_->setActive((panes_->activeIndex() + 1) % panes_->count()); });
  menu->addSeparator();
  add(
      menu, QStringLiteral("theme.light"), tr("Light theme"), {}, tr("For a bright room"), [this] { applyTheme(); },
      true);
  add(
      menu, QStringLiteral("theme.contrast"), tr("High contrast"), {}, tr("Black, white and thick lines"),
      [this] { applyTheme(); }, true);
  add(menu, QStringLiteral("font.larger"), tr("Larger text"), {QKeySequence(tr("Ctrl++")), QKeySequence(tr("Ctrl+="))},
      tr("In the whole window"), [this] {
        QSettings().setValue(QStringLiteral("textScale"),
                             std::min(2.0, QSettings().value(QStringLiteral("textScale"), 1.0).toDouble() * 1.1));
        applyTheme();
      });
  add(menu, QStringLiteral("font.smaller"), tr("Smaller text"), {QKeySequence(tr("Ctrl+-"))}, tr("In the whole window"),
      [this] {
        QSettings().setValue(QStringLiteral("textScale"),
                             std::max(0.7, QSettings().value(QStringLiteral("textScale"), 1.0).toDouble() / 1.1));
        applyTheme();
      });
  add(
      menu, QStringLiteral("names"), tr("Show patients' names"), {},
      tr("Off: the list shows dates and folders only, for showing the screen to others"),
      [this] { tree_->exams().setNamesShown(actions_.value(QStringLiteral("names"))->isChecked()); }, true)
      ->setChecked(true);
}

void MainWindow::makeCineMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Cine"));
  add(menu, QStringLiteral("play"), tr("Play or pause"), {QKeySequence(tr("Space"))},
      tr("At the recording's own frame times"), [this] { panes_->togglePlay(); });
  add(menu, QStringLiteral("frame.next"), tr("Next frame"), {QKeySequence(tr("Right"))}, tr("One frame on"),
      [this] { panes_->step(1); });
  add(menu, QStringLiteral("frame.previous"), tr("Previous frame"), {QKeySequence(tr("Left"))}, tr("One frame back"),
      [this] { panes_->step(-1); });
  add(menu, QStringLiteral("frame.next10"), tr("Ten frames on"), {QKeySequence(tr("Shift+Right"))}, tr("Ten frames on"),
      [this] { panes_->step(10); });
  add(menu, QStringLiteral("frame.previous10"), tr("Ten frames back"), {QKeySequence(tr("Shift+Left"))},
      tr("Ten frames back"), [this] { panes_->step(-10); });
  add(menu, QStringLiteral("frame.first"), tr("First frame"), {QKeySequence(tr("Home"))}, tr("To the beginning"),
      [this] { panes_->seek(panes_->active().clock().loopFirst()); });
  add(menu, QStringLiteral("frame.last"), tr("Last frame"), {QKeySequence(tr("End"))}, tr("To the end"),
      [this] { panes_->seek(panes_->active().clock().loopLast()); });
  add(menu, QStringLiteral("frame.measured"), tr("Measured frame"), {QKeySequence(tr("J"))},
      tr("The frame that the measures belong to"), [this] { panes_->active().goToMeasured(); });
  add(
      menu, QStringLiteral("live"), tr("Analyse as it plays"), {QKeySequence(tr("V"))},
      tr("Every frame on screen is analysed at once and its borders drawn; the cine's grade stays as it is"),
      [this] { panes_->setLive(actions_.value(QStringLiteral("live"))->isChecked()); }, true);
  add(menu, QStringLiteral("loop.begin"), tr("Loop begins here"), {QKeySequence(tr("["))},
      tr("Play from this frame on only"), [this] {
        Pane& pane = panes_->active();
        panes_->setLoop(pane.frame(), std::max(pane.frame(), pane.clock().loopLast()));
        timeline_->refresh();
      });
  add(menu, QStringLiteral("loop.end"), tr("Loop ends here"), {QKeySequence(tr("]"))}, tr("Play up to this frame only"),
      [this] {
        Pane& pane = panes_->active();
        panes_->setLoop(std::min(pane.frame(), pane.clock().loopFirst()), pane.frame());
        timeline_->refresh();
      });
  add(menu, QStringLiteral("loop.none"), tr("Whole cine"), {QKeySequence(tr("\\"))}, tr("No loop range"), [this] {
    panes_->setLoop(0, panes_->active().frames() - 1);
    timeline_->refresh();
  });
}

void MainWindow::makeToolMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Tools"));
  QToolBar* bar = addToolBar(tr("Tools"));
  bar->setObjectName(QStringLiteral("toolbar.tools"));
  bar->setToolButtonStyle(Qt::ToolButtonTextOnly);
  tools_ = new QActionGroup(this);
  for (const ToolInfo& info : toolInfos()) {
    const ToolKind kind = info.kind;
    QAction* action = add(
        menu, QString::fromLatin1(info.id), info.name, {QKeySequence(info.key)}, info.tip,
        [this, kind] {
          // Esc gives up what is being drawn first, the tool after that.
          if (kind == ToolKind::look && panes_->active().cancelTool()) {
            actions_.value(toolId(panes_->active().tool()))->setChecked(true);
            return;
          }
          panes_->setTool(kind);
        },
        true);
    tools_->addAction(action);
    action->setChecked(kind == ToolKind::look);
    bar->addAction(action);
    if (kind == ToolKind::look || kind == ToolKind::notATear || kind == ToolKind::drawTendon)
      bar->addSeparator();
  }
  menu->addSeparator();
  QAction* snap = add(
      menu, QStringLiteral("snap"), tr("Snap to edges"), {QKeySequence(tr("O"))},
      tr("Borders that you pull or draw go to the nearest edge"),
      [this] { panes_->setSnapping(actions_.value(QStringLiteral("snap"))->isChecked()); }, true);
  bar->addSeparator();
  bar->addAction(snap);
  bar->addAction(actions_.value(QStringLiteral("overlay")));
  bar->addSeparator();
  bar->addAction(actions_.value(QStringLiteral("compare.sides")));
  bar->addAction(actions_.value(QStringLiteral("compare.views")));
}

void MainWindow::makeReviewMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Review"));
  add(menu, QStringLiteral("accept"), tr("Accept the grade"), {QKeySequence(tr("A")), QKeySequence(tr("Return"))},
      tr("The grade stands; on to the next picture"), [this] { grade_->accept(); });
  add(menu, QStringLiteral("change"), tr("Change the grade …"), {QKeySequence(tr("C"))},
      tr("Give another grade, and say why"), [this] { grade_->startChange(); });
  add(menu, QStringLiteral("refuse"), tr("Refuse to grade …"), {QKeySequence(tr("U"))},
      tr("The picture can't be graded, and why"), [this] { grade_->startRefusal(); });
  add(menu, QStringLiteral("measure.here"), tr("Measure this frame"), {QKeySequence(tr("Q"))},
      tr("Make the frame on screen the one that is measured"),
      [this] { panes_->active().apply(review::SetFrame{panes_->active().frame()}); });
  menu->addSeparator();
  add(menu, QStringLiteral("picture.next"), tr("Next picture"), {QKeySequence(tr("Down")), QKeySequence(tr("PgDown"))},
      tr("The next one in the list"), [this] { next(1); });
  add(menu, QStringLiteral("picture.previous"), tr("Previous picture"),
      {QKeySequence(tr("Up")), QKeySequence(tr("PgUp"))}, tr("The one before in the list"), [this] { next(-1); });
}

void MainWindow::makeHelpMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Help"));
  add(menu, QStringLiteral("keys"), tr("Keys"), {QKeySequence(tr("?")), QKeySequence(tr("F1"))},
      tr("Everything that a key does"), [this] { showShortcuts(); });
  add(menu, QStringLiteral("criteria"), tr("Criteria and sources"), {}, tr("Every threshold with where it comes from"),
      [this] { makeCriteriaDialog(workspace_.criteria(), this)->show(); });
  add(menu, QStringLiteral("about"), tr("About"), {}, tr("Version and what it is for"), [this] { showAbout(); });
}

void MainWindow::refreshActions() {
  const Pane& pane = panes_->active();
  const Picture* picture = pane.picture();
  const bool ready = picture != nullptr && picture->review.has_value();
  const bool cine = picture != nullptr && picture->frames() > 1;
  actions_.value(QStringLiteral("undo"))->setEnabled(ready && picture->review->canUndo());
  actions_.value(QStringLiteral("redo"))->setEnabled(ready && picture->review->canRedo());
  QString undo = tr("Undo");
  if (ready && picture->review->canUndo())
    undo += QStringLiteral(": ") + QString::fromStdString(review::describe(picture->review->edits().back().edit));
  actions_.value(QStringLiteral("undo"))->setText(undo);
  for (const char* id : {"accept", "change", "refuse"})
    actions_.value(QString::fromLatin1(id))->setEnabled(ready);
  for (const char* id : {"play", "frame.measured", "loop.begin", "loop.end", "loop.none"})
    actions_.value(QString::fromLatin1(id))->setEnabled(cine);
  actions_.value(QStringLiteral("measure.here"))->setEnabled(cine && ready && pane.shownResult() == nullptr);
  const bool quiet = !workspace_.saving() && !export_.running();
  for (const char* id : {"save", "save.as", "export.dicom", "send.pacs"})
    actions_.value(QString::fromLatin1(id))->setEnabled(ready && quiet);
  actions_.value(QStringLiteral("report"))->setEnabled(ready);
  actions_.value(QStringLiteral("close"))->setEnabled(picture != nullptr);
}

QString MainWindow::readerName() {
  if (!workspace_.reader().isEmpty())
    return workspace_.reader();
  QSettings settings;
  QString name = settings.value(QStringLiteral("reader")).toString();
  if (name.isEmpty()) {
    name = QInputDialog::getText(this, tr("Who reads"),
                                 tr("Your name or initials; they are kept with your corrections and decisions:"))
               .trimmed();
    if (!name.isEmpty())
      settings.setValue(QStringLiteral("reader"), name);
  }
  workspace_.setReader(name);
  return name;
}

void MainWindow::save(bool elsewhere) {
  Exam* exam = workspace_.examOf(panes_->active().pictureId());
  if (exam == nullptr || (closing_ && !exam->unsaved())) {
    exam = nullptr;
    for (std::size_t i = 0; i < workspace_.exams() && exam == nullptr; ++i)
      if (workspace_.exam(i).unsaved())
        exam = &workspace_.exam(i);
  }
  if (exam == nullptr)
    return;
  if (export_.running()) { // it reads what saving would change
    notify(tr("DICOM objects are being written; save when they are."));
    return;
  }
  QString folder = QString::fromStdString(exam->results.string());
  if (folder.isEmpty() || elsewhere) {
    QString start = QSettings().value(QStringLiteral("saveFolder")).toString();
    if (start.isEmpty())
      start = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    folder = QFileDialog::getExistingDirectory(this, tr("Results folder for this exam"), start);
    if (folder.isEmpty())
      return;
    QSettings().setValue(QStringLiteral("saveFolder"), QFileInfo(folder).absolutePath());
  }
  // The program's results are written once, and whole.
  std::error_code ignored;
  const bool unfinished = std::any_of(exam->pictures.begin(), exam->pictures.end(), [](const auto& p) {
    return p->state == Picture::State::waiting || p->state == Picture::State::analysing;
  });
  if (unfinished && !std::filesystem::exists(std::filesystem::path(folder.toStdString()) / "results.json", ignored)) {
    notify(tr("Not all pictures of this exam are analysed yet; save when they are."));
    return;
  }
  said_->setText(tr("Saving …"));
  workspace_.save(exam->key, folder.toStdString());
  refreshActions();
}

void MainWindow::showReport() {
  Exam* exam = workspace_.examOf(panes_->active().pictureId());
  if (exam == nullptr || exam->reviews().empty())
    return;
  const std::string words = review::ExamReview(exam->reviews(), exam->date, workspace_.criteria()).narrative();
  makeReportDialog(QString::fromStdString(words), this)->show();
}

void MainWindow::showShortcuts() {
  makeKeysDialog(ordered_, this)->show();
}

void MainWindow::showAbout() {
  QMessageBox::about(this, tr("About HipCuff"),
                     tr("HipCuff %1\n\nGluteal tendon tears on ultrasound: locate, measure, grade, show.\n\n%2\n\n"
                        "Pictures are drawn by: %3")
                         .arg(QString::fromLatin1(version), QString::fromLatin1(notice),
                              graphics_.renderer.isEmpty() ? tr("software") : graphics_.renderer));
}

void MainWindow::rememberRecent(const QStringList& paths) {
  QSettings settings;
  QStringList recent = settings.value(QStringLiteral("recent")).toStringList();
  for (const QString& path : paths) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    recent.removeAll(absolute);
    recent.prepend(absolute);
  }
  settings.setValue(QStringLiteral("recent"), QStringList(recent.mid(0, 12)));
}

void MainWindow::fillRecent() {
  recent_->clear();
  for (const QString& path : QSettings().value(QStringLiteral("recent")).toStringList()) {
    QAction* action = recent_->addAction(path);
    action->setEnabled(QFileInfo::exists(path));
    connect(action, &QAction::triggered, this, [this, path] { open({path}); });
  }
  if (recent_->isEmpty())
    recent_->addAction(tr("nothing yet"))->setEnabled(false);
}

} // namespace hipcuff::viewer
