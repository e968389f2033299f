// What goes wrong between probe and tissue (HipRecipe::artefacts), on the lines of one look.
#pragma once

#include "beam.h"

#include <vector>

namespace hipcuff::phantom {

class ArtefactModel {
public:
  explicit ArtefactModel(const HipRecipe& recipe);
  /// Share of contact lost at a place along the face, 0..1. @param share 0 at the picture's left edge, 1 at its right
  [[nodiscard]] double gap(double share) const;
  /// What gap and weak elements take away on their line, dB.
  [[nodiscard]] double lineLossDb(double share) const;
  /// What edge shadows take away, dB, added to an array of `rows` ranges `stepMm` apart for each line.
  void addShadows(const LineGrid& grid, std::vector<float>& lossDb, int rows, double stepMm) const;
  /// Before focusing: bright lines under the face, and the haze of a gap.
  void addRingDown(LineGrid& grid) const;
  /// After focusing: multiples between the face and bright interfaces, and the smear of side lobes.
  void addMultiples(LineGrid& grid) const;
  void addSideLobes(LineGrid& grid) const;

private:
  const HipRecipe& r_;
};

/// Share of the picture's width at which a line leaves the face.
[[nodiscard]] double shareOf(const LineGrid& grid, int line);
/// Factor by which focusing lifts a smooth surface across all lines, at a sample.
[[nodiscard]] double surfaceGain(const LineGrid& grid, double sample);

} // namespace hipcuff::phantom
