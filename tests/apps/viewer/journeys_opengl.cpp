// The other way to the screen: QVTKOpenGLNativeWidget shows the same picture as drawing off screen does.
#include "journey.h"

namespace hipcuff::viewer {

class OpenGl : public Journey {
  Q_OBJECT
private slots:
  void showsTheSamePicture();
};

void OpenGl::showsTheSamePicture() {
  const auto pictureOf = [](bool openGl, QImage& pane, QImage& dragged) {
    Harness h({.openGl = openGl});
    if (!h.open({testdata(QStringLiteral("undersurface-right-long"))}))
      return false;
    h.pane().widget().setFixedSize(800, 600);
    QTest::qWait(100);
    h.pane().fitPane();
    h.hover({2, 2});
    QTest::qWait(200);
    pane = h.pane().widget().snapshot();
    h.trigger("tool.pull");
    const Place place = placeOn(h.result());
    h.drag(place.superficial, place.superficial + Point{0, -20});
    h.hover({2, 2});
    QTest::qWait(200);
    dragged = h.pane().widget().snapshot();
    return !h.picture().review->edits().empty();
  };
  QImage here;
  QImage hereDragged;
  QImage there;
  QImage thereDragged;
  QVERIFY(pictureOf(true, here, hereDragged));
  QVERIFY(pictureOf(false, there, thereDragged));
  QVERIFY(!here.isNull());
  const Difference same = difference(here, there);
  QVERIFY2(same.mean < 1 && same.share < 0.005,
           qPrintable(QStringLiteral("mean %1, %2 %").arg(same.mean).arg(100 * same.share)));
  const Difference after = difference(hereDragged, thereDragged);
  QVERIFY2(after.mean < 1 && after.share < 0.005,
           qPrintable(QStringLiteral("mean %1, %2 %").arg(after.mean).arg(100 * after.share)));
  QVERIFY2(difference(here, hereDragged).share > 0.002, "the drag is seen there too");
}

HIPCUFF_JOURNEY(OpenGl);

} // namespace hipcuff::viewer

#include "journeys_opengl.moc"
