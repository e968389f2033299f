// Correcting: borders, extent, tears; numbers and grade follow at once; undo brings back exactly what was.
#include "journey.h"

#include "hipcuff/core/geometry.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>

#include <cmath>

namespace hipcuff::viewer {
namespace {

std::vector<Point> borders(const ImageResult& image) {
  std::vector<Point> out;
  for (const TendonStation& s : image.anatomy.tendon.stations) {
    out.push_back(s.cortexMm);
    out.push_back(s.superficialMm);
  }
  return out;
}

double thicknessAt(const ImageResult& image, double positionMm) {
  double best = 1e9;
  double value = -1;
  for (const ThicknessSample& s : image.measurements.thickness.profile)
    if (std::abs(s.positionMm - positionMm) < best) {
      best = std::abs(s.positionMm - positionMm);
      value = s.valueMm;
    }
  return value;
}

} // namespace

class Correcting : public Journey {
  Q_OBJECT
private slots:
  void init();
  void cleanup();
  void dragOfABorderIsSeenAtOnce();
  void escapeLetsItBe();
  void undoGoesBackExactly();
  void redrawnStretchFollowsTheLine();
  void snappingGoesToTheEdge();
  void extent();
  void outlinedTearIsGraded();
  void notATear();
  void drawTheTendonAnew();
  void measureAnotherFrame();
  void sideViewAndRegion();
  void whatIsBegunOnOnePictureEndsThere();

private:
  bool only(const QString& name);
  QTemporaryDir folder_;
  std::unique_ptr<Harness> h_;
};

void Correcting::init() {
  h_ = std::make_unique<Harness>();
}

void Correcting::cleanup() {
  h_.reset();
  quiet();
}

bool Correcting::only(const QString& name) {
  return h_->open({testdata(name)});
}

void Correcting::dragOfABorderIsSeenAtOnce() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  h_->key(QStringLiteral("B"));
  QVERIFY(h_->window().action(QStringLiteral("tool.pull"))->isChecked());
  const ImageResult before = h_->result();
  const auto& station = before.anatomy.tendon.stations[before.anatomy.tendon.stations.size() / 2];
  const double position = station.positionMm;
  const double was = thicknessAt(before, position);
  const QString words = h_->find<QTextBrowser>("grade.words")->toPlainText();
  const QImage chart = h_->find<ProfilePanel>("profile")->grab().toImage();
  const Place place = placeOn(before);
  const Point to = place.superficial + (place.superficial - place.cortex) * 0.4;
  // While the button is held: shown, not kept.
  h_->drag(place.superficial, to, {}, false);
  const ImageResult* shown = h_->pane().standing();
  QVERIFY(shown != &h_->result());
  QVERIFY2(thicknessAt(*shown, position) > was + 0.25 * was, "the preview is thicker");
  QVERIFY(h_->find<QTextBrowser>("grade.words")->toPlainText() != words);
  QVERIFY(h_->find<ProfilePanel>("profile")->grab().toImage() != chart);
  QCOMPARE(thicknessAt(h_->result(), position), was);
  h_->keepShot(QStringLiteral("pull"));
  QTest::mouseRelease(&h_->pane().widget(), Qt::LeftButton, {}, h_->pane().widget().positionOf(to));
  QApplication::processEvents();
  // Afterwards: kept, marked as by hand, with the person in the record.
  const double now = thicknessAt(h_->result(), position);
  QVERIFY2(std::abs(now - 1.4 * was) < 0.15 * was, qPrintable(QStringLiteral("%1 from %2").arg(now).arg(was)));
  QVERIFY(h_->result().measurements.thickness.summary->meanMm > before.measurements.thickness.summary->meanMm);
  QVERIFY(h_->picture().unsaved);
  QCOMPARE(h_->picture().review->edits().size(), std::size_t(1));
  QCOMPARE(h_->picture().review->edits().front().by, std::string("AB"));
  QVERIFY(!h_->picture().review->edits().front().at.empty());
  const auto found = probeAt(h_->result(), position);
  QVERIFY(found && found->byHand);
  // Far from it nothing moved.
  const ImageResult& after = h_->result();
  QVERIFY(distance(after.anatomy.tendon.stations.front().superficialMm,
                   before.anatomy.tendon.stations.front().superficialMm) < 0.02);
}

