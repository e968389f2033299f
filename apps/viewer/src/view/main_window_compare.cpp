// One picture beside another: the other hip, the other axis, the earlier exam.
#include "view/main_window.h"

#include "hipcuff/assessment/prior.h"
#include "hipcuff/core/error.h"

#include <QAction>
#include <QLabel>

#include <algorithm>

namespace hipcuff::viewer {
namespace {

std::set<std::string> pluginsIn(const Exam& exam) {
  std::set<std::string> plugins;
  for (const review::ImageReview* review : exam.reviews())
    plugins.merge(pluginsOf(review->current()));
  return plugins;
}

/// What has changed in this hip since, measured by what a re-scan would change by itself.
QString changeWords(Exam& now, Exam& before, std::optional<Side> side, const Criteria& criteria) {
  std::vector<StudyResult> studies = now.assessed(criteria);
  PriorExam prior;
  prior.studyUid = before.key;
  prior.date = before.date;
  prior.plugins = pluginsIn(before);
  for (const StudyResult& study : before.assessed(criteria))
    prior.hips.insert(prior.hips.end(), study.hips.begin(), study.hips.end());
  for (StudyResult& study : studies)
    if (study.studyDate.empty())
      study.studyDate = now.date;
  QString words;
  try {
    const std::string problem = compareWithPrior(studies, {prior}, criteria, pluginsIn(now));
    if (!problem.empty())
      words = QLatin1Char(' ') + QString::fromStdString(problem);
    for (const StudyResult& study : studies)
      for (const HipResult& hip : study.hips)
        if (hip.side == side && hip.change)
          words += QLatin1Char(' ') + QString::fromStdString(hip.change->text);
  } catch (const Error& error) {
    words = QLatin1Char(' ') + QString::fromStdString(error.problem());
  }
  return words;
}

} // namespace

void MainWindow::showPair(int first, int second) {
  said_->clear();
  panes_->setCount(2);
  actions_.value(QStringLiteral("panes.2"))->setChecked(true);
  panes_->pane(0).showPicture(first);
  panes_->pane(1).showPicture(second);
  panes_->setActive(0);
  panes_->setLinked(true);
  actions_.value(QStringLiteral("panes.link"))->setChecked(true);
  refreshActive();
  // Both panes take their new size first; then the smaller scale goes for both.
  QMetaObject::invokeMethod(
      panes_, [this] { panes_->fit(); }, Qt::QueuedConnection);
}

void MainWindow::fillPanes() {
  // Left before right, long before short axis: as the exam is read.
  Exam* exam = workspace_.examOf(panes_->active().pictureId());
  if (exam == nullptr)
    return;
  const auto rank = [](const Picture& p) {
    return (!p.view() || *p.view() == View::longAxis ? 0 : 2) + (p.side() && *p.side() == Side::right ? 1 : 0);
  };
  for (int i = 0; i < panes_->count(); ++i) {
    if (panes_->pane(i).pictureId() != 0)
      continue;
    const Picture* best = nullptr;
    for (const auto& candidate : exam->pictures) {
      bool there = false;
      for (int k = 0; k < panes_->count(); ++k) {
        const Picture* other = panes_->pane(k).picture();
        there = there || other == candidate.get() || (other != nullptr && rank(*other) == rank(*candidate));
      }
      if (!there && candidate->state != Picture::State::failed && (best == nullptr || rank(*candidate) < rank(*best)))
        best = candidate.get();
    }
    if (best != nullptr)
      panes_->pane(i).showPicture(best->id);
  }
}

void MainWindow::compareSides() {
  const Pane& pane = panes_->active();
  const Picture* mine = pane.picture();
  Exam* exam = workspace_.examOf(pane.pictureId());
  if (mine == nullptr || exam == nullptr || !mine->side()) {
    said_->setText(tr("The side of this picture is not known: set it on the right"));
    return;
  }
  for (const bool sameView : {true, false})
    for (const auto& other : exam->pictures)
      if (other->side() && *other->side() != *mine->side() && (!sameView || other->view() == mine->view())) {
        const bool mineIsLeft = *mine->side() == Side::left;
        showPair(mineIsLeft ? mine->id : other->id, mineIsLeft ? other->id : mine->id);
        return;
      }
  said_->setText(tr("There is no picture of the other hip in this exam"));
}

void MainWindow::compareViews() {
  const Pane& pane = panes_->active();
  const Picture* mine = pane.picture();
  Exam* exam = workspace_.examOf(pane.pictureId());
  if (mine != nullptr && exam != nullptr && mine->view())
    for (const auto& other : exam->pictures)
      if (other->side() == mine->side() && other->view() && *other->view() != *mine->view()) {
        const bool mineIsLong = *mine->view() == View::longAxis;
        showPair(mineIsLong ? mine->id : other->id, mineIsLong ? other->id : mine->id);
        return;
      }
  said_->setText(tr("There is no picture of this hip in the other axis"));
}

void MainWindow::comparePrior() {
  const Pane& pane = panes_->active();
  const Picture* mine = pane.picture();
  Exam* exam = workspace_.examOf(pane.pictureId());
  if (mine == nullptr || exam == nullptr)
    return;
  // The latest open exam before this one.
  Exam* prior = nullptr;
  for (std::size_t i = 0; i < workspace_.exams(); ++i)
    if (Exam& e = workspace_.exam(i);
        &e != exam && !e.date.empty() && e.date < exam->date && (prior == nullptr || e.date > prior->date))
      prior = &e;
  if (prior == nullptr) {
    said_->setText(tr("Open the earlier exam too; it is found by its date"));
    return;
  }
  for (const auto& other : prior->pictures)
    if (other->side() == mine->side() && other->view() == mine->view()) {
      showPair(mine->id, other->id);
      const bool names = actions_.value(QStringLiteral("names"))->isChecked();
      comparing_ = true;
      notify(tr("Now: %1. Before: %2. That both are of one person is your word.")
                 .arg(exam->title(names), prior->title(names)) +
             changeWords(*exam, *prior, mine->side(), workspace_.criteria()));
      return;
    }
  said_->setText(tr("The earlier exam has no picture of this side and axis"));
}

} // namespace hipcuff::viewer
