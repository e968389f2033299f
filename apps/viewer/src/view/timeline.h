// The cine's bar: play, speed, loop range, scrubbing, and where the analysis looked.
#pragma once

#include "hipcuff/core/result.h"

#include <QWidget>

#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QToolButton;

namespace hipcuff::viewer {

class Pane;

/// The strip itself: frames from left to right, analysed ones as ticks in their grade's colour and height.
class TimelineStrip : public QWidget {
  Q_OBJECT
public:
  explicit TimelineStrip(QWidget* parent = nullptr);
  void setFrames(int frames);
  void setFrame(int frame);
  void setMeasured(std::optional<int> frame);
  void setAnalysed(std::vector<FrameSummary> frames);
  void setLoop(int first, int last);
  [[nodiscard]] QSize sizeHint() const override { return {400, 40}; }
  [[nodiscard]] int frameAt(int x) const;
  [[nodiscard]] int xOf(int frame) const;

signals:
  void scrubbed(int frame);
  void loopChanged(int first, int last);

protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  bool event(QEvent* event) override;

private:
  enum class Drag { none, frame, first, last };
  int frames_ = 0;
  int frame_ = 0;
  int first_ = 0;
  int last_ = 0;
  std::optional<int> measured_;
  std::vector<FrameSummary> analysed_;
  Drag drag_ = Drag::none;
};

class Timeline : public QWidget {
  Q_OBJECT
public:
  explicit Timeline(QWidget* parent = nullptr);
  /// What the bar shows and acts on; null: disabled.
  void setPane(Pane* pane);
  void refresh();      ///< the pane's picture or result changed
  void refreshFrame(); ///< only its frame did
  [[nodiscard]] TimelineStrip& strip() noexcept { return *strip_; }
  [[nodiscard]] double speed() const;

signals:
  void playToggled();
  void seeked(int frame);
  void loopChanged(int first, int last);
  void speedChanged(double factor);

private:
  Pane* pane_ = nullptr;
  QToolButton* play_;
  TimelineStrip* strip_;
  QLabel* words_;
  QComboBox* speed_;
};

} // namespace hipcuff::viewer
