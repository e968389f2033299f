// A person's own measurements in true millimetres, and a ruler for a picture that has none.
#include "journey.h"

#include "hipcuff/core/png.h"

#include <nlohmann/json.hpp>

#include <QAction>
#include <QInputDialog>
#include <QLabel>
#include <QPushButton>

#include <cmath>
#include <fstream>

namespace hipcuff::viewer {
namespace {

nlohmann::json truthOf(const QString& name) {
  std::ifstream file(QStringLiteral(HIPCUFF_SOURCE_DIR "/testdata/%1/image.truth.json").arg(name).toStdString());
  return nlohmann::json::parse(file);
}

Point pointOf(const nlohmann::json& px) {
  return {px.at(0).get<double>(), px.at(1).get<double>()};
}

} // namespace

class Measuring : public Journey {
  Q_OBJECT
private slots:
  void caliperAngleNoteAndRemove();
  void rulerOnAPictureWithoutMillimetres();
};

void Measuring::caliperAngleNoteAndRemove() {
  const QString name = QStringLiteral("normal-left-long");
  const auto truth = truthOf(name);
  const auto& frame = truth.at("frames").at(0);
  const std::size_t middle = frame.at("tendon").at("deep_px").size() / 2;
  const Point deep = pointOf(frame.at("tendon").at("deep_px").at(middle));
  const Point superficial = pointOf(frame.at("tendon").at("superficial_px").at(middle));
  const double thickness = frame.at("thickness").at("profile_mm").at(middle).get<double>();
  Harness h;
  QVERIFY(h.open({testdata(name)}));
  h.key(QStringLiteral("M"));
  h.drag(deep, superficial);
  QVERIFY(h.result().review);
  QCOMPARE(h.result().review->annotations.size(), std::size_t(1));
  const Annotation caliper = h.result().review->annotations.front();
  QVERIFY(caliper.value.has_value());
  QVERIFY2(std::abs(*caliper.value - thickness) < 0.12,
           qPrintable(QStringLiteral("%1 mm, true %2 mm").arg(*caliper.value).arg(thickness)));
  QVERIFY(h.said().contains(QStringLiteral("mm")));
  // Two clicks do as well as a drag.
  h.click({200, 120});
  h.click({300, 120});
  QCOMPARE(h.result().review->annotations.size(), std::size_t(2));
  QVERIFY(std::abs(*h.result().review->annotations.back().value - 100 * truth.at("mm_per_px").at(0).get<double>()) <
          0.15);
  h.key(QStringLiteral("G"));
  h.click({300, 200});
  h.click({200, 200});
  h.click({200, 120});
  QCOMPARE(h.result().review->annotations.size(), std::size_t(3));
  QVERIFY2(std::abs(*h.result().review->annotations.back().value - 90) < 1.5, "a right angle");
  h.key(QStringLiteral("W"));
  {
    Answer<QInputDialog> note([](QInputDialog& dialog) {
      dialog.setTextValue(QStringLiteral("look again"));
      dialog.accept();
    });
    h.click({250, 90});
    QVERIFY(note.came());
  }
  QCOMPARE(watch_.taken().size(), 1);
  QCOMPARE(h.result().review->annotations.back().text, std::string("look again"));
  h.hover({2, 2});
  h.keepShot(QStringLiteral("measure"));
  h.key(QStringLiteral("K"));
  h.click({250, 120});
  QCOMPARE(h.result().review->annotations.size(), std::size_t(3));
  h.click({600, 20});
  QCOMPARE(h.result().review->annotations.size(), std::size_t(3));
  QVERIFY(h.said().contains(QStringLiteral("no measurement")));
  // Nothing of this touched the program's measures or its grade.
  QVERIFY(h.result().measurements.thickness.summary->meanMm ==
          h.picture().review->program().measurements.thickness.summary->meanMm);
  // The ruler does not overrule a file's own millimetres.
  h.key(QStringLiteral("R"));
  h.drag({200, 100}, {400, 100});
  QVERIFY(h.said().contains(QStringLiteral("own millimetres")));
}

void Measuring::rulerOnAPictureWithoutMillimetres() {
  const QString name = QStringLiteral("normal-left-long");
  const auto truth = truthOf(name);
  const double mmPerPx = truth.at("mm_per_px").at(0).get<double>();
  // Along the scanner's depth scale, beside the B-mode area: from the skin down to its mark at 3 cm.
  const double x = truth.at("region_px").at(2).get<double>() + 8;
  const double skin = truth.at("region_px").at(1).get<double>();
  const Point from{x, skin};
  const Point to{x, skin + 30 / mmPerPx};
  QTemporaryDir folder;
  const QString png = folder.filePath(QStringLiteral("picture.png"));
  Harness h;
  QVERIFY(h.open({testdata(name)}));
  const double true_ = h.result().measurements.thickness.summary->meanMm;
  {
    std::ofstream file(png.toStdString(), std::ios::binary);
    file << encodePng(h.picture().cine->source->clone()->frame(0));
  }
  QVERIFY(h.open({png}));
  QVERIFY(h.choose(QStringLiteral("picture.png")));
  QVERIFY(!h.result().mmPerPx);
  QVERIFY(h.result().grade.grade == GradeClass::notGradable);
  QVERIFY(!h.result().measurements.thickness.summary);
  QVERIFY2(!h.result().anatomy.tendon.stations.empty(), "the geometry is there all the same");
  auto* hip = h.find<QPushButton>("grade.hip");
  QVERIFY2(hip->isVisible(), "nothing in a PNG says what it shows");
  hip->click();
  QVERIFY(!hip->isVisible());
  QVERIFY(h.result().grade.grade == GradeClass::notGradable);
  h.key(QStringLiteral("R"));
  {
    Answer<QInputDialog> never([](QInputDialog& dialog) { dialog.reject(); });
    h.drag(from, to);
    QVERIFY(never.came());
    QVERIFY2(!h.result().mmPerPx, "thought better of");
  }
  h.key(QStringLiteral("R"));
  {
    Answer<QInputDialog> length([&](QInputDialog& dialog) {
      h.keepShot(QStringLiteral("ruler"));
      dialog.setDoubleValue(30);
      dialog.accept();
    });
    h.drag(from, to);
    QVERIFY(length.came());
  }
  QCOMPARE(watch_.taken().size(), 2);
  QVERIFY(h.result().mmPerPx);
  QVERIFY(*h.result().calibrationOrigin == CalibrationOrigin::user);
  QVERIFY(std::abs(h.result().mmPerPx->x - mmPerPx) < 0.01 * mmPerPx);
  QVERIFY(h.result().grade.grade != GradeClass::notGradable);
  const double mine = h.result().measurements.thickness.summary->meanMm;
  QVERIFY2(std::abs(mine - true_) < 0.05 * true_, qPrintable(QStringLiteral("%1, %2").arg(mine).arg(true_)));
  QVERIFY(h.window().action(QStringLiteral("tool.look"))->isChecked());
  h.key(QStringLiteral("Ctrl+Z"));
  QVERIFY(!h.result().mmPerPx);
  QVERIFY(!h.result().measurements.thickness.summary);
}

HIPCUFF_JOURNEY(Measuring);

} // namespace hipcuff::viewer

#include "journeys_measure.moc"
