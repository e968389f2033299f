// A viewer in a temporary home, and hands and eyes to use it with.
#pragma once

#include "model/workspace.h"
#include "view/main_window.h"

#include <QApplication>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace hipcuff::viewer {

class Harness {
public:
  struct Options {
    QString home{};                        ///< where settings and journal are; made where empty
    QString reader = QStringLiteral("AB"); ///< empty: asked for
    bool openGl = false;                   ///< the window's graphics by QVTKOpenGLNativeWidget
    bool show = true;
    std::optional<Stages> stages{}; ///< the built-in ones where none are given
    std::vector<PluginRecord> plugins{};
  };
  Harness();
  explicit Harness(const Options& options);
  ~Harness();

  [[nodiscard]] MainWindow& window() { return *window_; }
  [[nodiscard]] Workspace& workspace() { return *workspace_; }
  [[nodiscard]] QString home() const { return home_; }
  [[nodiscard]] PaneGrid& panes() { return window_->panes(); }
  [[nodiscard]] Pane& pane() { return window_->panes().active(); }
  [[nodiscard]] Picture& picture();
  [[nodiscard]] const ImageResult& result();

  /// Opens and waits until all is analysed and the last of it is on screen. @return whether that came
  bool open(const QStringList& paths);
  [[nodiscard]] static bool until(const std::function<bool()>& done, int milliseconds = 30000);
  /// Makes the picture of this file the active one. @return whether there is one
  bool choose(const QString& fileName, int pane = 0);
  void trigger(const char* action);
  /// As typed, wherever the focus is, e.g. "Ctrl+Z".
  void key(const QString& keys);
  void type(const QString& text);
  /// Pointer on the active picture, picture pixels.
  void drag(Point from, Point to, Qt::KeyboardModifiers modifiers = Qt::NoModifier, bool letGo = true);
  void stroke(const Polyline& line);
  void click(Point at);
  void hover(Point at);
  void wheel(Point at, double steps, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
  [[nodiscard]] QImage shot(); ///< the window as it is
  /// Saves the window where HIPCUFF_SHOTS names a folder.
  void keepShot(const QString& name);
  static void keepShot(const QString& name, QWidget& widget);
  [[nodiscard]] QString said(); ///< the status line
  [[nodiscard]] QString bar();  ///< the bar above the pictures; empty where it is hidden
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

/// Answers the next modal dialog of this type. Make it before what opens the dialog.
template <typename Dialog>
class Answer {
public:
  explicit Answer(std::function<void(Dialog&)> act)
      : act_(std::move(act)) {
    timer_.setInterval(20);
    QObject::connect(&timer_, &QTimer::timeout, [this] {
      auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
      if (dialog == nullptr || !dialog->isVisible())
        return;
      timer_.stop();
      came_ = true;
      act_(*dialog);
    });
    timer_.start();
  }
  [[nodiscard]] bool came() const { return came_; }

private:
  std::function<void(Dialog&)> act_;
  QTimer timer_;
  bool came_ = false;
};

/// Dialogs that came up, whoever opened them.
class DialogWatch : public QObject {
  Q_OBJECT
public:
  DialogWatch();
  [[nodiscard]] QStringList taken(); ///< class and title of each; forgets them

protected:
  bool eventFilter(QObject* object, QEvent* event) override;

private:
  QStringList seen_;
};

/// testdata's file of that name, e.g. "normal-left-long".
[[nodiscard]] QString testdata(const QString& name);
/// Several of testdata's files, copied into a folder as NAME.dcm, made one study.
[[nodiscard]] QString exam(const QTemporaryDir& at, const QStringList& names);
/// The simulated exam (hipcuff phantom --demo) that the journeys share; empty where it wasn't made.
[[nodiscard]] QString demo();
/// Some of its files, copied. All where none are named.
[[nodiscard]] QString demo(const QTemporaryDir& at, const QStringList& files);

/// Middle of the tendon as seen: station at this share of its length.
struct Place {
  Point cortex;
  Point superficial;
  [[nodiscard]] Point middle() const { return (cortex + superficial) * 0.5; }
};
[[nodiscard]] Place placeOn(const ImageResult& image, double share = 0.5);

/// How two pictures differ after each is made a third as large (font smoothing goes, a missing line doesn't).
struct Difference {
  double mean = 255; ///< grey levels
  double share = 1;  ///< of pixels that differ by more than 24
};
[[nodiscard]] Difference difference(const QImage& a, const QImage& b);
/// Against tests/apps/viewer/baselines/NAME.png; HIPCUFF_UPDATE_BASELINES=1 writes it. @return what is wrong, else
/// empty
[[nodiscard]] QString unlikeBaseline(const QImage& picture, const QString& name);

} // namespace hipcuff::viewer