void Correcting::escapeLetsItBe() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  h_->key(QStringLiteral("B"));
  const auto before = borders(h_->result());
  const Place place = placeOn(h_->result());
  h_->drag(place.superficial, place.superficial + Point{0, -25}, {}, false);
  QVERIFY(borders(*h_->pane().standing()) != before);
  h_->key(QStringLiteral("Esc"));
  QVERIFY(borders(*h_->pane().standing()) == before);
  QTest::mouseRelease(&h_->pane().widget(), Qt::LeftButton, {}, QPoint(10, 10));
  QVERIFY(h_->picture().review->edits().empty());
  h_->key(QStringLiteral("Esc"));
  QVERIFY(h_->window().action(QStringLiteral("tool.look"))->isChecked());
}

/// The worst that could be: one person's border drawn into another's picture, one picture's millimetres over the next.
void Correcting::whatIsBegunOnOnePictureEndsThere() {
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({exam(folder, {QStringLiteral("normal-left-long"), QStringLiteral("normal-right-long")})}));
  const int first = h.window().tree().neighbour(0, 0);
  h.window().tree().select(first);
  QVERIFY(Harness::until([&] { return h.pane().pictureId() == first && h.pane().widget().hasPicture(); }));
  const int second = h.window().tree().neighbour(first, 1);
  const auto edits = [&](int id) { return h.workspace().picture(id)->review->edits().size(); };
  h.key(QStringLiteral("B"));
  const Place place = placeOn(h.result(), 0.5);
  std::optional<double> hovered;
  connect(&h.panes(), &PaneGrid::hovered, &h.window(), [&](std::optional<double> position) { hovered = position; });
  h.hover(place.middle());
  QVERIFY(hovered.has_value());
  h.key(QStringLiteral("PgDown"));
  QCOMPARE(h.pane().pictureId(), second);
  QVERIFY2(!hovered.has_value(), "what the pointer showed was of the picture before");
  h.key(QStringLiteral("PgUp"));
  QVERIFY(Harness::until([&] { return h.pane().pictureId() == first && h.pane().widget().hasPicture(); }));

  PictureWidget& widget = h.pane().widget();
  const QPoint from = widget.positionOf(place.superficial);
  const QPoint to = from - QPoint(0, 20);
  const auto move = [&](QPoint at) {
    QMouseEvent event(QEvent::MouseMove, at, widget.mapToGlobal(at), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &event);
  };
  h.hover(place.superficial);
  QTest::mousePress(&widget, Qt::LeftButton, Qt::NoModifier, from);
  move(to);
  h.key(QStringLiteral("PgDown"));
  QVERIFY(Harness::until([&] { return h.pane().pictureId() == second && h.pane().widget().hasPicture(); }));
  move(to + QPoint(0, 3));
  QTest::mouseRelease(&widget, Qt::LeftButton, Qt::NoModifier, to);
  QCOMPARE(edits(first), std::size_t(0));
  QCOMPARE(edits(second), std::size_t(0));
}

void Correcting::undoGoesBackExactly() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  h_->key(QStringLiteral("B"));
  const ImageResult before = h_->result();
  for (const double share : {0.3, 0.5, 0.7}) {
    const Place place = placeOn(h_->result(), share);
    h_->drag(place.superficial, place.superficial + Point{0, -15});
  }
  QCOMPARE(h_->picture().review->edits().size(), std::size_t(3));
  const ImageResult edited = h_->result();
  QVERIFY(h_->window().action(QStringLiteral("undo"))->text().contains(QStringLiteral("border")));
  for (int i = 0; i < 3; ++i)
    h_->key(QStringLiteral("Ctrl+Z"));
  QVERIFY(borders(h_->result()) == borders(before));
  QCOMPARE(h_->result().measurements.thickness.summary->meanMm, before.measurements.thickness.summary->meanMm);
  QVERIFY(h_->result().grade.probabilities == before.grade.probabilities);
  QVERIFY(!h_->result().review);
  QVERIFY(!h_->window().action(QStringLiteral("undo"))->isEnabled());
  for (int i = 0; i < 3; ++i)
    h_->key(QStringLiteral("Ctrl+Y"));
  QVERIFY(borders(h_->result()) == borders(edited));
  QCOMPARE(h_->result().measurements.thickness.summary->meanMm, edited.measurements.thickness.summary->meanMm);
  QVERIFY(!h_->window().action(QStringLiteral("redo"))->isEnabled());
}

