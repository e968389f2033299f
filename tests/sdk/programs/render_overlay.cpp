// Analyses one input and draws cortex, tendon borders, discontinuities and grade over the raw picture.
#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/rendering/image_scene.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "hipcuff/rendering/private_display.h"

#include <iostream>
#include <optional>

int main(int argc, char** argv) try {
  if (argc != 3)
    throw hipcuff::UsageError("two arguments are needed", "render_overlay INPUT OUT.png");

  const hipcuff::Criteria& criteria = hipcuff::builtinCriteria();
  const hipcuff::Analyzer analyzer({.stages = hipcuff::builtinStages(), .criteria = criteria});
  hipcuff::SilentProgress progress;
  const hipcuff::ImageResult image = analyzer.analyze(hipcuff::openCine(argv[1]), progress).front();
  const hipcuff::OverlayScene scene = hipcuff::sceneWithPicture(image, criteria); // plain values: change what you like

  std::optional<hipcuff::PrivateDisplay> display; // VTK needs an X display: a private one where there is none
  if (!hipcuff::displayAnswers())
    display.emplace();
  hipcuff::OverlayRenderer renderer;
  hipcuff::writeFileAtomically(argv[2], hipcuff::encodePng(renderer.render(scene)));
} catch (const hipcuff::Error& error) {
  std::cerr << "render_overlay: " << error.what() << "\n";
  return 1;
}
