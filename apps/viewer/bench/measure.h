// What the viewer's benchmark measures with: painted widgets and their times, spreads, memory and processor time.
#pragma once

#include <QApplication>
#include <QPointer>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hipcuff::viewer::bench {

/// Some figures of one kind, in the order in which they came.
struct Series {
  std::vector<double> values;
  void add(double value) { values.push_back(value); }
  [[nodiscard]] bool empty() const noexcept { return values.empty(); }
  /// @param part 0 smallest, 0.5 median, 1 largest
  [[nodiscard]] double at(double part) const;
  [[nodiscard]] double median() const { return at(0.5); }
};

/// "median 12.3, 95th 14.0, shortest 11.8, longest 20.1 ms"
[[nodiscard]] std::string spread(const Series& ms);

/// One row of the table that scripts/viewer-bench prints.
void row(const std::string& what, const std::string& figure, const std::string& goal = "");

struct Usage {
  double cpuSeconds = 0;
  double peakMb = 0; ///< resident, of the process' whole life
};
[[nodiscard]] Usage usage();
[[nodiscard]] double residentMb(); ///< now

/// Notes when widgets were painted. A paint counts as done when the window's update that it was part of is done:
/// then the pixels have gone to the X server.
class Application : public QApplication {
public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override;

  /// Called after each update of a window in which `widget` was painted. @param at seconds, monotonic
  void watch(QWidget* widget, std::function<void(double at)> painted);
  void forget() { watched_ = nullptr; }

  /// Milliseconds in paint events since clearPaints(), by the nearest named widget.
  [[nodiscard]] const std::map<std::string, double>& paints() const noexcept { return paints_; }
  [[nodiscard]] double lastUpdate() const noexcept { return lastUpdate_; } ///< end of the last window update
  [[nodiscard]] int updates() const noexcept { return updates_; }
  void clearPaints();

  /// Handles events until `done`. @return false: not within the time
  static bool until(const std::function<bool()>& done, double seconds = 60);
  /// Until nothing was painted for so long.
  void untilQuiet(double seconds = 0.03);

private:
  QPointer<QWidget> watched_;
  std::function<void(double)> painted_;
  bool due_ = false;
  std::map<std::string, double> paints_;
  double lastUpdate_ = 0;
  int updates_ = 0;
};

} // namespace hipcuff::viewer::bench
