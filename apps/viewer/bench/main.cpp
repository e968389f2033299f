// hipcuff_viewer_bench PART [--opengl auto|hardware|software] ARGUMENTS...: see scripts/viewer-bench.
#include "bench.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/grading/criteria.h"

#include <QLibraryInfo>
#include <QSettings>
#include <QSysInfo>

#include <QVTKOpenGLNativeWidget.h>
#include <vtkVersion.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace hipcuff::viewer::bench {

Viewer::Viewer(Application& app, const Graphics& graphics)
    : app_(app) {
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, home_.path());
  Workspace::Options options;
  options.stages = builtinStages();
  options.criteria = builtinCriteria();
  options.journalFolder = home_.filePath(QStringLiteral("journal")).toStdString();
  options.reader = QStringLiteral("bench");
  workspace_ = std::make_unique<Workspace>(std::move(options));
  window_ = std::make_unique<MainWindow>(*workspace_, graphics);
  window_->resize(1440, 900);
  window_->show();
  if (!Application::until([this] { return window_->isVisible() && app_.updates() > 0; }, 20))
    throw std::runtime_error("the window did not appear");
}

Viewer::~Viewer() {
  workspace_->discardUnsaved();
  window_.reset();
}

void Viewer::open(const QStringList& paths) {
  bool idle = false;
  const auto connection = QObject::connect(workspace_.get(), &Workspace::workDone, [&idle] { idle = true; });
  window_->open(paths);
  const bool done = Application::until([&idle] { return idle; }, 300);
  QObject::disconnect(connection);
  if (!done || workspace_->exams() == 0)
    throw std::runtime_error("opening did not end: " + paths.join(QLatin1Char(' ')).toStdString());
  if (pane().picture() == nullptr)
    pane().showPicture(workspace_->exam(workspace_->exams() - 1).pictures.front()->id);
  (void)Application::until([this] { return pane().widget().hasPicture(); }, 10);
  app_.untilQuiet();
}

} // namespace hipcuff::viewer::bench

namespace {

using namespace hipcuff::viewer;

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.rfind("model name", 0) == 0)
      return line.substr(line.find(':') + 2);
  return QSysInfo::currentCpuArchitecture().toStdString();
}

double argument(const QStringList& given, int index, double otherwise) {
  return given.size() > index ? given[index].toDouble() : otherwise;
}

int run(int argc, char** argv) {
  const double start = secondsNow();
  QStringList given;
  for (int i = 1; i < argc; ++i)
    given << QString::fromLocal8Bit(argv[i]);
  QString openGl = QStringLiteral("auto");
  if (const int at = static_cast<int>(given.indexOf(QStringLiteral("--opengl"))); at >= 0 && at + 1 < given.size()) {
    openGl = given[at + 1];
    given.removeAt(at);
    given.removeAt(at);
  }
  if (given.isEmpty()) {
    std::cerr << "usage: hipcuff_viewer_bench about|first|play|bare|drag|memory [--opengl MODE] FILE [NUMBER]\n";
    return 2;
  }
  const QString part = given.takeFirst();
  const QString path = given.value(0);
  if (part == QLatin1String("first")) {
    bench::firstPicture(QString::fromLocal8Bit(argv[0]), path, openGl);
    return 0;
  }
  const Graphics graphics = chooseGraphics(openGl == QLatin1String("hardware")   ? OpenGlWish::hardware
                                           : openGl == QLatin1String("software") ? OpenGlWish::software
                                                                                 : OpenGlWish::automatic);
  if (part == QLatin1String("about")) {
    std::printf("%s, %u cores; %s; Qt %s, VTK %s; OpenGL: %s\n", processor().c_str(),
                std::thread::hardware_concurrency(), qPrintable(QSysInfo::prettyProductName()), qVersion(),
                vtkVersion::GetVTKVersion(), qPrintable(graphics.renderer));
    return 0;
  }
  if (part == QLatin1String("bare")) {
    bench::bareVtk(path, argument(given, 1, 10), static_cast<int>(argument(given, 2, 800)),
                   static_cast<int>(argument(given, 3, 600)));
    return 0;
  }
  if (graphics.presentation == Presentation::openGl) {
    QSurfaceFormat format = QVTKOpenGLNativeWidget::defaultFormat();
    format.setSamples(0);
    QSurfaceFormat::setDefaultFormat(format);
  }
  const ScreenOfPerson screen(graphics);
  bench::Application app(argc, argv);
  screen.leave();
  bench::Viewer viewer(app, graphics);
  const std::string shown = graphics.presentation == Presentation::openGl ? "OpenGL widget" : "off screen";
  if (part == QLatin1String("first-once"))
    bench::firstPictureOnce(viewer, path, start);
  else if (part == QLatin1String("play"))
    bench::play(viewer, path, argument(given, 1, 10), shown);
  else if (part == QLatin1String("drag"))
    bench::drag(viewer, path, static_cast<int>(argument(given, 1, 100)), shown);
  else if (part == QLatin1String("memory"))
    bench::memory(viewer, path, static_cast<int>(argument(given, 1, 3)));
  else
    throw std::runtime_error("there is no part " + part.toStdString());
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "hipcuff_viewer_bench: " << error.what() << '\n';
    return 1;
  }
}
