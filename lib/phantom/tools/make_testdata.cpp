// Makes the exams of testdata/: usage hipcuff-make-testdata FOLDER. Run through scripts/make-testdata.
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/phantom/phantom.h"

#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

using namespace hipcuff;
using namespace hipcuff::phantom;

namespace {

struct Wanted {
  std::string name;
  Side side;
  View view;
  Pathology pathology;
  std::uint64_t seed;
  int frames = 1;
  double facetAngleDeg = 0; // long axis
  bool fluid = true;
  Codec codec = Codec::jpegBaseline;
  bool colour = false;
};

HipRecipe recipeOf(const Wanted& w) {
  RecipeWishes wishes;
  wishes.side = w.side;
  wishes.view = w.view;
  wishes.pathology = w.pathology;
  wishes.frames = w.frames;
  wishes.screen = {640, 480};
  wishes.colour = w.colour;
  HipRecipe r = drawRecipe(w.seed, wishes);
  r.screen.colour = w.colour;
  if (w.view == View::longAxis) {
    r.geometry.facetAngleDeg = w.facetAngleDeg;
    r.probe.tiltDeg = 0.5;
  } else {
    r.probe.tiltDeg = 1.0;
  }
  r.tear.fluid = w.fluid;
  if (r.pathology == Pathology::fullThickness)
    r.tear.collapse = w.fluid ? 0.0 : 0.4;
  return r;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: hipcuff-make-testdata FOLDER\n";
    return 2;
  }
  const auto L = Side::left;
  const auto R = Side::right;
  const auto lax = View::longAxis;
  const auto sax = View::shortAxis;
  const std::vector<Wanted> exams = {
      {"normal-left-long", L, lax, Pathology::normal, 107, 1, 0.5, true, Codec::uncompressed},
      {"normal-right-long", R, lax, Pathology::normal, 109, 1, 2.0},
      {"normal-right-short", R, sax, Pathology::normal, 113},
      {"normal-left-long-oblique", L, lax, Pathology::normal, 105, 1, 16.0},
      {"tendinosis-left-long", L, lax, Pathology::tendinosis, 118, 1, 1.0},
      {"tendinosis-right-short", R, sax, Pathology::tendinosis, 116, 1, 0, true, Codec::jpegBaseline, true},
      {"undersurface-right-long", R, lax, Pathology::undersurface, 111, 1, 0.0},
      {"undersurface-left-short", L, sax, Pathology::undersurface, 100},
      {"bursal-left-long", L, lax, Pathology::bursal, 109, 1, 2.0},
      {"intrasubstance-right-long", R, lax, Pathology::intrasubstance, 114, 1, 1.0, false},
      {"full-left-long", L, lax, Pathology::fullThickness, 106, 1, 2.0},
      {"full-right-short", R, sax, Pathology::fullThickness, 116, 1, 0, false, Codec::jpegBaseline, true},
      {"undersurface-left-cine", L, lax, Pathology::undersurface, 117, 8, 1.0},
  };
  try {
    const std::filesystem::path out = argv[1];
    for (std::size_t i = 0; i < exams.size(); ++i) {
      const Wanted& w = exams[i];
      const std::filesystem::path folder = out / w.name;
      requireWritableFolder(folder);
      ExamTags tags;
      tags.studySeed = w.seed * 1000 + i; // seeds repeat, studies must not
      tags.patientName = "SIM^TEST" + std::to_string(i + 1);
      tags.patientId = "SIMTEST" + std::to_string(i + 1);
      writeExam(folder, w.frames > 1 ? "cine" : "image", HipSimulator(recipeOf(w)), tags, w.codec);
      std::cout << w.name << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
