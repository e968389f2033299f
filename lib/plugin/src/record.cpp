#include "hipcuff/plugin/record.h"

#include "hipcuff/core/digest.h"

#include <filesystem>
#include <type_traits>

namespace hipcuff::plugin {

PluginRecord recordOf(const InUse& plugin) {
  const Descriptor& d = plugin.descriptor;
  PluginRecord record;
  record.name = d.name;
  record.version = d.version;
  record.summary = d.summary;
  record.author = d.author;
  record.license = d.license;
  for (const Extension stage : d.stages)
    record.stages.emplace_back(toString(stage));
  record.moduleSha256 = plugin.moduleDigest;
  for (const auto& [name, value] : plugin.values.all())
    record.parameters[name] = std::visit(
        [](const auto& v) -> PluginRecord::Value {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::filesystem::path>) {
            if (v.empty())
              return std::monostate{};
            return PluginRecord::File{v.filename().string(), sha256OfFile(v)};
          } else {
            return v;
          }
        },
        value);
  for (const auto& [name, file] : plugin.files)
    record.parameters[name] = PluginRecord::File{file.filename().string(), sha256OfFile(file)};
  return record;
}

std::vector<PluginRecord> recordsOf(const std::vector<InUse>& plugins) {
  std::vector<PluginRecord> records;
  records.reserve(plugins.size());
  for (const InUse& plugin : plugins)
    records.push_back(recordOf(plugin));
  return records;
}

} // namespace hipcuff::plugin
