// The cine: its own frame times, speed, loop, stepping, scrubbing; two panes together.
#include "journey.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QSignalSpy>

#include <cmath>

namespace hipcuff::viewer {

class CinePlay : public Journey {
  Q_OBJECT
private slots:
  void init();
  void cleanup();
  void playsAtItsOwnTimes();
  void speed();
  void loopRange();
  void stepsAndJumps();
  void scrubbing();
  void measuredFrame();
  void wheelGoesThroughFrames();
  void linkedPanesPlayTogether();

private:
  /// Seconds of the cine that pass in `seconds` of playing, the loop's turns counted.
  [[nodiscard]] double played(double seconds);
  QTemporaryDir folder_;
  std::unique_ptr<Harness> h_;
};

void CinePlay::init() {
  NEEDS_EXAM();
  static const QString at = demo(folder_, {QStringLiteral("right_long_cine.dcm"), QStringLiteral("right_long_1.dcm")});
  h_ = std::make_unique<Harness>();
  QVERIFY(h_->open({at}));
  QVERIFY(h_->choose(QStringLiteral("right_long_cine.dcm")));
  QCOMPARE(h_->pane().frames(), 20);
}

void CinePlay::cleanup() {
  h_.reset();
  quiet();
}

double CinePlay::played(double seconds) {
  PlayClock& clock = h_->pane().clock();
  int last = h_->pane().frame();
  int turns = 0;
  const int first = last;
  const auto connection = QObject::connect(&h_->pane(), &Pane::frameChanged, [&](int frame) {
    turns += frame < last ? 1 : 0;
    last = frame;
  });
  h_->key(QStringLiteral("Space"));
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < 1000 * seconds)
    QTest::qWait(2);
  const double real = static_cast<double>(timer.elapsed()) / 1000;
  h_->key(QStringLiteral("Space"));
  QObject::disconnect(connection);
  const double turn = clock.timeOf(clock.loopLast()) + 1 / clock.framesPerSecond() - clock.timeOf(clock.loopFirst());
  return (turns * turn + clock.timeOf(last) - clock.timeOf(first)) / real;
}

void CinePlay::playsAtItsOwnTimes() {
  h_->key(QStringLiteral("Home"));
  QCOMPARE(h_->pane().frame(), 0);
  const PlayClock& clock = h_->pane().clock();
  QVERIFY(clock.timesKnown());
  const std::vector<double>& times = *h_->picture().cine->frameTimes;
  const double fps = (static_cast<double>(times.size()) - 1) / (times.back() - times.front());
  QVERIFY2(std::abs(clock.framesPerSecond() - fps) < 0.01 * fps, qPrintable(QString::number(fps)));
  std::vector<int> seen;
  const auto connection = QObject::connect(&h_->pane(), &Pane::frameChanged, [&](int frame) { seen.push_back(frame); });
  const double rate = played(2.0);
  QObject::disconnect(connection);
  // A frame's length over two seconds is 0.05: what a busy machine adds is left room.
  QVERIFY2(std::abs(rate - 1) < 0.1, qPrintable(QString::number(rate)));
  // All frames were there, in their order.
  for (int f = 0; f < 20; ++f)
    QVERIFY2(std::find(seen.begin(), seen.end(), f) != seen.end(), qPrintable(QString::number(f)));
  QVERIFY(h_->find<QLabel>("timeline.words")->text().contains(QStringLiteral("%1 fps").arg(fps, 0, 'f', 0)));
  QVERIFY(!h_->pane().playing());
}

void CinePlay::speed() {
  auto* speed = h_->find<QComboBox>("timeline.speed");
  speed->setCurrentIndex(speed->findData(0.5));
  h_->key(QStringLiteral("Home"));
  const double slow = played(1.5);
  QVERIFY2(std::abs(slow - 0.5) < 0.08, qPrintable(QString::number(slow)));
  speed->setCurrentIndex(speed->findData(2.0));
  h_->key(QStringLiteral("Home"));
  const double quick = played(1.5);
  QVERIFY2(std::abs(quick - 2) < 0.2, qPrintable(QString::number(quick)));
}

void CinePlay::loopRange() {
  h_->key(QStringLiteral("Home"));
  for (int i = 0; i < 5; ++i)
    h_->key(QStringLiteral("Right"));
  h_->key(QStringLiteral("["));
  for (int i = 0; i < 4; ++i)
    h_->key(QStringLiteral("Right"));
  h_->key(QStringLiteral("]"));
  QCOMPARE(h_->pane().clock().loopFirst(), 5);
  QCOMPARE(h_->pane().clock().loopLast(), 9);
  std::vector<int> seen;
  const auto connection = QObject::connect(&h_->pane(), &Pane::frameChanged, [&](int frame) { seen.push_back(frame); });
  (void)played(0.8);
  QObject::disconnect(connection);
  QVERIFY(!seen.empty());
  for (const int frame : seen)
    QVERIFY2(frame >= 5 && frame <= 9, qPrintable(QString::number(frame)));
  QVERIFY(std::find(seen.begin(), seen.end(), 5) != seen.end());
  h_->key(QStringLiteral("Home"));
  QCOMPARE(h_->pane().frame(), 5);
  h_->key(QStringLiteral("End"));
  QCOMPARE(h_->pane().frame(), 9);
  h_->keepShot(QStringLiteral("cine"));
  h_->key(QStringLiteral("\\"));
  QVERIFY(!h_->pane().clock().loops());
}

