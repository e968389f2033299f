// What the columns of a reference table may be called.
#pragma once

#include "numbers.h"

#include "hipcuff/validation/reference.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::validation {

enum class Field {
  sopInstanceUid,
  file,
  imageId,
  pane,
  exam,
  side,
  patient,
  verified,
  reader,
  reading,
  grade,
  subtype,
  depthFraction,
  thicknessMean,
  thicknessMax,
  tearLength,
  confidence,
  pNormal,
  pTendinosis,
  pPartial,
  pFull,
  seconds,
  reasons,
  mask,
};

[[nodiscard]] const std::string& nameOf(Field field); ///< "sop_instance_uid", ...
[[nodiscard]] std::optional<Field> fieldNamed(std::string_view name);
/// By the synonyms, whatever the case and the separators.
[[nodiscard]] std::optional<Field> fieldOfHeader(std::string_view header);
/// Whether a reader says it of a case, so that a wide table may have it once for each reader.
[[nodiscard]] bool isAnswer(Field field);
/// What a number of this field must lie in; none where it is no number.
[[nodiscard]] std::optional<NumberRange> rangeOf(Field field);

/// One column of a table as it is understood.
struct ColumnPlan {
  std::string header;         ///< as written
  std::optional<Field> field; ///< none: passed over
  std::string scale;          ///< "percent", "1-5", ...; empty: the field's own
  std::string reader;         ///< of a wide table; empty: the row's own
  int reading = 0;            ///< of a wide table; 0: not said
  std::optional<Side> side;   ///< of a wide table with one column for each side
  bool meant = false;         ///< passed over because the map says so, or because it is known and of no use here
  bool standard = false;      ///< of a wide table: its header says that it is the reference standard's
};

/// @param headers of the table's first record
/// @param problems gets what has to be put right first: two columns for the same thing, a mapped column that is not
/// there
/// @param warnings gets the columns that are passed over
[[nodiscard]] std::vector<ColumnPlan> planColumns(const std::vector<std::string>& headers, const TableMap& map,
                                                  std::vector<std::string>& problems,
                                                  std::vector<std::string>& warnings);

/// How many of the headers are understood without a word of what is wrong with them.
[[nodiscard]] std::size_t knownHeaders(const std::vector<std::string>& headers, const TableMap& map);

/// Letters and digits only, lower case (ASCII; other letters stay as they are).
[[nodiscard]] std::string squashed(std::string_view text);
[[nodiscard]] std::string trimmed(std::string_view text);
[[nodiscard]] std::string lowered(std::string_view text);

/// "3 of 4 columns": how a scale turns the cell's number into the field's. @throws UsageError where it is no scale
struct Scale {
  double factor = 1;
  double offset = 0;
  double least = 0; ///< of the numbers in the table
  double most = 0;
  bool limited = false; ///< least and most were said ("1-5")
};
[[nodiscard]] Scale scaleOf(Field field, const std::string& scale);

} // namespace hipcuff::validation
