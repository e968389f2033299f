// hipcuff_make_cine OUT.dcm FRAMES [COLUMNS ROWS [FRAME_MS]]: a JPEG cine of a simulated hip.
// hipcuff_make_cine --exams DIR EXAMS STILLS FRAMES: exams of 1024x768, each of some stills and one cine.
// For scripts/measure-memory and scripts/viewer-bench.
#include "jpeg_cine.h"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace hipcuff::bench;

constexpr int different = 6; // simulating takes long; the reader can't know that frames repeat

void makeExams(const std::filesystem::path& folder, int exams, int stills, int frames) {
  CineFile cine = simulatedCine(1024, 768, different, frames);
  CineFile still = cine;
  still.frames = 1;
  for (int exam = 0; exam < exams; ++exam) {
    const std::filesystem::path to = folder / ("exam" + std::to_string(exam));
    std::filesystem::create_directories(to);
    cine.studyUid = still.studyUid = newStudyUid();
    for (int i = 0; i < stills; ++i) {
      still.pictures = {cine.pictures[static_cast<std::size_t>(i % different)]};
      writeJpegCine(to / ("still" + std::to_string(i) + ".dcm"), still);
    }
    writeJpegCine(to / "cine.dcm", cine);
  }
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> given(argv + 1, argv + argc);
  try {
    if (given.size() == 5 && given[0] == "--exams") {
      makeExams(given[1], std::stoi(given[2]), std::stoi(given[3]), std::stoi(given[4]));
      return 0;
    }
    if (given.size() != 2 && given.size() != 4 && given.size() != 5) {
      std::cerr << "usage: hipcuff_make_cine OUT.dcm FRAMES [COLUMNS ROWS [FRAME_MS]]\n"
                   "       hipcuff_make_cine --exams DIR EXAMS STILLS FRAMES\n";
      return 2;
    }
    const int columns = given.size() > 2 ? std::stoi(given[2]) : 800;
    const int rows = given.size() > 2 ? std::stoi(given[3]) : 600;
    CineFile cine = simulatedCine(columns, rows, different, std::stoi(given[1]));
    if (given.size() == 5)
      cine.frameMs = std::stod(given[4]);
    writeJpegCine(given[0], cine);
  } catch (const std::exception& e) {
    std::cerr << "hipcuff_make_cine: " << e.what() << '\n';
    return 1;
  }
  return 0;
}