void Correcting::redrawnStretchFollowsTheLine() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  h_->key(QStringLiteral("D"));
  Polyline line;
  for (double share = 0.3; share <= 0.7; share += 0.05)
    line.push_back(placeOn(h_->result(), share).superficial + Point{0, -12});
  h_->stroke(line);
  QCOMPARE(h_->picture().review->edits().size(), std::size_t(1));
  const ImageResult& now = h_->result();
  for (const double share : {0.4, 0.5, 0.6})
    QVERIFY2(distance(placeOn(now, share).superficial, line) < 1.5, "the border runs along what was drawn");
}

void Correcting::snappingGoesToTheEdge() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  const Polyline was = [&] {
    Polyline line;
    for (double share = 0.3; share <= 0.7; share += 0.02)
      line.push_back(placeOn(h_->result(), share).superficial);
    return line;
  }();
  Polyline off;
  for (const Point p : was)
    off.push_back(p + Point{0, -4});
  const auto meanOff = [&] {
    double sum = 0;
    for (const double share : {0.4, 0.45, 0.5, 0.55, 0.6})
      sum += distance(placeOn(h_->result(), share).superficial, was);
    return sum / 5;
  };
  h_->key(QStringLiteral("D"));
  h_->stroke(off);
  const double free = meanOff();
  QVERIFY2(free > 3, qPrintable(QString::number(free)));
  h_->key(QStringLiteral("Ctrl+Z"));
  h_->key(QStringLiteral("O"));
  QVERIFY(h_->window().action(QStringLiteral("snap"))->isChecked());
  h_->stroke(off);
  const double snapped = meanOff();
  QVERIFY2(snapped < 0.6 * free, qPrintable(QStringLiteral("%1 from %2").arg(snapped).arg(free)));
}

void Correcting::extent() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  h_->trigger("tool.extent");
  const auto& stations = h_->result().anatomy.tendon.stations;
  const double length = stations.back().positionMm - stations.front().positionMm;
  const Point end = h_->result().toFullPixels(stations.back().cortexMm);
  const Point inner = h_->result().toFullPixels(stations[stations.size() * 3 / 4].cortexMm);
  h_->drag(end, inner);
  const auto& now = h_->result().anatomy.tendon.stations;
  const double shorter = now.back().positionMm - now.front().positionMm;
  QVERIFY2(std::abs(shorter - 0.75 * length) < 0.08 * length, qPrintable(QString::number(shorter / length)));
  h_->key(QStringLiteral("Ctrl+Z"));
  QCOMPARE(h_->result().anatomy.tendon.stations.back().positionMm -
               h_->result().anatomy.tendon.stations.front().positionMm,
           length);
}

void Correcting::outlinedTearIsGraded() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  QVERIFY(h_->result().grade.grade == GradeClass::normal);
  h_->key(QStringLiteral("T"));
  // Half of the thickness from the bone up, over a fifth of the length.
  Polyline outline;
  for (double share = 0.4; share <= 0.601; share += 0.02)
    outline.push_back(placeOn(h_->result(), share).cortex);
  for (double share = 0.6; share >= 0.399; share -= 0.02)
    outline.push_back(placeOn(h_->result(), share).middle());
  h_->stroke(outline);
  QCOMPARE(h_->result().measurements.discontinuities.size(), std::size_t(1));
  const Discontinuity& tear = h_->result().measurements.discontinuities.front();
  QVERIFY(tear.byHand);
  QVERIFY2(std::abs(tear.depthFraction - 0.5) < 0.15, qPrintable(QString::number(tear.depthFraction)));
  QVERIFY(h_->result().grade.grade == GradeClass::partialThickness);
  QCOMPARE(h_->result().grade.probabilities[static_cast<std::size_t>(GradeClass::normal)], 0.0);
  QVERIFY(h_->find<QTextBrowser>("grade.words")->toPlainText().contains(QStringLiteral("outlined by hand")));
  h_->keepShot(QStringLiteral("tear"));
  h_->key(QStringLiteral("Ctrl+Z"));
  QVERIFY(h_->result().grade.grade == GradeClass::normal);
}

