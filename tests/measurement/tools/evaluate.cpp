// Runs detection, measurement and grading over simulated hips and prints how they compare with the truth.
//   evaluate FIRST COUNT [--chain] [--pictures DIR] [--view long|short] [--verbose] [--regions]
// Without --chain the anatomy is the truth's: what remains is this room's own error.
#include "evaluation.h"

#include "evidence.h"
#include "levels.h"

#include "hipcuff/grading/criteria.h"
#include "hipcuff/segmentation/working_grid.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

using namespace hipcuff;
using namespace hipcuff::test;

namespace {

/// What the detector weighed, one line a dark region: for choosing criteria.
void printRegions(const EvaluatedCase& c) {
  const Criteria& criteria = builtinCriteria();
  const WorkingFrame working = makeWorkingFrame(c.frame);
  const Band band = unroll(c.frame, working, c.anatomy.tendon);
  if (band.empty())
    return;
  const auto map = contrastMap(band, floorLevel(c.frame, working, band), criteria);
  if (!map)
    return;
  const Texture pattern = texture(band.grey, map->tendon, 1.5, 5, 4);
  for (const Region& region : darkRegions(band, *map, criteria)) {
    const Evidence e = weigh(c.frame, working, band, *map, pattern, region, criteria);
    double inside = 0;
    double count = 0;
    for (int x = region.x0; x <= region.x1; ++x)
      for (int y = 0; y < band.height(); ++y)
        if (region.pixels.at(x, y)) {
          ++count;
          for (const auto& t : c.truth.discontinuities)
            inside += contains(t.polygon.mm, band.toMm(x, band.heightMm(y)));
        }
    std::printf(
        "R %lu %s %s hit %.2f area %.1f len %.1f depth %.1f frac %.2f contrast %.2f core %.2f bright %.2f chance %.1f "
        "shadow %.2f coh %.2f/%.2f edge %.2f angle %.0f obl %d conf %.2f acc %d range %.0f\n",
        static_cast<unsigned long>(c.seed), phantom::toString(c.truth.pathology), toString(e.kind), inside / count,
        region.areaMm2, e.lengthMm, e.depthMm, e.depthFraction, e.contrast, e.core, e.bright, e.chance, e.shadow,
        e.coherence, e.outsideCoherence, e.edge, e.angleDeg.value_or(-1), e.oblique, e.confidence, e.accepted,
        map->reference - map->floor);
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr,
                 "usage: %s FIRST COUNT [--chain] [--pictures DIR] [--view long|short] [--verbose] [--regions]\n",
                 argv[0]);
    return 2;
  }
  const auto first = static_cast<std::uint64_t>(std::strtoull(argv[1], nullptr, 10));
  const int count = std::atoi(argv[2]);
  EvaluationOptions options;
  bool verbose = false;
  bool regions = false;
  std::string pictures;
  for (int i = 3; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--chain"))
      options.chain = true;
    else if (!std::strcmp(argv[i], "--verbose"))
      verbose = true;
    else if (!std::strcmp(argv[i], "--regions"))
      regions = true;
    else if (!std::strcmp(argv[i], "--pictures") && i + 1 < argc)
      pictures = argv[++i];
    else if (!std::strcmp(argv[i], "--view") && i + 1 < argc)
      options.view = !std::strcmp(argv[++i], "short") ? View::shortAxis : View::longAxis;
  }
  Figures figures;
  double detectMs = 0;
  for (int i = 0; i < count; ++i) {
    const EvaluatedCase c = evaluateCase(first + static_cast<std::uint64_t>(i), options);
    figures.add(c);
    detectMs += c.analysisMs;
    if (regions)
      printRegions(c);
    const bool wrong = c.result.grade != c.truth.grade;
    if (verbose || wrong)
      std::printf("%s\n", oneLine(c).c_str());
    if (!pictures.empty() && (wrong || verbose)) {
      std::filesystem::create_directories(pictures);
      writeOverlay(c, std::filesystem::path(pictures) / (std::to_string(c.seed) + ".ppm"));
    }
  }
  std::printf("%s\n%.1f ms a frame (detect, measure, check, grade)\n", figures.table().c_str(), detectMs / count);
  return 0;
}
