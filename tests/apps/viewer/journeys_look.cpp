// Looking: thickness under the pointer, picture and chart linked, layers, zoom, grey levels, themes, what is kept.
#include "journey.h"

#include <QAction>
#include <QCheckBox>
#include <QLabel>
#include <QSettings>
#include <QSlider>
#include <QTextBrowser>

#include <cmath>

namespace hipcuff::viewer {
namespace {

/// How many pixels two pictures of one size differ in.
int differing(const QImage& a, const QImage& b) {
  if (a.size() != b.size())
    return std::max(a.width() * a.height(), b.width() * b.height());
  int count = 0;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x)
      count += a.pixel(x, y) != b.pixel(x, y) ? 1 : 0;
  return count;
}

} // namespace

class Looking : public Journey {
  Q_OBJECT
private slots:
  void init();
  void cleanup();
  void hoverShowsThicknessEverywhere();
  void chartMarksThePicture();
  void layersHaveSwitchAndOpacity();
  void zoomKeepsWhatIsUnderThePointer();
  void greyLevelsAndFlip();
  void wordsSayWhy();
  void picturesAreAsTheyWere();
  void linesAreNeverOnAnotherPicture();

private:
  QTemporaryDir folder_;
  std::unique_ptr<Harness> h_;
};

void Looking::init() {
  h_ = std::make_unique<Harness>();
  static const QString at =
      exam(folder_, {QStringLiteral("normal-left-long"), QStringLiteral("undersurface-right-long")});
  QVERIFY(h_->open({at}));
  QVERIFY(h_->choose(QStringLiteral("normal-left-long.dcm")));
}

void Looking::cleanup() {
  h_.reset();
  quiet();
}

void Looking::hoverShowsThicknessEverywhere() {
  h_->hover({2, 2});
  QTest::qWait(50);
  const QImage before = h_->pane().widget().snapshot();
  auto* chart = h_->find<ProfilePanel>("profile");
  auto* unrolled = h_->find<PictureWidget>("unrolled.view");
  const QImage chartBefore = chart->grab().toImage();
  const QImage unrolledBefore = unrolled->snapshot();
  std::optional<double> hovered;
  connect(&h_->panes(), &PaneGrid::hovered, h_.get() == nullptr ? nullptr : &h_->window(),
          [&](std::optional<double> position) { hovered = position; });
  const auto& stations = h_->result().anatomy.tendon.stations;
  const Place place = placeOn(h_->result());
  h_->hover(place.middle());
  QVERIFY(hovered.has_value());
  QVERIFY(std::abs(*hovered - stations[stations.size() / 2].positionMm) < 0.5);
  // The number is the profile's, with its interval.
  const auto found = probe(h_->result(), place.middle());
  QVERIFY(found && found->thickness);
  QVERIFY(found->thickness->lowerMm < found->thickness->valueMm &&
          found->thickness->valueMm < found->thickness->upperMm);
  const QImage after = h_->pane().widget().snapshot();
  QVERIFY2(differing(before, after) > 300, "a line across the tendon and the number beside it");
  QVERIFY2(differing(chartBefore, chart->grab().toImage()) > 20, "the mark in the chart");
  QVERIFY2(differing(unrolledBefore, unrolled->snapshot()) > 20, "the mark in the unrolled tendon");
  h_->hover({2, 2});
  QVERIFY(!hovered);
  QCOMPARE(h_->pane().widget().snapshot(), before);
}

