#include "view/grade_panel.h"

#include "model/exam.h"
#include "view/dialogs.h"
#include "view/focus_keys.h"
#include "view/grade_badge.h"
#include "view/grade_colour.h"
#include "view/words.h"

#include "hipcuff/grading/decision.h"
#include "hipcuff/grading/prevalence.h"
#include "hipcuff/report/plugin_words.h"

#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QTableWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <array>
#include <cmath>

namespace hipcuff::viewer {
namespace {

constexpr std::array<GradeClass, 4> classes = {GradeClass::normal, GradeClass::tendinosis, GradeClass::partialThickness,
                                               GradeClass::fullThickness};

QString percent(double p) {
  const double rounded = std::round(100 * p);
  if (rounded >= 100)
    return QStringLiteral("> 99 %");
  if (rounded < 1)
    return QStringLiteral("< 1 %");
  return QStringLiteral("%1 %").arg(rounded, 0, 'f', 0);
}

QString certaintyWord(const Grade& grade) {
  if (grade.grade == GradeClass::normal) // nobody suspects a normal tendon
    return grade.certainty == Certainty::confirmed    ? GradePanel::tr("judged on two planes")
           : grade.certainty == Certainty::persistent ? GradePanel::tr("judged on a cine")
                                                      : GradePanel::tr("judged on one picture");
  switch (grade.certainty) {
  case Certainty::persistent:
    return GradePanel::tr("persists in the cine");
  case Certainty::confirmed:
    return GradePanel::tr("confirmed in two planes");
  case Certainty::suspected:
    break;
  }
  return GradePanel::tr("suspected in one picture");
}

QString html(const std::string& text) {
  return QString::fromStdString(text).toHtmlEscaped();
}

} // namespace

GradePanel::GradePanel(const Criteria& criteria, QWidget* parent)
    : QWidget(parent)
    , criteria_(criteria)
    , grade_(new GradeBadge(this))
    , sure_(new QLabel(this))
    , words_(new QTextBrowser(this))
    , side_(new QComboBox(this))
    , view_(new QComboBox(this))
    , hip_(new QPushButton(tr("This is a lateral hip"), this))
    , accept_(new QPushButton(tr("Accept (A)"), this))
    , change_(new QPushButton(tr("Change … (C)"), this))
    , refuse_(new QPushButton(tr("Refuse … (U)"), this))
    , changeForm_(new QWidget(this))
    , newClass_(new QComboBox(changeForm_))
    , newSubtype_(new QComboBox(changeForm_))
    , reason_(new QLineEdit(changeForm_))
    , confirm_(new QPushButton(tr("Confirm"), changeForm_)) {
  setObjectName(QStringLiteral("grade"));
  grade_->setObjectName(QStringLiteral("grade.class"));
  QFont big = font();
  big.setPointSizeF(big.pointSizeF() * 1.4);
  big.setBold(true);
  grade_->setFont(big);
  sure_->setObjectName(QStringLiteral("grade.sure"));
  sure_->setWordWrap(true);
  words_->setObjectName(QStringLiteral("grade.words"));
  words_->setOpenLinks(false);
  words_->setFrameShape(QFrame::NoFrame);
  connect(words_, &QTextBrowser::anchorClicked, this,
          [this](const QUrl& url) { showCriteria(url.toString().section(QLatin1Char(':'), 1)); });

  side_->setObjectName(QStringLiteral("grade.side"));
  side_->addItem(tr("side unknown"));
  side_->addItem(tr("left hip"));
  side_->addItem(tr("right hip"));
  side_->setToolTip(tr("Which hip this is; set it where the file does not say or says it wrongly"));
  view_->setObjectName(QStringLiteral("grade.view"));
  view_->addItem(tr("view unknown"));
  view_->addItem(tr("long axis"));
  view_->addItem(tr("short axis"));
  view_->setToolTip(tr("Along or across the tendon"));
  for (QComboBox* box : {side_, view_})
    if (auto* items = qobject_cast<QStandardItemModel*>(box->model()))
      items->item(0)->setEnabled(false); // shown where it is so; nobody can say it
  // The wheel over the panel scrolls; it must not turn left into right.
  for (QComboBox* box : {side_, view_, newClass_, newSubtype_})
    box->installEventFilter(this);
  connect(side_, qOverload<int>(&QComboBox::activated), this, [this](int i) {
    if (i > 0)
      emit edit(review::SetSide{i == 1 ? Side::left : Side::right});
  });
  connect(view_, qOverload<int>(&QComboBox::activated), this, [this](int i) {
    if (i > 0)
      emit edit(review::SetView{i == 1 ? View::longAxis : View::shortAxis});
  });
  hip_->setObjectName(QStringLiteral("grade.hip"));
  hip_->setToolTip(tr("Nothing in the file says so, and only hips are graded"));
  connect(hip_, &QPushButton::clicked, this, [this] { emit edit(review::SetRegion{BodyRegion::lateralHip}); });

  accept_->setObjectName(QStringLiteral("decide.accept"));
  accept_->setToolTip(tr("The grade stands as it is; on to the next picture"));
  change_->setObjectName(QStringLiteral("decide.change"));
  change_->setToolTip(tr("Give another grade, and say why"));
  refuse_->setObjectName(QStringLiteral("decide.refuse"));
  refuse_->setToolTip(tr("This picture can't be graded, and why"));
  connect(accept_, &QPushButton::clicked, this, &GradePanel::accept);
  connect(change_, &QPushButton::clicked, this, &GradePanel::startChange);
  connect(refuse_, &QPushButton::clicked, this, &GradePanel::startRefusal);

  changeForm_->setObjectName(QStringLiteral("decide.form"));
  newClass_->setObjectName(QStringLiteral("decide.class"));
  for (const GradeClass grade : classes)
    newClass_->addItem(gradeWord(grade), static_cast<int>(grade));
  newSubtype_->setObjectName(QStringLiteral("decide.subtype"));
  newSubtype_->addItem(tr("no subtype"), QString());
  newSubtype_->addItem(tr("undersurface"), QStringLiteral("undersurface"));
  newSubtype_->addItem(tr("bursal"), QStringLiteral("bursal"));
  newSubtype_->addItem(tr("intrasubstance"), QStringLiteral("intrasubstance"));
  newSubtype_->addItem(tr("retracted"), QStringLiteral("retracted"));
  reason_->setObjectName(QStringLiteral("decide.reason"));
  reason_->setPlaceholderText(tr("Why (needed)"));
  confirm_->setObjectName(QStringLiteral("decide.confirm"));
  confirm_->setEnabled(false);
  auto* cancel = new QPushButton(tr("Leave it"), changeForm_);
  cancel->setObjectName(QStringLiteral("decide.cancel"));
  changeForm_->setProperty(cancelButton, QVariant::fromValue<QAbstractButton*>(cancel));
  connect(cancel, &QPushButton::clicked, this, [this] {
    changeForm_->hide();
    emit formClosed();
  });
  connect(reason_, &QLineEdit::textChanged, this,
          [this](const QString& text) { confirm_->setEnabled(!text.trimmed().isEmpty()); });
  connect(reason_, &QLineEdit::returnPressed, confirm_, &QPushButton::click);
  connect(confirm_, &QPushButton::clicked, this, [this] {
    if (refusing_)
      confirmRefusal();
    else
      confirmChange();
  });
  auto* form = new QFormLayout(changeForm_);
  form->setContentsMargins(0, 0, 0, 0);
  form->addRow(tr("Grade"), newClass_);
  form->addRow(tr("Subtype"), newSubtype_);
  form->addRow(tr("Reason"), reason_);
  auto* formButtons = new QHBoxLayout;
  formButtons->addWidget(confirm_);
  formButtons->addWidget(cancel);
  form->addRow(formButtons);
  changeForm_->hide();

  auto* place = new QHBoxLayout;
  place->addWidget(side_);
  place->addWidget(view_);
  auto* decide = new QHBoxLayout;
  decide->addWidget(accept_);
  decide->addWidget(change_);
  decide->addWidget(refuse_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 6, 8, 6);
  layout->addWidget(grade_);
  layout->addWidget(sure_);
  layout->addLayout(place);
  layout->addWidget(hip_);
  layout->addWidget(words_, 1);
  layout->addWidget(changeForm_);
  layout->addLayout(decide);
  show(nullptr, nullptr, {});
}

bool GradePanel::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::Wheel) {
    event->ignore();
    return true;
  }
  return QWidget::eventFilter(object, event);
}

