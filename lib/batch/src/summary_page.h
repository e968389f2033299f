// The summary for people and as charts.
#pragma once

#include "summary_numbers.h"

#include "hipcuff/core/figure.h"

#include <map>
#include <string>
#include <vector>

namespace hipcuff::batch {

/// Values of assets/summary.html.
[[nodiscard]] std::map<std::string, std::string, std::less<>> summaryPage(const SummaryNumbers& numbers);
/// Charts of those things of which there are any.
[[nodiscard]] std::vector<Figure> summaryFigures(const SummaryNumbers& numbers);

} // namespace hipcuff::batch
