#include "harness.h"

#include "hipcuff/grading/criteria.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QMouseEvent>
#include <QSettings>

namespace hipcuff::viewer {

QString testdata(const QString& name) {
  const QString root = QStringLiteral(HIPCUFF_SOURCE_DIR "/testdata");
  return name.isEmpty() ? root : root + QLatin1Char('/') + name + QStringLiteral("/image.dcm");
}

QString exam(const QTemporaryDir& at, const QStringList& names) {
  for (const QString& name : names)
    QFile::copy(testdata(name), at.filePath(name + QStringLiteral(".dcm")));
  return at.path();
}

Harness::Harness(const QString& home)
    : home_(home.isEmpty() ? own_.path() : home) {
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, home_);
  // No software composing in tests unless it is what is tested.
  graphics_.presentation = qEnvironmentVariableIsSet("HIPCUFF_TEST_OPENGL") ? Presentation::openGl : Presentation::offScreen;
  Workspace::Options options;
  options.stages = builtinStages();
  options.criteria = builtinCriteria();
  options.journalFolder = (home_ + QStringLiteral("/journal")).toStdString();
  options.reader = QStringLiteral("Reader A");
  workspace_ = std::make_unique<Workspace>(std::move(options));
  window_ = std::make_unique<MainWindow>(*workspace_, graphics_);
  window_->show();
  (void)QTest::qWaitForWindowExposed(window_.get());
}

Harness::~Harness() {
  workspace_->discardUnsaved();
  window_.reset();
}

Picture& Harness::picture() {
  return *pane().picture();
}

const ImageResult& Harness::result() {
  return picture().review->current();
}

bool Harness::until(const std::function<bool()>& done, int milliseconds) {
  QElapsedTimer timer;
  timer.start();
  while (!done()) {
    if (timer.elapsed() > milliseconds)
      return false;
    QTest::qWait(5);
  }
  return true;
}

void Harness::open(const QStringList& paths) {
  bool idle = false;
  const auto connection = QObject::connect(workspace_.get(), &Workspace::workDone, [&idle] { idle = true; });
  window_->open(paths);
  const bool done = until([&] { return idle; });
  QObject::disconnect(connection);
  if (!done)
    qWarning("the viewer did not finish its work");
  (void)until([&] { return pane().picture() == nullptr || pane().widget().hasPicture(); }, 5000);
  QTest::qWait(20);
}

void Harness::trigger(const char* action) {
  QAction* found = window_->action(QString::fromLatin1(action));
  if (found == nullptr)
    qFatal("there is no action %s", action);
  found->trigger();
  QApplication::processEvents();
}

void Harness::key(const QString& keys) {
  const QKeySequence sequence(keys);
  const int both = sequence[0];
  QTest::keyClick(&pane().widget(), static_cast<Qt::Key>(both & ~Qt::KeyboardModifierMask),
                  Qt::KeyboardModifiers(both & Qt::KeyboardModifierMask));
  QApplication::processEvents();
}

void Harness::drag(Point from, Point to, Qt::KeyboardModifiers modifiers) {
  PictureWidget& widget = pane().widget();
  hover(from);
  QTest::mousePress(&widget, Qt::LeftButton, modifiers, widget.positionOf(from));
  for (int i = 1; i <= 8; ++i) {
    const Point at = from + (to - from) * (i / 8.0);
    QMouseEvent move(QEvent::MouseMove, widget.positionOf(at), widget.mapToGlobal(widget.positionOf(at)), Qt::NoButton,
                     Qt::LeftButton, modifiers);
    QApplication::sendEvent(&widget, &move);
  }
  QTest::mouseRelease(&widget, Qt::LeftButton, modifiers, widget.positionOf(to));
  QApplication::processEvents();
}

void Harness::stroke(const Polyline& line) {
  PictureWidget& widget = pane().widget();
  QTest::mousePress(&widget, Qt::LeftButton, Qt::NoModifier, widget.positionOf(line.front()));
  for (const Point at : line) {
    QMouseEvent move(QEvent::MouseMove, widget.positionOf(at), widget.mapToGlobal(widget.positionOf(at)), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &move);
  }
  QTest::mouseRelease(&widget, Qt::LeftButton, Qt::NoModifier, widget.positionOf(line.back()));
  QApplication::processEvents();
}

void Harness::click(Point at) {
  PictureWidget& widget = pane().widget();
  QTest::mouseClick(&widget, Qt::LeftButton, Qt::NoModifier, widget.positionOf(at));
  QApplication::processEvents();
}

void Harness::hover(Point at) {
  PictureWidget& widget = pane().widget();
  QMouseEvent move(QEvent::MouseMove, widget.positionOf(at), widget.mapToGlobal(widget.positionOf(at)), Qt::NoButton,
                   Qt::NoButton, Qt::NoModifier);
  QApplication::sendEvent(&widget, &move);
  QApplication::processEvents();
}

QImage Harness::shot() {
  QApplication::processEvents();
  QTest::qWait(30);
  return window_->grab().toImage();
}

void Harness::keepShot(const QString& name) {
  const QString folder = qEnvironmentVariable("HIPCUFF_SHOTS");
  if (folder.isEmpty())
    return;
  QDir().mkpath(folder);
  shot().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

} // namespace hipcuff::viewer