void GradePanel::show(const Picture* picture, const ImageResult* shown, const std::vector<StudyResult>& hips) {
  ready_ = shown != nullptr;
  if (const int id = picture != nullptr ? picture->id : 0; id != picture_) {
    picture_ = id; // a class and a reason begun for another picture are not for this one
    changeForm_->hide();
    reason_->clear();
  }
  standing_ = shown != nullptr ? standingGrade(*shown) : GradeClass::notGradable;
  for (QWidget* w : std::initializer_list<QWidget*>{side_, view_, accept_, change_, refuse_})
    w->setEnabled(ready_);
  if (!ready_) {
    changeForm_->hide();
    hip_->hide();
    grade_->set(picture == nullptr                            ? QString()
                : picture->state == Picture::State::failed    ? tr("not analysed: it failed")
                : picture->state == Picture::State::cancelled ? tr("not analysed: stopped")
                                                              : tr("not analysed yet"),
                std::nullopt);
    sure_->clear();
    words_->setPlainText(picture != nullptr ? picture->problem : QString());
    return;
  }
  const GradeClass standing = standingGrade(*shown);
  grade_->set(gradeWord(standing), standing);
  const QSignalBlocker quietSide(side_);
  const QSignalBlocker quietView(view_);
  side_->setCurrentIndex(!shown->side.value ? 0 : *shown->side.value == Side::left ? 1 : 2);
  view_->setCurrentIndex(!shown->view.value ? 0 : *shown->view.value == View::longAxis ? 1 : 2);
  hip_->setVisible(!shown->bodyRegion.known());
  const Grade& program = shown->grade;
  QString sure;
  if (shown->review && shown->review->verdict) {
    const Review& review = *shown->review;
    const QString who = review.by.empty() ? tr("a reader") : QString::fromStdString(review.by);
    switch (*review.verdict) {
    case Verdict::accepted:
      sure = tr("Accepted by %1.").arg(who);
      break;
    case Verdict::changed:
      sure = tr("Changed by %1; the program says %2.").arg(who, gradeWord(program.grade));
      break;
    case Verdict::refused:
      sure = tr("Refused by %1; the program says %2.").arg(who, gradeWord(program.grade));
      break;
    }
    if (!review.reason.empty())
      sure += QLatin1Char(' ') + QString::fromStdString(review.reason);
  } else if (program.grade != GradeClass::notGradable) {
    sure = tr("%1 sure").arg(percent(program.confidence));
    if (!program.subtype.empty())
      sure += QStringLiteral(" · ") + QString::fromStdString(program.subtype);
    sure += QStringLiteral(" · ") + certaintyWord(program);
  }
  sure_->setText(sure);
  fillWords(*shown, hips);
}

