// The exams as a tree: thumbnails, side and view, grade badges, what could not be opened.
#pragma once

#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QTreeView>

namespace hipcuff::viewer {

class Workspace;

/// Follows the workspace. Rows: exams with their pictures; at the end what could not be opened, one line each.
class ExamModel : public QStandardItemModel {
  Q_OBJECT
public:
  enum Role { pictureRole = Qt::UserRole + 1, examKeyRole, gradeRole, stateRole, subtitleRole, failedRole };
  explicit ExamModel(Workspace& workspace, QObject* parent = nullptr);
  void setNamesShown(bool shown);
  void setBlinded(bool blinded);
  [[nodiscard]] QModelIndex indexOf(int picture) const;
  void upToDate(); ///< now, not soon

private:
  void rebuild();
  void update(int picture);
  void fill(QStandardItem& item, int picture) const;
  Workspace& workspace_;
  QTimer soon_;
  bool names_ = true;
  bool blinded_ = false;
};

/// Paints a thumbnail, two lines of words and the grade's colour with its word.
class ExamDelegate : public QStyledItemDelegate {
  Q_OBJECT
public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

class ExamTree : public QTreeView {
  Q_OBJECT
public:
  explicit ExamTree(Workspace& workspace, QWidget* parent = nullptr);
  [[nodiscard]] ExamModel& exams() noexcept { return *model_; }
  void select(int picture);
  [[nodiscard]] int selected() const; ///< 0: none
  /// The picture after (or before) this one, across exams; 0: none.
  [[nodiscard]] int neighbour(int picture, int step) const;

signals:
  void chosen(int picture);
  void told(const QString& words); ///< of a file that gave no picture: which, and why

protected:
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
  ExamModel* model_;
};

} // namespace hipcuff::viewer