void Looking::chartMarksThePicture() {
  h_->hover({2, 2});
  QTest::qWait(50);
  const QImage before = h_->pane().widget().snapshot();
  auto* chart = h_->find<ProfilePanel>("profile");
  std::optional<double> position;
  connect(chart, &ProfilePanel::hovered, &h_->window(), [&](std::optional<double> p) { position = p; });
  QMouseEvent move(QEvent::MouseMove, QPoint(chart->width() / 2, chart->height() / 2), Qt::NoButton, Qt::NoButton, {});
  QApplication::sendEvent(chart, &move);
  QVERIFY(position.has_value());
  QVERIFY(differing(before, h_->pane().widget().snapshot()) > 100);
  auto* unrolled = h_->find<PictureWidget>("unrolled.view");
  h_->hover({2, 2});
  QMouseEvent inside(QEvent::MouseMove, unrolled->rect().center(), Qt::NoButton, Qt::NoButton, {});
  QApplication::sendEvent(unrolled, &inside);
  QVERIFY2(differing(before, h_->pane().widget().snapshot()) > 100, "from the unrolled tendon too");
}

void Looking::layersHaveSwitchAndOpacity() {
  QVERIFY(h_->choose(QStringLiteral("undersurface-right-long.dcm")));
  h_->hover({2, 2});
  const QImage all = h_->pane().widget().snapshot();
  for (const char* layer : {"cortex", "borders", "discontinuities", "labels", "scale"}) {
    auto* box = h_->find<QCheckBox>(qPrintable(QStringLiteral("layer.") + layer));
    auto* slider = h_->find<QSlider>(qPrintable(QStringLiteral("opacity.") + layer));
    QVERIFY(box != nullptr && slider != nullptr);
    box->click();
    const QImage without = h_->pane().widget().snapshot();
    QVERIFY2(differing(all, without) > 30, layer);
    QVERIFY(!slider->isEnabled());
    box->click();
    QVERIFY2(differing(all, h_->pane().widget().snapshot()) == 0, layer);
    slider->setValue(30);
    const QImage faint = h_->pane().widget().snapshot();
    QVERIFY2(faint != all && faint != without, layer);
    slider->setValue(100);
  }
  h_->key(QStringLiteral("H"));
  const QImage bare = h_->pane().widget().snapshot();
  QVERIFY(differing(all, bare) > 500);
  h_->key(QStringLiteral("H"));
  QCOMPARE(h_->pane().widget().snapshot(), all);
}

void Looking::zoomKeepsWhatIsUnderThePointer() {
  PictureWidget& widget = h_->pane().widget();
  const Point at = placeOn(h_->result()).superficial;
  const QPoint before = widget.positionOf(at);
  const double zoom = widget.viewport().zoom();
  for (int i = 0; i < 4; ++i)
    h_->wheel(at, 1, Qt::ControlModifier);
  QVERIFY(widget.viewport().zoom() > 1.8 * zoom);
  const QPoint moved = widget.positionOf(at) - before;
  QVERIFY2(moved.manhattanLength() <= 4, "the pointer stands on whole pixels");
  const QImage smooth = widget.snapshot();
  h_->key(QStringLiteral("I"));
  QVERIFY(!widget.smooth());
  QVERIFY2(differing(smooth, widget.snapshot()) > 1000, "sharp squares");
  h_->key(QStringLiteral("I"));
  // Left button and mouse moves the picture.
  const QPoint here = widget.positionOf(at);
  QTest::mousePress(&widget, Qt::LeftButton, {}, here);
  QMouseEvent drag(QEvent::MouseMove, here + QPoint(40, 30), Qt::NoButton, Qt::LeftButton, {});
  QApplication::sendEvent(&widget, &drag);
  QTest::mouseRelease(&widget, Qt::LeftButton, {}, here + QPoint(40, 30));
  const QPoint panned = widget.positionOf(at) - here;
  QVERIFY(std::abs(panned.x() - 40) <= 1 && std::abs(panned.y() - 30) <= 1);
  h_->key(QStringLiteral("0"));
  QCOMPARE(widget.viewport().zoom(), zoom);
  h_->key(QStringLiteral("+"));
  QVERIFY(widget.viewport().zoom() > zoom);
  h_->key(QStringLiteral("9"));
  QVERIFY(widget.viewport().zoom() <= zoom);
}

