// Opening: the first picture before any analysis, the list of exams, broken files without any dialog.
#include "journey.h"

#include "../dicom_bytes.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QSettings>
#include <QToolButton>

namespace hipcuff::viewer {
namespace {

void write(const QString& path, const std::string& bytes) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes.data(), static_cast<qint64>(bytes.size())) < 0)
    qFatal("can't write %s", qPrintable(path));
}

/// Rows under the top row whose text begins so.
QModelIndex group(ExamTree& tree, const QString& title) {
  for (int r = 0; r < tree.model()->rowCount(); ++r)
    if (const QModelIndex index = tree.model()->index(r, 0); index.data().toString().startsWith(title))
      return index;
  return {};
}

} // namespace

class Opening : public Journey {
  Q_OBJECT
private slots:
  void firstPictureComesBeforeItsAnalysis();
  void listSaysWhatThereIs();
  void brokenFilesAreLinesNotDialogs();
  void dropAndRecent();
  void stopKeepsWhatIsDone();
};

void Opening::firstPictureComesBeforeItsAnalysis() {
  NEEDS_EXAM();
  Harness h;
  std::optional<bool> busy;
  connect(&h.pane(), &Pane::frameChanged, [&] {
    if (!busy && h.pane().widget().hasPicture())
      busy = h.workspace().busy();
  });
  h.window().open({demo()});
  QVERIFY(Harness::until([&] { return busy.has_value(); }));
  QVERIFY2(*busy, "the first picture must not wait for the analysis of nine");
  QVERIFY(Harness::until([&] { return !h.workspace().busy(); }));
}

void Opening::listSaysWhatThereIs() {
  NEEDS_EXAM();
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({demo(folder, {QStringLiteral("left_long_1.dcm"), QStringLiteral("right_long_1.dcm"),
                                QStringLiteral("right_long_cine.dcm"), QStringLiteral("right_short_1.dcm")})}));
  ExamTree& tree = h.window().tree();
  QCOMPARE(tree.model()->rowCount(), 1);
  const QModelIndex exam = tree.model()->index(0, 0);
  QVERIFY(exam.data().toString().contains(QStringLiteral("2026-")));
  QCOMPARE(tree.model()->rowCount(exam), 4);
  QVERIFY(tree.isExpanded(exam));
  QStringList places;
  for (int i = 0; i < 4; ++i) {
    const QModelIndex picture = tree.model()->index(i, 0, exam);
    places << picture.data().toString();
    QVERIFY2(!picture.data(Qt::DecorationRole).value<QImage>().isNull(), "a thumbnail");
    QVERIFY2(picture.data(ExamModel::gradeRole).isValid(), "a grade");
    QVERIFY(!picture.data(ExamModel::subtitleRole).toString().isEmpty());
  }
  QVERIFY(places.contains(QStringLiteral("left, long axis")));
  QVERIFY(places.contains(QStringLiteral("right, short axis")));
  QVERIFY(places.contains(QStringLiteral("right, long axis · 20 frames")));
  // Names go when the person doesn't want them seen.
  const QString name = exam.data().toString();
  h.trigger("names");
  QVERIFY(tree.model()->index(0, 0).data().toString() != name);
  h.trigger("names");
  // Screens that the guide shows.
  QVERIFY(h.choose(QStringLiteral("right_long_1.dcm")));
  const Place place = placeOn(h.result(), 0.4);
  h.hover(place.middle());
  h.keepShot(QStringLiteral("exam"));
}

