// Why the grade is what it is, in words, and the person's decision.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/review/edits.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QDialog;
class QLabel;
class QLineEdit;
class QPushButton;
class QTextBrowser;

namespace hipcuff::viewer {

class GradeBadge;
struct Exam;
struct Picture;

class GradePanel : public QWidget {
  Q_OBJECT
public:
  explicit GradePanel(const Criteria& criteria, QWidget* parent = nullptr);
  /// @param shown the result in its present state, an edit being tried included; null: nothing
  void show(const Picture* picture, const ImageResult* shown, const std::vector<StudyResult>& hips);
  void accept();       ///< as its button
  void startChange();  ///< opens the choice of a class, pointer in it
  void startRefusal(); ///< asks for the reason

signals:
  void decided(const hipcuff::review::Decide& decision);
  void edit(const hipcuff::review::Edit& edit); ///< side, view, region
  void undoRequested();
  void formClosed(); ///< without a decision

protected:
  bool eventFilter(QObject* object, QEvent* event) override;

private:
  [[nodiscard]] QString pluginWords(const ImageResult& result) const;
  void fillWords(const ImageResult& result, const std::vector<StudyResult>& hips);
  void confirmChange();
  void confirmRefusal();
  void showCriteria(const QString& key);

  const Criteria& criteria_;
  GradeBadge* grade_;
  QLabel* sure_;
  QTextBrowser* words_;
  QComboBox* side_;
  QComboBox* view_;
  QPushButton* hip_;
  QPushButton* accept_;
  QPushButton* change_;
  QPushButton* refuse_;
  QWidget* changeForm_;
  QComboBox* newClass_;
  QComboBox* newSubtype_;
  QLineEdit* reason_;
  QPushButton* confirm_;
  int picture_ = 0; ///< the one that is shown
  GradeClass standing_ = GradeClass::notGradable;
  bool refusing_ = false;
  bool ready_ = false;
};

/// Every criterion with its value, unit and source.
[[nodiscard]] QDialog* makeCriteriaDialog(const Criteria& criteria, QWidget* parent);

} // namespace hipcuff::viewer