void Looking::greyLevelsAndFlip() {
  PictureWidget& widget = h_->pane().widget();
  h_->key(QStringLiteral("H"));
  const QImage plain = widget.snapshot();
  const QPoint middle = widget.rect().center();
  QTest::mousePress(&widget, Qt::RightButton, {}, middle);
  QMouseEvent drag(QEvent::MouseMove, middle + QPoint(60, -40), Qt::NoButton, Qt::RightButton, {});
  QApplication::sendEvent(&widget, &drag);
  QTest::mouseRelease(&widget, Qt::RightButton, {}, middle + QPoint(60, -40));
  QVERIFY(!widget.curve().identity());
  QVERIFY(widget.snapshot() != plain);
  h_->key(QStringLiteral("Backspace"));
  QVERIFY(widget.curve().identity());
  QCOMPARE(widget.snapshot(), plain);
  h_->key(QStringLiteral("."));
  QVERIFY(widget.curve().gamma > 1);
  h_->key(QStringLiteral(","));
  h_->key(QStringLiteral("Backspace"));
  const double thickness = h_->result().measurements.thickness.summary->meanMm;
  const Point at = placeOn(h_->result()).superficial;
  const int x = widget.positionOf(at).x();
  h_->key(QStringLiteral("F"));
  QVERIFY(widget.viewport().mirrored());
  QVERIFY(std::abs(widget.positionOf(at).x() - (widget.width() - x)) < widget.width());
  QVERIFY(widget.positionOf(at).x() != x);
  QCOMPARE(h_->result().measurements.thickness.summary->meanMm, thickness);
  h_->key(QStringLiteral("F"));
  h_->key(QStringLiteral("H"));
}

void Looking::wordsSayWhy() {
  QVERIFY(h_->choose(QStringLiteral("undersurface-right-long.dcm")));
  const QString words = h_->find<QTextBrowser>("grade.words")->toPlainText();
  QVERIFY(words.contains(QStringLiteral("Why")));
  for (const std::string& reason : h_->result().grade.reasons)
    QVERIFY2(words.contains(QString::fromStdString(reason).simplified()) ||
                 words.simplified().contains(QString::fromStdString(reason).simplified()),
             reason.c_str());
  QVERIFY(words.contains(QStringLiteral("mm")));
  QVERIFY(h_->find<QLabel>("grade.sure")->text().contains(QStringLiteral("sure")));
  QVERIFY(h_->find<QLabel>("status.notice")->text().contains(QStringLiteral("Research use only")));
  QVERIFY(h_->window().windowTitle().contains(QStringLiteral("research use only")));
  // Criteria and their sources are one click away.
  emit h_->find<QTextBrowser>("grade.words")->anchorClicked(QUrl(QStringLiteral("criteria:")));
  auto* dialog = h_->find<QDialog>("criteria");
  QVERIFY(dialog != nullptr && dialog->isVisible());
  QVERIFY(!dialog->isModal());
  h_->keepShot(QStringLiteral("criteria"), *dialog);
  dialog->close();
  QCOMPARE(watch_.taken().size(), 1);
}

void Looking::picturesAreAsTheyWere() {
  // Pane by pane: fonts and widgets of a window differ from machine to machine, the picture with its overlay is ours.
  h_->hover({2, 2});
  h_->pane().widget().setFixedSize(800, 600);
  QTest::qWait(50);
  h_->pane().fitPane();
  QCOMPARE(unlikeBaseline(h_->pane().widget().snapshot(), QStringLiteral("normal-left-long")), QString());
  QVERIFY(h_->choose(QStringLiteral("undersurface-right-long.dcm")));
  h_->trigger("tool.pull");
  h_->hover(placeOn(h_->result()).superficial);
  QCOMPARE(unlikeBaseline(h_->pane().widget().snapshot(), QStringLiteral("undersurface-right-long-handles")),
           QString());
  auto* unrolled = h_->find<PictureWidget>("unrolled.view");
  unrolled->setFixedSize(600, 180);
  QTest::qWait(50);
  QCOMPARE(unlikeBaseline(unrolled->snapshot(), QStringLiteral("undersurface-right-long-unrolled")), QString());
}

