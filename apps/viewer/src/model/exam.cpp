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
  if (!date.empty())
    parts << dateWord(date);
  if (withName && !name.isEmpty())
    parts << name;
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

QString refusalWord(Refusal refusal) {
  switch (refusal) {
  case Refusal::noCalibration:
    return tr(QT_TRANSLATE_NOOP("Words", "no scale"));
  case Refusal::regionUnconfirmed:
    return tr(QT_TRANSLATE_NOOP("Words", "not said to be a hip"));
  case Refusal::notAHip:
    return tr(QT_TRANSLATE_NOOP("Words", "not a hip"));
  case Refusal::noBMode:
    return tr(QT_TRANSLATE_NOOP("Words", "no B-mode picture"));
  case Refusal::noCortex:
    return tr(QT_TRANSLATE_NOOP("Words", "no bone found"));
  case Refusal::noTendon:
    return tr(QT_TRANSLATE_NOOP("Words", "no tendon found"));
  case Refusal::tooDark:
    return tr(QT_TRANSLATE_NOOP("Words", "too dark"));
  case Refusal::saturated:
    return tr(QT_TRANSLATE_NOOP("Words", "too bright"));
  case Refusal::colourBox:
    return tr(QT_TRANSLATE_NOOP("Words", "colour over the tendon"));
  case Refusal::beamTooOblique:
    return tr(QT_TRANSLATE_NOOP("Words", "beam too oblique"));
  case Refusal::textOverTendon:
    return tr(QT_TRANSLATE_NOOP("Words", "text over the tendon"));
  case Refusal::viewUnknown:
    return tr(QT_TRANSLATE_NOOP("Words", "view unknown"));
  case Refusal::undecodable:
    return tr(QT_TRANSLATE_NOOP("Words", "can't be decoded"));
  case Refusal::unsure:
    break;
  }
  return tr(QT_TRANSLATE_NOOP("Words", "not sure enough"));
}

QString refusalAdvice(Refusal refusal) {
  switch (refusal) {
  case Refusal::noCalibration:
    return tr(QT_TRANSLATE_NOOP("Words",
                                "The file gives no millimetres. Lay the ruler (R) on the picture's depth scale "
                                "and say how long it is."));
  case Refusal::regionUnconfirmed:
    return tr(QT_TRANSLATE_NOOP("Words",
                                "Nothing in the file says that this is a lateral hip. If it is, say so with the "
                                "button above."));
  case Refusal::noCortex:
  case Refusal::noTendon:
    return tr(QT_TRANSLATE_NOOP("Words", "The program found no tendon on bone here. If you see one, draw it (N)."));
  default:
    return {};
  }
}

QString placeWord(const Picture& picture) {
  QStringList words;
  const auto side = picture.side();
  const auto view = picture.view();
  if (!side && !view)
    return QString::fromStdString(std::filesystem::path(picture.key.path).filename().string());
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
