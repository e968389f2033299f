// Runs one simulated hip through detection, measurement and grading and compares with its truth.
#pragma once

#include "hipcuff/core/stages.h"
#include "hipcuff/phantom/phantom.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hipcuff::test {

struct EvaluationOptions {
  bool chain = false; ///< anatomy from the segmenters rather than from the truth
  View view = View::longAxis;
};

struct EvaluatedCase {
  std::uint64_t seed = 0;
  phantom::HipRecipe recipe;
  phantom::Truth truth;
  Frame frame;
  Anatomy anatomy;
  Measurements measurements;
  Grade result;
  double analysisMs = 0;
};

[[nodiscard]] Anatomy anatomyOf(const phantom::Truth& truth);
[[nodiscard]] EvaluatedCase evaluateCase(std::uint64_t seed, const EvaluationOptions& options);
[[nodiscard]] std::string oneLine(const EvaluatedCase& c);
/// Raw pixels three times enlarged with truth (green: borders, yellow: tear) and result (magenta: discontinuities).
void writeOverlay(const EvaluatedCase& c, const std::filesystem::path& path);

struct Figures {
  std::map<std::string, std::map<std::string, int>> confusion; ///< truth pathology -> graded class -> number
  int abnormal = 0, abnormalFound = 0, normal = 0, normalKept = 0;
  int tears = 0, tearsCalled = 0, noTears = 0, noTearsKept = 0;
  int full = 0, fullCalled = 0, notFull = 0, notFullKept = 0;
  int kinds = 0, kindsRight = 0;
  std::vector<double> depthError, lengthError, thicknessError;
  void add(const EvaluatedCase& c);
  [[nodiscard]] std::string table() const;
};

} // namespace hipcuff::test
