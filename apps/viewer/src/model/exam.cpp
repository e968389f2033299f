#include "model/exam.h"

#include "hipcuff/review/exam_review.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace hipcuff::viewer {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("Words", text);
}

} // namespace

int Picture::columns() const noexcept {
  return cine ? cine->columns : still ? still->width : 0;
}

int Picture::rows() const noexcept {
  return cine ? cine->rows : still ? still->height : 0;
}

std::optional<Side> Picture::side() const noexcept {
  if (review)
    return review->current().side.value;
  return cine ? cine->side.value : std::nullopt;
}

std::optional<View> Picture::view() const noexcept {
  if (review)
    return review->current().view.value;
  return cine ? cine->view.value : std::nullopt;
}

std::optional<Spacing> Picture::mmPerPx() const noexcept {
  return review ? review->current().mmPerPx : std::nullopt;
}

bool Exam::unsaved() const noexcept {
  return std::any_of(pictures.begin(), pictures.end(), [](const auto& p) { return p->unsaved; });
}

std::vector<const review::ImageReview*> Exam::reviews() const {
  std::vector<const review::ImageReview*> out;
  for (const auto& picture : pictures)
    if (picture->review)
      out.push_back(&*picture->review);
  return out;
}

const std::vector<StudyResult>& Exam::assessed(const Criteria& criteria) {
  if (stale) {
    const auto all = reviews();
    hips = all.empty() ? std::vector<StudyResult>() : review::ExamReview(all, date, criteria).studies();
    stale = false;
  }
  return hips;
}

QString Exam::title(bool withName) const {
  QStringList parts;
  if (withName && !name.isEmpty())
    parts << name;
  if (!date.empty())
    parts << dateWord(date);
  if (parts.isEmpty() || (!withName && date.empty()))
    parts << place;
  return parts.join(QStringLiteral(" · "));
}

QString gradeWord(GradeClass grade) {
  switch (grade) {
  case GradeClass::normal:
    return tr(QT_TRANSLATE_NOOP("Words", "normal"));
  case GradeClass::tendinosis:
    return tr(QT_TRANSLATE_NOOP("Words", "tendinosis"));
  case GradeClass::partialThickness:
    return tr(QT_TRANSLATE_NOOP("Words", "partial-thickness tear"));
  case GradeClass::fullThickness:
    return tr(QT_TRANSLATE_NOOP("Words", "full-thickness tear"));
  case GradeClass::notGradable:
    break;
  }
  return tr(QT_TRANSLATE_NOOP("Words", "not gradable"));
}

GradeClass standingGrade(const ImageResult& image) {
  return image.review && image.review->verdict ? image.review->grade : image.grade.grade;
}

QString placeWord(const Picture& picture) {
  QStringList words;
  const auto side = picture.side();
  const auto view = picture.view();
  words << (!side                 ? tr(QT_TRANSLATE_NOOP("Words", "side unknown"))
            : *side == Side::left ? tr(QT_TRANSLATE_NOOP("Words", "left"))
                                  : tr(QT_TRANSLATE_NOOP("Words", "right")));
  words << (!view                     ? tr(QT_TRANSLATE_NOOP("Words", "view unknown"))
            : *view == View::longAxis ? tr(QT_TRANSLATE_NOOP("Words", "long axis"))
                                      : tr(QT_TRANSLATE_NOOP("Words", "short axis")));
  return words.join(QStringLiteral(", "));
}

QString dateWord(const std::string& date) {
  const QString text = QString::fromStdString(date);
  if (text.size() != 8)
    return text;
  return text.left(4) + QLatin1Char('-') + text.mid(4, 2) + QLatin1Char('-') + text.mid(6, 2);
}

} // namespace hipcuff::viewer
