// Blinded reading: one picture after another in random order, the reader's answer beside it, nothing of the program's.
#pragma once

#include "hipcuff/review/reader_study.h"
#include "model/workspace.h"
#include "view/pane_grid.h"
#include "view/presentation.h"
#include "view/timeline.h"

#include <QElapsedTimer>
#include <QMainWindow>

#include <memory>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSlider;
class QSpinBox;
class QStackedWidget;

namespace hipcuff::viewer {

struct ReadingPlan {
  std::filesystem::path folder; ///< of the CSV
  QString reader;
  int reading = 1;
};

class ReadingWindow : public QMainWindow {
  Q_OBJECT
public:
  /// @param workspace one that analyses nothing (Workspace::Options::analyse false)
  ReadingWindow(Workspace& workspace, const Graphics& graphics, ReadingPlan plan, QWidget* parent = nullptr);
  void open(const QStringList& paths);
  [[nodiscard]] PaneGrid& panes() noexcept { return *panes_; }
  [[nodiscard]] const std::string& shown() const noexcept { return shown_; } ///< the picture being read

private:
  QWidget* makeForm();
  void makeActions();
  void opened();
  void start();
  void showNext();
  void answer();
  void back();
  void pause(bool on);
  void formChanged();
  void takeCaliper();
  [[nodiscard]] double seconds() const;

  Workspace& workspace_;
  ReadingPlan plan_;
  std::unique_ptr<review::ReaderStudy> study_;
  PaneGrid* panes_;
  Timeline* timeline_;
  QStackedWidget* pages_;
  QLabel* welcome_;
  QPushButton* start_;
  QLabel* progress_;
  QButtonGroup* classes_;
  QComboBox* subtype_;
  QCheckBox* depthKnown_;
  QSpinBox* depth_;
  QCheckBox* thicknessKnown_;
  QDoubleSpinBox* thickness_;
  QCheckBox* confidenceKnown_;
  QSlider* confidence_;
  QPushButton* answer_;
  QPushButton* pause_;
  QPushButton* back_;
  std::optional<std::pair<int, double>> caliper_; ///< the last one, with its length
  QElapsedTimer running_;
  double secondsBefore_ = 0; ///< of this picture, before the last pause
  std::string shown_;
  bool complete_ = false;
};

} // namespace hipcuff::viewer