/// Who found it, where that was not HipCuff alone; refused pictures have borders too.
QString GradePanel::pluginWords(const ImageResult& result) const {
  QString text;
  if (const std::string plugins = report::stagesText(result); !plugins.empty()) {
    text += QStringLiteral("<p>") + tr("By plugins: %1.").arg(html(plugins));
    if (result.grade.grade != GradeClass::notGradable)
      text += QLatin1Char(' ') + html(report::notCalibrated);
    text += QStringLiteral("</p>");
  }
  if (const std::string failed = report::standInsText(result); !failed.empty())
    text +=
        QStringLiteral("<p><b>%1</b></p>")
            .arg(tr("A plugin failed on this picture (%1) and HipCuff's own stage stood in; the remarks below say how.")
                     .arg(html(failed)));
  return text;
}

void GradePanel::fillWords(const ImageResult& result, const std::vector<StudyResult>& hips) {
  const Grade& grade = result.grade;
  QString text;
  if (grade.grade != GradeClass::notGradable) {
    text += QStringLiteral("<table cellspacing='0' cellpadding='1'>");
    for (const GradeClass c : classes) {
      const double p = grade.probabilities[static_cast<std::size_t>(c)];
      const int width = std::max(1, static_cast<int>(std::lround(90 * p)));
      text += QStringLiteral("<tr><td style='white-space:nowrap'>%1&nbsp;</td><td align='right' "
                             "style='white-space:nowrap'>%4&nbsp;</td><td><table cellspacing='0' cellpadding='0'><tr>"
                             "<td bgcolor='%2' width='%3'>&nbsp;</td></tr></table></td></tr>")
                  .arg(gradeWord(c).toHtmlEscaped(), colourOf(c).name())
                  .arg(width)
                  .arg(percent(p).toHtmlEscaped());
    }
    text += QStringLiteral("</table>");
    if (const auto bound = wrongAtMost(criteria_); bound && report::allBuiltIn(result))
      text += QStringLiteral("<p>") +
              tr("Of pictures like those it was set on, at most %1 of the graded ones are wrong.")
                  .arg(percent(*bound).toHtmlEscaped()) +
              QStringLiteral("</p>");
  }
  text += pluginWords(result);
  text += QStringLiteral("<p><b>%1</b></p><ul>").arg(tr("Why"));
  for (const std::string& reason : grade.reasons) {
    QString words = html(reason);
    for (const Refusal refusal : grade.refusals)
      if (const QString advice = refusalAdvice(refusal); !advice.isEmpty() && reason == explain(refusal))
        words = advice.toHtmlEscaped();
    text += QStringLiteral("<li>%1</li>").arg(words);
  }
  text += QStringLiteral("</ul>");
  if (const auto& t = result.measurements.thickness.summary; t && result.mmPerPx) {
    QString interval;
    if (t->max95)
      interval = tr(" (%1 to %2)").arg(t->max95->lower, 0, 'f', 1).arg(t->max95->upper, 0, 'f', 1);
    text += QStringLiteral("<p><b>%1</b><br>")
                .arg(grade.grade == GradeClass::notGradable ? tr("Thickness (of a picture that is not graded)")
                                                            : tr("Thickness")) +
            tr("mean %1 mm, at most %2 mm%3").arg(t->meanMm, 0, 'f', 1).arg(t->maxMm, 0, 'f', 1).arg(interval) +
            QStringLiteral("</p>");
  }
  if (!result.measurements.discontinuities.empty() && result.mmPerPx) {
    text += QStringLiteral("<p><b>%1</b></p><ul>").arg(tr("Discontinuities"));
    for (const Discontinuity& d : result.measurements.discontinuities) {
      QString kind = QString::fromLatin1(toString(d.kind)).replace(QLatin1Char('_'), QLatin1Char(' '));
      QString line = tr("%1, %2 % of the thickness, %3 mm long")
                         .arg(kind)
                         .arg(std::lround(100 * d.depthFraction))
                         .arg(d.lengthMm, 0, 'f', 1);
      if (d.gapMm)
        line += tr(", gap %1 mm").arg(*d.gapMm, 0, 'f', 1);
      if (d.retractionMm)
        line += tr(", retracted %1 mm").arg(*d.retractionMm, 0, 'f', 1);
      if (d.byHand)
        line += tr(" (outlined by hand)");
      else if (!countsAsEvidence(d))
        line += tr(" (not counted: may be the beam's angle)");
      text += QStringLiteral("<li>%1</li>").arg(line.toHtmlEscaped());
    }
    text += QStringLiteral("</ul>");
  }
  for (const StudyResult& study : hips)
    for (const HipResult& hip : study.hips) {
      const QString side = !hip.side                 ? tr("Hip (side unknown)")
                           : *hip.side == Side::left ? tr("Left hip")
                                                     : tr("Right hip");
      text += QStringLiteral("<p><b>%1:</b> %2").arg(side, gradeWord(hip.grade.grade));
      if (hip.grade.grade != GradeClass::notGradable)
        text += QStringLiteral(", %1").arg(percent(hip.grade.confidence).toHtmlEscaped());
      if (hip.contradictory)
        text += QStringLiteral(" · ") + tr("the planes contradict each other");
      if (hip.sideDifferenceMm)
        text +=
            QStringLiteral("<br>") + (*hip.sideDifferenceMm >= 0 ? tr("%1 mm thicker than the other side, on average")
                                                                 : tr("%1 mm thinner than the other side, on average"))
                                         .arg(std::abs(*hip.sideDifferenceMm), 0, 'f', 1);
      if (hip.change)
        text += QStringLiteral("<br>") + html(hip.change->text);
      text += QStringLiteral("</p>");
    }
  text += QStringLiteral("<p><a href='criteria:'>%1</a></p>")
              .arg(tr("Criteria %1 and their sources")
                       .arg(QString::fromStdString(criteria_.name + " " + criteria_.version))
                       .toHtmlEscaped());
  for (const std::string& message : result.messages)
    text += QStringLiteral("<p><i>%1</i></p>").arg(html(message));
  words_->setHtml(text);
}

