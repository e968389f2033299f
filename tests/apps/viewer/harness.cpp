#include "harness.h"

#include "hipcuff/grading/criteria.h"

#include <QAction>
#include <QDialog>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QMouseEvent>
#include <QProcess>
#include <QSettings>
#include <QWheelEvent>

#include <cmath>

namespace hipcuff::viewer {

QString testdata(const QString& name) {
  const QString folder = QStringLiteral(HIPCUFF_SOURCE_DIR "/testdata/") + name;
  const QString still = folder + QStringLiteral("/image.dcm");
  return QFile::exists(still) ? still : folder + QStringLiteral("/cine.dcm");
}

QString exam(const QTemporaryDir& at, const QStringList& names) {
  QStringList words{QStringLiteral("-nb"), QStringLiteral("-q"), QStringLiteral("-m"),
                    QStringLiteral("StudyInstanceUID=2.25.100")};
  for (const QString& name : names) {
    const QString to = at.filePath(name + QStringLiteral(".dcm"));
    QFile::copy(testdata(name), to);
    QFile::setPermissions(to, QFile::ReadOwner | QFile::WriteOwner);
    words << to;
  }
  if (QProcess::execute(QStringLiteral("dcmodify"), words) != 0)
    qFatal("dcmodify (dcmtk) is needed to make the exam of this journey");
  return at.path();
}

QString demo() {
  const QString folder = QStringLiteral(HIPCUFF_VIEWER_EXAM);
  return QFile::exists(folder + QStringLiteral("/right_long_1.dcm")) ? folder : QString();
}

QString demo(const QTemporaryDir& at, const QStringList& files) {
  const QDir from(demo());
  for (const QString& file : files.isEmpty() ? from.entryList({QStringLiteral("*.dcm")}) : files)
    if (!QFile::copy(from.filePath(file), at.filePath(file)))
      qFatal("the simulated exam has no %s", qPrintable(file));
  return at.path();
}

Harness::Harness()
    : Harness(Options{}) {}

Harness::Harness(const Options& wishes)
    : home_(wishes.home.isEmpty() ? own_.path() : wishes.home) {
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, home_);
  // Software composing is slow: off screen in all journeys but the one about it.
  graphics_.presentation = wishes.openGl ? Presentation::openGl : Presentation::offScreen;
  Workspace::Options options;
  options.stages = wishes.stages.value_or(builtinStages());
  options.plugins = wishes.plugins;
  options.criteria = builtinCriteria();
  options.journalFolder = (home_ + QStringLiteral("/journal")).toStdString();
  options.reader = wishes.reader;
  workspace_ = std::make_unique<Workspace>(std::move(options));
  window_ = std::make_unique<MainWindow>(*workspace_, graphics_);
  if (!wishes.show)
    return;
  window_->show();
  (void)QTest::qWaitForWindowExposed(window_.get());
  QApplication::setActiveWindow(window_.get()); // there is no window manager to do it
  pane().widget().setFocus();
}

Harness::~Harness() {
  workspace_->discardUnsaved();
  window_.reset();
}

Picture& Harness::picture() {
  if (pane().picture() == nullptr)
    qFatal("no picture is on screen");
  return *pane().picture();
}

