#include "view/grade_badge.h"

#include "view/grade_colour.h"

#include <QPainter>

namespace hipcuff::viewer {
namespace {

constexpr int swatch = 12;
constexpr int gap = 6;

} // namespace

GradeBadge::GradeBadge(QWidget* parent)
    : QWidget(parent) {
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void GradeBadge::set(const QString& words, std::optional<GradeClass> grade) {
  if (words == words_ && grade == grade_)
    return;
  words_ = words;
  grade_ = grade;
  setAccessibleName(words);
  updateGeometry();
  update();
}

QSize GradeBadge::sizeHint() const {
  return {swatch + gap + fontMetrics().horizontalAdvance(words_) + 4, fontMetrics().height() + 4};
}

void GradeBadge::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  int left = 0;
  if (grade_) {
    painter.fillRect(0, 2, swatch, height() - 4, colourOf(*grade_));
    left = swatch + gap;
  }
  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(QRect(left, 0, width() - left, height()), Qt::AlignVCenter | Qt::AlignLeft,
                   fontMetrics().elidedText(words_, Qt::ElideRight, width() - left));
}

} // namespace hipcuff::viewer
