#include "hipcuff/plugin/exporters.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/exporter.h"

#include <algorithm>
#include <utility>

namespace hipcuff::plugin {
namespace {

std::string left(const ConfigError& error) {
  return std::string(error.what()) + "; what it wrote until then stays, the rest is missing";
}

} // namespace

Exporters::Exporters(const std::vector<InUse>& plugins, const std::filesystem::path& out, OnFault onFault)
    : onFault_(onFault) {
  for (const InUse& plugin : plugins) {
    if (!plugin.exporter)
      continue;
    const std::filesystem::path folder = out / "exports" / plugin.descriptor.name;
    requireWritableFolder(out / "exports");
    requireWritableFolder(folder);
    try {
      exporters_.push_back(plugin.exporter(folder));
    } catch (const ConfigError& error) {
      if (onFault_ == OnFault::stop)
        throw;
      problems_.push_back(left(error));
    }
  }
}

bool Exporters::any(const std::vector<InUse>& plugins) noexcept {
  return std::any_of(plugins.begin(), plugins.end(), [](const InUse& p) { return static_cast<bool>(p.exporter); });
}

template <class Call>
void Exporters::each(const Call& call) {
  for (auto& exporter : exporters_) {
    try {
      call(*exporter);
    } catch (const ConfigError& error) {
      if (onFault_ == OnFault::stop)
        throw;
      problems_.push_back(left(error));
      exporter.reset();
    }
  }
  std::erase(exporters_, nullptr);
}

void Exporters::add(const ImageResult& image) {
  each([&](ResultExporter& exporter) { exporter.add(image); });
}

void Exporters::finish(const std::vector<StudyResult>& studies) {
  each([&](ResultExporter& exporter) { exporter.finish(studies); });
}

std::vector<std::string> Exporters::takeProblems() {
  return std::exchange(problems_, {});
}

} // namespace hipcuff::plugin
