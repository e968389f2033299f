// Values of a filter into a statement.
#pragma once

#include "sqlite.h"

#include "hipcuff/batch/query.h"

namespace hipcuff::batch {

/// Binds to the places from `first` on. @return the place behind the last one
inline int bindValues(Statement& statement, int first, const std::vector<SqlValue>& values) {
  for (const SqlValue& value : values) {
    std::visit([&](const auto& bare) { statement.bind(first, bare); }, value);
    ++first;
  }
  return first;
}

} // namespace hipcuff::batch