void Looking::linesAreNeverOnAnotherPicture() {
  // Whatever is on screen between choosing a picture and its being decoded, it is not the picture before.
  h_->hover({2, 2});
  const QImage before = h_->pane().widget().snapshot();
  for (int i = 0; i < 6; ++i) {
    const QString next =
        i % 2 == 0 ? QStringLiteral("undersurface-right-long.dcm") : QStringLiteral("normal-left-long.dcm");
    for (const auto& picture : h_->workspace().exam(0).pictures)
      if (QString::fromStdString(picture->key.path).endsWith(next)) {
        h_->pane().showPicture(picture->id);
        if (i % 2 == 0 && h_->pane().widget().hasPicture())
          QVERIFY(difference(h_->pane().widget().snapshot(), before).mean > 5);
        QVERIFY(Harness::until([&] { return h_->pane().widget().hasPicture(); }));
      }
  }
  QVERIFY(h_->choose(QStringLiteral("normal-left-long.dcm")));
  h_->hover({2, 2});
  QVERIFY(difference(h_->pane().widget().snapshot(), before).mean < 0.5);
}

/// What a person sets is there again at the next start.
class Settings : public Journey {
  Q_OBJECT
private slots:
  void areKept();
};

void Settings::areKept() {
  QTemporaryDir home;
  QTemporaryDir folder;
  const QString at = exam(folder, {QStringLiteral("undersurface-right-long")});
  QColor dark;
  double points = 0;
  {
    Harness h({.home = home.path()});
    QVERIFY(h.open({at}));
    h.hover({2, 2});
    dark = h.window().palette().color(QPalette::Window);
    QVERIFY2(dark.lightness() < 80, "dark without asking: reading rooms are");
    points = QApplication::font().pointSizeF();
    h.trigger("theme.light");
    QVERIFY(h.window().palette().color(QPalette::Window).lightness() > 180);
    h.keepShot(QStringLiteral("light"));
    h.trigger("theme.contrast");
    QCOMPARE(h.window().palette().color(QPalette::Window), QColor(Qt::white));
    QCOMPARE(h.window().palette().color(QPalette::WindowText), QColor(Qt::black));
    h.trigger("theme.light");
    QCOMPARE(h.window().palette().color(QPalette::Window), QColor(Qt::black));
    h.trigger("font.larger");
    h.trigger("font.larger");
    QVERIFY(QApplication::font().pointSizeF() > 1.15 * points);
    h.keepShot(QStringLiteral("contrast"));
    h.find<QCheckBox>("layer.labels")->click();
    h.find<QSlider>("opacity.borders")->setValue(50);
    h.trigger("snap");
    h.trigger("smooth");
    h.window().resize(1180, 820);
    h.window().close();
  }
  {
    Harness h({.home = home.path()});
    QCOMPARE(h.window().palette().color(QPalette::Window), QColor(Qt::black));
    QVERIFY(QApplication::font().pointSizeF() > 1.15 * points);
    QVERIFY(!h.find<QCheckBox>("layer.labels")->isChecked());
    QCOMPARE(h.find<QSlider>("opacity.borders")->value(), 50);
    QVERIFY(h.window().action(QStringLiteral("snap"))->isChecked());
    QVERIFY(!h.window().action(QStringLiteral("smooth"))->isChecked());
    QVERIFY(!h.pane().widget().smooth());
    QCOMPARE(h.window().size(), QSize(1180, 820));
    h.trigger("theme.contrast");
    h.trigger("font.smaller");
    h.trigger("font.smaller");
  }
  // Another home knows nothing of it.
  const Harness other;
}

HIPCUFF_JOURNEY(Looking);
HIPCUFF_JOURNEY(Settings);

} // namespace hipcuff::viewer

#include "journeys_look.moc"
