// test_viewer JOURNEY [options of Qt Test]: under a private X server and in a home of its own, so that nothing of the
// person's settings is read or changed and any number may run side by side.
#include "../../dicom/network/lab.h"
#include "journey.h"
#include "killed.h"

#include "hipcuff/rendering/private_display.h"

#include <QVTKOpenGLNativeWidget.h>

#include <cstdio>

namespace hipcuff::viewer {

QMap<QString, MakeJourney>& journeys() {
  static QMap<QString, MakeJourney> all;
  return all;
}

} // namespace hipcuff::viewer

int main(int argc, char** argv) {
  using namespace hipcuff::viewer;
  const QString name = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QString();
  if (name == QLatin1String("Pacs")) // before any thread: Orthanc listens on all addresses
    (void)lab::enterOwnNetwork();
  QTemporaryDir home;
  for (const char* variable : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
    qputenv(variable, home.path().toLocal8Bit());
  qunsetenv("QT_QPA_PLATFORM");
  qputenv("LC_ALL", "C.UTF-8");
  qputenv("QT_ACCESSIBILITY", "0");
  const hipcuff::PrivateDisplay display;
  if (name == QLatin1String("OpenGl")) {
    QSurfaceFormat format = QVTKOpenGLNativeWidget::defaultFormat();
    format.setSamples(0);
    QSurfaceFormat::setDefaultFormat(format);
  }
  QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
  QApplication app(argc, argv);
  QCoreApplication::setOrganizationName(QStringLiteral("hipcuff"));
  QCoreApplication::setApplicationName(QStringLiteral("hipcuff-viewer"));
  if (name == QLatin1String("--edit-and-die"))
    editAndDie(QString::fromLocal8Bit(argv[2]), QString::fromLocal8Bit(argv[3]));
  const auto make = journeys().find(name);
  if (make == journeys().end()) {
    std::fprintf(stderr, "usage: test_viewer JOURNEY; there are: %s\n",
                 qPrintable(QStringList(journeys().keys()).join(QLatin1Char(' '))));
    return 2;
  }
  const std::unique_ptr<QObject> journey = (*make)();
  QStringList words = QCoreApplication::arguments();
  words.removeAt(1);
  return QTest::qExec(journey.get(), words);
}