void Opening::brokenFilesAreLinesNotDialogs() {
  QTemporaryDir folder;
  using test::UltrasoundFile;
  using test::ultrasoundFile;
  write(folder.filePath(QStringLiteral("empty.dcm")), "");
  write(folder.filePath(QStringLiteral("text.dcm")), "This is a letter, not a picture.\n");
  write(folder.filePath(QStringLiteral("no-pixels.dcm")),
        ultrasoundFile({.sopInstanceUid = "1.2.3.1", .pixels = false}));
  write(folder.filePath(QStringLiteral("truncated.dcm")),
        ultrasoundFile({.sopInstanceUid = "1.2.3.2", .pixelBytes = 1000, .pixelLength = 320 * 240}));
  write(
      folder.filePath(QStringLiteral("zero.dcm")),
      ultrasoundFile(
          {.sopInstanceUid = "1.2.3.3", .sopClassUid = "1.2.840.10008.5.1.4.1.1.3.1", .frames = "0", .pixelBytes = 0}));
  write(folder.filePath(QStringLiteral("huge.dcm")),
        ultrasoundFile(
            {.sopInstanceUid = "1.2.3.4", .rows = 65535, .columns = 65535, .pixelBytes = 64, .regions = "none"}));
  write(folder.filePath(QStringLiteral("few-frames.dcm")), ultrasoundFile({.sopInstanceUid = "1.2.3.5",
                                                                           .sopClassUid = "1.2.840.10008.5.1.4.1.1.3.1",
                                                                           .frames = "10",
                                                                           .pixelBytes = 3 * 320 * 240}));
  write(folder.filePath(QStringLiteral("letter.txt")), "a letter");
  QFile::copy(testdata(QStringLiteral("normal-left-long")), folder.filePath(QStringLiteral("good.dcm")));
  Harness h;
  QVERIFY(h.open({folder.path(), folder.filePath(QStringLiteral("gone.dcm"))}));
  ExamTree& tree = h.window().tree();
  const QModelIndex failed = group(tree, QStringLiteral("Could not be opened"));
  QVERIFY(failed.isValid());
  QVERIFY2(tree.isExpanded(failed), "what went wrong is in view");
  QMap<QString, QString> reasons;
  for (int i = 0; i < tree.model()->rowCount(failed); ++i) {
    const QModelIndex row = tree.model()->index(i, 0, failed);
    reasons.insert(row.data().toString(), row.data(ExamModel::subtitleRole).toString());
  }
  for (const char* name : {"empty.dcm", "no-pixels.dcm", "truncated.dcm", "zero.dcm", "huge.dcm", "gone.dcm"})
    QVERIFY2(!reasons.value(QLatin1String(name)).isEmpty(), name);
  QVERIFY(reasons.value(QStringLiteral("empty.dcm")).contains(QStringLiteral("empty")));
  QVERIFY(reasons.value(QStringLiteral("huge.dcm")).contains(QStringLiteral("65535")));
  QVERIFY(!reasons.contains(QStringLiteral("few-frames.dcm")));
  QVERIFY(h.said().contains(QStringLiteral("could not be opened")));
  // The cine that holds fewer frames than it says is there with those that it has, and says so.
  QVERIFY(h.choose(QStringLiteral("few-frames.dcm")));
  QCOMPARE(h.pane().frames(), 3);
  const QModelIndex few = tree.currentIndex();
  QVERIFY(few.data(Qt::ToolTipRole).toString().contains(QStringLiteral("10")));
  // The good one is as good as alone.
  QVERIFY(h.choose(QStringLiteral("good.dcm")));
  QVERIFY(h.picture().state == Picture::State::ready);
  QVERIFY(h.result().grade.grade == GradeClass::normal);
  h.keepShot(QStringLiteral("broken"));
}

void Opening::dropAndRecent() {
  QTemporaryDir home;
  QTemporaryDir folder;
  const QString path = exam(folder, {QStringLiteral("normal-left-long")});
  {
    Harness h({.home = home.path()});
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(100, 100), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&h.window(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(100, 100), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&h.window(), &drop);
    QVERIFY(Harness::until([&] { return h.pane().widget().hasPicture() && !h.workspace().busy(); }));
    h.window().close();
  }
  Harness h({.home = home.path()});
  auto* recent = h.find<QMenu>("menu.recent");
  QVERIFY(recent != nullptr);
  emit recent->aboutToShow();
  QVERIFY(!recent->actions().isEmpty());
  QCOMPARE(recent->actions().front()->text(), path);
  recent->actions().front()->trigger();
  QVERIFY(Harness::until([&] { return h.pane().widget().hasPicture(); }));
  QVERIFY(Harness::until([&] { return !h.workspace().busy(); }));
}

void Opening::stopKeepsWhatIsDone() {
  NEEDS_EXAM();
  Harness h;
  h.window().open({demo()});
  QVERIFY(Harness::until([&] { return h.workspace().exams() > 0 && h.workspace().exam(0).pictures.size() == 9; }));
  auto* stop = h.find<QToolButton>("status.stop");
  QVERIFY(Harness::until([&] { return stop->isVisible(); }));
  stop->click();
  QVERIFY(Harness::until([&] { return !h.workspace().busy(); }));
  QTest::qWait(100);
  int cancelled = 0;
  for (const auto& picture : h.workspace().exam(0).pictures) {
    QVERIFY2(picture->state == Picture::State::ready || picture->state == Picture::State::cancelled,
             qPrintable(QStringLiteral("%1 of %2").arg(static_cast<int>(picture->state)).arg(picture->id)));
    cancelled += picture->state == Picture::State::cancelled ? 1 : 0;
  }
  if (cancelled == 0)
    QSKIP("all nine were analysed before the button could be pressed");
  // Looking at one that was left out analyses it; clicking the one on screen too.
  ExamTree& tree = h.window().tree();
  for (const auto& picture : h.workspace().exam(0).pictures)
    if (picture->state == Picture::State::cancelled) {
      const int id = picture->id;
      const QModelIndex row = tree.exams().indexOf(id);
      QTest::mouseClick(tree.viewport(), Qt::LeftButton, {}, tree.visualRect(row).center());
      QVERIFY(Harness::until([&] { return h.workspace().picture(id)->state == Picture::State::ready; }));
      QCOMPARE(h.pane().pictureId(), id);
    }
}

HIPCUFF_JOURNEY(Opening);

} // namespace hipcuff::viewer

#include "journeys_open.moc"
