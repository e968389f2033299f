// One, two or four panes, linked or not, and the clock that drives them.
#pragma once

#include "view/pane.h"

#include <QTimer>
#include <QWidget>

#include <array>

class QGridLayout;

namespace hipcuff::viewer {

class PaneGrid : public QWidget {
  Q_OBJECT
public:
  PaneGrid(Workspace& workspace, Presentation presentation, QWidget* parent = nullptr);

  void setCount(int count); ///< 1, 2 or 4
  [[nodiscard]] int count() const noexcept { return count_; }
  [[nodiscard]] Pane& active() { return *panes_[static_cast<std::size_t>(active_)]; }
  [[nodiscard]] int activeIndex() const noexcept { return active_; }
  [[nodiscard]] Pane& pane(int i) { return *panes_.at(static_cast<std::size_t>(i)); }
  void setActive(int index);

  /// Playing, stepping and the scale in mm go for all panes together.
  void setLinked(bool linked);
  [[nodiscard]] bool linked() const noexcept { return linked_; }
  void togglePlay();
  void step(int frames);
  void seek(int frame);
  void setLoop(int first, int last);
  void fit(); ///< the B-mode areas fill their panes; linked: as far as one scale in mm allows
  void setSpeed(double factor);
  void setTool(ToolKind kind);
  void setSnapping(bool on);
  void setStyle(const OverlayStyle& style);
  void setOverlayShown(bool shown);
  void setLive(bool live);
  void setBlinded(bool blinded);
  void setSmooth(bool smooth);
  void refresh(int picture);

signals:
  void activeChanged();
  void countChanged();
  void applying();
  void frameChanged();
  void said(const QString& words);
  void wantsTool(hipcuff::viewer::ToolKind kind);
  void hovered(std::optional<double> positionMm);
  void previewed(const hipcuff::ImageResult* result);

private:
  void sameScale(int from);
  void joinScale();
  template <typename Do>
  void each(const Do& act);

  QGridLayout* layout_;
  std::array<Pane*, 4> panes_{};
  int count_ = 1;
  int active_ = 0;
  bool linked_ = true;
  bool fitting_ = false;
  QTimer refit_;
  QTimer tick_;
};

} // namespace hipcuff::viewer