const ImageResult& Harness::result() {
  if (!picture().review)
    qFatal("the picture on screen is not analysed");
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

bool Harness::open(const QStringList& paths) {
  bool idle = false;
  const auto connection = QObject::connect(workspace_.get(), &Workspace::workDone, [&idle] { idle = true; });
  window_->open(paths);
  const bool done = until([&] { return idle; }, 120000);
  QObject::disconnect(connection);
  const bool shown = until([&] { return pane().picture() == nullptr || pane().widget().hasPicture(); }, 10000);
  QTest::qWait(20);
  return done && shown;
}

bool Harness::choose(const QString& fileName, int pane) {
  for (std::size_t e = 0; e < workspace_->exams(); ++e)
    for (const auto& picture : workspace_->exam(e).pictures)
      if (QString::fromStdString(picture->key.path).endsWith(QLatin1Char('/') + fileName) &&
          picture->key.pane == pane) {
        window_->tree().select(picture->id);
        return until([&] { return this->pane().pictureId() == picture->id && this->pane().widget().hasPicture(); },
                     10000);
      }
  return false;
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
  if (QApplication::activeWindow() == nullptr) // a dialog went, and no window manager gives the focus back
    QApplication::setActiveWindow(window_.get());
  QWidget* at = QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : &pane().widget();
  QTest::keyClick(at, static_cast<Qt::Key>(both & ~Qt::KeyboardModifierMask),
                  Qt::KeyboardModifiers(both & Qt::KeyboardModifierMask));
  QApplication::processEvents();
}

void Harness::type(const QString& text) {
  QTest::keyClicks(QApplication::focusWidget(), text);
  QApplication::processEvents();
}

namespace {

void send(QWidget& widget, QEvent::Type type, QPoint at, Qt::MouseButton button, Qt::MouseButtons buttons,
          Qt::KeyboardModifiers modifiers) {
  QMouseEvent event(type, at, widget.mapToGlobal(at), button, buttons, modifiers);
  QApplication::sendEvent(&widget, &event);
}

} // namespace

void Harness::drag(Point from, Point to, Qt::KeyboardModifiers modifiers, bool letGo) {
  PictureWidget& widget = pane().widget();
  hover(from);
  QTest::mousePress(&widget, Qt::LeftButton, modifiers, widget.positionOf(from));
  for (int i = 1; i <= 8; ++i)
    send(widget, QEvent::MouseMove, widget.positionOf(from + (to - from) * (i / 8.0)), Qt::NoButton, Qt::LeftButton,
         modifiers);
  if (letGo)
    QTest::mouseRelease(&widget, Qt::LeftButton, modifiers, widget.positionOf(to));
  QApplication::processEvents();
}

void Harness::stroke(const Polyline& line) {
  PictureWidget& widget = pane().widget();
  QTest::mousePress(&widget, Qt::LeftButton, Qt::NoModifier, widget.positionOf(line.front()));
  for (const Point at : line)
    send(widget, QEvent::MouseMove, widget.positionOf(at), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
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
  send(widget, QEvent::MouseMove, widget.positionOf(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
  QApplication::processEvents();
}

void Harness::wheel(Point at, double steps, Qt::KeyboardModifiers modifiers) {
  PictureWidget& widget = pane().widget();
  const QPoint here = widget.positionOf(at);
  QWheelEvent event(here, widget.mapToGlobal(here), {}, QPoint(0, static_cast<int>(std::lround(120 * steps))),
                    Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
  QApplication::sendEvent(&widget, &event);
  QApplication::processEvents();
}

QImage Harness::shot() {
  QApplication::processEvents();
  QTest::qWait(60);
  return window_->grab().toImage();
}

void Harness::keepShot(const QString& name) {
  keepShot(name, *window_);
}

void Harness::keepShot(const QString& name, QWidget& widget) {
  const QString folder = qEnvironmentVariable("HIPCUFF_SHOTS");
  if (folder.isEmpty())
    return;
  QDir().mkpath(folder);
  QTest::qWait(80);
  widget.grab()
      .toImage()
      .convertToFormat(QImage::Format_RGB888)
      .save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

QString Harness::said() {
  return find<QLabel>("status.said")->text();
}

QString Harness::bar() {
  return find<QWidget>("bar")->isVisible() ? find<QLabel>("bar.words")->text() : QString();
}

DialogWatch::DialogWatch() {
  qApp->installEventFilter(this);
}

QStringList DialogWatch::taken() {
  return std::exchange(seen_, {});
}

bool DialogWatch::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::Show)
    if (auto* dialog = qobject_cast<QDialog*>(object)) {
      // One that nobody answers is not waited for until CTest's patience ends.
      QTimer::singleShot(8000, dialog, [dialog] {
        if (dialog->isModal() && dialog->isVisible())
          dialog->reject();
      });
      seen_ << QString::fromLatin1(dialog->metaObject()->className()) + QStringLiteral(": ") + dialog->windowTitle();
    }
  return QObject::eventFilter(object, event);
}

Place placeOn(const ImageResult& image, double share) {
  const auto& stations = image.anatomy.tendon.stations;
  if (stations.empty())
    qFatal("no tendon was found on this picture");
  const auto& s = stations[static_cast<std::size_t>(std::lround(share * static_cast<double>(stations.size() - 1)))];
  return {image.toFullPixels(s.cortexMm), image.toFullPixels(s.superficialMm)};
}

Difference difference(const QImage& a, const QImage& b) {
  if (a.isNull() || a.size() != b.size())
    return {};
  const auto small = [](const QImage& image) {
    return image.convertToFormat(QImage::Format_RGB888)
        .scaled(image.width() / 3, image.height() / 3, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
  };
  const QImage x = small(a);
  const QImage y = small(b);
  double sum = 0;
  int differing = 0;
  for (int r = 0; r < x.height(); ++r)
    for (int c = 0; c < x.width(); ++c) {
      int worst = 0;
      for (int k = 0; k < 3; ++k) {
        const int d = std::abs(int{x.constScanLine(r)[3 * c + k]} - int{y.constScanLine(r)[3 * c + k]});
        sum += d;
        worst = std::max(worst, d);
      }
      differing += worst > 24 ? 1 : 0;
    }
  const double pixels = static_cast<double>(x.width()) * x.height();
  return {sum / (3 * pixels), differing / pixels};
}

QString unlikeBaseline(const QImage& picture, const QString& name) {
  const QString file =
      QStringLiteral(HIPCUFF_SOURCE_DIR "/tests/apps/viewer/baselines/") + name + QStringLiteral(".png");
  if (qEnvironmentVariableIsSet("HIPCUFF_UPDATE_BASELINES")) {
    picture.convertToFormat(QImage::Format_RGB888).save(file, "PNG", 0);
    return {};
  }
  const Difference d = difference(picture, QImage(file));
  if (d.mean < 0.5 && d.share < 0.002)
    return {};
  const QString drawn = QDir::temp().filePath(QStringLiteral("hipcuff-viewer-") + name + QStringLiteral(".png"));
  picture.save(drawn);
  return QStringLiteral("%1: mean difference %2, %3 % of the pixels differ; drawn: %4")
      .arg(name)
      .arg(d.mean)
      .arg(100 * d.share)
      .arg(drawn);
}

} // namespace hipcuff::viewer
