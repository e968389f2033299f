#include "hipcuff/batch/overview.h"

#include "hipcuff/batch/index.h"
#include "hipcuff/batch/summary.h"
#include "hipcuff/batch/worklist.h"

namespace hipcuff::batch {

void writeOverview(Catalogue& catalogue, const std::filesystem::path& out) {
  writeIndex(catalogue, out);
  writeSummary(catalogue, out);
  writeWorklist(catalogue, out);
}

} // namespace hipcuff::batch
