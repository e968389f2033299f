// A viewer in a temporary home, and hands to use it with.
#pragma once

#include "model/workspace.h"
#include "view/main_window.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>

namespace hipcuff::viewer {

class Harness {
public:
  /// @param home where settings and journal are; made where empty
  explicit Harness(const QString& home = {});
  ~Harness();

  [[nodiscard]] MainWindow& window() { return *window_; }
  [[nodiscard]] Workspace& workspace() { return *workspace_; }
  [[nodiscard]] QString home() const { return home_; }
  [[nodiscard]] Pane& pane() { return window_->panes().active(); }
  [[nodiscard]] Picture& picture();
  [[nodiscard]] const ImageResult& result();

  /// Opens and waits until all is analysed and the last of it is on screen.
  void open(const QStringList& paths);
  [[nodiscard]] static bool until(const std::function<bool()>& done, int milliseconds = 20000);
  void trigger(const char* action);
  void key(const QString& keys); ///< as typed, e.g. "Ctrl+Z"
  /// Pointer on the active picture, picture pixels.
  void drag(Point from, Point to, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
  void stroke(const Polyline& line);
  void click(Point at);
  void hover(Point at);
  [[nodiscard]] QImage shot(); ///< the window as it is
  /// Saves the window where HIPCUFF_SHOTS names a folder.
  void keepShot(const QString& name);
  template <typename Widget>
  [[nodiscard]] Widget* find(const char* name) {
    return window_->findChild<Widget*>(QString::fromLatin1(name));
  }

private:
  QTemporaryDir own_;
  QString home_;
  Graphics graphics_;
  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<MainWindow> window_;
};

/// A folder of testdata.
[[nodiscard]] QString testdata(const QString& name = {});
/// Several of testdata's files, linked into a folder of their own as one exam.
[[nodiscard]] QString exam(const QTemporaryDir& at, const QStringList& names);

} // namespace hipcuff::viewer
