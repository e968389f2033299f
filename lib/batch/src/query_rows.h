// Running a statement that only reads, row by row, so that it can be stopped and its errors become errors for people.
#pragma once

#include "sqlite.h"

#include "hipcuff/batch/query.h"

namespace hipcuff::batch {

/// Calls `read`; asks `stop` (may be empty) while SQLite works. @return false where it was stopped
/// @throws InputError the catalogue can't be read
bool readRows(Catalogue&, const std::function<bool()>& stop, const std::function<void(Database&)>& read);

/// All rows to the sink. @param flags columns whose 0 and 1 mean no and yes; shorter: the others are none
void emitRows(Statement&, const std::vector<bool>& flags, const RowSink&);

} // namespace hipcuff::batch
