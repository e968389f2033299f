// The program itself, as it is started from a terminal.
#include "journey.h"

#include <QProcess>

namespace hipcuff::viewer {
namespace {

struct Ran {
  int code = -1;
  QString out{};
  QStringList err{};
};

const QString program = QStringLiteral(HIPCUFF_BIN_DIR "/hipcuff-viewer");

Ran run(const QStringList& words, const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment()) {
  QProcess process;
  process.setProcessEnvironment(environment);
  process.start(program, words);
  if (!process.waitForFinished(60000))
    process.kill();
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
          QString::fromUtf8(process.readAllStandardOutput()),
          QString::fromUtf8(process.readAllStandardError()).split(QLatin1Char('\n'), Qt::SkipEmptyParts)};
}

} // namespace

class Program : public Journey {
  Q_OBJECT
private slots:
  void explainsItself();
  void wrongUsageIsOneLine();
  void withoutAScreen();
  void opensAndIsEnded();
  void pluginsAreItsOwn();
};

void Program::explainsItself() {
  const Ran help = run({QStringLiteral("--help")});
  QCOMPARE(help.code, 0);
  for (const char* option : {"--opengl", "--read", "--reader", "--out", "--criteria", "not a medical device"})
    QVERIFY2(help.out.contains(QLatin1String(option)), option);
  QCOMPARE(run({QStringLiteral("--version")}).code, 0);
}

void Program::wrongUsageIsOneLine() {
  for (const QStringList& words : {QStringList{QStringLiteral("--opengl"), QStringLiteral("quick")},
                                   QStringList{QStringLiteral("--read")}, QStringList{QStringLiteral("--nonsense")}}) {
    const Ran ran = run(words);
    QCOMPARE(ran.code, 2);
    QCOMPARE(ran.err.size(), 1);
    QVERIFY(ran.out.isEmpty());
  }
}

void Program::withoutAScreen() {
  QProcessEnvironment none = QProcessEnvironment::systemEnvironment();
  none.remove(QStringLiteral("DISPLAY"));
  none.remove(QStringLiteral("WAYLAND_DISPLAY"));
  const Ran ran = run({}, none);
  QCOMPARE(ran.code, 1);
  QCOMPARE(ran.err.size(), 1);
  QVERIFY2(ran.err[0].contains(QStringLiteral("DISPLAY")) && ran.err[0].contains(QStringLiteral("xvfb-run")),
           qPrintable(ran.err[0]));
}

void Program::opensAndIsEnded() {
  // Both ways to draw; it lives until it is told to go, and says nothing on the way.
  for (const char* way : {"software", "hardware"}) {
    QTemporaryDir home;
    QProcess process;
    process.start(program, {QStringLiteral("--opengl"), QLatin1String(way), QStringLiteral("--journal"),
                            home.filePath(QStringLiteral("journal")), QStringLiteral("--settings"), home.path(),
                            testdata(QStringLiteral("undersurface-left-cine"))});
    QVERIFY(process.waitForStarted());
    QVERIFY2(!process.waitForFinished(3000), qPrintable(QString::fromUtf8(process.readAllStandardError())));
    process.terminate();
    QVERIFY(process.waitForFinished(20000));
    QCOMPARE(QString::fromUtf8(process.readAllStandardOutput()), QString());
    QCOMPARE(QString::fromUtf8(process.readAllStandardError()), QString());
  }
}

void Program::pluginsAreItsOwn() {
  // Qt has an option --plugin itself, and must not look for ours.
  QTemporaryDir home;
  const auto opened = [&](const QString& plugin, const QString& onFault) {
    QProcess process;
    process.start(program, {QStringLiteral("--opengl"), QStringLiteral("software"), QStringLiteral("--journal"),
                            home.filePath(QStringLiteral("journal")), QStringLiteral("--settings"), home.path(),
                            QStringLiteral("--plugin"), plugin, QStringLiteral("--plugin-path"),
                            QStringLiteral(HIPCUFF_FAULTY_PLUGINS), QStringLiteral("--plugin-fault"), onFault});
    const bool ended = process.waitForFinished(3000);
    process.terminate();
    process.waitForFinished(20000);
    return Ran{ended ? process.exitCode() : -1, QString::fromUtf8(process.readAllStandardOutput()),
               QString::fromUtf8(process.readAllStandardError()).split(QLatin1Char('\n'), Qt::SkipEmptyParts)};
  };
  const Ran good = opened(QStringLiteral("misbehaving"), QStringLiteral("stop"));
  QCOMPARE(good.code, -1);
  QCOMPARE(good.err.size(), 1);
  QVERIFY2(good.err[0].contains(QStringLiteral("'misbehaving' exports nothing here")), qPrintable(good.err[0]));
  const Ran leftOut = opened(QStringLiteral("no_entry"), QStringLiteral("builtin"));
  QCOMPARE(leftOut.code, -1);
  QCOMPARE(leftOut.err.size(), 1);
  QVERIFY2(leftOut.err[0].contains(QStringLiteral("it was left out")), qPrintable(leftOut.err[0]));
  const Ran refused = opened(QStringLiteral("no_entry"), QStringLiteral("stop"));
  QCOMPARE(refused.code, 1);
  QCOMPARE(refused.err.size(), 1);
}

HIPCUFF_JOURNEY(Program);

} // namespace hipcuff::viewer

#include "journeys_program.moc"
