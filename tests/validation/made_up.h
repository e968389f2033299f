// Made-up results and tables for tests of reading and matching.
#pragma once

#include "temporary_folder.h"

#include "hipcuff/validation/match.h"

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::validation {

/// Splits nothing: `map` are the parts of --map.
[[nodiscard]] inline Reference table(std::string_view text, const std::vector<std::string>& map = {}) {
  return readTable(text, "table.csv", {parseTableMap(map), {}});
}

/// What an error says; empty where nothing was thrown.
template <typename Run>
[[nodiscard]] std::string errorOf(Run&& run) {
  try {
    (void)run();
  } catch (const std::exception& e) {
    return e.what();
  }
  return {};
}

/// Exam "1.9.E", image "1.2.N" in "data/E/N.dcm".
[[nodiscard]] inline SystemImage image(const std::string& exam, const std::string& number, std::optional<Side> side,
                                       GradeClass grade) {
  SystemImage out;
  out.id = "img-" + number;
  out.path = "data/" + exam + "/" + number + ".dcm";
  out.sopInstanceUid = "1.2." + number;
  out.exam = "1.9." + exam;
  out.rows = 20;
  out.columns = 30;
  out.side = side;
  out.mmPerPx = Spacing{0.1, 0.1};
  out.answer.grade = grade;
  return out;
}

[[nodiscard]] inline SystemHip hip(const std::string& exam, Side side, GradeClass grade,
                                   std::vector<std::string> images) {
  SystemHip out;
  out.exam = "1.9." + exam;
  out.side = side;
  out.answer.grade = grade;
  out.images = std::move(images);
  return out;
}

[[nodiscard]] inline const Case* caseOf(const Matched& matched, std::string_view id) {
  for (const Case& c : matched.cases)
    if (c.id == id)
      return &c;
  return nullptr;
}

[[nodiscard]] inline std::size_t countOf(const Matched& matched, Leftover::Kind kind) {
  std::size_t n = 0;
  for (const Leftover& l : matched.leftovers)
    n += l.kind == kind ? 1 : 0;
  return n;
}

} // namespace hipcuff::validation
