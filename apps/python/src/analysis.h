// Analysis as other parts of the module need it.
#pragma once

#include "module.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/plugin/plugins.h"

namespace hipcuff::python {

/// What a person sets, already made: criteria read, plugins loaded.
struct Setting {
  AnalyzerOptions options;
  plugin::Loaded plugins;
  plugin::OnFault onFault = plugin::OnFault::stop;
};

/// One result, with what the dict alone does not hold.
struct Found {
  ImageResult image;
  std::shared_ptr<const Setting> setting;
  std::string studyDate;
};

class SharedAnalyzer {
public:
  explicit SharedAnalyzer(Setting setting);
  [[nodiscard]] const Setting& setting() const noexcept { return *setting_; }
  /// Callable from several Python threads at once.
  [[nodiscard]] std::vector<std::shared_ptr<Found>> analyze(SharedCine& input, std::optional<BodyRegion> region,
                                                            std::optional<Side> side, std::optional<View> view,
                                                            py::object callback,
                                                            const std::shared_ptr<StopFlag>& stop) const;

private:
  std::shared_ptr<const Setting> setting_;
  Analyzer analyzer_;
};

} // namespace hipcuff::python
