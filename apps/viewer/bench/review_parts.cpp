// A border's drag to the new grade on screen, stage by stage; and memory over many exams.
#include "bench.h"

#include "hipcuff/rendering/image_scene.h"
#include "hipcuff/rendering/picture_view.h"
#include "hipcuff/rendering/profile_chart.h"
#include "hipcuff/rendering/unrolled.h"
#include "hipcuff/review/image_review.h"

#include <QAction>
#include <QDir>
#include <QMouseEvent>

#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace hipcuff::viewer::bench {
namespace {

std::string number(const char* format, auto... values) {
  char out[160];
  std::snprintf(out, sizeof out, format, values...);
  return out;
}

void move(PictureWidget& widget, Point px, Qt::MouseButtons buttons) {
  const QPoint at = widget.positionOf(px);
  QMouseEvent event(QEvent::MouseMove, at, widget.mapToGlobal(at), Qt::NoButton, buttons, Qt::NoModifier);
  QApplication::sendEvent(&widget, &event);
}

void press(PictureWidget& widget, Point px, bool down) {
  const QPoint at = widget.positionOf(px);
  QMouseEvent event(down ? QEvent::MouseButtonPress : QEvent::MouseButtonRelease, at, widget.mapToGlobal(at),
                    Qt::LeftButton, down ? Qt::LeftButton : Qt::NoButton, Qt::NoModifier);
  QApplication::sendEvent(&widget, &event);
}

template <typename Do>
void timed(Series& into, const Do& act) {
  const double begin = secondsNow();
  act();
  into.add(1000 * (secondsNow() - begin));
}

/// What one move of the pointer is made of, each by itself and without Qt's part.
void stages(Viewer& viewer, const review::EditRecord& first, Point step) {
  Pane& pane = viewer.pane();
  review::ImageReview& mine = *pane.review();
  const RgbImage whole = pane.picture()->cine->source->clone()->frame(pane.frame());
  const double angleMax = viewer.workspace().criteria().value("fibre_angle_max");
  PictureView view;
  view.setSize(pane.widget().width(), pane.widget().height());
  view.viewport() = pane.widget().viewport();
  view.setPicture(whole, pane.picture()->mmPerPx());
  auto* profilePanel = viewer.window().findChild<ProfilePanel*>();
  auto* unrolledPanel = viewer.window().findChild<UnrolledPanel*>();
  auto* gradePanel = viewer.window().findChild<GradePanel*>();
  ProfileChart chart;
  chart.setSize(profilePanel->width(), profilePanel->height());
  PictureView flat;
  flat.setSize(unrolledPanel->width(), unrolledPanel->height());
  Exam* exam = viewer.workspace().examOf(pane.pictureId());
  Series preview;
  Series scene;
  Series render;
  Series grade;
  Series chartDrawn;
  Series layOut;
  Series flatDrawn;
  for (int i = 0; i < 60; ++i) {
    review::EditRecord record = first;
    for (Point& px : std::get<review::RedrawBorder>(record.edit).px)
      px = px + step * (0.02 * (i % 10));
    ImageResult result;
    timed(preview, [&] { result = mine.preview(record); });
    timed(scene, [&] { view.setScene(sceneOf(result, {0, 0}, angleMax)); });
    timed(render, [&] {
      view.render();
      (void)view.grab();
    });
    timed(grade, [&] {
      gradePanel->show(pane.picture(), &result, exam->assessed(viewer.workspace().criteria()));
      QApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    });
    timed(chartDrawn, [&] {
      chart.setImage(result);
      chart.render();
      (void)chart.grab();
    });
    std::optional<UnrolledTendon> laid;
    timed(layOut, [&] {
      if (result.picture)
        laid = unrolled(result, *result.picture, angleMax);
    });
    if (laid)
      timed(flatDrawn, [&] {
        flat.setPicture(laid->scene.picture, laid->scene.mmPerPx);
        laid->scene.picture = {};
        flat.setScene(laid->scene);
        flat.render();
        (void)flat.grab();
      });
  }
  row("- measuring and grading the edit", spread(preview));
  row("- overlay from the result", spread(scene));
  row("- picture and overlay drawn", spread(render));
  row("- grade panel filled", spread(grade));
  row("- chart drawn", spread(chartDrawn));
  row("- tendon laid out flat", spread(layOut));
  row("- flat tendon drawn", spread(flatDrawn));
  viewer.app().untilQuiet();
}

} // namespace

