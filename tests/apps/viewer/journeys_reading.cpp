// Blinded reading: nothing of the program's answer nor of the patient on screen, a row on disk for each answer.
#include "journey.h"
#include "view/dialogs.h"
#include "view/reading_window.h"

#include "hipcuff/grading/criteria.h"

#include <QAbstractButton>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QStackedWidget>

namespace hipcuff::viewer {
namespace {

struct Reader {
  explicit Reader(const QString& folder, int reading = 1) {
    setTheme(false, false, 1);
    Workspace::Options options;
    options.stages = builtinStages();
    options.criteria = builtinCriteria();
    options.reader = QStringLiteral("AB");
    options.analyse = false;
    workspace = std::make_unique<Workspace>(std::move(options));
    Graphics graphics;
    graphics.presentation = Presentation::offScreen;
    window = std::make_unique<ReadingWindow>(*workspace, graphics,
                                             ReadingPlan{folder.toStdString(), QStringLiteral("AB"), reading});
    window->show();
    (void)QTest::qWaitForWindowExposed(window.get());
    QApplication::setActiveWindow(window.get());
  }
  ~Reader() {
    workspace->discardUnsaved();
    window.reset();
  }
  bool start(const QString& path) {
    window->open({path});
    auto* button = window->findChild<QPushButton*>(QStringLiteral("reading.start"));
    if (!Harness::until([&] { return button->isEnabled(); }))
      return false;
    button->click();
    return Harness::until([&] { return window->panes().active().widget().hasPicture(); });
  }
  void key(const char* keys) {
    QWidget* at = QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : window.get();
    QTest::keyClick(at, static_cast<Qt::Key>(QKeySequence(QLatin1String(keys))[0]));
    QTest::qWait(160); // a button that is pressed by its key takes 100 ms
  }
  std::unique_ptr<Workspace> workspace;
  std::unique_ptr<ReadingWindow> window;
};

QStringList lines(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly))
    return {};
  return QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

} // namespace

class Reading : public Journey {
  Q_OBJECT
private slots:
  void readsAllOfThem();
};

void Reading::readsAllOfThem() {
  QTemporaryDir in;
  QTemporaryDir out;
  const QString path = exam(in, {QStringLiteral("normal-left-long"), QStringLiteral("undersurface-right-long"),
                                 QStringLiteral("full-left-long")});
  QSet<QString> read;
  {
    Reader r(out.path());
    QVERIFY(r.start(path));
    // Nothing that the program thinks, no name, no path is in any text or tooltip of the window.
    QTest::qWait(50);
    for (const QWidget* widget : r.window->findChildren<QWidget*>()) {
      QString text = widget->toolTip();
      if (const auto* label = qobject_cast<const QLabel*>(widget))
        text += label->text();
      for (const char* secret : {"SIM", "image.dcm", "undersurface-right", "full-left", "normal-left"})
        QVERIFY2(!text.contains(QLatin1String(secret)), qPrintable(text));
    }
    QVERIFY(!r.window->windowTitle().contains(QStringLiteral("SIM")));
    Harness::keepShot(QStringLiteral("reading"), *r.window);
    auto* answer = r.window->findChild<QPushButton*>(QStringLiteral("reading.answer"));
    QVERIFY2(!answer->isEnabled(), "no answer without a class");
    // First picture: a caliper of one's own, then a class by its key.
    const std::string first = r.window->shown();
    read.insert(QString::fromStdString(first));
    r.key("M");
    PictureWidget& view = r.window->panes().active().widget();
    QTest::mousePress(&view, Qt::LeftButton, {}, view.rect().center());
    QMouseEvent move(QEvent::MouseMove, view.rect().center() + QPoint(0, 60), Qt::NoButton, Qt::LeftButton, {});
    QApplication::sendEvent(&view, &move);
    QTest::mouseRelease(&view, Qt::LeftButton, {}, view.rect().center() + QPoint(0, 60));
    auto* thickness = r.window->findChild<QDoubleSpinBox*>(QStringLiteral("reading.thickness"));
    QVERIFY2(thickness->value() > 0.5, "the caliper stands in the form");
    const QString caliper = QString::number(thickness->value(), 'f', 1);
    r.key("3");
    QVERIFY(answer->isEnabled());
    answer->click();
    QVERIFY(r.window->shown() != first);
    const QStringList rows = lines(out.filePath(QStringLiteral("readings-AB-1.csv")));
    QCOMPARE(rows.size(), 2);
    QVERIFY(rows[0].startsWith(QStringLiteral("reader,reading,sop_instance_uid,side,class")));
    QVERIFY(rows[1].startsWith(QStringLiteral("AB,1,") + QString::fromStdString(first)));
    QVERIFY(rows[1].contains(QStringLiteral("partial_thickness")));
    QVERIFY2(rows[1].contains(QLatin1Char(',') + caliper), qPrintable(rows[1]));
    // Taken back and given anew.
    r.window->findChild<QPushButton*>(QStringLiteral("reading.back"))->click();
    QCOMPARE(r.window->shown(), first);
    r.key("1");
    answer->click();
    QVERIFY(lines(out.filePath(QStringLiteral("readings-AB-1.csv")))[1].contains(QStringLiteral("normal")));
  }
  // Closed in the middle: it goes on where it stopped.
  Reader r(out.path());
  QVERIFY(r.start(path));
  QVERIFY(!read.contains(QString::fromStdString(r.window->shown())));
  auto* answer = r.window->findChild<QPushButton*>(QStringLiteral("reading.answer"));
  for (int i = 0; i < 2; ++i) {
    QVERIFY(!r.window->shown().empty());
    read.insert(QString::fromStdString(r.window->shown()));
    r.key("0");
    r.key("Return");
  }
  QVERIFY(r.window->shown().empty());
  QVERIFY(r.window->findChild<QLabel*>(QStringLiteral("reading.welcome"))->text().contains(QStringLiteral("All 3")));
  QCOMPARE(lines(out.filePath(QStringLiteral("readings-AB-1.csv"))).size(), 4);
  QCOMPARE(read.size(), 3);
  Q_UNUSED(answer)
}

HIPCUFF_JOURNEY(Reading);

} // namespace hipcuff::viewer

#include "journeys_reading.moc"
