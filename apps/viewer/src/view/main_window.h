// The window: exams on the left, pictures in the middle, the grade on the right, profile and unrolled tendon below.
#pragma once

#include "model/dicom_export.h"
#include "model/pacs_client.h"
#include "model/workspace.h"
#include "view/exam_tree.h"
#include "view/grade_panel.h"
#include "view/pane_grid.h"
#include "view/panels.h"
#include "view/presentation.h"
#include "view/timeline.h"

#include <QHash>
#include <QMainWindow>
#include <QTimer>

#include <functional>
#include <string>
#include <vector>

class QActionGroup;
class QLabel;
class QMenu;
class QProgressBar;
class QToolButton;

namespace hipcuff::viewer {

class MainWindow : public QMainWindow {
  Q_OBJECT
public:
  MainWindow(Workspace& workspace, const Graphics& graphics, QWidget* parent = nullptr);

  void open(const QStringList& paths);
  void offerRecovery();
  /// Plugins that were asked for and could not be loaded, one sentence each.
  void tellLeftOut(const std::vector<std::string>& problems);
  [[nodiscard]] PaneGrid& panes() noexcept { return *panes_; }
  [[nodiscard]] ExamTree& tree() noexcept { return *tree_; }
  /// An action by its name, e.g. "play"; null where there is none.
  [[nodiscard]] QAction* action(const QString& id) const { return actions_.value(id); }
  /// Words in the bar above the pictures; empty: the bar goes.
  void notify(const QString& words);

protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

private:
  QAction* add(QMenu* menu, const QString& id, const QString& text, const QList<QKeySequence>& keys, const QString& tip,
               const std::function<void()>& act, bool checkable = false);
  void makeActions();
  void makeFileMenu();
  void makeEditMenu();
  void makeViewMenu();
  void makeCineMenu();
  void makeToolMenu();
  void makeReviewMenu();
  void makeHelpMenu();
  void makeDocks();
  void makeStatus(const Graphics& graphics);
  void connectAll();
  void connectExport();
  void restore();
  void keep() const;

  void choose(int picture);
  void refreshActive();
  void refreshGrade(const ImageResult* shown);
  void refreshChart(const ImageResult* shown);
  void refreshActions();
  void markAt(std::optional<double> positionMm);
  void compareSides();
  void compareViews();
  void comparePrior();
  void showPair(int first, int second);
  void fillPanes();
  void decide(const review::Decide& decision);
  void next(int step);
  void save(bool elsewhere);
  void exportDicom();
  void openFromPacs();
  void sendToPacs();
  void offerSending(const QString& folder, int objects);
  void closePacs();
  /// Says so, too.
  [[nodiscard]] bool busyWithPacs();
  /// Where studies go that were fetched from a PACS and that nobody gave a folder for.
  [[nodiscard]] static std::filesystem::path fetchedFolder();
  void showReport();
  void showShortcuts();
  void showAbout();
  void applyTheme();
  void rememberRecent(const QStringList& paths);
  void fillRecent();
  /// Asks about unsaved work, of one exam or of all. False: not now (or once it is saved).
  [[nodiscard]] bool mayLose(const Exam* only = nullptr);
  [[nodiscard]] QString readerName();

  Workspace& workspace_;
  Graphics graphics_;
  PaneGrid* panes_;
  Timeline* timeline_;
  ExamTree* tree_;
  GradePanel* grade_;
  LayersPanel* layers_;
  ProfilePanel* profile_;
  UnrolledPanel* unrolled_;
  QLabel* bar_;
  QWidget* barBox_;
  QLabel* said_;
  QProgressBar* progress_;
  QToolButton* stop_;
  QMenu* recent_ = nullptr;
  QActionGroup* tools_ = nullptr;
  QHash<QString, QAction*> actions_;
  QList<QAction*> ordered_;              ///< for the sheet of keys
  bool first_ = true;                    ///< nothing was shown yet
  QTimer exams_;                         ///< brings what depends on the list of exams up to date
  QTimer later_;                         ///< brings chart and unrolled tendon up to date while something is pulled
  std::shared_ptr<const RgbImage> flat_; ///< pixels that the unrolled tendon is made of
  std::pair<int, int> flatOf_{0, -1};    ///< their picture and frame
  bool offering_ = false;                ///< recovery of a dead session; the bar stays
  bool comparing_ = false;               ///< the bar holds what has changed between two exams
  std::string closingExam_;              ///< to be closed once it is saved
  bool askedReader_ = false;             ///< this session, before the first edit
  bool closing_ = false;                 ///< once everything is saved
  DicomExport export_{workspace_};
  bool sendAfterExport_ = false;
  PacsClient pacs_{fetchedFolder()};
};

} // namespace hipcuff::viewer
