// The pictures that a plugin is tried on.
#pragma once

#include "hipcuff/plugin/check.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::cli {

struct CheckMaterial {
  std::vector<plugin::Trial> trials;
  std::vector<ImageResult> images; ///< of the same pictures, by the built-in stages
  std::vector<StudyResult> studies;
};

/// Two simulated hips, a black picture, one of a few pixels and one without calibration; with `files`, a frame of each
/// pane of theirs in the place of the simulated ones.
/// @throws InputError where a file can't be read
[[nodiscard]] CheckMaterial checkMaterial(const std::vector<std::string>& files, const Stages& builtin,
                                          const Criteria& criteria);

} // namespace hipcuff::cli
