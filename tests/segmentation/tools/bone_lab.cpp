// For the person who works on the cortex: draws what is found, or prints every bright crest or every line with its
// features, from which fit_bone_weights.py fits the weights in bone_evidence.cpp.
//
//   bone_lab overlay|crests|lines LIST OUT_DIR     one file a picture
//   bone_lab time LIST                             CPU ms a picture, best of 20
//
// LIST has a line a picture: NAME PICTURE MM_PER_PX SLICE [X0 Y0 X1 Y1]; MM_PER_PX 0 is unknown.
#include "beam_grid.h"
#include "bone_evidence.h"
#include "bone_lines.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "pictures.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using namespace hipcuff;

namespace {

void overlay(const std::string& name, RgbImage picture, const Frame& frame, const WorkingFrame& working,
             const std::filesystem::path& folder) {
  const Cortex cortex = BoneSurfaceSegmenter().segment(frame, working);
  const auto drawMm = [&](const Polyline& mm, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    Polyline px;
    for (const Point p : mm)
      px.push_back(frame.toFullPixels(p));
    testing::draw(picture, px, r, g, b);
  };
  for (const CortexSegment& segment : cortex.segments) {
    const bool sure = segment.confidence > 0.5;
    drawMm(segment.ridgeMm, 255, sure ? 0 : 160, sure ? 255 : 0);
    drawMm(segment.interfaceMm, 0, 255, 255);
    const Point a = segment.ridgeMm.front();
    const Point b = segment.ridgeMm.back();
    std::cout << name << " segment " << a.x << ',' << a.y << " .. " << b.x << ',' << b.y << " confidence "
              << segment.confidence << '\n';
  }
  for (const Facet& facet : cortex.facets)
    std::cout << "  facet slope " << facet.slopeDegrees << " length " << distance(facet.beginMm, facet.endMm) << '\n';
  testing::writePicture(folder / (name + ".png"), picture);
}

void crests(const std::string& name, const Frame& frame, const WorkingFrame& working,
            const std::filesystem::path& folder) {
  const auto beams = segmentation::makeBeamGrid(frame, working);
  std::ofstream out(folder / (name + ".csv"));
  for (const auto& c : segmentation::boneCandidates({beams.grey, beams.usable, beams.lateralMm, beams.axialMm})) {
    const Point px = frame.toFullPixels(beams.toMm(c.column, c.row));
    out << px.x << ' ' << px.y;
    for (const float f : c.features)
      out << ' ' << f;
    out << '\n';
  }
}

void lines(const std::string& name, const Frame& frame, const WorkingFrame& working,
           const std::filesystem::path& folder) {
  const auto beams = segmentation::makeBeamGrid(frame, working);
  const segmentation::BoneEvidence evidence({beams.grey, beams.usable, beams.lateralMm, beams.axialMm});
  std::ofstream out(folder / (name + ".lines"));
  constexpr float any = -1e9F;
  constexpr double cheap = 2.0; // half the price of the segmenter: doubtful lines are what there is to learn from
  for (const auto& line : segmentation::boneLines(beams, evidence, any, cheap)) {
    out << line.rows.size();
    for (std::size_t i = 0; i < line.rows.size(); ++i) {
      const Point px = frame.toFullPixels(beams.toMm(line.first + double(i), line.rows[i]));
      out << ' ' << px.x << ' ' << px.y;
    }
    for (const float f : line.features)
      out << ' ' << f;
    out << '\n';
  }
}

double milliseconds(const Frame& frame, const WorkingFrame& working) {
  double best = 1e9;
  for (int k = 0; k < 20; ++k) {
    const std::clock_t from = std::clock();
    (void)BoneSurfaceSegmenter().segment(frame, working);
    best = std::min(best, 1000.0 * static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC);
  }
  return best;
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 2 || (args[0] != "time" && args.size() < 3)) {
    std::cerr << "bone_lab overlay|crests|lines LIST OUT_DIR | time LIST\n";
    return 2;
  }
  { const std::vector<char> grown(16 << 20); } // a run of the analysis has had whole pictures on the heap
  std::ifstream list(args[1]);
  for (std::string line; std::getline(list, line);) {
    std::istringstream in(line);
    std::string name;
    std::string path;
    double mm = 0;
    int slice = 0;
    PixelBox box;
    if (!(in >> name >> path >> mm >> slice))
      continue;
    std::optional<PixelBox> pane;
    if (in >> box.x0 >> box.y0 >> box.x1 >> box.y1)
      pane = box;
    const RgbImage picture = testing::readPicture(path, slice);
    const Frame frame = testing::frameOf(picture, pane, mm);
    const WorkingFrame working = makeWorkingFrame(frame);
    if (args[0] == "time")
      std::cout << name << ' ' << working.grey.width << 'x' << working.grey.height << ' '
                << milliseconds(frame, working) << " ms\n";
    else if (args[0] == "crests")
      crests(name, frame, working, args[2]);
    else if (args[0] == "lines")
      lines(name, frame, working, args[2]);
    else
      overlay(name, picture, frame, working, args[2]);
  }
  return 0;
}
