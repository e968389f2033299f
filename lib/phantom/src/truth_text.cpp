#include "hipcuff/phantom/truth_text.h"

#include "truth_json.h"

namespace hipcuff::phantom {

std::string truthText(const HipSimulator& simulator) {
  std::vector<Truth> frames;
  for (int frame = 0; frame < simulator.recipe().frames; ++frame) {
    frames.push_back(simulator.truth(frame));
    frames.back().labels = {};
  }
  const std::vector<std::string> noMasks(frames.size());
  return truthJson(simulator.recipe(), frames, noMasks);
}

} // namespace hipcuff::phantom
