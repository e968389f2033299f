#include "measure.h"

#include "view/pane.h"

#include <QEvent>
#include <QWidget>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace hipcuff::viewer::bench {

double Series::at(double part) const {
  if (values.empty())
    return 0;
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const auto index = static_cast<std::size_t>(std::lround(part * static_cast<double>(sorted.size() - 1)));
  return sorted[index];
}

std::string spread(const Series& ms) {
  char text[120];
  std::snprintf(text, sizeof text, "median %.1f, 95th %.1f, shortest %.1f, longest %.1f ms", ms.median(), ms.at(0.95),
                ms.at(0), ms.at(1));
  return text;
}

void row(const std::string& what, const std::string& figure, const std::string& goal) {
  std::printf("| %s | %s | %s |\n", what.c_str(), figure.c_str(), goal.c_str());
  std::fflush(stdout);
}

Usage usage() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return {seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) * 1024 / 1e6};
}

double residentMb() {
  std::ifstream statm("/proc/self/statm");
  long size = 0;
  long resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

bool Application::notify(QObject* receiver, QEvent* event) {
  if (event->type() == QEvent::Paint) {
    const double begin = secondsNow();
    const bool handled = QApplication::notify(receiver, event);
    const QObject* named = receiver;
    while (named != nullptr && (named->objectName().isEmpty() || named->objectName().startsWith(QLatin1String("qt_"))))
      named = named->parent();
    paints_[named != nullptr ? named->objectName().toStdString() : "window"] += 1000 * (secondsNow() - begin);
    due_ = due_ || receiver == watched_;
    return handled;
  }
  const bool update = event->type() == QEvent::UpdateRequest;
  const bool handled = QApplication::notify(receiver, event);
  if (update) {
    lastUpdate_ = secondsNow();
    ++updates_;
  }
  // A repaint() that was asked for at once comes outside of an update request, within another event.
  if (due_ && (update || event->type() == QEvent::Timer || event->type() == QEvent::MetaCall)) {
    due_ = false;
    if (painted_)
      painted_(secondsNow());
  }
  return handled;
}

void Application::watch(QWidget* widget, std::function<void(double)> painted) {
  watched_ = widget;
  painted_ = std::move(painted);
  due_ = false;
}

void Application::clearPaints() {
  paints_.clear();
  updates_ = 0;
}

bool Application::until(const std::function<bool()>& done, double seconds) {
  const double end = secondsNow() + seconds;
  while (!done()) {
    if (secondsNow() > end)
      return false;
    processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 2);
  }
  return true;
}

void Application::untilQuiet(double seconds) {
  double since = secondsNow();
  const auto paint = [this] {
    double all = 0;
    for (const auto& [name, ms] : paints_)
      all += ms;
    return all;
  };
  double before = paint();
  while (secondsNow() - since < seconds) {
    processEvents(QEventLoop::AllEvents, 1);
    if (const double now = paint(); now != before) {
      before = now;
      since = secondsNow();
    } else {
      usleep(200);
    }
  }
}

} // namespace hipcuff::viewer::bench
