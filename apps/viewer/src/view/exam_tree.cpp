#include "view/exam_tree.h"

#include "model/workspace.h"
#include "view/grade_colour.h"

#include <QFileInfo>
#include <QPainter>
#include <QSignalBlocker>

namespace hipcuff::viewer {
namespace {

constexpr int thumbWidth = 72;
constexpr int thumbHeight = 54;

} // namespace

ExamModel::ExamModel(Workspace& workspace, QObject* parent)
    : QStandardItemModel(parent)
    , workspace_(workspace) {
  // Files come by the hundred: the tree is mended once for many.
  soon_.setSingleShot(true);
  soon_.setInterval(20);
  connect(&soon_, &QTimer::timeout, this, &ExamModel::rebuild);
  const auto later = [this] {
    if (!soon_.isActive())
      soon_.start();
  };
  connect(&workspace, &Workspace::pictureAdded, this, later);
  connect(&workspace, &Workspace::examsChanged, this, later);
  connect(&workspace, &Workspace::brokenAdded, this, later);
  connect(&workspace, &Workspace::pictureChanged, this, &ExamModel::update);
}

void ExamModel::setNamesShown(bool shown) {
  names_ = shown;
  rebuild();
}

void ExamModel::setBlinded(bool blinded) {
  blinded_ = blinded;
  rebuild();
}

void ExamModel::fill(QStandardItem& item, int id) const {
  const Picture* p = workspace_.picture(id);
  if (p == nullptr)
    return;
  item.setData(id, pictureRole);
  item.setText(placeWord(*p) + (p->unsaved ? QStringLiteral(" *") : QString()));
  item.setData(static_cast<int>(p->state), stateRole);
  if (!p->thumbnail.isNull())
    item.setData(p->thumbnail, Qt::DecorationRole);
  QString under;
  QString tip = QString::fromStdString(p->key.path);
  item.setData(QVariant(), gradeRole);
  switch (p->state) {
  case Picture::State::waiting:
    under = blinded_ ? QString() : tr("waiting");
    break;
  case Picture::State::analysing:
    under = tr("analysing …");
    break;
  case Picture::State::cancelled:
    under = tr("not analysed");
    break;
  case Picture::State::failed:
    under = p->problem;
    break;
  case Picture::State::ready:
    if (!blinded_) {
      const ImageResult& result = *p->result();
      const GradeClass grade = standingGrade(result);
      item.setData(static_cast<int>(grade), gradeRole);
      under = gradeWord(grade);
      if (result.review && result.review->verdict)
        under += QStringLiteral(" ✓");
      if (grade == GradeClass::notGradable && !result.grade.refusals.empty()) {
        QStringList why;
        for (const Refusal refusal : result.grade.refusals)
          why << refusalWord(refusal);
        // The colour beside it says that it is not graded; the words say why.
        under = why.join(QStringLiteral(", "));
      }
      for (const std::string& message : result.messages)
        tip += QLatin1Char('\n') + QString::fromStdString(message);
    }
    if (!p->problem.isEmpty())
      tip += QLatin1Char('\n') + p->problem;
    break;
  }
  if (p->frames() > 1)
    item.setText(item.text() + tr(" · %1 frames").arg(p->frames()));
  item.setData(under, subtitleRole);
  item.setToolTip(tip + (under.isEmpty() ? QString() : QLatin1Char('\n') + under));
  item.setEditable(false);
}

void ExamModel::update(int id) {
  const QModelIndex index = indexOf(id);
  if (index.isValid())
    fill(*itemFromIndex(index), id);
  else if (!soon_.isActive())
    soon_.start();
}

void ExamModel::upToDate() {
  if (!soon_.isActive())
    return;
  soon_.stop();
  rebuild();
}

QModelIndex ExamModel::indexOf(int picture) const {
  for (int e = 0; e < rowCount(); ++e)
    for (int i = 0; i < item(e)->rowCount(); ++i)
      if (item(e)->child(i)->data(pictureRole).toInt() == picture)
        return item(e)->child(i)->index();
  return {};
}

void ExamModel::rebuild() {
  // Items are kept and mended in place: a rebuilt tree would lose the selection at each file that comes in.
  const int exams = static_cast<int>(workspace_.exams());
  const auto row = [this](int r) {
    while (rowCount() <= r) {
      auto* item = new QStandardItem;
      item->setEditable(false);
      appendRow(item);
    }
    return item(r);
  };
  for (int e = 0; e < exams; ++e) {
    const Exam& exam = workspace_.exam(static_cast<std::size_t>(e));
    QStandardItem* parent = row(e);
    parent->setData(QString::fromStdString(exam.key), examKeyRole);
    parent->setText(exam.title(names_ && !blinded_));
    parent->setData(QVariant(), subtitleRole);
    const int pictures = static_cast<int>(exam.pictures.size());
    for (int i = 0; i < pictures; ++i) {
      if (parent->rowCount() <= i)
        parent->appendRow(new QStandardItem);
      fill(*parent->child(i), exam.pictures[static_cast<std::size_t>(i)]->id);
    }
    parent->removeRows(pictures, parent->rowCount() - pictures);
  }
  int rows = exams;
  const auto group = [&](bool skipped, const QString& title) {
    int count = 0;
    for (const Broken& broken : workspace_.broken())
      count += broken.skipped == skipped ? 1 : 0;
    if (count == 0)
      return;
    QStandardItem* parent = row(rows++);
    parent->setData(QVariant(), examKeyRole);
    parent->setData(!skipped, failedRole);
    parent->setText(title.arg(count));
    int i = 0;
    for (const Broken& broken : workspace_.broken()) {
      if (broken.skipped != skipped)
        continue;
      if (parent->rowCount() <= i)
        parent->appendRow(new QStandardItem);
      QStandardItem* child = parent->child(i++);
      child->setData(0, pictureRole);
      child->setData(QVariant(), gradeRole);
      child->setData(QVariant(), Qt::DecorationRole);
      child->setText(QFileInfo(QString::fromStdString(broken.path.string())).fileName());
      child->setData(broken.problem, subtitleRole);
      child->setToolTip(QString::fromStdString(broken.path.string()) + QLatin1Char('\n') + broken.problem);
      child->setEditable(false);
    }
    parent->removeRows(i, parent->rowCount() - i);
  };
  group(false, tr("Could not be opened (%1)"));
  group(true, tr("Passed over (%1)"));
  removeRows(rows, rowCount() - rows);
}

QSize ExamDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const int line = option.fontMetrics.height();
  if (!index.parent().isValid())
    return {120, line + 10};
  return {180, std::max(thumbHeight + 6, 2 * line + 10)};
}

void ExamDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem item = option;
  initStyleOption(&item, index);
  item.text.clear();
  item.icon = QIcon();
  item.features.setFlag(QStyleOptionViewItem::HasDecoration, false);
  const QWidget* widget = option.widget;
  (widget != nullptr ? widget->style() : nullptr)->drawControl(QStyle::CE_ItemViewItem, &item, painter, widget);
  painter->save();
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
  painter->setPen(text);
  const QString title = index.data(Qt::DisplayRole).toString();
  if (!index.parent().isValid()) {
    QFont bold = option.font;
    bold.setBold(true);
    painter->setFont(bold);
    painter->drawText(option.rect.adjusted(4, 0, -4, 0), Qt::AlignVCenter,
                      QFontMetrics(bold).elidedText(title, Qt::ElideRight, option.rect.width() - 8));
    painter->restore();
    return;
  }
  QRect words = option.rect.adjusted(6, 3, -4, -3);
  if (const QImage thumbnail = index.data(Qt::DecorationRole).value<QImage>(); !thumbnail.isNull()) {
    const QRect frame(words.left(), words.top(), thumbWidth, thumbHeight);
    painter->fillRect(frame, Qt::black);
    const QSize size = thumbnail.size().scaled(frame.size(), Qt::KeepAspectRatio);
    QRect place(QPoint(0, 0), size);
    place.moveCenter(frame.center());
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    painter->drawImage(place, thumbnail);
    words.setLeft(frame.right() + 8);
  }
  const int line = option.fontMetrics.height();
  painter->drawText(QRect(words.left(), words.top() + 2, words.width(), line), Qt::AlignVCenter,
                    option.fontMetrics.elidedText(title, Qt::ElideRight, words.width()));
  QRect second(words.left(), words.top() + 6 + line, words.width(), line);
  if (const QVariant grade = index.data(ExamModel::gradeRole); grade.isValid()) {
    painter->fillRect(QRect(second.left(), second.top() + 1, 8, line - 2),
                      colourOf(static_cast<GradeClass>(grade.toInt())));
    second.setLeft(second.left() + 14);
  }
  const QString under = index.data(ExamModel::subtitleRole).toString();
  painter->drawText(second, Qt::AlignVCenter, option.fontMetrics.elidedText(under, Qt::ElideRight, second.width()));
  painter->restore();
}

ExamTree::ExamTree(Workspace& workspace, QWidget* parent)
    : QTreeView(parent)
    , model_(new ExamModel(workspace, this)) {
  setObjectName(QStringLiteral("exams"));
  setModel(model_);
  setItemDelegate(new ExamDelegate(this));
  setHeaderHidden(true);
  setIndentation(10);
  setUniformRowHeights(false);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  // The one on screen, clicked: its analysis, where that was stopped.
  connect(this, &QTreeView::clicked, this, [this](const QModelIndex& index) {
    if (const int id = index.data(ExamModel::pictureRole).toInt(); id != 0)
      emit chosen(id);
    else if (index.parent().isValid())
      emit told(index.data(Qt::ToolTipRole).toString().replace(QLatin1Char('\n'), QStringLiteral(": ")));
  });
  connect(model_, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex& above) {
    if (!above.isValid())
      return;
    // What was passed over is there for who looks for it, closed.
    if (above.data(ExamModel::examKeyRole).isValid() || above.data(ExamModel::failedRole).toBool())
      expand(above);
  });
}

void ExamTree::select(int picture) {
  model_->upToDate();
  const QModelIndex index = model_->indexOf(picture);
  if (index.isValid() && index != currentIndex())
    setCurrentIndex(index);
}

int ExamTree::selected() const {
  return currentIndex().data(ExamModel::pictureRole).toInt();
}

int ExamTree::neighbour(int picture, int step) const {
  model_->upToDate();
  std::vector<int> all;
  for (int e = 0; e < model_->rowCount(); ++e)
    for (int i = 0; i < model_->item(e)->rowCount(); ++i)
      if (const int id = model_->item(e)->child(i)->data(ExamModel::pictureRole).toInt(); id != 0)
        all.push_back(id);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i] == picture) {
      const auto next = static_cast<std::ptrdiff_t>(i) + step;
      return next >= 0 && next < static_cast<std::ptrdiff_t>(all.size()) ? all[static_cast<std::size_t>(next)] : 0;
    }
  return all.empty() ? 0 : all.front();
}

void ExamTree::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QTreeView::currentChanged(current, previous);
  if (const int id = current.data(ExamModel::pictureRole).toInt(); id != 0)
    emit chosen(id);
}

} // namespace hipcuff::viewer