void drag(Viewer& viewer, const QString& path, int drags, const std::string& name) {
  viewer.open({path});
  Pane& pane = viewer.pane();
  PictureWidget& widget = pane.widget();
  if (pane.shownResult() == nullptr || pane.shownResult()->anatomy.tendon.stations.size() < 20)
    throw std::runtime_error("no tendon was found on the benchmark's picture");
  viewer.window().action(QStringLiteral("tool.pull"))->trigger();
  viewer.app().untilQuiet();
  const ImageResult before = *pane.shownResult();
  const auto& stations = before.anatomy.tendon.stations;
  const Point cortex = before.toFullPixels(stations[stations.size() / 2].cortexMm);
  const Polyline handles = review::handlesOf(before, review::Border::superficial);
  const Point from = handles[handles.size() / 2];
  const Point out = (from - cortex) * (1 / distance(from, cortex)); // away from the bone, one pixel

  // The first edit reads and analyses the frame: it is told apart.
  double first = 0;
  Series all;
  Series handled;
  std::map<std::string, Series> painted;
  Series updates;
  Series others;
  int unchanged = 0;
  std::optional<double> lastMean;
  move(widget, from, Qt::NoButton);
  press(widget, from, true);
  for (int i = 0; i <= drags; ++i) {
    viewer.app().untilQuiet();
    viewer.app().clearPaints();
    // To and fro within 12 pixels, never twice the same place.
    const Point to = from + out * (2 + 10 * std::abs(std::sin(0.7 * i)) + 0.01 * i);
    const double begin = secondsNow();
    move(widget, to, Qt::LeftButton);
    const double sent = secondsNow();
    viewer.app().untilQuiet();
    const double ms = 1000 * (viewer.app().lastUpdate() - begin);
    const ImageResult* standing = pane.standing();
    std::optional<double> mean;
    if (standing != nullptr && standing->measurements.thickness.summary)
      mean = standing->measurements.thickness.summary->meanMm;
    unchanged += mean == lastMean ? 1 : 0;
    lastMean = mean;
    if (i == 0) {
      first = ms;
      continue;
    }
    all.add(ms);
    handled.add(1000 * (sent - begin));
    updates.add(viewer.app().updates());
    double paints = 0;
    for (const auto& [widgetName, spent] : viewer.app().paints()) {
      painted[widgetName].add(spent);
      paints += spent;
    }
    others.add(ms - 1000 * (sent - begin) - paints);
  }
  Series release;
  const double begin = secondsNow();
  viewer.app().clearPaints();
  press(widget, from + out * 6, false);
  viewer.app().untilQuiet();
  release.add(1000 * (viewer.app().lastUpdate() - begin));

  const std::string size = number("%dx%d", before.columns, before.rows);
  row("**drag to new numbers on screen, " + size + ", " + name + "**",
      spread(all) + number(" over %zu moves", all.values.size()), "50 ms");
  row("first move of a drag; letting go", number("%.1f ms; %.1f ms", first, release.median()));
  if (unchanged > drags / 10)
    row("moves without a new number", std::to_string(unchanged), "0");
  row("of it: the pointer's event (preview, scene, panels filled)", spread(handled));
  for (const auto& [widgetName, spent] : painted)
    if (spent.median() >= 0.2)
      row("of it: painting " + widgetName, spread(spent));
  row("of it: the rest (Qt's timers, layout, sending pixels)",
      spread(others) + number("; %.0f window updates a move", updates.median()));

  const review::EditRecord record = viewer.workspace().record(
      review::RedrawBorder{review::Border::superficial,
                           review::pulled(before, review::Border::superficial, from, from + out * 6)},
      pane.frame());
  stages(viewer, record, out);
}

void memory(Viewer& viewer, const QString& folder, int rounds) {
  Series closed;
  Series open;
  const double empty = residentMb();
  const QStringList exams = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
  for (int round = 0; round < rounds; ++round) {
    for (const QString& exam : exams) {
      const std::size_t before = viewer.workspace().exams();
      viewer.open({folder + QLatin1Char('/') + exam});
      if (viewer.workspace().exams() != before + 1)
        throw std::runtime_error("an exam did not come alone");
      // Looked at as a person would: each still, then the cine for a second.
      Exam& opened = viewer.workspace().exam(viewer.workspace().exams() - 1);
      for (const auto& picture : opened.pictures) {
        viewer.pane().showPicture(picture->id);
        (void)Application::until([&] { return viewer.pane().widget().hasPicture(); }, 5);
        viewer.app().untilQuiet();
        if (picture->frames() > 1) {
          const double begin = secondsNow();
          viewer.window().panes().togglePlay();
          (void)Application::until([&] { return secondsNow() - begin > 1; }, 3);
          viewer.window().panes().togglePlay();
        }
      }
    }
    open.add(residentMb());
    viewer.pane().showPicture(0);
    while (viewer.workspace().exams() > 0)
      viewer.workspace().closeExam(viewer.workspace().exam(0).key);
    viewer.app().untilQuiet();
    malloc_trim(0); // what the allocator holds back is no growth of ours
    closed.add(residentMb());
  }
  row(number("%d exams open, each 8 stills and a cine of 200 frames, 1024x768", static_cast<int>(exams.size())),
      number("peak %.0f MB", usage().peakMb));
  std::string after;
  for (std::size_t i = 0; i < closed.values.size(); ++i)
    after += number("%s%.0f / %.0f", i > 0 ? ", " : "", open.values[i], closed.values[i]);
  row("all open / all closed, MB, round by round", number("empty window %.0f; ", empty) + after, "no growth");
}

} // namespace hipcuff::viewer::bench
