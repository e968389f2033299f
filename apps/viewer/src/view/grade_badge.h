// A grade as its word beside its colour.
#pragma once

#include "hipcuff/core/grade.h"

#include <QWidget>

#include <optional>

namespace hipcuff::viewer {

class GradeBadge : public QWidget {
  Q_OBJECT
public:
  explicit GradeBadge(QWidget* parent = nullptr);
  /// @param grade none: words without a colour ("waiting")
  void set(const QString& words, std::optional<GradeClass> grade);
  [[nodiscard]] const QString& text() const noexcept { return words_; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

protected:
  void paintEvent(QPaintEvent* event) override;

private:
  QString words_;
  std::optional<GradeClass> grade_;
};

} // namespace hipcuff::viewer
