// Runs detection, measurement and grading over simulated hips and prints how they compare with the truth.
//   evaluate FIRST COUNT [--chain] [--pictures DIR] [--view long|short] [--verbose]
// Without --chain the anatomy is the truth's: what remains is this room's own error.
#include "evaluation.h"

#include "hipcuff/grading/criteria.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

using namespace hipcuff;
using namespace hipcuff::test;

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s FIRST COUNT [--chain] [--pictures DIR] [--view long|short] [--verbose]\n", argv[0]);
    return 2;
  }
  const auto first = static_cast<std::uint64_t>(std::strtoull(argv[1], nullptr, 10));
  const int count = std::atoi(argv[2]);
  EvaluationOptions options;
  bool verbose = false;
  std::string pictures;
  for (int i = 3; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--chain"))
      options.chain = true;
    else if (!std::strcmp(argv[i], "--verbose"))
      verbose = true;
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