void CinePlay::stepsAndJumps() {
  h_->key(QStringLiteral("Home"));
  h_->key(QStringLiteral("Right"));
  h_->key(QStringLiteral("Right"));
  QCOMPARE(h_->pane().frame(), 2);
  h_->key(QStringLiteral("Left"));
  QCOMPARE(h_->pane().frame(), 1);
  h_->key(QStringLiteral("Shift+Right"));
  QCOMPARE(h_->pane().frame(), 11);
  h_->key(QStringLiteral("Shift+Left"));
  QCOMPARE(h_->pane().frame(), 1);
  h_->key(QStringLiteral("End"));
  QCOMPARE(h_->pane().frame(), 19);
  h_->key(QStringLiteral("Right"));
  QCOMPARE(h_->pane().frame(), 19);
  h_->key(QStringLiteral("Home"));
  QCOMPARE(h_->pane().frame(), 0);
}

void CinePlay::scrubbing() {
  auto* strip = h_->find<TimelineStrip>("timeline.strip");
  QTest::mousePress(strip, Qt::LeftButton, {}, QPoint(strip->xOf(3), 8));
  QCOMPARE(h_->pane().frame(), 3);
  for (int f = 4; f <= 14; ++f) {
    QMouseEvent move(QEvent::MouseMove, QPoint(strip->xOf(f), 8), Qt::NoButton, Qt::LeftButton, {});
    QApplication::sendEvent(strip, &move);
    QCOMPARE(h_->pane().frame(), f);
  }
  QTest::mouseRelease(strip, Qt::LeftButton, {}, QPoint(strip->xOf(14), 8));
  QVERIFY(Harness::until([&] { return h_->find<QLabel>("timeline.words")->text().startsWith("15 / 20"); }));
  // The right picture comes too: it is the one that stepping leads to.
  QTest::qWait(100);
  const QImage scrubbed = h_->pane().widget().snapshot();
  h_->key(QStringLiteral("Right"));
  h_->key(QStringLiteral("Left"));
  QTest::qWait(100);
  QCOMPARE(h_->pane().widget().snapshot(), scrubbed);
  // The triangles below set the loop.
  const int low = strip->height() - 4;
  QTest::mousePress(strip, Qt::LeftButton, {}, QPoint(strip->xOf(0) - 3, low));
  QMouseEvent move(QEvent::MouseMove, QPoint(strip->xOf(6), low), Qt::NoButton, Qt::LeftButton, {});
  QApplication::sendEvent(strip, &move);
  QTest::mouseRelease(strip, Qt::LeftButton, {}, QPoint(strip->xOf(6), low));
  QCOMPARE(h_->pane().clock().loopFirst(), 6);
}

void CinePlay::measuredFrame() {
  const int measured = *h_->result().frame;
  h_->key(measured == 0 ? QStringLiteral("End") : QStringLiteral("Home"));
  QVERIFY(h_->pane().shownResult() == nullptr);
  QVERIFY(h_->find<QLabel>("pane.head")->text().contains(QStringLiteral("measured: frame %1").arg(measured + 1)));
  h_->key(QStringLiteral("J"));
  QCOMPARE(h_->pane().frame(), measured);
  QVERIFY(h_->pane().shownResult() != nullptr);
}

void CinePlay::wheelGoesThroughFrames() {
  h_->key(QStringLiteral("Home"));
  const double zoom = h_->pane().widget().viewport().zoom();
  h_->wheel({400, 300}, -1);
  QCOMPARE(h_->pane().frame(), 1);
  h_->wheel({400, 300}, 1);
  QCOMPARE(h_->pane().frame(), 0);
  QCOMPARE(h_->pane().widget().viewport().zoom(), zoom);
  h_->wheel({400, 300}, 1, Qt::ControlModifier);
  QCOMPARE(h_->pane().frame(), 0);
  QVERIFY(h_->pane().widget().viewport().zoom() > zoom);
}

void CinePlay::linkedPanesPlayTogether() {
  const int id = h_->pane().pictureId();
  h_->key(QStringLiteral("2"));
  QCOMPARE(h_->panes().count(), 2);
  h_->panes().pane(1).showPicture(id);
  QVERIFY(h_->panes().linked());
  h_->key(QStringLiteral("Home"));
  QCOMPARE(h_->panes().pane(1).frame(), 0);
  h_->key(QStringLiteral("Space"));
  QVERIFY(h_->panes().pane(0).playing() && h_->panes().pane(1).playing());
  int apart = 0;
  int looked = 0;
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < 1200) {
    QTest::qWait(10);
    const int d = std::abs(h_->panes().pane(0).frame() - h_->panes().pane(1).frame());
    apart += std::min(d, 20 - d) > 1 ? 1 : 0;
    ++looked;
  }
  h_->key(QStringLiteral("Space"));
  QVERIFY(looked > 10);
  QVERIFY2(apart <= looked / 10, qPrintable(QStringLiteral("%1 of %2").arg(apart).arg(looked)));
  QVERIFY(!h_->panes().pane(1).playing());
  // Not linked: only the active one.
  h_->key(QStringLiteral("L"));
  h_->key(QStringLiteral("Space"));
  QVERIFY(h_->panes().pane(0).playing() && !h_->panes().pane(1).playing());
  h_->key(QStringLiteral("Space"));
}

HIPCUFF_JOURNEY(CinePlay);

} // namespace hipcuff::viewer

#include "journeys_cine.moc"
