// Rows of the worklist as JSON arrays, streamed from the catalogue. assets/worklist_store.js knows the columns' order.
#pragma once

#include "sqlite.h"

#include <cstddef>
#include <functional>
#include <string>

namespace hipcuff::batch {

/// One hip, ready for the page.
struct WorklistRow {
  std::string json; ///< an array, without "<"
  std::string html; ///< <tr> for those without scripts; only where asked for
};

/// Hips of the exams that are done: most severe first, then the surest, then by the exam's key and side. An exam
/// without a hip gives a row all the same. @param htmlRows the first so many rows get their html
void eachHip(Database& database, std::size_t htmlRows, const std::function<void(WorklistRow)>& use);

/// Inputs that failed, by path, and failed exams none of whose inputs says why.
void eachFailure(Database& database, const std::function<void(std::string json)>& use);

/// Classes, refusals and certainties with their words: a JSON object's members, without braces.
[[nodiscard]] std::string worklistWords();

} // namespace hipcuff::batch
