// Pictures beside each other: layouts, sides, axes, an earlier exam, always the same millimetres as large.
#include "journey.h"

#include <QAction>
#include <QLabel>
#include <QProcess>

#include <cmath>

namespace hipcuff::viewer {

class Comparing : public Journey {
  Q_OBJECT
private slots:
  void layouts();
  void sidesAtOneScale();
  void axesAtOneScale();
  void priorExam();
  void whatIsMissingIsSaid();
};

void Comparing::layouts() {
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({exam(folder, {QStringLiteral("normal-left-long"), QStringLiteral("normal-right-long"),
                                QStringLiteral("normal-right-short"), QStringLiteral("undersurface-left-short")})}));
  for (const int n : {2, 4, 1}) {
    h.key(QString::number(n));
    int visible = 0;
    for (int i = 0; i < 4; ++i)
      visible += h.panes().pane(i).isVisible() ? 1 : 0;
    QCOMPARE(visible, n);
  }
  h.key(QStringLiteral("4"));
  // The panes fill themselves with the exam's other pictures, all at one scale with the skin at one height.
  QVERIFY(Harness::until([&] {
    for (int i = 0; i < 4; ++i)
      if (!h.panes().pane(i).widget().hasPicture())
        return false;
    return true;
  }));
  QTest::qWait(100);
  QSet<int> shown;
  for (int i = 0; i < 4; ++i) {
    shown.insert(h.panes().pane(i).pictureId());
    QVERIFY2(std::abs(*h.panes().pane(i).pixelsPerMm() - *h.panes().pane(0).pixelsPerMm()) < 1e-9,
             qPrintable(QString::number(i)));
    const PixelBox box = *h.panes().pane(i).picture()->result()->regionPx;
    QVERIFY(std::abs(h.panes().pane(i).widget().positionOf({0, static_cast<double>(box.y0)}).y()) <= 1);
  }
  QCOMPARE(shown.size(), 4);
  h.keepShot(QStringLiteral("four"));
  // Clicking a pane makes it the active one; the list follows.
  QTest::mouseClick(&h.panes().pane(2).widget(), Qt::LeftButton, {}, QPoint(30, 30));
  QCOMPARE(h.panes().activeIndex(), 2);
  QCOMPARE(h.window().tree().selected(), h.panes().pane(2).pictureId());
  h.key(QStringLiteral("F6"));
  QCOMPARE(h.panes().activeIndex(), 3);
  h.key(QStringLiteral("1"));
  QTest::qWait(50);
  QVERIFY2(h.pane().fitted(), "alone it is as large as the pane allows");
}

void Comparing::sidesAtOneScale() {
  NEEDS_EXAM();
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({demo(folder, {QStringLiteral("left_long_1.dcm"), QStringLiteral("right_long_1.dcm")})}));
  h.key(QStringLiteral("S"));
  QTest::qWait(100);
  QCOMPARE(h.panes().count(), 2);
  QVERIFY(*h.panes().pane(0).picture()->side() == Side::left);
  QVERIFY(*h.panes().pane(1).picture()->side() == Side::right);
  QVERIFY(h.panes().pane(0).picture()->view() == h.panes().pane(1).picture()->view());
  QVERIFY(h.panes().pane(0).pixelsPerMm() && h.panes().pane(1).pixelsPerMm());
  QVERIFY(std::abs(*h.panes().pane(0).pixelsPerMm() - *h.panes().pane(1).pixelsPerMm()) < 1e-9);
  // It stays so when one is zoomed.
  h.wheel(placeOn(*h.pane().picture()->result()).middle(), 2, Qt::ControlModifier);
  QVERIFY(std::abs(*h.panes().pane(0).pixelsPerMm() - *h.panes().pane(1).pixelsPerMm()) < 1e-9);
  h.key(QStringLiteral("0"));
  QTest::qWait(50);
  QVERIFY2(std::abs(*h.panes().pane(0).pixelsPerMm() - *h.panes().pane(1).pixelsPerMm()) < 1e-9, "fitted too");
  h.keepShot(QStringLiteral("sides"));
  h.window().resize(1200, 800);
  QTest::qWait(100);
  QVERIFY2(std::abs(*h.panes().pane(0).pixelsPerMm() - *h.panes().pane(1).pixelsPerMm()) < 1e-9, "in a smaller window");
}

void Comparing::axesAtOneScale() {
  NEEDS_EXAM();
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({demo(folder, {QStringLiteral("right_short_1.dcm"), QStringLiteral("right_long_1.dcm")})}));
  h.key(QStringLiteral("Y"));
  QTest::qWait(100);
  QVERIFY(*h.panes().pane(0).picture()->view() == View::longAxis);
  QVERIFY(*h.panes().pane(1).picture()->view() == View::shortAxis);
  QVERIFY(std::abs(*h.panes().pane(0).pixelsPerMm() - *h.panes().pane(1).pixelsPerMm()) < 1e-9);
}

void Comparing::priorExam() {
  NEEDS_EXAM();
  QTemporaryDir now;
  QTemporaryDir before;
  const QString file = QStringLiteral("right_long_1.dcm");
  (void)demo(now, {file});
  (void)demo(before, {QStringLiteral("right_long_2.dcm")});
  QCOMPARE(
      QProcess::execute(QStringLiteral("dcmodify"),
                        {QStringLiteral("-nb"), QStringLiteral("-q"), QStringLiteral("-m"),
                         QStringLiteral("StudyInstanceUID=2.25.101"), QStringLiteral("-m"),
                         QStringLiteral("StudyDate=20250310"), before.filePath(QStringLiteral("right_long_2.dcm"))}),
      0);
  Harness h;
  QVERIFY(h.open({now.path()}));
  h.key(QStringLiteral("Z"));
  QVERIFY(h.said().contains(QStringLiteral("earlier exam")));
  QVERIFY(h.open({before.path()}));
  QVERIFY(h.choose(file));
  h.key(QStringLiteral("Z"));
  QTest::qWait(100);
  QCOMPARE(h.panes().count(), 2);
  QVERIFY(QString::fromStdString(h.panes().pane(0).picture()->key.path).startsWith(now.path()));
  QVERIFY(QString::fromStdString(h.panes().pane(1).picture()->key.path).startsWith(before.path()));
  QVERIFY2(h.bar().contains(QStringLiteral("2025-03-10")), qPrintable(h.bar()));
  QVERIFY(std::abs(*h.panes().pane(0).pixelsPerMm() - *h.panes().pane(1).pixelsPerMm()) < 1e-9);
  h.keepShot(QStringLiteral("prior"));
}

void Comparing::whatIsMissingIsSaid() {
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  h.key(QStringLiteral("S"));
  QVERIFY(h.said().contains(QStringLiteral("other hip")));
  h.key(QStringLiteral("Y"));
  QVERIFY(h.said().contains(QStringLiteral("other axis")));
  QCOMPARE(h.panes().count(), 1);
}

HIPCUFF_JOURNEY(Comparing);

} // namespace hipcuff::viewer

#include "journeys_compare.moc"
