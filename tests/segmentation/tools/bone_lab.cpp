// For the person who works on the cortex: draws what is found, or prints every bright crest with its features, from
// which fit_bone_weights.py fits the weights in bone_evidence.cpp.
//
//   bone_lab overlay  PICTURE OUT.png [MM_PER_PX [SLICE [X0 Y0 X1 Y1]]]
//   bone_lab features PICTURE OUT.csv [MM_PER_PX [SLICE [X0 Y0 X1 Y1]]]
#include "beam_grid.h"
#include "bone_evidence.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "pictures.h"

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 3) {
    std::cerr << "bone_lab overlay|features PICTURE OUT [MM_PER_PX [SLICE [X0 Y0 X1 Y1]]]\n";
    return 2;
  }
  const auto number = [&](std::size_t i, double otherwise) { return args.size() > i ? std::stod(args[i]) : otherwise; };
  hipcuff::RgbImage picture = hipcuff::testing::readPicture(args[1], int(number(4, 0)));
  std::optional<hipcuff::PixelBox> box;
  if (args.size() > 8)
    box = hipcuff::PixelBox{int(number(5, 0)), int(number(6, 0)), int(number(7, 0)), int(number(8, 0))};
  const hipcuff::Frame frame = hipcuff::testing::frameOf(picture, box, number(3, 0));
  const hipcuff::WorkingFrame working = hipcuff::makeWorkingFrame(frame);
  if (args[0] == "features") {
    const auto beams = hipcuff::segmentation::makeBeamGrid(frame, working);
    std::ofstream out(args[2]);
    for (const auto& c :
         hipcuff::segmentation::boneCandidates({beams.grey, beams.usable, beams.lateralMm, beams.axialMm})) {
      const hipcuff::Point px = frame.toFullPixels(beams.toMm(c.column, c.row));
      out << px.x << ' ' << px.y;
      for (const float f : c.features)
        out << ' ' << f;
      out << '\n';
    }
    return 0;
  }
  const hipcuff::Cortex cortex = hipcuff::BoneSurfaceSegmenter().segment(frame, working);
  const auto drawMm = [&](const hipcuff::Polyline& mm, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    hipcuff::Polyline px;
    for (const hipcuff::Point p : mm)
      px.push_back(frame.toFullPixels(p));
    hipcuff::testing::draw(picture, px, r, g, b);
  };
  for (const auto& segment : cortex.segments) {
    drawMm(segment.ridgeMm, 255, 0, 255);
    drawMm(segment.interfaceMm, 0, 255, 255);
    const hipcuff::Point a = frame.toFullPixels(segment.ridgeMm.front());
    const hipcuff::Point b = frame.toFullPixels(segment.ridgeMm.back());
    std::cout << args[1] << " segment " << a.x << ',' << a.y << " .. " << b.x << ',' << b.y << " confidence "
              << segment.confidence << '\n';
  }
  for (const auto& facet : cortex.facets)
    std::cout << "  facet slope " << facet.slopeDegrees << " length " << hipcuff::distance(facet.beginMm, facet.endMm)
              << '\n';
  hipcuff::testing::writePicture(args[2], picture);
  return 0;
}
