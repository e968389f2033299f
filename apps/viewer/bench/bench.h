// The parts of the viewer's benchmark. Each runs in a process of its own: memory and warm caches are its own then.
#pragma once

#include "measure.h"

#include "model/workspace.h"
#include "view/main_window.h"

#include <QTemporaryDir>

#include <memory>

namespace hipcuff::viewer::bench {

/// The whole viewer with settings of its own, 1440x900.
class Viewer {
public:
  Viewer(Application& app, const Graphics& graphics);
  ~Viewer();
  [[nodiscard]] MainWindow& window() { return *window_; }
  [[nodiscard]] Workspace& workspace() { return *workspace_; }
  [[nodiscard]] Pane& pane() { return window_->panes().active(); }
  [[nodiscard]] Application& app() noexcept { return app_; }
  /// Opens and waits until everything is analysed and painted.
  void open(const QStringList& paths);

private:
  Application& app_;
  QTemporaryDir home_;
  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<MainWindow> window_;
};

/// Milliseconds from open() to the first picture in the window, and from the program's start; two numbers to stdout.
void firstPictureOnce(Viewer& viewer, const QString& path, double programStart);
/// The same in several fresh processes.
void firstPicture(const QString& program, const QString& path, const QString& openGl);
void play(Viewer& viewer, const QString& path, double seconds, const std::string& name);
void drag(Viewer& viewer, const QString& path, int drags, const std::string& name);
void memory(Viewer& viewer, const QString& folder, int rounds);
/// Frames decoded beforehand into a plain VTK window: what this machine can do without the viewer.
void bareVtk(const QString& path, double seconds, int width, int height);

} // namespace hipcuff::viewer::bench
