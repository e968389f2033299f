// Simulates a full-thickness tear in the long axis and writes it as DICOM with its exact truth beside it.
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/phantom/phantom.h"

#include <iostream>
#include <string>

int main(int argc, char** argv) try {
  if (argc != 3)
    throw hipcuff::UsageError("two arguments are needed", "simulate SEED OUTDIR");
  namespace phantom = hipcuff::phantom;

  phantom::RecipeWishes wishes; // what is not wished for varies with the seed
  wishes.view = hipcuff::View::longAxis;
  wishes.pathology = phantom::Pathology::fullThickness;
  wishes.shape = phantom::ProbeShape::linear;
  phantom::HipRecipe recipe = phantom::drawRecipe(std::stoull(argv[1]), wishes);
  recipe.tear.fluid = true; // every field of the hip, the probe and the screen may be set
  const phantom::HipSimulator simulator(recipe);

  const phantom::Truth truth = simulator.truth();
  for (const phantom::TruthDiscontinuity& tear : truth.discontinuities)
    std::cout << hipcuff::toString(tear.kind) << ", " << tear.lengthMm << " mm long\n";
  hipcuff::requireWritableFolder(argv[2]);
  phantom::writeExam(argv[2], "hip", simulator, {}); // hip.dcm, hip.truth.json, hip.recipe.json, hip.mask.png
} catch (const hipcuff::Error& error) {
  std::cerr << "simulate: " << error.what() << "\n";
  return 1;
}
