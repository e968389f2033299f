// Simulates hips that are scanned twice, the probe placed anew, for scripts/rescan:
//   make_rescans OUT CASES SEED     writes OUT/first/NAME.dcm and OUT/second/NAME.dcm with their truth
// Same person, same scanner, same settings: what differs is where and how the probe stands, and the speckle with it.
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/phantom/phantom.h"

#include <array>
#include <cstdio>
#include <iostream>
#include <string>

namespace {

using namespace hipcuff;

/// Half of the hips are normal, so that thickness is not judged on tears alone.
constexpr std::array kinds = {phantom::Pathology::normal,     phantom::Pathology::undersurface,
                              phantom::Pathology::normal,     phantom::Pathology::bursal,
                              phantom::Pathology::tendinosis, phantom::Pathology::intrasubstance,
                              phantom::Pathology::normal,     phantom::Pathology::fullThickness};

void write(const std::filesystem::path& folder, int index, const phantom::HipRecipe& recipe, std::uint64_t study) {
  char name[32];
  std::snprintf(name, sizeof name, "case%04d_%s", index + 1, toString(recipe.view));
  phantom::ExamTags tags;
  tags.studySeed = study;
  tags.seriesNumber = recipe.view == View::longAxis ? 1 : 2;
  phantom::writeExam(folder, name, phantom::HipSimulator(recipe), tags);
}

int run(const std::filesystem::path& out, int cases, std::uint64_t seed) {
  requireWritableFolder(out / "first");
  requireWritableFolder(out / "second");
  for (int i = 0; i < cases; ++i) {
    const std::uint64_t own = seed + static_cast<std::uint64_t>(i) * 16;
    phantom::RecipeWishes wishes;
    wishes.view = View::longAxis;
    wishes.pathology = kinds[static_cast<std::size_t>(i) % kinds.size()];
    const phantom::HipRecipe longAxis = phantom::drawRecipe(own, wishes);
    write(out / "first", i, longAxis, own);
    write(out / "second", i, phantom::otherView(longAxis, View::longAxis, own + 1), own + 5);
    const phantom::HipRecipe across = phantom::otherView(longAxis, View::shortAxis, own + 2);
    write(out / "first", i, across, own);
    write(out / "second", i, phantom::otherView(across, View::shortAxis, own + 3), own + 5);
  }
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 4)
      return run(argv[1], std::stoi(argv[2]), std::stoull(argv[3]));
    std::cerr << "usage: make_rescans OUT CASES SEED\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "make_rescans: " << error.what() << '\n';
    return 1;
  }
}
