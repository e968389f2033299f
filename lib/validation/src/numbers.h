// Numbers as people and spreadsheets write them: decimal points and commas, units behind them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::validation {

struct NumberRange {
  double least = 0;
  double most = 0;
};

/// What a cell's text can be read as.
struct NumberText {
  std::optional<double> point; ///< with "." as the decimal sign and "," between thousands
  std::optional<double> comma; ///< the other way round
  bool hasComma = false;       ///< a "," stands in it
  bool hasPoint = false;
  double unit = 1;      ///< what a unit behind it says in fields' units: 10 for cm, 0.01 for %
  bool percent = false; ///< "%" stands behind it
};
/// None of both readings where it is no number at all.
[[nodiscard]] NumberText readNumber(std::string_view text);

/// How the numbers of a table are written, learnt from those that can be read in one way only.
struct DecimalHabit {
  bool commas = false; ///< one at least has a decimal comma and can't be read otherwise
  bool points = false;
};

struct NumberChoice {
  std::optional<double> value;
  bool ambiguous = false;
  bool byComma = false; ///< a comma was taken for the decimal sign
};
/// The reading that lies in `range`; where both do, the one that the table's habit tells; else ambiguous.
/// @param scale times the value, before it is looked at in its range
[[nodiscard]] NumberChoice choose(const NumberText& text, const NumberRange& range, const DecimalHabit& habit,
                                  double scale = 1);

} // namespace hipcuff::validation
