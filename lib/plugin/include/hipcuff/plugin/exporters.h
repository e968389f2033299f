// The exporters of the plugins in use, each with a folder of its own.
#pragma once

#include "hipcuff/core/result.h"
#include "hipcuff/plugin/plugins.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff::plugin {

/// For one output folder; OUT/exports/NAME is that of the exporter of plugin NAME. One thread at a time.
class Exporters {
public:
  Exporters() = default;
  /// Makes the folders and the exporters.
  /// @throws OutputError where a folder can't be made; ConfigError of an exporter (OnFault::stop)
  Exporters(const std::vector<InUse>& plugins, const std::filesystem::path& out, OnFault onFault);

  [[nodiscard]] static bool any(const std::vector<InUse>& plugins) noexcept;
  [[nodiscard]] bool empty() const noexcept { return exporters_.empty(); }

  /// In the order of the inputs; the image's picture is there. @throws ConfigError (OnFault::stop)
  void add(const ImageResult& image);
  /// Once, after the last image. @throws ConfigError (OnFault::stop)
  void finish(const std::vector<StudyResult>& studies);

  /// OnFault::builtin: what went wrong since the last call, a sentence each. An exporter that failed is not called
  /// again; what it wrote until then stays.
  [[nodiscard]] std::vector<std::string> takeProblems();

private:
  template <class Call>
  void each(const Call& call);

  std::vector<std::unique_ptr<ResultExporter>> exporters_;
  std::vector<std::string> problems_;
  OnFault onFault_ = OnFault::stop;
};

} // namespace hipcuff::plugin