void GradePanel::accept() {
  if (ready_)
    emit decided({Verdict::accepted, GradeClass::notGradable, {}, {}});
}

void GradePanel::startChange() {
  if (!ready_)
    return;
  refusing_ = false;
  reason_->clear();
  if (const int i = newClass_->findData(static_cast<int>(standing_)); i >= 0)
    newClass_->setCurrentIndex(i);
  newSubtype_->setCurrentIndex(0);
  newClass_->setEnabled(true);
  newSubtype_->setEnabled(true);
  changeForm_->show();
  newClass_->setFocus();
}

void GradePanel::startRefusal() {
  if (!ready_)
    return;
  refusing_ = true;
  reason_->clear();
  newClass_->setEnabled(false);
  newSubtype_->setEnabled(false);
  changeForm_->show();
  reason_->setFocus();
}

void GradePanel::confirmChange() {
  review::Decide decision;
  decision.verdict = Verdict::changed;
  decision.grade = static_cast<GradeClass>(newClass_->currentData().toInt());
  decision.subtype = newSubtype_->currentData().toString().toStdString();
  decision.reason = reason_->text().trimmed().toStdString();
  changeForm_->hide();
  reason_->clear();
  emit decided(decision);
}

void GradePanel::confirmRefusal() {
  review::Decide decision;
  decision.verdict = Verdict::refused;
  decision.reason = reason_->text().trimmed().toStdString();
  changeForm_->hide();
  reason_->clear();
  emit decided(decision);
}