void Correcting::notATear() {
  QVERIFY(only(QStringLiteral("undersurface-right-long")));
  QVERIFY(!h_->result().measurements.discontinuities.empty());
  const double torn = h_->result().grade.probabilities[static_cast<std::size_t>(GradeClass::partialThickness)];
  h_->key(QStringLiteral("X"));
  h_->click({3, 3});
  QVERIFY(h_->said().contains(QStringLiteral("no discontinuity")));
  QVERIFY(h_->picture().review->edits().empty());
  while (!h_->result().measurements.discontinuities.empty()) {
    const std::size_t left = h_->result().measurements.discontinuities.size();
    const Discontinuity& d = h_->result().measurements.discontinuities.front();
    Point inside;
    // A point inside: the middle of a bent outline may lie outside of it.
    for (std::size_t i = 0; i < d.polygonMm.size(); ++i)
      for (std::size_t j = 0; j < d.polygonMm.size(); ++j)
        if (const Point m = (d.polygonMm[i] + d.polygonMm[j]) * 0.5; contains(d.polygonMm, m))
          inside = m;
    h_->click(h_->result().toFullPixels(inside));
    QVERIFY(h_->result().measurements.discontinuities.size() < left);
  }
  QVERIFY(h_->result().grade.probabilities[static_cast<std::size_t>(GradeClass::partialThickness)] < torn);
  QVERIFY(h_->result().grade.grade == GradeClass::normal || h_->result().grade.grade == GradeClass::tendinosis);
}

void Correcting::drawTheTendonAnew() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  const double was = h_->result().measurements.thickness.summary->meanMm;
  Polyline cortex;
  Polyline superficial;
  for (double share = 0.1; share <= 0.901; share += 0.05) {
    const Place place = placeOn(h_->result(), share);
    cortex.push_back(place.cortex);
    superficial.push_back(place.cortex + (place.superficial - place.cortex) * 0.8);
  }
  h_->key(QStringLiteral("N"));
  h_->stroke(cortex);
  QVERIFY(h_->said().contains(QStringLiteral("superficial border")));
  h_->stroke(superficial);
  QCOMPARE(h_->picture().review->edits().size(), std::size_t(1));
  const double now = h_->result().measurements.thickness.summary->meanMm;
  QVERIFY2(std::abs(now - 0.8 * was) < 0.1 * was, qPrintable(QStringLiteral("%1 from %2").arg(now).arg(was)));
  QVERIFY2(h_->window().action(QStringLiteral("tool.look"))->isChecked(), "done: back to looking");
}

void Correcting::measureAnotherFrame() {
  QVERIFY(only(QStringLiteral("undersurface-left-cine")));
  const int measured = *h_->result().frame;
  const int other = measured == 3 ? 4 : 3;
  h_->key(QStringLiteral("Home"));
  for (int i = 0; i < other; ++i)
    h_->key(QStringLiteral("Right"));
  QVERIFY(h_->pane().shownResult() == nullptr);
  h_->key(QStringLiteral("Q"));
  QCOMPARE(*h_->result().frame, other);
  QVERIFY(h_->pane().shownResult() != nullptr);
  QVERIFY(h_->result().measurements.thickness.summary.has_value());
  h_->key(QStringLiteral("Ctrl+Z"));
  QCOMPARE(*h_->result().frame, measured);
}

void Correcting::sideViewAndRegion() {
  QVERIFY(only(QStringLiteral("normal-left-long")));
  const auto pick = [&](const char* name, int index) {
    auto* box = h_->find<QComboBox>(name);
    box->setCurrentIndex(index);
    emit box->activated(index);
    QApplication::processEvents();
  };
  pick("grade.side", 2);
  QVERIFY(*h_->result().side.value == Side::right);
  QVERIFY(h_->find<QLabel>("pane.head")->text().startsWith(QStringLiteral("right")));
  pick("grade.view", 2);
  QVERIFY(*h_->result().view.value == View::shortAxis);
  QVERIFY(h_->window().tree().currentIndex().data().toString().startsWith(QStringLiteral("right, short axis")));
  h_->key(QStringLiteral("Ctrl+Z"));
  h_->key(QStringLiteral("Ctrl+Z"));
  QVERIFY(*h_->result().side.value == Side::left);
  QVERIFY2(!h_->find<QPushButton>("grade.hip")->isVisible(), "the file says that it is a hip");
}

HIPCUFF_JOURNEY(Correcting);

} // namespace hipcuff::viewer

#include "journeys_correct.moc"
