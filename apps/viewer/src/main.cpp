// hipcuff-viewer: the exam on screen, to correct, decide and save.
#include "model/workspace.h"
#include "options.h"
#include "view/dialogs.h"
#include "view/main_window.h"
#include "view/presentation.h"
#include "view/reading_window.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/plugin/record.h"
#include "hipcuff/rendering/private_display.h"

#include <QApplication>
#include <QLocale>
#include <QSettings>
#include <QStandardPaths>
#include <QTranslator>

#include <QVTKOpenGLNativeWidget.h>

#include <iostream>

namespace {

using namespace hipcuff;

/// The stages with the plugins asked for in their places. What can't be loaded and may be left out is told.
/// @throws ConfigError, UsageError
plugin::Loaded stagesOf(const viewer::Options& options) {
  std::vector<plugin::Request> requests;
  for (const std::string& text : options.plugins)
    requests.push_back(plugin::parseRequest(text));
  if (requests.empty())
    return {builtinStages(), {}, {}};
  const bool standIn = options.pluginFault == "builtin";
  plugin::Loaded loaded =
      plugin::loadPlugins(requests, plugin::searchPath({options.pluginPath.begin(), options.pluginPath.end()}),
                          builtinStages(), standIn ? plugin::OnFault::builtin : plugin::OnFault::stop);
  for (const std::string& problem : loaded.problems)
    std::cerr << "hipcuff-viewer: " << problem << "\n";
  for (const plugin::InUse& use : loaded.plugins)
    if (use.exporter)
      std::cerr << "hipcuff-viewer: plugin '" << use.descriptor.name
                << "' exports nothing here: only hipcuff analyze and hipcuff batch export\n";
  return loaded;
}

/// As the command line's programs: 0 done, 1 failed, 2 wrong usage.
enum ExitCode { done = 0, failed = 1, wrongUsage = 2 };

int run(char** argv, const viewer::Options& options) {
  plugin::Loaded loaded = stagesOf(options); // before a window opens
  const viewer::Graphics graphics = viewer::chooseGraphics(options.openGl);
  if (graphics.presentation == viewer::Presentation::openGl) {
    QSurfaceFormat format = QVTKOpenGLNativeWidget::defaultFormat();
    format.setSamples(0);
    QSurfaceFormat::setDefaultFormat(format);
  }
  QCoreApplication::setOrganizationName(QStringLiteral("hipcuff"));
  QCoreApplication::setApplicationName(QStringLiteral("hipcuff-viewer"));
  QCoreApplication::setAttribute(Qt::AA_EnableHighDpiScaling);
  QCoreApplication::setAttribute(Qt::AA_UseHighDpiPixmaps);
  if (!options.settings.empty()) {
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, QString::fromStdString(options.settings));
  }
  const viewer::ScreenOfPerson screen(graphics); // Qt opens its windows there
  int words = 1;                                 // Qt has a --plugin too, and would say that there is none of this name
  QApplication app(words, argv);
  screen.leave();
  // English has a file too: it knows singular from plural. Another language's comes on top.
  const QString texts = QCoreApplication::applicationDirPath() + QStringLiteral("/../share/hipcuff/translations");
  QTranslator english;
  QTranslator own;
  if (english.load(QStringLiteral("hipcuff-viewer_en"), texts))
    QCoreApplication::installTranslator(&english);
  if (own.load(QLocale(), QStringLiteral("hipcuff-viewer"), QStringLiteral("_"), texts))
    QCoreApplication::installTranslator(&own);

  viewer::Workspace::Options what;
  what.stages = std::move(loaded.stages);
  what.plugins = plugin::recordsOf(loaded.plugins);
  what.remarks = std::move(loaded.leftOut);
  what.criteria = options.criteria.empty() ? builtinCriteria() : loadCriteria(options.criteria);
  what.journalFolder =
      options.journal.empty()
          ? (QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + QStringLiteral("/journal"))
                .toStdString()
          : options.journal;
  what.reader = options.reader.empty() ? QSettings().value(QStringLiteral("reader")).toString()
                                       : QString::fromStdString(options.reader);
  QStringList paths;
  for (const std::string& path : options.paths)
    paths << QString::fromStdString(path);
  if (options.read) {
    what.analyse = false;
    what.journalFolder.clear(); // answers are on disk at once
    viewer::setTheme(false, false, 1);
    viewer::Workspace workspace(std::move(what));
    viewer::ReadingWindow window(workspace, graphics,
                                 {options.out, QString::fromStdString(options.reader), options.reading});
    window.show();
    window.open(paths);
    return QApplication::exec();
  }
  viewer::Workspace workspace(std::move(what));
  viewer::MainWindow window(workspace, graphics);
  window.show();
  window.offerRecovery();
  window.tellLeftOut(loaded.problems);
  window.open(paths);
  return QApplication::exec();
}

} // namespace

int main(int argc, char** argv) {
  try {
    const auto options = viewer::parseOptions(argc, argv);
    return options ? run(argv, *options) : done;
  } catch (const UsageError& error) {
    std::cerr << "hipcuff-viewer: " << error.what() << "\n";
    return wrongUsage;
  } catch (const std::exception& error) {
    std::cerr << "hipcuff-viewer: " << error.what() << "\n";
    return failed;
  }
}
