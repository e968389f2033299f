// The program dies as by kill -9 in the middle of work; the next start offers the work, and it is all there.
#include "journey.h"
#include "killed.h"

#include <QAction>
#include <QDir>
#include <QLabel>
#include <QProcess>

#include <csignal>

namespace hipcuff::viewer {

void editAndDie(const QString& home, const QString& file) {
  Harness h({.home = home});
  if (!h.open({file}))
    qFatal("could not open %s", qPrintable(file));
  h.trigger("tool.pull");
  const Place place = placeOn(h.result());
  h.drag(place.superficial, place.superficial + Point{0, -20});
  h.trigger("tool.caliper");
  h.drag({200, 120}, {300, 120});
  h.trigger("accept");
  std::printf("%.17g %zu\n", h.result().measurements.thickness.summary->meanMm, h.picture().review->edits().size());
  std::fflush(stdout);
  ::raise(SIGKILL);
  std::abort();
}

class Crashing : public Journey {
  Q_OBJECT
private slots:
  void workIsOfferedAndComesBack();
  void throwingAwayIsForGood();
  void nothingIsOfferedAfterACleanEnd();

private:
  /// Lets a viewer die. @return what it said: mean thickness and number of edits
  QStringList die(const QString& home);
};

QStringList Crashing::die(const QString& home) {
  QProcess process;
  process.start(QCoreApplication::applicationFilePath(),
                {QStringLiteral("--edit-and-die"), home, testdata(QStringLiteral("normal-left-long"))});
  process.waitForFinished(120000);
  return process.exitStatus() == QProcess::CrashExit
             ? QString::fromUtf8(process.readAllStandardOutput()).split(QLatin1Char(' '))
             : QStringList{QString::fromUtf8(process.readAllStandardError())};
}

void Crashing::workIsOfferedAndComesBack() {
  QTemporaryDir home;
  const QStringList left = die(home.path());
  QVERIFY2(left.size() == 2, qPrintable(left.join(QLatin1Char(' '))));
  const double meanMm = left[0].toDouble();
  QCOMPARE(left[1].toInt(), 3);
  {
    Harness h({.home = home.path()});
    h.window().offerRecovery();
    QVERIFY2(h.bar().contains(QStringLiteral("Recover")), "offered in the bar, not in a dialog");
    h.keepShot(QStringLiteral("recover"));
    bool recovered = false;
    connect(&h.workspace(), &Workspace::recovered,
            [&](int pictures, const QString& missing) { recovered = pictures == 1 && missing.isEmpty(); });
    emit h.find<QLabel>("bar.words")->linkActivated(QStringLiteral("recover"));
    QVERIFY(Harness::until([&] { return recovered; }));
    QVERIFY(Harness::until([&] { return !h.workspace().busy() && h.pane().picture() != nullptr; }));
    QCOMPARE(h.picture().review->edits().size(), std::size_t(3));
    QVERIFY(std::abs(h.result().measurements.thickness.summary->meanMm - meanMm) < 0.005);
    QCOMPARE(h.result().review->annotations.size(), std::size_t(1));
    QVERIFY(*h.result().review->verdict == Verdict::accepted);
    QCOMPARE(h.result().review->by, std::string("AB"));
    QVERIFY(h.workspace().unsaved());
    QVERIFY(h.bar().contains(QStringLiteral("Save to keep")));
    h.key(QStringLiteral("Ctrl+Z"));
    QCOMPARE(h.picture().review->edits().size(), std::size_t(2));
  }
  // The harness leaves its unsaved work at its end, on purpose: nothing is offered again.
  Harness again({.home = home.path()});
  again.window().offerRecovery();
  QCOMPARE(again.bar(), QString());
}

void Crashing::throwingAwayIsForGood() {
  QTemporaryDir home;
  QCOMPARE(die(home.path()).size(), 2);
  {
    Harness h({.home = home.path()});
    h.window().offerRecovery();
    QVERIFY(!h.bar().isEmpty());
    emit h.find<QLabel>("bar.words")->linkActivated(QStringLiteral("discard"));
    QVERIFY2(h.bar().contains(QStringLiteral("for good")), "asked once more");
    emit h.find<QLabel>("bar.words")->linkActivated(QStringLiteral("discard now"));
    QCOMPARE(h.bar(), QString());
  }
  Harness again({.home = home.path()});
  again.window().offerRecovery();
  QCOMPARE(again.bar(), QString());
}

void Crashing::nothingIsOfferedAfterACleanEnd() {
  QTemporaryDir home;
  {
    Harness h({.home = home.path()});
    QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
    h.key(QStringLiteral("Ctrl+Z"));
  }
  Harness h({.home = home.path()});
  h.window().offerRecovery();
  QCOMPARE(h.bar(), QString());
}

HIPCUFF_JOURNEY(Crashing);

} // namespace hipcuff::viewer

#include "journeys_crash.moc"
