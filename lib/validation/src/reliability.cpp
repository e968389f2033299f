// Intraclass correlations where patients give several cases: the textbook's intervals would be too narrow.
#include "sections.h"

#include <algorithm>

namespace hipcuff::validation {

statistics::IccResult reliability(const Context& context, const statistics::MeasurementTable& table, const Rows& rows) {
  statistics::IccResult result = statistics::icc(table);
  if (!context.cases.clustered(rows) || !result.anova)
    return result;
  using statistics::IccForm;
  constexpr std::array<IccForm, 4> shown = {IccForm::oneWaySingle, IccForm::agreementSingle, IccForm::consistencySingle,
                                            IccForm::agreementMean};
  // A table is made for each replicate: beyond this many it takes minutes.
  constexpr std::size_t most = 3000;
  if (rows.size() > most) {
    const auto mark = [&](statistics::Estimate& estimate) {
      if (estimate.ci)
        estimate.note = "the interval takes the " + unitWord(context.cases.unit()) +
                        " of a patient for independent, and is too narrow if they are alike";
    };
    for (const IccForm form : shown)
      mark(result.forms[static_cast<std::size_t>(form)]);
    mark(result.sem);
    mark(result.mdc95);
    return result;
  }
  const auto boot = statistics::clusterBootstrap(
      context.cases.clusters().subset(rows), shown.size() + 2,
      [&](const statistics::Resample& resample, std::span<std::optional<double>> out) {
        statistics::MeasurementTable drawn;
        drawn.raters = table.raters;
        for (const std::size_t row : resample.rows())
          drawn.values.push_back(table.values[row]);
        drawn.subjects.resize(drawn.values.size());
        const auto again = statistics::icc(drawn);
        for (std::size_t k = 0; k < shown.size(); ++k)
          out[k] = again.form(shown[k]).value;
        out[shown.size()] = again.sem.value;
        out[shown.size() + 1] = again.mdc95.value;
      },
      context.bootstrap());
  const auto take = [](statistics::Estimate& estimate, const statistics::BootstrapResult& better) {
    if (estimate.value)
      estimate = better.best();
  };
  for (std::size_t k = 0; k < shown.size(); ++k) {
    statistics::Estimate& estimate = result.forms[static_cast<std::size_t>(shown[k])];
    const auto textbook = estimate.ci;
    const std::string method = estimate.method;
    take(estimate, boot[k]);
    // Forms with readers as a sample: resampled patients know nothing of other readers, the textbook nothing of
    // patients. The wider of the two at each end is on the safe side of both.
    const bool readersSampled = shown[k] == IccForm::agreementSingle || shown[k] == IccForm::agreementMean;
    if (readersSampled && textbook && estimate.ci) {
      estimate.ci = {std::min(textbook->lower, estimate.ci->lower), std::max(textbook->upper, estimate.ci->upper)};
      estimate.method = "ICC(2,.): the wider of " + method + " and " + estimate.method;
    }
  }
  take(result.sem, boot[shown.size()]);
  take(result.mdc95, boot[shown.size() + 1]);
  return result;
}

} // namespace hipcuff::validation
