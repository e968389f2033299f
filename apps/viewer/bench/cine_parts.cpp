// A cine's first picture, and its playing; beside a plain VTK window.
#include "bench.h"

#include "hipcuff/ingest/open.h"

#include <QAction>
#include <QProcess>

#include <vtkCamera.h>
#include <vtkImageData.h>
#include <vtkImageProperty.h>
#include <vtkImageSlice.h>
#include <vtkImageSliceMapper.h>
#include <vtkNew.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace hipcuff::viewer::bench {
namespace {

constexpr int freshProcesses = 9;
constexpr int bareFrames = 60; ///< decoded beforehand and shown over and over

std::string text(const char* format, auto... values) {
  char out[240];
  std::snprintf(out, sizeof out, format, values...);
  return out;
}

Series intervals(const std::vector<double>& at) {
  Series out;
  for (std::size_t i = 1; i < at.size(); ++i)
    out.add(1000 * (at[i] - at[i - 1]));
  return out;
}

} // namespace

void firstPictureOnce(Viewer& viewer, const QString& path, double programStart) {
  viewer.app().untilQuiet(0.2);
  double painted = 0;
  viewer.app().watch(&viewer.pane().widget(), [&](double at) {
    if (painted == 0 && viewer.pane().widget().hasPicture())
      painted = at;
  });
  const double ready = secondsNow();
  viewer.window().open({path});
  if (!Application::until([&painted] { return painted > 0; }, 30))
    throw std::runtime_error("no picture appeared");
  viewer.app().forget();
  // The wait until the window was quiet is the benchmark's own.
  std::printf("%.1f %.1f\n", 1000 * (painted - ready), 1000 * (painted - programStart - 0.2));
}

void firstPicture(const QString& program, const QString& path, const QString& openGl) {
  Series opened;
  Series started;
  for (int i = 0; i < freshProcesses; ++i) {
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(program, {QStringLiteral("first-once"), QStringLiteral("--opengl"), openGl, path});
    if (!process.waitForFinished(60000) || process.exitCode() != 0)
      throw std::runtime_error("a run of its own failed");
    const QList<QByteArray> words = process.readAllStandardOutput().simplified().split(' ');
    if (words.size() != 2)
      throw std::runtime_error("a run of its own said nothing");
    opened.add(words[0].toDouble());
    started.add(words[1].toDouble());
  }
  row("open to first picture, 1,000 frames of 1024x768",
      text("median %.0f ms (%.0f to %.0f in %d fresh processes)", opened.median(), opened.at(0), opened.at(1),
           freshProcesses),
      "300 ms");
  row("program's start to first picture",
      text("median %.0f ms (%.0f to %.0f)", started.median(), started.at(0), started.at(1)));
}

void play(Viewer& viewer, const QString& path, double seconds, const std::string& name) {
  viewer.open({path});
  Pane& pane = viewer.pane();
  const double rate = pane.clock().framesPerSecond();
  std::vector<double> at;
  std::vector<int> frames;
  viewer.app().watch(&pane.widget(), [&](double now) {
    at.push_back(now);
    frames.push_back(pane.frame());
  });
  viewer.app().clearPaints();
  const Usage before = usage();
  const double begin = secondsNow();
  viewer.window().action(QStringLiteral("play"))->trigger();
  (void)Application::until([&] { return secondsNow() - begin >= seconds; }, seconds + 5);
  viewer.app().forget();
  const int late = pane.lateFrames();
  viewer.window().action(QStringLiteral("play"))->trigger();
  const Usage after = usage();
  const double elapsed = (at.empty() ? secondsNow() : at.back()) - begin;
  int skipped = 0;
  int repeated = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const int step = frames[i] - frames[i - 1];
    skipped += std::max(0, step - 1);
    repeated += step == 0 ? 1 : 0;
  }
  const Series ms = intervals(at);
  row("playing, " + name + text(", %dx%d picture", pane.widget().width(), pane.widget().height()),
      text("%.1f of %.1f frames a second; %d not shown, %d decoded late, %d painted twice",
           static_cast<double>(at.size()) / elapsed, rate, skipped, late, repeated),
      "steady 60");
  row("interval between frames, " + name, spread(ms), "16.7 ms");
  row("processor while playing, " + name, text("%.0f %% of one core; peak memory %.0f MB",
                                               100 * (after.cpuSeconds - before.cpuSeconds) / elapsed, after.peakMb));
  std::string parts;
  for (const auto& [widget, spent] : viewer.app().paints())
    if (spent / static_cast<double>(at.size()) > 0.05)
      parts += (parts.empty() ? "" : ", ") + widget + text(" %.1f", spent / static_cast<double>(at.size()));
  row("painting a frame, " + name + ", ms by widget", parts);
}

void bareVtk(const QString& path, double seconds, int width, int height) {
  const Cine cine = openCine(path.toStdString());
  std::vector<vtkSmartPointer<vtkImageData>> decoded;
  for (int i = 0; i < std::min(bareFrames, cine.frames); ++i) {
    const RgbImage picture = cine.source->frame(i);
    auto data = vtkSmartPointer<vtkImageData>::New();
    data->SetDimensions(picture.width, picture.height, 1);
    data->AllocateScalars(VTK_UNSIGNED_CHAR, 3);
    std::memcpy(data->GetScalarPointer(), picture.data.data(), picture.data.size());
    decoded.push_back(std::move(data));
  }
  vtkNew<vtkImageSliceMapper> mapper;
  mapper->SetInputData(decoded.front());
  vtkNew<vtkImageSlice> slice;
  slice->SetMapper(mapper);
  slice->GetProperty()->SetColorWindow(255);
  slice->GetProperty()->SetColorLevel(127.5);
  slice->GetProperty()->SetInterpolationTypeToLinear();
  vtkNew<vtkRenderer> renderer;
  renderer->AddViewProp(slice);
  renderer->GetActiveCamera()->ParallelProjectionOn();
  vtkNew<vtkRenderWindow> window;
  window->SetMultiSamples(0);
  window->SetSize(width, height);
  window->AddRenderer(renderer);
  renderer->ResetCamera();
  renderer->GetActiveCamera()->SetParallelScale(cine.rows / 2.0);
  window->Render();

  const auto show = [&](int frame) {
    mapper->SetInputData(decoded[static_cast<std::size_t>(frame) % decoded.size()]);
    window->Render();
  };
  Series alone;
  for (int i = 0; i < 100; ++i) {
    const double begin = secondsNow();
    show(i);
    alone.add(1000 * (secondsNow() - begin));
  }
  row("plain VTK window, " + text("%dx%d", width, height) + ", a frame as fast as it goes", spread(alone));

  constexpr double rate = 60;
  std::vector<double> at;
  const Usage before = usage();
  const double begin = secondsNow();
  int shown = -1;
  int skipped = 0;
  while (secondsNow() - begin < seconds) {
    const int due = static_cast<int>((secondsNow() - begin) * rate);
    if (due == shown) {
      std::this_thread::sleep_for(std::chrono::microseconds(500));
      continue;
    }
    skipped += shown >= 0 ? due - shown - 1 : 0;
    shown = due;
    show(due);
    at.push_back(secondsNow());
  }
  const Usage after = usage();
  row("plain VTK window, playing decoded frames",
      text("%.1f of 60.0 frames a second; %d not shown", static_cast<double>(at.size()) / seconds, skipped));
  row("plain VTK window, interval", spread(intervals(at)), "16.7 ms");
  row("plain VTK window, processor",
      text("%.0f %% of one core", 100 * (after.cpuSeconds - before.cpuSeconds) / seconds));
}

} // namespace hipcuff::viewer::bench