void GradePanel::showCriteria(const QString&) {
  makeCriteriaDialog(criteria_, this)->show();
}

QDialog* makeCriteriaDialog(const Criteria& criteria, QWidget* parent) {
  auto* dialog = new QDialog(parent);
  dialog->setObjectName(QStringLiteral("criteria"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(DialogWords::tr("Criteria %1 %2")
                             .arg(QString::fromStdString(criteria.name), QString::fromStdString(criteria.version)));
  auto* filter = new QLineEdit(dialog);
  auto* table = new QTableWidget(static_cast<int>(criteria.items.size()), 4, dialog);
  table->setHorizontalHeaderLabels(
      {DialogWords::tr("Criterion"), DialogWords::tr("Value"), DialogWords::tr("Unit"), DialogWords::tr("Source")});
  table->setWordWrap(true);
  int row = 0;
  for (const auto& [key, item] : criteria.items) {
    table->setItem(row, 0, new QTableWidgetItem(QString::fromStdString(key)));
    table->setItem(row, 1, new QTableWidgetItem(QString::number(item.value)));
    table->setItem(row, 2, new QTableWidgetItem(QString::fromStdString(item.unit)));
    table->setItem(row, 3, new QTableWidgetItem(QString::fromStdString(item.source)));
    ++row;
  }
  layOutSearchable(*dialog, *filter, *table);
  dialog->resize(900, 560);
  QMetaObject::invokeMethod(
      table, [table] { table->resizeRowsToContents(); }, Qt::QueuedConnection);
  return dialog;
}

} // namespace hipcuff::viewer
