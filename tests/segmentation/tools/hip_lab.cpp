// For the person who works on the tendon: draws truth and result of simulated hips.
//
//   hip_lab overlay  SEED OUT.png [long|short [raw]]
//   hip_lab crests   SEED OUT.csv [long|short]   crests with 1 on the true cortex, 0 far from it
#include "beam_grid.h"
#include "bone_evidence.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "hips.h"
#include "pictures.h"

#include <cmath>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

using namespace hipcuff;

namespace {

void writeCrests(const testing::SimulatedHip& hip, const WorkingFrame& working, std::ostream& out) {
  const auto beams = segmentation::makeBeamGrid(hip.frame, working);
  for (const auto& c : segmentation::boneCandidates({beams.grey, beams.usable, beams.lateralMm, beams.axialMm})) {
    const double off = distance(beams.toMm(c.column, c.row), hip.truth.cortex.mm);
    if (off > 0.6 && off < 1.2)
      continue;
    out << c.column << ' ' << c.row << ' ' << (off <= 0.6 ? 1 : 0);
    for (const float f : c.features)
      out << ' ' << f;
    out << '\n';
  }
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 3)
    return 2;
  phantom::RecipeWishes wishes;
  if (args.size() > 3)
    wishes.view = args[3] == "short" ? View::shortAxis : View::longAxis;
  testing::SimulatedHip hip = testing::simulatedHip(std::stoull(args[1]), wishes);
  if (args.size() > 4) {
    testing::writePicture(args[2], hip.picture);
    return 0;
  }
  const WorkingFrame working = makeWorkingFrame(hip.frame);
  if (args[0] == "crests") {
    std::ofstream out(args[2]);
    writeCrests(hip, working, out);
    return 0;
  }
  const Cortex cortex = BoneSurfaceSegmenter().segment(hip.frame, working);
  const auto drawMm = [&](const Polyline& mm, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    Polyline px;
    for (const Point p : mm)
      px.push_back(hip.frame.toFullPixels(p));
    testing::draw(hip.picture, px, r, g, b);
  };
  drawMm(hip.truth.cortex.mm, 0, 255, 0);
  drawMm(hip.truth.superficial.mm, 0, 160, 0);
  for (const auto& segment : cortex.segments) {
    drawMm(segment.interfaceMm, 0, 255, 255);
    drawMm(segment.ridgeMm, 255, 0, 255);
    std::cout << args[1] << ' ' << phantom::toString(hip.truth.pathology) << " confidence " << segment.confidence
              << '\n';
  }
  const Tendon tendon = LayerTendonSegmenter().segment(hip.frame, working, cortex, hip.view);
  drawMm(tendon.superficialMm(), 255, 160, 0);
  drawMm(tendon.deepMm(), 255, 255, 0);
  std::cout << args[1] << " tendon confidence " << tendon.confidence << " from "
            << (tendon.arrivesFromLeft ? "left" : "right") << " (true "
            << (hip.truth.arrivesFromLeft ? "left" : "right") << ") stations " << tendon.stations.size() << " (true "
            << hip.truth.stations.size() << ")\n";
  testing::writePicture(args[2], hip.picture);
  return 0;
}
