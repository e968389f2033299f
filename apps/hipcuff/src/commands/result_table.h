// The table that analyze prints: one row for each pane.
#pragma once

#include "hipcuff/core/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::cli {

class ResultTable {
public:
  /// @param tearConfidence a discontinuity below it counts for nothing in the grade; it is marked by "?"
  explicit ResultTable(double tearConfidence)
      : tearConfidence_(tearConfidence) {}
  void add(const ImageResult& image);
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  /// Paths are shortened by the folder that all have in common.
  [[nodiscard]] std::string text() const;

private:
  std::vector<std::filesystem::path> paths_;
  std::vector<std::vector<std::string>> rows_; ///< all columns but the path
  double tearConfidence_;
};

/// "undersurface 45 %, 6.2 mm": the one that weighs most, those of the grade before others, full thickness before
/// depth;
/// "-" where there is none.
[[nodiscard]] std::string worstDiscontinuity(const std::vector<Discontinuity>& discontinuities, double tearConfidence);

} // namespace hipcuff::cli
